//! Files of Word and LibreOffice that are damaged, locked, or made to hurt their reader: they are
//! refused in words or imported, and need no more memory than their limits say.

use crate::files::{OpenText, Word, zip};
use crate::support::{cases, import, refusal, try_import};
use proptest::prelude::*;

const PARAGRAPH: &str = "<w:p><w:r><w:t>x</w:t></w:r></w:p>";

fn word(body: &str) -> Vec<u8> {
    Word {
        body,
        ..Word::default()
    }
    .file()
}

/// The file with another text of its main part.
fn with_main_part(text: &str) -> Vec<u8> {
    let mut parts = Word {
        body: PARAGRAPH,
        ..Word::default()
    }
    .parts();
    for (name, old) in &mut parts {
        if name == "word/document.xml" {
            *old = text.to_owned();
        }
    }
    zip(parts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str())))
}

#[test]
fn a_part_that_unfolds_without_end_is_refused() {
    let root =
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#;
    let bomb = with_main_part(&format!("{root}{}", " ".repeat(65 * 1024 * 1024)));
    assert!(bomb.len() < 200_000);
    assert!(refusal(bomb).starts_with("`word/document.xml` unpacks to more than 64 MiB"));
}

#[test]
fn markup_that_no_word_processor_writes_is_refused() {
    let entities = format!(
        "<!DOCTYPE d [<!ENTITY a \"lol\">{}]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>&z;</w:t></w:r></w:p></w:body></w:document>",
        ('b'..='z')
            .zip('a'..)
            .map(|(new, old)| format!("<!ENTITY {new} \"&{old};&{old};&{old};&{old};\">"))
            .collect::<String>()
    );
    assert_eq!(
        refusal(with_main_part(&entities)),
        "`word/document.xml` has a document type definition"
    );
    let named = word("<w:p><w:r><w:t>&nbsp;</w:t></w:r></w:p>");
    assert_eq!(
        refusal(named),
        "`word/document.xml` names an entity, which no document does"
    );
    let deep = word(&format!(
        "{}{}",
        "<w:sdt><w:sdtContent>".repeat(5_000),
        "</w:sdtContent></w:sdt>".repeat(5_000)
    ));
    assert_eq!(
        refusal(deep),
        "`word/document.xml` nests elements too deeply"
    );
    let open = with_main_part(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#,
    );
    assert!(refusal(open).starts_with("`word/document.xml` is damaged: "));
}

#[test]
fn nesting_up_to_the_limit_keeps_its_words() {
    let tables = (256 - 7) / 3;
    let nested = format!(
        "{}{PARAGRAPH}{}",
        "<w:tbl><w:tr><w:tc>".repeat(tables),
        "</w:tc></w:tr></w:tbl>".repeat(tables)
    );
    assert!(import(word(&nested), "en").text.ends_with("\nx\n"));
    let controls = (256 - 7) / 2;
    let nested = format!(
        "{}{PARAGRAPH}{}",
        "<w:sdt><w:sdtContent>".repeat(controls),
        "</w:sdtContent></w:sdt>".repeat(controls)
    );
    assert!(import(word(&nested), "en").text.ends_with("\nx\n"));
    let boxes = (256 - 7) / 4;
    let nested = format!(
        "{}{PARAGRAPH}{}",
        "<w:p><w:r><w:pict><w:txbxContent>".repeat(boxes),
        "</w:txbxContent></w:pict></w:r></w:p>".repeat(boxes)
    );
    assert!(import(word(&nested), "en").text.ends_with("\nx\n"));
    let lists = (256 - 7) / 2;
    let body = format!(
        "{}<text:p>x</text:p>{}",
        "<text:list><text:list-item>".repeat(lists),
        "</text:list-item></text:list>".repeat(lists)
    );
    let text = OpenText {
        body: &body,
        ..OpenText::default()
    };
    assert!(import(text.file(), "en").text.ends_with("x\n"));
}

#[test]
fn more_than_a_document_has_is_refused() {
    let elements = format!("<w:p>{}</w:p>", "<w:r/>".repeat(2_000_000));
    assert_eq!(
        refusal(word(&elements)),
        "`word/document.xml` has too many elements"
    );
    assert_eq!(
        refusal(word(&"<w:p/>".repeat(200_001))),
        "the document has more than 200,000 paragraphs"
    );
    let cells = r#"<w:tc><w:tcPr><w:gridSpan w:val="64"/></w:tcPr></w:tc>"#.repeat(3_126);
    let table = format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>");
    assert_eq!(
        refusal(word(&table)),
        "the document has more than 200,000 cells in its tables"
    );
    let words = format!(
        "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
        "word ".repeat(2_000_000)
    );
    assert_eq!(
        refusal(word(&words)),
        "the document has more than 8 MiB of text and addresses"
    );
    let parts: Vec<String> = (0..10_001)
        .map(|number| format!("word/document{number}"))
        .collect();
    assert_eq!(
        refusal(zip(parts.iter().map(|name| (name.as_str(), "")))),
        "the file has too many parts"
    );
}

#[test]
fn what_repeats_in_each_paragraph_counts_each_time() {
    let label = "l".repeat(255);
    let numbering = format!(
        r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/><w:lvlText w:val="{label}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#
    );
    let body = r#"<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>"#.repeat(40_000);
    let labels = Word {
        body: &body,
        numbering: &numbering,
        ..Word::default()
    };
    assert!(refusal(labels.file()).contains("more than 8 MiB of text"));
    let address = format!("https://x.example/{}", "a".repeat(1_900));
    let runs = "<w:r><w:t>x</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>y</w:t></w:r>".repeat(5_000);
    let body = format!(r#"<w:p><w:hyperlink r:id="link1">{runs}</w:hyperlink></w:p>"#);
    let links = Word {
        body: &body,
        links: &address,
        ..Word::default()
    };
    assert!(refusal(links.file()).contains("more than 8 MiB of text and addresses"));
}

#[test]
fn a_locked_file_says_how_to_unlock_it() {
    let mut locked = word(PARAGRAPH);
    // The flag of encryption in every header.
    for (header, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> = (0..locked.len() - 4)
            .filter(|place| &locked[*place..place + 4] == header)
            .collect();
        for place in places {
            locked[place + flags] |= 1;
        }
    }
    let open = zip([
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "META-INF/manifest.xml",
            "<m><manifest:encryption-data/></m>",
        ),
        ("content.xml", "\u{1}\u{2}"),
    ]);
    let whole = zip([
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("encrypted-package", ""),
    ]);
    for file in [locked, open, whole] {
        let error = try_import(file, "ru").expect_err("a refusal");
        assert_eq!(
            error.to_string(),
            "the file is a document that is locked with a password, not a text"
        );
        assert!(error.help().contains("take the password away"));
    }
}

#[test]
fn parts_that_are_missing_or_empty_are_left_out() {
    let mut parts = Word {
        body: PARAGRAPH,
        styles: " ",
        numbering: " ",
        ..Word::default()
    }
    .parts();
    parts.retain(|(name, _)| name != "word/styles.xml");
    let file = zip(parts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str())));
    assert!(import(file, "en").text.ends_with("\nx\n"));
    let no_body = with_main_part(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>"#,
    );
    assert!(import(no_body, "en").text.ends_with("+++\n"));
}

#[test]
fn a_field_without_an_end_hides_nothing() {
    let begin = r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>"#;
    let end = r#"<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#;
    for body in [
        format!("<w:p>{begin}</w:p>{PARAGRAPH}"),
        format!("{end}{PARAGRAPH}"),
        format!(r#"<w:p><w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>{PARAGRAPH}"#),
    ] {
        assert!(import(word(&body), "en").text.ends_with("\nx\n"), "{body}");
    }
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let file = word(&PARAGRAPH.repeat(50));
    for part in 1..40 {
        let cut = file.len() * part / 40;
        let error = try_import(&file[..cut.max(4)], "en").expect_err("a part of a file");
        assert!(!error.help().is_empty());
    }
}

/// What stands in a paragraph: runs, alone or in elements of any kind.
fn inline() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "<w:r><w:t>words </w:t></w:r>",
        "<w:r><w:rPr><w:b/></w:rPr><w:t>words</w:t></w:r>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>words </w:t></w:r>",
        "<w:r><w:rPr><w:strike/><w:i/></w:rPr><w:t>words</w:t></w:r>",
        "<w:r><w:t>1.1. words * [a](b) | </w:t><w:br/><w:tab/></w:r>",
        r#"<w:r><w:footnoteReference w:id="1"/></w:r>"#,
        r#"<w:bookmarkStart w:name="a"/>"#,
        r#"<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
        "<w:proofErr/>",
    ]);
    let around = prop::sample::select(vec![
        ("<w:ins>", "</w:ins>"),
        ("<w:del>", "</w:del>"),
        ("<w:moveFrom>", "</w:moveFrom>"),
        ("<w:smartTag>", "</w:smartTag>"),
        (r#"<w:hyperlink w:anchor="a">"#, "</w:hyperlink>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        (r#"<w:fldSimple w:instr="REF a">"#, "</w:fldSimple>"),
        (
            r#"<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF a</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>"#,
            r#"<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
        ),
        (
            "<w:r><mc:AlternateContent><mc:Choice><w:pict><w:txbxContent><w:p>",
            "</w:p></w:txbxContent></w:pict></mc:Choice></mc:AlternateContent></w:r>",
        ),
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(3, 12, 4, move |inner| {
            (around.clone(), prop::collection::vec(inner, 0..4))
                .prop_map(|((before, after), inner)| format!("{before}{}{after}", inner.concat()))
        })
}

/// Paragraphs of any kind, alone or in tables, controls and changes.
fn block() -> impl Strategy<Value = String> {
    let properties = prop::sample::select(vec![
        "",
        r#"<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>"#,
        r#"<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>"#,
        r#"<w:numPr><w:numId w:val="2"/></w:numPr>"#,
        r#"<w:pStyle w:val="Heading1"/>"#,
        "<w:rPr><w:del/></w:rPr>",
        "<w:rPr><w:vanish/></w:rPr>",
    ]);
    let paragraph =
        (properties, prop::collection::vec(inline(), 0..4)).prop_map(|(properties, inner)| {
            format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", inner.concat())
        });
    let around = prop::sample::select(vec![
        (
            "<w:tbl><w:tr><w:tc>",
            "</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>",
        ),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        (
            "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>",
            "</w:tc></w:tr></w:tbl>",
        ),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:ins>", "</w:ins>"),
        ("<w:del>", "</w:del>"),
    ]);
    paragraph.prop_recursive(2, 8, 3, move |inner| {
        (around.clone(), prop::collection::vec(inner, 0..3))
            .prop_map(|((before, after), inner)| format!("{before}{}{after}", inner.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(256)))]

    #[test]
    fn no_word_of_a_document_is_lost_without_being_named(blocks in prop::collection::vec(block(), 0..8)) {
        let body = blocks.concat();
        let numbering = r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>"#;
        let footnotes = r#"<w:footnote w:id="1"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote>"#;
        let file = Word { body: &body, numbering, footnotes, ..Word::default() }.file();
        let imported = try_import(file, "en").expect("a document");
        let again = try_import(&imported.text, "en").expect("an edition");
        prop_assert_eq!(&again.text, &imported.text, "{}", body);
        // Every word is in the edition or in the report.
        let account = crate::support::account(&imported);
        let wanted = body.matches("words").count();
        prop_assert!(account.matches("words").count() >= wanted, "{}\n{}", body, account);
    }

    #[test]
    fn any_damage_of_a_file_is_told_or_harmless(
        places in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..6)
    ) {
        let mut file = word(&PARAGRAPH.repeat(5));
        for (place, byte) in places {
            let place = (place * file.len() as f64) as usize;
            file[place] = byte;
        }
        if let Err(error) = try_import(&file, "en") {
            prop_assert!(!error.help().is_empty());
        }
    }
}
