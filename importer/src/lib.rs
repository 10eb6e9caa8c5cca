//! Imports a policy document (a file of Word or LibreOffice, or an export in Markdown or HTML with
//! its usual defects) as one edition in the content form (`docs/content.md`), and reports what was
//! repaired and what a person must decide. No I/O, no clock.
//!
//! A file of Word or LibreOffice (`container`) is unpacked (`package`, `xml`) and read as it is: `word`
//! and `open_document` make blocks of it, with the numbers that those programs show, and
//! `flow` reports what they leave out. Any other document takes these steps:
//!
//! 1. `decode`: bytes to text: LF, NFC, no invisible characters. `signature` recognises binary
//!    files, `encoding` detects the encoding.
//! 2. `front_matter`: splits front matter from the text.
//! 3. `markdown` or `html`: text to a flat list of blocks (`block`) of styled text.
//!
//! All blocks go on together:
//!
//! 4. `multilingual`: the blocks of a document in several languages to those of each.
//! 5. `repair`: one function per defect, from blocks to blocks. Clause numbers (`number`) are read
//!    here, and their places found (`outline`).
//! 6. `check`: finds what a person must decide in the finished blocks.
//! 7. `write`: blocks to the canonical text.
//!
//! [`read`] takes the first four steps, [`Document::edition`] the others for one language, and
//! [`import`] all of them for a document in one language.
//!
//! Blocks aren't nested: a list item has a depth, a clause a number. So no text, however deeply
//! nested, can overflow the stack; files of Word and LibreOffice are refused above 256 levels. An
//! edition skips the heuristics of step 5, so that importing the
//! importer's own output changes nothing.

mod block;
mod characters;
mod check;
mod container;
mod decode;
mod encoding;
mod flow;
mod front_matter;
mod html;
mod limits;
mod markdown;
mod multilingual;
mod number;
mod open_document;
mod outline;
mod package;
mod repair;
mod report;
mod signature;
mod text;
mod vocabulary;
mod word;
mod write;
mod xml;

pub use limits::{CONTAINER_LIMIT, SIZE_LIMIT};
pub use multilingual::{Arrangement, Part};
pub use report::{Decision, DecisionKind, ImportError, Place, Repair, RepairKind};

use block::Block;
use chrono::NaiveDate;
use domain::Locale;
use flow::FileText;
use front_matter::FrontMatter;
use multilingual::Parts;
use report::Report;
use std::collections::BTreeMap;

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

/// Endings of the names of pages and of files that a program fills in and shows as pages, without
/// the dot.
const PAGE_ENDINGS: &[&str] = &[
    "html",
    "htm",
    "xhtml",
    "xht",
    "shtml",
    "php",
    "phtml",
    "jsp",
    "jspx",
    "asp",
    "aspx",
    "ascx",
    "cshtml",
    "erb",
    "ejs",
    "twig",
    "tpl",
    "jinja",
    "jinja2",
    "j2",
    "njk",
    "hbs",
    "handlebars",
    "mustache",
    "liquid",
    "ftl",
    "vue",
    "svelte",
    "jsx",
    "tsx",
    "astro",
];

impl Format {
    /// The format that a file's name tells; [`Format::Auto`] if it tells none.
    pub fn of_file_name(name: &str) -> Self {
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        match ending {
            Some(ending) if PAGE_ENDINGS.contains(&ending.as_str()) => Self::Html,
            Some(_) | None => Self::Auto,
        }
    }
}

/// What can't be read from the document itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// The markup of a document.
    pub format: Format,
    /// The language of the document; of one in several languages, that of an edition.
    pub locale: Locale,
    /// The day the edition was published.
    pub published: NaiveDate,
    /// The title if the document has none.
    pub fallback_title: String,
}

/// An edition in the content form, with a report about its import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The decoded input; of a file of Word or LibreOffice its paragraphs, a blank line between them.
    pub source: String,
    /// What the lines of repairs and decisions count.
    pub place: Place,
    /// The whole file: front matter and text.
    pub text: String,
    /// What was repaired, by line of the input.
    pub repairs: Vec<Repair>,
    /// What a person must decide, by line of the input.
    pub decisions: Vec<Decision>,
}

/// A document that was read, before it becomes an edition, or one in each of its languages.
#[derive(Debug, Clone)]
pub struct Document {
    source: String,
    front_matter: FrontMatter,
    blocks: Vec<Block>,
    /// The `<title>` of a page, or the title among the properties of a file.
    page_title: Option<String>,
    report: Report,
    parts: Option<Parts>,
    /// Variables by the names of their placeholders, besides those that the languages have.
    placeholders: BTreeMap<String, String>,
}

/// Imports a document as one edition in the content form, whatever languages it is in.
///
/// # Errors
///
/// When the input is no document: a file of Word or LibreOffice that is damaged, locked or over a
/// limit, another binary file, too large, in an unknown encoding, with a NUL character, Markdown
/// with a line over the limit, or a page whose words a program puts there.
/// [`ImportError::help`] says what to do.
pub fn import(input: &[u8], options: &ImportOptions) -> Result<Imported, ImportError> {
    let document = read(input, None, options, &[])?;
    Ok(document.whole(options))
}

/// Reads a document. `charset` is the name of its encoding as the server that sent it says;
/// `locales` are the languages in which parts of it may be, besides those that are recognised.
///
/// # Errors
///
/// As those of [`import`].
pub fn read(
    input: &[u8],
    charset: Option<&str>,
    options: &ImportOptions,
    locales: &[Locale],
) -> Result<Document, ImportError> {
    let mut report = Report::default();
    if let Some(file) = container::read(input, &mut report)? {
        return Ok(file_document(file, report, locales));
    }
    let decoded = decode::decode(input, charset, options, &mut report)?;
    let (front_matter, body) = front_matter::split(&decoded.clean, options, &mut report);
    let is_html = match options.format {
        // Whatever its name says, a text without a tag is no page.
        Format::Html => {
            !matches!(front_matter, FrontMatter::Edition { .. })
                && body.text.contains(['<', '{', '@'])
        }
        Format::Markdown => false,
        Format::Auto => html::looks_like_html(body.text),
    };
    let (blocks, page_title) = if is_html {
        let page = html::read(body, &mut report);
        if page.blocks.is_empty() && page.has_code {
            return Err(ImportError::NoWords);
        }
        (page.blocks, page.title)
    } else {
        decode::check_lines(body)?;
        (
            markdown::read(body, front_matter.origin(), &mut report),
            None,
        )
    };
    let parts = match front_matter {
        FrontMatter::None | FrontMatter::Foreign { .. } => multilingual::divide(&blocks, locales),
        FrontMatter::Edition { .. } => None,
    };
    Ok(Document {
        source: decoded.written,
        front_matter,
        blocks,
        page_title,
        report,
        parts,
        placeholders: BTreeMap::new(),
    })
}

/// The document in a file of Word or LibreOffice.
fn file_document(file: FileText, mut report: Report, locales: &[Locale]) -> Document {
    report.place = Place::Paragraph;
    let paragraphs = file.blocks.iter().map(Block::source);
    Document {
        source: paragraphs.collect::<Vec<_>>().join("\n\n"),
        front_matter: FrontMatter::None,
        parts: multilingual::divide(&file.blocks, locales),
        blocks: file.blocks,
        page_title: file.title,
        report,
        placeholders: BTreeMap::new(),
    }
}

impl Document {
    /// Names of further placeholders with their variables, which are known to the site that the
    /// document is for: `("BIN", "operator.bin")`. Of several with one name the first counts.
    #[must_use]
    pub fn with_placeholders(mut self, known: impl IntoIterator<Item = (String, String)>) -> Self {
        for (name, variable) in known {
            let name = vocabulary::plain(&name);
            self.placeholders.entry(name).or_insert(variable);
        }
        self
    }

    /// The decoded input; of a file of Word or LibreOffice its paragraphs, a blank line between them.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the lines of repairs and decisions count.
    pub fn place(&self) -> Place {
        self.report.place
    }

    /// What was repaired and what is to decide already before the document becomes an edition.
    pub fn reading(&self) -> (Vec<Repair>, Vec<Decision>) {
        self.report.clone().into_lists()
    }

    /// The parts of a document in several languages; none of one in a single language.
    pub fn parts(&self) -> &[Part] {
        self.parts.as_ref().map_or(&[], |parts| &parts.parts)
    }

    /// How the languages are arranged; `None` in a document in a single language.
    pub fn arrangement(&self) -> Option<Arrangement> {
        self.parts.as_ref().map(|parts| parts.arrangement)
    }

    /// The language that the text is in, if it is known for sure.
    pub fn language(&self) -> Option<&'static str> {
        multilingual::language(&self.blocks)
    }

    /// The language that the text is in, if that is another one than a given language.
    pub fn other_language(&self, locale: &Locale) -> Option<&'static str> {
        multilingual::other_language(&self.blocks, locale.as_str())
    }

    /// The edition of the whole document. Its report begins with [`Self::reading`].
    fn whole(self, options: &ImportOptions) -> Imported {
        let edition = Edition {
            front_matter: &self.front_matter,
            page_title: self.page_title,
            report: self.report,
            placeholders: &self.placeholders,
        };
        edition.write(self.blocks, self.source, options)
    }

    /// The edition of the whole document without [`Self::reading`] in its report.
    pub fn whole_edition(&self, options: &ImportOptions) -> Imported {
        let edition = Edition {
            front_matter: &self.front_matter,
            page_title: self.page_title.clone(),
            report: Report::at(self.report.place),
            placeholders: &self.placeholders,
        };
        edition.write(self.blocks.clone(), String::new(), options)
    }

    /// The edition of a part.
    pub fn edition(&self, part: &Part, options: &ImportOptions) -> Imported {
        // A title is in one of the languages.
        let own = |title: &Option<String>| {
            let title = title.as_ref().filter(|title| self.is_in(title, part));
            title.cloned()
        };
        let front_matter = match &self.front_matter {
            FrontMatter::Foreign { title } => FrontMatter::Foreign { title: own(title) },
            FrontMatter::None | FrontMatter::Edition { .. } => FrontMatter::None,
        };
        let edition = Edition {
            front_matter: &front_matter,
            page_title: own(&self.page_title),
            report: Report::at(self.report.place),
            placeholders: &self.placeholders,
        };
        edition.write(part.blocks.clone(), String::new(), options)
    }

    /// What to decide about the parts that aren't among those kept; `None` if all are.
    pub fn left_out(&self, kept: &[Locale]) -> Option<Decision> {
        let mut report = Report::at(self.report.place);
        multilingual::report_left_out(self.parts.as_ref()?, kept, &mut report);
        let (_, decisions) = report.into_lists();
        decisions.into_iter().next()
    }

    fn is_in(&self, words: &str, part: &Part) -> bool {
        let parts = self.parts.as_ref();
        parts.is_some_and(|parts| parts.language_of(words) == Some(&part.locale))
    }
}

/// What an edition has besides its blocks.
struct Edition<'d> {
    front_matter: &'d FrontMatter,
    page_title: Option<String>,
    report: Report,
    placeholders: &'d BTreeMap<String, String>,
}

impl Edition<'_> {
    fn write(self, blocks: Vec<Block>, source: String, options: &ImportOptions) -> Imported {
        let mut report = self.report;
        let (title, blocks) = repair::repair(
            blocks,
            self.front_matter,
            self.page_title,
            options,
            self.placeholders,
            &mut report,
        );
        check::check(
            &title,
            &blocks,
            &options.locale,
            self.placeholders,
            &mut report,
        );
        let text = write::write(
            &title.text,
            self.front_matter,
            &blocks,
            options,
            &mut report,
        );
        let place = report.place;
        let (repairs, decisions) = report.into_lists();
        Imported {
            source,
            place,
            text,
            repairs,
            decisions,
        }
    }
}
