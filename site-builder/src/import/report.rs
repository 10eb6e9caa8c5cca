//! What an import did and what is left to do: for tools, and [`text`] for people.

pub mod text;

use super::{ImportedDocument, ImportedEdition};
use crate::build::BuildOutcome;
use crate::report::diagnostic::{Code, Diagnostic, Location, Severity};
use crate::report::draw::{self, JsonDiagnostic};
use importer::{Arrangement, Decision, Place, Repair};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Warnings about where an edition stands in time and among others, not about its text.
const NOT_OF_THE_TEXT: [Code; 5] = [
    Code::UnarchivedEdition,
    Code::UnarchivedText,
    Code::UnpublishedEdition,
    Code::UntranslatedEdition,
    Code::UntranslatedPolicy,
];

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The site builds with the editions, and nothing is left to decide.
    Builds,
    /// The site doesn't build with the editions, or a person must decide something.
    ToDo,
    /// Nothing was written.
    Refused,
}

/// The report of an import.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportReport<'r> {
    /// How it ended; in a dry run, how it would end.
    pub outcome: Outcome,
    /// Whether the editions were written.
    pub written: bool,
    /// Whether the site builds with the editions.
    pub builds: bool,
    /// The documents.
    pub documents: Vec<DocumentReport<'r>>,
    /// Why the import was refused; otherwise what a build says of the editions, and the errors that
    /// it finds elsewhere.
    pub diagnostics: Vec<JsonDiagnostic<'r>>,
}

/// What became of a document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DocumentReport<'r> {
    /// Its file, or the address that it came from in the end.
    pub file: &'r str,
    /// What its lines count.
    pub place: PlaceName,
    /// How its languages are arranged, if it is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementName>,
    /// Each of several languages.
    pub languages: Vec<LanguageReport<'r>>,
    /// The editions that were made of it.
    pub editions: Vec<EditionReport<'r>>,
    /// What a person must decide, by line.
    pub decisions: Vec<Entry<'r>>,
    /// What was repaired, by line.
    pub repairs: Vec<Entry<'r>>,
}

/// What lines of a document count.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceName {
    /// Lines of a text.
    Line,
    /// Paragraphs of a file of Word or LibreOffice.
    Paragraph,
}

/// How the languages of a document are arranged.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArrangementName {
    /// Side by side, in the columns of tables.
    Columns,
    /// One after another.
    Sequence,
    /// Paragraphs of one language between those of another.
    Alternating,
}

/// A language of a document in several.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LanguageReport<'r> {
    /// BCP 47.
    pub locale: &'r str,
    /// Where it begins.
    pub line: usize,
    /// How many words it has.
    pub words: usize,
}

/// An edition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditionReport<'r> {
    /// BCP 47.
    pub locale: &'r str,
    /// The short address of its policy.
    pub policy: &'r str,
    /// The day it comes into force.
    pub effective: String,
    /// The file that it is.
    pub file: &'r str,
    /// The unified diff between document and edition, in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

/// A decision or a repair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry<'r> {
    /// The stable name of its kind.
    pub code: &'static str,
    /// The lines or paragraphs of the document, ascending; those of the edition if `edition` is
    /// there.
    pub lines: Vec<usize>,
    /// The edition whose lines these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<&'r str>,
    /// The language that it is about; none if it is the document as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'r str>,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Words of the document that the edition lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<&'r str>,
}

/// What a build with the editions found, divided by where it is.
#[derive(Debug)]
pub struct Verdict<'o> {
    outcome: &'o BuildOutcome,
    /// In the editions.
    pub own: Vec<Diagnostic>,
    /// Errors elsewhere in the site.
    pub elsewhere: Vec<Diagnostic>,
}

impl<'o> Verdict<'o> {
    /// Divides what a build found.
    pub fn new(outcome: &'o BuildOutcome, documents: &[ImportedDocument]) -> Self {
        let editions = documents.iter().flat_map(|document| &document.editions);
        let targets: BTreeSet<&str> = editions.map(|edition| edition.target.as_str()).collect();
        let is_own = |diagnostic: &&Diagnostic| {
            targets.contains(match &diagnostic.location {
                Location::Span(file, _) => outcome.sources.path(*file).as_str(),
                Location::Path(path) => path,
            })
        };
        let all = outcome.diagnostics.iter();
        let (own, elsewhere): (Vec<&Diagnostic>, Vec<&Diagnostic>) = all.partition(is_own);
        let of_text = |diagnostic: &&Diagnostic| !NOT_OF_THE_TEXT.contains(&diagnostic.code);
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        Self {
            outcome,
            own: own.into_iter().filter(of_text).cloned().collect(),
            elsewhere: elsewhere.into_iter().filter(is_error).cloned().collect(),
        }
    }

    /// Whether the site builds with the editions.
    pub fn builds(&self) -> bool {
        self.elsewhere.is_empty() && self.errors().next().is_none()
    }

    /// The errors in the editions.
    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let own = self.own.iter();
        own.filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The own diagnostics as tools get them.
    fn own_objects(&self) -> Vec<JsonDiagnostic<'_>> {
        draw::json_objects(&self.own, &self.outcome.sources)
    }

    fn elsewhere_objects(&self) -> Vec<JsonDiagnostic<'_>> {
        draw::json_objects(&self.elsewhere, &self.outcome.sources)
    }
}

impl<'r> ImportReport<'r> {
    /// The report of an import that wrote its editions, or would have.
    pub fn new(documents: &'r [ImportedDocument], verdict: &'r Verdict<'_>, written: bool) -> Self {
        let documents = documents
            .iter()
            .map(|document| DocumentReport::new(document, written));
        let documents: Vec<DocumentReport<'r>> = documents.collect();
        let are_decided = documents
            .iter()
            .all(|document| document.decisions.is_empty());
        let builds = verdict.builds();
        let outcome = match builds && are_decided && verdict.own.is_empty() {
            true => Outcome::Builds,
            false => Outcome::ToDo,
        };
        let mut diagnostics = verdict.own_objects();
        diagnostics.extend(verdict.elsewhere_objects());
        Self {
            outcome,
            written,
            builds,
            documents,
            diagnostics,
        }
    }

    /// The report of an import that wrote nothing, for these reasons.
    pub fn refused(reasons: &'r BuildOutcome) -> Self {
        Self {
            outcome: Outcome::Refused,
            written: false,
            builds: false,
            documents: Vec::new(),
            diagnostics: draw::json_objects(&reasons.diagnostics, &reasons.sources),
        }
    }
}

impl<'r> DocumentReport<'r> {
    fn new(document: &'r ImportedDocument, written: bool) -> Self {
        let mut decisions: Vec<Entry<'r>> = Vec::new();
        let mut repairs: Vec<Entry<'r>> = Vec::new();
        decisions.extend(document.decisions.iter().map(|own| decision(own, None)));
        repairs.extend(document.repairs.iter().map(|own| repair(own, None)));
        for edition in &document.editions {
            let locale = Some(edition.locale.as_str());
            let imported = &edition.imported;
            decisions.extend(imported.decisions.iter().map(|own| decision(own, locale)));
            decisions.extend(dangling(edition));
            repairs.extend(imported.repairs.iter().map(|own| repair(own, locale)));
        }
        let by_line = |entry: &Entry<'_>| entry.lines.first().copied();
        decisions.sort_by_key(by_line);
        repairs.sort_by_key(by_line);
        let language = |(locale, line, words): &'r (domain::Locale, usize, usize)| LanguageReport {
            locale: locale.as_str(),
            line: *line,
            words: *words,
        };
        let edition = |edition: &'r ImportedEdition| EditionReport {
            locale: edition.locale.as_str(),
            policy: &edition.policy,
            effective: edition.date.to_string(),
            file: edition.target.as_str(),
            difference: (!written).then(|| super::difference(edition, &document.name)),
        };
        Self {
            file: &document.name,
            place: match document.place {
                Place::Line => PlaceName::Line,
                Place::Paragraph => PlaceName::Paragraph,
            },
            arrangement: document.arrangement.map(|arrangement| match arrangement {
                Arrangement::Columns => ArrangementName::Columns,
                Arrangement::Sequence => ArrangementName::Sequence,
                Arrangement::Alternating => ArrangementName::Alternating,
            }),
            languages: document.languages.iter().map(language).collect(),
            editions: document.editions.iter().map(edition).collect(),
            decisions,
            repairs,
        }
    }
}

fn lines(first: usize, also: &[usize]) -> Vec<usize> {
    std::iter::once(first).chain(also.iter().copied()).collect()
}

fn decision<'r>(decision: &'r Decision, locale: Option<&'r str>) -> Entry<'r> {
    Entry {
        code: decision.kind.code(),
        lines: lines(decision.line, &decision.also),
        edition: None,
        locale,
        message: decision.message.clone(),
        help: Some(decision.help.clone()),
        lost: decision.lost.iter().map(String::as_str).collect(),
    }
}

fn repair<'r>(repair: &'r Repair, locale: Option<&'r str>) -> Entry<'r> {
    Entry {
        code: repair.kind.code(),
        lines: lines(repair.line, &repair.also),
        edition: None,
        locale,
        message: repair.message.clone(),
        help: None,
        lost: repair.lost.iter().map(String::as_str).collect(),
    }
}

/// The references of an edition to clauses that it lacks.
fn dangling(edition: &ImportedEdition) -> impl Iterator<Item = Entry<'_>> {
    let references = edition.dangling_references.iter();
    references.map(|(line, words)| Entry {
        code: Code::DanglingReference.as_str(),
        lines: vec![*line],
        edition: Some(edition.target.as_str()),
        locale: Some(edition.locale.as_str()),
        message: format!("`{words}` refers to a clause that the document doesn't have"),
        help: Some(format!(
            "it stands as `[{words}](@words)`, without a link; correct the number, or add the clause"
        )),
        lost: Vec::new(),
    })
}
