//! Parses TOML with the position of the first error.

use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml_edit::{DocumentMut, TomlError};

/// Parses a whole file.
///
/// # Errors
/// The first error.
pub fn parse<T: DeserializeOwned>(
    sources: &Sources,
    file: FileId,
    help: &str,
) -> Result<T, Diagnostic> {
    let text = sources.text(file);
    parse_part(text, 0..text.len(), file, help)
}

/// Parses a part of a file, such as front matter. Spans are those of the file.
///
/// # Errors
/// The first error.
pub fn parse_part<T: DeserializeOwned>(
    text: &str,
    part: Range<usize>,
    file: FileId,
    help: &str,
) -> Result<T, Diagnostic> {
    let offset = part.start;
    let whole = part.clone();
    toml::from_str(slice(text, part)).map_err(|error| {
        // A missing key has the empty span 0..0.
        let span = match error.span() {
            Some(span) if span.end > 0 => offset + span.start..offset + span.end,
            _ => whole,
        };
        if let Some(quote) = text.get(span.start..).and_then(foreign_quote) {
            let end = span.start + quote.len_utf8();
            return Diagnostic::at(
                Code::InvalidToml,
                file,
                span.start..end,
                format!("a value can't begin with `{quote}`"),
                "values stand in straight quotes, which may hold others: `title = \"Policy of «Example»\"`",
            );
        }
        let message = error.message().trim().replace('\n', ", ");
        Diagnostic::at(Code::InvalidToml, file, span, lower_first(&message), help)
    })
}

/// The typographic quotation mark at the beginning of a text, if any.
fn foreign_quote(text: &str) -> Option<char> {
    text.chars()
        .next()
        .filter(|first| "«»„“”‘’‹›".contains(*first))
}

fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        // `TOML parse error` keeps its capitals.
        Some(first) if characters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => message.to_owned(),
    }
}

/// Parses a whole file for editing: comments and order are preserved.
///
/// # Errors
/// The diagnostic of a file that isn't TOML.
pub fn parse_editable(sources: &Sources, file: FileId) -> Result<DocumentMut, Diagnostic> {
    sources.text(file).parse().map_err(|error: TomlError| {
        Diagnostic::at(
            Code::InvalidToml,
            file,
            // An error without a span is about the whole file.
            error.span().unwrap_or(0..0),
            lower_first(&error.message().trim().replace('\n', ", ")),
            "the file isn't TOML; put the mistake right first",
        )
    })
}
