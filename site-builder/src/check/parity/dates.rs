//! Finds the dates in a text, and writes them in one notation for all languages.

use domain::Locale;
use language::Language;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How dates are compared between two languages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DateComparison {
    /// Both languages have a file in the crate `language`: dates are compared as a whole.
    Whole,
    /// The month names of at least one language are unknown: day and year are compared as numbers.
    DayAndYear,
}

/// Dates in digits, the same in all languages. Boundaries are those of ASCII (`(?-u:\b)`): `2025г.`
/// ends a date, and the regex engine's fast DFA can search Cyrillic text.
#[expect(clippy::expect_used, reason = "a constant, which a test compiles")]
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4}))(?-u:\b)",
    )
    .expect("a valid pattern")
});

impl DateComparison {
    /// The comparison between these two languages.
    pub(super) fn of(one: &Locale, other: &Locale) -> Self {
        let are_known = [one, other].map(|locale| Language::of(locale.as_str()).is_some());
        match are_known {
            [true, true] => Self::Whole,
            _ => Self::DayAndYear,
        }
    }

    /// Adds the dates of a text to `found`, and returns the text with `|` in their places.
    pub(super) fn take<'t>(
        self,
        text: &'t str,
        locale: &Locale,
        found: &mut BTreeSet<String>,
    ) -> Cow<'t, str> {
        let mut add = |year: &str, month: Option<u32>, day: &str| match (self, month) {
            (Self::Whole, Some(month)) => {
                found.insert(format!("{year}-{month:02}-{day:0>2}"));
            }
            _ => {
                found.insert(year.to_owned());
                found.insert(day.trim_start_matches('0').to_owned());
            }
        };
        let rest = DIGITS.replace_all(text, |captures: &Captures<'_>| {
            let [year, month, day] = if captures.name("y").is_some() {
                ["y", "m", "d"].map(|name| group(captures, name))
            } else {
                ["year", "month", "day"].map(|name| group(captures, name))
            };
            add(year, Some(two_digits(month)), day);
            "|"
        });
        let (Self::Whole, Some(language)) = (self, Language::of(locale.as_str())) else {
            return rest;
        };
        let dates = &language.dates;
        let mut rest = rest;
        for pattern in dates.patterns() {
            let replaced = pattern.replace_all(&rest, |captures: &Captures<'_>| {
                let month = dates.month(&group(captures, "month").to_lowercase());
                add(group(captures, "year"), month, group(captures, "day"));
                "|"
            });
            if let Cow::Owned(replaced) = replaced {
                rest = Cow::Owned(replaced);
            }
        }
        rest
    }
}

/// A named group that takes part in every match.
#[expect(
    clippy::expect_used,
    reason = "the names are constants, which a test checks"
)]
fn group<'t>(captures: &Captures<'t>, name: &str) -> &'t str {
    captures.name(name).expect("a group of the match").as_str()
}

fn two_digits(digits: &str) -> u32 {
    let digits = digits.bytes().map(|byte| u32::from(byte - b'0'));
    digits.fold(0, |value, digit| value * 10 + digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, text: &str, comparison: DateComparison, expected: &[&str]) {
        let locale = Locale::try_from(locale).unwrap();
        let mut mentions = BTreeSet::new();
        let rest = comparison.take(text, &locale, &mut mentions);
        assert!(!rest.contains("2025"), "{rest}");
        assert_eq!(mentions.iter().collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn the_pattern_compiles_and_names_its_groups() {
        let names: Vec<_> = DIGITS.capture_names().flatten().collect();
        assert_eq!(names, ["y", "m", "d", "day", "month", "year"]);
    }

    #[test]
    fn a_date_is_the_same_however_it_is_written() {
        for (locale, words) in [
            ("en", "since 17 April 2025,"),
            ("ru", "с 17 апреля 2025 года"),
            ("kk", "2025 жылғы 17 сәуірден"),
            ("kk", "2025 ж. 17 сәуір"),
            ("ru", "17.04.2025 г."),
            ("en", "on 2025-04-17."),
        ] {
            check(locale, words, DateComparison::Whole, &["2025-04-17"]);
        }
        check(
            "ru",
            "5 мая 2025, 6 марта 2025",
            DateComparison::Whole,
            &["2025-03-06", "2025-05-05"],
        );
    }
}
