//! Replaces placeholders of templates, such as `[Company name]`, by variables.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use crate::text::{Run, Style, Text};
use crate::vocabulary::{self, variable};
use std::collections::BTreeMap;

/// Longest name of a placeholder, in characters.
const MAX_NAME: usize = 120;

/// Replaces known placeholders by variables. Brackets that the document escapes, and those of an
/// e-mail address such as `privacy[at]example[dot]com`, belong to the text. `further` are known
/// besides those of all languages.
pub(crate) fn fill(
    mut blocks: Vec<Block>,
    further: &BTreeMap<String, String>,
    report: &mut Report,
) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            let unescaped = without_escapes_of_known(text, line, further, report);
            let filled = unescaped.map_runs(|words, style| match style.verbatim {
                true => words.to_owned(),
                false => filled(words, line, further, report),
            });
            *text = with_literal_signs(&filled);
        }
    }
    blocks
}

/// The text in which the escaped brackets around the name of a known placeholder are plain ones:
/// some programs escape each bracket. Other names stay escaped, which is reported.
fn without_escapes_of_known(
    text: &Text,
    line: usize,
    further: &BTreeMap<String, String>,
    report: &mut Report,
) -> Text {
    let mut text = text.clone();
    for place in 0..text.runs.len() {
        let (_, from) = text.runs.split_at(place);
        let [open, rest @ ..] = from else {
            continue;
        };
        let is_mark = |run: &Run, mark: &str| run.style.verbatim && run.text == mark;
        if !is_mark(open, "\\[") {
            continue;
        }
        let Some(length) = rest.iter().position(|run| is_mark(run, "\\]")) else {
            continue;
        };
        let name: String = rest
            .iter()
            .take(length)
            .map(|run| run.text.as_str())
            .collect();
        if variable(further, &name).is_none() {
            let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
            if letters >= 3 && !is_address_word(&name) {
                let message =
                    format!("`[{name}]` stays, because the document escapes the brackets");
                report.count(RepairKind::Placeholder, line, message);
            }
            continue;
        }
        for (place, mark) in [(place, "["), (place + length + 1, "]")] {
            if let Some(run) = text.runs.get_mut(place) {
                run.text = mark.to_owned();
                run.style.verbatim = false;
            }
        }
    }
    // Joins runs of the same style.
    text.restyled(|_| ())
}

/// The text in which the brackets of `[at]` are escaped.
fn with_literal_signs(text: &Text) -> Text {
    let mut new = Text::default();
    for run in &text.runs {
        let literal = Style {
            verbatim: true,
            ..run.style.clone()
        };
        let mut rest = run.text.as_str();
        while let Some((before, after)) = rest.split_once('[').filter(|_| !run.style.verbatim) {
            let word = bracketed(after).filter(|(word, _)| is_address_word(word));
            new.push(before, &run.style);
            let Some((word, after)) = word else {
                new.push("[", &run.style);
                rest = after;
                continue;
            };
            new.push("\\[", &literal);
            new.push(word, &run.style);
            new.push("\\]", &literal);
            rest = after;
        }
        new.push(rest, &run.style);
    }
    new
}

fn is_address_word(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    vocabulary::words(|language| &language.documents.address_words).any(|word| word == name)
}

fn filled(
    words: &str,
    line: usize,
    further: &BTreeMap<String, String>,
    report: &mut Report,
) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('[') {
        result.push_str(before);
        let known = after
            .split_once(']')
            .and_then(|(name, after)| Some((name, variable(further, name)?, after)));
        let Some((name, variable, after)) = known else {
            result.push('[');
            rest = after;
            continue;
        };
        report.losing(name).repair(
            RepairKind::Placeholder,
            line,
            format!("`[{name}]` became `{{{{ {variable} }}}}`"),
        );
        result.push_str(&format!("{{{{ {variable} }}}}"));
        rest = after;
    }
    result.push_str(rest);
    result
}

/// The name before the next `]`, if within [`MAX_NAME`], and the rest.
fn bracketed(after: &str) -> Option<(&str, &str)> {
    let mut near = after.char_indices().take(MAX_NAME);
    let end = near.find_map(|(place, letter)| (letter == ']').then_some(place))?;
    let (name, rest) = after.split_at_checked(end)?;
    Some((name, rest.strip_prefix(']')?))
}

/// Placeholders that are left: text in brackets, and rows of underscores.
pub(crate) fn unfilled(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('[') {
        rest = after;
        // Authors of editions escape brackets that belong to the text.
        if before.ends_with('\\') {
            continue;
        }
        if let Some((name, after)) = bracketed(rest) {
            let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
            let blank = !name.trim().is_empty()
                && name.chars().all(|character| "_.…● ".contains(character));
            if letters >= 3 || blank {
                found.push(format!("[{name}]"));
            }
            rest = after;
        }
    }
    let fill_in = words.contains("____").then(|| "____".to_owned());
    found.extend(fill_in);
    found
}
