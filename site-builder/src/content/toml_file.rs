//! Reads a TOML text into a type and says where it doesn't fit.

use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml_edit::{DocumentMut, TomlError};

/// Reads a whole TOML file.
///
/// # Errors
/// One diagnostic with the place of the first mistake.
pub fn parse<T: DeserializeOwned>(
    sources: &Sources,
    file: FileId,
    help: &str,
) -> Result<T, Diagnostic> {
    let text = sources.text(file);
    parse_part(text, 0..text.len(), file, help)
}

/// Reads TOML that is a part of a file, such as front matter: places are places of the file.
///
/// # Errors
/// One diagnostic with the place of the first mistake.
pub fn parse_part<T: DeserializeOwned>(
    text: &str,
    part: Range<usize>,
    file: FileId,
    help: &str,
) -> Result<T, Diagnostic> {
    let offset = part.start;
    let whole = part.clone();
    toml::from_str(text.get(part).unwrap_or_default()).map_err(|error| {
        // A missing key has the empty span 0..0: then the whole part is the place.
        let span = match error.span() {
            Some(span) if span.end > 0 => offset + span.start..offset + span.end,
            _ => whole,
        };
        if let Some(quote) = foreign_quote(text.get(span.start..).unwrap_or_default()) {
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

/// The quotation mark of a language, or of a word processor, that a text begins with.
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

/// Reads a whole TOML file in order to change it: comments and order stay.
///
/// # Errors
/// The diagnostic of a text that is no TOML.
pub fn document(sources: &Sources, file: FileId) -> Result<DocumentMut, Diagnostic> {
    sources.text(file).parse().map_err(|error: TomlError| {
        Diagnostic::at(
            Code::InvalidToml,
            file,
            error.span().unwrap_or_default(),
            lower_first(&error.message().trim().replace('\n', ", ")),
            "the file isn't TOML; put the mistake right first",
        )
    })
}
