//! The strings of a theme, in TOML files per locale: those for visitors, the same keys in each
//! locale, and those of the operator's page, with English for what a locale lacks.

use super::changed_strings;
use super::files::{HELP, REFERENCE, StringFiles};
use super::translation;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::Sources;
use domain::Locale;
use minijinja::Value;
use minijinja::value::Serde;
use std::collections::{BTreeMap, BTreeSet};

/// The strings of a theme in one locale.
#[derive(Debug, Clone)]
pub struct Strings {
    /// The strings for visitors.
    visitor: toml::Table,
    /// The strings for visitors and those of the operator's page.
    all: toml::Table,
    /// `all` as a template value.
    value: Value,
}

impl Strings {
    /// The value of `t` in templates.
    pub fn value(&self) -> Value {
        self.value.clone()
    }

    /// The string with that dotted key: `page.menu`.
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut names = key.split('.');
        let mut value = self.all.get(names.next()?)?;
        for name in names {
            value = value.as_table()?.get(name)?;
        }
        value.as_str()
    }

    /// A table of the strings for visitors as TOML, to be hashed; empty where there is none.
    pub fn table_text(&self, key: &str) -> String {
        self.visitor
            .get(key)
            .map_or_else(String::new, ToString::to_string)
    }

    /// The form of a plural that fits a number, with the number in it; empty where there is none.
    pub fn plural(&self, key: &str, locale: &Locale, number: u32) -> String {
        let form = super::filters::category(locale.as_str(), number.into());
        let text = self
            .get(&format!("{key}.{form}"))
            .or_else(|| self.get(&format!("{key}.other")));
        text.map_or_else(String::new, |text| text.replace("{n}", &number.to_string()))
    }
}

/// Parses the strings of each locale and compares the keys of those for visitors.
pub(super) fn read(
    sources: &Sources,
    files: &StringFiles,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Locale, Strings> {
    let mut visitor = parse(sources, &files.visitor, diagnostics);
    let mut admin = parse(sources, &files.admin, diagnostics);
    for (tables, changed) in [
        (&mut visitor, &files.changed.visitor),
        (&mut admin, &files.changed.admin),
    ] {
        for (locale, file) in changed {
            // A file of the base that can't be read has been diagnosed.
            if let Some(strings) = tables.get_mut(locale) {
                changed_strings::apply(sources, *file, strings, diagnostics);
            }
        }
    }
    compare(sources, &files.visitor, &visitor, diagnostics);
    translation::check(sources, files, diagnostics);
    let fallback = admin
        .iter()
        .find(|(locale, _)| locale.as_str() == REFERENCE)
        .map(|(_, table)| table);
    let complete = |(locale, visitor): (Locale, toml::Table)| {
        let mut all = visitor.clone();
        for table in admin.get(&locale).into_iter().chain(fallback) {
            add_missing(&mut all, table);
        }
        let value = Value::from(Serde(&all));
        let strings = Strings {
            visitor,
            all,
            value,
        };
        (locale, strings)
    };
    visitor.into_iter().map(complete).collect()
}

fn parse(
    sources: &Sources,
    files: &BTreeMap<Locale, FileId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Locale, toml::Table> {
    let mut tables = BTreeMap::new();
    for (locale, file) in files {
        let table = or_report(toml_file::parse(sources, *file, HELP), diagnostics);
        tables.extend(table.map(|table| (locale.clone(), table)));
    }
    tables
}

/// Adds the strings that a table lacks. A plural counts as one string: its forms belong to one
/// language.
fn add_missing(table: &mut toml::Table, fallback: &toml::Table) {
    for (name, value) in fallback {
        match (table.get_mut(name), value) {
            (None, value) => _ = table.insert(name.clone(), value.clone()),
            (Some(toml::Value::Table(own)), toml::Value::Table(fallback)) if !is_plural(own) => {
                add_missing(own, fallback);
            }
            (Some(_), _) => {}
        }
    }
}

/// Whether a table holds the forms of one plural.
fn is_plural(table: &toml::Table) -> bool {
    table.contains_key("other")
}

/// Diagnoses keys that one locale has and another lacks.
fn compare(
    sources: &Sources,
    files: &BTreeMap<Locale, FileId>,
    tables: &BTreeMap<Locale, toml::Table>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let keys: BTreeMap<&Locale, BTreeSet<String>> = tables
        .iter()
        .map(|(locale, table)| (locale, keys_of(table)))
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

/// Dotted keys of all strings. A plural has one key: languages differ in how many forms they have.
fn keys_of(table: &toml::Table) -> BTreeSet<String> {
    fn collect(table: &toml::Table, prefix: &str, keys: &mut BTreeSet<String>) {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            match value.as_table() {
                Some(inner) if !is_plural(inner) => collect(inner, &format!("{key}."), keys),
                Some(_) | None => _ = keys.insert(key),
            }
        }
    }
    let mut keys = BTreeSet::new();
    collect(table, "", &mut keys);
    keys
}
