//! Imports in one line, and an independent reading of Markdown and HTML to compare with.

use crate::files::{OpenText, Word};
use importer::{Format, ImportError, ImportOptions, Imported};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::path::Path;

/// The name of a fixture and its locale, which is the name of its folder.
pub(crate) fn fixture(path: &Path) -> (String, &str) {
    let name = path.file_name().expect("a name").to_string_lossy();
    let folder = path.parent().and_then(Path::file_name);
    let locale = folder.and_then(|folder| folder.to_str()).expect("a locale");
    (name.into_owned(), locale)
}

/// The bytes of a fixture. One with the ending `.docx.xml` says what is in the parts of a Word file,
/// see [`Word::read`]; one with `.odt.xml` what is in those of an OpenDocument text, see
/// [`OpenText::read`].
pub(crate) fn fixture_bytes(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("a fixture");
    let name = path.to_string_lossy();
    let text = || std::str::from_utf8(&bytes).expect("UTF-8");
    if name.ends_with(".docx.xml") {
        return Word::read(text()).file();
    }
    if name.ends_with(".odt.xml") {
        return OpenText::read(text()).file();
    }
    bytes
}

/// How many cases a property tries: `PROPTEST_CASES`, or the given number.
pub(crate) fn cases(default: u32) -> u32 {
    match std::env::var("PROPTEST_CASES") {
        Ok(cases) => cases.parse().expect("`PROPTEST_CASES` is a number"),
        Err(_) => default,
    }
}

pub(crate) fn options(locale: &str, format: Format) -> ImportOptions {
    ImportOptions {
        format,
        locale: domain::Locale::try_from(locale).expect("a locale"),
        published: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day"),
        fallback_title: "Policy".to_owned(),
    }
}

pub(crate) fn try_import_as(
    format: Format,
    input: impl AsRef<[u8]>,
    locale: &str,
) -> Result<Imported, ImportError> {
    importer::import(input.as_ref(), &options(locale, format))
}

pub(crate) fn try_import(input: impl AsRef<[u8]>, locale: &str) -> Result<Imported, ImportError> {
    try_import_as(Format::Auto, input, locale)
}

/// Imports a document that can be imported.
pub(crate) fn import(input: impl AsRef<[u8]>, locale: &str) -> Imported {
    try_import(input, locale).expect("a text")
}

/// What is said about a document that can't be imported.
pub(crate) fn refusal(input: impl AsRef<[u8]>) -> String {
    try_import(input, "ru").expect_err("a refusal").to_string()
}

/// The title and the text without front matter.
pub(crate) fn title_and_body(edition: &str) -> (String, &str) {
    let (head, body) = edition
        .strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("+++\n"))
        .expect("front matter");
    let table: toml::Table = head.parse().expect("TOML");
    (table["title"].as_str().expect("a title").to_owned(), body)
}

/// Words of an edition: of its title and of its text, without clause and item numbers.
pub(crate) fn words_of_edition(edition: &str) -> Vec<String> {
    let (title, body) = title_and_body(edition);
    let mut words = words_of_blocks(&[title]);
    words.extend(words_of_markdown(body));
    words
}

/// Words of Markdown as CommonMark reads it, without clause and item numbers.
pub(crate) fn words_of_markdown(markdown: &str) -> Vec<String> {
    words_of_blocks(&blocks_of_markdown(markdown))
}

/// Plain text of every block.
pub(crate) fn blocks_of_markdown(markdown: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let options =
        pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) => {
                blocks.last_mut().expect("a block").push_str(&text)
            }
            Event::SoftBreak | Event::HardBreak => blocks.last_mut().expect("a block").push('\n'),
            Event::Start(tag) if !is_inline(&tag) => blocks.push(String::new()),
            Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_),
            ) => {
                blocks.push(String::new());
            }
            _ => {}
        }
    }
    blocks
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Words of a page, as another parser reads it.
pub(crate) fn words_of_html(html: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(html);
    let inline = [
        "b", "strong", "i", "em", "a", "span", "u", "sup", "sub", "font", "html", "o:p",
    ];
    let mut blocks = vec![String::new()];
    for edge in page.root_element().traverse() {
        let (ego_tree::iter::Edge::Open(node) | ego_tree::iter::Edge::Close(node)) = edge;
        match node.value() {
            scraper::Node::Text(text) if matches!(edge, ego_tree::iter::Edge::Open(_)) => {
                let parent = node
                    .parent()
                    .and_then(|parent| parent.value().as_element().map(|element| element.name()));
                if !matches!(parent, Some("script" | "style" | "title")) {
                    blocks.last_mut().expect("a block").push_str(text);
                }
            }
            scraper::Node::Element(element) if !inline.contains(&element.name()) => {
                blocks.push(String::new());
            }
            _ => {}
        }
    }
    words_of_blocks(&blocks)
}

/// Words in order. Letters that look alike count as the same; a number at the beginning of a block
/// counts as numbering.
pub(crate) fn words_of_blocks(blocks: &[String]) -> Vec<String> {
    let lines = blocks.iter().flat_map(|block| block.split('\n'));
    let words = lines.flat_map(|line| {
        let clean: String = line
            .chars()
            .filter(|letter| !"\u{ad}\u{200b}\u{feff}".contains(*letter))
            .collect();
        let start = without_number(clean.trim());
        let words = start
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words
            .map(|word| word.chars().map(latin).collect::<String>())
            .collect::<Vec<_>>()
    });
    words.collect()
}

fn without_number(line: &str) -> &str {
    let rest = line.trim_start_matches(['*', '•', '·', '—', '–', '-', ' ', '\u{a0}']);
    let after = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let digits = rest.len() - after.len();
    if (1..=12).contains(&digits)
        && (rest[..digits].contains('.') || after.starts_with([' ', ')', '\u{a0}']))
    {
        after.trim_start_matches(')')
    } else {
        rest
    }
}

/// The Latin letter that looks the same. Not the importer's own table, whose errors would hide
/// themselves here.
pub(crate) fn latin(letter: char) -> char {
    const CYRILLIC: &str = "АВЕКМНОРСТХІУаеорсхуі";
    const LATIN: &str = "ABEKMHOPCTXIYaeopcxyi";
    let place = CYRILLIC.chars().position(|other| other == letter);
    place
        .and_then(|place| LATIN.chars().nth(place))
        .unwrap_or(letter)
}

/// Fails with the first difference and what stands around it.
pub(crate) fn assert_same_words(before: &[String], after: &[String], name: &str) {
    let same = before
        .iter()
        .zip(after)
        .take_while(|(one, other)| one == other)
        .count();
    if same < before.len() || same < after.len() {
        let around = |words: &[String]| {
            words[same.saturating_sub(5).min(words.len())..(same + 10).min(words.len())].join(" ")
        };
        panic!(
            "{name}: words differ\n before: {}\n  after: {}",
            around(before),
            around(after)
        );
    }
}

/// Importing the edition once more changes nothing.
pub(crate) fn assert_idempotent(edition: &str, locale: &str, name: &str) {
    let again = try_import_as(Format::Markdown, edition, locale).expect("a text");
    assert_eq!(
        again.text, edition,
        "{name}: the second import changed something"
    );
    assert_eq!(
        again.repairs,
        [],
        "{name}: the second import repaired something"
    );
}

/// What every imported edition keeps: no leftover markup, no empty item, lists one step deep at a
/// time.
pub(crate) fn assert_clean(edition: &str, name: &str) {
    let (_, body) = title_and_body(edition);
    for block in blocks_of_markdown(body) {
        assert!(
            !block.contains("**"),
            "{name}: a bold marker is left in `{block}`"
        );
        assert!(
            !block.starts_with("* "),
            "{name}: an escaped item is left in `{block}`"
        );
    }
    let events: Vec<Event<'_>> = Parser::new(body).collect();
    let mut is_bulleted = false;
    for pair in events.windows(2) {
        // Clauses such as `3. text` are items with blank lines between them.
        if let [Event::Start(Tag::List(first)), _] = pair {
            is_bulleted = first.is_none();
        }
        let is_empty = matches!(pair, [Event::Start(Tag::Item), Event::End(TagEnd::Item)]);
        assert!(!is_empty, "{name}: an empty item is left");
        let is_rule = matches!(pair, [Event::Rule, _] | [_, Event::Rule]);
        assert!(!is_rule, "{name}: a line across the page is left");
        let is_loose = matches!(
            pair,
            [Event::Start(Tag::Item), Event::Start(Tag::Paragraph)]
        );
        assert!(!(is_loose && is_bulleted), "{name}: a loose list is left");
    }
}

/// The edition with everything that was said about it.
pub(crate) fn account(imported: &Imported) -> String {
    let mut account = imported.text.clone();
    account.push_str("\n======== repairs\n");
    for repair in &imported.repairs {
        account.push_str(&format!(
            "{}: {}: {}\n",
            repair.line,
            repair.kind.code(),
            repair.message
        ));
    }
    account.push_str("======== decisions\n");
    for decision in &imported.decisions {
        let (kind, message, help) = (decision.kind.code(), &decision.message, &decision.help);
        account.push_str(&format!(
            "{}: {kind}: {message}\n    help: {help}\n",
            decision.line
        ));
    }
    account
}
