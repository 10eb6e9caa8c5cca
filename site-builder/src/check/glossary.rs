//! `glossary.toml`: one word for one thing, per locale. Warns of the words that must not stand for it.
//!
//! Looked through are editions, the strings of the theme and the texts of the register: everything a visitor reads.

use crate::content::register::Register;
use crate::content::settings::Localised;
use crate::content::toml_file;
use crate::model::site::Site;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use domain::Locale;
use rayon::prelude::*;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

const HELP: &str = "a `[[term]]` has an `id`, its word in each locale such as `en = \"personal data\"`, and may have lists such as `avoid.en = [\"personal information\"]`";

/// Words to avoid in each locale.
#[derive(Debug, Default)]
pub struct Glossary {
    /// The text it was read from.
    pub text: String,
    avoided: BTreeMap<String, Vec<Avoided>>,
}

/// A word that must not be used.
#[derive(Debug)]
struct Avoided {
    pattern: Regex,
    /// The word to use instead.
    term: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    term: Vec<RawTerm>,
}

#[derive(Deserialize)]
struct RawTerm {
    id: String,
    #[serde(default)]
    avoid: BTreeMap<String, Vec<String>>,
    /// The word in each locale.
    #[serde(flatten)]
    words: BTreeMap<String, String>,
}

/// Reads the glossary of a content folder. A folder without one has none.
///
/// # Errors
/// A diagnostic when it is there but can't be read or understood.
pub fn read(sources: &mut Sources, content: &Utf8Path) -> Result<Glossary, Diagnostic> {
    let path = content.join("glossary.toml");
    if !source::exists(&path) {
        return Ok(Glossary::default());
    }
    let file = sources.read(&path)?;
    let raw: Raw = toml_file::parse(sources, file, HELP)?;
    let mut glossary = Glossary {
        text: sources.text(file).to_owned(),
        avoided: BTreeMap::new(),
    };
    for term in &raw.term {
        for (locale, words) in &term.avoid {
            let avoided = words.iter().filter_map(|word| {
                Some(Avoided {
                    pattern: pattern(word, locale)?,
                    term: term.words.get(locale).unwrap_or(&term.id).clone(),
                })
            });
            glossary
                .avoided
                .entry(locale.clone())
                .or_default()
                .extend(avoided);
        }
    }
    Ok(glossary)
}

/// Whole words in either case; a line may end between two. Russian puts endings to each word, so that a glossary gives
/// their stems; Kazakh to the last one alone.
fn pattern(avoided: &str, locale: &str) -> Option<Regex> {
    const ENDING: &str = r"\p{L}*";
    let words: Vec<String> = avoided.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    let words = match locale {
        "ru" => words.join(&format!(r"{ENDING}\s+")) + ENDING,
        "kk" => words.join(r"\s+") + ENDING,
        _ => words.join(r"\s+"),
    };
    Regex::new(&format!(r"(?i)\b{words}\b")).ok()
}

/// Looks through the strings of the theme and the register; [`Glossary::edition`] looks through the texts.
pub fn check(
    glossary: &Glossary,
    site: &Site,
    strings: Option<&BTreeMap<Locale, FileId>>,
    register: Option<FileId>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let texts: Vec<(&Locale, FileId)> = strings
        .into_iter()
        .flatten()
        .map(|(locale, file)| (locale, *file))
        .collect();
    let mut diagnostics: Vec<Diagnostic> = texts
        .par_iter()
        .flat_map_iter(|(locale, file)| {
            let text = sources.text(*file);
            glossary.look_through(locale, text, 0..text.len(), *file)
        })
        .collect();
    if let Some(file) = register {
        let text = sources.text(file);
        for (locale, span) in texts_of(&site.register, site.settings.locales.get_ref(), glossary) {
            diagnostics.extend(glossary.look_through(locale, text, span, file));
        }
    }
    diagnostics
}

/// Where the register holds an avoided word of a locale.
fn texts_of<'s>(
    register: &'s Register,
    locales: &'s [Locale],
    glossary: &Glossary,
) -> Vec<(&'s Locale, Range<usize>)> {
    let services = register.services.iter().map(Spanned::get_ref);
    let localised: Vec<&Spanned<Localised>> = services
        .flat_map(|service| {
            let cookies = service
                .cookies
                .iter()
                .map(|cookie| &cookie.get_ref().purpose);
            [&service.data, &service.purpose].into_iter().chain(cookies)
        })
        .collect();
    let mut found = Vec::new();
    for locale in locales {
        // The table of a text holds all its languages: only where this one has the word, the place is looked for.
        let has_word = |texts: &&&Spanned<Localised>| {
            let text = texts.get_ref().get(locale.as_str());
            text.is_some_and(|text| {
                glossary
                    .words(locale)
                    .any(|word| word.pattern.is_match(text))
            })
        };
        let places = localised.iter().filter(has_word);
        found.extend(places.map(|texts| (locale, texts.span())));
    }
    found
}

impl Glossary {
    /// Looks through the text of an edition.
    pub fn edition(&self, locale: &Locale, text: &str, file: FileId) -> Vec<Diagnostic> {
        self.look_through(locale, text, 0..text.len(), file)
    }

    fn words(&self, locale: &Locale) -> impl Iterator<Item = &Avoided> {
        self.avoided.get(locale.as_str()).into_iter().flatten()
    }

    fn look_through(
        &self,
        locale: &Locale,
        text: &str,
        part: Range<usize>,
        file: FileId,
    ) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let words = text.get(part.clone()).unwrap_or_default();
        for avoided in self.words(locale) {
            for found in avoided.pattern.find_iter(words) {
                if is_in_address(words.get(..found.start()).unwrap_or_default()) {
                    continue;
                }
                diagnostics.push(Diagnostic::at(
                    Code::AvoidedTerm,
                    file,
                    part.start + found.start()..part.start + found.end(),
                    format!(
                        "the glossary avoids `{}`",
                        found.as_str().replace('\n', " ")
                    ),
                    format!(
                        "write `{}`: to a reader of law, two words are two things",
                        avoided.term
                    ),
                ));
            }
        }
        diagnostics
    }
}

/// Whether what follows is a part of a link's address.
fn is_in_address(before: &str) -> bool {
    let word = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    word.contains("](") && !word.ends_with(')') || word.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, avoided: &str, text: &str, expected: &[&str]) {
        let found: Vec<&str> = pattern(avoided, locale)
            .unwrap()
            .find_iter(text)
            .map(|found| found.as_str())
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn avoided_words_are_found_with_their_endings() {
        check(
            "kk",
            "жеке деректер",
            "Жеке деректерді, жеке\nдеректер",
            &["Жеке деректерді", "жеке\nдеректер"],
        );
        check(
            "ru",
            "персональн информаци",
            "персональной информацией",
            &["персональной информацией"],
        );
        check(
            "en",
            "personal information",
            "Personal  Information.",
            &["Personal  Information"],
        );
    }

    #[test]
    fn other_words_are_left_alone() {
        check(
            "kk",
            "жеке деректер",
            "жекелеген деректер, дербес деректер",
            &[],
        );
        check("ru", "куки", "укуки", &[]);
        check(
            "en",
            "personal information",
            "impersonal information, personal informations",
            &[],
        );
    }

    #[test]
    fn addresses_are_no_words() {
        assert!(is_in_address("see [here](https://a.kz/"));
        assert!(is_in_address("https://a.kz/"));
        assert!(!is_in_address("see [here](https://a.kz/) and "));
    }
}
