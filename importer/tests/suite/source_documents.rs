//! The five source documents, where they are at hand: every sentence arrives once and in order.

use crate::support::{
    assert_clean, assert_idempotent, assert_same_words, import, words_of_edition, words_of_markdown,
};
use std::path::{Path, PathBuf};

/// Beginning of the file name, language, and how many clause numbers the source writes.
const SEEDS: [(&str, &str, usize); 5] = [
    ("000", "kk", 23),
    ("001", "kk", 22),
    ("002", "ru", 77),
    ("003", "kk", 23),
    ("004", "kk", 66),
];

fn seeds() -> Vec<(String, &'static str, usize)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    let folder = std::env::var_os("KELISIM_SEEDS").map_or(folder, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        #[expect(clippy::print_stderr, reason = "says that nothing was tested")]
        {
            eprintln!("skipped: {} isn't there", folder.display());
        }
        return Vec::new();
    };
    let paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let of = |start: &str| {
        let found = paths.iter().find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(start))
        });
        std::fs::read_to_string(found.expect("a seed")).expect("UTF-8")
    };
    SEEDS
        .iter()
        .map(|(start, locale, clauses)| (of(start), *locale, *clauses))
        .collect()
}

/// Puts the variables that the importer must find in place of the template's placeholders.
fn with_variables(source: &str) -> String {
    source
        .replace("[Сайт атауы]", "{{ site.host }}")
        .replace("[Компанияның заңды атауы]", "{{ operator.legal_name }}")
        .replace("[байланыс email]", "{{ operator.email }}")
        .replace("[ҚР-дағы компания мекен-жайы]", "{{ operator.address }}")
}

#[test]
fn every_word_of_the_source_documents_arrives_once_and_in_order() {
    for (source, locale, _) in seeds() {
        let edition = import(&source, locale).text;
        let name = edition.lines().nth(1).expect("a title");
        assert_same_words(
            &words_of_markdown(&with_variables(&source)),
            &words_of_edition(&edition),
            name,
        );
    }
}

#[test]
fn the_source_documents_come_out_clean_and_stay_as_they_are() {
    for (source, locale, _) in seeds() {
        let edition = import(&source, locale).text;
        let name = edition.lines().nth(1).expect("a title");
        assert_clean(&edition, name);
        // None of the five has a list in a list.
        assert!(!edition.lines().any(|line| line.starts_with(' ')), "{name}");
        assert_idempotent(&edition, locale, name);
        assert!(
            !edition.contains("[байланыс"),
            "{name}: a placeholder is left"
        );
    }
}

#[test]
fn the_numbers_of_the_source_documents_form_a_tree() {
    for (source, locale, clauses) in seeds() {
        let imported = import(&source, locale);
        let numbers: Vec<&str> = imported.text.lines().filter_map(number).collect();
        assert_eq!(numbers.len(), clauses, "{numbers:?}");
        let sections = numbers.iter().filter(|number| !number.contains('.'));
        let headings = imported.text.lines().filter(|line| line.starts_with("## "));
        assert_eq!(sections.count(), headings.count(), "{numbers:?}");
        let items = imported
            .text
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
        assert!(
            items.filter_map(number).all(|number| number.contains('.')),
            "a section is a list item"
        );
        let about_numbers = imported
            .decisions
            .iter()
            .filter(|decision| decision.kind.code().starts_with("number"));
        assert_eq!(about_numbers.count(), 0, "{:?}", imported.decisions);
    }
}

fn number(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('#').trim_start();
    let number = line.split(' ').next()?.strip_suffix('.')?;
    number
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == '.')
        .then_some(number)
}
