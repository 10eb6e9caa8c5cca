//! References as lawyers write them: `clause 5.2`, `пункты 5.2 и 5.3`, `5.2 және 5.3-тармақтар`,
//! `подпункт 2) пункта 5.2`, `Article 5(2)`, `1-қосымша`.
//!
//! A number is a reference only next to the word for a clause, and only if the text around it
//! doesn't name another document (`section 5 of the Law`).

use super::address::{Address, IfMissing, bare_mark};
use crate::content::slice::slice;
use domain::Locale;
use language::{Language, Number, Part, ReferencePatterns, Style, Unit};
use regex::{Captures, Match};
use std::ops::Range;

/// A reference in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClauseReference {
    /// What it names; `None` for digits in a list of numbers that can't be the number of a clause.
    pub(super) address: Option<Address>,
    /// The text of the link.
    pub(super) span: Range<usize>,
}

/// All references in a text, in order. `clauses 5.2 and 5.3` are two.
pub(super) fn find(text: &str, locale: &Locale) -> Vec<ClauseReference> {
    let Some(language) = Language::of(locale.as_str()) else {
        return Vec::new();
    };
    let patterns = language.references();
    let points: Vec<Captures<'_>> = match &patterns.points {
        Some(points) => points.captures_iter(text).collect(),
        None => Vec::new(),
    };
    let mut found = Vec::new();
    // Where a reference to a clause names points: `подпункт 2) пункта 5.2`.
    let mut taken: Vec<Range<usize>> = Vec::new();
    for captures in patterns.reference.captures_iter(text) {
        let whole = captures.get_match().range();
        let is_own_point = |points: &Captures<'_>| overlap(&points.get_match().range(), &whole);
        if captures.name("points").is_some() {
            taken.push(whole);
        } else if points.iter().any(is_own_point) {
            continue;
        }
        if patterns.is_reference(text, &captures) {
            found.extend(Reference::of(&captures, patterns).split(text));
        }
    }
    for captures in points {
        let whole = captures.get_match().range();
        let is_taken = taken.iter().any(|taken| overlap(taken, &whole));
        if !is_taken && patterns.is_reference(text, &captures) {
            found.extend(Reference::of(&captures, patterns).split(text));
        }
    }
    found.sort_by_key(|found| found.span.start);
    found
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The parts of one match.
struct Reference<'t> {
    whole: Range<usize>,
    unit: Option<Unit>,
    /// Whether a reference to a place that isn't there is no mistake in this language.
    is_lenient: bool,
    numbers: Option<Match<'t>>,
    /// Marks of points side by side: `а) и б)`.
    points: Option<Match<'t>>,
    /// Marks one inside of the other: `(a)(ii)`.
    marks: Option<Match<'t>>,
    in_appendix: Option<Number>,
    in_article: Option<Number>,
}

impl<'t> Reference<'t> {
    fn of(captures: &Captures<'t>, patterns: &ReferencePatterns) -> Self {
        let number = |name: &str| {
            captures
                .name(name)
                .and_then(|found| Number::parse(found.as_str()))
        };
        let units = [
            ("article", Unit::Article),
            ("chapter", Unit::Chapter),
            ("part", Unit::Part),
            ("appendix", Unit::Appendix),
        ];
        let unit = units
            .into_iter()
            .find(|(name, _)| captures.name(name).is_some())
            .map(|(_, unit)| unit);
        let word = captures.name("unit").filter(|_| patterns.is_lenient);
        let named = word.and_then(|word| patterns.unit(word.as_str()));
        Self {
            whole: captures.get_match().range(),
            unit: unit.or(named),
            is_lenient: patterns.is_lenient,
            numbers: captures.name("numbers"),
            points: captures
                .name("points")
                .or_else(|| captures.name("own_points")),
            marks: captures.name("marks"),
            in_appendix: number("in_appendix"),
            in_article: number("in_article"),
        }
    }

    /// The references of one match. A single number links the whole match, others link themselves.
    fn split(&self, text: &str) -> Vec<ClauseReference> {
        let mut found = match &self.numbers {
            Some(numbers) => self.by_number(text, numbers.range()),
            None => Vec::new(),
        };
        // Digits alone may be a date or a code; next to a valid number they stand for a clause.
        if found.iter().all(|one| one.address.is_none()) && self.numbers.is_some() {
            return Vec::new();
        }
        let points = match &self.points {
            Some(points) => marks(points.as_str(), points.start()),
            None => Vec::new(),
        };
        match (points.as_slice(), found.pop()) {
            (_, None) => self.points(text, points, None),
            (_, Some(only)) if found.is_empty() && !points.is_empty() => {
                self.points(text, points, Some(only))
            }
            (_, Some(mut last)) => {
                if found.is_empty() {
                    last.span = self.whole.clone();
                }
                found.push(last);
                found
            }
        }
    }

    /// References to points: a single one links the whole match, others link themselves, and so
    /// does their clause.
    fn points(
        &self,
        text: &str,
        points: Vec<(String, Range<usize>)>,
        clause: Option<ClauseReference>,
    ) -> Vec<ClauseReference> {
        let is_single = points.len() == 1;
        let of_point = |(mark, span): (String, Range<usize>)| ClauseReference {
            address: match &clause {
                Some(clause) => self.address_at(text, &clause.span, vec![mark]),
                None => Some(
                    Address::new(String::new(), Vec::new(), vec![mark])
                        .with_if_missing(IfMissing::Words),
                ),
            },
            span: if is_single { self.whole.clone() } else { span },
        };
        let mut found: Vec<ClauseReference> = points.into_iter().map(of_point).collect();
        found.extend(clause.filter(|_| !is_single));
        found.sort_by_key(|one| one.span.start);
        found
    }

    fn by_number(&self, text: &str, numbers: Range<usize>) -> Vec<ClauseReference> {
        let mut found = Vec::new();
        let mut at = numbers.start;
        while at < numbers.end {
            let rest = slice(text, at..numbers.end);
            let Some(next) = rest.find(char::is_alphanumeric) else {
                break;
            };
            at += next;
            let rest = slice(text, at..numbers.end);
            let length = number_length(rest);
            let span = at..at + length;
            let word = slice(text, span.clone());
            // A letter may be a number only at the beginning: later it may be the word `и`.
            let is_digits = word.starts_with(|one: char| one.is_numeric());
            if is_digits || at == numbers.start {
                let marks = match &self.marks {
                    Some(found) => nested(found.as_str()),
                    None => Vec::new(),
                };
                found.push(ClauseReference {
                    address: self.address_at(text, &span, marks),
                    span: span.clone(),
                });
            }
            at = span.end;
        }
        found
    }

    fn address_at(&self, text: &str, span: &Range<usize>, marks: Vec<String>) -> Option<Address> {
        let number = Number::parse(slice(text, span.clone()))?;
        Some(self.address(&number, marks))
    }

    fn address(&self, number: &Number, marks: Vec<String>) -> Address {
        let is_styled = number.first().style != Style::Decimal;
        let own = Address::of(number, marks.clone());
        let path = |number: &Number| {
            let slugs: Vec<String> = number.parts().iter().map(Part::slug).collect();
            slugs.join("-")
        };
        let value = number.first().value_slug();
        let roman = number.first().as_roman().map(|part| part.value_slug());
        let groups = |prefix: &str| -> Vec<String> {
            let values = std::iter::once(value.clone()).chain(roman.clone());
            let groups: Vec<String> = values.map(|value| format!("{prefix}-{value}")).collect();
            groups
                .into_iter()
                .chain(own.candidates().iter().cloned())
                .collect()
        };
        let named =
            |name: String, candidates: Vec<String>| Address::new(name, candidates, marks.clone());
        let (address, if_missing) = match (&self.in_appendix, &self.in_article, self.unit) {
            (Some(appendix), _, _) => {
                let around = format!("a-{}", appendix.first().value_slug());
                let below = vec![format!("{around}-{}", path(number))];
                (
                    named(format!("{number} of appendix {appendix}"), below),
                    IfMissing::MistakeAmong(Unit::Appendix),
                )
            }
            (None, Some(article), _) => {
                let below = vec![format!("c-{}-{}", path(article), path(number))];
                (
                    named(format!("{number} of article {article}"), below),
                    IfMissing::MistakeAmong(Unit::Article),
                )
            }
            (None, None, Some(Unit::Appendix)) => {
                let mut anchors = groups("a");
                anchors.retain(|anchor| anchor.starts_with("a-"));
                (
                    named(number.to_string(), anchors),
                    IfMissing::MistakeAmong(Unit::Appendix),
                )
            }
            (None, None, Some(Unit::Chapter)) => {
                (named(number.to_string(), groups("ch")), IfMissing::Words)
            }
            (None, None, Some(Unit::Part)) => {
                (named(number.to_string(), groups("part")), IfMissing::Words)
            }
            (None, None, Some(Unit::Article | Unit::Paragraph)) => {
                (own, IfMissing::MistakeAmong(Unit::Article))
            }
            (None, None, Some(_)) => (own, IfMissing::Mistake),
            (None, None, None) if is_styled => (own, IfMissing::Words),
            (None, None, None) => (own, IfMissing::Mistake),
        };
        let if_missing = if self.is_lenient {
            IfMissing::Words
        } else {
            if_missing
        };
        address.with_if_missing(if_missing)
    }
}

/// Bytes of the number at the start of a list of numbers, or of the word that stands there.
fn number_length(rest: &str) -> usize {
    // `2 bis`, whose parts a space separates.
    if let Some((number, length)) = Number::prefix(rest)
        && number.last().inserted > 0
        && slice(rest, ..length).contains(char::is_whitespace)
    {
        return length;
    }
    let is_part = |character: char| character.is_alphanumeric() || character == '.';
    let end = rest
        .find(|character: char| !is_part(character))
        .unwrap_or(rest.len());
    let digits = slice(rest, ..end).trim_end_matches('.').len();
    // `1.3-1` is a number, `5.1-5.3` a range.
    let suffix = rest
        .get(digits..)
        .and_then(|rest| rest.strip_prefix(['-', '‑']));
    if let Some(suffix) = suffix {
        let length = suffix
            .find(|one: char| !one.is_ascii_digit())
            .unwrap_or(suffix.len());
        let is_range = slice(suffix, length..)
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|one: char| one.is_ascii_digit()));
        if length > 0 && !is_range {
            return rest.len() - suffix.len() + length;
        }
    }
    digits
}

/// The marks of points side by side, with their places: `а) и б)`.
fn marks(text: &str, start: usize) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive([')', '»', ',']) {
        let words = piece.trim_end_matches(',');
        let begin = words.rfind(char::is_whitespace).map_or(0, |space| {
            space
                + words
                    .get(space..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8)
        });
        let mark = slice(words, begin..);
        if !bare_mark(mark).is_empty() {
            found.push((
                bare_mark(mark),
                start + at + begin..start + at + words.len(),
            ));
        }
        at += piece.len();
    }
    found
}

/// The marks of points one inside of the other: `(a)(ii)`.
fn nested(text: &str) -> Vec<String> {
    let marks = text.split(')').map(|mark| bare_mark(mark.trim()));
    marks.filter(|mark| !mark.is_empty()).collect()
}

#[cfg(test)]
mod tests;
