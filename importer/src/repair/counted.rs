//! Clauses with a number of one part, which Markdown reads as items: `3. Text` below an article, a
//! chapter, a section with a letter, or in an appendix.

use crate::block::{Block, BlockKind, Label};
use crate::number::{ClauseNumber, Delimiter};
use crate::outline;
use crate::repair::sections::NO_LEVEL;
use crate::report::{DecisionKind, Report};
use std::collections::BTreeMap;

/// Makes clauses of such items of an edition, which are clauses whatever their numbers.
pub(crate) fn read_written(mut blocks: Vec<Block>) -> Vec<Block> {
    let counts = outline::counts_items(&blocks);
    let mut is_inside = false;
    for (block, counts) in blocks.iter_mut().zip(counts) {
        is_inside = number(block, counts, is_inside);
    }
    blocks
}

/// Makes clauses of such items. A list that starts again below the same heading, or starts below a
/// clause `2.1.` there, is none of clauses: its items become points, so that no number stands twice.
pub(crate) fn number_items(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let counts = outline::counts_items(&blocks);
    // The lines at which lists start again, and how many items they have.
    let mut again: BTreeMap<usize, usize> = BTreeMap::new();
    let mut last: Option<u32> = None;
    let (mut is_again, mut has_clauses) = (false, false);
    let mut is_inside = false;
    for (block, counts) in blocks.iter_mut().zip(counts) {
        if block.is_heading() {
            (last, is_again, has_clauses) = (None, false, false);
        } else if block.number.as_ref().is_some_and(|own| own.level() > 1) {
            has_clauses = true;
        }
        if let Some(value) = ordinal(block).filter(|_| counts) {
            is_again = last.is_some_and(|last| value <= last)
                || is_again && value != 1
                || has_clauses && value == 1;
            if is_again {
                *again.entry(block.line).or_default() += 1;
                set_point(block, value);
                is_inside = false;
                continue;
            }
            last = Some(value);
        }
        is_inside = number(block, counts, is_inside);
    }
    let counts = outline::counts_items(&blocks);
    for (block, counts) in blocks.iter_mut().zip(counts) {
        // A clause of the first level is a heading everywhere else.
        let level = block.number.as_ref().map(ClauseNumber::level);
        if block.is_paragraph() && level == Some(1) && !counts {
            block.kind = BlockKind::Heading(NO_LEVEL);
        }
    }
    if let Some((line, _)) = again.first_key_value() {
        let count: usize = again.values().sum();
        report.decision(
            DecisionKind::ListNumbers,
            *line,
            format!("`{count}` items of lists that start again below one heading are written `1)`, because `1.` is a clause there"),
            "see that each is a point of the clause before it",
        );
    }
    blocks
}

/// The number of an item at the margin, `3.`
fn ordinal(block: &Block) -> Option<u32> {
    match block.kind {
        BlockKind::Item {
            depth: 0,
            label: Label::Ordered(value, Delimiter::Period),
        } if !block.quoted => Some(value),
        _ => None,
    }
}

fn set_point(block: &mut Block, value: u32) {
    if let BlockKind::Item { label, .. } = &mut block.kind {
        *label = Label::Point(format!("{value})"));
    }
}

/// Makes a clause of an item, and takes items inside of it one level out. Returns whether the next
/// items may be inside of it.
fn number(block: &mut Block, counts: bool, is_inside: bool) -> bool {
    if let Some(clause) = ordinal(block)
        .filter(|_| counts)
        .and_then(ClauseNumber::digits)
    {
        block.kind = BlockKind::Paragraph;
        block.number = Some(clause);
        return true;
    }
    match &mut block.kind {
        BlockKind::Item { depth, .. } if is_inside && *depth > 0 => {
            *depth -= 1;
            true
        }
        _ => false,
    }
}
