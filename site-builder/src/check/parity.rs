//! Whether the clauses of an edition are the same in every locale: their numbers, their shape, and
//! what they mention.
//!
//! Texts in other locales are compared with that in the first locale. Warnings point into the
//! former.

mod dates;
mod mentions;

use crate::content::document::{self, Block, Clause, Document, Head, Inline, Leaf};
use crate::model::parsed::ParsedPolicy;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Sources;
use chrono::NaiveDate;
use dates::DateComparison;
use domain::Locale;
use mentions::Mentions;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Compares every edition of a policy between locales.
pub fn check(policy: &ParsedPolicy<'_>, locales: &[Locale], sources: &Sources) -> Vec<Diagnostic> {
    pairs(policy, locales)
        .into_iter()
        .flat_map(|(original, translation)| compare(original, translation, sources))
        .collect()
}

/// Each translation with its original: the same edition in the first locale that has it.
fn pairs<'p, 's>(
    policy: &'p ParsedPolicy<'s>,
    locales: &[Locale],
) -> Vec<(&'p Document<'s>, &'p Document<'s>)> {
    let mut originals: BTreeMap<NaiveDate, &Document<'s>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for text in locales
        .iter()
        .filter_map(|locale| policy.get(locale))
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

/// The compared properties of a clause without nested ones, or of the text before the first clause.
struct ClauseSummary<'d> {
    anchor: &'d str,
    /// 1 for a section; 0 for what stands by itself.
    level: usize,
    name: String,
    shape: Shape,
    mentions: Mentions,
    span: Range<usize>,
}

/// The compared structure of a clause.
#[derive(PartialEq)]
struct Shape {
    head: &'static str,
    /// Items of lists and definitions.
    items: usize,
    /// Rows of tables.
    rows: usize,
    /// Anchors of points, whatever their marks are.
    points: BTreeSet<String>,
    /// Labels of footnotes that are referred to.
    footnotes: BTreeSet<String>,
}

fn compare(
    original: &Document<'_>,
    translation: &Document<'_>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let dates = DateComparison::of(&original.locale, &translation.locale);
    let originals = summaries(original, dates);
    let translations = summaries(translation, dates);
    let mut comparison = Comparison {
        original,
        translation,
        path: sources.path(original.file).as_str(),
        diagnostics: Vec::new(),
    };
    comparison.numbers(&originals, &translations);
    let by_anchor: BTreeMap<&str, &ClauseSummary<'_>> = originals
        .iter()
        .map(|clause| (clause.anchor, clause))
        .collect();
    for clause in &translations {
        if let Some(original) = by_anchor.get(clause.anchor) {
            comparison.shapes(original, clause);
            comparison.mentions(original, clause);
        }
    }
    comparison.diagnostics
}

struct Comparison<'c> {
    original: &'c Document<'c>,
    translation: &'c Document<'c>,
    /// Path of the original.
    path: &'c str,
    diagnostics: Vec<Diagnostic>,
}

impl Comparison<'_> {
    fn warn(&mut self, code: Code, span: &Range<usize>, message: String) {
        let subject = match code {
            Code::FactMismatch => "facts",
            _ => "clauses",
        };
        let help = format!(
            "{subject} are the same in every locale: correct this text or `{}`",
            self.path
        );
        let (file, span) = (self.translation.file, span.clone());
        self.diagnostics
            .push(Diagnostic::at(code, file, span, message, help));
    }

    /// Warns of clauses that only one of the two has. A missing and an extra clause between the
    /// same neighbours count as renumbered.
    fn numbers(&mut self, originals: &[ClauseSummary<'_>], translations: &[ClauseSummary<'_>]) {
        let locale = &self.original.locale;
        let missing = gaps(originals, translations);
        let extra = gaps(translations, originals);
        let anchors: BTreeSet<&str> = missing.keys().chain(extra.keys()).copied().collect();
        for before in anchors {
            let missing = missing.get(before).map_or(&[][..], Vec::as_slice);
            let extra = extra.get(before).map_or(&[][..], Vec::as_slice);
            for (lost, new) in missing.iter().zip(extra) {
                let message = format!("{} stands where `{locale}` has {}", new.name, lost.name);
                self.warn(Code::ClauseMismatch, &new.span, message);
            }
            for new in extra.iter().skip(missing.len()) {
                let message = format!("`{locale}` has no {}", new.name);
                self.warn(Code::ClauseMismatch, &new.span, message);
            }
            // A missing clause is reported at the one that it should follow.
            let place = translations
                .iter()
                .find(|clause| clause.anchor == before)
                .map_or(0..0, |clause| clause.span.clone());
            for lost in missing.iter().skip(extra.len()) {
                let message = format!("{}, which `{locale}` has, is missing after this", lost.name);
                self.warn(Code::ClauseMismatch, &place, message);
            }
        }
    }

    fn shapes(&mut self, original: &ClauseSummary<'_>, translation: &ClauseSummary<'_>) {
        let locale = &self.original.locale;
        let mut differences = Vec::new();
        if original.shape.head != translation.shape.head {
            differences.push(format!(
                "starts with {}, in `{locale}` with {}",
                translation.shape.head, original.shape.head
            ));
        }
        for (translation, original, what) in [
            (translation.shape.items, original.shape.items, "list item"),
            (translation.shape.rows, original.shape.rows, "table row"),
        ] {
            if translation != original {
                let plural = if translation == 1 { "" } else { "s" };
                differences.push(format!(
                    "has {translation} {what}{plural}, in `{locale}` {original}"
                ));
            }
        }
        for (translation, original, what) in [
            (
                &translation.shape.points,
                &original.shape.points,
                "the point",
            ),
            (
                &translation.shape.footnotes,
                &original.shape.footnotes,
                "a reference to footnote",
            ),
        ] {
            let lost = original.difference(translation);
            let lost = lost.map(|one| format!("lacks {what} `{one}`, which `{locale}` has"));
            let new = translation.difference(original);
            let new = new.map(|one| format!("has {what} `{one}`, which `{locale}` lacks"));
            differences.extend(lost.chain(new));
        }
        if !differences.is_empty() {
            let message = format!("{} {}", translation.name, differences.join("; it "));
            self.warn(Code::ClauseMismatch, &translation.span, message);
        }
    }

    fn mentions(&mut self, original: &ClauseSummary<'_>, translation: &ClauseSummary<'_>) {
        let only_in = |one: &Mentions, other: &Mentions| {
            let quoted = one.difference(other).map(|mention| format!("`{mention}`"));
            quoted.collect::<Vec<_>>().join(", ")
        };
        let lost = only_in(&original.mentions, &translation.mentions);
        let new = only_in(&translation.mentions, &original.mentions);
        let locale = &self.original.locale;
        let name = &translation.name;
        let message = match (lost.is_empty(), new.is_empty()) {
            (true, true) => return,
            (false, true) => format!("{name} doesn't mention {lost}, which it does in `{locale}`"),
            (true, false) => format!("{name} mentions {new}, which it doesn't in `{locale}`"),
            (false, false) => format!("{name} mentions {new}, in `{locale}` {lost} instead"),
        };
        self.warn(Code::FactMismatch, &translation.span, message);
    }
}

/// Clauses that `others` lack, by the anchor of the last common clause before them. Clauses nested
/// in one of these are left out.
fn gaps<'p, 'd>(
    clauses: &'p [ClauseSummary<'d>],
    others: &[ClauseSummary<'_>],
) -> BTreeMap<&'p str, Vec<&'p ClauseSummary<'d>>> {
    let known: BTreeSet<&str> = others.iter().map(|clause| clause.anchor).collect();
    let mut gaps: BTreeMap<&str, Vec<&ClauseSummary<'_>>> = BTreeMap::new();
    let mut before = "";
    let mut around: Option<usize> = None;
    for clause in clauses {
        if known.contains(clause.anchor) {
            before = clause.anchor;
            around = None;
            continue;
        }
        let is_nested = around.is_some_and(|around| clause.level > around);
        if !is_nested {
            gaps.entry(before).or_default().push(clause);
            around = Some(clause.level).filter(|level| *level > 0);
        }
    }
    gaps
}

fn summaries<'d>(document: &'d Document<'_>, dates: DateComparison) -> Vec<ClauseSummary<'d>> {
    let preamble = ClauseSummary {
        anchor: "",
        level: 0,
        name: "the text before the first clause".to_owned(),
        shape: shape("words", &document.preamble),
        mentions: mentions::of_blocks(&document.preamble, &document.locale, dates),
        span: start_of_body(document.text),
    };
    let clauses = document.walk().into_iter().map(|clause| ClauseSummary {
        anchor: &clause.anchor,
        level: clause.level,
        name: match &clause.number {
            Some(number) if number.is_worded => format!("`{number}`"),
            Some(number) => format!("clause {number}"),
            None => format!("the section without a number `#{}`", clause.anchor),
        },
        shape: shape(head(clause), &clause.blocks),
        mentions: mentions::of_clause(clause, &document.locale, dates),
        span: clause.span.clone(),
    });
    let footnotes = document.footnotes.iter().map(|footnote| ClauseSummary {
        anchor: &footnote.anchor,
        level: 0,
        name: format!("footnote {}", footnote.label),
        shape: shape("words", &footnote.blocks),
        mentions: mentions::of_blocks(&footnote.blocks, &document.locale, dates),
        span: footnote.span.clone(),
    });
    std::iter::once(preamble)
        .chain(clauses)
        .chain(footnotes)
        .collect()
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
        points: BTreeSet::new(),
        footnotes: BTreeSet::new(),
    };
    count(blocks, &mut shape);
    document::visit_leaves(blocks, &mut |leaf| {
        if let Leaf::Inlines(inlines) = leaf {
            footnotes(inlines, &mut shape.footnotes);
        }
    });
    shape
}

/// Adds the labels of footnotes that inlines refer to.
fn footnotes(inlines: &[Inline<'_>], labels: &mut BTreeSet<String>) {
    for inline in inlines {
        match inline {
            Inline::Footnote(label, _) => {
                labels.insert(label.to_string());
            }
            Inline::Strong(inlines)
            | Inline::Emphasis(inlines)
            | Inline::Language(_, inlines)
            | Inline::Link(_, inlines, _) => footnotes(inlines, labels),
            Inline::Text(_) | Inline::Variable(..) | Inline::Code(_) | Inline::Break => {}
        }
    }
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
            Block::Points(points) => {
                for point in points {
                    shape.points.insert(format!("#{}", point.anchor));
                    count(&point.blocks, shape);
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
