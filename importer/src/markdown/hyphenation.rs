//! Joins words that were hyphenated at a line end, as in text copied from a PDF.

use crate::report::{DecisionKind, RepairKind, Report};
use std::collections::BTreeSet;

/// Lowercase words of a document; empty when none of its lines ends with a hyphen.
pub(crate) type Words = BTreeSet<String>;

pub(crate) fn collect_words(lines: &[&str]) -> Words {
    if !lines.iter().any(|line| ends_with_hyphen(line.trim_end())) {
        return Words::new();
    }
    let words = lines
        .iter()
        .flat_map(|line| line.split(|character: char| !character.is_alphabetic()));
    words.map(str::to_lowercase).collect()
}

fn ends_with_hyphen(line: &str) -> bool {
    line.strip_suffix('-')
        .is_some_and(|word| word.ends_with(char::is_alphabetic))
}

/// Joins two lines if the first ends in the middle of a word. The hyphen is removed if the whole
/// word occurs elsewhere in the document; else it stays, as it may belong to the word
/// (`well-known`).
pub(crate) fn join(before: &str, after: &str, words: &Words) -> Option<String> {
    if !ends_with_hyphen(before) || !after.starts_with(char::is_lowercase) {
        return None;
    }
    let open = before.strip_suffix('-')?;
    let is_letter = |letter: char| !letter.is_alphabetic();
    let start = open.rsplit(is_letter).next()?;
    let end = after.split(is_letter).next()?;
    let whole = format!("{start}{end}").to_lowercase();
    let hyphen = if words.contains(&whole) { "" } else { "-" };
    Some(format!("{open}{hyphen}{after}"))
}

pub(crate) fn report(before: &str, after: &str, joined: &str, line: usize, report: &mut Report) {
    let start = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    let end = after.split(char::is_whitespace).next().unwrap_or(after);
    let losing = report.losing(format!("{start} {end}"));
    if !joined.starts_with(before) {
        let message = "a word that the end of a line had cut was joined";
        return losing.repair(RepairKind::CutSentence, line, message);
    }
    losing.decision(
        DecisionKind::CutWord,
        line,
        format!("`{start}{end}` may be a word that the end of a line has cut"),
        "delete the hyphen if it is",
    );
}
