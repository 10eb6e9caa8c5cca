//! What of a page isn't its document: the frame around it, tables of contents, hidden words,
//! comments in the margin, and changes that nobody accepted. All of it is reported.

use super::measures::Measures;
use super::page::{PAGE_NAMES, has_name};
use super::parts::{Part, Parts};
use super::tokens::is_block;
use super::tree::{Element, Event, Tree};
use crate::report::{DecisionKind, Loss, RepairKind, Report};
use std::ops::Range;

/// Longest quotation of an address, in characters.
const MAX_QUOTED: usize = 200;

/// A part of the page that the edition leaves out.
#[derive(Debug)]
pub(super) struct Omission {
    pub(super) events: Range<usize>,
    part: Part,
    line: usize,
    /// Whether all its events are left out, not only its words: an inline element may end inside of
    /// a block that began in it.
    pub(super) is_block: bool,
}

/// The parts that are left out, in order and apart from each other.
pub(super) fn find(tree: &Tree, measures: &Measures, report: &mut Report) -> Vec<Omission> {
    let parts = Parts::new(tree, measures);
    let mut found: Vec<Omission> = Vec::new();
    let mut inserted: Vec<(usize, Vec<String>)> = Vec::new();
    let mut end = 0;
    for (index, element) in tree.elements.iter().enumerate() {
        if element.events.start < end {
            continue;
        }
        let part = parts.of(index, element);
        if part.is_none() && is_inserted(element) {
            add(
                &mut inserted,
                element.line,
                quotation(tree, &element.events),
            );
        }
        match part {
            None => {}
            Some(Part::HiddenAtFirst | Part::OtherPage) => {
                let words = measures.within(&element.events).words;
                report_kept(element, words, report);
            }
            Some(part) => {
                end = element.events.end;
                found.push(Omission {
                    events: element.events.clone(),
                    part,
                    line: element.line,
                    is_block: is_block(&element.tag.name),
                });
            }
        }
    }
    for (line, words) in inserted {
        report.insertion(line, &words);
    }
    report_omissions(tree, &found, report);
    found
}

/// Adds words to those of the same line.
fn add(lines: &mut Vec<(usize, Vec<String>)>, line: usize, words: String) {
    match lines.last_mut() {
        _ if words.is_empty() => {}
        Some((last, before)) if *last == line => before.push(words),
        _ => lines.push((line, vec![words])),
    }
}

fn is_inserted(element: &Element) -> bool {
    element.tag.name == "ins" || has_name(&element.tag, &PAGE_NAMES.inserted_names)
}

/// Reports what stays although the page doesn't show it as its own words.
fn report_kept(element: &Element, words: usize, report: &mut Report) {
    let address = element.tag.attribute("src").unwrap_or("");
    let (kind, message, help) = if matches!(element.tag.name.as_str(), "iframe" | "frame") {
        (
            DecisionKind::LeftOut,
            format!(
                "the page shows another one in a frame, which was left out: `{}`",
                shortened(address)
            ),
            "import what the frame shows by itself, if it is a part of the document",
        )
    } else {
        (
            DecisionKind::Hidden,
            format!(
                "`{words}` words that the page hides at first, which readers may open, were kept"
            ),
            "delete them if readers of the page never see them",
        )
    };
    report.decision(kind, element.line, message, help);
}

fn report_omissions(tree: &Tree, found: &[Omission], report: &mut Report) {
    // Parts of one kind in a row are one; of losses, all of a line.
    let together = |one: &Omission, other: &Omission| {
        let is_row = || quotation(tree, &(one.events.end..other.events.start)).is_empty();
        one.part == other.part
            && one.part != Part::Comment
            && (one.line == other.line && loss(&one.part).is_some() || is_row())
    };
    for parts in found.chunk_by(together) {
        let Some(Omission { part, line, .. }) = parts.first() else {
            continue;
        };
        let mut words: Vec<String> = parts
            .iter()
            .map(|omission| quotation(tree, &omission.events))
            .collect();
        words.retain(|words| !words.is_empty());
        match part {
            Part::Drawing => {
                report.count(RepairKind::Dropped, *line, "drawings without words removed");
            }
            Part::Mark => {
                let message = "marks of comments in the margin removed";
                let losing = report.losing(words.join(" "));
                losing.count(RepairKind::Dropped, *line, message);
            }
            // Signs, such as arrows, are no words of the document.
            Part::Frame(_)
                if !words
                    .iter()
                    .any(|words| words.contains(char::is_alphanumeric)) => {}
            _ if words.is_empty() => {}
            Part::Comment => report.comment(*line, &words.join(" ")),
            Part::Frame(what) => report.left_out(what, *line, &words.join(" ")),
            Part::Contents => {
                report.left_out("the table of contents", *line, &words.join(" "));
            }
            Part::Deleted | Part::Struck | Part::Hidden => {
                if let Some(loss) = loss(part) {
                    report.loss(loss, *line, &words);
                }
            }
            Part::HiddenAtFirst | Part::OtherPage => {}
        }
    }
}

fn loss(part: &Part) -> Option<Loss> {
    match part {
        Part::Deleted => Some(Loss::Deleted),
        Part::Struck => Some(Loss::Struck),
        Part::Hidden => Some(Loss::Hidden),
        _ => None,
    }
}

/// The words of some events, in one line.
fn quotation(tree: &Tree, events: &Range<usize>) -> String {
    let events = tree.events.get(events.clone()).unwrap_or(&[]);
    let mut text = String::new();
    for event in events {
        match event {
            Event::Words(words) => text.push_str(&words.text),
            Event::Open(index) | Event::Close(index) => {
                let element = tree.elements.get(*index);
                if element
                    .is_some_and(|element| is_block(&element.tag.name) || element.tag.name == "br")
                {
                    text.push(' ');
                }
            }
            Event::Break(_) | Event::Comment(_) => text.push(' '),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text.
fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(MAX_QUOTED).collect();
    if letters.next().is_some() {
        format!("{start}…")
    } else {
        start
    }
}
