//! `glossary.toml`: the term for each concept in each locale, and terms to avoid.
//!
//! Searches editions, the strings of the theme and the texts of the register for terms to avoid.

use crate::content::document::Document;
use crate::content::localised::Localised;
use crate::content::register::Register;
use crate::content::slice::slice;
use crate::content::toml_file;
use crate::model::site::Site;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use domain::Locale;
use language::{Inflection, Language};
use rayon::prelude::*;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

const HELP: &str = "a `[[term]]` has an `id`, its word in each locale such as `en = \"personal data\"`, and may have lists such as `avoid.en = [\"personal information\"]`";

/// Terms to avoid in each locale.
#[derive(Debug, Default)]
pub struct Glossary {
    /// The text of the file.
    pub text: String,
    avoided: BTreeMap<String, Vec<AvoidedTerm>>,
}

#[derive(Debug)]
struct AvoidedTerm {
    pattern: Regex,
    /// The term to use instead.
    instead: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlossaryFile {
    #[serde(default)]
    term: Vec<Term>,
}

#[derive(Deserialize)]
struct Term {
    id: String,
    #[serde(default)]
    avoid: BTreeMap<String, Vec<String>>,
    /// The term in each locale.
    #[serde(flatten)]
    words: BTreeMap<String, String>,
}

/// Reads the glossary of a content folder. A folder without one has none.
///
/// # Errors
/// A diagnostic if the file exists but is invalid.
pub fn read(sources: &mut Sources, content: &Utf8Path) -> Result<Glossary, Diagnostic> {
    let path = content.join("glossary.toml");
    if !source::exists(&path) {
        return Ok(Glossary::default());
    }
    let file = sources.read(&path)?;
    let parsed: GlossaryFile = toml_file::parse(sources, file, HELP)?;
    let mut glossary = Glossary {
        text: sources.text(file).to_owned(),
        avoided: BTreeMap::new(),
    };
    for term in &parsed.term {
        for (locale, words) in &term.avoid {
            let avoided = glossary.avoided.entry(locale.clone()).or_default();
            for word in words {
                let pattern = match pattern(word, locale) {
                    Ok(Some(pattern)) => pattern,
                    // An empty entry avoids nothing.
                    Ok(None) => continue,
                    Err(error) => {
                        let message = format!("a term of `{}` can't be searched: {error}", term.id);
                        let file = path.as_str();
                        return Err(Diagnostic::on(Code::InvalidToml, file, message, HELP));
                    }
                };
                avoided.push(AvoidedTerm {
                    pattern,
                    instead: term.words.get(locale).unwrap_or(&term.id).clone(),
                });
            }
        }
    }
    Ok(glossary)
}

/// Finds a term as whole words, case-insensitively, across line ends, with the endings that its
/// language adds to them. `None` for an empty term.
fn pattern(avoided: &str, locale: &str) -> Result<Option<Regex>, regex::Error> {
    const ENDING: &str = r"\p{L}*";
    let words: Vec<String> = avoided.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let words = match Language::of(locale).and_then(|language| language.inflection) {
        Some(Inflection::EveryWord) => words.join(&format!(r"{ENDING}\s+")) + ENDING,
        Some(Inflection::LastWord) => words.join(r"\s+") + ENDING,
        None => words.join(r"\s+"),
    };
    Regex::new(&format!(r"(?i)\b{words}\b")).map(Some)
}

/// Reports avoided terms in the strings of the theme and in the register.
pub fn check(
    glossary: &Glossary,
    site: &Site,
    strings: &[(&Locale, FileId)],
    register: Option<FileId>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = strings
        .par_iter()
        .flat_map_iter(|(locale, file)| {
            let text = sources.text(*file);
            glossary.scan(locale, text, 0..text.len(), *file)
        })
        .collect();
    if let Some(file) = register {
        let text = sources.text(file);
        for (locale, span) in
            find_in_register(&site.register, site.settings.locales.get_ref(), glossary)
        {
            diagnostics.extend(glossary.scan(locale, text, span, file));
        }
    }
    diagnostics
}

/// Texts of the register that contain an avoided term, each with the locale of the term. The span
/// is that of the text's table with all its locales.
fn find_in_register<'s>(
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
        let has_word = |texts: &&&Spanned<Localised>| {
            let text = texts.get_ref().get(locale.as_str());
            text.is_some_and(|text| {
                glossary
                    .terms(locale)
                    .any(|term| term.pattern.is_match(text))
            })
        };
        let places = localised.iter().filter(has_word);
        found.extend(places.map(|texts| (locale, texts.span())));
    }
    found
}

impl Glossary {
    /// Reports avoided terms in an edition.
    pub fn check_document(&self, document: &Document<'_>) -> Vec<Diagnostic> {
        let text = document.text;
        self.scan(&document.locale, text, 0..text.len(), document.file)
    }

    fn terms(&self, locale: &Locale) -> impl Iterator<Item = &AvoidedTerm> {
        self.avoided.get(locale.as_str()).into_iter().flatten()
    }

    fn scan(
        &self,
        locale: &Locale,
        text: &str,
        part: Range<usize>,
        file: FileId,
    ) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let searched = slice(text, part.clone());
        for avoided in self.terms(locale) {
            for found in avoided.pattern.find_iter(searched) {
                if is_in_address(slice(searched, ..found.start())) {
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
                        avoided.instead
                    ),
                ));
            }
        }
        diagnostics
    }
}

/// Whether the text before a match ends inside the address of a link.
fn is_in_address(before: &str) -> bool {
    let word = before
        .rsplit_once(char::is_whitespace)
        .map_or(before, |(_, word)| word);
    word.contains("](") && !word.ends_with(')') || word.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, avoided: &str, text: &str, expected: &[&str]) {
        let found: Vec<&str> = pattern(avoided, locale)
            .unwrap()
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
