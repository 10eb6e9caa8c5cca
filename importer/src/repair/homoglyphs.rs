//! Replaces homoglyphs, letters of another alphabet that look the same.

use crate::block::Block;
use crate::characters::{cyrillic_homoglyph, latin_homoglyph};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::vocabulary::LATIN_WORDS;
use language::Language;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Writes every word in one alphabet where it is certain which, and reports the others.
pub(crate) fn replace(mut blocks: Vec<Block>, locale: &str, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            *text = text.map_runs(|words, style| {
                if style.code {
                    words.to_owned()
                } else {
                    with_words_in_one_script(words, locale, line, report)
                }
            });
        }
    }
    blocks
}

fn with_words_in_one_script(words: &str, locale: &str, line: usize, report: &mut Report) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let is_letter = first.is_alphabetic();
        let end = rest
            .find(|letter: char| letter.is_alphabetic() != is_letter)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let word = &*with_own_letters(word, line, report);
        match in_one_script(word, locale) {
            Outcome::Unchanged => result.push_str(word),
            Outcome::Replaced(replaced) => {
                let message = format!(
                    "`{word}` was written with letters of another alphabet; now `{replaced}`"
                );
                report
                    .losing(word)
                    .repair(RepairKind::Homoglyph, line, message);
                result.push_str(&replaced);
            }
            Outcome::Ambiguous => {
                report.decision(
                    DecisionKind::MixedScript,
                    line,
                    format!("`{word}` has letters of two alphabets"),
                    "type it again in one alphabet",
                );
                result.push_str(word);
            }
        }
    }
    result
}

/// Foreign letters that are typed for those of a language, and the right ones.
static HOMOGLYPHS: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    Language::all()
        .flat_map(|language| &language.letters.homoglyphs)
        .map(|(homoglyph, letter)| (*homoglyph, *letter))
        .collect()
});

/// Replaces homoglyphs of letters that only some Cyrillic alphabets have. They are counted, because
/// a document has very many or none.
fn with_own_letters<'word>(word: &'word str, line: usize, report: &mut Report) -> Cow<'word, str> {
    let is_homoglyph = |letter| HOMOGLYPHS.contains_key(&letter);
    if !word.chars().any(is_homoglyph) || !word.chars().any(is_cyrillic) {
        return Cow::Borrowed(word);
    }
    let message = "letters that look like those of the language became those";
    report
        .losing(word)
        .count(RepairKind::Homoglyph, line, message);
    let letters = word.chars();
    Cow::Owned(
        letters
            .map(|letter| HOMOGLYPHS.get(&letter).copied().unwrap_or(letter))
            .collect(),
    )
}

enum Outcome {
    Unchanged,
    Replaced(String),
    Ambiguous,
}

fn in_one_script(word: &str, locale: &str) -> Outcome {
    let has_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    let has_cyrillic = word.chars().any(is_cyrillic);
    let latin = to_latin(word);
    match (has_latin, has_cyrillic) {
        (false, false) => Outcome::Unchanged,
        (true, false) => {
            let language = Language::of(locale);
            let cyrillic = language.and_then(|language| language.letters.abbreviations.get(word));
            cyrillic.map_or(Outcome::Unchanged, |cyrillic| {
                Outcome::Replaced(cyrillic.clone())
            })
        }
        (false, true) => match latin {
            Some(latin) if is_latin_word(&latin) => Outcome::Replaced(latin),
            Some(_) | None => Outcome::Unchanged,
        },
        (true, true) => {
            // A letter without a homoglyph decides the alphabet.
            let cyrillic = to_cyrillic(word);
            match (latin, cyrillic) {
                (Some(latin), None) => Outcome::Replaced(latin),
                (None, Some(cyrillic)) => Outcome::Replaced(cyrillic),
                (Some(latin), Some(_)) if is_latin_word(&latin) => Outcome::Replaced(latin),
                (Some(_), Some(_)) | (None, None) => Outcome::Ambiguous,
            }
        }
    }
}

fn is_latin_word(word: &str) -> bool {
    LATIN_WORDS.contains(&word.to_uppercase().as_str()) && word.chars().count() > 2
}

fn is_cyrillic(letter: char) -> bool {
    ('\u{0400}'..='\u{052f}').contains(&letter)
}

/// The word in Latin letters, if every letter is one or has a Latin homoglyph.
fn to_latin(word: &str) -> Option<String> {
    let own = |letter: char| letter.is_ascii_alphabetic().then_some(letter);
    let letters = word.chars();
    letters
        .map(|letter| latin_homoglyph(letter).or_else(|| own(letter)))
        .collect()
}

/// The word in Cyrillic letters, if every letter is one or has a Cyrillic homoglyph.
fn to_cyrillic(word: &str) -> Option<String> {
    let own = |letter: char| is_cyrillic(letter).then_some(letter);
    let letters = word.chars();
    letters
        .map(|letter| cyrillic_homoglyph(letter).or_else(|| own(letter)))
        .collect()
}
