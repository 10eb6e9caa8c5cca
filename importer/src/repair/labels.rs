//! Paragraphs with labels, `а) …`, `(b) …`, `(ii) …`: items of a list that Markdown has no notation for. The label stays
//! in the text, so that references to it keep their meaning.

use crate::block::{Block, Kind, Label};
use crate::report::{RepairKind, Report};

/// What a label counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Roman,
    Number,
}

/// Turns rows of labelled paragraphs into lists.
pub(crate) fn gather(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let labels: Vec<Option<(Class, bool)>> = blocks.iter().map(label).collect();
    // Classes that are open, outermost first.
    let mut open: Vec<Class> = Vec::new();
    let mut base = None;
    for (index, block) in blocks.iter_mut().enumerate() {
        let Some((class, is_first)) = labels.get(index).copied().flatten() else {
            base = block.depth();
            open.clear();
            continue;
        };
        let next_to = |other: Option<usize>| {
            other
                .and_then(|other| labels.get(other))
                .is_some_and(Option::is_some)
        };
        let in_row =
            next_to(index.checked_sub(1)) || next_to(Some(index + 1)) || is_first || base.is_some();
        if !in_row || !block.is_paragraph() {
            base = block.depth();
            continue;
        }
        match open.iter().position(|known| *known == class) {
            Some(place) => open.truncate(place + 1),
            None => open.push(class),
        }
        // After `1)` the letters stand one step further in.
        let depth = base.map_or(0, |depth| depth + 1) + open.len().saturating_sub(1);
        report.count(
            RepairKind::PseudoList,
            block.line,
            "paragraphs with labels such as `a)` became a list",
        );
        block.kind = Kind::Item {
            depth,
            label: Label::Bullet,
        };
    }
    blocks
}

/// The label that a paragraph begins with, and whether it is the first of its row.
fn label(block: &Block) -> Option<(Class, bool)> {
    if !block.is_plain() {
        return None;
    }
    let words = block.text.words();
    let first = words.split_whitespace().next()?;
    if first.len() == words.len() {
        return None;
    }
    let inner = first.strip_suffix(')')?;
    let label = inner.strip_prefix('(').unwrap_or(inner);
    let bracketed = label.len() < inner.len();
    let count = label.chars().count();
    let is_roman = !label.is_empty() && label.chars().all(|letter| "ivx".contains(letter));
    if is_roman && (count > 1 || bracketed && label == "i") {
        return Some((Class::Roman, label == "i"));
    }
    if count == 1 && label.chars().all(char::is_lowercase) {
        return Some((Class::Letter, ["a", "а"].contains(&label)));
    }
    let is_number =
        bracketed && count <= 2 && label.chars().all(|digit| digit.is_ascii_digit()) && count > 0;
    is_number.then_some((Class::Number, label == "1"))
}
