//! Definitions have a bold term, a dash and a meaning. Plain terms become bold only in sections of
//! definitions.

use crate::block::{Block, BlockKind};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{Style, Text};
use crate::vocabulary;

/// Longest term in words.
const MAX_WORDS: usize = 7;
const MAX_LENGTH: usize = 70;

/// Writes every definition as `**Term** — meaning`, which pages show as a `<dl>`.
pub(crate) fn mark(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result = Vec::with_capacity(blocks.len());
    let mut in_definitions = false;
    for block in blocks {
        if block.is_heading()
            && block
                .number
                .as_ref()
                .is_none_or(|number| number.level() == 1)
        {
            let lower = block.text.plain_text().to_lowercase();
            let mut stems = vocabulary::words(|language| &language.documents.definition_stems);
            in_definitions = stems.any(|stem| lower.contains(stem));
        }
        if let Some(definitions) = of_table(&block) {
            let message = "tables of terms and their meanings became definitions";
            report.count(RepairKind::Definition, block.line, message);
            result.extend(definitions);
        } else if !block.is_paragraph() || block.quoted {
            result.push(block);
        } else if in_definitions {
            result.extend(
                divided(block, report)
                    .into_iter()
                    .map(|block| bolded(block, report)),
            );
        } else {
            report_glued(&block, report);
            result.push(unified(block, report));
        }
    }
    result
}

/// The definitions of a table with a column of terms, all bold or all in quotation marks, and one of
/// their meanings.
fn of_table(block: &Block) -> Option<Vec<Block>> {
    let BlockKind::Table(rows) = &block.kind else {
        return None;
    };
    let is_quoted = |words: &str| {
        [("«", "»"), ("“", "”"), ("„", "“"), ("\"", "\"")]
            .iter()
            .any(|(open, close)| words.starts_with(open) && words.ends_with(close))
    };
    let mut definitions = Vec::with_capacity(rows.len());
    let (mut all_strong, mut all_quoted) = (true, true);
    for row in rows {
        let [term, meaning] = row.as_slice() else {
            return None;
        };
        let words = term.plain_text();
        let is_short =
            words.chars().count() <= MAX_LENGTH && words.split_whitespace().count() <= MAX_WORDS;
        let has_meaning = !meaning.is_blank() && !meaning.is_all_strong();
        if !is_short || words.trim().is_empty() || !has_meaning || block.quoted {
            return None;
        }
        all_strong &= term.is_all_strong();
        all_quoted &= is_quoted(words.trim());
        definitions.push(Block {
            text: joined(term, meaning),
            ..block.empty_paragraph()
        });
    }
    (rows.len() >= 2 && (all_strong || all_quoted)).then_some(definitions)
}

/// The end of the term and the start of the meaning, as byte offsets in the plain text.
fn plain_term(words: &str) -> Option<(usize, usize)> {
    let (place, dash) = [" — ", " – ", " - "]
        .into_iter()
        .filter_map(|dash| Some((words.find(dash)?, dash)))
        .min()?;
    let term = words.get(..place)?;
    let starts = term
        .trim_start_matches(['«', '"', '“'])
        .chars()
        .next()
        .is_some_and(|letter| letter.is_uppercase() || letter.is_ascii_lowercase());
    let short = term.split_whitespace().count() <= MAX_WORDS && term.chars().count() <= MAX_LENGTH;
    let clean = !term.contains(['.', ';', ':', '!', '?']) && term.chars().any(char::is_alphabetic);
    (starts && short && clean).then_some((place, place + dash.len()))
}

/// Divides a paragraph with several definitions.
fn divided(block: Block, report: &mut Report) -> Vec<Block> {
    let words = block.text.plain_text();
    if plain_term(&words).is_none() {
        return vec![block];
    }
    let mut cuts = Vec::new();
    for (place, end) in words.match_indices(". ") {
        let (_, next) = words.split_at(place + end.len());
        let starts = next
            .trim_start_matches(['«', '"', '“'])
            .starts_with(char::is_uppercase);
        if starts && plain_term(next).is_some() {
            cuts.push(place + 2);
        }
    }
    if cuts.is_empty() {
        return vec![block];
    }
    report.repair(
        RepairKind::Definition,
        block.line,
        "definitions that stood in one paragraph were divided",
    );
    let mut parts = Vec::new();
    let mut rest = block.text.clone();
    for cut in cuts.into_iter().rev() {
        let (before, after) = rest.split_at(cut);
        parts.push(after.normalized());
        rest = before.normalized();
    }
    parts.push(rest);
    let number = block.number.clone();
    let blocks = parts.into_iter().rev().enumerate();
    blocks
        .map(|(index, text)| Block {
            text,
            number: if index == 0 { number.clone() } else { None },
            ..block.clone()
        })
        .collect()
}

/// Makes the term before the dash bold.
fn bolded(block: Block, report: &mut Report) -> Block {
    if block.text.has_strong() {
        return unified(block, report);
    }
    let words = block.text.plain_text();
    let Some((term, meaning)) = plain_term(&words) else {
        return block;
    };
    report.count(
        RepairKind::Definition,
        block.line,
        "terms that are defined became bold",
    );
    let (before, _) = block.text.split_at(term);
    let (_, after) = block.text.split_at(meaning);
    let text = joined(&before, &after);
    Block { text, ..block }
}

fn joined(term: &Text, meaning: &Text) -> Text {
    let mut text = term.normalized().restyled(|style| style.strong = true);
    text.push(" — ", &Style::default());
    text.append(&meaning.normalized());
    text.normalized()
}

/// Writes `«**Term**» - meaning` and similar forms as `**«Term»** — meaning`.
fn unified(block: Block, report: &mut Report) -> Block {
    let Some(text) = unified_text(&block.text) else {
        return block;
    };
    if text != block.text {
        report.count(
            RepairKind::Definition,
            block.line,
            "definitions got the form of a bold term and a dash",
        );
    }
    Block { text, ..block }
}

fn unified_text(text: &Text) -> Option<Text> {
    let words = text.plain_text();
    let (term, meaning) = plain_term(&words)?;
    let (before, after) = text.split_at(term);
    let after = after.split_at(meaning - term).1;
    let is_letter = |run: &&crate::text::Run| run.text.chars().any(char::is_alphanumeric);
    let bold = before
        .runs
        .iter()
        .filter(is_letter)
        .all(|run| run.style.strong && !run.style.emphasis);
    bold.then(|| joined(&before, &after))
}

fn report_glued(block: &Block, report: &mut Report) {
    let words = block.text.plain_text();
    let terms = words.split(". ").filter(|sentence| {
        sentence.starts_with(char::is_uppercase) && plain_term(sentence).is_some()
    });
    if terms.count() >= 2 {
        report.decision(
            DecisionKind::Definition,
            block.line,
            "the paragraph may define several terms",
            "if so, write each as a paragraph that starts with the term in bold and a dash",
        );
    }
}
