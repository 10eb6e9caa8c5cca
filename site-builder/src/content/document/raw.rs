//! Blocks of Markdown in which neither clauses nor points have been found yet, and what becomes of
//! them.

use super::{Block, Generated, Inline, Table, inline};
use crate::content::slice::slice;
use language::Label;
use pulldown_cmark::CowStr;
use std::ops::Range;

/// The blocks and footnotes of a file.
pub(super) struct Raw<'s> {
    pub(super) blocks: Vec<RawBlock<'s>>,
    pub(super) footnotes: Vec<RawFootnote<'s>>,
}

/// A block in which neither clauses nor points have been found yet.
pub(super) struct RawBlock<'s> {
    pub(super) kind: RawKind<'s>,
    pub(super) span: Range<usize>,
    /// Characters before it on its line.
    pub(super) column: usize,
}

pub(super) enum RawKind<'s> {
    /// A heading that no other block encloses, without its label. Its level is ignored.
    Heading(Option<HeadingLabel>, Vec<Inline<'s>>),
    Paragraph(Vec<Line<'s>>),
    /// A list, ordered if it has a first number.
    List(Option<u64>, Vec<RawItem<'s>>),
    Note(Vec<RawBlock<'s>>),
    Table(Table<'s>),
}

/// The label of a heading.
pub(super) struct HeadingLabel {
    pub(super) label: Label,
    /// As the author wrote it.
    pub(super) written: String,
}

/// An item of a list.
pub(super) struct RawItem<'s> {
    pub(super) blocks: Vec<RawBlock<'s>>,
    /// With its marker.
    pub(super) span: Range<usize>,
    pub(super) column: usize,
}

/// A line of a paragraph.
pub(super) struct Line<'s> {
    pub(super) inlines: Vec<Inline<'s>>,
    /// Where it starts in the file.
    pub(super) start: usize,
    /// Whether a hard break precedes it.
    pub(super) follows_break: bool,
}

pub(super) struct RawFootnote<'s> {
    pub(super) label: CowStr<'s>,
    pub(super) blocks: Vec<RawBlock<'s>>,
    pub(super) span: Range<usize>,
}

/// The inlines of lines, with their breaks.
pub(super) fn joined(lines: Vec<Line<'_>>) -> Vec<Inline<'_>> {
    let mut inlines = Vec::new();
    for line in lines {
        if !inlines.is_empty() {
            inlines.push(if line.follows_break {
                Inline::Break
            } else {
                Inline::Text("\n".into())
            });
        }
        inlines.extend(line.inlines);
    }
    inlines
}

/// A paragraph, a definition or a generated block.
pub(super) fn paragraph(inlines: Vec<Inline<'_>>) -> Block<'_> {
    if let [Inline::Variable(name, _)] = inlines.as_slice()
        && let Some(generated) = Generated::ALL
            .into_iter()
            .find(|generated| generated.variable() == &**name)
    {
        return Block::Generated(generated);
    }
    match inline::definition(inlines) {
        Ok((term, definition)) => Block::Definitions(vec![(term, definition)]),
        Err(inlines) => Block::Paragraph(inlines),
    }
}

/// Merges neighbouring definitions into one list.
pub(super) fn merge_definitions(blocks: Vec<Block<'_>>) -> Vec<Block<'_>> {
    let mut merged: Vec<Block<'_>> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (merged.last_mut(), block) {
            (Some(Block::Definitions(before)), Block::Definitions(more)) => before.extend(more),
            (_, block) => merged.push(block),
        }
    }
    merged
}

/// Characters before a place on its line.
pub(super) fn column(text: &str, place: usize) -> usize {
    let before = slice(text, ..place);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let width = |character: char| if character == '\t' { 4 } else { 1 };
    slice(before, start..).chars().map(width).sum()
}
