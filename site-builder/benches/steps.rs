//! Measures one text: parsing, rendering to HTML, comparison with the edition before:
//! `cargo bench -p site-builder --bench steps`

#![expect(clippy::unwrap_used, reason = "what is measured is known to be right")]

use domain::Locale;
use site_builder::check::references::Scope;
use site_builder::compare;
use site_builder::content::document;
use site_builder::content::settings::Facts;
use site_builder::model::links::Links;
use site_builder::render::html::{self, TextContext};
use site_builder::report::source::Sources;
use std::collections::BTreeMap;

fn main() {
    divan::main();
}

const LOCALES: [&str; 3] = ["kk", "ru", "en"];

/// A policy of a hundred clauses with what policies have: lists, a table, references, links.
fn text(locale: &str, word: &str) -> String {
    let reference = match locale {
        "ru" => "см. пункт 1.1",
        "kk" => "1.1-тармақты қараңыз",
        _ => "see clause 1.1",
    };
    let mut text = "+++\ntitle = \"Title\"\npublished = 2026-01-01\n+++\n\n".to_owned();
    for section in 1..=10 {
        text.push_str(&format!("## {section}. {word} {section}\n\n"));
        for clause in 1..=9 {
            let words = format!("{word} ").repeat(20);
            text.push_str(&format!(
                "{section}.{clause}. {words}, **{word}**, {reference}, [{word}](https://law.example/{clause}).\n\n- {word};\n- {word}.\n\n"
            ));
        }
    }
    text + "| 1 | 2 |\n|---|---|\n| 3 | 4 |\n"
}

fn word(locale: &str) -> &'static str {
    match locale {
        "en" => "processing",
        _ => "өңдеу",
    }
}

#[divan::bench(args = LOCALES)]
fn parse(bencher: divan::Bencher<'_, '_>, locale: &str) {
    let tag = Locale::try_from(locale).unwrap();
    let mut sources = Sources::default();
    let text = text(locale, word(locale));
    let file = sources.add("text.md", text.clone());
    bencher.bench(|| document::parse(&text, file, &tag));
}

#[divan::bench(args = LOCALES)]
fn render(bencher: divan::Bencher<'_, '_>, locale: &str) {
    let tag = Locale::try_from(locale).unwrap();
    let mut sources = Sources::default();
    let text = text(locale, word(locale));
    let file = sources.add("text.md", text.clone());
    let (document, _) = document::parse(&text, file, &tag);
    let document = document.unwrap();
    let (facts, links) = (Facts::default(), Links::default());
    let scope = Scope::new(&facts, &links, "privacy", true);
    let context = TextContext {
        scope: &scope,
        blocks: &BTreeMap::new(),
        host: "example.kz",
    };
    bencher.bench(|| html::render(&document, &context));
}

#[divan::bench(args = LOCALES)]
fn diff(bencher: divan::Bencher<'_, '_>, locale: &str) {
    let tag = Locale::try_from(locale).unwrap();
    let mut sources = Sources::default();
    let mut provisions = |text: &str| {
        let file = sources.add("text.md", text);
        let (document, _) = document::parse(text, file, &tag);
        compare::provisions(&document.unwrap(), &Facts::default(), |_| String::new())
    };
    let before = text(locale, word(locale));
    let after = before.replace("5.5. ", "5.5. Жаңа ");
    let (before, after) = (provisions(&before), provisions(&after));
    bencher.bench(|| compare::compare(&before, &after).len());
}
