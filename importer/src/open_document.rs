//! Reads OpenDocument texts: `.odt`, templates `.ott`, and flat ones `.fodt`, which are one XML file.
//!
//! 1. [`styles`], [`lists`], [`changes`]: what paragraphs inherit, how they are numbered, and what
//!    of them nobody has accepted.
//! 2. [`reader`], [`inline`]: one pass over the text makes blocks, with the numbers that LibreOffice
//!    shows.

mod changes;
mod inline;
mod lists;
mod reader;
mod styles;
mod table;

use crate::flow::FileText;
use crate::package::{Package, locked, unreadable};
use crate::report::{ImportError, Report};
use crate::xml::{self, Content, Element, Namespace, Tree};

/// The type of OpenDocument texts and their templates.
const MIME_TYPE: &str = "application/vnd.oasis.opendocument.text";
const MANIFEST: &str = "META-INF/manifest.xml";

/// Whether the file is an OpenDocument text.
///
/// # Errors
/// The part that says it can't be read.
pub(crate) fn is_text(package: &mut Package<'_>) -> Result<bool, ImportError> {
    if !package.has("content.xml") {
        return Ok(false);
    }
    if package.has("mimetype") {
        return Ok(package
            .beginning("mimetype")?
            .trim_start()
            .starts_with(MIME_TYPE));
    }
    // Without its type, a file that somebody packed again.
    Ok(package
        .text("content.xml")?
        .is_some_and(|text| text.contains("<office:text")))
}

/// Whether a file that begins so is a flat OpenDocument file.
pub(crate) fn is_flat(beginning: &str) -> bool {
    xml::begins_with(beginning, Namespace::Office, "document")
}

/// Reads a file.
///
/// # Errors
/// A part is damaged, locked or over a limit.
pub(crate) fn read(
    package: &mut Package<'_>,
    report: &mut Report,
) -> Result<FileText, ImportError> {
    let mut parts = Vec::new();
    for name in [MANIFEST, "styles.xml", "meta.xml", "content.xml"] {
        if let Some(text) = package.text(name)? {
            parts.push((name, text));
        }
        if let Some((MANIFEST, manifest)) = parts.last()
            && manifest.contains("encryption-data")
        {
            return Err(locked());
        }
    }
    let mut trees = Vec::new();
    for (name, text) in &parts {
        trees.push(Tree::read(text).map_err(|error| unreadable(name, error))?);
    }
    let roots: Vec<Element<'_>> = trees.iter().filter_map(Tree::root).collect();
    reader::read(&roots, report)?.ok_or_else(|| ImportError::Damaged {
        part: "`content.xml`".to_owned(),
        why: "it has no text".to_owned(),
    })
}

/// Reads a flat file; `None` if it is no text, but a spreadsheet or a presentation.
///
/// # Errors
/// It is damaged or over a limit.
pub(crate) fn read_flat(text: &str, report: &mut Report) -> Result<Option<FileText>, ImportError> {
    let tree = Tree::read(text).map_err(|error| unreadable("the file", error))?;
    let roots: Vec<Element<'_>> = tree.root().into_iter().collect();
    reader::read(&roots, report)
}

/// All words in an element, without facts such as author and day.
fn words(parent: Element<'_>) -> String {
    let mut found = String::new();
    add_words(parent, &mut found);
    found
}

fn add_words(parent: Element<'_>, found: &mut String) {
    for content in parent.content() {
        let element = match content {
            Content::Text(words) => {
                found.push_str(words);
                continue;
            }
            Content::Element(element) => element,
        };
        match element.name() {
            (Namespace::Office, "change-info" | "annotation") | (Namespace::DublinCore, _) => {}
            (Namespace::Text, "s" | "tab" | "line-break") => found.push(' '),
            (Namespace::Text, "p" | "h") => {
                found.push(' ');
                add_words(element, found);
            }
            _ => add_words(element, found),
        }
    }
}
