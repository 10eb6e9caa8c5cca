//! Whether an edition says the same in every locale: the same clauses, of the same shape, with the same facts.
//!
//! In: the texts of a policy. Out: a warning for whatever a translation has more, less or otherwise than the text in the first
//! locale; its place is in the translation. Words can't be compared, but numbers, dates, variables and links can.

mod facts;

use crate::content::document::{Block, Clause, Document, Head, Number};
use crate::model::parsed::ParsedPolicy;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Sources;
use chrono::NaiveDate;
use domain::Locale;
use facts::{DateReading, Facts};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Compares every edition of a policy between locales.
pub fn check(texts: &ParsedPolicy<'_>, order: &[Locale], sources: &Sources) -> Vec<Diagnostic> {
    pairs(texts, order)
        .into_iter()
        .flat_map(|(original, translation)| compare(original, translation, sources))
        .collect()
}

/// Each translation beside the text in the first locale that has the same edition.
fn pairs<'p, 's>(
    texts: &'p ParsedPolicy<'s>,
    order: &[Locale],
) -> Vec<(&'p Document<'s>, &'p Document<'s>)> {
    let mut originals: BTreeMap<NaiveDate, &Document<'s>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for text in order
        .iter()
        .filter_map(|locale| texts.get(locale))
        .flatten()
    {
        match originals.get(&text.effective) {
            Some(original) => pairs.push((*original, &text.document)),
            None => {
                originals.insert(text.effective, &text.document);
            }
        }
    }
    pairs
}

/// A clause without those in it, or the text before the first one.
struct Part<'d> {
    anchor: &'d str,
    number: Option<&'d Number>,
    name: String,
    shape: Shape,
    facts: Facts,
    span: Range<usize>,
}

/// What of a clause's form a translation keeps.
#[derive(PartialEq)]
struct Shape {
    head: &'static str,
    /// Items of lists, and definitions.
    items: usize,
    /// Rows of tables.
    rows: usize,
}

fn compare(
    original: &Document<'_>,
    translation: &Document<'_>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let reading = DateReading::of(&original.locale, &translation.locale);
    let theirs = parts(original, reading);
    let own = parts(translation, reading);
    let mut comparison = Comparison {
        original,
        translation,
        path: sources.path(original.file).as_str(),
        diagnostics: Vec::new(),
    };
    comparison.numbers(&theirs, &own);
    let by_anchor: BTreeMap<&str, &Part<'_>> =
        theirs.iter().map(|part| (part.anchor, part)).collect();
    for part in &own {
        if let Some(other) = by_anchor.get(part.anchor) {
            comparison.shapes(other, part);
            comparison.facts(other, part);
        }
    }
    comparison.diagnostics
}

struct Comparison<'c> {
    original: &'c Document<'c>,
    translation: &'c Document<'c>,
    /// Of the original.
    path: &'c str,
    diagnostics: Vec<Diagnostic>,
}

impl Comparison<'_> {
    fn warn(&mut self, code: Code, span: &Range<usize>, message: String) {
        let help = match code {
            Code::FactMismatch => format!(
                "facts are the same in every locale: correct this text or `{}`",
                self.path
            ),
            _ => format!(
                "clauses are the same in every locale: correct this text or `{}`",
                self.path
            ),
        };
        self.diagnostics.push(Diagnostic::at(
            code,
            self.translation.file,
            span.clone(),
            message,
            help,
        ));
    }

    /// Clauses that only one of the two has. Those in the same gap were renumbered.
    fn numbers(&mut self, theirs: &[Part<'_>], own: &[Part<'_>]) {
        let locale = &self.original.locale;
        let missing = gaps(theirs, own);
        let extra = gaps(own, theirs);
        let mut messages: Vec<(Range<usize>, String)> = Vec::new();
        let anchors: BTreeSet<&str> = missing.keys().chain(extra.keys()).copied().collect();
        for before in anchors {
            let missing = missing.get(before).map_or(&[][..], Vec::as_slice);
            let extra = extra.get(before).map_or(&[][..], Vec::as_slice);
            for (lost, new) in missing.iter().zip(extra) {
                messages.push((
                    new.span.clone(),
                    format!("{} stands where `{locale}` has {}", new.name, lost.name),
                ));
            }
            for new in extra.iter().skip(missing.len()) {
                messages.push((new.span.clone(), format!("`{locale}` has no {}", new.name)));
            }
            // What isn't there is told of at the clause after which it belongs.
            let place = own
                .iter()
                .find(|part| part.anchor == before)
                .map_or(0..0, |part| part.span.clone());
            for lost in missing.iter().skip(extra.len()) {
                messages.push((
                    place.clone(),
                    format!("{}, which `{locale}` has, is missing after this", lost.name),
                ));
            }
        }
        for (span, message) in messages {
            self.warn(Code::ClauseMismatch, &span, message);
        }
    }

    fn shapes(&mut self, theirs: &Part<'_>, own: &Part<'_>) {
        let locale = &self.original.locale;
        let mut differences = Vec::new();
        if theirs.shape.head != own.shape.head {
            differences.push(format!(
                "starts with {}, in `{locale}` with {}",
                own.shape.head, theirs.shape.head
            ));
        }
        for (own, theirs, what) in [
            (own.shape.items, theirs.shape.items, "list item"),
            (own.shape.rows, theirs.shape.rows, "table row"),
        ] {
            if own != theirs {
                let plural = if own == 1 { "" } else { "s" };
                differences.push(format!("has {own} {what}{plural}, in `{locale}` {theirs}"));
            }
        }
        if !differences.is_empty() {
            let message = format!("{} {}", own.name, differences.join("; it "));
            self.warn(Code::ClauseMismatch, &own.span, message);
        }
    }

    fn facts(&mut self, theirs: &Part<'_>, own: &Part<'_>) {
        let quoted = |facts: Vec<&String>| {
            let quoted: Vec<String> = facts.iter().map(|fact| format!("`{fact}`")).collect();
            quoted.join(", ")
        };
        let lost: Vec<&String> = theirs.facts.difference(&own.facts).collect();
        let new: Vec<&String> = own.facts.difference(&theirs.facts).collect();
        let locale = &self.original.locale;
        let name = &own.name;
        let message = match (lost.is_empty(), new.is_empty()) {
            (true, true) => return,
            (false, true) => format!(
                "{name} doesn't mention {}, which it does in `{locale}`",
                quoted(lost)
            ),
            (true, false) => format!(
                "{name} mentions {}, which it doesn't in `{locale}`",
                quoted(new)
            ),
            (false, false) => format!(
                "{name} mentions {}, in `{locale}` {} instead",
                quoted(new),
                quoted(lost)
            ),
        };
        self.warn(Code::FactMismatch, &own.span, message);
    }
}

/// Parts that the others lack, by the anchor of the last common part before them. What stands in such a part goes unsaid.
fn gaps<'p, 'd>(
    parts: &'p [Part<'d>],
    others: &[Part<'_>],
) -> BTreeMap<&'p str, Vec<&'p Part<'d>>> {
    let known: BTreeSet<&str> = others.iter().map(|part| part.anchor).collect();
    let mut gaps: BTreeMap<&str, Vec<&Part<'_>>> = BTreeMap::new();
    let mut before = "";
    let mut around: Option<&Number> = None;
    for part in parts {
        if known.contains(part.anchor) {
            before = part.anchor;
            continue;
        }
        let is_told = matches!((around, part.number), (Some(around), Some(number)) if around.contains(number));
        if !is_told {
            gaps.entry(before).or_default().push(part);
            around = part.number;
        }
    }
    gaps
}

fn parts<'d>(document: &'d Document<'_>, reading: DateReading) -> Vec<Part<'d>> {
    let preamble = Part {
        anchor: "",
        number: None,
        name: "the text before the first clause".to_owned(),
        shape: shape("words", &document.preamble),
        facts: facts::of_blocks(&document.preamble, &document.locale, reading),
        span: start_of_body(document.text),
    };
    let clauses = document.walk().into_iter().map(|clause| Part {
        anchor: &clause.anchor,
        number: clause.number.as_ref(),
        name: match &clause.number {
            Some(number) => format!("clause {number}"),
            None => format!("the section without a number `#{}`", clause.anchor),
        },
        shape: shape(head(clause), &clause.blocks),
        facts: facts::of_clause(clause, &document.locale, reading),
        span: clause.span.clone(),
    });
    std::iter::once(preamble).chain(clauses).collect()
}

fn head(clause: &Clause<'_>) -> &'static str {
    match clause.head {
        Head::Title(_) => "a title",
        Head::Text => "its text",
        Head::Term(_) => "a term",
    }
}

fn shape(head: &'static str, blocks: &[Block<'_>]) -> Shape {
    let mut shape = Shape {
        head,
        items: 0,
        rows: 0,
    };
    count(blocks, &mut shape);
    shape
}

fn count(blocks: &[Block<'_>], shape: &mut Shape) {
    for block in blocks {
        match block {
            Block::List(_, items) => {
                shape.items += items.len();
                for item in items {
                    count(item, shape);
                }
            }
            Block::Definitions(definitions) => shape.items += definitions.len(),
            Block::Table(table) => shape.rows += table.rows.len(),
            Block::Note(blocks) => count(blocks, shape),
            Block::Paragraph(_) | Block::Generated(_) => {}
        }
    }
}

/// The first line below the front matter.
fn start_of_body(text: &str) -> Range<usize> {
    let mut at = 0;
    let mut fences = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end();
        if fences == 2 && !words.is_empty() {
            return at..at + words.len();
        }
        if words == "+++" {
            fences += 1;
        }
        at += line.len();
    }
    0..text.len().min(3)
}
