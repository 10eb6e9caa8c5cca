//! References of every language are found, and those to other documents are none.

use language::Language;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Cases {
    own: Vec<(String, String)>,
    foreign: Vec<String>,
}

/// The numbers of the references to the same document.
fn own<'t>(language: &Language, text: &'t str) -> Vec<&'t str> {
    let patterns = language.references();
    let matches = patterns.reference.captures_iter(text);
    matches
        .filter(|captures| patterns.is_reference(text, captures))
        .map(|captures| {
            captures
                .name("numbers")
                .expect("is in every match")
                .as_str()
        })
        .collect()
}

#[test]
fn references_to_the_same_document_are_found_in_every_language() {
    let cases: BTreeMap<String, Cases> = toml::from_str(include_str!("references.toml")).unwrap();
    let locales: Vec<&str> = Language::named().map(|(locale, _)| locale).collect();
    assert_eq!(cases.keys().collect::<Vec<_>>(), locales);
    let mut failed = Vec::new();
    for (locale, cases) in &cases {
        let language = Language::of(locale).unwrap();
        for (text, numbers) in &cases.own {
            let found = own(language, text);
            if found != [numbers] {
                failed.push(format!("{locale}: own: {text}: {found:?}"));
            }
        }
        for text in &cases.foreign {
            let found = own(language, text);
            if !found.is_empty() {
                failed.push(format!("{locale}: foreign: {text}: {found:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
