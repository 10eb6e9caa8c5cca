//! Dates of texts in different languages.

use domain::Locale;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How dates are compared between two languages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DateComparison {
    /// Both have a calendar: dates are compared as a whole.
    Whole,
    /// One has none, so that names of months are unknown: day and year are compared as numbers.
    DayAndYear,
}

/// How a language writes dates.
struct Calendar {
    /// With the groups `day`, `month` and `year`.
    pattern: Regex,
    /// The stems of their names, January first.
    months: Vec<&'static str>,
}

/// Dates in digits, the same in all languages. Boundaries are those of ASCII (`(?-u:\b)`): `2025г.`
/// ends a date, and the regex engine's fast DFA can search Cyrillic text.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u:\b)(?:(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4}))(?-u:\b)",
    )
});

static ENGLISH: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<day>[0-9]{1,2})\s+(?<month>MONTHS)\s+(?<year>[0-9]{4})(?-u:\b)",
        "january february march april may june july august september october november december",
    )
});

static RUSSIAN: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<day>[0-9]{1,2})\s+(?<month>MONTHS)[Ѐ-ӿ]*\s+(?<year>[0-9]{4})(?-u:\b)",
        "январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр",
    )
});

static KAZAKH: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<year>[0-9]{4})\s+(?:ж\.|жыл[Ѐ-ӿ]*)\s+(?<day>[0-9]{1,2})[\s-]+(?<month>MONTHS)",
        "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    )
});

#[expect(clippy::expect_used, reason = "constants, which a test compiles")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

fn calendar(date: &str, months: &'static str) -> Calendar {
    let months: Vec<&str> = months.split(' ').collect();
    // Longer stems first: `март` also starts with `ма`, that of May.
    let mut stems = months.clone();
    stems.sort_by_key(|stem| std::cmp::Reverse(stem.len()));
    Calendar {
        pattern: pattern(&date.replace("MONTHS", &stems.join("|"))),
        months,
    }
}

fn calendar_of(locale: &Locale) -> Option<&'static Calendar> {
    match locale.as_str() {
        "en" => Some(&ENGLISH),
        "ru" => Some(&RUSSIAN),
        "kk" => Some(&KAZAKH),
        _ => None,
    }
}

impl DateComparison {
    /// For these two languages.
    pub(super) fn of(one: &Locale, other: &Locale) -> Self {
        match (calendar_of(one), calendar_of(other)) {
            (Some(_), Some(_)) => Self::Whole,
            _ => Self::DayAndYear,
        }
    }

    /// Adds the dates of a text and returns the text without them.
    pub(super) fn take<'t>(
        self,
        text: &'t str,
        locale: &Locale,
        found: &mut BTreeSet<String>,
    ) -> Cow<'t, str> {
        let mut add = |year: &str, month: Option<usize>, day: &str| match (self, month) {
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
        let (Self::Whole, Some(calendar)) = (self, calendar_of(locale)) else {
            return rest;
        };
        let without = calendar
            .pattern
            .replace_all(&rest, |captures: &Captures<'_>| {
                let name = group(captures, "month").to_lowercase();
                let month = calendar.months.iter().position(|month| *month == name);
                add(
                    group(captures, "year"),
                    month.map(|month| month + 1),
                    group(captures, "day"),
                );
                "|"
            });
        match without {
            Cow::Owned(without) => Cow::Owned(without),
            Cow::Borrowed(_) => rest,
        }
    }
}

/// A group that is a part of every match.
#[expect(
    clippy::expect_used,
    reason = "the names are constants, which a test checks"
)]
fn group<'t>(captures: &Captures<'t>, name: &str) -> &'t str {
    captures.name(name).expect("a group of the match").as_str()
}

fn two_digits(digits: &str) -> usize {
    let digits = digits.bytes().map(|byte| usize::from(byte - b'0'));
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
    fn every_pattern_compiles_and_names_its_groups() {
        let names = |pattern: &Regex| -> Vec<String> {
            let names = pattern.capture_names().flatten();
            names.map(str::to_owned).collect()
        };
        assert_eq!(names(&DIGITS), ["y", "m", "d", "day", "month", "year"]);
        for tag in ["en", "ru", "kk"] {
            let calendar = calendar_of(&Locale::try_from(tag).unwrap()).unwrap();
            let mut names = names(&calendar.pattern);
            names.sort_unstable();
            assert_eq!(names, ["day", "month", "year"], "{tag}");
        }
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
