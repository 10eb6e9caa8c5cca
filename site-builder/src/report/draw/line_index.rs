//! Converts byte offsets to lines and columns, in O(log n) also in long texts and long lines.

use std::ops::Range;

/// Distance in bytes between offsets whose number of preceding characters is stored.
const STRIDE: usize = 512;

/// Maximum length in bytes of a line that is shown as a whole.
const MAX_LINE: usize = 2000;

/// Bytes shown before a position in a longer line; twice as many are shown after it.
const CONTEXT: usize = 60;

/// A text with offsets of its lines and counts of its characters.
pub(super) struct LineIndex<'s> {
    text: &'s str,
    /// Byte offsets of the starts of lines.
    starts: Vec<usize>,
    /// Number of characters that start before each multiple of `STRIDE`.
    counts: Vec<usize>,
}

/// A line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The line of a span, or a part of it when it is too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt<'s> {
    pub(super) text: &'s str,
    /// The span within the text.
    pub(super) span: Range<usize>,
    /// Whether this is the whole line.
    pub(super) is_whole: bool,
}

impl<'s> LineIndex<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        let mut counts = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(STRIDE) {
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

    /// The excerpt of a span; that of its first line if it has several.
    pub(super) fn excerpt(&self, span: &Range<usize>) -> Excerpt<'s> {
        let from = self.text.floor_char_boundary(span.start);
        let (line, start) = self.line_of(from);
        let end = self
            .starts
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        let to = self.text.floor_char_boundary(span.end).clamp(from, end);
        let is_whole = end - start <= MAX_LINE;
        let shown = if is_whole {
            start..end
        } else {
            let first = self.text.floor_char_boundary(from.saturating_sub(CONTEXT));
            let last = self.text.floor_char_boundary(from + 2 * CONTEXT);
            first.max(start)..last.min(end)
        };
        #[expect(
            clippy::string_slice,
            reason = "both ends are boundaries of characters, around `from`"
        )]
        let text = &self.text[shown.clone()];
        Excerpt {
            text,
            span: from - shown.start..to.min(shown.end) - shown.start,
            is_whole,
        }
    }

    /// The line of an offset, from 0, and where it starts.
    fn line_of(&self, at: usize) -> (usize, usize) {
        let line = self
            .starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        (line, self.starts.get(line).copied().unwrap_or(0))
    }

    /// The number of characters before an offset, which is at most the length of the text.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is a count for each multiple of `STRIDE` up to the end of the text"
    )]
    fn count_before(&self, at: usize) -> usize {
        let block = at / STRIDE;
        self.counts[block] + characters(&self.text.as_bytes()[block * STRIDE..at])
    }
}

/// Number of characters that start in these bytes of UTF-8.
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
            LineIndex::new(text).position(at),
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
    fn a_span_over_several_lines_is_shown_by_its_first() {
        let excerpt = LineIndex::new("one\ntwo\nthree").excerpt(&(5..10));
        assert_eq!((excerpt.text, excerpt.span), ("two", 1..3));
    }

    #[test]
    fn a_line_that_is_too_long_is_shown_in_part() {
        let text = "ә".repeat(5000);
        let excerpt = LineIndex::new(&text).excerpt(&(4000..4004));
        assert!(!excerpt.is_whole && excerpt.text.len() < 200);
        assert_eq!(excerpt.text.get(excerpt.span), Some("әә"));
    }
}
