//! Turns paragraphs and bullets with marks such as `а)`, `(b)` and `(ii)`, which Markdown doesn't
//! know, into points. The marks stay as they are written.

use crate::block::{Block, BlockKind, Label};
use crate::report::{RepairKind, Report};
use language::{Frame, Mark, Part, Series};

/// Turns sequences of marked paragraphs into points.
pub(crate) fn group(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let marks: Vec<Option<Mark>> = blocks.iter().map(mark).collect();
    let after_items = marks_after_items(&blocks, &marks);
    let mut lists = Lists::default();
    for (index, block) in blocks.iter_mut().enumerate() {
        let Some(mark) = marks.get(index).cloned().flatten() else {
            let next = after_items.get(index).cloned().flatten();
            lists.pass(block, next.as_ref());
            continue;
        };
        let is_next_to_mark = marks.get(index + 1).is_some_and(Option::is_some);
        lists.take(block, &mark, is_next_to_mark, report);
    }
    blocks
}

/// The open lists of points.
#[derive(Debug, Default)]
struct Lists {
    /// Kind and last part of each, outermost first.
    open: Vec<(Series, Part)>,
    /// The depth of the item that they are in.
    base: Option<usize>,
    /// Depth of an item below the last point, and whether that ends with a colon.
    before: (usize, bool),
}

impl Lists {
    /// A block without a mark: an item inside of the last point stands below it, anything else ends
    /// the lists.
    fn pass(&mut self, block: &mut Block, next: Option<&Mark>) {
        let goes_on = next.is_some_and(|mark| self.place(mark).is_some() && !is_first(mark));
        if let BlockKind::Item { depth, .. } = &mut block.kind
            && !self.open.is_empty()
            && (goes_on || self.before.1)
        {
            *depth += self.before.0;
            return;
        }
        self.base = block.depth();
        self.open.clear();
    }

    /// The list that a mark goes on with, and the mark as one of that list.
    fn place(&self, mark: &Mark) -> Option<(usize, Mark)> {
        let readings = || [Some(mark.clone()), mark.as_roman()].into_iter().flatten();
        let lists = || self.open.iter().enumerate().rev();
        let is_next = |(_, (series, last)): &(usize, &(Series, Part)), mark: &Mark| {
            mark.series() == *series && last.is_followed_by(&mark.part)
        };
        let next = readings().find_map(|mark| {
            let list = lists().find(|list| is_next(list, &mark));
            list.map(|(depth, _)| (depth, mark))
        });
        // A first numeral, `i)`, begins a list inside of the letters; it isn't one of them.
        let numeral = mark.as_roman().filter(|mark| mark.part.value == 1);
        let own = numeral.is_none().then(|| mark.clone());
        next.or_else(|| {
            let mut readings = [own, numeral, mark.as_roman()].into_iter().flatten();
            readings.find_map(|mark| {
                let list = lists().find(|(_, (series, _))| mark.series() == *series);
                list.map(|(depth, _)| (depth, mark))
            })
        })
    }

    fn take(&mut self, block: &mut Block, mark: &Mark, is_next_to_mark: bool, report: &mut Report) {
        let found = self.place(mark);
        // `a. ` may begin a sentence.
        let is_sure = mark.frame != Frame::Dotted;
        let in_row = found.is_some()
            || (is_first(mark) && (is_sure || is_next_to_mark))
            || is_sure && (!self.open.is_empty() || is_next_to_mark || self.base.is_some());
        if !in_row {
            self.base = block.depth();
            self.open.clear();
            return;
        }
        match found {
            Some((depth, mark)) => {
                self.open.truncate(depth);
                self.open.push((mark.series(), mark.part));
            }
            None => {
                let roman = mark.as_roman().filter(|mark| mark.part.value == 1);
                let mark = roman.as_ref().unwrap_or(mark);
                self.open.push((mark.series(), mark.part));
            }
        }
        // Below an item such as `1)` the letters are one level deeper.
        let inside = self.base.map_or(0, |depth| depth + 1) + self.open.len().saturating_sub(1);
        let depth = block
            .depth()
            .map_or(inside, |own| own.max(self.open.len() - 1));
        if block.is_paragraph() {
            report.count(
                RepairKind::PseudoList,
                block.line,
                "paragraphs with marks such as `a)` became points of a list",
            );
        }
        let words = block.text.plain_text();
        let written = words.get(..mark.written).unwrap_or(&words).to_owned();
        block.text = block.text.split_at(mark.length).1.normalized();
        self.before = (depth + 1, words.ends_with(':'));
        let label = Label::Point(written);
        block.kind = BlockKind::Item { depth, label };
    }
}

/// For each block, the mark of the first non-item at or after it.
fn marks_after_items(blocks: &[Block], marks: &[Option<Mark>]) -> Vec<Option<Mark>> {
    let mut after = None;
    let mut found: Vec<Option<Mark>> = Vec::with_capacity(blocks.len());
    for (block, mark) in blocks.iter().zip(marks).rev() {
        if !block.is_item() {
            after = mark.clone();
        }
        found.push(after.clone());
    }
    found.reverse();
    found
}

/// The mark at the beginning of a paragraph or bullet with words after it.
fn mark(block: &Block) -> Option<Mark> {
    let is_bullet = matches!(
        block.kind,
        BlockKind::Item {
            label: Label::Bullet,
            ..
        }
    );
    if !(block.is_plain() || is_bullet && !block.quoted) {
        return None;
    }
    let words = block.text.plain_text();
    Mark::leading(&words).filter(|mark| mark.length < words.len())
}

fn is_first(mark: &Mark) -> bool {
    let is_one = |mark: &Mark| mark.part.value == 1 && mark.part.inserted == 0;
    is_one(mark) || mark.as_roman().is_some_and(|mark| is_one(&mark))
}
