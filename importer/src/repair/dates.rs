//! The line of a document that states its date.

use crate::ImportOptions;
use crate::block::Block;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text;
use crate::vocabulary;
use chrono::NaiveDate;
use domain::Locale;
use language::Language;

/// Longest line that only states the date, in characters.
const MAX_LENGTH: usize = 60;

/// Removes the line with the date of the edition, which the page shows anyway. A line with another
/// date is left for a person to decide.
pub(crate) fn remove_own(
    blocks: Vec<Block>,
    options: &ImportOptions,
    report: &mut Report,
) -> Vec<Block> {
    let mut result = Vec::with_capacity(blocks.len());
    let mut in_preface = true;
    for block in blocks {
        in_preface &= block.number.is_none() && !block.is_heading();
        let date = if in_preface {
            stated(&block, &options.locale)
        } else {
            None
        };
        match date {
            Some(date) if date == options.published => {
                let words = block.text.plain_text();
                let message = format!("`{words}` removed: the page shows the date");
                report
                    .losing(words)
                    .repair(RepairKind::Date, block.line, message);
            }
            Some(date) => {
                report.decision(
                    DecisionKind::Date,
                    block.line,
                    format!("the text gives its date as `{date}`, the edition is of `{}`", options.published),
                    format!("import with `--date {date}`, or delete the line: the page shows the date of the edition"),
                );
                result.push(block);
            }
            None => result.push(block),
        }
    }
    result
}

fn stated(block: &Block, locale: &Locale) -> Option<NaiveDate> {
    let words = block.text.plain_text();
    let lower = words.to_lowercase();
    let is_short = words.chars().count() <= MAX_LENGTH && block.is_plain();
    let mut stems = vocabulary::words(|language| &language.dates.stems);
    if !is_short || !stems.any(|stem| lower.contains(stem)) {
        return None;
    }
    let is_year_word = |piece: &str| {
        vocabulary::words(|language| &language.dates.year_words).any(|word| word == piece)
    };
    let plain: String = lower.chars().map(ascii_digit).collect();
    let pieces: Vec<&str> = plain
        .split(|character: char| !character.is_alphanumeric())
        .flat_map(numbers_or_word)
        .filter(|piece| !piece.is_empty() && !is_year_word(piece))
        .collect();
    pieces.windows(3).find_map(|window| match window {
        [first, second, third] => date(first, second, third, locale),
        _ => None,
    })
}

/// The digit of ASCII with the value of a digit in any script; other characters as they are.
fn ascii_digit(character: char) -> char {
    let value = language::digit(character).map(u32::from);
    value
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(character)
}

/// The numbers of a piece that begins with one, without the letters that are written to them: `1er`,
/// `2026年11月1日`. Any other piece is a word.
fn numbers_or_word(piece: &str) -> impl Iterator<Item = &str> {
    let is_number = piece.starts_with(|first: char| first.is_ascii_digit());
    piece.split(move |letter: char| is_number && !letter.is_ascii_digit())
}

/// Parses `17 04 2025`, `2025 04 17`, `17 april 2025`, `april 17 2025` and `2025 17 сәуір`.
fn date(first: &str, second: &str, third: &str, locale: &Locale) -> Option<NaiveDate> {
    let year = |text: &str| text::parsed::<i32>(text).filter(|year| (1990..2200).contains(year));
    let day = |text: &str| text::parsed::<u32>(text).filter(|day| (1..=31).contains(day));
    let month = |text: &str| {
        // The same word may name other months in other languages: `listopad` in Czech and Croatian.
        let own = Language::of(locale.as_str());
        let mut languages = own.into_iter().chain(Language::all());
        let named = languages.find_map(|language| language.dates.month(text));
        let counted = || text::parsed::<u32>(text).filter(|month| (1..=12).contains(month));
        named.or_else(counted)
    };
    let is_word = |text: &str| text.starts_with(char::is_alphabetic);
    let orders = [
        (third, second, first),
        (first, second, third),
        (third, first, second),
        (first, third, second),
    ];
    orders.into_iter().find_map(|(years, months, days)| {
        // Only a month in words may precede the day.
        let plain = (years, months) == (third, second)
            || (years, months) == (first, second)
            || is_word(months);
        let (year, month, day) = (year(years)?, month(months)?, day(days)?);
        plain
            .then(|| NaiveDate::from_ymd_opt(year, month, day))
            .flatten()
    })
}
