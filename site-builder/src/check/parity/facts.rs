//! What of a clause can be compared between languages: numbers, dates, variables, links inside the site.

use crate::content::document::{Block, Clause, Head, Inline, Target};
use domain::Locale;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Facts as an author would write them: `30`, `2025-04-17`, `{{ operator.email }}`, `@cookies/3.1`.
pub(super) type Facts = BTreeSet<String>;

/// How dates are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DateReading {
    /// Both languages have their months here: dates are whole.
    Whole,
    /// A month that is a word can't be read: day and year are numbers like others.
    DayAndYear,
}

/// How a language writes dates: a pattern with the groups `day`, `month`, `year`, and the starts of its months.
struct Calendar {
    pattern: Regex,
    months: [&'static str; 12],
}

/// Dates in digits, the same in all languages. Here and below the boundary is that of ASCII: `2025г.` ends a date, and the engine can take its
/// fast way through Cyrillic.
static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4}))(?-u:\b)",
    )
    .ok()
});

/// A number with its decimals, or in groups of three.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[0-9]{1,3}(?:[ \u{a0}\u{202f}][0-9]{3})+(?-u:\b)|[0-9]+(?:[.,][0-9]+)*").ok()
});

static ENGLISH: LazyLock<Option<Calendar>> = LazyLock::new(|| {
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

static RUSSIAN: LazyLock<Option<Calendar>> = LazyLock::new(|| {
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

static KAZAKH: LazyLock<Option<Calendar>> = LazyLock::new(|| {
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

fn calendar(pattern: &str, months: [&'static str; 12]) -> Option<Calendar> {
    // Longer names first: `март` is no `ма`.
    let mut names = months;
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let pattern = Regex::new(&pattern.replace("MONTHS", &names.join("|"))).ok()?;
    Some(Calendar { pattern, months })
}

fn calendar_of(locale: &Locale) -> Option<&'static Calendar> {
    match locale.as_str() {
        "en" => ENGLISH.as_ref(),
        "ru" => RUSSIAN.as_ref(),
        "kk" => KAZAKH.as_ref(),
        _ => None,
    }
}

impl DateReading {
    /// How texts in two languages are compared.
    pub(super) fn of(one: &Locale, other: &Locale) -> Self {
        match (calendar_of(one), calendar_of(other)) {
            (Some(_), Some(_)) => Self::Whole,
            _ => Self::DayAndYear,
        }
    }
}

/// The facts of a clause, without those of deeper clauses.
pub(super) fn of_clause(clause: &Clause<'_>, locale: &Locale, reading: DateReading) -> Facts {
    let mut facts = of_blocks(&clause.blocks, locale, reading);
    match &clause.head {
        Head::Title(words) | Head::Term(words) => collect(words, locale, reading, &mut facts),
        Head::Text => {}
    }
    facts
}

/// The facts of blocks.
pub(super) fn of_blocks(blocks: &[Block<'_>], locale: &Locale, reading: DateReading) -> Facts {
    let mut facts = Facts::new();
    collect_blocks(blocks, locale, reading, &mut facts);
    facts
}

fn collect_blocks(blocks: &[Block<'_>], locale: &Locale, reading: DateReading, facts: &mut Facts) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => collect(words, locale, reading, facts),
            Block::List(_, items) => {
                for item in items {
                    collect_blocks(item, locale, reading, facts);
                }
            }
            Block::Definitions(definitions) => {
                for (term, words) in definitions {
                    collect(term, locale, reading, facts);
                    collect(words, locale, reading, facts);
                }
            }
            Block::Table(table) => {
                for cell in std::iter::once(&table.head).chain(&table.rows).flatten() {
                    collect(cell, locale, reading, facts);
                }
            }
            Block::Note(blocks) => collect_blocks(blocks, locale, reading, facts),
            Block::Generated(generated) => {
                facts.insert(variable(generated.variable()));
            }
        }
    }
}

fn variable(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

fn collect(inlines: &[Inline<'_>], locale: &Locale, reading: DateReading, facts: &mut Facts) {
    let mut words = String::new();
    push(inlines, &mut words, facts);
    if has_digit(&words) {
        read(&western_digits(words), locale, reading, facts);
    }
}

/// Whether words may hold a digit: of ASCII, or one of those whose UTF-8 begins as Arabic-Indic and Persian digits do.
fn has_digit(words: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() | (byte == 0xd9) | (byte == 0xdb);
    // Without a way out in the middle, many bytes are compared at once.
    words
        .bytes()
        .fold(false, |found, byte| found | is_digit(byte))
}

/// Words go on, everything else is a fact already.
fn push(inlines: &[Inline<'_>], words: &mut String, facts: &mut Facts) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Variable(name, _) => {
                facts.insert(variable(name));
                // What stands before and after a variable is not one number.
                words.push('|');
            }
            Inline::Strong(inlines) | Inline::Emphasis(inlines) | Inline::Language(_, inlines) => {
                push(inlines, words, facts);
            }
            Inline::Link(target, inlines, _) => push_link(target, inlines, words, facts),
            Inline::Break => words.push('\n'),
        }
    }
}

fn push_link(target: &Target<'_>, inlines: &[Inline<'_>], words: &mut String, facts: &mut Facts) {
    match target {
        // A reference within the policy counts as its number: languages differ in which references are found by themselves.
        Target::Clause(None, number) => {
            facts.insert(number.to_string());
            words.push('|');
        }
        Target::Clause(Some(policy), number) => {
            facts.insert(format!("@{policy}/{number}"));
            push(inlines, words, facts);
        }
        Target::Policy(policy) => {
            facts.insert(format!("@{policy}"));
            push(inlines, words, facts);
        }
        Target::Choices => {
            facts.insert("@choices".to_owned());
            push(inlines, words, facts);
        }
        // Addresses may lead to the same page in another language.
        Target::Unlinked | Target::Path(_) | Target::Url(_) => push(inlines, words, facts),
    }
}

/// Arabic-Indic and Persian digits are read as the ones of Europe.
fn western_digits(words: String) -> String {
    if !words.bytes().any(|byte| matches!(byte, 0xd9 | 0xdb)) {
        return words;
    }
    let western = |character: char| {
        let digit = match character {
            '\u{660}'..='\u{669}' => u32::from(character) - 0x660,
            '\u{6f0}'..='\u{6f9}' => u32::from(character) - 0x6f0,
            _ => return character,
        };
        char::from_digit(digit, 10).unwrap_or(character)
    };
    words.chars().map(western).collect()
}

/// Takes dates and numbers out of words.
fn read(words: &str, locale: &Locale, reading: DateReading, facts: &mut Facts) {
    if !words.bytes().any(|byte| byte.is_ascii_digit()) {
        return;
    }
    let mut date = |year: &str, month: Option<usize>, day: &str| match (reading, month) {
        (DateReading::Whole, Some(month)) => {
            facts.insert(format!("{year}-{month:02}-{day:0>2}"));
        }
        _ => {
            facts.insert(year.to_owned());
            facts.insert(day.trim_start_matches('0').to_owned());
        }
    };
    let group = |captures: &Captures<'_>, name: &str| {
        captures
            .name(name)
            .map_or_else(String::new, |found| found.as_str().to_owned())
    };
    let mut rest = Cow::Borrowed(words);
    if let Some(digits) = &*DIGITS {
        rest = digits.replace_all(words, |captures: &Captures<'_>| {
            let either = |one, other| group(captures, one) + &group(captures, other);
            date(
                &either("y", "year"),
                either("m", "month").parse().ok(),
                &either("d", "day"),
            );
            "|"
        });
    }
    if let (DateReading::Whole, Some(calendar)) = (reading, calendar_of(locale)) {
        let without = calendar
            .pattern
            .replace_all(&rest, |captures: &Captures<'_>| {
                let name = group(captures, "month").to_lowercase();
                let month = calendar.months.iter().position(|month| *month == name);
                date(
                    &group(captures, "year"),
                    month.map(|month| month + 1),
                    &group(captures, "day"),
                );
                "|"
            });
        if let Cow::Owned(without) = without {
            rest = Cow::Owned(without);
        }
    }
    if let Some(numbers) = &*NUMBER {
        facts.extend(
            numbers
                .find_iter(&rest)
                .map(|found| plain_number(found.as_str(), locale)),
        );
    }
}

/// `10 000`, `10,000` in English, `1,5` elsewhere: one way to write a number.
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

    fn check(locale: &str, words: &str, reading: DateReading, expected: &[&str]) {
        let locale = Locale::try_from(locale).unwrap();
        let mut facts = Facts::new();
        collect(&[Inline::Text(words.into())], &locale, reading, &mut facts);
        assert_eq!(facts.iter().collect::<Vec<_>>(), expected, "{words}");
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
            check(locale, words, DateReading::Whole, &["2025-04-17"]);
        }
        check(
            "ru",
            "5 мая 2025, 6 марта 2025",
            DateReading::Whole,
            &["2025-03-06", "2025-05-05"],
        );
    }

    #[test]
    fn months_that_can_not_be_read_are_left_out() {
        check(
            "ar",
            "17 أبريل 2025",
            DateReading::DayAndYear,
            &["17", "2025"],
        );
        check(
            "ar",
            "١٧ أبريل ٢٠٢٥",
            DateReading::DayAndYear,
            &["17", "2025"],
        );
        check(
            "kk",
            "2025 ж. 17 сәуір",
            DateReading::DayAndYear,
            &["17", "2025"],
        );
        check("en", "17.04.2025", DateReading::DayAndYear, &["17", "2025"]);
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        check(
            "en",
            "10,000 users, 1.5 %",
            DateReading::Whole,
            &["1.5", "10000"],
        );
        check(
            "ru",
            "10 000 пользователей, 1,5%",
            DateReading::Whole,
            &["1.5", "10000"],
        );
        check("kk", "30-дан 5.2.", DateReading::Whole, &["30", "5.2"]);
    }
}
