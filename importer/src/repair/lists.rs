//! Repairs the depth and the numbers of list items, and lead-ins that were items.

use crate::block::{Block, BlockKind, Label, MAX_LIST_DEPTH};
use crate::report::{DecisionKind, RepairKind, Report};
use language::Mark;

/// Calls `change` for every list, with the block before it and its items.
fn for_each_list(blocks: &mut [Block], mut change: impl FnMut(Option<&Block>, &mut [Block])) {
    let mut rest = blocks;
    let mut before: Option<&Block> = None;
    loop {
        let other = rest.iter().take_while(|block| !block.is_item()).count();
        let (others, after) = rest.split_at_mut(other);
        before = others.last().or(before);
        let length = list_length(after);
        if length == 0 {
            return;
        }
        let (list, after) = after.split_at_mut(length);
        change(before, list);
        before = list.last();
        rest = after;
    }
}

/// Number of items of the list at the beginning of the blocks. A blank line and another kind of
/// marker at the margin begin another list.
fn list_length(blocks: &[Block]) -> usize {
    let Some(first) = blocks.first() else {
        return 0;
    };
    let is_ordered =
        |block: &Block| matches!(label(block), Some(Label::Ordered(..) | Label::Point(_)));
    let continues = |block: &&Block| {
        let other =
            block.spaced && block.depth() == Some(0) && is_ordered(block) != is_ordered(first);
        block.is_item() && block.quoted == first.quoted && !other
    };
    let rest = blocks.iter().skip(1).take_while(continues).count();
    if first.is_item() { rest + 1 } else { 0 }
}

fn set_depth(block: &mut Block, new: usize) {
    if let BlockKind::Item { depth, .. } = &mut block.kind {
        *depth = new;
    }
}

fn label(block: &Block) -> Option<&Label> {
    match &block.kind {
        BlockKind::Item { label, .. } => Some(label),
        BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Table(_) | BlockKind::Note(_) => {
            None
        }
    }
}

/// Nests `1)` after `1.` at the same depth, as in laws.
pub(crate) fn nest_points(mut blocks: Vec<Block>) -> Vec<Block> {
    for_each_list(&mut blocks, |_, list| {
        let mut inside = false;
        let mut shift = 0;
        for block in list {
            let Some(depth) = block.depth() else { continue };
            match (depth, label(block)) {
                (0, Some(Label::Ordered(..))) => (inside, shift) = (true, 0),
                (0, Some(Label::Point(_))) if inside => shift = 1,
                (0, _) => shift = 0,
                _ => {}
            }
            set_depth(block, depth + shift);
        }
    });
    blocks
}

/// Writes the items of a list that starts again right after another one as points `1)`: Markdown
/// would join the two, and count on.
pub(crate) fn divide_restarted(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut restarted: Option<(usize, usize)> = None;
    for_each_list(&mut blocks, |_, list| {
        // The last number by depth, and whether its list is written as points.
        let mut open: Vec<Option<(u32, bool)>> = Vec::new();
        for block in list {
            let line = block.line;
            let BlockKind::Item { depth, label } = &mut block.kind else {
                continue;
            };
            open.resize(*depth + 1, None);
            let (Some(last), Label::Ordered(number, _)) = (open.last_mut(), &*label) else {
                continue;
            };
            let number = *number;
            let is_point = match *last {
                Some((before, is_point)) if number == 1 && before >= 1 => !is_point,
                Some((_, is_point)) => is_point,
                None => false,
            };
            *last = Some((number, is_point));
            if is_point {
                *label = Label::Point(format!("{number})"));
                let (_, count) = restarted.get_or_insert((line, 0));
                *count += 1;
            }
        }
    });
    if let Some((line, count)) = restarted {
        report.decision(
            DecisionKind::ListNumbers,
            line,
            format!("`{count}` items of lists that start again right after another list are written `1)`, because Markdown would join the two"),
            "put a sentence between the lists if both are to have `1.`",
        );
    }
    blocks
}

/// Nests bullets that interrupt an ordered list (`2. …:`, bullets, `3. …`) or points in the item before them.
pub(crate) fn nest_interrupting_items(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut rest = blocks.as_mut_slice();
    while let Some((first, after)) = rest.split_first_mut() {
        let opens = match (label(first), first.depth()) {
            (Some(label @ (Label::Ordered(..) | Label::Point(_))), Some(depth)) => {
                Some((label.clone(), depth))
            }
            _ => None,
        };
        let opens = opens.filter(|_| first.text.plain_text().ends_with(':'));
        let Some((own, depth)) = opens else {
            rest = after;
            continue;
        };
        let is_inside = |block: &&Block| {
            label(block) == Some(&Label::Bullet) || block.depth().is_some_and(|inner| inner > depth)
        };
        let length = after.iter().take_while(is_inside).count();
        let goes_on = after.get(length).is_some_and(|next| {
            let is_next = label(next).is_some_and(|next| is_followed_by(&own, next));
            is_next && next.depth() == Some(depth)
        });
        let (inside, after) = after.split_at_mut(length);
        let beside = |block: &Block| block.depth() == Some(depth);
        if goes_on && inside.first().is_some_and(beside) {
            report.repair(
                RepairKind::MisnestedList,
                first.line,
                "a list inside an item stood beside it",
            );
            for block in inside {
                if let Some(depth) = block.depth() {
                    set_depth(block, depth + 1);
                }
            }
        }
        rest = after;
    }
    blocks
}

/// Whether an item with the second label may be the next one after the first.
fn is_followed_by(label: &Label, next: &Label) -> bool {
    match (label, next) {
        (Label::Ordered(number, _), Label::Ordered(next, _)) => {
            number.checked_add(1) == Some(*next)
        }
        (Label::Point(mark), Label::Point(next)) => {
            let marks = Mark::leading(mark).zip(Mark::leading(next));
            marks.is_some_and(|(mark, next)| {
                mark.series() == next.series() && mark.part.is_followed_by(&next.part)
            })
        }
        _ => false,
    }
}

/// Moves all items out of the first one if they are nested in it and it doesn't introduce them.
pub(crate) fn unnest_siblings(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for_each_list(&mut blocks, |before, list| {
        let Some((first, others)) = list.split_first_mut() else {
            return;
        };
        let inner = others.iter().all(|block| block.depth() > first.depth());
        let same_label = others.first().is_some_and(|block| {
            matches!(
                (label(first), label(block)),
                (Some(Label::Bullet), Some(Label::Bullet))
                    | (Some(Label::Ordered(..)), Some(Label::Ordered(..)))
            )
        });
        let words = first.text.plain_text();
        if others.is_empty() || !inner || !same_label || words.ends_with(':') {
            return;
        }
        let introduced = before.is_some_and(|before| before.text.plain_text().ends_with(':'));
        if !words.ends_with([';', ',', '.']) && !introduced {
            report.decision(
                DecisionKind::ListStructure,
                first.line,
                "all other items of the list stand inside the first one",
                "move them two spaces to the left if they are its siblings",
            );
            return;
        }
        let message = "items that stood inside the first one became its siblings";
        report.repair(RepairKind::MisnestedList, first.line, message);
        for block in others {
            if let Some(depth) = block.depth() {
                set_depth(block, depth.saturating_sub(1));
            }
        }
    });
    blocks
}

/// Turns a first item that ends with a colon into a paragraph if nothing else introduces the list.
pub(crate) fn extract_lead_ins(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for_each_list(&mut blocks, |before, list| {
        let Some((first, others)) = list.split_first_mut() else {
            return;
        };
        let is_lead_in = first.text.plain_text().ends_with(':')
            && first.depth() == Some(0)
            && label(first) == Some(&Label::Bullet);
        if !is_lead_in || others.is_empty() {
            return;
        }
        let alone = others.iter().all(|block| block.depth() > Some(0));
        let introduced = before.is_some_and(|before| before.text.plain_text().ends_with(':'));
        // If other outermost items end with a colon too, this one begins one of several groups.
        let is_group = others
            .iter()
            .any(|block| block.depth() == Some(0) && block.text.plain_text().ends_with(':'));
        let leads_inner = others.first().is_some_and(|block| block.depth() > Some(0));
        if introduced || is_group || (leads_inner && !alone) {
            return;
        }
        report.repair(
            RepairKind::LeadIn,
            first.line,
            "the sentence that introduces a list stood as its first item",
        );
        first.kind = BlockKind::Paragraph;
    });
    blocks
}

/// Makes every list begin at depth 0 and go in by one level at a time.
pub(crate) fn normalize_depths(mut blocks: Vec<Block>) -> Vec<Block> {
    for_each_list(&mut blocks, |_, list| {
        // Source depths of the open items; their number is the canonical depth.
        let mut open: Vec<usize> = Vec::new();
        for block in list {
            let Some(depth) = block.depth() else { continue };
            while open.last().is_some_and(|outer| *outer >= depth) {
                open.pop();
            }
            set_depth(block, open.len().min(MAX_LIST_DEPTH));
            open.push(depth);
        }
    });
    blocks
}

/// Numbers `1. 1. 1.` as 1, 2, 3, as Markdown does.
pub(crate) fn renumber_repeated_ones(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let is_one = |block: &Block| {
        let one = matches!(label(block), Some(Label::Ordered(1, _)));
        one && block.depth() == Some(0)
    };
    for list in blocks.chunk_by_mut(|one, other| is_one(one) && is_one(other)) {
        let Some(first) = list.first().filter(|_| list.len() > 1) else {
            continue;
        };
        let message = "list items that all had the number `1` were counted";
        report.repair(RepairKind::NumberForm, first.line, message);
        for (block, counted) in list.iter_mut().zip(1..) {
            if let BlockKind::Item {
                label: Label::Ordered(number, _),
                ..
            } = &mut block.kind
            {
                *number = counted;
            }
        }
    }
    blocks
}

/// Reports blank lines between items, which the writer leaves out.
pub(crate) fn report_loose(blocks: &[Block], report: &mut Report) {
    for (before, block) in blocks.iter().zip(blocks.iter().skip(1)) {
        if before.is_item() && block.is_item() && block.spaced {
            report.count(
                RepairKind::LooseList,
                block.line,
                "blank lines between list items removed",
            );
        }
    }
}
