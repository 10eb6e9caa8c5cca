//! Turns a policy document as companies have it (a Markdown or HTML export, full of defects) into one edition in the
//! content form (`docs/content.md`), and says what was repaired and what a person must decide. No I/O, no clock.
//!
//! 1. `decode`: bytes become text: LF, NFC, no invisible characters. `signature` knows files that are no text, `encoding`
//!    what a text is written in.
//! 2. `front_matter`: what stands before the text, if anything.
//! 3. `markdown` or `html`: the text becomes a flat list of blocks ([`block::Block`]) of runs of text.
//! 4. `repair`: one function per defect, from blocks to blocks. Clause numbers are read here.
//! 5. `check`: what only a person can decide, found in the finished blocks.
//! 6. `write`: blocks become the canonical text.
//!
//! Nothing is nested on the way: a list item knows its depth, a clause its number. That is why no input, however deep,
//! can exhaust the stack. An edition that is canonical already skips the guesses of step 4, so that importing the
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

/// What the text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Find out from the text itself.
    #[default]
    Auto,
    /// Markdown, or plain text.
    Markdown,
    /// A page or a fragment of HTML.
    Html,
}

/// What the importer has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// What the text is written in.
    pub format: Format,
    /// The language of the document.
    pub locale: Locale,
    /// The day the edition was published.
    pub published: NaiveDate,
    /// The heading, in case the document shows none.
    pub fallback_title: String,
}

/// A document in the content form, with an account of what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The document as it was, decoded.
    pub source: String,
    /// The whole file: front matter and text.
    pub text: String,
    /// What was mended, by line of the input.
    pub repairs: Vec<Repair>,
    /// What a person must decide, by line of the input.
    pub decisions: Vec<Decision>,
}

/// Turns a document into one edition in the content form.
///
/// # Errors
/// When the input is no document: a file of another kind, too large, in an encoding that can't be known, with a NUL
/// character, or with a line of Markdown without end. [`ImportError::help`] says what to do.
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
