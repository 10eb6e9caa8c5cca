//! Files of Word and LibreOffice. The input says which elements stand in which parts, so that every
//! input is a file that can be unpacked: what comes out is an edition that a second import leaves as
//! it is, or a refusal that says what to do.

#![no_main]

use chrono::NaiveDate;
use domain::Locale;
use importer::{Format, ImportOptions};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const WORD: &[&str] = &[
    "w:p",
    "w:r",
    "w:t",
    "w:pPr",
    "w:rPr",
    "w:numPr",
    "w:ilvl",
    "w:numId",
    "w:pStyle",
    "w:rStyle",
    "w:outlineLvl",
    "w:tbl",
    "w:tr",
    "w:trPr",
    "w:tc",
    "w:tcPr",
    "w:gridSpan",
    "w:vMerge",
    "w:ins",
    "w:del",
    "w:moveFrom",
    "w:moveTo",
    "w:delText",
    "w:vanish",
    "w:specVanish",
    "w:strike",
    "w:b",
    "w:i",
    "w:fldChar",
    "w:instrText",
    "w:fldSimple",
    "w:hyperlink",
    "w:sdt",
    "w:sdtPr",
    "w:sdtContent",
    "w:docPartObj",
    "w:docPartGallery",
    "w:showingPlcHdr",
    "w:bookmarkStart",
    "w:footnoteReference",
    "w:endnoteReference",
    "w:commentReference",
    "w:commentRangeStart",
    "w:br",
    "w:tab",
    "w:sym",
    "w:ruby",
    "w:rubyBase",
    "w:rt",
    "w:drawing",
    "w:pict",
    "w:object",
    "w:txbxContent",
    "mc:AlternateContent",
    "mc:Choice",
    "mc:Fallback",
    "m:oMath",
    "m:t",
    "w:altChunk",
    "w:abstractNum",
    "w:num",
    "w:abstractNumId",
    "w:lvl",
    "w:start",
    "w:numFmt",
    "w:lvlText",
    "w:lvlRestart",
    "w:isLgl",
    "w:suff",
    "w:lvlOverride",
    "w:startOverride",
    "w:numStyleLink",
    "w:styleLink",
    "w:style",
    "w:name",
    "w:basedOn",
    "w:footnote",
    "w:comment",
    "w:gridBefore",
    "w:hidden",
    "w:rFonts",
    "a:blip",
    "w:noBreakHyphen",
    "w:smartTag",
];
const WORD_ATTRIBUTES: &[&str] = &[
    "w:val",
    "w:id",
    "w:ilvl",
    "w:numId",
    "w:abstractNumId",
    "w:styleId",
    "w:type",
    "w:name",
    "w:fldCharType",
    "w:instr",
    "w:anchor",
    "r:id",
    "w:char",
    "w:font",
    "w:default",
    "w:format",
    "w:ascii",
    "w:customMarkFollows",
];
const OPEN: &[&str] = &[
    "text:p",
    "text:h",
    "text:span",
    "text:list",
    "text:list-item",
    "text:list-header",
    "text:number",
    "text:section",
    "text:table-of-content",
    "text:index-body",
    "text:a",
    "text:s",
    "text:tab",
    "text:line-break",
    "text:bookmark",
    "text:bookmark-ref",
    "text:note",
    "text:note-body",
    "text:change",
    "text:change-start",
    "text:change-end",
    "text:tracked-changes",
    "text:changed-region",
    "text:deletion",
    "text:insertion",
    "text:hidden-text",
    "text:hidden-paragraph",
    "text:page-number",
    "text:placeholder",
    "text:ruby",
    "text:ruby-base",
    "text:ruby-text",
    "office:annotation",
    "table:table",
    "table:table-header-rows",
    "table:table-row",
    "table:table-cell",
    "table:covered-table-cell",
    "draw:frame",
    "draw:text-box",
    "draw:image",
    "draw:object",
    "draw:g",
    "svg:desc",
    "style:style",
    "style:text-properties",
    "text:list-style",
    "text:list-level-style-number",
    "text:list-level-style-bullet",
    "text:outline-style",
    "text:outline-level-style",
    "style:list-level-properties",
    "style:list-level-label-alignment",
];
const OPEN_ATTRIBUTES: &[&str] = &[
    "text:style-name",
    "style:name",
    "style:family",
    "style:parent-style-name",
    "style:list-style-name",
    "text:outline-level",
    "text:level",
    "style:num-format",
    "style:num-prefix",
    "style:num-suffix",
    "style:num-letter-sync",
    "text:display-levels",
    "text:start-value",
    "text:style-override",
    "text:continue-list",
    "text:continue-numbering",
    "xml:id",
    "text:id",
    "text:change-id",
    "text:display",
    "text:is-hidden",
    "text:name",
    "text:ref-name",
    "xlink:href",
    "loext:num-list-format",
    "table:number-columns-spanned",
    "table:number-rows-spanned",
    "table:number-columns-repeated",
    "text:restart-numbering",
    "text:is-list-header",
    "table:visibility",
    "fo:font-weight",
    "style:text-line-through-style",
    "text:string-value",
    "text:label-followed-by",
];
const VALUES: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "8",
    "4294967295",
    "a",
    "b",
    "true",
    "false",
    "none",
    "begin",
    "separate",
    "end",
    "decimal",
    "lowerLetter",
    "upperRoman",
    "russianLower",
    "chineseCounting",
    "bullet",
    "custom",
    "%1.",
    "%1.%2.",
    "%2)",
    "§ %1",
    "%1%.%2%)",
    ".",
    "nothing",
    "REF a \\h",
    "TOC",
    "HYPERLINK \"https://x.example\"",
    "PAGE",
    "AUTONUM",
    "Heading1",
    "heading 1",
    "Title",
    "TOC1",
    "paragraph",
    "text",
    "numbering",
    "continue",
    "Table of Contents",
    "#a",
    "https://x.example/",
    "i",
    "A",
    "",
    "collapse",
    "bold",
    "Symbol",
    "F0B7",
    "separator",
];
const TEXTS: &[&str] = &[
    "words",
    " ",
    "1.1. ",
    "а) ",
    "Статья 5. ",
    "[^1]",
    "**",
    "| ",
    "\u{ad}",
    "第一条",
    "https://x.example",
    "Policy",
    ":",
    ";",
    "\n",
    "[a](b)",
];

/// What stands in each part: bytes say which element begins with which attributes, where it ends,
/// which words stand there, and where the next part begins.
fn parts(bytes: &[u8], elements: &[&str], attributes: &[&str]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = bytes.iter().copied();
    let pick = |list: &[&'static str], byte: u8| list[usize::from(byte) % list.len()];
    while let Some(byte) = rest.next() {
        let part = parts.last_mut().expect("a part");
        match byte {
            0..=159 => {
                let name = elements[usize::from(byte) % elements.len()];
                part.push_str(&format!("<{name}"));
                let mut named = Vec::new();
                for _ in 0..rest.next().unwrap_or(0) % 4 {
                    let attribute =
                        attributes[usize::from(rest.next().unwrap_or(0)) % attributes.len()];
                    let value = pick(VALUES, rest.next().unwrap_or(0)).replace('"', "&quot;");
                    if !named.contains(&attribute) {
                        part.push_str(&format!(" {attribute}=\"{value}\""));
                        named.push(attribute);
                    }
                }
                part.push('>');
                open.push(name);
            }
            160..=219 => {
                if let Some(name) = open.pop() {
                    part.push_str(&format!("</{name}>"));
                }
            }
            220..=249 => part.push_str(pick(TEXTS, rest.next().unwrap_or(0))),
            250..=255 => {
                close(part, &mut open);
                parts.push(String::new());
            }
        }
    }
    close(parts.last_mut().expect("a part"), &mut open);
    parts
}

fn close(part: &mut String, open: &mut Vec<&str>) {
    while let Some(name) = open.pop() {
        part.push_str(&format!("</{name}>"));
    }
}

fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        file.start_file(*name, options).expect("a name");
        file.write_all(text.as_bytes()).expect("memory");
    }
    file.finish().expect("a ZIP file").into_inner()
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";

fn word(bytes: &[u8]) -> Vec<u8> {
    let prefixes = format!(
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"{OFFICE}/relationships\" xmlns:m=\"{OFFICE}/math\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
    );
    let mut texts = parts(bytes, WORD, WORD_ATTRIBUTES).into_iter();
    let list = |inner: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>"
        )
    };
    let relationship = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"{OFFICE}/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    let body = texts.next().unwrap_or_default();
    let mut files = vec![
        (
            "_rels/.rels",
            list(&relationship("a", "officeDocument", "word/document.xml")),
        ),
        (
            "word/document.xml",
            format!("<w:document {prefixes}><w:body>{body}</w:body></w:document>"),
        ),
    ];
    let mut others = String::new();
    for ((kind, file), text) in [
        ("numbering", "word/numbering.xml"),
        ("styles", "word/styles.xml"),
        ("footnotes", "word/footnotes.xml"),
        ("comments", "word/comments.xml"),
        ("header", "word/header.xml"),
    ]
    .into_iter()
    .zip(texts)
    {
        others.push_str(&relationship(kind, kind, &format!("{kind}.xml")));
        files.push((file, format!("<w:{kind} {prefixes}>{text}</w:{kind}>")));
    }
    files.push(("word/_rels/document.xml.rels", list(&others)));
    zip(&files)
}

fn open_document(bytes: &[u8]) -> Vec<u8> {
    let prefixes: String = [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
    ]
    .iter()
    .map(|(prefix, name)| {
        format!(" xmlns:{prefix}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"")
    })
    .collect();
    let prefixes = prefixes
        + " xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\"";
    let mut texts = parts(bytes, OPEN, OPEN_ATTRIBUTES).into_iter();
    let mut next = || texts.next().unwrap_or_default();
    let (body, automatic, styles) = (next(), next(), next());
    zip(&[
        (
            "mimetype",
            "application/vnd.oasis.opendocument.text".to_owned(),
        ),
        (
            "styles.xml",
            format!(
                "<office:document-styles{prefixes}><office:styles>{styles}</office:styles></office:document-styles>"
            ),
        ),
        (
            "content.xml",
            format!(
                "<office:document-content{prefixes}><office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
            ),
        ),
    ])
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let file = if first % 2 == 0 {
        word(rest)
    } else {
        open_document(rest)
    };
    let options = ImportOptions {
        format: Format::Auto,
        locale: Locale::try_from("ru").unwrap(),
        published: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        fallback_title: "Policy".to_owned(),
    };
    match importer::import(&file, &options) {
        Ok(imported) => {
            let format = Format::Markdown;
            let again = importer::import(
                imported.text.as_bytes(),
                &ImportOptions { format, ..options },
            );
            assert_eq!(
                again.unwrap().text,
                imported.text,
                "the second import changed something"
            );
        }
        Err(error) => assert!(!error.help().is_empty()),
    }
});
