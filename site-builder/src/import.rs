//! `site-builder import`: a document that exists already becomes an edition of a policy.
//!
//! The work is done by the crate `importer`; here the file is read, the account of repairs and decisions is told, and the
//! edition is written to its place.

mod folder;

pub use folder::{Document, documents};

use crate::check::references;
use crate::content::document;
use crate::output::disk;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use domain::Locale;
use importer::{DecisionKind, Format, Imported};
use similar::TextDiff;
use std::fmt::Write as _;
use std::ops::Range;

/// What to import, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The document.
    pub file: Utf8PathBuf,
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The site that gets it.
    pub site: String,
    /// The short address of the policy.
    pub policy: String,
    /// The language of the document.
    pub locale: Locale,
    /// The day the edition comes into force and was published.
    pub date: NaiveDate,
    /// What the document is written in.
    pub format: Format,
    /// Whether an edition that is there already is replaced.
    pub existing: Existing,
}

/// What happens to an edition that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the import fails.
    Keep,
    /// The new one takes its place.
    Replace,
}

/// An edition that is ready to be written.
#[derive(Debug)]
pub struct Edition {
    /// The edition with its account.
    pub imported: Imported,
    /// References to clauses that the document doesn't have: line of the edition, words.
    pub dangling: Vec<(usize, String)>,
    /// Where it belongs.
    pub target: Utf8PathBuf,
}

/// Reads and converts the document.
///
/// # Errors
/// A diagnostic when it can't be read, is no text, or has no place to go.
pub fn read(options: &Options) -> Result<Edition, Diagnostic> {
    let site = options.content.join(&options.site);
    check_names(options)?;
    // The folder of a site is known by its `site.toml`.
    source::read_bytes(&site.join("site.toml"))?;
    let bytes = source::read_bytes(&options.file)?;
    let settings = importer::Options {
        format: options.format,
        locale: options.locale.clone(),
        published: options.date,
        fallback_title: options.policy.clone(),
    };
    let imported = importer::import(&bytes, &settings).map_err(|error| {
        Diagnostic::on(
            Code::InvalidText,
            options.file.as_str(),
            error.to_string(),
            error.help(),
        )
    })?;
    let target = site
        .join(options.locale.as_str())
        .join(&options.policy)
        .join(format!("{}.md", options.date));
    let mut edition = Edition {
        imported,
        dangling: Vec::new(),
        target,
    };
    let decisions = &edition.imported.decisions;
    let sections = if decisions
        .iter()
        .any(|decision| decision.kind == DecisionKind::PointsAcross)
    {
        Sections::NeverMeant
    } else {
        Sections::Meant
    };
    for place in dangling(&edition.imported.text, &options.locale, sections)
        .into_iter()
        .rev()
    {
        let text = &edition.imported.text;
        let words = text.get(place.clone()).unwrap_or_default().to_owned();
        let before = text.get(..place.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let replacement = format!("[{words}](@words)");
        edition.imported.text.replace_range(place, &replacement);
        edition.dangling.push((line, words));
    }
    edition.dangling.reverse();
    Ok(edition)
}

/// Whether `пункт 2` can mean section 2.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sections {
    Meant,
    /// It means the second point, which stands in a list and has no address.
    NeverMeant,
}

/// Where references stand that are to clauses the text doesn't have, in order. They become mere words, so that the edition
/// can be built: whether the number is wrong or the clause is missing only a person can know.
fn dangling(text: &str, locale: &Locale, sections: Sections) -> Vec<Range<usize>> {
    let mut sources = Sources::default();
    let file = sources.add("edition", text);
    let (document, _) = document::parse(text, file, locale);
    let Some(mut document) = document else {
        return Vec::new();
    };
    if sections == Sections::NeverMeant {
        for section in &mut document.clauses {
            section.anchor.clear();
        }
    }
    let is_plain = |span: &Range<usize>| {
        // A link that an author wrote is not ours to change.
        text.get(span.clone())
            .is_some_and(|words| !words.is_empty() && !words.starts_with('['))
    };
    let mut places = references::dangling_clauses(&document);
    places.retain(is_plain);
    places.sort_by_key(|place| place.start);
    // Each place is changed once, even if two references were told of with the same one.
    places.dedup_by(|next, before| next.start < before.end);
    places
}

/// Names become folders: they must not lead anywhere else.
fn check_names(options: &Options) -> Result<(), Diagnostic> {
    for (flag, name) in [("--site", &options.site), ("--policy", &options.policy)] {
        let is_plain = name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte)
        });
        if name.is_empty() || !is_plain || name.starts_with('.') {
            return Err(Diagnostic::on(
                Code::InvalidFact,
                flag,
                format!("`{name}` can't be the name of a folder"),
                "use lower-case Latin letters, digits, dots and hyphens, such as `cap.kz` or `privacy`",
            ));
        }
    }
    Ok(())
}

/// Whether the edition may go to its place.
///
/// # Errors
/// A diagnostic when another edition is there already.
pub fn check_place(edition: &Edition, existing: Existing) -> Result<(), Diagnostic> {
    let target = &edition.target;
    // What can't be read is somebody's too.
    let is_same =
        || source::read_bytes(target).is_ok_and(|old| old == edition.imported.text.as_bytes());
    if source::exists(target) && !is_same() && existing == Existing::Keep {
        return Err(Diagnostic::on(
            Code::Unwritable,
            target.as_str(),
            format!("`{target}` is there already and says something else"),
            "an edition in force is never edited: choose another `--date`, look at the difference with `--dry-run`, or replace it with `--force`",
        ));
    }
    Ok(())
}

/// Writes the edition to its place.
///
/// # Errors
/// A diagnostic when another edition is there already, or when it can't be written.
pub fn write(edition: &Edition, existing: Existing) -> Result<(), Diagnostic> {
    check_place(edition, existing)?;
    disk::write_one(&edition.target, edition.imported.text.as_bytes())
}

/// The account for people: repairs, then decisions, each with its place.
pub fn account(edition: &Edition, file: &Utf8Path) -> String {
    let mut text = String::new();
    for repair in &edition.imported.repairs {
        let _ = writeln!(
            text,
            "{file}:{}: repaired[{}]: {}",
            repair.line,
            repair.kind.code(),
            repair.message
        );
    }
    for decision in &edition.imported.decisions {
        let _ = writeln!(
            text,
            "{file}:{}: decide[{}]: {}",
            decision.line,
            decision.kind.code(),
            decision.message
        );
        let _ = writeln!(text, "    help: {}", decision.help);
    }
    for (line, words) in &edition.dangling {
        let _ = writeln!(
            text,
            "{}:{line}: decide[dangling-reference]: `{words}` refers to a clause that the document doesn't have",
            edition.target
        );
        let _ = writeln!(
            text,
            "    help: it stands as `[{words}](@words)`, without a link; correct the number, or add the clause"
        );
    }
    text
}

/// The difference between the document as it was and the edition.
pub fn difference(edition: &Edition, file: &Utf8Path) -> String {
    TextDiff::from_lines(&edition.imported.source, &edition.imported.text)
        .unified_diff()
        .header(file.as_str(), edition.target.as_str())
        .to_string()
}
