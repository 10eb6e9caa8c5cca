//! Lists of points that go on from mark to mark.

use super::super::Point;
use super::super::context::Context;
use crate::report::diagnostic::{Code, Diagnostic};
use language::{Mark, Part, Series, Style};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The lists of a clause.
pub(super) struct Lists<'c, 't, 'd> {
    pub(super) context: &'c mut Context<'t, 'd>,
    /// How many lists there are so far below each anchor.
    pub(super) begun: HashMap<String, usize>,
    /// The last list below each anchor, which may go on after other blocks.
    pub(super) ended: HashMap<String, EndedList>,
    /// Anchors of points.
    pub(super) seen: HashSet<String>,
    /// Anchors of points that were left out so far, each with its diagnostic. It is dropped if the
    /// point comes later.
    pub(super) gaps: Vec<(String, Diagnostic)>,
}

pub(super) struct EndedList {
    pub(super) series: Series,
    pub(super) last: Part,
    pub(super) prefix: String,
}

impl Lists<'_, '_, '_> {
    /// Prefix, kind and next part of the list below an anchor that goes on with a mark.
    pub(super) fn resumed(&self, base: &str, mark: &Mark) -> Option<(String, Series, Part)> {
        let ended = self.ended.get(base)?;
        let (continuation, part) = continuation(ended.series, &ended.last, mark)?;
        (continuation == Continuation::Next).then(|| (ended.prefix.clone(), ended.series, part))
    }
}

/// A list whose last point may get more text.
pub(super) struct OpenList<'s> {
    pub(super) column: usize,
    pub(super) series: Series,
    pub(super) last: Part,
    /// The anchor without the part of the point: `c-5-2`, `c-5-2-l2`.
    pub(super) prefix: String,
    /// The anchor of what contains the list.
    pub(super) base: String,
    pub(super) points: Vec<Point<'s>>,
}

/// How a mark continues a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Continuation {
    Next,
    AfterGap,
    Backwards,
}

impl<'s> OpenList<'s> {
    pub(super) fn continuation(&self, mark: &Mark) -> Option<(Continuation, Part)> {
        continuation(self.series, &self.last, mark)
    }

    pub(super) fn matches(&self, mark: &Mark) -> bool {
        self.series == mark.series()
            || mark
                .as_roman()
                .is_some_and(|mark| self.series == mark.series())
    }

    pub(super) fn anchor(&self, part: &Part) -> String {
        format!("{}-p{}", self.prefix, part.value_slug())
    }

    pub(super) fn push(&mut self, part: Part, written: &str, lists: &mut Lists<'_, '_, '_>) {
        let anchor = self.anchor(&part);
        lists.seen.insert(anchor.clone());
        self.last = part;
        self.points.push(Point {
            mark: written.to_owned(),
            part,
            anchor,
            blocks: Vec::new(),
        });
    }

    pub(super) fn report(
        &self,
        continuation: Continuation,
        part: &Part,
        written: &str,
        place: &Range<usize>,
        lists: &mut Lists<'_, '_, '_>,
    ) {
        // A list that goes on after other blocks has its last point there.
        let before = self.points.last().map_or("", |point| point.mark.as_str());
        let (code, message, help) = match continuation {
            Continuation::Next => return,
            Continuation::AfterGap => {
                let missing = self.anchor(&part.expected(Some(&self.last)));
                let gap = Diagnostic::at(
                    Code::ClauseGap,
                    lists.context.file,
                    place.clone(),
                    format!("the point `{written}` follows `{before}`: a mark is left out"),
                    "if a point was repealed, keep its mark with a note; otherwise correct the mark",
                );
                lists.gaps.push((missing, gap));
                return;
            }
            Continuation::Backwards if self.points.iter().any(|point| point.part == *part) => (
                Code::DuplicateClause,
                format!("there are two points `{written}` in one list"),
                "give each point a mark of its own: its address is made of it",
            ),
            Continuation::Backwards => (
                Code::MisplacedClause,
                format!("the point `{written}` stands after `{before}`"),
                "put points in the order of their marks",
            ),
        };
        lists.context.report(code, place.clone(), message, help);
    }
}

/// How a mark continues a list, and its value there; `None` if it is of another kind.
pub(super) fn continuation(
    series: Series,
    last: &Part,
    mark: &Mark,
) -> Option<(Continuation, Part)> {
    let of_series = |mark: &Mark| mark.series() == series;
    let roman = || mark.as_roman().filter(of_series);
    let mark = Some(mark.clone()).filter(of_series).or_else(roman)?;
    let mut part = mark.part;
    if let (Style::Letter(before), Style::Letter(letter)) = (last.style, part.style) {
        // Which letters a list leaves out is only known from its other letters.
        part.value = match language::steps(before, letter) {
            Some(steps) => last.value.saturating_add(steps),
            None if letter == before => last.value,
            None if language::steps(letter, before).is_some() => part.value,
            // Letters of no known alphabet count in their order.
            None => last.value.saturating_add(1),
        };
    }
    let continuation = if last.is_followed_by(&part) {
        Continuation::Next
    } else if part > *last {
        Continuation::AfterGap
    } else {
        Continuation::Backwards
    };
    Some((continuation, part))
}

/// The mark, read as the first one of a list: `i)` as a numeral.
pub(super) fn first(mark: &Mark) -> Option<Mark> {
    let is_first = |mark: &Mark| mark.part.value == 1 && mark.part.inserted == 0;
    let roman = mark.as_roman().filter(is_first);
    roman.or_else(|| Some(mark.clone()).filter(is_first))
}
