//! The number of a paragraph in a list, as the program of the document shows it.

use super::Flow;
use crate::block::{BlockKind, Label, MAX_LIST_DEPTH};
use crate::number::Delimiter;
use crate::report::{DecisionKind, RepairKind};

/// What kind of mark a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A number, or words.
    Number,
    Bullet,
    /// A number of a kind that isn't known, by its name in the file; it is written in decimal.
    Unknown(String),
}

/// The mark of a paragraph in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListLabel {
    /// Level, outermost 0.
    pub(crate) level: usize,
    pub(crate) mark: Mark,
    /// Number with the text around it; may be empty.
    pub(crate) text: String,
    /// Whether the text of the paragraph follows without a space.
    pub(crate) is_attached: bool,
    /// The number of the level alone.
    pub(crate) value: u32,
}

impl Flow<'_> {
    /// Gives the paragraph its mark, and returns its kind: items have bullets or, inside of other
    /// items, decimal numbers; any other number stands before the words.
    pub(crate) fn label(&mut self, label: &ListLabel, kind: BlockKind) -> BlockKind {
        let line = self.line();
        let words = label.text.trim();
        if !self.has_words() {
            if !words.is_empty() && label.mark != Mark::Bullet {
                let message = format!("the number `{words}` without any text was removed");
                self.report.repair(RepairKind::EmptyBlock, line, message);
            }
            return kind;
        }
        let is_heading = matches!(kind, BlockKind::Heading(_));
        let depth = label.level.min(MAX_LIST_DEPTH);
        match &label.mark {
            Mark::Bullet if !is_text(words) => {
                let label = Label::Bullet;
                return if is_heading {
                    kind
                } else {
                    BlockKind::Item { depth, label }
                };
            }
            Mark::Unknown(name) => self.report.decision(
                DecisionKind::NumberUncertain,
                line,
                format!("numbers of the kind `{name}` aren't known; `{words}` stands here"),
                "compare it with the number in the document",
            ),
            Mark::Bullet | Mark::Number => {}
        }
        if let Some(ordered) = ordered(label).filter(|_| !is_heading && depth > 0) {
            self.remember_label(words);
            return BlockKind::Item {
                depth,
                label: ordered,
            };
        }
        if !words.is_empty() {
            self.set_label(words, label.is_attached);
        }
        kind
    }
}

/// Whether a mark of a list is a word, such as `Note:`, and not a sign. Signs of symbol fonts are
/// single letters.
fn is_text(mark: &str) -> bool {
    mark.chars().filter(|letter| letter.is_alphabetic()).count() > 1
}

/// The label of a list item with one decimal number, `3.` or `3)`.
fn ordered(label: &ListLabel) -> Option<Label> {
    let number = label.text.trim();
    let delimiter = match number.strip_prefix(&label.value.to_string())? {
        "." => Delimiter::Period,
        ")" => Delimiter::Parenthesis,
        _ => return None,
    };
    Some(Label::Ordered(label.value, delimiter))
}
