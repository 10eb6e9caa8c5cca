//! Draws diagnostics: for people on a terminal, for tools as JSON.

mod line_index;

use crate::report::diagnostic::{Diagnostic, FileId, Location, Severity};
use crate::report::source::Sources;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use line_index::LineIndex;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether a report is drawn with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For terminals.
    Colour,
    /// For files, tests and tools.
    Plain,
}

/// Sorts by severity and location, so that an author reads from the top of the first file down.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    diagnostics.sort_by_cached_key(|diagnostic| {
        let (path, start) = match &diagnostic.location {
            Location::Span(file, span) => (sources.path(*file).to_string(), span.start),
            Location::Path(path) => (path.clone(), 0),
        };
        (
            diagnostic.severity,
            path,
            start,
            diagnostic.code,
            diagnostic.message.clone(),
        )
    });
    diagnostics.dedup();
}

/// The report for people, one block a diagnostic.
pub fn text(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Colour => Renderer::styled().decor_style(DecorStyle::Unicode),
        Style::Plain => Renderer::plain(),
    };
    let lines = line_indexes(diagnostics, sources);
    let mut report = String::new();
    for diagnostic in diagnostics {
        let drawn = draw_one(diagnostic, sources, &lines, &renderer);
        report.push_str(&drawn);
        report.push_str("\n\n");
    }
    report
}

/// The lines of every file that a diagnostic points into.
fn line_indexes<'s>(
    diagnostics: &[Diagnostic],
    sources: &'s Sources,
) -> BTreeMap<FileId, LineIndex<'s>> {
    let mut lines = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Location::Span(file, _) = &diagnostic.location {
            lines
                .entry(*file)
                .or_insert_with(|| LineIndex::new(sources.text(*file)));
        }
    }
    lines
}

fn draw_one(
    diagnostic: &Diagnostic,
    sources: &Sources,
    lines: &BTreeMap<FileId, LineIndex<'_>>,
    renderer: &Renderer,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(visible(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let help = Level::HELP.message(visible(&diagnostic.help));
    let (path, span) = match &diagnostic.location {
        Location::Path(path) => (path.as_str(), None),
        Location::Span(file, span) => (
            sources.path(*file).as_str(),
            lines.get(file).map(|lines| (lines, span)),
        ),
    };
    let Some((lines, span)) = span else {
        return renderer.render(&[title.element(Origin::path(path)).element(help)]);
    };
    // The renderer gets one line: given the whole text, it would count its lines for each
    // diagnostic.
    let excerpt = lines.excerpt(span);
    let position = lines.position(span.start);
    let group = if excerpt.is_whole {
        let snippet = Snippet::source(excerpt.text)
            .path(path)
            .line_start(position.line)
            .annotation(AnnotationKind::Primary.span(excerpt.span));
        title.element(snippet)
    } else {
        let origin = Origin::path(path)
            .line(position.line)
            .char_column(position.column);
        let words = format!("in the midst of a long line: `…{}…`", visible(excerpt.text));
        title.element(origin).element(Level::NOTE.message(words))
    };
    renderer.render(&[group.element(help)])
}

/// A text without what steers a terminal: messages quote files, and files hold tabs and escapes.
fn visible(text: &str) -> String {
    text.replace(|sign: char| sign.is_control() && sign != '\n', " ")
}

/// A diagnostic as tools get it. Lines and columns start at 1, columns count characters, the end is
/// behind the last one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JsonDiagnostic<'d> {
    /// How bad it is.
    pub severity: Severity,
    /// The stable name of the kind of mistake.
    pub code: &'static str,
    /// What is wrong.
    pub message: &'d str,
    /// The file or folder.
    pub file: &'d str,
    /// Where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    /// Where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
    /// What the author can do about it.
    pub help: &'d str,
}

/// The report for tools: one JSON object a line.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let objects = json_objects(diagnostics, sources);
    objects.iter().map(json_line).collect()
}

/// The diagnostics as tools get them.
pub fn json_objects<'d>(
    diagnostics: &'d [Diagnostic],
    sources: &'d Sources,
) -> Vec<JsonDiagnostic<'d>> {
    let lines = line_indexes(diagnostics, sources);
    let object = |diagnostic: &'d Diagnostic| {
        let (file, ends) = match &diagnostic.location {
            Location::Span(file, span) => (
                sources.path(*file).as_str(),
                lines
                    .get(file)
                    .map(|lines| (lines.position(span.start), lines.position(span.end))),
            ),
            Location::Path(path) => (path.as_str(), None),
        };
        JsonDiagnostic {
            severity: diagnostic.severity,
            code: diagnostic.code.as_str(),
            message: &diagnostic.message,
            file,
            line: ends.map(|(start, _)| start.line),
            column: ends.map(|(start, _)| start.column),
            end_line: ends.map(|(_, end)| end.line),
            end_column: ends.map(|(_, end)| end.column),
            help: &diagnostic.help,
        }
    };
    diagnostics.iter().map(object).collect()
}

/// A value as one line of JSON, with its line feed.
pub fn json_line(value: &impl Serialize) -> String {
    #[expect(
        clippy::expect_used,
        reason = "serialising fails only for maps without string keys, which no report has"
    )]
    let json = serde_json::to_string(value).expect("keys are strings");
    json + "\n"
}
