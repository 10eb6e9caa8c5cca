//! Pages and Markdown to import. An input is either the document itself, byte for byte, or says which
//! tags, marks and words follow each other, so that every word of it is known. What comes out is an
//! edition that a second import leaves as it is, with every word that the report doesn't call lost,
//! or a refusal that says what to do.

#![no_main]

use chrono::NaiveDate;
use domain::Locale;
use importer::{Decision, Format, ImportOptions, Imported, Repair};

const LOCALES: &[&str] = &["kk", "ru", "en", "de", "fr", "pl", "tr", "zh", "ar"];

/// Words that no repair changes, none of which stands in another one or across two.
const WORDS: &[&str] = &[
    "Оператор",
    "деректер",
    "consent",
    "ТЕРМИНЫ",
    "құқық",
    "quartz",
    "Verantwortlicher",
    "gizlilik",
    "prywatność",
    "隐私政策",
    "سياسة",
    "Définitions",
];

const ELEMENTS: &[&str] = &[
    "p",
    "div",
    "span",
    "b",
    "i",
    "u",
    "a",
    "h1",
    "h2",
    "h3",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "caption",
    "blockquote",
    "pre",
    "code",
    "sup",
    "sub",
    "del",
    "ins",
    "s",
    "nav",
    "main",
    "article",
    "section",
    "header",
    "footer",
    "aside",
    "form",
    "label",
    "button",
    "details",
    "summary",
    "figure",
    "figcaption",
    "center",
    "font",
    "em",
    "strong",
    "small",
    "o:p",
    "ruby",
    "rt",
    "dialog",
    "address",
    "body",
    "html",
    "mark",
    "abbr",
];
const ATTRIBUTES: &[&str] = &[
    "href=\"https://a.example/\"",
    "href=\"#a\"",
    "href=\"mailto:a@b.example\"",
    "id=\"a\"",
    "name=\"a\"",
    "class=\"MsoListParagraph\"",
    "class=\"MsoCommentText\"",
    "class=\"menu\"",
    "class=\"cookie-banner\"",
    "class=\"c1\"",
    "style=\"display:none\"",
    "style=\"font-weight:700\"",
    "style=\"mso-list:l0 level1 lfo1\"",
    "style=\"mso-hide:all\"",
    "style=\"text-decoration:line-through\"",
    "style=\"white-space:pre-wrap\"",
    "style=\"margin-left:72pt\"",
    "style=\"list-style-type:lower-alpha\"",
    "hidden",
    "aria-hidden=\"true\"",
    "role=\"navigation\"",
    "role=\"doc-endnote\"",
    "lang=\"ru\"",
    "dir=\"rtl\"",
    "start=\"3\"",
    "value=\"7\"",
    "type=\"a\"",
    "reversed",
    "colspan=\"2\"",
    "rowspan=\"3\"",
];
/// What stands between words of a page. Its own words are none of those above.
const PAGE: &[&str] = &[
    " ",
    "\n",
    "&nbsp;",
    "&shy;",
    ", ",
    ". ",
    ": ",
    "; ",
    " — ",
    "1. ",
    "1.1. ",
    "1.1.1 ",
    "а) ",
    "(b) ",
    "IV. ",
    "§ 3 ",
    "Статья 5. ",
    "第一条 ",
    "• ",
    "· ",
    "[1]",
    "*",
    "_",
    "`",
    "|",
    "#",
    "<br>",
    "<hr>",
    "<img src=a alt=b>",
    "<!-- a -->",
    "<!--[if gte mso 9]>a<![endif]-->",
    "<![if !supportLists]>",
    "<![endif]>",
    "<script>a()</script>",
    "<style>.c1{display:none}</style>",
    "<style>.c1{counter-increment:a}.c1:before{content:counter(a)\". \"}</style>",
    "<title>Title</title>",
    "{{ a }}",
    "{% if a %}",
    "<?php a ?>",
    "@extends('a')",
    "<wbr>",
    "&lt;",
    "&amp;",
    "01.02.2026 ",
    "«",
    "»",
    "\"",
    "]]>",
    "</p>",
    "</div>",
    "</li>",
    "</ul>",
    "</td>",
    "</table>",
];
/// What stands between words of Markdown.
const MARKDOWN: &[&str] = &[
    " ",
    "\n",
    "\n\n",
    "  \n",
    "\\\n",
    "# ",
    "## ",
    "#### ",
    "- ",
    "  - ",
    "    ",
    "* ",
    "+ ",
    "1. ",
    "2) ",
    "1.1. ",
    "1.1.1 ",
    "2-1) ",
    "1.3-1. ",
    "а) ",
    "(i) ",
    "b. ",
    "IV. ",
    "B.1. ",
    "§ 3 ",
    "Статья 5. ",
    "2-бап. ",
    "Глава 1. ",
    "Part A ",
    "Приложение 1. ",
    "第一条 ",
    "（一）",
    "المادة 5 ",
    "**",
    "*",
    "__",
    "_",
    "~~",
    "`",
    "```\n",
    "> ",
    "| ",
    " |\n",
    "|---|---|\n",
    "---\n",
    "===\n",
    "[",
    "]",
    "](https://a.example)",
    "](#a)",
    "](a \"b\")",
    "[^1]",
    "[^1]: ",
    "![",
    "{#a}",
    "\\",
    "\\*",
    "<br>",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<table><tr><td>",
    "</td></tr></table>",
    "<!-- a -->",
    "&nbsp;",
    "&amp;",
    "{{ a }}",
    "%a%",
    ": ",
    "; ",
    ". ",
    ", ",
    " — ",
    " - ",
    "— ",
    "• ",
    "01.02.2026 ",
    "«",
    "»",
    "https://a.example/ ",
    "\u{ad}",
    "\u{a0}",
    "\u{200b}",
    "\r\n",
    "\t",
];

/// A document of which every word is known.
struct Made {
    text: String,
    words: Vec<&'static str>,
}

fn pick(list: &[&'static str], byte: Option<u8>) -> &'static str {
    list[usize::from(byte.unwrap_or(0)) % list.len()]
}

fn page(bytes: &[u8]) -> Made {
    let mut made = Made {
        text: String::new(),
        words: Vec::new(),
    };
    let mut open: Vec<&str> = Vec::new();
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            0..=119 => {
                let name = pick(ELEMENTS, Some(byte));
                made.text.push_str(&format!("<{name}"));
                for _ in 0..rest.next().unwrap_or(0) % 3 {
                    made.text.push(' ');
                    made.text.push_str(pick(ATTRIBUTES, rest.next()));
                }
                made.text.push('>');
                open.push(name);
            }
            120..=169 => {
                if let Some(name) = open.pop() {
                    made.text.push_str(&format!("</{name}>"));
                }
            }
            170..=214 => made.text.push_str(pick(PAGE, rest.next())),
            215..=255 => made.word(byte),
        }
    }
    made
}

fn markdown(bytes: &[u8]) -> Made {
    let mut made = Made {
        text: String::new(),
        words: Vec::new(),
    };
    for byte in bytes {
        match byte {
            0..=199 => made.text.push_str(pick(MARKDOWN, Some(*byte))),
            200..=255 => made.word(*byte),
        }
    }
    made
}

impl Made {
    fn word(&mut self, byte: u8) {
        let word = pick(WORDS, Some(byte));
        self.text.push_str(word);
        self.words.push(word);
    }
}

/// Letters that look alike count as the same, whatever their case: a repair may replace them where
/// two words stand together.
fn folded(text: &str) -> String {
    const CYRILLIC: &str = "авекмнорстхіуһ";
    const LATIN: &str = "abekmhopctxiyh";
    let latin = |letter: char| {
        let place = CYRILLIC.chars().position(|other| other == letter);
        place.and_then(|place| LATIN.chars().nth(place))
    };
    let small = text.chars().flat_map(char::to_lowercase);
    small
        .map(|letter| latin(letter).unwrap_or(letter))
        .collect()
}

/// Every word is in the edition, or among what the report calls lost.
fn check_words(made: &Made, imported: &Imported) {
    let repairs = imported.repairs.iter().flat_map(|repair| &repair.lost);
    let decisions = imported
        .decisions
        .iter()
        .flat_map(|decision| &decision.lost);
    let mut there = imported.text.clone();
    for lost in repairs.chain(decisions) {
        there.push('\n');
        there.push_str(lost);
    }
    let there = folded(&there);
    for word in WORDS {
        let before = made.words.iter().filter(|made| *made == word).count();
        let after = there.matches(&folded(word)).count();
        assert!(
            before <= after,
            "`{word}` stands {before} times in {:?}, {after} times in {:?} {:?}",
            made.text,
            imported.text,
            imported.decisions
        );
    }
}

fn check_said(said: &str) {
    assert!(!said.is_empty());
    assert!(!said.contains(char::is_control), "{said:?}");
}

/// Places are lines of the source, in order, and no control character is in what is said.
fn check_report(source: &str, repairs: &[Repair], decisions: &[Decision]) {
    let last = source.split('\n').count();
    let check_lines = |line: usize, also: &[usize]| {
        let mut before = line;
        assert!(line >= 1);
        for line in also {
            assert!(*line >= before);
            before = *line;
        }
        assert!(before <= last, "line {before} of {last}: {source:?}");
    };
    for repair in repairs {
        check_lines(repair.line, &repair.also);
        check_said(&repair.message);
    }
    for decision in decisions {
        check_lines(decision.line, &decision.also);
        check_said(&decision.message);
        check_said(&decision.help);
    }
}

/// A second import changes nothing and repairs nothing.
fn check_stays(edition: &str, options: &ImportOptions) {
    let again = ImportOptions {
        format: Format::Markdown,
        ..options.clone()
    };
    let again = importer::import(edition.as_bytes(), &again).unwrap();
    assert_eq!(again.text, edition, "the second import changed something");
    assert_eq!(again.repairs, [], "the second import repaired something");
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, locale, rest @ ..] = bytes else {
        return;
    };
    let (format, made) = match kind % 5 {
        0 => (Format::Html, Some(page(rest))),
        1 => (Format::Markdown, Some(markdown(rest))),
        2 => (Format::Html, None),
        3 => (Format::Markdown, None),
        _ => (Format::Auto, None),
    };
    let input = made.as_ref().map_or(rest, |made| made.text.as_bytes());
    let options = ImportOptions {
        format,
        locale: Locale::try_from(pick(LOCALES, Some(*locale))).unwrap(),
        published: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        fallback_title: "Policy".to_owned(),
    };
    match importer::import(input, &options) {
        Ok(imported) => {
            check_report(&imported.source, &imported.repairs, &imported.decisions);
            if let Some(made) = &made {
                check_words(made, &imported);
            }
            check_stays(&imported.text, &options);
        }
        Err(error) => {
            check_said(&error.to_string());
            check_said(error.help());
        }
    }
    let locales = ["kk", "ru", "en"].map(|locale| Locale::try_from(locale).unwrap());
    let Ok(document) = importer::read(input, None, &options, &locales) else {
        return;
    };
    for part in document.parts() {
        let options = ImportOptions {
            locale: part.locale.clone(),
            ..options.clone()
        };
        let edition = document.edition(part, &options);
        check_report(document.source(), &edition.repairs, &edition.decisions);
        check_stays(&edition.text, &options);
    }
});
