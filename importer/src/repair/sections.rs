//! Turns list items and bold paragraphs that are section titles into headings, and headings that
//! are prose into paragraphs.

use crate::block::{Block, BlockKind, Label};
use crate::number::{ClauseNumber, Delimiter};
use crate::outline;
use crate::report::{RepairKind, Report};
use crate::text::{self, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Longest title of a section, in characters.
pub(super) const MAX_TITLE: usize = 150;
/// Source level of headings that had none; deeper than any of Markdown.
pub(crate) const NO_LEVEL: usize = 7;

/// Makes paragraphs of headings that are whole sentences.
pub(crate) fn demote_prose_headings(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let may_be_paragraph = block
            .number
            .as_ref()
            .is_none_or(|number| number.level() > 1);
        if block.is_heading() && may_be_paragraph && text::is_prose(&block.text.plain_text()) {
            report.repair(
                RepairKind::HeadingTooLong,
                block.line,
                "a clause of whole sentences that stood as a heading became a paragraph",
            );
            block.kind = BlockKind::Paragraph;
        }
    }
    blocks
}

/// Turns numbered paragraphs and items that are entirely bold and aren't sentences into headings.
pub(crate) fn promote_bold_clauses(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let is_listed = neighbours_in_list(&blocks);
    for (block, is_listed) in blocks.iter_mut().zip(is_listed) {
        if block.quoted || !block.text.is_all_strong() || text::is_prose(&block.text.plain_text()) {
            continue;
        }
        match &block.kind {
            BlockKind::Paragraph if block.number.is_some() => {}
            BlockKind::Item {
                depth: 0,
                label: Label::Ordered(number, Delimiter::Period),
            } if !is_listed => {
                block.number = ClauseNumber::digits(*number);
            }
            BlockKind::Paragraph
            | BlockKind::Item { .. }
            | BlockKind::Heading(_)
            | BlockKind::Table(_)
            | BlockKind::Note(_) => continue,
        }
        report.repair(
            RepairKind::Heading,
            block.line,
            "a numbered title in bold became a heading",
        );
        block.kind = BlockKind::Heading(NO_LEVEL);
    }
    blocks
}

pub(super) fn ordered(block: &Block) -> Option<u32> {
    match block.kind {
        BlockKind::Item {
            depth: 0,
            label: Label::Ordered(number, _),
        } if !block.quoted => Some(number),
        BlockKind::Item { .. }
        | BlockKind::Heading(_)
        | BlockKind::Paragraph
        | BlockKind::Table(_)
        | BlockKind::Note(_) => None,
    }
}

/// The number of a point such as `3)` at the margin.
fn point(block: &Block) -> Option<u32> {
    match &block.kind {
        BlockKind::Item {
            depth: 0,
            label: Label::Point(mark),
        } if !block.quoted => text::parsed(mark.strip_suffix(')')?),
        _ => None,
    }
}

/// For every block, whether the previous or next one is an ordered item or a point.
fn neighbours_in_list(blocks: &[Block]) -> Vec<bool> {
    let is_counted = |block: &Block| {
        let label = match &block.kind {
            BlockKind::Item { depth: 0, label } if !block.quoted => label,
            _ => return false,
        };
        matches!(label, Label::Ordered(..) | Label::Point(_))
    };
    let counted: Vec<bool> = blocks.iter().map(is_counted).collect();
    let next_to =
        |index: Option<usize>| index.is_some_and(|index| counted.get(index).copied() == Some(true));
    (0..blocks.len())
        .map(|index| next_to(index.checked_sub(1)) || next_to(Some(index + 1)))
        .collect()
}

/// Makes a heading of `1. General` if clauses 1.1, 1.2 follow, or if it belongs to a sequence of
/// such titles with text between them.
pub(crate) fn promote_ordered_items(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let sections = find_sections(&blocks);
    for (index, block) in blocks.iter_mut().enumerate() {
        let number = ordered(block).or_else(|| point(block));
        if let Some(number) = number.filter(|_| sections.contains(&index)) {
            report.repair(
                RepairKind::Heading,
                block.line,
                format!("section `{number}` that stood as a list item became a heading"),
            );
            block.kind = BlockKind::Heading(NO_LEVEL);
            block.number = ClauseNumber::digits(number);
        }
    }
    blocks
}

fn find_sections(blocks: &[Block]) -> BTreeSet<usize> {
    let is_listed = neighbours_in_list(blocks);
    let counts = outline::counts_items(blocks);
    let mut sections = BTreeSet::new();
    let mut alone = Vec::new();
    let states = is_listed.into_iter().zip(counts);
    for (index, (block, (is_listed, counts))) in blocks.iter().zip(states).enumerate() {
        let own = ordered(block);
        let Some(number) = own.or_else(|| point(block)) else {
            continue;
        };
        // The first clause before the next item or section decides.
        let after = blocks.iter().skip(index + 1);
        let child = after
            .take_while(|other| ordered(other).is_none() && !is_section(other))
            .find_map(|other| other.number.as_ref())
            .is_some_and(|clause| clause.section() == Some(number));
        let is_alone = !is_listed;
        if child && (is_alone || is_title(&block.text)) {
            sections.insert(index);
        } else if is_alone && is_title(&block.text) && !counts && own.is_some() {
            alone.push((index, number));
        }
    }
    extend_row(blocks, &mut sections, &alone);
    sections
}

pub(super) fn is_section(block: &Block) -> bool {
    block
        .number
        .as_ref()
        .is_some_and(|number| number.level() == 1)
}

/// Isolated titles are sections if they continue the numbers of the sections, or form a sequence.
fn extend_row(blocks: &[Block], sections: &mut BTreeSet<usize>, alone: &[(usize, u32)]) {
    let mut known: BTreeMap<usize, u32> = BTreeMap::new();
    for (index, block) in blocks.iter().enumerate() {
        let number = match ordered(block) {
            Some(number) if sections.contains(&index) => Some(number),
            _ if is_section(block) => block.number.as_ref().and_then(ClauseNumber::section),
            _ => None,
        };
        known.extend(number.map(|number| (index, number)));
    }
    let has_clauses = blocks.iter().any(|block| block.number.is_some());
    let is_row = alone.len() >= 2
        && alone
            .iter()
            .zip(1..)
            .all(|((_, number), expected)| *number == expected);
    for (index, number) in alone {
        let before = known
            .range(..*index)
            .next_back()
            .map_or(0, |(_, number)| *number);
        let after = known
            .range(*index..)
            .next()
            .is_none_or(|(_, next)| *next > *number);
        let continues = !known.is_empty() && *number == before + 1 && after;
        if continues || (!has_clauses && is_row) {
            sections.insert(*index);
            known.insert(*index, *number);
        }
    }
}

/// Whether the text is short, doesn't begin in lowercase and doesn't end like a sentence.
pub(crate) fn is_title(text: &Text) -> bool {
    let words = text.plain_text();
    let ends = text::last_character(&words).is_some_and(|mark| ".;,。；，،؛".contains(mark));
    words.chars().count() <= MAX_TITLE && !ends && !text::starts_lowercase(&words)
}
