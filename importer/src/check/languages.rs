//! Finds phrases in another language, which should be marked up for screen readers (WCAG 2.2,
//! 3.1.2).

use crate::block::Block;
use crate::report::{DecisionKind, Report};
use domain::Locale;
use std::collections::BTreeMap;

/// Endings of Russian words that Kazakh ones don't have.
const RUSSIAN_ENDINGS: &[&str] = &[
    "ые", "ый", "ий", "ая", "ое", "ые", "ого", "ской", "ство", "ния", "ный",
];
/// Letters that Kazakh has and Russian hasn't.
const KAZAKH_LETTERS: &str = "әғқңөұүһі";
const NAMED: usize = 4;

/// Reports all phrases in one decision. Proper names are ignored.
pub(crate) fn check(blocks: &[Block], locale: &Locale, report: &mut Report) {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for block in blocks {
        for text in block.texts() {
            let words = text.plain_text();
            let phrases = match locale.as_str() {
                "kk" => [latin_phrases(&words), russian_names(&words)].concat(),
                "ru" => latin_phrases(&words),
                _ => Vec::new(),
            };
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

/// Two or more Latin words in a row, of which one begins with a lowercase letter: names don't.
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

/// Names in guillemets with Russian endings and no Kazakh letter.
fn russian_names(words: &str) -> Vec<String> {
    let quoted = words
        .split('«')
        .skip(1)
        .filter_map(|part| part.split_once('»').map(|(name, _)| name));
    let names = quoted.filter(|name| {
        let lower = name.to_lowercase();
        let russian = lower
            .split_whitespace()
            .any(|word| RUSSIAN_ENDINGS.iter().any(|ending| word.ends_with(ending)));
        russian && !lower.contains(|letter| KAZAKH_LETTERS.contains(letter))
    });
    names.map(|name| format!("«{name}»")).collect()
}
