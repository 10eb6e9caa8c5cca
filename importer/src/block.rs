//! A document as a flat list of blocks.

use crate::number::{Delimiter, Number};
use crate::text::Text;

/// Lists deeper than this are flattened to it; no policy has more than three levels.
pub(crate) const MAX_LIST_DEPTH: usize = 8;

/// Bullets of documents; the last ones come from the symbol fonts of word processors.
const BULLETS: &str = "•·▪▫◦●‣∙○■□➢➤✓✔⁃►▸\u{f0b7}\u{f0a7}\u{f0d8}\u{f0fc}\u{f076}";
/// Emoji that documents use as bullets.
const EMOJI_BULLETS: &str = "✅☑👉🔹🔸📌➡";

/// Whether a character marks a list item in documents, though not in Markdown.
pub(crate) fn is_bullet(character: char) -> bool {
    BULLETS.contains(character) || EMOJI_BULLETS.contains(character)
}

/// How an item of a list is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Label {
    Bullet,
    /// Its number, and whether a dot or a bracket follows.
    Ordered(u32, Delimiter),
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// The level is the source's, until the repairs set the canonical one.
    Heading(usize),
    Paragraph,
    Item {
        depth: usize,
        label: Label,
    },
    Table(Vec<Vec<Text>>),
}

/// A heading, paragraph, list item or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Line of the input, 1-based.
    pub(crate) line: usize,
    pub(crate) kind: BlockKind,
    /// Empty in a table.
    pub(crate) text: Text,
    /// Stands in a note.
    pub(crate) quoted: bool,
    /// A blank line stood before it.
    pub(crate) spaced: bool,
    /// The clause number, already cut off from the text.
    pub(crate) number: Option<Number>,
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
        }
    }

    /// A paragraph at the same place that waits for its words.
    pub(crate) fn empty_paragraph(&self) -> Self {
        Self {
            line: self.line,
            kind: BlockKind::Paragraph,
            text: Text::default(),
            quoted: self.quoted,
            spaced: self.spaced,
            number: None,
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

    /// Depth of a list item.
    pub(crate) fn depth(&self) -> Option<usize> {
        match self.kind {
            BlockKind::Item { depth, .. } => Some(depth),
            BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Table(_) => None,
        }
    }

    /// A paragraph that isn't part of a note and has no number.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_paragraph() && !self.quoted && self.number.is_none()
    }

    /// Cells of a table or the text itself.
    pub(crate) fn texts_mut(&mut self) -> Vec<&mut Text> {
        match &mut self.kind {
            BlockKind::Table(rows) => rows.iter_mut().flatten().collect(),
            BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Item { .. } => {
                vec![&mut self.text]
            }
        }
    }

    /// Cells of a table or the text itself.
    pub(crate) fn texts(&self) -> Vec<&Text> {
        match &self.kind {
            BlockKind::Table(rows) => rows.iter().flatten().collect(),
            BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Item { .. } => {
                vec![&self.text]
            }
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.texts().iter().all(|text| text.is_blank())
    }
}
