//! Pairs footnotes with the references to them.

use super::context::Context;
use super::raw::RawFootnote;
use super::{Document, Footnote, Head, Inline, Leaf, points, visit_leaves};
use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic};
use std::collections::BTreeSet;
use std::ops::Range;

/// Makes footnotes of raw ones, in the order of their labels.
pub(super) fn build<'s>(
    raw: Vec<RawFootnote<'s>>,
    context: &mut Context<'_, '_>,
) -> Vec<Footnote<'s>> {
    let mut footnotes: Vec<(u16, Footnote<'s>)> = Vec::new();
    for RawFootnote {
        label,
        blocks,
        span,
    } in raw
    {
        let line = slice(context.text, span.clone()).lines().next();
        let span = span.start..span.start + line.map_or(0, str::len);
        let Some(number) = number(&label) else {
            context.report(
                Code::UnsupportedMarkdown,
                span,
                format!("the label `{label}` of a footnote is no number"),
                "write `[^1]` in the text and `[^1]: …` before the footnote: readers see the number",
            );
            continue;
        };
        if footnotes.iter().any(|(other, _)| *other == number) {
            context.report(
                Code::DuplicateClause,
                span,
                format!("there are two footnotes {label}"),
                "give each footnote a number of its own: its address is made of it",
            );
            continue;
        }
        let anchor = format!("n-{number}");
        let blocks = points::assemble(blocks, &anchor, context);
        let footnote = Footnote {
            label: label.into_string(),
            anchor,
            blocks,
            span,
        };
        footnotes.push((number, footnote));
    }
    footnotes.sort_by_key(|(number, _)| *number);
    footnotes
        .into_iter()
        .map(|(_, footnote)| footnote)
        .collect()
}

fn number(label: &str) -> Option<u16> {
    let is_plain = label.bytes().all(|byte| byte.is_ascii_digit()) && !label.starts_with('0');
    let digits = Some(label).filter(|label| is_plain && (1..=3).contains(&label.len()))?;
    Some(
        digits
            .bytes()
            .fold(0, |value, digit| value * 10 + u16::from(digit - b'0')),
    )
}

/// Reports footnotes that nothing refers to.
pub(super) fn check(document: &Document<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut used = BTreeSet::new();
    references(document, &mut |label, _| {
        used.insert(label.to_owned());
    });
    for footnote in &document.footnotes {
        if !used.contains(&footnote.label) {
            diagnostics.push(Diagnostic::at(
                Code::UnusedFootnote,
                document.file,
                footnote.span.clone(),
                format!("nothing in the text refers to footnote {}", footnote.label),
                format!(
                    "write `[^{}]` where it belongs, or remove it",
                    footnote.label
                ),
            ));
        }
    }
}

/// Calls `visit` with the label and place of each reference to a footnote, in the order of the text.
pub(super) fn references<'d>(
    document: &'d Document<'_>,
    visit: &mut impl FnMut(&'d str, &'d Range<usize>),
) {
    let mut leaf = |leaf: Leaf<'d, '_>| {
        if let Leaf::Inlines(inlines) = leaf {
            in_inlines(inlines, visit);
        }
    };
    visit_leaves(&document.preamble, &mut leaf);
    for clause in document.walk() {
        if let Head::Title(inlines) | Head::Term(inlines) = &clause.head {
            leaf(Leaf::Inlines(inlines));
        }
        visit_leaves(&clause.blocks, &mut leaf);
    }
    for footnote in &document.footnotes {
        visit_leaves(&footnote.blocks, &mut leaf);
    }
}

fn in_inlines<'d>(inlines: &'d [Inline<'_>], visit: &mut impl FnMut(&'d str, &'d Range<usize>)) {
    for inline in inlines {
        match inline {
            Inline::Footnote(label, span) => visit(label, span),
            Inline::Strong(inlines)
            | Inline::Emphasis(inlines)
            | Inline::Language(_, inlines)
            | Inline::Link(_, inlines, _) => in_inlines(inlines, visit),
            Inline::Text(_) | Inline::Variable(..) | Inline::Code(_) | Inline::Break => {}
        }
    }
}
