//! `site-builder import`: a document that exists already becomes an edition of a policy, or one in
//! each of its languages.
//!
//! The crate `importer` converts it. This module reads the document from a file or an address
//! (`download`), chooses its languages, turns broken references into plain words (`references`),
//! and writes the editions. [`report`] says what was done and what is left to do.

mod download;
mod folder;
mod references;
pub mod report;
mod site;

pub use download::is_address;
pub use folder::{SourceDocument, documents};
pub use site::ImportSite;

use crate::build::UnwrittenEdition;
use crate::output::disk;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source;
use camino::Utf8PathBuf;
use chrono::NaiveDate;
use domain::Locale;
use importer::{
    Arrangement, Decision, DecisionKind, Document, Format, Imported, Part, Place, Repair,
};
use similar::TextDiff;

/// The languages of a document that become editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Languages {
    /// This one.
    One(Locale),
    /// Each of these.
    Each(Vec<Locale>),
    /// Those that the document is in, as far as the site has them.
    Recognised,
}

/// What happens when another edition is there already, or the text looks like another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// The import fails.
    Fail,
    /// The other edition is replaced.
    Overwrite,
}

/// A document with the editions that are ready to be written.
#[derive(Debug)]
pub struct ImportedDocument {
    /// Its file, or the address that it came from in the end.
    pub name: String,
    /// What the lines of repairs and decisions count.
    pub place: Place,
    /// How its languages are arranged, if it is in several.
    pub arrangement: Option<Arrangement>,
    /// Each of several languages, with the line on which it begins and how many words it has.
    pub languages: Vec<(Locale, usize, usize)>,
    /// What was repaired before the languages were divided.
    pub repairs: Vec<Repair>,
    /// What is to decide of the document as a whole.
    pub decisions: Vec<Decision>,
    /// The editions.
    pub editions: Vec<ImportedEdition>,
    /// Why nothing may be written unless it is forced.
    pub doubt: Option<Diagnostic>,
}

/// An edition that is ready to be written.
#[derive(Debug)]
pub struct ImportedEdition {
    /// The language of its text.
    pub locale: Locale,
    /// The short address of its policy.
    pub policy: String,
    /// The day it comes into force.
    pub date: NaiveDate,
    /// What of the document it was made of.
    pub source: String,
    /// The text, with its repairs and decisions.
    pub imported: Imported,
    /// References to clauses that the document doesn't have: line of the edition, words.
    pub dangling_references: Vec<(usize, String)>,
    /// The file to write.
    pub target: Utf8PathBuf,
}

impl ImportedEdition {
    /// The edition for a build that finds out what is wrong with it.
    pub fn unwritten(&self) -> UnwrittenEdition {
        UnwrittenEdition {
            policy: self.policy.clone(),
            locale: self.locale.clone(),
            effective: self.date,
            path: self.target.clone(),
            text: self.imported.text.clone(),
        }
    }
}

/// Reads and converts a document.
///
/// # Errors
/// A diagnostic when it can't be read, is no text, isn't in the languages asked for, or when its
/// site lacks the policy or a language.
pub fn read(
    site: &ImportSite,
    document: &SourceDocument,
    format: Format,
) -> Result<ImportedDocument, Diagnostic> {
    site.check(document)?;
    let input = fetch(document)?;
    let hint = match &document.languages {
        Languages::One(locale) => Some(locale),
        Languages::Each(locales) => locales.first(),
        Languages::Recognised => site.locales.first(),
    };
    let Some(hint) = hint else {
        return Err(refused(
            document,
            "the site has no locale",
            "add it to `locales` in `site.toml`",
        ));
    };
    let options = |locale: &Locale| importer::ImportOptions {
        format: match (format, input.is_page) {
            (Format::Auto, true) => Format::Html,
            (Format::Auto, false) => Format::of_file_name(&input.name),
            (Format::Markdown | Format::Html, _) => format,
        },
        locale: locale.clone(),
        published: document.date,
        fallback_title: document.policy.clone(),
    };
    let charset = input.charset.as_deref();
    let read =
        importer::read(&input.bytes, charset, &options(hint), &site.locales).map_err(|error| {
            Diagnostic::on(
                Code::InvalidText,
                input.name.as_str(),
                error.to_string(),
                error.help(),
            )
        })?;
    let read = read.with_placeholders(site.placeholders());
    let kept = languages(site, document, &read)?;
    let doubt = match kept.as_slice() {
        [locale] if read.parts().is_empty() => {
            let other = read.other_language(locale);
            other.map(|other| wrong_language(document, locale, other))
        }
        _ => None,
    };
    let (repairs, mut decisions) = read.reading();
    decisions.extend(read.left_out(&kept));
    decisions.extend(doubt.as_ref().map(|doubt| Decision {
        kind: DecisionKind::Language,
        line: 1,
        also: Vec::new(),
        message: doubt.message.clone(),
        help: doubt.help.clone(),
        lost: Vec::new(),
    }));
    let part = |locale: &Locale| read.parts().iter().find(|part| part.locale == *locale);
    let editions = kept.iter().map(|locale| {
        let (source, imported) = match part(locale) {
            Some(part) => (part.plain_text(), read.edition(part, &options(locale))),
            None => (
                read.source().to_owned(),
                read.whole_edition(&options(locale)),
            ),
        };
        edition(site, document, locale, source, imported)
    });
    let place_of = |part: &Part| (part.locale.clone(), part.line, part.words);
    Ok(ImportedDocument {
        editions: editions.collect(),
        name: input.name,
        place: read.place(),
        arrangement: read.arrangement(),
        languages: read.parts().iter().map(place_of).collect(),
        repairs,
        decisions,
        doubt,
    })
}

/// The bytes of a document, and what is known of them.
struct Input {
    name: String,
    bytes: Vec<u8>,
    /// The encoding that the server says.
    charset: Option<String>,
    /// Whether the server says that it is a page.
    is_page: bool,
}

fn fetch(document: &SourceDocument) -> Result<Input, Diagnostic> {
    if is_address(document.file.as_str()) {
        return download::download(document.file.as_str());
    }
    Ok(Input {
        name: document.file.to_string(),
        bytes: source::read_document(&document.file)?,
        charset: None,
        is_page: false,
    })
}

fn edition(
    site: &ImportSite,
    document: &SourceDocument,
    locale: &Locale,
    source: String,
    mut imported: Imported,
) -> ImportedEdition {
    ImportedEdition {
        dangling_references: references::unlink(&mut imported.text, locale),
        target: site.edition_path(document, locale),
        locale: locale.clone(),
        policy: document.policy.clone(),
        date: document.date,
        source,
        imported,
    }
}

/// The languages of a document that become editions.
fn languages(
    site: &ImportSite,
    document: &SourceDocument,
    read: &Document,
) -> Result<Vec<Locale>, Diagnostic> {
    let seen: Vec<&Locale> = read.parts().iter().map(|part| &part.locale).collect();
    let listed = || site::listed(seen.iter().map(|locale| locale.as_str()));
    let wanted = match &document.languages {
        Languages::One(locale) => vec![locale.clone()],
        Languages::Each(locales) => locales.clone(),
        Languages::Recognised if seen.is_empty() => vec![recognised(site, document, read)?],
        Languages::Recognised => {
            let known = seen.iter().filter(|locale| site.locales.contains(locale));
            let known: Vec<Locale> = known.map(|locale| (*locale).clone()).collect();
            if known.is_empty() {
                let message = format!(
                    "the document is in {}, the site in {}",
                    listed(),
                    site.listed_locales()
                );
                return Err(refused(
                    document,
                    message,
                    "add a language to `locales` in `site.toml`",
                ));
            }
            known
        }
    };
    if seen.is_empty() && wanted.len() > 1 {
        let message = match read.language() {
            Some(language) => format!("the document is in one language, `{language}`"),
            None => "no second language was found in the document".to_owned(),
        };
        let help = "name it with `--locale`, or import a file for each language";
        return Err(refused(document, message, help));
    }
    let missing = wanted.iter().find(|locale| !seen.contains(locale));
    match missing.filter(|_| !seen.is_empty()) {
        Some(locale) => Err(refused(
            document,
            format!("the document has parts in {}, none in `{locale}`", listed()),
            "name languages that it has with `--locale` or `--split`",
        )),
        None => Ok(wanted),
    }
}

/// The locale of the site that a document in one language is in.
fn recognised(
    site: &ImportSite,
    document: &SourceDocument,
    read: &Document,
) -> Result<Locale, Diagnostic> {
    if let [only] = site.locales.as_slice() {
        return Ok(only.clone());
    }
    let Some(language) = read.language() else {
        let message = "it is not sure what language the document is in";
        return Err(refused(document, message, "name it with `--locale`"));
    };
    let is_same = |locale: &&Locale| {
        let primary = |tag: &str| tag.split('-').next().map(str::to_owned);
        primary(locale.as_str()) == primary(language)
    };
    site.locales.iter().find(is_same).cloned().ok_or_else(|| {
        let message = format!(
            "the document is in `{language}`, the site in {}",
            site.listed_locales()
        );
        refused(
            document,
            message,
            format!(
                "add `{language}` to `locales` in `site.toml`, or name the language with `--locale`"
            ),
        )
    })
}

fn wrong_language(document: &SourceDocument, locale: &Locale, other: &str) -> Diagnostic {
    refused(
        document,
        format!("the text looks like `{other}`, not `{locale}`"),
        format!(
            "import it with `--locale {other}`; if it is `{locale}` all the same, use `--force`"
        ),
    )
}

fn refused(
    document: &SourceDocument,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::on(Code::InvalidFact, document.file.as_str(), message, help)
}

/// Checks that the editions of a document may be written.
///
/// # Errors
/// A diagnostic when another edition is there already, or the text looks like another language.
pub fn check_targets(
    document: &ImportedDocument,
    on_conflict: OnConflict,
) -> Result<(), Diagnostic> {
    if on_conflict == OnConflict::Overwrite {
        return Ok(());
    }
    match &document.doubt {
        Some(doubt) => Err(doubt.clone()),
        None => document.editions.iter().try_for_each(check_target),
    }
}

fn check_target(edition: &ImportedEdition) -> Result<(), Diagnostic> {
    let target = &edition.target;
    // An unreadable file counts as another edition.
    let is_same =
        || source::read_bytes(target).is_ok_and(|old| old == edition.imported.text.as_bytes());
    if source::exists(target) && !is_same() {
        return Err(Diagnostic::on(
            Code::Unwritable,
            target.as_str(),
            format!("`{target}` is there already and says something else"),
            "an edition in force is never edited: choose another `--date`, look at the difference with `--dry-run`, or replace it with `--force`",
        ));
    }
    Ok(())
}

/// Writes an edition, which was checked before.
///
/// # Errors
/// A diagnostic when it can't be written.
pub fn write(edition: &ImportedEdition) -> Result<(), Diagnostic> {
    disk::write_atomically(&edition.target, edition.imported.text.as_bytes())
}

/// The unified diff between a document and an edition.
pub fn difference(edition: &ImportedEdition, name: &str) -> String {
    TextDiff::from_lines(&edition.source, &edition.imported.text)
        .unified_diff()
        .header(name, edition.target.as_str())
        .to_string()
}
