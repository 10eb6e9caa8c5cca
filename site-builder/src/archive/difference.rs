//! What differs between an archived text of an edition and the present one: each time the place in
//! the present one, and words for it.

use crate::compare::{self, ChangeKind, Provision};
use crate::content::document::{Document, Generated};
use crate::content::settings::Facts;
use std::collections::BTreeSet;
use std::ops::Range;

/// The first difference between two texts: where it is in the second one, and what.
pub(super) fn first_change(
    before: &Document<'_>,
    after: &Document<'_>,
    facts: &Facts,
) -> (Range<usize>, String) {
    changed_clause(before, after, facts).unwrap_or_else(|| changed_line(before.text, after.text))
}

/// The first clause with other words.
fn changed_clause(
    before: &Document<'_>,
    after: &Document<'_>,
    facts: &Facts,
) -> Option<(Range<usize>, String)> {
    let name = |generated: Generated| generated.variable().to_owned();
    let old = compare::provisions(before, facts, name);
    let new = compare::provisions(after, facts, name);
    let changes = compare::compare(&old, &new);
    let change = changes
        .iter()
        .find(|change| change.kind != ChangeKind::Unchanged)?;
    let has = |provisions: &[Provision], one: &Provision| {
        provisions.iter().any(|other| other.anchor == one.anchor)
    };
    Some(match (change.before, change.after) {
        (Some(removed), None) if !has(&new, removed) => {
            let span = span_before(after, &old, removed);
            (span, format!("{} was removed", name_of(removed)))
        }
        (None, Some(added)) if !has(&old, added) => {
            let span = span_of(after, added);
            (span, format!("{} was added", name_of(added)))
        }
        // Words so different that they count as another clause stand under the same number.
        (before, after_change) => {
            let changed = after_change.or(before)?;
            let span = span_of(after, changed);
            (span, format!("{} was changed", name_of(changed)))
        }
    })
}

/// What of a correction is more than the correction of a slip in the text that was published first.
pub(super) fn larger_than_slip(
    before: &Document<'_>,
    after: &Document<'_>,
) -> Option<(Range<usize>, String)> {
    if before.front.material != after.front.material {
        let what = "a correction changes whether the edition is material";
        return Some((line_of(after, "material"), what.to_owned()));
    }
    if before.front.published != after.front.published {
        let what = "a correction changes the day of publication";
        return Some((line_of(after, "published"), what.to_owned()));
    }
    let anchors = |document: &Document<'_>| -> BTreeSet<String> {
        document.anchors().into_iter().map(str::to_owned).collect()
    };
    let (old, new) = (anchors(before), anchors(after));
    if let Some(anchor) = after
        .anchors()
        .into_iter()
        .find(|anchor| !old.contains(*anchor))
    {
        return Some((
            span_of_anchor(after, anchor),
            format!("a correction adds the clause `#{anchor}`"),
        ));
    }
    let removed = old.difference(&new).next()?;
    Some((
        line_of(after, "correction"),
        format!("a correction removes the clause `#{removed}`"),
    ))
}

/// The first line that differs.
fn changed_line(before: &str, after: &str) -> (Range<usize>, String) {
    let mut at = 0;
    let mut old = before.split_inclusive('\n');
    for line in after.split_inclusive('\n') {
        if old.next() != Some(line) {
            break;
        }
        at += line.len();
    }
    let rest = after.get(at..).and_then(|rest| rest.lines().next());
    let length = rest.map_or(0, str::len);
    (at..at + length, "this line was changed".to_owned())
}

/// The line of a key of the front matter; the beginning of the file if it isn't there.
fn line_of(document: &Document<'_>, key: &str) -> Range<usize> {
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        if line.starts_with(key) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..3
}

fn name_of(provision: &Provision) -> String {
    match (provision.number.as_str(), provision.anchor.as_str()) {
        ("", "") => "the text before the first clause".to_owned(),
        ("", anchor) => format!("the section `#{anchor}`"),
        (number, _) => format!("clause {number}"),
    }
}

fn span_of(document: &Document<'_>, provision: &Provision) -> Range<usize> {
    span_of_anchor(document, &provision.anchor)
}

/// The place of a clause or footnote, or of the clause in which a point stands.
fn span_of_anchor(document: &Document<'_>, anchor: &str) -> Range<usize> {
    let clauses = document.walk().into_iter();
    let clauses = clauses.map(|clause| (clause.anchor.as_str(), &clause.span));
    let footnotes = document.footnotes.iter();
    let footnotes = footnotes.map(|footnote| (footnote.anchor.as_str(), &footnote.span));
    let is_around = |own: &str| {
        let rest = anchor.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-p") || rest.starts_with("-l"))
    };
    clauses
        .chain(footnotes)
        .find(|(own, _)| is_around(own))
        .map_or(0..3, |(_, span)| span.clone())
}

/// The clause of a text that stood before a removed one.
fn span_before(document: &Document<'_>, old: &[Provision], removed: &Provision) -> Range<usize> {
    let before = old.iter().take_while(|provision| *provision != removed);
    let clauses = document.walk();
    let mut spans = before.filter_map(|provision| {
        let mut clauses = clauses.iter();
        clauses.find(|clause| clause.anchor == provision.anchor)
    });
    let last = spans.by_ref().last();
    last.map_or(0..3, |clause| clause.span.clone())
}
