//! Imports a policy document (a Markdown or HTML export with its usual defects) as one edition in
//! the content form (`docs/content.md`), and reports what was repaired and what a person must
//! decide. No I/O, no clock.
//!
//! 1. `decode`: bytes to text: LF, NFC, no invisible characters. `signature` recognises binary
//!    files, `encoding` detects the encoding.
//! 2. `front_matter`: splits front matter from the text.
//! 3. `markdown` or `html`: text to a flat list of blocks (`block`) of styled text.
//! 4. `repair`: one function per defect, from blocks to blocks. Clause numbers are read here.
//! 5. `check`: finds what a person must decide in the finished blocks.
//! 6. `write`: blocks to the canonical text.
//!
//! Blocks aren't nested: a list item has a depth, a clause a number. So no input, however deeply
//! nested, can overflow the stack. An edition skips the heuristics of step 4, so that importing the
//! importer's own output changes nothing.

mod block;
mod characters;
mod check;
mod decode;
mod encoding;
mod front_matter;
mod html;
mod limits;
mod markdown;
mod number;
mod repair;
mod report;
mod signature;
mod text;
mod vocabulary;
mod write;

pub use limits::SIZE_LIMIT;
pub use report::{Decision, DecisionKind, ImportError, Repair, RepairKind};

use chrono::NaiveDate;
use domain::Locale;
use front_matter::FrontMatter;
use report::Report;

/// The markup of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Detected from the text.
    #[default]
    Auto,
    /// Markdown, or plain text.
    Markdown,
    /// A page or a fragment of HTML.
    Html,
}

/// What can't be read from the document itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// The markup of a document.
    pub format: Format,
    /// The language of the document.
    pub locale: Locale,
    /// The day the edition was published.
    pub published: NaiveDate,
    /// The title if the document has none.
    pub fallback_title: String,
}

/// An edition in the content form, with a report about its import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The decoded input.
    pub source: String,
    /// The whole file: front matter and text.
    pub text: String,
    /// What was repaired, by line of the input.
    pub repairs: Vec<Repair>,
    /// What a person must decide, by line of the input.
    pub decisions: Vec<Decision>,
}

/// Imports a document as one edition in the content form.
///
/// # Errors
///
/// When the input is no document: a binary file, too large, in an unknown encoding, with a NUL
/// character, or Markdown with a line over the limit. [`ImportError::help`] says what to do.
pub fn import(input: &[u8], options: &ImportOptions) -> Result<Imported, ImportError> {
    let mut report = Report::default();
    let decoded = decode::decode(input, options, &mut report)?;
    let (front_matter, body) = front_matter::split(&decoded.clean, options, &mut report);
    let is_html = match options.format {
        Format::Html => !matches!(front_matter, FrontMatter::Edition { .. }),
        Format::Markdown => false,
        Format::Auto => html::looks_like_html(body.text),
    };
    let (blocks, page_title) = if is_html {
        html::read(body, &mut report)
    } else {
        decode::check_lines(body)?;
        (
            markdown::read(body, front_matter.origin(), &mut report),
            None,
        )
    };
    let (title, blocks) = repair::repair(blocks, &front_matter, page_title, options, &mut report);
    check::check(&title, &blocks, &options.locale, &mut report);
    let text = write::write(&title.text, &front_matter, &blocks, options, &mut report);
    Ok(report.into_imported(decoded.written, text))
}
