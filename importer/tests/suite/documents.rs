//! Whole documents as other programs export them, in three languages: every word arrives once and
//! in order, and what was done to them stands in the snapshots.

use crate::support::{
    account, assert_clean, assert_idempotent, assert_same_words, fixture, import, title_and_body,
    words_of_blocks, words_of_html, words_of_markdown,
};

#[test]
fn documents_of_other_programs_become_editions() {
    insta::glob!("documents/*/*", |path| {
        let (name, locale) = fixture(path);
        let imported = import(std::fs::read(path).expect("a fixture"), locale);
        assert_clean(&imported.text, &name);
        assert_idempotent(&imported.text, locale, &name);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(account(&imported));
        });
    });
}

/// What repairs take out of a document on purpose, or put into it: each is in the list of repairs.
const REPAIRED: &[(&str, &str)] = &[
    ("Страница 1 из 2", ""),
    ("[байланыс email]", "{{ operator.email }}"),
    (
        "<header><nav><a href=\"/\">Басты бет</a></nav></header>",
        "",
    ),
    ("<footer>© Дәріхана</footer>", ""),
    ("---\ntitle: \"Cookie Notice\"\nlayout: page\n---\n", ""),
    ("<br/>", "\n"),
    (
        "<table>\n<tr><th>Name</th><th>Life</th></tr>\n<tr><td>session</td><td>until you leave</td></tr>\n</table>",
        "|Name|Life|\n|-|-|\n|session|until you leave|",
    ),
    ("- [ ] ", "- "),
    ("infor-\nmation", "information"),
    ("\n\n1\n\n", "\n\n"),
    ("above).\n\n2\n", "above).\n"),
    ("paragraph\n2.1", "paragraph 2.1"),
    (" []{#_Toc1 .anchor}", ""),
    (" {#общие}", ""),
    (" {#права .unnumbered}", ""),
    ("{.underline}", ""),
    ("\\. ", ". "),
    ("privacy@romashka.example>", "privacy@romashka.example"),
    ("<privacy@", "privacy@"),
];

/// The words without those of the title, where they stand first.
fn without_title(words: &[String], title: &[String]) -> Vec<String> {
    let place = words
        .windows(title.len().max(1))
        .position(|window| window == title);
    let place = place.expect("the title stands in the document");
    [&words[..place], &words[place + title.len()..]].concat()
}

#[test]
fn every_word_of_a_document_arrives_once_and_in_order() {
    insta::glob!("documents/*/*", |path| {
        let (name, locale) = fixture(path);
        let source = std::fs::read_to_string(path).expect("UTF-8");
        let imported = import(&source, locale);
        let source = REPAIRED
            .iter()
            .fold(source, |text, (from, to)| text.replace(from, to));
        let before = if name.ends_with("html") {
            words_of_html(&source)
        } else {
            words_of_markdown(&source)
        };
        let (title, body) = title_and_body(&imported.text);
        let before = without_title(&before, &words_of_blocks(&[title]));
        assert_same_words(&before, &words_of_markdown(body), &name);
    });
}
