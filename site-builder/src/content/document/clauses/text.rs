//! Finds clauses that start in paragraphs and items of lists.

use super::place::{Place, is_same};
use super::{Builder, Start, written};
use crate::content::document::raw::{Line, RawBlock, RawItem, RawKind};
use crate::content::document::{Head, Inline, inline, outline};
use crate::content::slice::slice;
use crate::report::diagnostic::Code;
use language::{Leading, Number, Part, Style};
use std::ops::Range;

impl<'s> Builder<'s, '_, '_, '_> {
    /// Whether items such as `3. text` are clauses here.
    pub(super) fn counts_items(&self, items: &[RawItem<'_>]) -> bool {
        let is_number =
            |item: &RawItem<'_>| outline::item_number(self.context.text, &item.span).is_some();
        let mut inner = self.open.iter().rev();
        let counts = inner.find_map(|open| match &open.place {
            Place::Clause(path) if path.is_plain_heading => Some(false),
            Place::Clause(path) if path.restarts.is_some() => Some(true),
            Place::Clause(_) | Place::Unnumbered => None,
            Place::Appendix | Place::Group(_) => Some(true),
        });
        counts == Some(true) && items.iter().all(is_number)
    }

    /// Items of an ordered list whose numbers are those of clauses.
    pub(super) fn items(&mut self, items: Vec<RawItem<'s>>) {
        for item in items {
            let source = slice(self.context.text, item.span.clone());
            let begin = item.span.end - source.trim_start().len();
            let Some(number) = outline::item_number(self.context.text, &item.span) else {
                continue;
            };
            let mark = source.trim_start().split_inclusive('.').next();
            let mark = mark.map_or_else(String::new, str::to_owned);
            let end = begin + mark.len();
            let mut blocks = item.blocks.into_iter().peekable();
            let mut start = Start {
                number: written(mark, false),
                head: Head::Text,
                raw: Vec::new(),
                span: begin..end,
            };
            let mut further = Vec::new();
            if let Some(RawBlock {
                kind: RawKind::Paragraph(lines),
                span,
                column,
            }) = blocks.next_if(|block| matches!(block.kind, RawKind::Paragraph(_)))
            {
                // A line that starts another clause belongs to the item only by its markup.
                let mut parts = self.split_at_numbers(lines).into_iter();
                if let Some(own) = parts.next() {
                    let (head, lines) = term_of(own);
                    start.head = head;
                    start.raw.push(RawBlock {
                        kind: RawKind::Paragraph(lines),
                        span: span.clone(),
                        column,
                    });
                }
                further.extend(parts.map(|lines| RawBlock {
                    kind: RawKind::Paragraph(lines),
                    span: span.clone(),
                    column,
                }));
            }
            self.clause(&number, start, None, false, false);
            for RawBlock { kind, span, column } in further.into_iter().chain(blocks) {
                match kind {
                    RawKind::Paragraph(lines) => self.paragraph(lines, span, column),
                    kind => self.block(RawBlock { kind, span, column }),
                }
            }
        }
    }

    /// Each line of a paragraph may start a clause.
    pub(super) fn paragraph(&mut self, lines: Vec<Line<'s>>, span: Range<usize>, column: usize) {
        for mut lines in self.split_at_numbers(lines) {
            let found = lines
                .first_mut()
                .and_then(|line| Some((self.take_number(line)?, line.start)));
            match found {
                Some((leading, begin)) => {
                    let source = slice(self.context.text, begin..span.end);
                    let digits = written_number(source, &leading);
                    let (head, lines) = term_of(lines);
                    let start = Start {
                        number: written(digits.to_owned(), false),
                        head,
                        raw: vec![RawBlock {
                            kind: RawKind::Paragraph(lines),
                            span: span.clone(),
                            column,
                        }],
                        span: begin..begin + digits.len(),
                    };
                    self.clause(&leading.number, start, None, false, false);
                }
                None => {
                    self.warn_of_missing_dot(&lines, &span);
                    self.block(RawBlock {
                        kind: RawKind::Paragraph(lines),
                        span: span.clone(),
                        column,
                    });
                }
            }
        }
    }

    /// Splits a paragraph before each line that starts with the number of a clause.
    pub(super) fn split_at_numbers(&self, lines: Vec<Line<'s>>) -> Vec<Vec<Line<'s>>> {
        let mut parts: Vec<Vec<Line<'s>>> = Vec::new();
        for line in lines {
            match parts.last_mut() {
                Some(part) if self.number_of(&line).is_none() => part.push(line),
                _ => parts.push(vec![line]),
            }
        }
        parts
    }

    /// The number of a clause at the beginning of a line.
    pub(super) fn number_of(&self, line: &Line<'_>) -> Option<Leading> {
        let Some(Inline::Text(words)) = line.inlines.first() else {
            return None;
        };
        let leading = Number::leading(words).or_else(|| self.lettered(words))?;
        let is_inserted = leading.number.first().inserted > 0 && self.counts_items(&[]);
        (leading.dotted && (leading.number.level() > 1 || is_inserted)).then_some(leading)
    }

    /// The number of a clause of the section around it that begins with its letter or numeral:
    /// `B.1. `. Elsewhere it may be anything.
    pub(super) fn lettered(&self, words: &str) -> Option<Leading> {
        let (number, length) = Number::prefix(words)?;
        let rest = words.get(length..)?.strip_prefix('.')?;
        let spaces = rest.len() - rest.trim_start().len();
        let mut parts = self.open.iter().filter_map(|open| match &open.place {
            Place::Clause(path) => path.parts.last().copied(),
            Place::Appendix => {
                let slug = open.clause.anchor.strip_prefix("a-")?;
                let part = Part::from_slug(slug)?;
                (part.value == number.first().value).then_some(*number.first())
            }
            Place::Group(_) | Place::Unnumbered => None,
        });
        let is_of_section = parts.any(|part| is_same(number.first(), &part));
        let is_styled = number.first().style != Style::Decimal && number.level() > 1;
        (is_styled && spaces > 0 && is_of_section).then_some(Leading {
            number,
            dotted: true,
            length: length + 1 + spaces,
        })
    }

    pub(super) fn take_number(&self, line: &mut Line<'s>) -> Option<Leading> {
        let leading = self.number_of(line)?;
        if let Some(Inline::Text(words)) = line.inlines.first_mut() {
            let rest = inline::slice_cow(words, leading.length..words.len());
            if rest.is_empty() {
                line.inlines.remove(0);
            } else {
                *words = rest;
            }
        }
        Some(leading)
    }

    pub(super) fn warn_of_missing_dot(&mut self, lines: &[Line<'_>], span: &Range<usize>) {
        if let Some(line) = lines.first()
            && let Some(Inline::Text(words)) = line.inlines.first()
            && let Some(Leading {
                number,
                dotted: false,
                ..
            }) = Number::leading(words)
            && number.level() > 1
        {
            let source = slice(self.context.text, line.start..span.end);
            let length = Number::prefix(source).map_or(0, |(_, length)| length);
            self.context.report(
                Code::ClauseWithoutDot,
                line.start..line.start + length,
                format!("the paragraph starts with `{number}` but is no clause"),
                format!("write `{number}.` with a dot if it is one"),
            );
        }
    }

    pub(super) fn warn_of_numbers_in_list(&mut self, block: &RawBlock<'_>) {
        let RawKind::List(_, items) = &block.kind else {
            return;
        };
        for item in items {
            if let Some(RawBlock {
                kind: RawKind::Paragraph(lines),
                span,
                ..
            }) = item.blocks.first()
                && let Some(line) = lines.first()
                && let Some(Inline::Text(words)) = line.inlines.first()
                && let Some(leading) = Number::leading(words)
                && leading.number.level() > 1
            {
                let number = leading.number;
                let source = slice(self.context.text, line.start..span.end);
                let length = Number::prefix(source)
                    .map_or(0, |(_, length)| length + usize::from(leading.dotted));
                self.context.report(
                    Code::ClauseInList,
                    line.start..line.start + length,
                    format!("clause {number} is an item of a list"),
                    "write it as a paragraph of its own, without `- `",
                );
            }
        }
    }
}

/// The number at the start of a source as it is written there, with its dot.
fn written_number<'t>(source: &'t str, leading: &Leading) -> &'t str {
    let length = Number::prefix(source).map_or(0, |(_, length)| length);
    slice(source, ..length + usize::from(leading.dotted))
}

/// How a clause with a number before its text starts, and the text.
fn term_of(mut lines: Vec<Line<'_>>) -> (Head<'_>, Vec<Line<'_>>) {
    if let Some(line) = lines.first_mut() {
        match inline::definition(std::mem::take(&mut line.inlines)) {
            Ok((term, words)) => {
                line.inlines = words;
                return (Head::Term(term), lines);
            }
            Err(words) => line.inlines = words,
        }
    }
    (Head::Text, lines)
}
