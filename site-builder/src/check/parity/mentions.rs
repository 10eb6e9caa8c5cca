//! What a clause mentions that is the same in every language: numbers, dates, variables, links
//! within the site.

use crate::content::document::{Block, Clause, Head, Inline, Target};
use domain::Locale;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// In one notation: `30`, `2025-04-17`, `{{ operator.email }}`, `@cookies/3.1`.
pub(super) type Mentions = BTreeSet<String>;

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
    /// The stems of their names.
    months: [&'static str; 12],
}

/// Dates in digits, the same in all languages. Boundaries are those of ASCII (`(?-u:\b)`): `2025г.`
/// ends a date, and the regex engine's fast DFA can search Cyrillic text.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u:\b)(?:(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4}))(?-u:\b)",
    )
});

/// A number with its decimals, or in groups of three.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[0-9]{1,3}(?:[ \u{a0}\u{202f}][0-9]{3})+(?-u:\b)|[0-9]+(?:[.,][0-9]+)*")
});

static ENGLISH: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<day>[0-9]{1,2})\s+(?<month>MONTHS)\s+(?<year>[0-9]{4})(?-u:\b)",
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
    )
});

static RUSSIAN: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<day>[0-9]{1,2})\s+(?<month>MONTHS)[Ѐ-ӿ]*\s+(?<year>[0-9]{4})(?-u:\b)",
        [
            "январ",
            "феврал",
            "март",
            "апрел",
            "ма",
            "июн",
            "июл",
            "август",
            "сентябр",
            "октябр",
            "ноябр",
            "декабр",
        ],
    )
});

static KAZAKH: LazyLock<Calendar> = LazyLock::new(|| {
    calendar(
        r"(?i)(?-u:\b)(?<year>[0-9]{4})\s+(?:ж\.|жыл[Ѐ-ӿ]*)\s+(?<day>[0-9]{1,2})[\s-]+(?<month>MONTHS)",
        [
            "қаңтар",
            "ақпан",
            "наурыз",
            "сәуір",
            "мамыр",
            "маусым",
            "шілде",
            "тамыз",
            "қыркүйек",
            "қазан",
            "қараша",
            "желтоқсан",
        ],
    )
});

#[expect(clippy::expect_used, reason = "constants, which a test compiles")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

fn calendar(date: &str, months: [&'static str; 12]) -> Calendar {
    // Longer stems first: `март` also starts with `ма`, that of May.
    let mut stems = months;
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
}

/// What a clause mentions, without nested clauses.
pub(super) fn of_clause(clause: &Clause<'_>, locale: &Locale, dates: DateComparison) -> Mentions {
    let mut mentions = of_blocks(&clause.blocks, locale, dates);
    match &clause.head {
        Head::Title(words) | Head::Term(words) => collect(words, locale, dates, &mut mentions),
        Head::Text => {}
    }
    mentions
}

/// What blocks mention.
pub(super) fn of_blocks(blocks: &[Block<'_>], locale: &Locale, dates: DateComparison) -> Mentions {
    let mut mentions = Mentions::new();
    collect_blocks(blocks, locale, dates, &mut mentions);
    mentions
}

fn collect_blocks(
    blocks: &[Block<'_>],
    locale: &Locale,
    dates: DateComparison,
    mentions: &mut Mentions,
) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => collect(words, locale, dates, mentions),
            Block::List(_, items) => {
                for item in items {
                    collect_blocks(item, locale, dates, mentions);
                }
            }
            Block::Definitions(definitions) => {
                for (term, words) in definitions {
                    collect(term, locale, dates, mentions);
                    collect(words, locale, dates, mentions);
                }
            }
            Block::Table(table) => {
                for cell in std::iter::once(&table.head).chain(&table.rows).flatten() {
                    collect(cell, locale, dates, mentions);
                }
            }
            Block::Note(blocks) => collect_blocks(blocks, locale, dates, mentions),
            Block::Generated(generated) => {
                mentions.insert(variable(generated.variable()));
            }
        }
    }
}

fn variable(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

fn collect(
    inlines: &[Inline<'_>],
    locale: &Locale,
    dates: DateComparison,
    mentions: &mut Mentions,
) {
    let mut words = String::new();
    push(inlines, &mut words, mentions);
    if has_digit(&words) {
        find_numbers(&western_digits(words), locale, dates, mentions);
    }
}

/// Whether a text may contain an ASCII, Arabic-Indic or Persian digit. 0xD9 and 0xDB are the first
/// bytes of the latter two in UTF-8, but also of other letters.
fn has_digit(words: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() | (byte == 0xd9) | (byte == 0xdb);
    // No early exit, so that the loop vectorises.
    words
        .bytes()
        .fold(false, |found, byte| found | is_digit(byte))
}

/// Appends text, in which numbers are searched later, and adds what else is mentioned.
fn push(inlines: &[Inline<'_>], words: &mut String, mentions: &mut Mentions) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Variable(name, _) => {
                mentions.insert(variable(name));
                // Digits before and after a variable are not one number.
                words.push('|');
            }
            Inline::Strong(inlines) | Inline::Emphasis(inlines) | Inline::Language(_, inlines) => {
                push(inlines, words, mentions);
            }
            Inline::Link(target, inlines, _) => push_link(target, inlines, words, mentions),
            Inline::Break => words.push('\n'),
        }
    }
}

fn push_link(
    target: &Target<'_>,
    inlines: &[Inline<'_>],
    words: &mut String,
    mentions: &mut Mentions,
) {
    match target {
        // As its number: the same reference may be plain text in a language without grammar.
        Target::Clause(None, number) => {
            mentions.insert(number.to_string());
            words.push('|');
        }
        Target::Clause(Some(policy), number) => {
            mentions.insert(format!("@{policy}/{number}"));
            push(inlines, words, mentions);
        }
        Target::Policy(policy) => {
            mentions.insert(format!("@{policy}"));
            push(inlines, words, mentions);
        }
        Target::Choices => {
            mentions.insert("@choices".to_owned());
            push(inlines, words, mentions);
        }
        // Addresses differ between languages.
        Target::Unlinked | Target::Path(_) | Target::Url(_) => push(inlines, words, mentions),
    }
}

/// Replaces Arabic-Indic and Persian digits by those of ASCII.
fn western_digits(words: String) -> String {
    if !words.bytes().any(|byte| matches!(byte, 0xd9 | 0xdb)) {
        return words;
    }
    let western = |character: char| match character {
        '\u{660}'..='\u{669}' => shift_digit(character, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => shift_digit(character, '\u{6f0}'),
        other => other,
    };
    words.chars().map(western).collect()
}

/// The ASCII digit of a digit in the script whose zero is given.
#[expect(
    clippy::expect_used,
    reason = "the digits of a script are ten consecutive characters"
)]
fn shift_digit(digit: char, zero: char) -> char {
    char::from_digit(u32::from(digit) - u32::from(zero), 10).expect("0 to 9")
}

/// Adds the dates and numbers of a text.
fn find_numbers(words: &str, locale: &Locale, dates: DateComparison, mentions: &mut Mentions) {
    if !words.bytes().any(|byte| byte.is_ascii_digit()) {
        return;
    }
    let mut date = |year: &str, month: Option<usize>, day: &str| match (dates, month) {
        (DateComparison::Whole, Some(month)) => {
            mentions.insert(format!("{year}-{month:02}-{day:0>2}"));
        }
        _ => {
            mentions.insert(year.to_owned());
            mentions.insert(day.trim_start_matches('0').to_owned());
        }
    };
    let mut rest = DIGITS.replace_all(words, |captures: &Captures<'_>| {
        let [year, month, day] = if captures.name("y").is_some() {
            ["y", "m", "d"].map(|name| group(captures, name))
        } else {
            ["year", "month", "day"].map(|name| group(captures, name))
        };
        date(year, Some(two_digits(month)), day);
        "|"
    });
    if let (DateComparison::Whole, Some(calendar)) = (dates, calendar_of(locale)) {
        let without = calendar
            .pattern
            .replace_all(&rest, |captures: &Captures<'_>| {
                let name = group(captures, "month").to_lowercase();
                let month = calendar.months.iter().position(|month| *month == name);
                date(
                    group(captures, "year"),
                    month.map(|month| month + 1),
                    group(captures, "day"),
                );
                "|"
            });
        if let Cow::Owned(without) = without {
            rest = Cow::Owned(without);
        }
    }
    let numbers = NUMBER.find_iter(&rest);
    mentions.extend(numbers.map(|found| plain_number(found.as_str(), locale)));
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

/// A number with `.` before its decimals and without separators of thousands. In English, `10,000`
/// is ten thousand.
fn plain_number(written: &str, locale: &Locale) -> String {
    let number = written.replace([' ', '\u{a0}', '\u{202f}'], "");
    let is_grouped = locale.as_str() == "en"
        && number
            .split(',')
            .skip(1)
            .all(|group| group.len() == 3 && !group.contains('.'));
    if is_grouped {
        number.replace(',', "")
    } else {
        number.replace(',', ".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, words: &str, dates: DateComparison, expected: &[&str]) {
        let locale = Locale::try_from(locale).unwrap();
        let mut mentions = Mentions::new();
        collect(&[Inline::Text(words.into())], &locale, dates, &mut mentions);
        assert_eq!(mentions.iter().collect::<Vec<_>>(), expected, "{words}");
    }

    #[test]
    fn every_pattern_compiles_and_names_its_groups() {
        let names = |pattern: &Regex| -> Vec<String> {
            let names = pattern.capture_names().flatten();
            names.map(str::to_owned).collect()
        };
        assert_eq!(names(&DIGITS), ["y", "m", "d", "day", "month", "year"]);
        assert!(names(&NUMBER).is_empty());
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

    #[test]
    fn months_that_can_not_be_read_are_left_out() {
        check(
            "ar",
            "17 أبريل 2025",
            DateComparison::DayAndYear,
            &["17", "2025"],
        );
        check(
            "ar",
            "١٧ أبريل ٢٠٢٥",
            DateComparison::DayAndYear,
            &["17", "2025"],
        );
        check(
            "kk",
            "2025 ж. 17 сәуір",
            DateComparison::DayAndYear,
            &["17", "2025"],
        );
        check(
            "en",
            "17.04.2025",
            DateComparison::DayAndYear,
            &["17", "2025"],
        );
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        check(
            "en",
            "10,000 users, 1.5 %",
            DateComparison::Whole,
            &["1.5", "10000"],
        );
        check(
            "ru",
            "10 000 пользователей, 1,5%",
            DateComparison::Whole,
            &["1.5", "10000"],
        );
        check("kk", "30-дан 5.2.", DateComparison::Whole, &["30", "5.2"]);
    }
}
