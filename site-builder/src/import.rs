//! `site-builder import`: a document that exists already becomes an edition of a policy.
//!
//! The crate `importer` converts it; this module reads the file, turns broken references into
//! plain words, reports repairs and decisions, and writes the edition.

mod folder;

pub use folder::{SourceDocument, documents};

use crate::check::references;
use crate::content::document;
use crate::output::disk;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use domain::Locale;
use importer::{DecisionKind, Format, Imported};
use similar::TextDiff;
use std::ops::Range;

/// The inputs of an import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The document and the edition that it becomes.
    pub document: SourceDocument,
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// Name of the folder of the site that gets the edition.
    pub site: String,
    /// The markup of the document.
    pub format: Format,
    /// What happens when another edition is there already.
    pub on_conflict: OnConflict,
}

/// What happens when another edition is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// The other edition stays, and the import fails.
    Fail,
    /// The other edition is replaced.
    Overwrite,
}

/// An edition that is ready to be written.
#[derive(Debug)]
pub struct ImportedEdition {
    /// The text, with its repairs and decisions.
    pub imported: Imported,
    /// References to clauses that the document doesn't have: line of the edition, words.
    pub dangling_references: Vec<(usize, String)>,
    /// The file to write.
    pub target: Utf8PathBuf,
}

/// Reads and converts the document.
///
/// # Errors
/// A diagnostic when it can't be read, is no text, or its site, policy or locale has no folder.
pub fn read(options: &ImportOptions) -> Result<ImportedEdition, Diagnostic> {
    let document = &options.document;
    let site = options.content.join(&options.site);
    check_names(options)?;
    // A folder without `site.toml` isn't a site.
    source::read_bytes(&site.join("site.toml"))?;
    let bytes = source::read_bytes(&document.file)?;
    let settings = importer::ImportOptions {
        format: options.format,
        locale: document.locale.clone(),
        published: document.date,
        fallback_title: document.policy.clone(),
    };
    let imported = importer::import(&bytes, &settings).map_err(|error| {
        Diagnostic::on(
            Code::InvalidText,
            document.file.as_str(),
            error.to_string(),
            error.help(),
        )
    })?;
    let target = site
        .join(document.locale.as_str())
        .join(&document.policy)
        .join(format!("{}.md", document.date));
    let mut edition = ImportedEdition {
        imported,
        dangling_references: Vec::new(),
        target,
    };
    unlink_dangling_references(&mut edition, &document.locale);
    Ok(edition)
}

/// Turns broken references into plain words, so that the edition can be built: only a person can
/// decide whether the number is wrong or the clause is missing.
fn unlink_dangling_references(edition: &mut ImportedEdition, locale: &Locale) {
    let text = &mut edition.imported.text;
    let mut decisions = edition.imported.decisions.iter();
    let meaning = if decisions.any(|decision| decision.kind == DecisionKind::PointsAcross) {
        BareNumber::Point
    } else {
        BareNumber::Section
    };
    let spans = dangling_references(text, locale, meaning);
    // From the end, so that the spans before stay valid.
    for span in spans.into_iter().rev() {
        #[expect(
            clippy::expect_used,
            reason = "the spans are those of references in this very text"
        )]
        let (before, words) = text
            .get(..span.start)
            .zip(text.get(span.clone()))
            .expect("a span of the text");
        let line = before.matches('\n').count() + 1;
        let words = words.to_owned();
        text.replace_range(span, &format!("[{words}](@words)"));
        edition.dangling_references.push((line, words));
    }
    edition.dangling_references.reverse();
}

/// The meaning of a reference such as `пункт 2`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BareNumber {
    Section,
    /// A point of a list that is numbered across all sections and has no anchor.
    Point,
}

/// The spans of references to clauses that the text doesn't have, in order.
fn dangling_references(text: &str, locale: &Locale, meaning: BareNumber) -> Vec<Range<usize>> {
    let mut sources = Sources::default();
    let file = sources.add("edition", text);
    let (document, _) = document::parse(text, file, locale);
    let Some(mut document) = document else {
        return Vec::new();
    };
    if meaning == BareNumber::Point {
        for section in &mut document.clauses {
            section.anchor.clear();
        }
    }
    let is_plain = |span: &Range<usize>| {
        // A link that the author wrote stays.
        text.get(span.clone())
            .is_some_and(|words| !words.is_empty() && !words.starts_with('['))
    };
    let mut spans = references::dangling_clauses(&document);
    spans.retain(is_plain);
    spans.sort_by_key(|span| span.start);
    // Two references may overlap, such as those of a list of numbers.
    spans.dedup_by(|next, before| next.start < before.end);
    spans
}

/// Names become folders: they must not lead out of `content/` (path traversal).
fn check_names(options: &ImportOptions) -> Result<(), Diagnostic> {
    for (flag, name) in [
        ("--site", &options.site),
        ("--policy", &options.document.policy),
    ] {
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

/// Checks that the edition may be written.
///
/// # Errors
/// A diagnostic when another edition is there already.
pub fn check_target(edition: &ImportedEdition, on_conflict: OnConflict) -> Result<(), Diagnostic> {
    let target = &edition.target;
    // An unreadable file counts as another edition.
    let is_same =
        || source::read_bytes(target).is_ok_and(|old| old == edition.imported.text.as_bytes());
    if source::exists(target) && !is_same() && on_conflict == OnConflict::Fail {
        return Err(Diagnostic::on(
            Code::Unwritable,
            target.as_str(),
            format!("`{target}` is there already and says something else"),
            "an edition in force is never edited: choose another `--date`, look at the difference with `--dry-run`, or replace it with `--force`",
        ));
    }
    Ok(())
}

/// Writes the edition.
///
/// # Errors
/// A diagnostic when another edition is there already, or when it can't be written.
pub fn write(edition: &ImportedEdition, on_conflict: OnConflict) -> Result<(), Diagnostic> {
    check_target(edition, on_conflict)?;
    disk::write_atomically(&edition.target, edition.imported.text.as_bytes())
}

/// The report for people: repairs, then decisions, each with its file and line.
pub fn report(edition: &ImportedEdition, file: &Utf8Path) -> String {
    let mut text = String::new();
    for repair in &edition.imported.repairs {
        let (line, code, message) = (repair.line, repair.kind.code(), &repair.message);
        text.push_str(&format!("{file}:{line}: repaired[{code}]: {message}\n"));
    }
    for decision in &edition.imported.decisions {
        let (line, code, message) = (decision.line, decision.kind.code(), &decision.message);
        text.push_str(&format!("{file}:{line}: decide[{code}]: {message}\n"));
        text.push_str(&format!("    help: {}\n", decision.help));
    }
    for (line, words) in &edition.dangling_references {
        text.push_str(&format!(
            "{}:{line}: decide[dangling-reference]: `{words}` refers to a clause that the document doesn't have\n    \
             help: it stands as `[{words}](@words)`, without a link; correct the number, or add the clause\n",
            edition.target
        ));
    }
    text
}

/// The unified diff between the document and the edition.
pub fn difference(edition: &ImportedEdition, file: &Utf8Path) -> String {
    TextDiff::from_lines(&edition.imported.source, &edition.imported.text)
        .unified_diff()
        .header(file.as_str(), edition.target.as_str())
        .to_string()
}
