//! Numbers of nested lists below numbered headings: text processors show the items of a list inside
//! of item 1 as 1.1, 1.2, but their web pages only say that the list is nested.

use crate::block::{Block, BlockKind, Label};
use crate::number::ClauseNumber;
use crate::report::{DecisionKind, RepairKind, Report};
use language::{Language, Number, Part};
use std::collections::BTreeSet;

/// Makes clauses of such items if the text refers to one of them by its number; asks if the list
/// stands inside of the heading's item and nothing refers to it.
pub(crate) fn number(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let Some(plan) = plan(&blocks) else {
        return blocks;
    };
    let items = || {
        blocks
            .iter()
            .zip(&plan.numbers)
            .filter_map(|(block, number)| Some((block, number.as_ref()?)))
    };
    let Some((first, number)) = items().next() else {
        return blocks;
    };
    if !is_referred_to(&blocks, &plan.numbers) {
        if plan.is_nested {
            report.decision(
                DecisionKind::ListStructure,
                first.line,
                format!("`{}` items of lists inside of numbered sections may be clauses, the first one `{number}`; no text refers to one", items().count()),
                "write them as paragraphs that begin with their numbers, such as `1.1. `, if the document shows them so",
            );
        }
        return blocks;
    }
    for (block, number) in blocks.iter_mut().zip(plan.numbers) {
        if let Some(number) = number {
            let message =
                "items of nested lists became clauses, to which the text refers by their numbers";
            report.count(RepairKind::ClauseInList, block.line, message);
            block.kind = BlockKind::Paragraph;
            block.number = Some(ClauseNumber::new(number.clone(), &number.to_string()));
        } else if let BlockKind::Item { depth, .. } = &mut block.kind {
            // What stays a list stands below its clause.
            *depth = depth.saturating_sub(1);
        }
    }
    blocks
}

/// The numbers that nested items would have.
struct Plan {
    /// For each block.
    numbers: Vec<Option<Number>>,
    /// Whether a list stands inside of the item that is its heading.
    is_nested: bool,
}

/// `None` if the document has clauses with numbers of their own, or lists that don't count on.
fn plan(blocks: &[Block]) -> Option<Plan> {
    let mut numbers = Vec::with_capacity(blocks.len());
    let mut is_nested = false;
    let mut section: Option<&Number> = None;
    // Depth and number of the open lists of the section.
    let mut open: Vec<(usize, u32)> = Vec::new();
    // The depth of bullets, whose lists have no numbers of clauses.
    let mut bullets: Option<usize> = None;
    let mut before: Option<&Block> = None;
    for block in blocks {
        let after_heading = before.is_some_and(Block::is_heading);
        before = Some(block);
        numbers.push(None);
        if block.is_heading() || block.number.is_some() {
            let number = block.number.as_ref();
            if number.is_some_and(|number| number.level() > 1) {
                return None;
            }
            (section, bullets) = (number.and_then(ClauseNumber::plain), None);
            open.clear();
            continue;
        }
        let (Some(section), BlockKind::Item { depth, label }) = (section, &block.kind) else {
            continue;
        };
        bullets = bullets.filter(|bullets| depth > bullets);
        let number = match label {
            _ if bullets.is_some() || block.quoted => continue,
            Label::Bullet => {
                bullets = Some(*depth);
                continue;
            }
            Label::Point(_) => continue,
            Label::Ordered(number, _) => *number,
        };
        is_nested |= after_heading && *depth > 0;
        while open.last().is_some_and(|(inner, _)| inner > depth) {
            open.pop();
        }
        match open.last_mut() {
            Some((list, last)) if list == depth => {
                if last.checked_add(1) != Some(number) {
                    return None;
                }
                *last = number;
            }
            Some(_) | None if number == 1 => open.push((*depth, 1)),
            Some(_) | None => return None,
        }
        let path = open
            .iter()
            .try_fold(section.clone(), |path, (_, part)| child(&path, *part));
        let planned = numbers.last_mut()?;
        *planned = Some(path?);
    }
    Some(Plan { numbers, is_nested })
}

/// The number of a clause inside of another one; `None` if it would be too deep.
fn child(number: &Number, part: u32) -> Option<Number> {
    let Ok(part) = u16::try_from(part) else {
        return None;
    };
    let mut parts = number.parts().to_vec();
    parts.push(Part::decimal(part));
    Number::new(parts)
}

/// Whether a text of the document refers to one of the numbers.
fn is_referred_to(blocks: &[Block], numbers: &[Option<Number>]) -> bool {
    let planned: BTreeSet<String> = numbers.iter().flatten().map(Number::to_string).collect();
    let texts = blocks.iter().flat_map(Block::texts);
    texts.into_iter().any(|text| {
        let words = text.plain_text();
        Language::all().any(|language| {
            let patterns = language.references();
            patterns.reference.captures_iter(&words).any(|found| {
                let Some(named) = found.name("numbers") else {
                    return false;
                };
                let mut parts = named
                    .as_str()
                    .split(|letter: char| !letter.is_ascii_digit() && letter != '.');
                patterns.is_reference(&words, &found)
                    && parts.any(|part| planned.contains(part.trim_end_matches('.')))
            })
        })
    })
}
