//! Turns paragraphs with labels such as `а)`, `(b)` and `(ii)`, for which Markdown has no marker,
//! into list items. The label stays in the text, so that references to it keep their meaning.

use crate::block::{Block, BlockKind, Label};
use crate::report::{RepairKind, Report};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LabelKind {
    Letter,
    Roman,
    Number,
}

/// Turns sequences of labelled paragraphs into lists.
pub(crate) fn group(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let labels: Vec<Option<(LabelKind, bool)>> = blocks.iter().map(label).collect();
    // Kinds of the open lists, outermost first.
    let mut open: Vec<LabelKind> = Vec::new();
    let mut base = None;
    // Depth of an item below the last label, and whether its text ends with a colon.
    let mut before = (0, false);
    let after_items = labels_after_items(&blocks, &labels);
    for (index, block) in blocks.iter_mut().enumerate() {
        let Some((kind, is_first)) = labels.get(index).copied().flatten() else {
            let goes_on = after_items
                .get(index)
                .copied()
                .flatten()
                .is_some_and(|(kind, is_first)| open.contains(&kind) && !is_first);
            if let BlockKind::Item { depth, .. } = &mut block.kind
                && !open.is_empty()
                && (goes_on || before.1)
            {
                *depth += before.0;
                continue;
            }
            base = block.depth();
            open.clear();
            continue;
        };
        let next_to = |other: Option<usize>| {
            other
                .and_then(|other| labels.get(other))
                .is_some_and(Option::is_some)
        };
        let in_row = !open.is_empty() || next_to(Some(index + 1)) || is_first || base.is_some();
        if !in_row || !block.is_paragraph() {
            base = block.depth();
            continue;
        }
        match open.iter().position(|known| *known == kind) {
            Some(place) => open.truncate(place + 1),
            None => open.push(kind),
        }
        // Below an item such as `1)` the letters are one level deeper.
        let depth = base.map_or(0, |depth| depth + 1) + open.len().saturating_sub(1);
        report.count(
            RepairKind::PseudoList,
            block.line,
            "paragraphs with labels such as `a)` became a list",
        );
        before = (depth + 1, block.text.plain_text().ends_with(':'));
        block.kind = BlockKind::Item {
            depth,
            label: Label::Bullet,
        };
    }
    blocks
}

/// For each block, the label of the first non-item at or after it.
fn labels_after_items(
    blocks: &[Block],
    labels: &[Option<(LabelKind, bool)>],
) -> Vec<Option<(LabelKind, bool)>> {
    let mut after = None;
    let mut found: Vec<Option<(LabelKind, bool)>> = Vec::with_capacity(blocks.len());
    for (block, label) in blocks.iter().zip(labels).rev() {
        if !block.is_item() {
            after = *label;
        }
        found.push(after);
    }
    found.reverse();
    found
}

/// The label at the beginning of a paragraph, and whether it is the first of its kind: `a)`, `(i)`,
/// `(1)`.
fn label(block: &Block) -> Option<(LabelKind, bool)> {
    if !block.is_plain() {
        return None;
    }
    let words = block.text.plain_text();
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
        return Some((LabelKind::Roman, label == "i"));
    }
    if count == 1 && label.chars().all(char::is_lowercase) {
        return Some((LabelKind::Letter, ["a", "а"].contains(&label)));
    }
    let is_number =
        bracketed && count <= 2 && label.chars().all(|digit| digit.is_ascii_digit()) && count > 0;
    is_number.then_some((LabelKind::Number, label == "1"))
}
