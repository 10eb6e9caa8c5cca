//! Whatever the text, the parser and the renderer end, and the spans they report are in the file.
//!
//! A usual run tries a few hundred texts; `PROPTEST_CASES=1000000 cargo test -p site-builder --test
//! suite properties` tries as many as there is time for. `docs/fuzzing.md` keeps the record.

use crate::any_text::{self, FRONT, PIECES};
use domain::Locale;
use proptest::prelude::*;
use site_builder::content::settings::Facts;

/// Texts from the grammar, and arbitrary texts.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ];
    let body = proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![
        8 => body.prop_map(|body| format!("{FRONT}\n{body}")),
        1 => "\\PC{0,200}",
        1 => "[+\\n=\" a-z\\[\\]0-9-]{0,80}",
    ]
}

fn locale() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["kk", "ru", "en", "ar"][..])
}

fn check(text: &str, locale: &str) {
    let locale = Locale::try_from(locale).unwrap();
    any_text::check(text, &locale, &Facts::default());
}

proptest! {
    // What is found becomes a test of its own instead of a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_and_rendered(text in text(), locale in locale()) {
        check(&text, locale);
    }
}

#[test]
fn a_language_that_is_none_reaches_no_attribute() {
    check(&format!("{FRONT}\n[](lang:<)"), "kk");
}

#[test]
fn a_number_behind_a_picture_has_a_place() {
    check(&format!("{FRONT}\n![ә](@1.1)1.1 және"), "ru");
}

#[test]
fn a_tab_in_a_long_line_is_not_drawn() {
    let line = "word\t".repeat(200);
    check(&format!("{FRONT}\n{line}[^1]{line}"), "kk");
}
