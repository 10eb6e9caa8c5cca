//! Lists: siblings that stood as children, lead-ins that stood as items, depths and numbers.

use crate::block::{Block, Kind, Label, Mark};
use crate::markdown::MAX_LIST_DEPTH;
use crate::report::{DecisionKind, RepairKind, Report};

/// Applies a change to every run of neighbouring items; the block before the run is told too.
fn for_each_list(blocks: &mut [Block], mut change: impl FnMut(Option<&Block>, &mut [Block])) {
    let mut rest = blocks;
    let mut before: Option<&Block> = None;
    loop {
        let other = rest.iter().take_while(|block| !block.is_item()).count();
        let (others, after) = rest.split_at_mut(other);
        before = others.last().or(before);
        let quoted = after.first().is_some_and(|block| block.quoted);
        let length = after
            .iter()
            .take_while(|block| block.is_item() && block.quoted == quoted)
            .count();
        if length == 0 {
            return;
        }
        let (list, after) = after.split_at_mut(length);
        change(before, list);
        before = list.last();
        rest = after;
    }
}

fn set_depth(block: &mut Block, new: usize) {
    if let Kind::Item { depth, .. } = &mut block.kind {
        *depth = new;
    }
}

fn label(block: &Block) -> Option<&Label> {
    match &block.kind {
        Kind::Item { label, .. } => Some(label),
        Kind::Heading(_) | Kind::Paragraph | Kind::Table(_) => None,
    }
}

/// `1)` after `1.` on the same level is a list inside the item, as in laws.
pub(crate) fn nest_brackets(mut blocks: Vec<Block>) -> Vec<Block> {
    for_each_list(&mut blocks, |_, list| {
        let flat = list.iter().all(|block| block.depth() == Some(0));
        if !flat {
            return;
        }
        let mut inside = false;
        for block in list {
            match label(block) {
                Some(Label::Ordered(_, Mark::Dot)) => inside = true,
                Some(Label::Ordered(_, Mark::Bracket)) if inside => set_depth(block, 1),
                Some(Label::Ordered(_, Mark::Bracket) | Label::Bullet) | None => {}
            }
        }
    });
    blocks
}

/// The first item stands further out than all others, but is no lead-in: they are siblings.
pub(crate) fn level_siblings(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
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
        let words = first.text.words();
        if others.is_empty() || !inner || !same_label || words.ends_with(':') {
            return;
        }
        let introduced = before.is_some_and(|before| before.text.words().ends_with(':'));
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
            let depth = block.depth().unwrap_or(1);
            set_depth(block, depth.saturating_sub(1));
        }
    });
    blocks
}

/// The first item ends with a colon and nothing else introduces the list: it is no item.
pub(crate) fn extract_lead_ins(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for_each_list(&mut blocks, |before, list| {
        let Some((first, others)) = list.split_first_mut() else {
            return;
        };
        let is_lead_in = first.text.words().ends_with(':')
            && first.depth() == Some(0)
            && label(first) == Some(&Label::Bullet);
        if !is_lead_in || others.is_empty() {
            return;
        }
        let alone = others.iter().all(|block| block.depth() > Some(0));
        let introduced = before.is_some_and(|before| before.text.words().ends_with(':'));
        // Other items with a colon and a list of their own make it one of several groups.
        let is_group = others
            .iter()
            .any(|block| block.depth() == Some(0) && block.text.words().ends_with(':'));
        let leads_inner = others.first().is_some_and(|block| block.depth() > Some(0));
        if introduced || is_group || (leads_inner && !alone) {
            return;
        }
        report.repair(
            RepairKind::LeadIn,
            first.line,
            "the sentence that introduces a list stood as its first item",
        );
        first.kind = Kind::Paragraph;
    });
    blocks
}

/// Every list begins at the margin and goes in by one step at a time.
pub(crate) fn level_depths(mut blocks: Vec<Block>) -> Vec<Block> {
    for_each_list(&mut blocks, |_, list| {
        // Source depths of the open items; their number is the canonical depth.
        let mut open: Vec<usize> = Vec::new();
        for block in list {
            let depth = block.depth().unwrap_or_default();
            while open.last().is_some_and(|outer| *outer >= depth) {
                open.pop();
            }
            set_depth(block, open.len().min(MAX_LIST_DEPTH));
            open.push(depth);
        }
    });
    blocks
}

/// Markdown counts `1. 1. 1.` as 1, 2, 3.
pub(crate) fn number_lazy(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for_each_list(&mut blocks, |_, list| {
        let numbers: Vec<u32> = list
            .iter()
            .filter_map(|block| match label(block) {
                Some(Label::Ordered(number, _)) => Some(*number),
                Some(Label::Bullet) | None => None,
            })
            .collect();
        let lazy = numbers.len() == list.len()
            && numbers.len() > 1
            && numbers.iter().all(|number| *number == 1);
        let flat = list.iter().all(|block| block.depth() == Some(0));
        if !lazy || !flat {
            return;
        }
        if let Some(first) = list.first() {
            report.repair(
                RepairKind::NumberForm,
                first.line,
                "list items that all had the number `1` were counted",
            );
        }
        for (block, counted) in list.iter_mut().zip(1..) {
            if let Kind::Item {
                label: Label::Ordered(number, _),
                ..
            } = &mut block.kind
            {
                *number = counted;
            }
        }
    });
    blocks
}

/// Blank lines between items go; the writer makes every list tight.
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
