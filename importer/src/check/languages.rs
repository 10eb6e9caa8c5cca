//! Finds phrases in another language, which should be marked up for screen readers (WCAG 2.2,
//! 3.1.2).

use crate::block::Block;
use crate::report::{DecisionKind, Report};
use crate::vocabulary;
use domain::Locale;
use language::Language;
use std::collections::BTreeMap;

const NAMED: usize = 4;

/// Reports all phrases in one decision. Proper names are ignored.
pub(crate) fn check(blocks: &[Block], locale: &Locale, report: &mut Report) {
    let Some(language) = Language::of(locale.as_str()) else {
        return;
    };
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for block in blocks {
        for text in block.texts() {
            let words = text.plain_text();
            let mut phrases = foreign_names(&words, language);
            if language.script != "Latn" {
                phrases.extend(latin_phrases(&words));
            }
            for phrase in phrases {
                found.entry(phrase).or_insert(block.line);
            }
        }
    }
    let Some(line) = found.values().min() else {
        return;
    };
    let mut phrases: Vec<(&usize, &String)> =
        found.iter().map(|(phrase, line)| (line, phrase)).collect();
    phrases.sort();
    let named: Vec<String> = phrases
        .iter()
        .take(NAMED)
        .map(|(_, phrase)| format!("`{phrase}`"))
        .collect();
    let more = if found.len() > NAMED {
        " and others"
    } else {
        ""
    };
    report.decision(
        DecisionKind::Language,
        *line,
        format!(
            "{}{more} may be words of another language",
            named.join(", ")
        ),
        "mark them for screen readers: `[words](lang:en)`, `[words](lang:ru)`",
    );
}

/// Sequences of two or more Latin words, at least one of which begins with a lowercase letter:
/// proper names are capitalised.
fn latin_phrases(words: &str) -> Vec<String> {
    let is_latin =
        |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic());
    let pieces = words.split(|character: char| ".,;:()«»\"“”—–/".contains(character));
    let phrases = pieces.filter_map(|piece| {
        let phrase: Vec<&str> = piece.split_whitespace().collect();
        let common = phrase
            .iter()
            .any(|word| word.starts_with(|letter: char| letter.is_ascii_lowercase()));
        let fits = phrase.len() >= 2 && common && phrase.iter().all(is_latin);
        fits.then(|| phrase.join(" "))
    });
    phrases.collect()
}

/// Names in guillemets that have word endings of another language and none of the letters that only
/// the language of the text has.
fn foreign_names(words: &str, language: &Language) -> Vec<String> {
    if language.letters.own_letters.is_empty() {
        return Vec::new();
    }
    let is_foreign = |name: &&str| {
        let lower = name.to_lowercase();
        let has_ending = lower.split_whitespace().any(|word| {
            let mut endings = vocabulary::words(|other| &other.letters.name_endings);
            endings.any(|ending| word.ends_with(ending))
        });
        has_ending && !lower.contains(|letter| language.letters.own_letters.contains(letter))
    };
    words
        .split('«')
        .skip(1)
        .filter_map(|part| part.split_once('»').map(|(name, _)| name))
        .filter(is_foreign)
        .map(|name| format!("«{name}»"))
        .collect()
}
