//! Reads Word files: documents and templates, with or without macros (which nobody runs).
//!
//! 1. [`parts`]: the document and the parts that it refers to.
//! 2. [`styles`], [`numbering`]: what paragraphs inherit, and how they are numbered.
//! 3. [`reader`]: one pass over the document makes blocks, with the numbers that Word shows.
//!
//! The format is that of ECMA-376 (ISO/IEC 29500), transitional and strict.

mod drawing;
mod field;
mod inline;
mod notes;
mod numbering;
mod paragraph;
mod parts;
mod properties;
mod reader;
mod styles;
mod symbols;

pub(crate) use parts::main_part;

use crate::flow::FileText;
use crate::package::{Package, unreadable};
use crate::report::{ImportError, Report};
use crate::xml::{self, Namespace, Tree};
use numbering::Numbering;
use parts::Part;
use reader::Source;
use styles::Styles;

/// Whether a part that begins so is the main one of a Word file.
pub(crate) fn is_document(beginning: &str) -> bool {
    xml::begins_with(beginning, Namespace::W, "document")
}

/// Reads the file whose main part has that name.
///
/// # Errors
/// A part is damaged, locked or over a limit.
pub(crate) fn read(
    package: &mut Package<'_>,
    main: &str,
    report: &mut Report,
) -> Result<FileText, ImportError> {
    let parts = parts::unpack(package, main)?;
    let document = tree_of(&parts.document)?;
    let styles =
        optional(parts.styles.as_ref())?.map_or_else(Styles::default, |tree| Styles::read(&tree));
    let numbering = optional(parts.numbering.as_ref())?;
    let numbering = numbering.map_or_else(Numbering::default, |tree| Numbering::read(&tree));
    let frames = parts
        .frames
        .iter()
        .map(tree_of)
        .collect::<Result<Vec<_>, _>>()?;
    notes::report_frames(&frames, report);
    let comments = optional(parts.comments.as_ref())?;
    let footnotes = optional(parts.footnotes.as_ref())?;
    let endnotes = optional(parts.endnotes.as_ref())?;
    let source = Source {
        document: &document,
        relationships: &parts.document.relationships,
        styles: &styles,
        footnotes: notes::Notes::new(footnotes.as_ref(), parts.footnotes.as_ref()),
        endnotes: notes::Notes::new(endnotes.as_ref(), parts.endnotes.as_ref()),
        comments: comments.as_ref(),
    };
    reader::read(&source, numbering, parts.title.clone(), report)
}

fn tree_of(part: &Part) -> Result<Tree<'_>, ImportError> {
    Tree::read(&part.text).map_err(|error| unreadable(&part.name, error))
}

fn optional(part: Option<&Part>) -> Result<Option<Tree<'_>>, ImportError> {
    part.map(tree_of).transpose()
}
