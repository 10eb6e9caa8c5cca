//! What holds for any text of an edition, and the pieces of which such texts are made. The fuzz
//! target `content` has them from here.

use domain::Locale;
use site_builder::check::references::{self, Scope};
use site_builder::content::document::{self, Document};
use site_builder::content::settings::Facts;
use site_builder::model::links::Links;
use site_builder::render::html::{self, TextContext};
use site_builder::report::diagnostic::{Code, Diagnostic, Location};
use site_builder::report::draw::{self, Style};
use site_builder::report::source::Sources;
use std::collections::BTreeMap;

/// The shortest front matter.
pub(crate) const FRONT: &str = "+++\ntitle = \"Title\"\npublished = 2026-01-01\n+++\n";

/// Tokens of the grammar, in the three languages.
pub(crate) const PIECES: &[&str] = &[
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

/// Checks what is said of a file: where, and how it is drawn.
pub(crate) fn check_report(sources: &Sources, mut diagnostics: Vec<Diagnostic>) {
    for diagnostic in &diagnostics {
        if let Location::Span(file, span) = &diagnostic.location {
            let place = sources.text(*file).get(span.clone());
            assert!(place.is_some(), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty());
    }
    draw::sort(&mut diagnostics, sources);
    let drawn = draw::text(&diagnostics, sources, Style::Plain);
    let control = drawn.find(|sign: char| sign.is_control() && sign != '\n');
    assert_eq!(control, None, "{drawn:?}");
    draw::json(&diagnostics, sources);
}

fn check_clauses(text: &str, document: &Document<'_>) {
    for clause in document.walk() {
        assert!(text.get(clause.span.clone()).is_some(), "{:?}", clause.span);
    }
}

/// Checks that no two places have one anchor, unless that was reported.
fn check_anchors(document: &Document<'_>, diagnostics: &[Diagnostic]) {
    let is_reported =
        |one: &Diagnostic| matches!(one.code, Code::DuplicateClause | Code::MisplacedClause);
    let mut anchors = document.anchors();
    anchors.sort_unstable();
    let count = anchors.len();
    anchors.dedup();
    assert!(anchors.len() == count || diagnostics.iter().any(is_reported));
}

/// Checks that every tag is closed, in order.
fn check_balance(body: &str) {
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
            assert_eq!(open.pop(), Some(name), "{}", body);
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{:?}: {}", open, body);
}

/// Checks all that holds for any text of an edition.
pub(crate) fn check(text: &str, locale: &Locale, facts: &Facts) {
    let mut sources = Sources::default();
    let file = sources.add("text.md", text);
    let (document, mut diagnostics) = document::parse(text, file, locale);
    if let Some(document) = document {
        check_clauses(text, &document);
        check_anchors(&document, &diagnostics);
        let links = Links::default();
        let scope = Scope::new(facts, &links, "privacy", true);
        let context = TextContext {
            scope: &scope,
            blocks: &BTreeMap::new(),
            host: "example.kz",
        };
        let rendered = html::render(&document, &context);
        check_balance(&rendered.body);
        diagnostics.extend(references::check(&document, &scope));
    }
    check_report(&sources, diagnostics);
}
