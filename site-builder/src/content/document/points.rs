//! Finds points in the blocks of a clause, such as `а) имя;` or `2-1) адрес`, and makes blocks of
//! raw ones.
//!
//! A mark at the beginning of a line is that of a point if the list goes on with it, or if it is
//! the first mark of a list at the beginning of a paragraph or after a line that ends with
//! punctuation. Lists are nested by the columns of their marks, or by other kinds of marks in the
//! same column.

mod list;

use super::context::Context;
use super::markdown::MAX_DEPTH;
use super::raw::{
    Line, RawBlock, RawItem, RawKind, column as column_of, joined, merge_definitions, paragraph,
};
use super::{Block, Inline, inline};
use crate::content::slice::slice;
use crate::report::diagnostic::Code;
use language::{Mark, Part};
use list::{Continuation, EndedList, Lists, OpenList, first};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Makes blocks of the raw ones of a clause; anchors of its points begin with `anchor`.
pub(super) fn assemble<'s>(
    raw: Vec<RawBlock<'s>>,
    anchor: &str,
    context: &mut Context<'_, '_>,
) -> Vec<Block<'s>> {
    let mut lists = Lists {
        context: &mut *context,
        begun: HashMap::new(),
        ended: HashMap::new(),
        seen: HashSet::new(),
        gaps: Vec::new(),
    };
    let blocks = Container::read(raw, anchor, 0, &mut lists);
    let Lists { seen, gaps, .. } = lists;
    let real = gaps
        .into_iter()
        .filter(|(anchor, _)| !seen.contains(anchor));
    context.diagnostics.extend(real.map(|(_, gap)| gap));
    blocks
}

/// A clause, an item of a list or a note, in which points are searched.
struct Container<'s> {
    anchor: String,
    /// How many lists and notes enclose it.
    depth: usize,
    blocks: Vec<Block<'s>>,
    /// Outermost first.
    open: Vec<OpenList<'s>>,
}

impl<'s> Container<'s> {
    fn read(
        raw: Vec<RawBlock<'s>>,
        anchor: &str,
        depth: usize,
        lists: &mut Lists<'_, '_, '_>,
    ) -> Vec<Block<'s>> {
        let mut container = Self {
            anchor: anchor.to_owned(),
            depth,
            blocks: Vec::new(),
            open: Vec::new(),
        };
        for block in raw {
            container.block(block, lists);
        }
        container.close_to(0, lists);
        merge_definitions(container.blocks)
    }

    fn block(&mut self, block: RawBlock<'s>, lists: &mut Lists<'_, '_, '_>) {
        let RawBlock { kind, column, .. } = block;
        match kind {
            RawKind::Paragraph(lines) => self.paragraph(lines, column, lists),
            RawKind::List(start, items) => match first_mark(&items, lists.context.text) {
                Some(_) => self.points(items, lists),
                None => {
                    self.close_deeper(column, lists);
                    let (anchor, depth) = (self.target_anchor(), self.depth + 1);
                    let items = items.into_iter();
                    let read = |item: RawItem<'s>| Self::read(item.blocks, &anchor, depth, lists);
                    let items = items.map(read).collect();
                    self.push(Block::List(start, items));
                }
            },
            RawKind::Note(blocks) => {
                self.close_deeper(column, lists);
                let blocks = Self::read(blocks, &self.target_anchor(), self.depth + 1, lists);
                self.push(Block::Note(blocks));
            }
            RawKind::Table(table) => {
                self.close_deeper(column, lists);
                self.push(Block::Table(table));
            }
            // Headings start clauses, and none stands inside of a block.
            RawKind::Heading(_, inlines) => {
                self.close_deeper(column, lists);
                self.push(Block::Paragraph(inlines));
            }
        }
    }

    /// Items that Markdown itself recognises: `1) имя`.
    fn points(&mut self, items: Vec<RawItem<'s>>, lists: &mut Lists<'_, '_, '_>) {
        for item in items {
            let place = marker(&item, lists.context.text);
            let source = slice(lists.context.text, place.clone());
            if let Some(mark) = Mark::leading(source) {
                let written = slice(source, ..mark.written).to_owned();
                let place = place.start..place.start + mark.written;
                self.point(&mark, &written, item.column, &place, true, lists);
            }
            for block in item.blocks {
                self.block(block, lists);
            }
        }
    }

    /// Each line of a paragraph may be a point.
    fn paragraph(&mut self, lines: Vec<Line<'s>>, column: usize, lists: &mut Lists<'_, '_, '_>) {
        let mut pending: Vec<Line<'s>> = Vec::new();
        let mut is_after_end = true;
        // Lines after a mark belong to the point in whatever column they start.
        let mut column = Some(column);
        for mut line in lines {
            let is_free = is_after_end || line.follows_break;
            let ends = ends_with_punctuation(&line);
            if let Some((mark, written)) = mark_of(&line, lists.context.text) {
                let place = line.start..line.start + written.len();
                let own = column_of(lists.context.text, line.start);
                if self.continues(&mark, is_free, lists) {
                    self.flush(&mut pending, column.take(), lists);
                    self.point(&mark, &written, own, &place, is_free, lists);
                    take_mark(&mut line, mark.length);
                    column = None;
                }
            }
            pending.push(line);
            is_after_end = ends;
        }
        self.flush(&mut pending, column, lists);
    }

    /// Pushes a paragraph: to the point before it, or to what its column belongs to.
    fn flush(
        &mut self,
        lines: &mut Vec<Line<'s>>,
        column: Option<usize>,
        lists: &mut Lists<'_, '_, '_>,
    ) {
        let inlines = joined(std::mem::take(lines));
        if inlines.is_empty() {
            return;
        }
        if let Some(column) = column {
            self.close_deeper(column, lists);
        }
        self.push(paragraph(inlines));
    }

    /// Whether a mark at the beginning of a line is that of a point.
    fn continues(&self, mark: &Mark, is_free: bool, lists: &Lists<'_, '_, '_>) -> bool {
        let goes_on = self.open.iter().any(|list| {
            let continuation = list.continuation(mark).map(|(one, _)| one);
            continuation == Some(Continuation::Next) || continuation.is_some() && is_free
        });
        let resumes = || self.open.is_empty() && lists.resumed(&self.anchor, mark).is_some();
        goes_on || is_free && (first(mark).is_some() || resumes())
    }

    fn point(
        &mut self,
        mark: &Mark,
        written: &str,
        column: usize,
        place: &Range<usize>,
        is_free: bool,
        lists: &mut Lists<'_, '_, '_>,
    ) {
        let found = self.list_for(mark, column);
        if let Some((depth, part, continuation)) = found
            && (is_free || continuation == Continuation::Next)
        {
            self.close_to(depth + 1, lists);
            if let Some(list) = self.open.last_mut() {
                list.report(continuation, &part, written, place, lists);
                list.push(part, written, lists);
            }
            return;
        }
        self.begin(mark, written, column, place, lists);
    }

    /// The list that goes on with a mark: one in the same column first, then the innermost.
    fn list_for(&self, mark: &Mark, column: usize) -> Option<(usize, Part, Continuation)> {
        let is_first = first(mark).is_some();
        let candidates = || {
            self.open
                .iter()
                .enumerate()
                .rev()
                .filter_map(|(depth, list)| {
                    let (continuation, part) = list.continuation(mark)?;
                    Some((list.column, (depth, part, continuation)))
                })
        };
        let is_next = |found: &(usize, Part, Continuation)| found.2 == Continuation::Next;
        // `i)` after `h)` goes on, but deeper on its line it is the first numeral.
        let may_be_next = |own: usize| !is_first || own >= column;
        let mut same_column = candidates().filter(|(own, _)| *own == column);
        let mut others = candidates().filter(|(own, found)| is_next(found) && may_be_next(*own));
        let next = same_column
            .find(|(_, found)| is_next(found))
            .or_else(|| others.next());
        let found = next
            .or_else(|| {
                let may_be = |found: &(usize, Part, Continuation)| {
                    !is_first || found.2 == Continuation::Backwards
                };
                candidates().find(|(own, found)| *own == column && may_be(found))
            })
            .or_else(|| candidates().find(|_| !is_first))?;
        Some(found.1)
    }

    /// Begins a list, or goes on with one that ended before other blocks.
    fn begin(
        &mut self,
        mark: &Mark,
        written: &str,
        column: usize,
        place: &Range<usize>,
        lists: &mut Lists<'_, '_, '_>,
    ) {
        let same = self
            .open
            .iter()
            .position(|list| list.column >= column && list.matches(mark));
        let deeper = self
            .open
            .iter()
            .position(|list| list.column > column && !list.matches(mark));
        if let Some(depth) = same.or(deeper) {
            self.close_to(depth, lists);
        }
        if self.open.len() + self.depth >= MAX_DEPTH {
            lists.context.report(
                Code::NestingTooDeep,
                place.clone(),
                format!("points are nested more than {MAX_DEPTH} deep"),
                "nobody can follow that: use numbered clauses",
            );
            self.close_to(0, lists);
        }
        let base = self.target_anchor();
        let (prefix, series, part) = match lists.resumed(&base, mark) {
            Some(resumed) => resumed,
            None => {
                let begun = lists.begun.entry(base.clone()).or_insert(0);
                *begun += 1;
                let prefix = match *begun {
                    1 => base.clone(),
                    count => format!("{base}-l{count}"),
                };
                let mark = first(mark).unwrap_or_else(|| mark.clone());
                if mark.part.value != 1 || mark.part.inserted > 0 {
                    lists.context.report(
                        Code::ClauseGap,
                        place.clone(),
                        format!("the first point here is `{written}`"),
                        "if points were repealed, keep their marks with a note; otherwise correct the mark",
                    );
                }
                (prefix, mark.series(), mark.part)
            }
        };
        let mut list = OpenList {
            column,
            series,
            last: part,
            prefix,
            base,
            points: Vec::new(),
        };
        list.push(part, written, lists);
        self.open.push(list);
    }

    /// The anchor of the last point, or of the container.
    fn target_anchor(&self) -> String {
        let point = self.open.last().and_then(|list| list.points.last());
        point.map_or_else(|| self.anchor.clone(), |point| point.anchor.clone())
    }

    fn push(&mut self, block: Block<'s>) {
        match self.open.last_mut().and_then(|list| list.points.last_mut()) {
            Some(point) => point.blocks.push(block),
            None => self.blocks.push(block),
        }
    }

    /// Ends the lists whose points a block in that column doesn't belong to.
    fn close_deeper(&mut self, column: usize, lists: &mut Lists<'_, '_, '_>) {
        let depth = self
            .open
            .iter()
            .position(|list| list.column >= column)
            .unwrap_or(self.open.len());
        self.close_to(depth, lists);
    }

    fn close_to(&mut self, depth: usize, lists: &mut Lists<'_, '_, '_>) {
        while self.open.len() > depth
            && let Some(list) = self.open.pop()
        {
            let ended = EndedList {
                series: list.series,
                last: list.last,
                prefix: list.prefix,
            };
            lists.ended.insert(list.base, ended);
            let mut points = list.points;
            for point in &mut points {
                point.blocks = merge_definitions(std::mem::take(&mut point.blocks));
            }
            self.push(Block::Points(points));
        }
    }
}

/// The mark of the first item, if Markdown recognised the list by marks such as `1)`.
fn first_mark(items: &[RawItem<'_>], text: &str) -> Option<Mark> {
    let source = slice(text, marker(items.first()?, text));
    Mark::leading(source)
}

/// The place of an item without white space at its start.
fn marker(item: &RawItem<'_>, text: &str) -> Range<usize> {
    let source = slice(text, item.span.clone());
    item.span.end - source.trim_start().len()..item.span.end
}

/// The mark at the beginning of a line, as it is written. An escaped one is none.
fn mark_of(line: &Line<'_>, text: &str) -> Option<(Mark, String)> {
    let Some(Inline::Text(words)) = line.inlines.first() else {
        return None;
    };
    let mark = Mark::leading(words)?;
    let written = slice(words, ..mark.written);
    slice(text, line.start..)
        .starts_with(written)
        .then(|| (mark, written.to_owned()))
}

fn take_mark(line: &mut Line<'_>, length: usize) {
    let Some(Inline::Text(words)) = line.inlines.first_mut() else {
        return;
    };
    let rest = inline::slice_cow(words, length..words.len());
    if rest.is_empty() {
        line.inlines.remove(0);
    } else {
        *words = rest;
    }
}

/// Whether a line ends where a list may begin.
fn ends_with_punctuation(line: &Line<'_>) -> bool {
    const ENDS: [char; 14] = [
        ':', ';', '.', ',', '—', '–', '：', '；', '。', '，', '؛', '،', '!', '?',
    ];
    match line.inlines.last() {
        Some(Inline::Text(words)) => words.trim_end().ends_with(ENDS),
        // `**:**` or a variable at the end.
        Some(Inline::Strong(_) | Inline::Emphasis(_)) => true,
        _ => false,
    }
}
