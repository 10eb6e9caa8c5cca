//! Whole documents of Word and LibreOffice: what they become stands in the snapshots, and no word of
//! them is lost without being named.

use crate::files::Word;
use crate::support::{
    account, assert_clean, assert_idempotent, fixture, fixture_bytes, import, words_of_blocks,
};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn documents_of_word_and_libreoffice_become_editions() {
    insta::glob!("files/*/*", |path| {
        let (name, locale) = fixture(path);
        let imported = import(fixture_bytes(path), locale);
        assert_clean(&imported.text, &name);
        assert_idempotent(&imported.text, locale, &name);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(account(&imported));
        });
    });
}

/// The text of all elements of these names.
fn texts(xml: &str, names: &[&str]) -> Vec<String> {
    let mut texts = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, words) = part.split_once('>').expect("the end of a tag");
        let name = tag.split([' ', '/']).next().unwrap_or("");
        let is_sign = words.starts_with('&');
        if !tag.ends_with('/') && names.contains(&name) && !is_sign {
            texts.push(words.to_owned());
        }
    }
    texts
}

/// All words of the fixture, those of its text boxes once.
fn words_of_fixture(path: &Path) -> Vec<String> {
    let fixture = std::fs::read_to_string(path).expect("UTF-8");
    let fallbacks = fixture.split("<mc:Fallback>").map(|part| {
        part.split_once("</mc:Fallback>")
            .map_or(part, |(_, after)| after)
    });
    let xml: String = fallbacks.collect();
    let names = if path.to_string_lossy().ends_with(".docx.xml") {
        &["w:t", "w:delText", "m:t"][..]
    } else {
        &[
            "text:p",
            "text:h",
            "text:span",
            "/text:span",
            "text:a",
            "/text:a",
            "text:bookmark-ref",
        ]
    };
    words_of_blocks(&texts(&xml, names))
}

#[test]
fn every_word_of_a_document_is_in_the_edition_or_in_the_report() {
    insta::glob!("files/*/*", |path| {
        let (name, locale) = fixture(path);
        let imported = import(fixture_bytes(path), locale);
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for word in words_of_blocks(&[account(&imported)]) {
            *known.entry(word).or_default() += 1;
        }
        // Numbers of pages aren't text.
        let known_of = |word: &str| known.get(word).copied().unwrap_or(0);
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for word in words_of_fixture(path)
            .into_iter()
            .filter(|word| word != "4")
        {
            *wanted.entry(word).or_default() += 1;
        }
        for (word, count) in wanted {
            // A word that is cut by markup stands whole in the edition.
            let is_part = known.keys().any(|whole| whole.contains(&word));
            assert!(
                known_of(&word) >= count || is_part,
                "{name}: `{word}` is lost\n{}",
                account(&imported)
            );
        }
    });
}

#[test]
fn strict_files_and_other_prefixes_are_the_same_document() {
    let fixture = include_str!("files/ru/contract.docx.xml");
    let word = Word::read(fixture);
    let expected = import(word.file(), "ru");
    let strict = |text: &str| {
        text.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        .replace("<w:", "<any:")
        .replace("</w:", "</any:")
        .replace(" w:", " any:")
        .replace("xmlns:w=", "xmlns:any=")
    };
    let parts = word.parts();
    let renamed: Vec<(String, String)> = parts
        .iter()
        .map(|(name, text)| {
            (
                name.replace("word/", "Text\\")
                    .replace("document.xml", "Main.XML"),
                strict(text).replace("word/document.xml", "/text/main.xml"),
            )
        })
        .map(|(name, text)| {
            (
                name.replace("Text\\_rels/Main.XML.rels", "Text/_rels/main.xml.rels"),
                text,
            )
        })
        .collect();
    let file = crate::files::zip(
        renamed
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    assert_eq!(import(file, "ru"), expected);
}
