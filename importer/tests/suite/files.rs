//! Files of Word and LibreOffice, made of what a test says about their parts.

use std::io::Write as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A ZIP file of these parts, in this order. The first of OpenDocument, `mimetype`, isn't compressed.
pub(crate) fn zip<'p>(parts: impl IntoIterator<Item = (&'p str, &'p str)>) -> Vec<u8> {
    let mut file = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        let method = match name {
            "mimetype" => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        file.start_file(name, options).expect("a name");
        file.write_all(text.as_bytes()).expect("memory");
    }
    file.finish().expect("a ZIP file").into_inner()
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The prefixes that the parts of a Word file declare.
pub(crate) const PREFIXES: &str = concat!(
    r#" xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#,
    r#" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#,
    r#" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006""#,
    r#" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main""#,
    r#" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing""#,
    r#" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math""#,
    r#" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office""#,
);

/// A Word file: what stands inside the root of each part. An empty part is left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word<'t> {
    pub(crate) body: &'t str,
    pub(crate) styles: &'t str,
    pub(crate) numbering: &'t str,
    pub(crate) footnotes: &'t str,
    pub(crate) endnotes: &'t str,
    pub(crate) comments: &'t str,
    pub(crate) header: &'t str,
    pub(crate) title: &'t str,
    /// Addresses that the body refers to as `link1`, `link2` …, separated by spaces.
    pub(crate) links: &'t str,
}

impl<'t> Word<'t> {
    /// Reads a fixture: the body, then other parts, each below a line with its name, such as
    /// `==== styles`. Addresses of links are separated by spaces.
    pub(crate) fn read(fixture: &'t str) -> Self {
        let mut parts = fixture.split("==== ");
        let mut word = Self {
            body: parts.next().expect("a body"),
            ..Self::default()
        };
        for part in parts {
            let (name, text) = part.split_once('\n').expect("a line with a name");
            match name {
                "styles" => word.styles = text,
                "numbering" => word.numbering = text,
                "footnotes" => word.footnotes = text,
                "endnotes" => word.endnotes = text,
                "comments" => word.comments = text,
                "header" => word.header = text,
                "title" => word.title = text.trim(),
                "links" => word.links = text.trim(),
                other => panic!("there is no part `{other}`"),
            }
        }
        word
    }

    /// The bytes of the file.
    pub(crate) fn file(&self) -> Vec<u8> {
        zip(self
            .parts()
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// The names of the parts with their text.
    pub(crate) fn parts(&self) -> Vec<(String, String)> {
        let root = |name: &str, inner: &str| format!("<w:{name}{PREFIXES}>{inner}</w:{name}>");
        let mut relationships = String::new();
        let mut parts = Vec::new();
        for (kind, element, inner) in [
            ("styles", "styles", self.styles),
            ("numbering", "numbering", self.numbering),
            ("footnotes", "footnotes", self.footnotes),
            ("endnotes", "endnotes", self.endnotes),
            ("comments", "comments", self.comments),
            ("header", "hdr", self.header),
        ] {
            if !inner.is_empty() {
                parts.push((format!("word/{kind}.xml"), root(element, inner)));
                relationships.push_str(&format!(
                    r#"<Relationship Id="{kind}" Type="{RELATIONSHIPS}/{kind}" Target="{kind}.xml"/>"#
                ));
            }
        }
        for (link, number) in self.links.split_whitespace().zip(1..) {
            relationships.push_str(&format!(
                r#"<Relationship Id="link{number}" Type="{RELATIONSHIPS}/hyperlink" Target="{link}" TargetMode="External"/>"#
            ));
        }
        let list = |inner: &str| {
            format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
            )
        };
        let mut main = format!(
            r#"<Relationship Id="rId1" Type="{RELATIONSHIPS}/officeDocument" Target="word/document.xml"/>"#
        );
        if !self.title.is_empty() {
            main.push_str(r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>"#);
            parts.push((
                "docProps/core.xml".to_owned(),
                format!(r#"<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></c:coreProperties>"#, self.title),
            ));
        }
        let body = format!("<w:body>{}</w:body>", self.body);
        parts.push(("_rels/.rels".to_owned(), list(&main)));
        parts.push((
            "word/_rels/document.xml.rels".to_owned(),
            list(&relationships),
        ));
        parts.push(("word/document.xml".to_owned(), root("document", &body)));
        parts
    }
}

/// The prefixes that the parts of an OpenDocument file declare.
const OPEN_PREFIXES: &str = concat!(
    r#" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0""#,
    r#" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0""#,
    r#" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0""#,
    r#" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0""#,
    r#" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0""#,
    r#" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0""#,
    r#" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0""#,
    r#" xmlns:xlink="http://www.w3.org/1999/xlink""#,
    r#" xmlns:dc="http://purl.org/dc/elements/1.1/""#,
    r#" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0""#,
);

/// An OpenDocument text: what stands in each element of its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenText<'t> {
    pub(crate) body: &'t str,
    /// Styles that the text alone uses.
    pub(crate) automatic: &'t str,
    pub(crate) styles: &'t str,
    pub(crate) header: &'t str,
    pub(crate) title: &'t str,
}

impl<'t> OpenText<'t> {
    /// Reads a fixture: the body, then other parts, each below a line with its name, such as
    /// `==== styles`.
    pub(crate) fn read(fixture: &'t str) -> Self {
        let mut parts = fixture.split("==== ");
        let mut text = Self {
            body: parts.next().expect("a body"),
            ..Self::default()
        };
        for part in parts {
            let (name, inner) = part.split_once('\n').expect("a line with a name");
            match name {
                "automatic" => text.automatic = inner,
                "styles" => text.styles = inner,
                "header" => text.header = inner,
                "title" => text.title = inner.trim(),
                other => panic!("there is no part `{other}`"),
            }
        }
        text
    }

    /// The parts of a document, by the name of the root of each.
    fn elements(&self) -> [(&'static str, String); 4] {
        [
            (
                "meta",
                format!(
                    "<office:meta><dc:title>{}</dc:title></office:meta>",
                    self.title
                ),
            ),
            (
                "styles",
                format!(
                    "<office:styles>{}</office:styles><office:master-styles><style:master-page><style:header>{}</style:header></style:master-page></office:master-styles>",
                    self.styles, self.header
                ),
            ),
            (
                "automatic",
                format!(
                    "<office:automatic-styles>{}</office:automatic-styles>",
                    self.automatic
                ),
            ),
            (
                "body",
                format!(
                    "<office:body><office:text>{}</office:text></office:body>",
                    self.body
                ),
            ),
        ]
    }

    /// The bytes of the file.
    pub(crate) fn file(&self) -> Vec<u8> {
        let root = |name: &str, inner: &str| {
            format!("<office:document-{name}{OPEN_PREFIXES}>{inner}</office:document-{name}>")
        };
        let [(_, meta), (_, styles), (_, automatic), (_, body)] = self.elements();
        zip([
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("meta.xml", root("meta", &meta).as_str()),
            ("styles.xml", root("styles", &styles).as_str()),
            (
                "content.xml",
                root("content", &(automatic + &body)).as_str(),
            ),
        ])
    }

    /// The bytes of a flat file, which is one part.
    pub(crate) fn flat(&self) -> Vec<u8> {
        let inner: String = self
            .elements()
            .into_iter()
            .map(|(_, inner)| inner)
            .collect();
        let file = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document{OPEN_PREFIXES} office:mimetype=\"application/vnd.oasis.opendocument.text\">{inner}</office:document>"
        );
        file.into_bytes()
    }
}
