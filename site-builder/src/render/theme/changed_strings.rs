//! Strings of an overlay: a file has only those that differ, and puts them into the strings of the
//! base.

use super::files::HELP;
use crate::content::similar_name::most_similar;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use std::ops::Range;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

/// A string of an overlay's file, or what stands in the place of one.
struct Change {
    /// The names of its tables, and its own.
    path: Vec<String>,
    /// `None` for what is no text.
    words: Option<String>,
    /// Bytes of the value in the file.
    span: Range<usize>,
}

/// Puts the strings of an overlay's file into those of its base. Those that the base lacks are
/// diagnosed: no template would show them.
pub(super) fn apply(
    sources: &Sources,
    file: FileId,
    strings: &mut Table,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Err(diagnostic) = toml_file::parse::<Table>(sources, file, HELP) {
        diagnostics.push(diagnostic);
        return;
    }
    for change in changes(sources.text(file)) {
        match (find(strings, &change.path), change.words) {
            (Some(string), Some(words)) => *string = words,
            (Some(_), None) => diagnostics.push(Diagnostic::at(
                Code::InvalidFact,
                file,
                change.span,
                format!("`{}` is no text", change.path.join(".")),
                HELP,
            )),
            (None, _) => {
                let key = change.path.join(".");
                let mut known = Vec::new();
                collect_keys(strings, "", &mut known);
                let similar = most_similar(&key, known.iter().map(String::as_str));
                let help = similar.map_or_else(
                    || "take a key of the base's file".to_owned(),
                    |name| format!("did you mean `{name}`?"),
                );
                diagnostics.push(Diagnostic::at(
                    Code::InvalidFact,
                    file,
                    change.span,
                    format!("the base has no string `{key}`"),
                    help,
                ));
            }
        }
    }
}

/// What a file changes; nothing where it isn't TOML.
fn changes(text: &str) -> Vec<Change> {
    fn collect(table: &DeTable<'_>, around: &[String], found: &mut Vec<Change>) {
        for (name, value) in table {
            let mut path = around.to_vec();
            path.push(name.get_ref().to_string());
            let words = match value.get_ref() {
                DeValue::Table(inner) => {
                    collect(inner, &path, found);
                    continue;
                }
                DeValue::String(words) => Some(words.to_string()),
                _ => None,
            };
            let span = value.span();
            found.push(Change { path, words, span });
        }
    }
    let mut found = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        collect(table.get_ref(), &[], &mut found);
    }
    found
}

/// The string at a path.
fn find<'t>(strings: &'t mut Table, path: &[String]) -> Option<&'t mut String> {
    let (name, around) = path.split_last()?;
    let mut table = strings;
    for name in around {
        table = table.get_mut(name)?.as_table_mut()?;
    }
    match table.get_mut(name)? {
        Value::String(string) => Some(string),
        _ => None,
    }
}

fn collect_keys(strings: &Table, prefix: &str, keys: &mut Vec<String>) {
    for (name, value) in strings {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(inner) => collect_keys(inner, &format!("{key}."), keys),
            _ => keys.push(key),
        }
    }
}
