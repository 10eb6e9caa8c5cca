//! Letters and dashes: look-alikes of another alphabet, hyphens in place of dashes.

use std::borrow::Cow;

use crate::block::Block;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::vocabulary::{CYRILLIC_WORDS, KAZAKH_TWINS, LATIN_WORDS, LOOKALIKES};

/// Writes every word in one alphabet, where it is certain which.
pub(crate) fn unmix_alphabets(
    mut blocks: Vec<Block>,
    locale: &str,
    report: &mut Report,
) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            *text = text.map_runs(|words, style| {
                if style.code {
                    words.to_owned()
                } else {
                    unmixed(words, locale, line, report)
                }
            });
        }
    }
    blocks
}

fn unmixed(words: &str, locale: &str, line: usize, report: &mut Report) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let is_letter = first.is_alphabetic();
        let end = rest
            .find(|letter: char| letter.is_alphabetic() != is_letter)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let word = &with_kazakh_letters(word, line, report);
        match mended(word, locale) {
            Word::Fine => result.push_str(word),
            Word::Mended(mended) => {
                let message = format!(
                    "`{word}` was written with letters of another alphabet; now `{mended}`"
                );
                report.repair(RepairKind::Homoglyph, line, message);
                result.push_str(&mended);
            }
            Word::Mixed => {
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

/// The word with Kazakh letters where an old font or keyboard has put their twins. A document full of them gets one line.
fn with_kazakh_letters<'word>(
    word: &'word str,
    line: usize,
    report: &mut Report,
) -> Cow<'word, str> {
    let twin = |letter: char| KAZAKH_TWINS.iter().find(|(_, twin)| *twin == letter);
    if !word.chars().any(|letter| twin(letter).is_some()) || !word.chars().any(is_cyrillic) {
        return Cow::Borrowed(word);
    }
    let message = "letters that look like Kazakh ones became those";
    report.count(RepairKind::Homoglyph, line, message);
    let letters = word.chars();
    Cow::Owned(
        letters
            .map(|letter| twin(letter).map_or(letter, |(kazakh, _)| *kazakh))
            .collect(),
    )
}

enum Word {
    Fine,
    Mended(String),
    Mixed,
}

fn mended(word: &str, locale: &str) -> Word {
    let has_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    let has_cyrillic = word.chars().any(is_cyrillic);
    let latin = to_latin(word);
    match (has_latin, has_cyrillic) {
        (false, false) => Word::Fine,
        (true, false) => {
            let known = CYRILLIC_WORDS
                .iter()
                .find(|(of, latin, _)| *of == locale && *latin == word);
            known.map_or(Word::Fine, |(_, _, cyrillic)| {
                Word::Mended((*cyrillic).to_owned())
            })
        }
        (false, true) => match latin {
            Some(latin) if is_latin_word(&latin) => Word::Mended(latin),
            Some(_) | None => Word::Fine,
        },
        (true, true) => {
            // The alphabet that holds letters which the other lacks is the word's own.
            let cyrillic = to_cyrillic(word);
            match (latin, cyrillic) {
                (Some(latin), None) => Word::Mended(latin),
                (None, Some(cyrillic)) => Word::Mended(cyrillic),
                (Some(latin), Some(_)) if is_latin_word(&latin) => Word::Mended(latin),
                (Some(_), Some(_)) | (None, None) => Word::Mixed,
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

/// The word in Latin letters, if every letter is one or looks like one.
fn to_latin(word: &str) -> Option<String> {
    let letters = word.chars().map(|letter| {
        let twin = LOOKALIKES
            .iter()
            .find(|(cyrillic, _)| *cyrillic == letter)
            .map(|(_, latin)| *latin);
        twin.or_else(|| letter.is_ascii_alphabetic().then_some(letter))
    });
    letters.collect()
}

/// The word in Cyrillic letters, if every letter is one or looks like one.
fn to_cyrillic(word: &str) -> Option<String> {
    let letters = word.chars().map(|letter| {
        let twin = LOOKALIKES
            .iter()
            .find(|(_, latin)| *latin == letter)
            .map(|(cyrillic, _)| *cyrillic);
        twin.or_else(|| is_cyrillic(letter).then_some(letter))
    });
    letters.collect()
}

/// A hyphen between spaces becomes the dash of the language; Kazakh and Russian have one dash, the long one.
pub(crate) fn lengthen_dashes(
    mut blocks: Vec<Block>,
    locale: &str,
    report: &mut Report,
) -> Vec<Block> {
    let (short, dash): (&[&str], &str) = match locale {
        "kk" | "ru" => (&[" --- ", " -- ", " - ", " – ", " −\u{20}"], " — "),
        _ => (&[" --- ", " -- ", " - ", " −\u{20}"], " – "),
    };
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            *text = text.map_runs(|words, style| {
                if style.code {
                    words.to_owned()
                } else {
                    lengthened(words, short, dash, line, report)
                }
            });
        }
    }
    blocks
}

/// Between figures a hyphen may be a minus or part of a telephone number.
fn lengthened(words: &str, short: &[&str], dash: &str, line: usize, report: &mut Report) -> String {
    let mut result = words.to_owned();
    for hyphen in short.iter().filter(|hyphen| words.contains(**hyphen)) {
        let parts: Vec<&str> = result.split(hyphen).collect();
        let mut joined = String::with_capacity(result.len() + 8);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                let figures = joined.ends_with(|character: char| character.is_ascii_digit())
                    && part.starts_with(|character: char| character.is_ascii_digit());
                if !figures {
                    report.count(
                        RepairKind::Dash,
                        line,
                        "hyphens and short dashes between words became dashes",
                    );
                }
                joined.push_str(if figures { hyphen } else { dash });
            }
            joined.push_str(part);
        }
        result = joined;
    }
    result
}
