//! Whatever of a document its edition lacks, the report names: as an independent reading finds it.

use crate::support::{fixture, import, latin, words_of_edition, words_of_html, words_of_markdown};
use icu_normalizer::ComposingNormalizerBorrowed;
use importer::Imported;
use std::collections::BTreeMap;

/// How often each word with a letter occurs. Letters that look alike count as the same.
fn counts(words: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        let capitals: String = word.chars().map(latin).collect();
        let folded: String = capitals.to_lowercase().chars().map(latin).collect();
        // A single letter may be the sign of a list, such as the `o` of symbol fonts.
        if folded.chars().count() > 1 && folded.contains(char::is_alphabetic) {
            *counts.entry(folded).or_default() += 1;
        }
    }
    counts
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.map(str::to_owned)
}

/// The words that the edition lacks and the report doesn't name.
fn unexplained(source: Vec<String>, imported: &Imported) -> Vec<String> {
    let repairs = imported.repairs.iter().flat_map(|repair| &repair.lost);
    let decisions = imported
        .decisions
        .iter()
        .flat_map(|decision| &decision.lost);
    let mut there = counts(words_of_edition(&imported.text));
    // Front matter, and the addresses of links.
    for (word, count) in counts(words(&imported.text)) {
        let there = there.entry(word).or_default();
        *there = count.max(*there);
    }
    for (word, count) in counts(repairs.chain(decisions).flat_map(|lost| words(lost))) {
        *there.entry(word).or_default() += count;
    }
    let missing = counts(source).into_iter();
    let missing = missing.filter(|(word, count)| there.get(word).is_none_or(|there| there < count));
    missing.map(|(word, _)| word).collect()
}

#[test]
fn every_loss_is_in_the_report() {
    let mut checked = 0;
    let mut unsaid = Vec::new();
    let mut check = |path: &std::path::Path| {
        let (name, locale) = fixture(path);
        // Parts of files of Word and LibreOffice, which no other reader here reads.
        if name.ends_with("xml") {
            return;
        }
        let bytes = std::fs::read(path).expect("a fixture");
        let imported = import(&bytes, locale);
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(&imported.source);
        let source = match name.ends_with("html") {
            true => words_of_html(&text),
            false => words_of_markdown(&text),
        };
        let missing = unexplained(source, &imported);
        if !missing.is_empty() {
            unsaid.push(format!("{name}: {missing:?}"));
        }
        checked += 1;
    };
    insta::glob!("defects/*/*", |path| check(path));
    insta::glob!("documents/*/*", |path| check(path));
    assert_eq!(unsaid, [""; 0], "lost without a word");
    assert!(checked > 40, "only {checked} documents");
}

#[test]
fn a_word_that_is_lost_without_a_reason_is_found() {
    let mut imported = import("# Политика\n\n1.1. Первое слово.\n", "ru");
    let source = || words_of_markdown("# Политика\n\n1.1. Первое слово.\n");
    assert_eq!(unexplained(source(), &imported), [""; 0]);
    imported.text = imported.text.replace("слово", "");
    assert_eq!(unexplained(source(), &imported), ["cлoвo"]);
}
