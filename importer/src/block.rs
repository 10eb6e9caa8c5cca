//! A document as a flat list of blocks.

use crate::number::{ClauseNumber, Delimiter};
use crate::text::Text;

/// Lists deeper than this are flattened to it; no policy has more than three levels.
pub(crate) const MAX_LIST_DEPTH: usize = 8;

/// Bullet characters in documents; the private-use ones come from the symbol fonts of word
/// processors.
const BULLETS: &str = "•·▪▫◦●‣∙○■□➢➤✓✔⁃►▸\u{f0b7}\u{f0a7}\u{f0d8}\u{f0fc}\u{f076}";
/// Emoji that documents use as bullets.
const EMOJI_BULLETS: &str = "✅☑👉🔹🔸📌➡";

/// The mark of a bullet at the beginning of a line in the cell of a table.
pub(crate) const CELL_BULLET: &str = "• ";

/// Whether the character is a bullet in documents but not a list marker of Markdown.
pub(crate) fn is_bullet(character: char) -> bool {
    BULLETS.contains(character) || EMOJI_BULLETS.contains(character)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Label {
    Bullet,
    /// `3.` or `3)`.
    Ordered(u32, Delimiter),
    /// The mark of a point as it is written: `2-1)`, `а)`, `(iv)`.
    Point(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// Level 1 to 9 as in the source, until `repair::levels` sets the canonical one from 2 to 6.
    Heading(usize),
    Paragraph,
    Item {
        depth: usize,
        label: Label,
    },
    Table(Vec<Vec<Text>>),
    /// A footnote with its label, which `[^label]` in the text refers to.
    Note(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Line of the input, 1-based; in a file of Word or LibreOffice, the paragraph.
    pub(crate) line: usize,
    pub(crate) kind: BlockKind,
    /// Empty in a table, whose text is in its cells.
    pub(crate) text: Text,
    /// Whether the block is in a blockquote.
    pub(crate) quoted: bool,
    /// Whether a blank line precedes the block.
    pub(crate) spaced: bool,
    /// The number or label of the clause, which `text` doesn't contain.
    pub(crate) number: Option<ClauseNumber>,
    /// Columns before a paragraph or point of an edition, which stay as they are.
    pub(crate) indent: usize,
}

impl Block {
    pub(crate) fn new(line: usize, kind: BlockKind, text: Text) -> Self {
        Self {
            line,
            kind,
            text,
            quoted: false,
            spaced: true,
            number: None,
            indent: 0,
        }
    }

    /// An empty paragraph with the line, blockquote and spacing of this block.
    pub(crate) fn empty_paragraph(&self) -> Self {
        Self {
            line: self.line,
            kind: BlockKind::Paragraph,
            text: Text::default(),
            quoted: self.quoted,
            spaced: self.spaced,
            number: None,
            indent: 0,
        }
    }

    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, BlockKind::Heading(_))
    }

    pub(crate) fn is_paragraph(&self) -> bool {
        self.kind == BlockKind::Paragraph
    }

    pub(crate) fn is_item(&self) -> bool {
        matches!(self.kind, BlockKind::Item { .. })
    }

    /// Depth of a list item, outermost 0.
    pub(crate) fn depth(&self) -> Option<usize> {
        match self.kind {
            BlockKind::Item { depth, .. } => Some(depth),
            BlockKind::Heading(_)
            | BlockKind::Paragraph
            | BlockKind::Table(_)
            | BlockKind::Note(_) => None,
        }
    }

    /// A paragraph outside of blockquotes and without a clause number.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_paragraph() && !self.quoted && self.number.is_none()
    }

    /// The cells of a table, or the one text of any other block.
    pub(crate) fn texts_mut(&mut self) -> Vec<&mut Text> {
        match &mut self.kind {
            BlockKind::Table(rows) => rows.iter_mut().flatten().collect(),
            _ => vec![&mut self.text],
        }
    }

    /// The cells of a table, or the one text of any other block.
    pub(crate) fn texts(&self) -> Vec<&Text> {
        match &self.kind {
            BlockKind::Table(rows) => rows.iter().flatten().collect(),
            _ => vec![&self.text],
        }
    }

    /// The mark of a list item with the space after it, or nothing: `3. `, or [`CELL_BULLET`].
    pub(crate) fn mark(&self) -> String {
        match &self.kind {
            BlockKind::Item { label, .. } => match label {
                Label::Bullet => CELL_BULLET.to_owned(),
                Label::Ordered(number, Delimiter::Period) => format!("{number}. "),
                Label::Ordered(number, Delimiter::Parenthesis) => format!("{number}) "),
                Label::Point(mark) => format!("{mark} "),
            },
            _ => String::new(),
        }
    }

    /// The words of the block as they stand in the document.
    pub(crate) fn source(&self) -> String {
        let texts = self.texts().into_iter().map(Text::plain_text);
        let marker = match &self.kind {
            BlockKind::Item {
                label: Label::Bullet,
                ..
            } => "- ".to_owned(),
            BlockKind::Note(label) => format!("[^{label}]: "),
            _ => self.mark(),
        };
        marker + &texts.collect::<Vec<_>>().join(" | ")
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.texts().iter().all(|text| text.is_blank())
    }
}
