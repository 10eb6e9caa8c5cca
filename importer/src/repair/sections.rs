//! Finds headings that were list items, bold paragraphs or in the form `Article 5`, and headings
//! that are none.

use crate::block::{Block, BlockKind, Label};
use crate::number::{self, Delimiter, Number};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{self, Text};
use crate::vocabulary::{SECTION_SUFFIXES, SECTION_WORDS};
use std::collections::{BTreeMap, BTreeSet};

/// Longest title of a section, in characters.
const MAX_TITLE: usize = 150;
/// Source level of headings that had none; deeper than any of Markdown.
pub(crate) const NO_LEVEL: usize = 7;

/// Makes paragraphs of headings that are whole sentences.
pub(crate) fn demote_prose_headings(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let may_be_paragraph = block
            .number
            .as_ref()
            .is_none_or(|number| number.depth() > 1);
        if block.is_heading() && may_be_paragraph && text::is_prose(&block.text.plain_text()) {
            report.repair(
                RepairKind::HeadingTooLong,
                block.line,
                "a clause of whole sentences that stood as a heading became a paragraph",
            );
            block.kind = BlockKind::Paragraph;
        }
    }
    blocks
}

/// Makes headings of numbered paragraphs and items that are bold as a whole and no sentences.
pub(crate) fn promote_bold_clauses(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let is_listed = neighbours_in_list(&blocks);
    for (block, is_listed) in blocks.iter_mut().zip(is_listed) {
        if block.quoted || !block.text.is_all_strong() || text::is_prose(&block.text.plain_text()) {
            continue;
        }
        match &block.kind {
            BlockKind::Paragraph if block.number.is_some() => {}
            BlockKind::Item {
                depth: 0,
                label: Label::Ordered(number, Delimiter::Period),
            } if !is_listed => {
                block.number = Some(Number::single(*number));
            }
            BlockKind::Paragraph
            | BlockKind::Item { .. }
            | BlockKind::Heading(_)
            | BlockKind::Table(_) => continue,
        }
        report.repair(
            RepairKind::Heading,
            block.line,
            "a numbered title in bold became a heading",
        );
        block.kind = BlockKind::Heading(NO_LEVEL);
    }
    blocks
}

fn ordered(block: &Block) -> Option<u32> {
    match block.kind {
        BlockKind::Item {
            depth: 0,
            label: Label::Ordered(number, _),
        } if !block.quoted => Some(number),
        BlockKind::Item { .. }
        | BlockKind::Heading(_)
        | BlockKind::Paragraph
        | BlockKind::Table(_) => None,
    }
}

/// For every block, whether the previous or next one is an ordered item.
fn neighbours_in_list(blocks: &[Block]) -> Vec<bool> {
    let numbers: Vec<Option<u32>> = blocks.iter().map(ordered).collect();
    let next_to = |index: Option<usize>| {
        index
            .and_then(|index| numbers.get(index))
            .is_some_and(Option::is_some)
    };
    (0..blocks.len())
        .map(|index| next_to(index.checked_sub(1)) || next_to(Some(index + 1)))
        .collect()
}

/// Makes a heading of `1. General` if clauses 1.1, 1.2 follow, or if it belongs to a sequence of
/// such titles with text between them.
pub(crate) fn promote_ordered_items(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let sections = find_sections(&blocks);
    for (index, block) in blocks.iter_mut().enumerate() {
        if let Some(number) = ordered(block).filter(|_| sections.contains(&index)) {
            report.repair(
                RepairKind::Heading,
                block.line,
                format!("section `{number}` that stood as a list item became a heading"),
            );
            block.kind = BlockKind::Heading(NO_LEVEL);
            block.number = Some(Number::single(number));
        }
    }
    blocks
}

fn find_sections(blocks: &[Block]) -> BTreeSet<usize> {
    let is_listed = neighbours_in_list(blocks);
    let mut sections = BTreeSet::new();
    let mut alone = Vec::new();
    for (index, (block, is_listed)) in blocks.iter().zip(is_listed).enumerate() {
        let Some(number) = ordered(block) else {
            continue;
        };
        // The first clause before the next item or section decides.
        let after = blocks.iter().skip(index + 1);
        let child = after
            .take_while(|other| ordered(other).is_none() && !is_section(other))
            .find_map(|other| other.number.as_ref())
            .is_some_and(|clause| clause.first() == number);
        let is_alone = !is_listed;
        if child && (is_alone || is_title(&block.text)) {
            sections.insert(index);
        } else if is_alone && is_title(&block.text) {
            alone.push((index, number));
        }
    }
    extend_row(blocks, &mut sections, &alone);
    sections
}

fn is_section(block: &Block) -> bool {
    block
        .number
        .as_ref()
        .is_some_and(|number| number.depth() == 1)
}

/// Isolated titles are sections if they continue the numbers of the sections, or form a sequence.
fn extend_row(blocks: &[Block], sections: &mut BTreeSet<usize>, alone: &[(usize, u32)]) {
    let mut known: BTreeMap<usize, u32> = BTreeMap::new();
    for (index, block) in blocks.iter().enumerate() {
        let number = match ordered(block) {
            Some(number) if sections.contains(&index) => Some(number),
            _ if is_section(block) => block.number.as_ref().map(Number::first),
            _ => None,
        };
        known.extend(number.map(|number| (index, number)));
    }
    let has_clauses = blocks.iter().any(|block| block.number.is_some());
    let is_row = alone.len() >= 2
        && alone
            .iter()
            .zip(1..)
            .all(|((_, number), expected)| *number == expected);
    for (index, number) in alone {
        let before = known
            .range(..*index)
            .next_back()
            .map_or(0, |(_, number)| *number);
        let after = known
            .range(*index..)
            .next()
            .is_none_or(|(_, next)| *next > *number);
        let continues = !known.is_empty() && *number == before + 1 && after;
        if continues || (!has_clauses && is_row) {
            sections.insert(*index);
            known.insert(*index, *number);
        }
    }
}

/// Whether the text is short, doesn't begin in lowercase and doesn't end like a sentence.
pub(crate) fn is_title(text: &Text) -> bool {
    let words = text.plain_text();
    let ends = text::last_character(&words).is_some_and(|mark| ".;,".contains(mark));
    words.chars().count() <= MAX_TITLE && !ends && !text::starts_lowercase(&words)
}

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

/// The line of the first numbered point after a chapter title that continues the numbers before it,
/// if no point begins again there.
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
    let (_, unit) = SECTION_WORDS.iter().find(|(known, _)| *known == lower)?;
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
    (!goes_on).then_some((*unit, value, rest))
}

fn suffix_label(words: &str) -> Option<(&'static str, u32, &str)> {
    let end = words.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, rest) = words.split_at_checked(end)?;
    let value = section_number(number)?;
    SECTION_SUFFIXES.iter().find_map(|(suffix, unit)| {
        let length = rest
            .chars()
            .take(suffix.chars().count())
            .map(char::len_utf8)
            .sum();
        let (found, after) = rest.split_at_checked(length)?;
        let whole = !after.starts_with(char::is_alphanumeric);
        (found.to_lowercase() == *suffix && whole).then_some((*unit, value, after))
    })
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
