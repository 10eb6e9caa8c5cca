//! The table being read.

use super::tokens::Tag;
use super::tree::{Event, Tree};
use crate::block::{Block, BlockKind};
use crate::text::Text;
use std::collections::BTreeMap;

/// Largest `colspan` and `rowspan`, so that a small page can't make a huge table.
const MAX_SPAN: u32 = 20;

/// Blocks inside a cell are separated by line breaks.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Vec<Text>>,
    /// Number of open tables inside the cell.
    pub(crate) nested: usize,
    pub(crate) merged: bool,
    /// Rows that a `rowspan` still covers, by column.
    covered: BTreeMap<usize, u32>,
}

impl Table {
    pub(crate) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(crate) fn begin_cell(&mut self, tag: &Tag) {
        if self.rows.is_empty() {
            self.begin_row();
        }
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        while let Some(left) = self.covered.get_mut(&row.len()).filter(|left| **left > 0) {
            *left -= 1;
            row.push(Text::default());
        }
        let columns = tag.number("colspan").unwrap_or(1).clamp(1, MAX_SPAN);
        let rows = tag.number("rowspan").unwrap_or(1).clamp(1, MAX_SPAN);
        self.merged |= columns > 1 || rows > 1;
        if rows > 1 {
            self.covered.insert(row.len(), rows - 1);
        }
        for _ in 1..columns {
            row.push(Text::default());
        }
        row.push(Text::default());
    }

    /// The block of the finished table.
    pub(crate) fn into_blocks(self, line: usize) -> Vec<Block> {
        let is_blank = |row: &Vec<Text>| row.iter().all(Text::is_blank);
        let rows = self.rows.into_iter().filter(|row| !is_blank(row)).collect();
        vec![Block::new(line, BlockKind::Table(rows), Text::default())]
    }

    /// Makes a cell for text in a row outside of any cell. Text before the first row goes before
    /// the table.
    pub(crate) fn ensure_cell(&mut self) {
        if let Some(row) = self.rows.last_mut().filter(|row| row.is_empty()) {
            row.push(Text::default());
        }
    }

    pub(crate) fn cell(&mut self) -> Option<&mut Text> {
        self.rows.last_mut().and_then(|row| row.last_mut())
    }
}

/// How many of the words of a layout table stand in one cell, in percent.
const LAYOUT_SHARE: usize = 80;
/// How many paragraphs that cell has at least.
const LAYOUT_BLOCKS: usize = 4;

/// Whether a table only places the parts of a page: it says so, or has one column, or one of its
/// cells holds most of its words in several paragraphs.
pub(super) fn is_layout(tree: &Tree, table: usize) -> bool {
    let Some(element) = tree.elements.get(table) else {
        return false;
    };
    if matches!(element.tag.attribute("role"), Some("presentation" | "none")) {
        return true;
    }
    let events = tree.events.get(element.events.clone()).unwrap_or(&[]);
    let (mut depth, mut in_row, mut widest) = (0_usize, 0_usize, 0_usize);
    // Words and paragraphs of each cell.
    let mut cells: Vec<(usize, usize)> = Vec::new();
    for event in events {
        match event {
            Event::Words(words) => {
                if let Some((letters, _)) = cells.last_mut() {
                    *letters += words.text.trim().len();
                }
            }
            Event::Open(index) => {
                let name = tree
                    .elements
                    .get(*index)
                    .map_or("", |inner| &inner.tag.name);
                depth += usize::from(name == "table");
                match name {
                    "tr" if depth == 1 => in_row = 0,
                    "th" if depth == 1 => return false,
                    "td" if depth == 1 => {
                        in_row += 1;
                        widest = widest.max(in_row);
                        cells.push((0, 0));
                    }
                    "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "div"
                    | "table" => {
                        if let Some((_, blocks)) = cells.last_mut() {
                            *blocks += 1;
                        }
                    }
                    _ => {}
                }
            }
            Event::Close(index) => {
                let inner = tree.elements.get(*index);
                depth -= usize::from(inner.is_some_and(|inner| inner.tag.name == "table"));
            }
            Event::Break(_) | Event::Comment(_) => {}
        }
    }
    let all: usize = cells.iter().map(|(letters, _)| letters).sum();
    let most = cells.iter().max_by_key(|(letters, _)| *letters);
    let is_page = most.is_some_and(|(letters, blocks)| {
        *blocks >= LAYOUT_BLOCKS && letters * 100 >= all * LAYOUT_SHARE
    });
    widest <= 1 || is_page
}
