//! Draws diagnostics: for people on a terminal, for tools as JSON.

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::source::Sources;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::fmt::Write as _;
use std::ops::Range;

/// Whether a report is drawn with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For terminals.
    Colour,
    /// For files, tests and tools.
    Plain,
}

/// Sorts by place, so that an author reads from the top of the first file down.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    diagnostics.sort_by_cached_key(|diagnostic| {
        let (path, start) = match &diagnostic.place {
            Place::Span(file, span) => (sources.path(*file).to_string(), span.start),
            Place::Path(path) => (path.clone(), 0),
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
pub fn draw(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Colour => Renderer::styled().decor_style(DecorStyle::Unicode),
        Style::Plain => Renderer::plain(),
    };
    let mut report = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(report, "{}\n", draw_one(diagnostic, sources, &renderer));
    }
    report
}

fn draw_one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let help = Level::HELP.message(diagnostic.help.as_str());
    match &diagnostic.place {
        Place::Path(path) => {
            renderer.render(&[title.element(Origin::path(path.as_str())).element(help)])
        }
        Place::Span(file, span) => {
            let source = sources.file(*file);
            let excerpt = Excerpt::around(&source.text, span);
            let snippet = Snippet::source(excerpt.text)
                .path(source.path.as_str())
                .line_start(excerpt.first_line)
                .annotation(AnnotationKind::Primary.span(excerpt.span));
            renderer.render(&[title.element(snippet).element(help)])
        }
    }
}

/// The lines that a span touches. The renderer is given no more than that: it would count a whole book else.
struct Excerpt<'s> {
    text: &'s str,
    first_line: usize,
    span: Range<usize>,
}

impl<'s> Excerpt<'s> {
    /// A span of many lines is shown by its first one.
    fn around(text: &'s str, span: &Range<usize>) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end.max(start));
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text
            .get(start..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |at| start + at);
        Self {
            text: text.get(line_start..line_end).unwrap_or_default(),
            first_line: before.matches('\n').count() + 1,
            span: start - line_start..end.min(line_end) - line_start,
        }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Line and column of a place, both from 1; columns count characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..floor_boundary(text, at)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

/// A diagnostic as tools get it. Lines and columns start at 1, columns count characters, the end is behind the last one.
#[derive(Serialize)]
struct JsonDiagnostic<'d> {
    severity: Severity,
    code: &'static str,
    message: &'d str,
    file: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    help: &'d str,
}

/// The report for tools: one JSON object a line.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut report = String::new();
    for diagnostic in diagnostics {
        let (file, place) = match &diagnostic.place {
            Place::Span(file, span) => {
                let source = sources.file(*file);
                (
                    source.path.as_str(),
                    Some((
                        position(&source.text, span.start),
                        position(&source.text, span.end),
                    )),
                )
            }
            Place::Path(path) => (path.as_str(), None),
        };
        let line = JsonDiagnostic {
            severity: diagnostic.severity,
            code: diagnostic.code.as_str(),
            message: &diagnostic.message,
            file,
            line: place.map(|(start, _)| start.0),
            column: place.map(|(start, _)| start.1),
            end_line: place.map(|(_, end)| end.0),
            end_column: place.map(|(_, end)| end.1),
            help: &diagnostic.help,
        };
        report.push_str(&serde_json::to_string(&line).unwrap_or_default());
        report.push('\n');
    }
    report
}
