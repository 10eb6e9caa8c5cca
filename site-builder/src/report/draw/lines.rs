//! Finds lines and columns of many places in a text, however long the text and its lines are.

use std::ops::Range;

/// Characters are counted up to every so many bytes.
const STEP: usize = 512;

/// Longer lines are shown by a part of them.
const LONGEST: usize = 2000;

/// So much is shown around a place in a line that is too long, in bytes.
const AROUND: usize = 60;

/// A text with marks along it.
pub(super) struct Lines<'s> {
    text: &'s str,
    /// Where each line starts.
    starts: Vec<usize>,
    /// How many characters start before each multiple of `STEP`.
    counts: Vec<usize>,
}

/// A line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The line of a place, or a part of it when it is too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt<'s> {
    pub(super) text: &'s str,
    /// The place within the text.
    pub(super) span: Range<usize>,
    /// Whether this is the whole line.
    pub(super) is_whole: bool,
}

impl<'s> Lines<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        let mut counts = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(STEP) {
            count += characters(block);
            counts.push(count);
        }
        Self {
            text,
            starts,
            counts,
        }
    }

    pub(super) fn position(&self, at: usize) -> Position {
        let at = self.text.floor_char_boundary(at);
        let (line, start) = self.line_of(at);
        Position {
            line: line + 1,
            column: self.count_before(at) - self.count_before(start) + 1,
        }
    }

    /// A place of many lines is shown by its first one.
    pub(super) fn excerpt(&self, span: &Range<usize>) -> Excerpt<'s> {
        let from = self.text.floor_char_boundary(span.start);
        let (line, start) = self.line_of(from);
        let end = self
            .starts
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        let to = self.text.floor_char_boundary(span.end).clamp(from, end);
        let is_whole = end - start <= LONGEST;
        let shown = if is_whole {
            start..end
        } else {
            let first = self.text.floor_char_boundary(from.saturating_sub(AROUND));
            let last = self.text.floor_char_boundary(from + 2 * AROUND);
            first.max(start)..last.min(end)
        };
        Excerpt {
            text: self.text.get(shown.clone()).unwrap_or_default(),
            span: from - shown.start..to.min(shown.end) - shown.start,
            is_whole,
        }
    }

    /// The line of a place, from 0, and where it starts.
    fn line_of(&self, at: usize) -> (usize, usize) {
        let line = self
            .starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        (line, self.starts.get(line).copied().unwrap_or_default())
    }

    fn count_before(&self, at: usize) -> usize {
        let step = at / STEP;
        let counted = self.counts.get(step).copied().unwrap_or_default();
        let rest = self.text.as_bytes().get(step * STEP..at);
        counted + rest.map_or(0, characters)
    }
}

/// How many characters start among these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter(|byte| **byte & 0b1100_0000 != 0b1000_0000)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, at: usize, line: usize, column: usize) {
        assert_eq!(
            Lines::new(text).position(at),
            Position { line, column },
            "{at}"
        );
    }

    #[test]
    fn columns_count_characters() {
        check("", 0, 1, 1);
        check("ab\nәбв\n", 3, 2, 1);
        check("ab\nәбв\n", 7, 2, 3);
        check("ab\nәбв\n", 10, 3, 1);
        check("ab", 99, 1, 3);
        let long = "ә".repeat(1000) + "\nә" + &"б".repeat(1000);
        check(&long, 1998, 1, 1000);
        check(&long, 2001 + 1000, 2, 501);
    }

    #[test]
    fn a_place_of_many_lines_is_shown_by_its_first() {
        let excerpt = Lines::new("one\ntwo\nthree").excerpt(&(5..10));
        assert_eq!((excerpt.text, excerpt.span), ("two", 1..3));
    }

    #[test]
    fn a_line_that_is_too_long_is_shown_in_part() {
        let text = "ә".repeat(5000);
        let excerpt = Lines::new(&text).excerpt(&(4000..4004));
        assert!(!excerpt.is_whole && excerpt.text.len() < 200);
        assert_eq!(excerpt.text.get(excerpt.span), Some("әә"));
    }
}
