//! The table being read.

use super::tokens::Tag;
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

    pub(crate) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}
