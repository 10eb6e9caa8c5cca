//! Every language is recognised, and told apart from its neighbours.

use language::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Texts {
    text: String,
    sentence: String,
}

fn texts() -> BTreeMap<String, Texts> {
    toml::from_str(include_str!("texts.toml")).expect("a table of texts")
}

#[test]
fn a_text_and_a_sentence_of_every_language_are_recognised() {
    let texts = texts();
    let locales: Vec<&str> = Language::named().map(|(locale, _)| locale).collect();
    assert_eq!(texts.keys().collect::<Vec<_>>(), locales);
    let mut failed = Vec::new();
    for (locale, texts) in &texts {
        for text in [&texts.text, &texts.sentence] {
            let found = language::detect(text);
            if found != Some(locale.as_str()) {
                failed.push(format!("{locale}: {found:?}: {text}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The texts above are in the languages that they claim to be in.
#[test]
fn another_library_finds_the_same_languages() {
    for (locale, texts) in &texts() {
        let tag = locale.split('-').next().unwrap();
        let found = whatlang::detect_lang(&texts.text);
        if let Some(known) = iso_639_3(tag) {
            assert_eq!(found, whatlang::Lang::from_code(known), "{}", texts.text);
        }
    }
}

/// The code by which `whatlang` knows a language; `None` if it doesn't know it.
fn iso_639_3(tag: &str) -> Option<&'static str> {
    let codes = "ar ara az aze bg bul cs ces da dan de deu el ell en eng es spa et est fi fin \
                 fr fra he heb hr hrv hu hun hy hye it ita ka kat lt lit lv lav nl nld pl pol \
                 pt por ro ron ru rus sk slk sl slv sv swe tr tur uk ukr uz uzb zh cmn";
    let codes: Vec<&str> = codes.split_whitespace().collect();
    let place = codes.chunks(2).find(|pair| pair[0] == tag)?;
    Some(place[1])
}

#[test]
fn the_words_of_the_theme_are_recognised_in_every_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../themes/default/strings/visitor");
    let mut failed = Vec::new();
    for (locale, _) in Language::named() {
        let file = fs::read_to_string(folder.join(format!("{locale}.toml"))).unwrap();
        let table: toml::Table = toml::from_str(&file).unwrap();
        let mut words = Vec::new();
        collect(&toml::Value::Table(table), &mut words);
        let found = language::detect(&words.join(". "));
        if found != Some(locale) {
            failed.push(format!("{locale}: {found:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn collect(value: &toml::Value, words: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => words.push(text.clone()),
        toml::Value::Table(table) => table.values().for_each(|value| collect(value, words)),
        toml::Value::Array(values) => values.iter().for_each(|value| collect(value, words)),
        _ => {}
    }
}
