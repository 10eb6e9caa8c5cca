//! Finds section titles without a number on their line by the clauses below them.

use crate::block::{Block, BlockKind};
use crate::number::{self, ClauseNumber};
use crate::repair::sections::{NO_LEVEL, is_title};
use crate::report::{RepairKind, Report};
use crate::text::{self, Text};
use language::Part;

/// Joins a number on its own line with the title below (`2`, `Rights`, `2.1. …`), if the next
/// clause belongs to that section. Otherwise it may be a page number.
pub(crate) fn join_numbers(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let sections: Vec<Option<u32>> = (0..blocks.len())
        .map(|index| section(blocks.split_at(index).1))
        .collect();
    let mut result: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut waiting = None;
    for (mut block, section) in blocks.into_iter().zip(sections) {
        if section.is_some() {
            waiting = section;
            continue;
        }
        if let Some(number) = waiting.take() {
            report.repair(
                RepairKind::Heading,
                block.line,
                format!("`{number}` on a line of its own and the title below it became a heading"),
            );
            block.kind = BlockKind::Heading(NO_LEVEL);
            block.number = ClauseNumber::digits(number);
        }
        result.push(block);
    }
    result
}

/// The number of the section that begins with a number on its own line.
fn section(blocks: &[Block]) -> Option<u32> {
    let [bare, title, after @ ..] = blocks else {
        return None;
    };
    let words = bare.text.plain_text();
    let section = text::parsed(words.trim()).filter(|_| bare.is_plain())?;
    let is_titled = (title.is_plain() || title.is_heading())
        && is_title(&title.text)
        && number::prefix(&title.text.plain_text()).is_none();
    let clause = after
        .iter()
        .find_map(|block| number::prefix(&block.text.plain_text()))?;
    let first = u32::from(clause.number.first().value);
    (is_titled && clause.is_deep() && first == section).then_some(section)
}

/// Whether the text is a title without a number, so that none is read in the heading it becomes.
fn is_unnumbered_title(text: &Text) -> bool {
    let words = text.plain_text();
    is_title(text)
        && number::prefix(&words).is_none()
        && language::Label::leading(&words, "").is_none()
}

/// Makes a heading of a line above the first clause of a section, `Rights` above `2.1. …`. It gets
/// no number, because the document gives it none.
pub(crate) fn promote_above_clauses(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut last = 0;
    let mut titles = Vec::new();
    for (index, pair) in blocks.windows(2).enumerate() {
        let [title, clause] = pair else { continue };
        if let Some(number) = title.number.as_ref().and_then(ClauseNumber::section) {
            last = number;
        }
        let number = clause.number.as_ref().and_then(ClauseNumber::plain);
        let opens_section = number.is_some_and(|number| {
            let is_first = number.level() == 2 && *number.last() == Part::decimal(1);
            is_first && u32::from(number.first().value) == last + 1
        });
        let leads_in =
            text::last_character(&title.text.plain_text()).is_none_or(|mark| ":!?".contains(mark));
        if opens_section && title.is_plain() && is_unnumbered_title(&title.text) && !leads_in {
            titles.push(index);
        }
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        if titles.binary_search(&index).is_ok() {
            report.repair(
                RepairKind::Heading,
                block.line,
                "the title of a section became a heading",
            );
            block.kind = BlockKind::Heading(NO_LEVEL);
        }
    }
    blocks
}
