//! Finds headings with a label: `Article 5. Scope`, `1-бап. Мақсат`, `§ 3 Fristen`, `IV. Rights`.
//! The label stays as it is written.

use super::sections::{MAX_TITLE, NO_LEVEL, is_title};
use crate::block::{Block, BlockKind};
use crate::number::ClauseNumber;
use crate::outline::Letters;
use crate::report::{RepairKind, Report};
use crate::text;
use language::{Label, Part, Style, Unit};

/// Longest paragraph that may be a label with words after it without a sign between, in characters.
const MAX_LINE: usize = 80;

/// What counts together: a word for parts of a document, or numerals or letters without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unit(Unit),
    Numeral,
    Letter,
}

/// Takes the labels of headings, and makes headings of paragraphs whose labels count on.
pub(crate) fn read(mut blocks: Vec<Block>, locale: &str, report: &mut Report) -> Vec<Block> {
    let mut labels: Vec<Option<Label>> =
        blocks.iter().map(|block| labelled(block, locale)).collect();
    let next_is_title: Vec<bool> = blocks
        .iter()
        .zip(&labels)
        .skip(1)
        .map(|(block, label)| label.is_none() && may_be_title(block))
        .chain([false])
        .collect();
    remove_unproved(&blocks, &mut labels);
    let mut result = Vec::with_capacity(blocks.len());
    let mut is_title_before = false;
    for ((mut block, label), next_is_title) in blocks.drain(..).zip(labels).zip(next_is_title) {
        let Some(label) = label else {
            match result.last_mut() {
                Some(Block { text, .. }) if is_title_before => *text = block.text,
                _ => result.push(block),
            }
            is_title_before = false;
            continue;
        };
        let text = take_label(&mut block, label, report);
        is_title_before = next_is_title && block.text.is_blank() && text.is_none();
        result.push(block);
        result.extend(text);
    }
    result
}

/// Makes a heading of the block with its label, and returns a paragraph of the words after it if
/// they are no title.
fn take_label(block: &mut Block, label: Label, report: &mut Report) -> Option<Block> {
    let words = block.text.plain_text();
    let rest = block.text.split_at(label.length).1.normalized();
    block.number = Some(ClauseNumber::of_label(label, &words));
    if !block.is_heading() {
        let message = "the title of a section became a heading";
        report.repair(RepairKind::Heading, block.line, message);
        block.kind = BlockKind::Heading(NO_LEVEL);
    }
    if !is_text(&rest.plain_text()) {
        block.text = rest;
        return None;
    }
    let message = "text after the number of a section became a paragraph";
    report.count(RepairKind::HeadingTooLong, block.line, message);
    let paragraph = Block {
        text: rest,
        ..block.empty_paragraph()
    };
    block.text = text::Text::default();
    Some(paragraph)
}

fn is_text(words: &str) -> bool {
    words.chars().count() > MAX_TITLE || text::is_prose(words)
}

/// The label of a heading, or of a paragraph that looks like one.
fn labelled(block: &Block, locale: &str) -> Option<Label> {
    if block.quoted || block.number.is_some() || !(block.is_heading() || block.is_plain()) {
        return None;
    }
    let words = block.text.plain_text();
    let label = Label::leading(&words, locale)?;
    let style = label.number.as_ref().map(|number| number.first().style);
    let is_number = label.unit.is_none() && style == Some(Style::Decimal);
    if block.is_heading() || is_number {
        // Whether a number in digits is one, was decided before.
        return Some(label).filter(|_| !is_number);
    }
    may_be_heading(block, &words, &label).then_some(label)
}

fn may_be_heading(block: &Block, words: &str, label: &Label) -> bool {
    let (written, rest) = words.split_at(label.length);
    let written = written.trim_end();
    // In a sentence no sign follows the label: `Article 5 of the Law says`.
    let is_separated = rest.is_empty() || written.ends_with(|one: char| !one.is_alphanumeric());
    let is_attached = label.written == label.length;
    let has_title = !text::starts_lowercase(rest);
    let is_title = !is_text(rest) && has_title;
    let is_bold = block.text.is_all_strong();
    let is_numeral = label.number.as_ref().is_some_and(|number| {
        let part = number.first();
        part.style == Style::Chinese || part.style == Style::Roman || part.as_roman().is_some()
    });
    match label.unit {
        None => is_title && !rest.is_empty() && (is_bold || is_numeral),
        Some(Unit::Point) => false,
        Some(Unit::Appendix) => {
            let is_line = words.chars().count() <= MAX_LINE && !text::ends_sentence(words);
            (is_separated && is_title) || is_line
        }
        Some(_) if has_section_sign(written) => has_title,
        Some(_) => {
            // `第一章 总则`, `1-тарау Жалпы ережелер`, `Article 5 Scope`
            let is_enclosed = is_enclosed(written);
            let is_line = words.chars().count() <= MAX_LINE && !text::ends_sentence(words);
            let is_marked = is_separated || is_attached || is_enclosed || is_line;
            is_marked && has_title || is_bold && is_title
        }
    }
}

/// Whether a label has the sign of a section, which stands only before numbers.
fn has_section_sign(written: &str) -> bool {
    written.starts_with('§') || written.ends_with('§')
}

/// Whether the word of a label follows its number: no sentence begins so.
fn is_enclosed(written: &str) -> bool {
    let first = written.chars().next();
    first.is_some_and(|first| !first.is_lowercase() && !first.is_uppercase() && first != '§')
        && written.ends_with(char::is_alphabetic)
}

/// The kind of a label, and its number without what a word says; an appendix may have none.
fn counted(label: &Label, letters: &mut Letters) -> (Kind, Option<Part>) {
    let part = label.number.as_ref().map(|number| *number.first());
    let part = part.map(|part| letters.read(label.unit, part));
    let kind = match (label.unit, part.map(|part| part.style)) {
        (Some(unit), _) => Kind::Unit(unit),
        (None, Some(Style::Letter(_))) => Kind::Letter,
        (None, _) => Kind::Numeral,
    };
    (kind, part)
}

/// Removes the labels of paragraphs that may be words of the text: those whose numbers don't count
/// on, a lone numeral, and an appendix before everything else.
fn remove_unproved(blocks: &[Block], labels: &mut [Option<Label>]) {
    let mut letters = Letters::default();
    let counted: Vec<Option<(Kind, Option<Part>)>> = labels
        .iter()
        .map(|label| Some(counted(label.as_ref()?, &mut letters)))
        .collect();
    let is_start = |block: &Block| block.number.is_some() || block.is_heading();
    let starts = blocks.iter().zip(&counted).position(|(block, counted)| {
        let is_appendix = matches!(counted, Some((Kind::Unit(Unit::Appendix), _)));
        is_start(block) || counted.is_some() && !is_appendix
    });
    let states = labels.iter_mut().zip(blocks).zip(&counted);
    for (index, ((label, block), own)) in states.enumerate() {
        let is_proved = match own {
            Some((Kind::Unit(Unit::Appendix), _)) => starts.is_some_and(|start| start < index),
            Some((kind, _)) => {
                let written = label.as_ref().map_or(0, |label| label.written);
                let words = block.text.plain_text();
                let is_sign = words.get(..written).is_some_and(has_section_sign);
                is_sign || counts_on(*kind, &counted)
            }
            None => true,
        };
        if !is_proved && !block.is_heading() {
            *label = None;
        }
    }
}

/// Whether the numbers of a kind rise, or start again with 1, and begin with 1 or are several.
fn counts_on(kind: Kind, counted: &[Option<(Kind, Option<Part>)>]) -> bool {
    let own = counted.iter().flatten().filter(|(own, _)| *own == kind);
    let parts: Vec<Part> = own.filter_map(|(_, part)| *part).collect();
    let mut pairs = parts.iter().zip(parts.iter().skip(1));
    let is_rising = pairs.all(|(before, next)| before < next || next.value == 1);
    let is_worded = matches!(kind, Kind::Unit(_));
    let begins = parts.first().is_some_and(|first| first.value == 1);
    is_rising && (parts.len() >= 2 || begins && is_worded)
}

fn may_be_title(block: &Block) -> bool {
    let is_free =
        block.number.is_none() && !block.quoted && (block.is_heading() || block.is_plain());
    is_free && is_title(&block.text)
}
