//! The words of a theme: one TOML file per locale, the same keys in each.

use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use domain::Locale;
use minijinja::Value;
use minijinja::value::Serde;
use std::collections::{BTreeMap, BTreeSet};

const HELP: &str = "a string stands in quotes: `title = \"Cookies\"`";

/// The words of a theme in one locale.
#[derive(Debug, Clone)]
pub struct Strings {
    table: toml::Table,
    value: Value,
}

impl Strings {
    /// The words as templates see them in `t`.
    pub fn value(&self) -> Value {
        self.value.clone()
    }

    /// The string with that dotted key: `locale.name`.
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut names = key.split('.');
        let mut value = self.table.get(names.next()?)?;
        for name in names {
            value = value.as_table()?.get(name)?;
        }
        value.as_str()
    }

    /// A whole table as text, for its hash.
    pub fn table_text(&self, key: &str) -> String {
        self.table
            .get(key)
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// The form of a plural that fits a number, with the number in it.
    pub fn plural(&self, key: &str, locale: &Locale, number: u32) -> Option<String> {
        let form = super::filters::category(locale.as_str(), number.into());
        let text = self
            .get(&format!("{key}.{form}"))
            .or_else(|| self.get(&format!("{key}.other")))?;
        Some(text.replace("{n}", &number.to_string()))
    }
}

/// Reads the strings of each locale and compares their keys.
pub(super) fn read(
    sources: &Sources,
    files: &BTreeMap<Locale, FileId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Locale, Strings> {
    let mut strings = BTreeMap::new();
    for (locale, file) in files {
        match toml_file::parse::<toml::Table>(sources, *file, HELP) {
            Ok(table) => {
                let value = Value::from(Serde(&table));
                strings.insert(locale.clone(), Strings { table, value });
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    compare(sources, files, &strings, diagnostics);
    strings
}

/// A key that one locale has, each must have: a missing word is an error, never a fallback to another language.
fn compare(
    sources: &Sources,
    files: &BTreeMap<Locale, FileId>,
    strings: &BTreeMap<Locale, Strings>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let keys: BTreeMap<&Locale, BTreeSet<String>> = strings
        .iter()
        .map(|(locale, strings)| (locale, keys_of(&strings.table)))
        .collect();
    for (locale, own) in &keys {
        let Some(file) = files.get(*locale) else {
            continue;
        };
        let all: BTreeSet<&String> = keys.values().flatten().collect();
        for missing in all.into_iter().filter(|key| !own.contains(*key)) {
            let others: Vec<String> = keys
                .iter()
                .filter(|(_, theirs)| theirs.contains(missing))
                .map(|(other, _)| format!("`{other}`"))
                .collect();
            let have = if others.len() == 1 { "has" } else { "have" };
            diagnostics.push(Diagnostic::on(
                Code::MissingString,
                sources.path(*file).as_str(),
                format!(
                    "`{locale}` has no string `{missing}`, which {} {have}",
                    others.join(", ")
                ),
                "add it: each locale has the same strings",
            ));
        }
    }
}

/// Dotted keys of all strings. The forms of a plural count as one: languages differ in how many they have.
fn keys_of(table: &toml::Table) -> BTreeSet<String> {
    fn collect(table: &toml::Table, prefix: &str, keys: &mut BTreeSet<String>) {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            match value.as_table() {
                Some(inner) if inner.contains_key("other") => {
                    keys.insert(key);
                }
                Some(inner) => collect(inner, &format!("{key}."), keys),
                None => {
                    keys.insert(key);
                }
            }
        }
    }
    let mut keys = BTreeSet::new();
    collect(table, "", &mut keys);
    keys
}
