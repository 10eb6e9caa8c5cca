//! Checks the words of a theme in each language against the English ones: placeholders, plural
//! forms, words that were left in English, and files in another language than their name says.

use super::files::{REFERENCE, StringFiles};
use super::filters;
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::Sources;
use domain::Locale;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

const HELP: &str =
    "it has a list `names`, and a table `[words]` with a list for each language: `de = [\"Name\"]`";

/// What may be written as in English: `strings/names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SameWords {
    /// In any language.
    names: BTreeSet<String>,
    /// In the language with that code.
    words: BTreeMap<String, BTreeSet<String>>,
}

impl SameWords {
    /// Adds those of a further file.
    fn extend(&mut self, further: Option<Self>) {
        if let Some(Self { names, words }) = further {
            self.names.extend(names);
            for (language, words) in words {
                self.words.entry(language).or_default().extend(words);
            }
        }
    }
}

/// A string of a file.
struct Entry {
    value: String,
    /// Bytes of the value in the file.
    span: Range<usize>,
}

/// The strings of a file by dotted key.
type Entries = BTreeMap<String, Entry>;

/// Checks the strings for visitors.
pub(super) fn check(sources: &Sources, files: &StringFiles, diagnostics: &mut Vec<Diagnostic>) {
    let english = files.reference.map(|file| entries(sources.text(file)));
    let mut same_words = SameWords::default();
    for file in &files.names {
        let read = toml_file::parse(sources, *file, HELP);
        same_words.extend(or_report(read, diagnostics));
    }
    for (locale, file) in &files.visitor {
        let mut own = entries(sources.text(*file));
        let mut check = Check {
            locale,
            file: *file,
            diagnostics,
        };
        check.plurals(&own);
        let is_reference = locale.as_str() == REFERENCE;
        if let Some(english) = english.as_ref().filter(|_| !is_reference) {
            check.placeholders(&own, english);
            check.untranslated(&own, english, &same_words);
        }
        if let Some(changed) = files.changed.visitor.get(locale) {
            check.file = *changed;
            let changes = entries(sources.text(*changed));
            if let Some(english) = &english {
                // The templates fill in what the base's English strings name.
                check.placeholders(&changes, english);
                if !is_reference {
                    check.untranslated(&changes, english, &same_words);
                }
            }
            own.extend(changes);
        }
        if !is_reference {
            let path = sources.path(check.file);
            check.language(&own, path.as_str());
        }
    }
}

/// The strings of a file; none where it isn't TOML, which is diagnosed elsewhere.
fn entries(text: &str) -> Entries {
    fn collect(table: &DeTable<'_>, prefix: &str, entries: &mut Entries) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => collect(inner, &format!("{key}."), entries),
                DeValue::String(words) => {
                    let entry = Entry {
                        value: words.clone().into_owned(),
                        span: value.span(),
                    };
                    _ = entries.insert(key, entry);
                }
                _ => {}
            }
        }
    }
    let mut entries = Entries::new();
    if let Ok(table) = DeTable::parse(text) {
        collect(table.get_ref(), "", &mut entries);
    }
    entries
}

/// The check of one file.
struct Check<'c> {
    locale: &'c Locale,
    file: FileId,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn report(&mut self, code: Code, entry: &Entry, message: String, help: String) {
        let span = entry.span.clone();
        let diagnostic = Diagnostic::at(code, self.file, span, message, help);
        self.diagnostics.push(diagnostic);
    }

    /// A plural has exactly the forms that CLDR has for the language.
    fn plurals(&mut self, own: &Entries) {
        let Some(wanted) = filters::categories(self.locale.as_str()) else {
            return;
        };
        let list = format!("`{}`", wanted.join("`, `"));
        for (key, other) in own {
            let Some(plural) = key.strip_suffix(".other") else {
                continue;
            };
            let forms = own.iter().filter_map(|(key, entry)| {
                let form = key.strip_prefix(plural)?.strip_prefix('.')?;
                Some((form, entry))
            });
            let forms: BTreeMap<&str, &Entry> = forms.collect();
            let missing = wanted.iter().find(|form| !forms.contains_key(*form));
            if let Some(missing) = missing {
                self.report(
                    Code::PluralForm,
                    other,
                    format!("the plural `{plural}` lacks the form `{missing}`"),
                    format!("plurals of `{}` have {list} (CLDR)", self.locale),
                );
            }
            for (form, entry) in forms {
                if !wanted.contains(&form) {
                    self.report(
                        Code::PluralForm,
                        entry,
                        format!("`{}` has no plural form `{form}`", self.locale),
                        format!("plurals of `{}` have {list} (CLDR)", self.locale),
                    );
                }
            }
        }
    }

    fn placeholders(&mut self, own: &Entries, english: &Entries) {
        for (key, entry) in own {
            // `one` and `two` may be words without a number, and forms differ between languages.
            let plural = key
                .rsplit_once('.')
                .map(|(plural, _)| format!("{plural}.other"));
            let is_plural = plural.is_some_and(|other| english.contains_key(&other));
            let Some(original) = english.get(key).filter(|_| !is_plural) else {
                continue;
            };
            let wanted = placeholders(&original.value);
            let found = placeholders(&entry.value);
            let missing = wanted.difference(&found).map(|name| (name, "lacks"));
            let unknown = found.difference(&wanted).map(|name| (name, "has"));
            let different: Vec<(&&str, &str)> = missing.chain(unknown).collect();
            for (name, verb) in different {
                self.report(
                    Code::PlaceholderMismatch,
                    entry,
                    format!("`{key}` {verb} `{{{name}}}`, unlike the English string"),
                    format!("write the placeholders of “{}”", original.value),
                );
            }
        }
    }

    fn untranslated(&mut self, own: &Entries, english: &Entries, same: &SameWords) {
        let words = same.words.get(self.locale.as_str());
        let may_be_same = |value: &str| {
            same.names.contains(value) || words.is_some_and(|words| words.contains(value))
        };
        for (key, entry) in own {
            let is_same = english
                .get(key)
                .is_some_and(|original| original.value == entry.value);
            if is_same && !may_be_same(&entry.value) {
                self.report(
                    Code::UntranslatedString,
                    entry,
                    format!("`{key}` is the same as in English"),
                    format!(
                        "translate it; if `{}` writes it in the same way, add it to `strings/names.toml`",
                        self.locale
                    ),
                );
            }
        }
    }

    fn language(&mut self, own: &Entries, path: &str) {
        let text: Vec<&str> = own.values().map(|entry| entry.value.as_str()).collect();
        let code = |locale: &str| locale.split('-').next().map(str::to_owned);
        if let Some(found) = language::detect(&text.join(" "))
            && code(found) != code(self.locale.as_str())
        {
            self.diagnostics.push(Diagnostic::on(
                Code::WrongLanguage,
                path,
                format!("the strings of `{}` look like `{found}`", self.locale),
                "correct the name of the file, or its words",
            ));
        }
    }
}

/// The names in braces.
fn placeholders(value: &str) -> BTreeSet<&str> {
    let pieces = value.split('{').skip(1);
    pieces
        .filter_map(|piece| piece.split_once('}').map(|(name, _)| name))
        .collect()
}
