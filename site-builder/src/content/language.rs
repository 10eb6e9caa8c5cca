//! How a language is written: `languages/<locale>.toml`, a file for each supported language.
//!
//! In a language without a file, references are explicit links and dates are compared in part.
//!
//! Patterns are regular expressions in which spaces, line ends and `# comments` don't count. Names
//! in capitals stand for words and numbers:
//!
//! | name | stands for |
//! |---|---|
//! | `AND` | any of the `conjunctions` of all languages |
//! | `DAY`, `MONTH`, `YEAR` | in `dates`: the parts of a date, each exactly once |
//! | `UNIT`, `LAW` | any of the `units` or `laws` |
//! | `NUMBERS` | in `references.pattern`, exactly once: `5.2`, or `5.2, 5.3 and 7.2` |
//! | `MORE` | further numbers, if any: ` and 6` |
//!
//! They use ranges such as `[Ѐ-ӿ]`, Cyrillic letters: the Unicode classes `\p{L}`, `\w` and `\d`
//! take longer to compile than a small site takes to build. They don't begin with `\b`: the regex
//! engine's fast DFA can't handle Unicode word boundaries next to non-ASCII letters.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::{LazyLock, OnceLock};

/// The languages with a file; a further one needs a file and a line here.
const FILES: [(&str, &str); 3] = [
    ("en", include_str!("languages/en.toml")),
    ("kk", include_str!("languages/kk.toml")),
    ("ru", include_str!("languages/ru.toml")),
];

#[expect(clippy::expect_used, reason = "constants, which a test reads")]
static LANGUAGES: LazyLock<[(&str, Language); FILES.len()]> = LazyLock::new(|| {
    FILES.map(|(locale, file)| (locale, toml::from_str(file).expect("a language")))
});

/// The file of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// The locale by whose rules CLDR writes dates, if not the language alone.
    pub cldr_locale: Option<String>,
    /// Whether `10,000` is ten thousand. Otherwise a comma comes before decimals.
    #[serde(default)]
    pub comma_groups_thousands: bool,
    /// The words of a glossary's term that take endings; none if absent.
    pub inflection: Option<Inflection>,
    /// Words before the last number of a list.
    conjunctions: Vec<String>,
    /// How dates are written in words.
    pub dates: Dates,
    /// How clauses are referred to.
    pub references: References,
}

/// Which words of a term take endings.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inflection {
    /// Every word: a term is written as the stems of its words.
    EveryWord,
    /// The last word: a term is written in the nominative.
    LastWord,
}

/// How dates are written in words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The stems of the names of months, in lower case, January first.
    months: [String; 12],
    /// A date. Case is ignored.
    pattern: String,
    #[serde(skip)]
    compiled: OnceLock<Regex>,
}

/// How clauses are referred to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// Words for a clause or section of a document.
    units: Vec<String>,
    /// Words for a law or another document.
    laws: Vec<String>,
    /// A whole reference. Case is ignored.
    pattern: String,
    /// The text right after a reference to another document.
    foreign_after: Option<String>,
    /// The text right after a reference to this document that `foreign_after` matches too.
    own_after: Option<String>,
    /// The text right before a reference to another document.
    foreign_before: Option<String>,
    #[serde(skip)]
    compiled: OnceLock<ReferencePatterns>,
}

/// The patterns of [`References`].
#[derive(Debug)]
pub struct ReferencePatterns {
    /// The whole reference; the group `numbers` holds one or more numbers.
    pub reference: Regex,
    foreign_after: Option<Regex>,
    own_after: Option<Regex>,
    foreign_before: Option<Regex>,
}

impl Language {
    /// The language of a locale; `None` if it has no file.
    pub fn of(locale: &str) -> Option<&'static Self> {
        let mut known = LANGUAGES.iter();
        known.find_map(|(name, language)| (*name == locale).then_some(language))
    }
}

impl Dates {
    /// A date, with the groups `day`, `month` and `year`.
    pub fn pattern(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            // Longer stems first: `март` also starts with `ма`, that of May.
            let mut stems: Vec<&str> = self.months.iter().map(String::as_str).collect();
            stems.sort_by_key(|stem| Reverse(stem.len()));
            // Boundaries of ASCII: `2025г.` ends a date, and the fast DFA can search Cyrillic text.
            let names = [
                ("DAY", r"(?-u:\b)(?<day>[0-9]{1,2})".to_owned()),
                ("MONTH", format!("(?<month>{})", stems.join("|"))),
                ("YEAR", r"(?-u:\b)(?<year>[0-9]{4})(?-u:\b)".to_owned()),
            ];
            compile(&format!("(?i){}", self.pattern), &names)
        })
    }

    /// The number of a month, 1 to 12, by the stem that the pattern found.
    pub fn month(&self, stem: &str) -> Option<usize> {
        let index = self.months.iter().position(|month| month == stem)?;
        Some(index + 1)
    }
}

impl References {
    /// The patterns, compiled at their first use.
    pub fn patterns(&self) -> &ReferencePatterns {
        self.compiled.get_or_init(|| {
            let languages = LANGUAGES.iter().map(|(_, language)| language);
            let and = any_of(languages.flat_map(|language| &language.conjunctions));
            let numbers = format!(
                r"(?<numbers>[0-9]+(?:\.[0-9]+)*(?:\.?,?\s*(?:{and}|,|–|-)\s*[0-9]+(?:\.[0-9]+)+)*)"
            );
            let more = format!(r"(?:(?:\s*,\s*|\s*[–-]\s*|\s+{and}\s+)[0-9]+)*");
            let names = [
                ("UNIT", any_of(&self.units)),
                ("LAW", any_of(&self.laws)),
                ("NUMBERS", numbers),
                ("MORE", more),
                ("AND", and),
            ];
            let after = |pattern: &String| compile(&format!("^(?:{pattern})"), &names);
            let before = |pattern: &String| compile(&format!("(?:{pattern})$"), &names);
            ReferencePatterns {
                reference: compile(&format!("(?i){}", self.pattern), &names),
                foreign_after: self.foreign_after.as_ref().map(after),
                own_after: self.own_after.as_ref().map(after),
                foreign_before: self.foreign_before.as_ref().map(before),
            }
        })
    }
}

impl ReferencePatterns {
    /// Whether a reference is one to another document, by the text around it.
    pub fn is_foreign(&self, before: &str, after: &str) -> bool {
        let matches = |pattern: &Option<Regex>, text| {
            let pattern = pattern.as_ref();
            pattern.is_some_and(|pattern| pattern.is_match(text))
        };
        matches(&self.foreign_after, after) && !matches(&self.own_after, after)
            || matches(&self.foreign_before, before)
    }
}

fn any_of<'w>(words: impl IntoIterator<Item = &'w String>) -> String {
    let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
    format!("(?:{})", words.join("|"))
}

/// Compiles a pattern in which the names in capitals are replaced by their meanings.
#[expect(clippy::expect_used, reason = "constants, which a test compiles")]
fn compile(pattern: &str, names: &[(&str, String)]) -> Regex {
    let mut pattern = pattern.to_owned();
    for (name, meaning) in names {
        pattern = pattern.replace(name, meaning);
    }
    let mut builder = RegexBuilder::new(&pattern);
    builder
        .ignore_whitespace(true)
        .build()
        .expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::source;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_a_language() {
        let listing = source::list("src/content/languages".into()).unwrap();
        let known = FILES.map(|(locale, _)| format!("{locale}.toml"));
        assert_eq!(listing.files, known);
    }

    #[test]
    fn every_pattern_of_every_language_compiles_and_names_its_groups() {
        let groups = |pattern: &Regex| -> BTreeSet<String> {
            let names = pattern.capture_names().flatten();
            names.map(str::to_owned).collect()
        };
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        for (locale, language) in LANGUAGES.iter() {
            let dates = groups(language.dates.pattern());
            assert_eq!(dates, names(&["day", "month", "year"]), "{locale}");
            let reference = &language.references.patterns().reference;
            assert_eq!(groups(reference), names(&["numbers"]), "{locale}");
        }
    }
}
