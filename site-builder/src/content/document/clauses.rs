//! Builds the tree of clauses. A clause's level is that of its number, whatever the level of its
//! heading.

use super::inline;
use super::markdown::{TopLevelBlock, merge_definitions};
use super::number::Leading;
use super::{Block, Clause, Head, Inline, Number};
use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use std::collections::BTreeSet;
use std::ops::Range;

/// Returns the blocks before the first clause, and the clauses of the first level.
pub(super) fn build<'s>(
    text: &str,
    blocks: Vec<TopLevelBlock<'s>>,
    file: FileId,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Block<'s>>, Vec<Clause<'s>>) {
    let mut builder = Builder {
        text,
        file,
        diagnostics,
        preamble: Vec::new(),
        open: Vec::new(),
        done: Vec::new(),
        seen: BTreeSet::new(),
        gaps: Vec::new(),
        unnumbered: 0,
    };
    for block in blocks {
        match block {
            TopLevelBlock::Heading(inlines, span) => builder.heading(inlines, span),
            TopLevelBlock::Block(Block::Paragraph(inlines), span) => {
                builder.paragraph(inlines, span)
            }
            TopLevelBlock::Block(block, span) => builder.block(block, &span),
        }
    }
    builder.finish()
}

struct Builder<'s, 'd> {
    text: &'d str,
    file: FileId,
    diagnostics: &'d mut Vec<Diagnostic>,
    preamble: Vec<Block<'s>>,
    /// The current clause and those that enclose it, outermost first.
    open: Vec<Clause<'s>>,
    done: Vec<Clause<'s>>,
    seen: BTreeSet<Number>,
    /// Numbers left out so far, each with its diagnostic. It is dropped if the number comes later.
    gaps: Vec<(Number, Diagnostic)>,
    unnumbered: usize,
}

impl<'s> Builder<'s, '_> {
    fn heading(&mut self, mut inlines: Vec<Inline<'s>>, span: Range<usize>) {
        let span = self.first_line(&span);
        let Some(leading) = take_number(&mut inlines, |_| true) else {
            self.unnumbered += 1;
            let anchor = format!("s-{}", self.unnumbered);
            self.close_to(0);
            self.open.push(Clause {
                number: None,
                anchor,
                head: Head::Title(inlines),
                blocks: Vec::new(),
                children: Vec::new(),
                span,
            });
            return;
        };
        self.start(leading.number, Head::Title(inlines), Vec::new(), span);
    }

    /// Each line of a paragraph may start a clause.
    fn paragraph(&mut self, inlines: Vec<Inline<'s>>, span: Range<usize>) {
        let mut seen = span.start;
        for mut lines in split_at_numbers(inlines) {
            match take_number(&mut lines, |leading| {
                leading.dotted && leading.number.level() > 1
            }) {
                Some(leading) => {
                    let place = self.find_line(&format!("{}.", leading.number), &span, &mut seen);
                    let (head, words) = match inline::definition(lines) {
                        Ok((term, words)) => (Head::Term(term), words),
                        Err(words) => (Head::Text, words),
                    };
                    let blocks = vec![Block::Paragraph(words)];
                    self.start(leading.number, head, blocks, place);
                }
                None => {
                    self.warn_of_missing_dot(&lines, &span, &mut seen);
                    self.block(Block::Paragraph(lines), &span);
                }
            }
        }
    }

    fn block(&mut self, block: Block<'s>, span: &Range<usize>) {
        self.warn_of_numbers_in_list(&block, span);
        match self.open.last_mut() {
            Some(clause) => clause.blocks.push(block),
            None => self.preamble.push(block),
        }
    }

    fn start(
        &mut self,
        number: Number,
        head: Head<'s>,
        blocks: Vec<Block<'s>>,
        span: Range<usize>,
    ) {
        if !self.seen.insert(number) {
            self.diagnostics.push(Diagnostic::at(
                Code::DuplicateClause,
                self.file,
                span.clone(),
                format!("there are two clauses {number}"),
                "give each clause a number of its own: its address is made of it",
            ));
        }
        let encloses = |clause: &&Clause<'_>| {
            let around = clause.number;
            around.is_some_and(|around| around.contains(&number))
        };
        self.close_to(self.open.iter().take_while(encloses).count());
        self.check_order(&number, &span);
        let anchor = number.anchor();
        self.open.push(Clause {
            number: Some(number),
            anchor,
            head,
            blocks,
            children: Vec::new(),
            span,
        });
    }

    fn check_order(&mut self, number: &Number, span: &Range<usize>) {
        let around = self.open.last().and_then(|clause| clause.number.as_ref());
        // Levels may be skipped (3 → 3.1.1), but the number has to begin with that of the enclosing
        // clause.
        if let Some(parent) = number.parent()
            && around.is_none()
        {
            self.diagnostics.push(Diagnostic::at(
                Code::MisplacedClause,
                self.file,
                span.clone(),
                format!("clause {number} stands outside of its section"),
                format!("put it after clause {parent}, or correct its number"),
            ));
            return;
        }
        let siblings = self
            .open
            .last()
            .map_or(&self.done, |clause| &clause.children);
        let before = siblings
            .iter()
            .rev()
            .find_map(|clause| clause.number.as_ref());
        let expected = match before {
            Some(before) if before.level() == number.level() => before.last().saturating_add(1),
            Some(_) => return,
            None => 1,
        };
        let is_duplicate = before.is_some_and(|before| number.last() <= before.last());
        if number.last() != expected && !is_duplicate {
            let message = match before {
                Some(before) => {
                    format!("clause {number} follows clause {before}: a number is left out")
                }
                None => format!(
                    "the first clause here is {number}, not {}",
                    number.sibling(1)
                ),
            };
            let gap = Diagnostic::at(
                Code::ClauseGap,
                self.file,
                span.clone(),
                message,
                "if a clause was repealed, keep its number with a note; otherwise correct the number",
            );
            self.gaps.push((number.sibling(expected), gap));
        } else if is_duplicate && before != Some(number) {
            self.diagnostics.push(Diagnostic::at(
                Code::MisplacedClause,
                self.file,
                span.clone(),
                format!("clause {number} stands after a clause with a higher number"),
                "put clauses in the order of their numbers",
            ));
        }
    }

    /// Moves clauses to their parents until `depth` of them are open.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(mut clause) = self.open.pop()
        {
            clause.blocks = merge_definitions(std::mem::take(&mut clause.blocks));
            match self.open.last_mut() {
                Some(parent) => parent.children.push(clause),
                None => self.done.push(clause),
            }
        }
    }

    fn finish(mut self) -> (Vec<Block<'s>>, Vec<Clause<'s>>) {
        self.close_to(0);
        let gaps = std::mem::take(&mut self.gaps).into_iter();
        let real = gaps.filter(|(number, _)| !self.seen.contains(number));
        self.diagnostics.extend(real.map(|(_, gap)| gap));
        (merge_definitions(self.preamble), self.done)
    }

    fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let mut lines = slice(self.text, span.clone()).lines();
        span.start..span.start + lines.next().map_or(0, str::len)
    }

    /// The span of these digits at the start of a line, possibly after the marker of a list.
    /// Searches from `seen` on and moves `seen` behind the line.
    fn find_line(&self, digits: &str, span: &Range<usize>, seen: &mut usize) -> Range<usize> {
        for line in slice(self.text, *seen..span.end).split_inclusive('\n') {
            let start = *seen;
            *seen += line.len();
            let words = without_marker(line);
            if words.starts_with(digits) {
                let start = start + line.len() - words.len();
                return start..start + digits.len();
            }
        }
        self.first_line(span)
    }

    fn warn_of_missing_dot(
        &mut self,
        inlines: &[Inline<'_>],
        span: &Range<usize>,
        seen: &mut usize,
    ) {
        if let Some(Inline::Text(words)) = inlines.first()
            && let Some(Leading {
                number,
                dotted: false,
                ..
            }) = Number::leading(words)
            && number.level() > 1
        {
            let place = self.find_line(&number.to_string(), span, seen);
            self.diagnostics.push(Diagnostic::at(
                Code::ClauseWithoutDot,
                self.file,
                place,
                format!("the paragraph starts with `{number}` but is no clause"),
                format!("write `{number}.` with a dot if it is one"),
            ));
        }
    }

    fn warn_of_numbers_in_list(&mut self, block: &Block<'_>, span: &Range<usize>) {
        let Block::List(_, items) = block else { return };
        let mut seen = span.start;
        for item in items {
            if let Some(Block::Paragraph(inlines)) = item.first()
                && let Some(Inline::Text(words)) = inlines.first()
                && let Some(Leading { number, .. }) = Number::leading(words)
                && number.level() > 1
            {
                let place = self.find_line(&format!("{number}."), span, &mut seen);
                self.diagnostics.push(Diagnostic::at(
                    Code::ClauseInList,
                    self.file,
                    place,
                    format!("clause {number} is an item of a list"),
                    "write it as a paragraph of its own, without `- `",
                ));
            }
        }
    }
}

/// A line without white space and list marker at its start.
fn without_marker(line: &str) -> &str {
    let words = line.trim_start();
    let words = words
        .strip_prefix(['-', '*', '+'])
        .unwrap_or(words)
        .trim_start();
    match Number::leading(words) {
        Some(leading) if leading.number.level() == 1 => slice(words, leading.length..),
        _ => words,
    }
}

/// Removes the number at the start, if `is_clause` accepts it.
fn take_number(
    inlines: &mut Vec<Inline<'_>>,
    is_clause: impl Fn(&Leading) -> bool,
) -> Option<Leading> {
    let Some(Inline::Text(words)) = inlines.first_mut() else {
        return None;
    };
    // A heading that consists of a number has no white space after it.
    let leading = Number::leading(words).or_else(|| {
        let number = Number::parse(words.trim_end())?;
        Some(Leading {
            number,
            dotted: words.trim_end().ends_with('.'),
            length: words.len(),
        })
    })?;
    if !is_clause(&leading) {
        return None;
    }
    let rest = inline::slice_cow(words, leading.length..words.len());
    if rest.is_empty() {
        inlines.remove(0);
    } else {
        *words = rest;
    }
    Some(leading)
}

/// Splits a paragraph before each line that starts with the number of a clause.
fn split_at_numbers(inlines: Vec<Inline<'_>>) -> Vec<Vec<Inline<'_>>> {
    let mut parts: Vec<Vec<Inline<'_>>> = Vec::new();
    let mut part: Vec<Inline<'_>> = Vec::new();
    for inline in inlines {
        let starts_clause = matches!(&inline, Inline::Text(words)
            if Number::leading(words).is_some_and(|leading| leading.dotted && leading.number.level() > 1));
        let after_line = matches!(part.last(), Some(Inline::Break))
            || matches!(part.last(), Some(Inline::Text(words)) if &**words == "\n");
        if starts_clause && after_line {
            part.pop();
            parts.push(std::mem::take(&mut part));
        }
        part.push(inline);
    }
    parts.push(part);
    parts
}
