//! How languages are written: `data/<locale>.toml`, a file for each language, read by the builder
//! and the importer alike.
//!
//! In a language without a file, references are explicit links, dates are compared in part, and
//! the importer knows its numbers but none of its words.
//!
//! Patterns are regular expressions in which spaces, line ends and `# comments` don't count. Names
//! in capitals stand for words and numbers:
//!
//! | name | stands for |
//! |---|---|
//! | `AND` | any of the `conjunctions` |
//! | `DAY`, `MONTH`, `YEAR` | in `dates`: the parts of a date, each exactly once |
//! | `UNIT` | any of the `units`, `articles`, `chapters`, `document_parts` and `appendices` |
//! | `ARTICLE`, `APPENDIX`, `POINT`, `LAW` | any of the `articles`, `appendices`, `points`, `laws` |
//! | `NUMBERS` | in `references.pattern`, exactly once: `5.2`, `5.2(a)`, or `5.2, 5.3 and 7.2` |
//! | `POINTS` | marks of points: `а) и б)` |
//! | `MORE` | further numbers, if any: ` and 6` |
//! | `SUBDIVISIONS` | what is smaller than a clause after its number, if any: `(1)(f)`, ` Abs. 1 lit. a` |
//!
//! They use ranges such as `[Ѐ-ӿ]`, Cyrillic letters: the Unicode classes `\p{L}`, `\w` and `\d`
//! take longer to compile than a small site takes to build. They don't begin with `\b`: the regex
//! engine's fast DFA can't handle Unicode word boundaries next to non-ASCII letters.

mod alphabet;
mod candidates;
mod detect;
mod label;
mod mark;
mod number;
mod numeral;
mod references;
mod systems;

pub use alphabet::steps;
pub use candidates::Candidates;
pub use detect::detect;
pub use label::{Label, Unit};
pub use mark::{Frame, Mark, Series};
pub use number::{Leading, Number, Part};
pub use numeral::{Style, digit};
pub use references::ReferencePatterns;
pub use systems::{Beyond, Numerals};

use references::References;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

// `FILES`: locale and text of each file in `data/`, sorted by locale.
include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The languages of [`FILES`], each read when it is asked for.
static LANGUAGES: [OnceLock<Language>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// The file of a language. Words are in lower case where the comparison ignores case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// The script it is written in (ISO 15924), such as `Cyrl`.
    pub script: String,
    /// The locale by whose rules CLDR writes dates, if not the language alone.
    pub cldr_locale: Option<String>,
    /// Whether `10,000` is ten thousand. Otherwise a comma comes before decimals.
    #[serde(default)]
    pub comma_groups_thousands: bool,
    /// The words of a glossary's term that take endings; none if absent.
    pub inflection: Option<Inflection>,
    /// Words before the last number of a list.
    conjunctions: Vec<String>,
    /// The words that are most frequent in any text, by which the language is recognised; not needed
    /// where no other language is written with its letters.
    #[serde(default)]
    frequent_words: Vec<String>,
    /// How dates are written in words.
    pub dates: Dates,
    /// How clauses are referred to.
    references: References,
    /// Words for the parts of a document beside their numbers.
    #[serde(default)]
    pub sections: Sections,
    /// Words by which parts of a document are recognised.
    #[serde(default)]
    pub documents: Documents,
    /// Its letters and signs.
    #[serde(default)]
    pub letters: Letters,
    /// Placeholders of templates and the variables for them. Hyphens and underscores count as
    /// spaces.
    #[serde(default)]
    pub placeholders: BTreeMap<String, String>,
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
    /// The stems of the names of months, January first. `|` is between several stems of one name.
    months: [String; 12],
    /// The ways in which a date is written. Case is ignored.
    patterns: Vec<String>,
    /// Words beside a year: `2024 жылғы 5 қыркүйек`.
    #[serde(default)]
    pub year_words: Vec<String>,
    /// Stems in a line that states the date of the document: `Last updated`.
    #[serde(default)]
    pub stems: Vec<String>,
    #[serde(skip)]
    compiled: OnceLock<Vec<Regex>>,
}

/// Words for the parts of a document, and the unit that each names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sections {
    /// Words before a number: `Article 5`.
    pub words: BTreeMap<String, Unit>,
    /// Suffixes of a number: `1-бап`, `第五条`.
    pub suffixes: BTreeMap<String, Unit>,
    /// Endings of ordinal numbers in digits: `1er`, `1º`.
    pub ordinals: Vec<String>,
    /// What stands before a number that has one of the `suffixes`: `第`.
    pub prefix: Option<String>,
    /// Words for "number" after a word, without a dot: `nr`.
    pub signs: Vec<String>,
}

/// Words by which parts of a document are recognised.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// Stems of words for a policy document; a heading with one of them is the title.
    pub title_stems: Vec<String>,
    /// Legal forms and labels that begin the line under a title. Up to five characters are compared
    /// as a whole word, longer ones as a prefix.
    pub subtitle_words: Vec<String>,
    /// Stems in the headings of sections that define terms.
    pub definition_stems: Vec<String>,
    /// Words around page numbers: `Page 3 of 10`, `Стр. 3`.
    pub page_words: Vec<String>,
    /// Words in brackets for the signs of an e-mail address: `privacy[at]example[dot]com`.
    pub address_words: Vec<String>,
}

/// The letters and signs of a language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letters {
    /// Whether the dash between spaces is an em dash; otherwise an en dash.
    pub long_dash: bool,
    /// Letters, in lower case, that other languages of the same script here lack. A name without
    /// any of them may be a foreign one.
    pub own_letters: String,
    /// Endings of words by which a name in this language is recognised in a text of another one.
    pub name_endings: Vec<String>,
    /// Foreign letters that are typed for those of this language, and the right ones.
    pub homoglyphs: BTreeMap<char, char>,
    /// Abbreviations typed with homoglyphs of another alphabet, and the right ones. They are
    /// replaced only in documents of this language.
    pub abbreviations: BTreeMap<String, String>,
}

impl Language {
    /// The language of a locale; `None` if it has no file.
    pub fn of(locale: &str) -> Option<&'static Self> {
        Self::at(FILES.iter().position(|(name, _)| *name == locale)?)
    }

    /// All languages.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        (0..FILES.len()).filter_map(Self::at)
    }

    /// All languages with their locales, sorted by locale.
    pub fn named() -> impl Iterator<Item = (&'static str, &'static Self)> {
        let files = FILES.iter().enumerate();
        files.filter_map(|(place, (locale, _))| Some((*locale, Self::at(place)?)))
    }

    #[expect(clippy::expect_used, reason = "constants, which a test reads")]
    fn at(place: usize) -> Option<&'static Self> {
        let (cell, (_, file)) = (LANGUAGES.get(place)?, FILES.get(place)?);
        Some(cell.get_or_init(|| toml::from_str(file).expect("a file of a language")))
    }

    /// The patterns by which references are found, compiled at their first use.
    pub fn references(&self) -> &ReferencePatterns {
        self.references.patterns(&self.conjunctions, &self.sections)
    }
}

impl Dates {
    /// The ways in which a date is written, each with the groups `day`, `month` and `year`.
    pub fn patterns(&self) -> &[Regex] {
        self.compiled.get_or_init(|| {
            // Longer stems first: `март` also starts with `ма`, that of May.
            let mut stems: Vec<&str> = self.stems().map(|(_, stem)| stem).collect();
            stems.sort_by_key(|stem| Reverse(stem.len()));
            // Boundaries of ASCII: `2025г.` ends a date, and the fast DFA can search Cyrillic text.
            let names = [
                ("DAY", r"(?-u:\b)(?<day>[0-9]{1,2})".to_owned()),
                (
                    "MONTH",
                    format!("(?<month>{})", stems.join("|").replace(' ', r"\ ")),
                ),
                ("YEAR", r"(?-u:\b)(?<year>[0-9]{4})(?-u:\b)".to_owned()),
            ];
            let patterns = self.patterns.iter();
            patterns
                .map(|pattern| compile(&format!("(?i){pattern}"), &names))
                .collect()
        })
    }

    /// The number of a month, 1 to 12, by its name in lower case, which may have an ending or be
    /// shortened to three letters or more.
    pub fn month(&self, name: &str) -> Option<u32> {
        let is_shortened = name.chars().count() >= 3;
        self.stems()
            .filter(|(_, stem)| name.starts_with(stem) || is_shortened && stem.starts_with(name))
            // `март` also starts with `ма`, the stem of May, and Czech `červenec`, July, with all of
            // June, `červen`.
            .max_by_key(|(_, stem)| (*stem == name, stem.len()))
            .map(|(month, _)| month)
    }

    /// The stems of the names of months, each with the month's number.
    fn stems(&self) -> impl Iterator<Item = (u32, &str)> {
        let months = (1..).zip(&self.months);
        months.flat_map(|(month, stems)| stems.split('|').map(move |stem| (month, stem)))
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
    use std::collections::BTreeSet;

    #[test]
    fn every_pattern_of_every_language_compiles_and_names_its_groups() {
        let groups = |pattern: &Regex| -> BTreeSet<String> {
            let names = pattern.capture_names().flatten();
            names.map(str::to_owned).collect()
        };
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        for (locale, language) in Language::named() {
            let references = &language.references;
            let after = [&references.foreign_after, &references.own_after];
            let has_subdivisions = after.iter().any(|pattern| {
                let pattern = pattern.as_ref();
                pattern.is_some_and(|pattern| pattern.contains("SUBDIVISIONS"))
            });
            assert_eq!(
                has_subdivisions,
                !references.subdivisions.is_empty(),
                "{locale}"
            );
            for dates in language.dates.patterns() {
                assert_eq!(groups(dates), names(&["day", "month", "year"]), "{locale}");
            }
            let reference = groups(&language.references().reference);
            let known = names(&[
                "numbers",
                "marks",
                "points",
                "in_article",
                "in_appendix",
                "unit",
                "article",
                "chapter",
                "part",
                "appendix",
            ]);
            assert!(
                reference.contains("numbers") && reference.is_subset(&known),
                "{locale}"
            );
        }
        assert!(Language::of("tlh").is_none());
    }

    #[test]
    fn months_are_known_with_endings_and_shortened() {
        for (locale, name, month) in [
            ("ru", "марта", Some(3)),
            ("ru", "мар", Some(3)),
            ("ru", "мая", Some(5)),
            ("en", "sept", Some(9)),
            ("en", "ju", None),
            ("kk", "сәуірдегі", Some(4)),
        ] {
            assert_eq!(
                Language::of(locale).unwrap().dates.month(name),
                month,
                "{name}"
            );
        }
    }
}
