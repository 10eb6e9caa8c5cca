//! Footnotes, `[^1]` in the text and a note `[^1]: …`. A mark without its note, or a note without its
//! mark, becomes `[1]`.

use crate::block::{Block, BlockKind};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{Style, Text};
use std::collections::BTreeSet;

/// Makes notes of paragraphs such as `[^1]: text`, where they stand.
pub(crate) fn to_notes(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut blocks = read_written(blocks);
    let is_note = |block: &&Block| matches!(block.kind, BlockKind::Note(_));
    let texts = blocks
        .iter()
        .filter(|block| !is_note(block))
        .flat_map(Block::texts);
    let marked: BTreeSet<String> = texts.flat_map(|text| marks(&text.plain_text())).collect();
    let mut labels = BTreeSet::new();
    for block in &mut blocks {
        let BlockKind::Note(label) = &block.kind else {
            continue;
        };
        if marked.contains(label) && labels.insert(label.clone()) {
            let message = "footnotes are notes of the edition";
            report.count(RepairKind::Markup, block.line, message);
            continue;
        }
        report.decision(
            DecisionKind::Footnote,
            block.line,
            format!("no mark in the text leads to the footnote `{label}`"),
            "write its mark where it belongs, or delete the note",
        );
        let mut text = Text::default();
        text.push(&format!("[{label}] "), &Style::default());
        text.append(&block.text);
        (block.kind, block.text) = (BlockKind::Paragraph, text);
    }
    for block in blocks
        .iter_mut()
        .filter(|block| !matches!(block.kind, BlockKind::Note(_)))
    {
        let line = block.line;
        for text in block.texts_mut() {
            for mark in marks_without(&text.plain_text(), &labels) {
                let message =
                    format!("the mark `[^{mark}]` has no footnote; it stands as `[{mark}]`");
                let help = "write the footnote, or delete the mark";
                report.decision(DecisionKind::Footnote, line, message, help);
                let (from, to) = (format!("[^{mark}]"), format!("[{mark}]"));
                *text = text.map_runs(|words, _| words.replace(&from, &to));
            }
        }
    }
    count_labels(&mut blocks, report);
    blocks
}

/// Gives all footnotes the numbers that programs show for them, in the order of their marks, if the
/// label of any is no number.
fn count_labels(blocks: &mut [Block], report: &mut Report) {
    let is_number = |label: &String| {
        (1..=3).contains(&label.len())
            && !label.starts_with('0')
            && label.bytes().all(|byte| byte.is_ascii_digit())
    };
    let notes = blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Note(label) => Some((block.line, label.clone())),
        _ => None,
    });
    let (lines, labels): (Vec<usize>, Vec<String>) = notes.unzip();
    let Some(line) = lines.first().filter(|_| !labels.iter().all(is_number)) else {
        return;
    };
    let is_note = |block: &&Block| matches!(block.kind, BlockKind::Note(_));
    let texts = blocks
        .iter()
        .filter(|block| !is_note(block))
        .flat_map(Block::texts);
    let mut order: Vec<String> = Vec::new();
    for mark in texts.flat_map(|text| marks(&text.plain_text())) {
        if labels.contains(&mark) && !order.contains(&mark) {
            order.push(mark);
        }
    }
    let number = |label: &str| {
        let place = order.iter().position(|known| known == label)?;
        Some((place + 1).to_string())
    };
    let message = "footnotes got the numbers that are shown for their labels";
    let texts = blocks.iter().flat_map(Block::texts);
    let marks = texts.flat_map(|text| marks(&text.plain_text()));
    let written = labels.iter().cloned().chain(marks);
    let replaced = written.filter(|label| number(label).is_some_and(|number| number != *label));
    let lost = replaced.collect::<Vec<_>>().join("\n");
    report
        .losing(lost)
        .count(RepairKind::Markup, *line, message);
    for block in blocks {
        if let BlockKind::Note(label) = &mut block.kind
            && let Some(number) = number(label)
        {
            *label = number;
        }
        for text in block.texts_mut() {
            *text = text.map_runs(|words, _| with_numbers(words, number));
        }
    }
}

/// The words with other labels in their marks.
fn with_numbers(words: &str, number: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = words.split("[^");
    let mut result = parts.next().map_or_else(String::new, str::to_owned);
    for part in parts {
        result.push_str("[^");
        match part
            .split_once(']')
            .and_then(|(label, rest)| Some((number(label)?, rest)))
        {
            Some((number, rest)) => result.push_str(&format!("{number}]{rest}")),
            None => result.push_str(part),
        }
    }
    result
}

/// Makes notes of paragraphs such as `[^1]: text` of an edition, where they stand.
pub(crate) fn read_written(blocks: Vec<Block>) -> Vec<Block> {
    blocks.into_iter().map(as_note).collect()
}

/// The block, or the note that it is: a paragraph that begins with `[^1]:`.
fn as_note(mut block: Block) -> Block {
    let words = block.text.plain_text();
    let note = words
        .strip_prefix("[^")
        .and_then(|rest| rest.split_once("]:"));
    if let Some((label, text)) = note.filter(|(label, _)| block.is_plain() && is_label(label)) {
        let length = words.len() - text.len();
        block.kind = BlockKind::Note(label.to_owned());
        block.text = block.text.split_at(length).1.normalized();
    }
    block
}

fn is_label(label: &str) -> bool {
    let is_sign = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    !label.is_empty() && label.chars().all(is_sign)
}

/// The labels of all marks in the words.
fn marks(words: &str) -> Vec<String> {
    let parts = words
        .split("[^")
        .skip(1)
        .filter_map(|part| part.split_once(']'));
    let labels = parts
        .map(|(label, _)| label)
        .filter(|label| is_label(label));
    labels.map(str::to_owned).collect()
}

fn marks_without(words: &str, notes: &BTreeSet<String>) -> BTreeSet<String> {
    let all = marks(words).into_iter();
    all.filter(|mark| !notes.contains(mark)).collect()
}
