//! Finds what a person must decide in the finished blocks: gaps in the numbering, placeholders,
//! unknown variables, unbalanced quotation marks, capitals.

mod languages;

use crate::block::{Block, BlockKind, Label};
use crate::number::Number;
use crate::repair::{Title, unfilled};
use crate::report::{DecisionKind, Report};
use crate::text;
use crate::vocabulary::VARIABLES;
use domain::Locale;
use std::collections::BTreeMap;

pub(crate) fn check(title: &Title, blocks: &[Block], locale: &Locale, report: &mut Report) {
    check_numbers(blocks, report);
    check_lists(blocks, report);
    check_capitals(title, blocks, report);
    check_text(&title.text, title.line, report);
    languages::check(blocks, locale, report);
    for block in blocks {
        for text in block.texts() {
            check_text(&text.plain_text(), block.line, report);
        }
    }
}

fn check_numbers(blocks: &[Block], report: &mut Report) {
    let mut seen: BTreeMap<&Number, usize> = BTreeMap::new();
    let mut last: Option<&Number> = None;
    for (number, line) in blocks
        .iter()
        .filter_map(|block| Some((block.number.as_ref()?, block.line)))
    {
        if let Some(first) = seen.insert(number, line) {
            let help = format!("it stands on line {first} too; give one of them another number");
            report.decision(
                DecisionKind::NumberDuplicate,
                line,
                format!("clause `{number}` stands twice"),
                help,
            );
        } else if let Some(last) = last.filter(|last| number < *last) {
            let message = format!("clause `{number}` stands after clause `{last}`");
            report.decision(
                DecisionKind::NumberOrder,
                line,
                message,
                "move it, or correct its number",
            );
        } else if !number.follows(last) {
            let place = last.map_or("at the beginning".to_owned(), |last| {
                format!("after clause `{last}`")
            });
            let message =
                format!("clause `{number}` stands {place}: a number between them is missing");
            report.decision(
                DecisionKind::NumberGap,
                line,
                message,
                "add the missing clause, or correct the number; nothing was renumbered",
            );
        }
        last = Some(last.map_or(number, |last| last.max(number)));
    }
}

/// Checks that each item of an ordered list has the number after its predecessor at the same depth,
/// or 1. An outermost list may continue the numbers of the previous one.
fn check_lists(blocks: &[Block], report: &mut Report) {
    // Number of the last item by depth. The outermost one isn't reset at headings, because many
    // documents number items through all sections.
    let mut last: Vec<Option<u32>> = Vec::new();
    for block in blocks {
        let BlockKind::Item { depth, label } = &block.kind else {
            last.truncate(1);
            continue;
        };
        last.resize(depth + 1, None);
        let (Label::Ordered(number, _), Some(last)) = (label, last.last_mut()) else {
            continue;
        };
        if *number != 1 && last.is_none_or(|before| *number != before + 1) {
            report.decision(
                DecisionKind::ListNumbers,
                block.line,
                format!("item `{number}` doesn't follow the item before it"),
                "a browser counts the items of a list itself: write them in order",
            );
        }
        *last = Some(*number);
    }
}

fn check_capitals(title: &Title, blocks: &[Block], report: &mut Report) {
    let help = "readers and screen readers do better with ordinary letters; names and abbreviations need a person's eye";
    if text::is_uppercase(&title.text) {
        report.decision(
            DecisionKind::Capitals,
            title.line,
            format!("the title `{}` is written in capitals", title.text),
            help,
        );
    }
    let headings: Vec<&Block> = blocks
        .iter()
        .filter(|block| block.is_heading() && text::is_uppercase(&block.text.plain_text()))
        .collect();
    if let Some(first) = headings.first() {
        let message = format!(
            "`{}` headings are written in capitals, the first is `{}`",
            headings.len(),
            first.text.plain_text()
        );
        report.decision(DecisionKind::Capitals, first.line, message, help);
    }
}

fn check_text(words: &str, line: usize, report: &mut Report) {
    let (opening, closing) = (words.matches('«').count(), words.matches('»').count());
    if opening != closing {
        report.decision(
            DecisionKind::UnbalancedQuotes,
            line,
            format!(
                "`{opening}` opening and `{closing}` closing quotation marks (« and ») stand here"
            ),
            "add or delete a mark; a name may be quoted inside a quoted name",
        );
    }
    for placeholder in unfilled(words) {
        report.decision(
            DecisionKind::Placeholder,
            line,
            format!("nothing is known that belongs in the place of `{placeholder}`"),
            "write the words, or a variable such as `{{ operator.email }}`; brackets that belong to the text are written `\\[…\\]`",
        );
    }
    for name in variables(words) {
        let known =
            VARIABLES.contains(&name) || name.starts_with("law.") || name.starts_with("facts.");
        if !known {
            report.decision(
                DecisionKind::UnknownVariable,
                line,
                format!("there is no variable `{name}`"),
                "use one of the variables of `docs/content.md`, or write the words",
            );
        }
    }
}

/// Names between `{{` and `}}`.
fn variables(words: &str) -> Vec<&str> {
    let parts = words.split("{{").skip(1);
    parts
        .filter_map(|part| part.split_once("}}").map(|(name, _)| name.trim()))
        .collect()
}
