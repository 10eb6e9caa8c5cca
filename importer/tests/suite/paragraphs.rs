//! A page of any length keeps its blocks: each paragraph, heading, item and cell arrives once,
//! whole and in order.

use crate::support::{assert_idempotent, blocks_of_markdown, cases, import, title_and_body};
use importer::{DecisionKind, Imported};
use proptest::prelude::*;

/// The text of every block of the edition, spaces made single.
fn blocks(edition: &str) -> Vec<String> {
    let (_, body) = title_and_body(edition);
    let blocks = blocks_of_markdown(body);
    let single = blocks
        .iter()
        .map(|block| block.split_whitespace().collect::<Vec<_>>().join(" "));
    single.filter(|block| !block.is_empty()).collect()
}

/// Fails with the first block that differs.
fn assert_blocks(edition: &str, expected: &[String]) {
    let found = blocks(edition);
    let same = found
        .iter()
        .zip(expected)
        .take_while(|(one, other)| one == other)
        .count();
    assert!(
        same == found.len() && same == expected.len(),
        "block {same} of {}: {:?} came for {:?}",
        expected.len(),
        found.get(same),
        expected.get(same)
    );
}

const WORDS: &[&str] = &[
    "оператор",
    "хранит",
    "данные",
    "сайта",
    "передает",
    "банкам",
    "только",
    "согласие",
    "порядок",
    "услуги",
    "сервер",
    "журнал",
];

/// How a word is marked in a page.
const MARKS: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("", ""),
    ("<b>", "</b>"),
    ("<i>", "</i>"),
    ("<span>", "</span>"),
    ("<span style='color:red'><b>", "</b></span>"),
    ("<i><b>", "</b></i>"),
    ("<a href='https://example.kz/list'>", "</a>"),
    ("<a href='https://example.kz/list'><b>", "</b></a>"),
    ("<sub>", "</sub>"),
    ("<font face=Arial>\n<o:p></o:p><u>", "</u></font><!-- - -->"),
    ("<![if x]><span lang=RU>&#8203;", "</span><![endif]><wbr>"),
    ("<br>", ""),
    ("<br><span><i>", "</i></span>"),
];

/// How many of the marks break no line.
const UNBROKEN: usize = 13;

#[derive(Debug, Clone, Copy)]
enum Shape {
    Heading,
    Clause,
    Paragraph,
    List,
    Table,
}

/// A block of a page: what it is, and its words, each with a mark.
type Part = (Shape, Vec<(usize, usize)>);

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let shape = prop::sample::select(vec![
        Shape::Heading,
        Shape::Clause,
        Shape::Clause,
        Shape::Clause,
        Shape::Paragraph,
        Shape::List,
        Shape::Table,
    ]);
    let words = prop::collection::vec((0..WORDS.len(), 0..MARKS.len()), 4..12);
    prop::collection::vec((shape, words), 1..40)
}

/// A page, and the blocks that its edition has to have.
#[derive(Default)]
struct Page {
    html: String,
    expected: Vec<String>,
    section: usize,
    clause: usize,
}

impl Page {
    fn new() -> Self {
        let mut page = Self::default();
        page.html.push_str("<h1>Политика</h1>\n");
        page.heading(&[(0, 0), (1, 0)]);
        page
    }

    /// Words in HTML and plain: the first one with a capital letter, which no mark hides, and `end`
    /// after the last.
    fn sentence(words: &[(usize, usize)], end: &str) -> (String, String) {
        let mut html = Vec::new();
        let mut plain = Vec::new();
        for (index, (word, mark)) in words.iter().enumerate() {
            let word = WORDS[*word];
            if index == 0 {
                let word = word.replacen(&word[..2], &word[..2].to_uppercase(), 1);
                // A part of a word, as Word writes it.
                html.push(format!("<span>{}</span>{}", &word[..2], &word[2..]));
                plain.push(word);
                continue;
            }
            let (open, close) = MARKS[*mark];
            html.push(format!("{open}{word}{close}"));
            plain.push(word.to_owned());
        }
        // The last word is plain, so that bold or a link never reaches the end.
        html.push(format!("всегда{end}"));
        plain.push(format!("всегда{end}"));
        (html.join(" "), plain.join(" "))
    }

    fn heading(&mut self, words: &[(usize, usize)]) {
        self.section += 1;
        self.clause = 0;
        let (html, plain) = Self::sentence(&words[..words.len().min(5)], "");
        let number = self.section;
        self.html
            .push_str(&format!("<h2><span>{number}</span>. {html}</h2>\n"));
        self.expected.push(format!("{number}. {plain}"));
    }

    fn clause(&mut self, words: &[(usize, usize)], end: &str) {
        self.clause += 1;
        let (html, plain) = Self::sentence(words, end);
        let (section, clause) = (self.section, self.clause);
        self.html.push_str(&format!(
            "<p><span>{section}.</span><span>{clause}</span><span>. {html}</span></p>\n"
        ));
        self.expected.push(format!("{section}.{clause}. {plain}"));
    }

    fn list(&mut self, words: &[(usize, usize)]) {
        self.clause(words, ":");
        self.html.push_str("<ul>");
        for end in [";", ";", "."] {
            let (html, plain) = Self::sentence(words, end);
            self.html.push_str(&format!("<li>{html}</li>\n"));
            self.expected.push(plain);
        }
        self.html.push_str("</ul>");
    }

    fn table(&mut self, words: &[(usize, usize)]) {
        self.html.push_str("<table>");
        for _ in 0..3 {
            self.html.push_str("<tr>");
            for _ in 0..2 {
                // Lines of a cell are divided by semicolons, which is another test's matter.
                let words: Vec<(usize, usize)> = words
                    .iter()
                    .map(|(word, mark)| (*word, mark % UNBROKEN))
                    .collect();
                let (html, plain) = Self::sentence(&words, "");
                self.html.push_str(&format!("<td><p>{html}</p></td>"));
                self.expected.push(plain);
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</table>\n");
    }

    fn add(&mut self, (shape, words): &Part) {
        match shape {
            Shape::Heading => self.heading(words),
            Shape::Clause => self.clause(words, "."),
            Shape::Paragraph => {
                let (html, plain) = Self::sentence(words, ".");
                self.html.push_str(&format!("<p>{html}</p>\n"));
                self.expected.push(plain);
            }
            Shape::List => self.list(words),
            Shape::Table => self.table(words),
        }
    }

    /// Clauses until the page has that many bytes.
    fn fill(&mut self, bytes: usize) {
        let words: Vec<(usize, usize)> = (0..60).map(|index| (index % WORDS.len(), 0)).collect();
        while self.html.len() < bytes {
            self.clause(&words, ".");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(60), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_of_any_length_keeps_its_blocks(before in parts(), length in 0_usize..200_000, after in parts()) {
        let mut page = Page::new();
        before.iter().for_each(|part| page.add(part));
        // Short pages as often as long ones.
        page.fill(if length % 2 == 0 { length } else { length / 16 });
        after.iter().for_each(|part| page.add(part));
        let imported = import(&page.html, "ru");
        assert_blocks(&imported.text, &page.expected);
        let numbered = imported.decisions.iter().find(|decision| decision.kind.code().starts_with("number"));
        assert_eq!(numbered, None);
        assert_idempotent(&imported.text, "ru", "the page");
    }
}

#[test]
fn a_clause_after_many_pages_is_one_paragraph() {
    let mut page = Page::new();
    page.fill(40_000);
    let number = page.clause + 1;
    page.html.push_str(&format!(
        "<p><span>1.</span><span>{number}</span><span>. Оператор <b>не передает</b> данные \
         <a href=\"https://example.kz/list\">третьим лицам</a>, кроме банков.</span></p>"
    ));
    let imported = import(&page.html, "ru");
    let clause = format!(
        "\n1.{number}. Оператор **не передает** данные [третьим лицам](https://example.kz/list), кроме банков.\n"
    );
    assert!(imported.text.ends_with(&clause), "{}", imported.text);
    assert_eq!(imported.decisions, []);
}

/// What stands in a page after a part that it opens and doesn't close.
fn assert_after(before: &str, expected: &[&str]) {
    let page =
        format!("<h1>Политика</h1>{before}<p>Первый абзац стоит сам.</p><ul><li>пункт;</li></ul>");
    let imported = import(&page, "ru");
    let (_, body) = title_and_body(&imported.text);
    let found: Vec<&str> = body.lines().filter(|line| !line.is_empty()).collect();
    let end = ["Первый абзац стоит сам.", "- пункт;"];
    assert_eq!(found, [expected, &end].concat(), "{before}");
}

#[test]
fn an_element_without_an_end_ends_with_what_it_stands_in() {
    assert_after("<div><blockquote>Заметка.</div>", &["> Заметка."]);
    assert_after("<div><ul><li>Один.</div>", &["- Один."]);
    assert_after("<div><pre>Один.</div>", &["Один."]);
    assert_after("<dl><dt></dt></dl>", &[]);
    assert_after(
        "<div><table><tr><td>а</td><td>б</td></tr></div>",
        &["| а | б |", "| --- | --- |"],
    );
}

#[test]
fn an_end_without_its_beginning_ends_nothing_around_a_cell() {
    assert_after(
        "<div><table><tr><td>а</div></ul></blockquote></td><td>б</td></tr></table></div>",
        &["| а | б |", "| --- | --- |"],
    );
}

#[test]
fn inline_elements_without_an_end_hide_no_block() {
    for open in ["<a name=x>", "<font size=2>", "<o:p/>", "<param>"] {
        let table = "<table><tr><td>а</td><td>б</td></tr>";
        let page = format!(
            "{table}<tr><td>{}в</td><td>г</td></tr></table>",
            open.repeat(300)
        );
        let cells = ["| а | б |", "| --- | --- |", "| в | г |"];
        assert_after(&page, &cells);
    }
}

/// Sentences in small pieces of bold and links, in one paragraph of at least so many bytes.
fn long_paragraph(bytes: usize) -> (String, String) {
    let mut page = Page::new();
    let words: Vec<(usize, usize)> = (0..24)
        .map(|index| (index % WORDS.len(), index % 10))
        .collect();
    let (html, plain) = Page::sentence(&words, ".");
    page.html.clear();
    let times = bytes.div_ceil(plain.len() + 1);
    (vec![html; times].join(" "), vec![plain; times].join(" "))
}

fn divided(imported: &Imported) -> Vec<&str> {
    let decisions = imported.decisions.iter();
    let long = decisions.filter(|decision| decision.kind == DecisionKind::LongParagraph);
    long.map(|decision| decision.message.as_str()).collect()
}

#[test]
fn a_paragraph_of_many_pages_stays_whole() {
    // In small pieces, each of which needs signs of Markdown.
    let (html, plain) = long_paragraph(16_000);
    let imported = import(
        format!("<h1>Политика</h1><p>1.1. {html}</p><p>1.2. Конец.</p>"),
        "ru",
    );
    assert_blocks(
        &imported.text,
        &[format!("1.1. {plain}"), "1.2. Конец.".to_owned()],
    );
    assert_eq!(divided(&imported), [""; 0]);
}

#[test]
fn a_paragraph_without_end_is_divided_between_sentences_and_reported() {
    for bytes in [70_000, 300_000] {
        let (html, plain) = long_paragraph(bytes);
        for (open, close) in [
            ("<p>1.1. ", "</p>"),
            ("<ul><li>", "</li></ul>"),
            ("<h2>", "</h2>"),
        ] {
            let page =
                format!("<h1>Политика</h1><p>Начало.</p>{open}{html}{close}<p>1.2. Конец.</p>");
            let imported = import(&page, "ru");
            let found = blocks(&imported.text);
            let parts = &found[1..found.len() - 1];
            assert!(parts.len() > 1, "{open}");
            for part in parts {
                assert!(
                    part.ends_with("всегда."),
                    "{open}: {part:?} ends in a sentence"
                );
            }
            let whole = parts.join(" ");
            assert_eq!(
                whole.strip_prefix("1.1. ").unwrap_or(&whole),
                plain,
                "{open}"
            );
            assert_eq!(divided(&imported).len(), 1, "{open}");
            let bold = imported.text.matches("**").count();
            assert_eq!(
                bold,
                html.matches("<b>").count() * 2,
                "{open}: bold is lost"
            );
            assert_idempotent(&imported.text, "ru", open);
        }
    }
}

#[test]
fn a_line_without_end_is_divided_wherever_it_can_be() {
    let word = "x".repeat(100_000);
    let imported = import(format!("<h1>Политика</h1><p>{word}</p>"), "ru");
    let found = blocks(&imported.text);
    assert!(found.len() > 1);
    assert_eq!(found.concat(), word);
    assert_eq!(divided(&imported).len(), 1);
}

#[test]
fn wrapped_lines_of_a_paragraph_without_end_are_reported() {
    let (_, plain) = long_paragraph(100_000);
    let wrapped = plain.replace(' ', "\n");
    let imported = import(format!("# Политика\n\n{wrapped}\n"), "ru");
    let found = blocks(&imported.text);
    assert_eq!(found.join(" "), plain);
    assert!(found.len() > 1 && !divided(&imported).is_empty());
}

#[test]
fn a_table_that_fits_into_no_line_becomes_paragraphs() {
    let (html, plain) = long_paragraph(20_000);
    let page = format!(
        "<h1>Политика</h1><table><tr><td><p>Слева.</p></td><td><p>{html}</p><p>{html}</p></td></tr></table><p>Конец.</p>"
    );
    let imported = import(&page, "ru");
    let expected = ["Слева.", &plain, &plain, "Конец."].map(str::to_owned);
    assert_blocks(&imported.text, &expected);
    let decision = imported
        .decisions
        .iter()
        .find(|decision| decision.kind == DecisionKind::Table);
    assert!(decision.expect("a decision").message.contains("too large"));
}

#[test]
fn many_elements_in_markdown_shorten_the_search_for_no_other() {
    let closed = "<p>Абзац стоит сам.</p>\n\n".repeat(400);
    let row = "<tr><td>а</td><td>б</td></tr>\n\n".repeat(40);
    let imported = import(
        format!("# Политика\n\n{closed}<table>\n{row}</table>\n\nКонец.\n"),
        "ru",
    );
    assert_eq!(imported.text.matches("| а | б |\n").count(), 40);
    assert!(imported.text.ends_with("|\n\nКонец.\n"));
}
