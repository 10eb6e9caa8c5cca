//! Finds section headings that are numbered in words: `Article 5. Scope`, `1-бап. Мақсат`,
//! `IV. Rights`.

use super::sections::{MAX_TITLE, NO_LEVEL, is_section, is_title, ordered};
use crate::block::{Block, BlockKind};
use crate::number::{self, Number};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::{text, vocabulary};
use std::collections::BTreeMap;

/// A heading in words: `Article 5. Scope`, `1-бап. Мақсат`, `IV. Rights`.
struct Labelled {
    unit: &'static str,
    number: u32,
    /// Bytes of the label.
    length: usize,
}

/// Reads labels such as `Article 5` as section numbers. If there are several units (articles in
/// chapters), the one with consecutive numbers is used; the others stay headings with their text.
pub(crate) fn number_labelled(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let has_sections = blocks.iter().any(is_section);
    let labels = labels(&blocks);
    let chosen = if has_sections {
        None
    } else {
        consecutive_unit(&labels)
    };
    if let Some(line) = point_across(&blocks, &labels).filter(|_| chosen.is_some()) {
        report.decision(
            DecisionKind::PointsAcross,
            line,
            "the points are numbered through the chapters: a point has no address, and a reference to it is no link",
            "number the points by chapter, `2.1`, if they are to have addresses",
        );
    }
    let next_is_title: Vec<bool> = blocks
        .iter()
        .skip(1)
        .map(may_be_title)
        .chain([false])
        .collect();
    for ((block, label), next_is_title) in blocks.iter_mut().zip(labels).zip(next_is_title) {
        let Some(label) = label else {
            continue;
        };
        if !block.is_heading() {
            report.repair(
                RepairKind::Heading,
                block.line,
                "the title of a section became a heading",
            );
            block.kind = BlockKind::Heading(if Some(label.unit) == chosen {
                NO_LEVEL
            } else {
                1
            });
        }
        if Some(label.unit) != chosen {
            continue;
        }
        let (words, title) = block.text.split_at(label.length);
        report.repair(
            RepairKind::Heading,
            block.line,
            format!(
                "`{}` became the clause number `{}.`",
                words.plain_text().trim(),
                label.number
            ),
        );
        block.number = Some(Number::single(label.number));
        // Without a title, here or on the next line, the label stays as the title.
        if !title.is_blank() || next_is_title {
            block.text = title.normalized();
        }
    }
    title_after_label(blocks)
}

/// The line of the first numbered point after a chapter title that continues the numbers of the
/// previous chapter; `None` if the numbers start again in any chapter.
fn point_across(blocks: &[Block], labels: &[Option<Labelled>]) -> Option<usize> {
    let mut last = None;
    let mut is_behind = false;
    let mut found = None;
    for (block, label) in blocks.iter().zip(labels) {
        is_behind |= label.is_some();
        let Some(number) = ordered(block) else {
            continue;
        };
        if is_behind && last.is_some_and(|last| last >= number) {
            return None;
        }
        if is_behind && last.is_some_and(|last| number == last + 1) {
            found = found.or(Some(block.line));
        }
        is_behind = false;
        last = Some(number);
    }
    found
}

fn labels(blocks: &[Block]) -> Vec<Option<Labelled>> {
    let mut labels: Vec<Option<Labelled>> = blocks.iter().map(labelled).collect();
    // A single `I.` may be the initial of a name.
    if labels
        .iter()
        .flatten()
        .filter(|label| label.unit == "roman")
        .count()
        < 2
    {
        for label in &mut labels {
            *label = label.take().filter(|label| label.unit != "roman");
        }
    }
    labels
}

fn may_be_title(block: &Block) -> bool {
    let is_free =
        block.number.is_none() && !block.quoted && (block.is_heading() || block.is_plain());
    is_free && labelled(block).is_none() && is_title(&block.text)
}

/// The unit with rising numbers, the most frequent one of several.
fn consecutive_unit(labels: &[Option<Labelled>]) -> Option<&'static str> {
    let mut rows: BTreeMap<&'static str, Vec<u32>> = BTreeMap::new();
    for label in labels.iter().flatten() {
        rows.entry(label.unit).or_default().push(label.number);
    }
    let counting = rows.into_iter().filter(|(_, row)| {
        let rising = row
            .iter()
            .zip(row.iter().skip(1))
            .all(|(before, after)| before < after);
        rising && (row.len() >= 2 || row.first() == Some(&1))
    });
    counting
        .max_by_key(|(_, row)| row.len())
        .map(|(unit, _)| unit)
}

fn labelled(block: &Block) -> Option<Labelled> {
    let words = block.text.plain_text();
    let fits = block.is_heading()
        || (block.is_plain() && words.chars().count() <= MAX_TITLE && !text::is_prose(&words));
    if !fits || block.number.is_some() {
        return None;
    }
    let (unit, number, rest) = word_label(&words)
        .or_else(|| suffix_label(&words))
        .or_else(|| roman_label(&words))?;
    let rest_trimmed = rest.trim_start();
    let title = rest_trimmed.trim_start_matches(['.', ':', ')', '—', '–', '-', ' ']);
    let separated = title.len() < rest_trimmed.len() || title.is_empty();
    // In a sentence the label isn't followed by a separator: `Article 5 of the Law says`.
    let is_heading =
        block.is_heading() || (block.text.is_all_strong() && !text::starts_lowercase(title));
    (separated || is_heading).then_some(Labelled {
        unit,
        number,
        length: words.len() - title.len(),
    })
}

fn section_number(digits: &str) -> Option<u32> {
    text::parsed(digits).filter(|number| (1..1000).contains(number))
}

fn word_label(words: &str) -> Option<(&'static str, u32, &str)> {
    let trimmed = words.trim_start();
    let end = trimmed
        .find(|letter: char| !letter.is_alphabetic() && letter != '§')
        .unwrap_or(trimmed.len());
    let (word, rest) = trimmed.split_at_checked(end)?;
    let lower = word.to_lowercase();
    let unit = vocabulary::meaning(|language| &language.section_words, &lower)?;
    let rest = rest.trim_start().trim_start_matches('№').trim_start();
    let end = rest
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(end)?;
    let value = section_number(number).or_else(|| number::roman(number))?;
    // `Article 5.1` is a clause of an article, not a section.
    let goes_on = rest
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    (!goes_on).then_some((unit, value, rest))
}

fn suffix_label(words: &str) -> Option<(&'static str, u32, &str)> {
    let end = words.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, rest) = words.split_at_checked(end)?;
    let value = section_number(number)?;
    let hyphenated = rest.strip_prefix('-')?;
    let after = hyphenated.trim_start_matches(char::is_alphanumeric);
    let (suffix, _) = rest.split_at(rest.len() - after.len());
    let suffix = suffix.to_lowercase();
    let unit = vocabulary::meaning(|language| &language.section_suffixes, &suffix)?;
    Some((unit, value, after))
}

fn roman_label(words: &str) -> Option<(&'static str, u32, &str)> {
    let (number, rest) = words.split_once('.')?;
    let value = number::roman(number)?;
    let (_, rest_with_dot) = words.split_at(number.len());
    rest.starts_with(' ')
        .then_some(("roman", value, rest_with_dot))
}

/// Moves the title on the next line into a heading `Article 5` without one.
fn title_after_label(blocks: Vec<Block>) -> Vec<Block> {
    let mut result: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let waiting = result
            .last_mut()
            .filter(|last| last.is_heading() && last.number.is_some() && last.text.is_blank());
        match waiting {
            Some(last) if may_be_title(&block) => last.text = block.text,
            _ => result.push(block),
        }
    }
    result
}
