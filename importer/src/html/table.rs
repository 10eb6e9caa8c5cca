//! The table being read.

use super::tokens::Tag;
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
        let columns = tag.number.unwrap_or(1).clamp(1, MAX_SPAN);
        let rows = tag.rowspan.unwrap_or(1).clamp(1, MAX_SPAN);
        self.merged |= columns > 1 || rows > 1;
        if rows > 1 {
            self.covered.insert(row.len(), rows - 1);
        }
        for _ in 1..columns {
            row.push(Text::default());
        }
        row.push(Text::default());
    }

    /// The blocks of the finished table. One with a single column is layout around paragraphs.
    pub(crate) fn into_blocks(self, line: usize) -> Vec<Block> {
        if self.rows.iter().all(|row| row.len() <= 1) {
            let cells = self.rows.iter().flatten().flat_map(Text::lines);
            let paragraph = |text| Block::new(line, BlockKind::Paragraph, text);
            return cells.map(paragraph).collect();
        }
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
