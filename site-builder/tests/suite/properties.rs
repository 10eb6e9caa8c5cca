//! Whatever the text, the parser and the renderer end, and the spans they report are in the file.
//!
//! A usual run tries a few hundred texts; `PROPTEST_CASES=1000000 cargo test -p site-builder --test
//! suite properties` tries as many as there is time for. `docs/fuzzing.md` keeps the record.

use proptest::prelude::*;
use site_builder::check::references::{self, Scope};
use site_builder::content::document::{self, Document};
use site_builder::content::settings::Facts;
use site_builder::model::links::Links;
use site_builder::render::html::{self, TextContext};
use site_builder::report::diagnostic::{Code, Diagnostic, Location};
use site_builder::report::draw::{self, Style};
use site_builder::report::source::Sources;
use std::collections::BTreeMap;

const FRONT: &str = "+++\ntitle = \"Title\"\npublished = 2026-01-01\n+++\n";

/// Tokens of the grammar, in the three languages.
const PIECES: &[&str] = &[
    "1.",
    "1.1.",
    "1.1",
    "1.1-1.",
    "1-1.",
    "B.",
    "B.1.",
    "III.",
    "一、",
    "Article 1.",
    "1-бап",
    "Глава 1.",
    "Part A",
    "Appendix 1",
    "Қосымша",
    "1) ",
    "2-1) ",
    "(a) ",
    "(i) ",
    "а) ",
    "b. ",
    "（一）",
    "2.10.3.",
    "0.1.",
    "99999.",
    "# ",
    "## ",
    "###### ",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "> ",
    "**",
    "*",
    "_",
    "__",
    "`",
    "```\n",
    "[",
    "]",
    "(",
    ")",
    "](",
    "](@1.1)",
    "](@cookies/3.1)",
    "](lang:en)",
    "](lang:",
    "](/en/)",
    "![",
    "<",
    ">",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "&amp;",
    "&#1;",
    "&",
    "\\",
    "\\*",
    "{{",
    "}}",
    "{{ operator.name }}",
    "{{ block.cookies }}",
    "{",
    "}",
    "|",
    "|-|\n",
    "| a | b |\n",
    "---\n",
    "===\n",
    "+++\n",
    "[^1]",
    "[^1]: ",
    "[a]: x\n",
    "clause 1.1",
    "clause 1.1(a)",
    "подпункты а) и б) пункта 1.1",
    "](@1.1/2)",
    "](@a-1/1.1)",
    "clauses 1.1, 1.2 and",
    "пункт 1.1",
    "пп. 1.1 и",
    "1.1-тармақ",
    "1.1 және 1.2-тармақтар",
    " — ",
    " - ",
    "ә",
    "Қ",
    "😀",
    "\u{301}",
    "\u{200f}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "a",
    "word ",
    "https://a.kz ",
    "info@a.kz",
];

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

/// Checks that spans are in the file and at boundaries of characters.
fn check_places(text: &str, diagnostics: &[Diagnostic]) -> Result<(), TestCaseError> {
    for diagnostic in diagnostics {
        if let Location::Span(_, span) = &diagnostic.location {
            prop_assert!(text.get(span.clone()).is_some(), "{diagnostic:?}");
        }
        prop_assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty());
    }
    Ok(())
}

fn check_clauses(text: &str, document: &Document<'_>) -> Result<(), TestCaseError> {
    for clause in document.walk() {
        prop_assert!(text.get(clause.span.clone()).is_some(), "{:?}", clause.span);
    }
    Ok(())
}

/// Checks that no two places have one anchor, unless that was reported.
fn check_anchors(document: &Document<'_>, diagnostics: &[Diagnostic]) -> Result<(), TestCaseError> {
    let is_reported =
        |one: &Diagnostic| matches!(one.code, Code::DuplicateClause | Code::MisplacedClause);
    let mut anchors = document.anchors();
    anchors.sort_unstable();
    let count = anchors.len();
    anchors.dedup();
    prop_assert!(anchors.len() == count || diagnostics.iter().any(is_reported));
    Ok(())
}

/// Checks that every tag is closed, in order.
fn check_balance(body: &str) -> Result<(), TestCaseError> {
    let mut open: Vec<&str> = Vec::new();
    for tag in body.split('<').skip(1) {
        let name = tag
            .trim_start_matches('/')
            .split([' ', '>'])
            .next()
            .unwrap();
        if name == "br" {
            continue;
        }
        if tag.starts_with('/') {
            prop_assert_eq!(open.pop(), Some(name), "{}", body);
        } else {
            open.push(name);
        }
    }
    prop_assert!(open.is_empty(), "{:?}: {}", open, body);
    Ok(())
}

fn check(text: &str, locale: &str) -> Result<(), TestCaseError> {
    let mut sources = Sources::default();
    let file = sources.add("text.md", text);
    let locale = domain::Locale::try_from(locale).unwrap();
    let (document, mut diagnostics) = document::parse(text, file, &locale);
    if let Some(document) = document {
        check_clauses(text, &document)?;
        check_anchors(&document, &diagnostics)?;
        let (facts, links) = (Facts::default(), Links::default());
        let scope = Scope::new(&facts, &links, "privacy", true);
        let context = TextContext {
            scope: &scope,
            blocks: &BTreeMap::new(),
            host: "example.kz",
        };
        let rendered = html::render(&document, &context);
        check_balance(&rendered.body)?;
        diagnostics.extend(references::check(&document, &scope));
    }
    check_places(text, &diagnostics)?;
    draw::sort(&mut diagnostics, &sources);
    draw::text(&diagnostics, &sources, Style::Plain);
    draw::json(&diagnostics, &sources);
    Ok(())
}

proptest! {
    // What is found becomes a test of its own instead of a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_and_rendered(text in text(), locale in locale()) {
        check(&text, locale)?;
    }
}

#[test]
fn a_language_that_is_none_reaches_no_attribute() {
    check(&format!("{FRONT}\n[](lang:<)"), "kk").unwrap();
}

#[test]
fn a_number_behind_a_picture_has_a_place() {
    check(&format!("{FRONT}\n![ә](@1.1)1.1 және"), "ru").unwrap();
}
