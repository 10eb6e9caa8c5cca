//! Finds what a person must decide in the finished blocks: gaps in the numbering, placeholders,
//! unknown variables, unbalanced quotation marks, capitals.

mod languages;

use crate::block::{Block, BlockKind, Label};
use crate::number;
use crate::outline;
use crate::repair::{Title, unfilled};
use crate::report::{DecisionKind, Report};
use crate::text;
use crate::vocabulary::VARIABLES;
use domain::Locale;
use language::{Mark, Number, Style};
use std::collections::{BTreeMap, BTreeSet};

/// `placeholders` name variables besides those of the content form.
pub(crate) fn check(
    title: &Title,
    blocks: &[Block],
    locale: &Locale,
    placeholders: &BTreeMap<String, String>,
    report: &mut Report,
) {
    let further: BTreeSet<&str> = placeholders.values().map(String::as_str).collect();
    check_numbers(blocks, report);
    check_lists(blocks, report);
    check_capitals(title, blocks, report);
    check_text(&title.text, title.line, &further, report);
    languages::check(blocks, locale, report);
    let mut unknown: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for block in blocks {
        for text in block.texts() {
            let words = text.plain_text();
            check_text(&words, block.line, &further, report);
            for placeholder in unfilled(&words) {
                unknown.entry(placeholder).or_default().push(block.line);
            }
        }
    }
    for placeholder in unfilled(&title.text) {
        unknown.entry(placeholder).or_default().push(title.line);
    }
    for (placeholder, lines) in unknown {
        let times = match lines.len() {
            1 => String::new(),
            times => format!(" (`{times}` times, first here)"),
        };
        report.decision_at(
            DecisionKind::Placeholder,
            lines,
            format!("nothing is known that belongs in the place of `{placeholder}`{times}"),
            "write the words, or a variable such as `{{ operator.email }}`; brackets that belong to the text are written `\\[…\\]`",
        );
    }
}

fn check_numbers(blocks: &[Block], report: &mut Report) {
    let mut faults: Vec<Fault> = Vec::new();
    // By row: numbers with their lines, and the greatest one so far.
    let mut seen: BTreeMap<(String, Number), usize> = BTreeMap::new();
    let mut last: BTreeMap<String, Number> = BTreeMap::new();
    let places = blocks.iter().zip(outline::places(blocks));
    let places = places.filter_map(|(block, place)| Some((block, place?)));
    for (index, (block, place)) in places.enumerate() {
        let name = block.number.as_ref().map_or("", |number| &number.written);
        let name = name.trim_end_matches(['.', ':', '–', '—', '-', ' ']);
        let before = last.get(&place.row);
        let first = seen.insert((place.row.clone(), place.number.clone()), block.line);
        let fault = if let Some(first) = first {
            let word = report.place.word();
            Some((
                DecisionKind::NumberDuplicate,
                format!("clause `{name}` stands twice"),
                format!("it stands on {word} {first} too; give one of them another number"),
            ))
        } else if let Some(before) = before.filter(|before| place.number < **before) {
            Some((
                DecisionKind::NumberOrder,
                format!("clause `{name}` stands after clause `{before}`"),
                "move it, or correct its number".to_owned(),
            ))
        } else if !number::follows(&place.number, before) {
            let after = before.map_or("at the beginning".to_owned(), |before| {
                format!("after clause `{before}`")
            });
            Some((
                DecisionKind::NumberGap,
                format!("clause `{name}` stands {after}: a number between them is missing"),
                "add the missing clause, or correct the number; nothing was renumbered".to_owned(),
            ))
        } else {
            None
        };
        if let Some((kind, message, help)) = fault {
            let line = block.line;
            faults.push(Fault {
                index,
                line,
                kind,
                message,
                help,
            });
        }
        let greatest = last
            .remove(&place.row)
            .map(|last| last.max(place.number.clone()));
        last.insert(place.row, greatest.unwrap_or(place.number));
    }
    // Clauses in a row whose numbers stand twice or in another order have one cause, such as a second
    // count.
    let has_one_cause = |one: &Fault, next: &Fault| {
        let is_order = |fault: &Fault| fault.kind != DecisionKind::NumberGap;
        one.index + 1 == next.index && is_order(one) && is_order(next)
    };
    for row in faults.chunk_by(has_one_cause) {
        let Some(first) = row.first() else { continue };
        let more = match row.len() - 1 {
            0 => String::new(),
            more => format!(", and so do `{more}` clauses after it"),
        };
        let message = format!("{}{more}", first.message);
        report.decision(first.kind, first.line, message, first.help.clone());
    }
}

/// A number out of its order.
struct Fault {
    /// Place among the numbers of the document.
    index: usize,
    line: usize,
    kind: DecisionKind,
    message: String,
    help: String,
}

/// Checks that each item of an ordered list, and each point, has the number after its predecessor
/// at the same depth, or the first one. An outermost list may continue the numbers of the previous
/// one.
fn check_lists(blocks: &[Block], report: &mut Report) {
    // Mark of the last item by depth. The outermost one isn't reset at headings, because many
    // documents number items through all sections.
    let mut last: Vec<Vec<Mark>> = Vec::new();
    let mut wrong: Vec<(usize, String)> = Vec::new();
    for block in blocks {
        let BlockKind::Item { depth, label } = &block.kind else {
            last.truncate(1);
            continue;
        };
        last.resize(depth + 1, Vec::new());
        let written = block.mark();
        let Some(last) = last.last_mut().filter(|_| *label != Label::Bullet) else {
            continue;
        };
        // `3.` counts as `3)`.
        let bracketed = written
            .trim_end()
            .trim_end_matches('.')
            .trim_end_matches(')');
        let Some(mark) = Mark::leading(&format!("{bracketed})")) else {
            continue;
        };
        let mut readings = [Some(mark.clone()), mark.as_roman()].into_iter().flatten();
        let next = readings.find(|mark| is_in_order(last, mark));
        if next.is_none() {
            wrong.push((block.line, written.trim_end().to_owned()));
        }
        let mark = next.unwrap_or(mark);
        last.retain(|before| before.series() != mark.series());
        last.push(mark);
    }
    if let [(line, written), more @ ..] = wrong.as_slice() {
        let more = match more.len() {
            0 => String::new(),
            more => format!(", and neither do `{more}` other items"),
        };
        report.decision(
            DecisionKind::ListNumbers,
            *line,
            format!("item `{written}` doesn't follow the item before it{more}"),
            "a browser counts the items of a list itself: write them in order",
        );
    }
}

/// Whether a mark is the first one, or the one after the last of its kind. Lists may leave letters
/// out.
fn is_in_order(last: &[Mark], mark: &Mark) -> bool {
    let is_first = mark.part.value == 1 && mark.part.inserted == 0;
    let before = last.iter().find(|before| before.series() == mark.series());
    is_first
        || before.is_some_and(|before| match (before.part.style, mark.part.style) {
            (Style::Letter(before), Style::Letter(letter)) => {
                language::steps(before, letter) == Some(1)
            }
            _ => before.part.is_followed_by(&mark.part),
        })
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

fn check_text(words: &str, line: usize, further: &BTreeSet<&str>, report: &mut Report) {
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
    for name in variables(words) {
        let known = VARIABLES.contains(&name)
            || further.contains(name)
            || name.starts_with("law.")
            || name.starts_with("facts.");
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
