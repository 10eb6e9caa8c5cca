//! Checks that numbers follow each other: none stands twice, before a lower one, or after a gap.

use super::super::ClauseNumber;
use super::super::context::Context;
use crate::report::diagnostic::{Code, Diagnostic};
use language::Part;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The numbers so far.
#[derive(Default)]
pub(super) struct Order {
    /// Anchors of clauses.
    seen: BTreeSet<String>,
    /// The last number of each row that counts on.
    last: BTreeMap<String, Last>,
    /// Anchors of numbers that were left out so far, each with its diagnostic. It is dropped if the
    /// number comes later.
    gaps: Vec<(String, Diagnostic)>,
}

struct Last {
    level: usize,
    part: Part,
    name: String,
}

/// A number to check.
pub(super) struct Numbered<'n> {
    /// Names the row of numbers in which it counts on.
    pub(super) row: String,
    /// How many parts its number has: a row may skip levels.
    pub(super) level: usize,
    /// The last part of its number.
    pub(super) part: Part,
    /// As its author wrote it.
    pub(super) number: &'n ClauseNumber,
    /// The place in the file.
    pub(super) span: Range<usize>,
    /// What its anchor has before the last part.
    pub(super) stem: String,
}

impl Order {
    /// Checks that no other clause has the anchor.
    pub(super) fn unique(
        &mut self,
        anchor: &str,
        number: &ClauseNumber,
        span: &Range<usize>,
        context: &mut Context<'_, '_>,
    ) {
        if !self.seen.insert(anchor.to_owned()) {
            let message = if number.is_worded {
                format!("`{number}` stands twice")
            } else {
                format!("there are two clauses {number}")
            };
            context.report(
                Code::DuplicateClause,
                span.clone(),
                message,
                "give each clause a number of its own: its address is made of it",
            );
        }
    }

    /// Checks that a number follows the last one of its row.
    pub(super) fn follow(&mut self, numbered: Numbered<'_>, context: &mut Context<'_, '_>) {
        let Numbered {
            row,
            level,
            part,
            number,
            span,
            stem,
        } = numbered;
        let name = name(number);
        let before = self.last.get(&row);
        let is_other_level = before.is_some_and(|before| before.level != level);
        let is_behind = before.is_some_and(|before| part <= before.part);
        let is_next = match before {
            Some(before) => before.part.is_followed_by(&part),
            None => part.value == 1 && part.inserted == 0,
        };
        if is_other_level {
        } else if let Some(before) = before
            && is_behind
        {
            if before.part != part {
                context.report(
                    Code::MisplacedClause,
                    span,
                    format!("{name} stands after a clause with a higher number"),
                    "put clauses in the order of their numbers",
                );
            }
        } else if !is_next {
            let expected = part.expected(before.map(|before| &before.part));
            let message = match before {
                Some(before) => {
                    format!("{name} follows {}: a number is left out", before.name)
                }
                None => {
                    let first = number.with_last(&part, &expected);
                    format!("the first clause here is {number}, not {first}")
                }
            };
            let gap = Diagnostic::at(
                Code::ClauseGap,
                context.file,
                span,
                message,
                "if a clause was repealed, keep its number with a note; otherwise correct the number",
            );
            self.gaps.push((format!("{stem}{}", expected.slug()), gap));
        }
        self.last.insert(row, Last { level, part, name });
    }

    /// Reports the gaps that are left.
    pub(super) fn finish(&mut self, context: &mut Context<'_, '_>) {
        let gaps = std::mem::take(&mut self.gaps).into_iter();
        let real = gaps.filter(|(anchor, _)| !self.seen.contains(anchor));
        context.diagnostics.extend(real.map(|(_, gap)| gap));
    }
}

/// What messages call a clause.
pub(super) fn name(number: &ClauseNumber) -> String {
    if number.is_worded {
        format!("`{number}`")
    } else {
        format!("clause {number}")
    }
}
