//! A table that is being read.

use super::tokens::Tag;
use crate::text::Text;
use std::collections::BTreeMap;

/// Cells that one cell may cover; more is an error of the page.
const MAX_SPAN: u32 = 20;

/// Rows so far. Blocks inside a cell are kept apart by line breaks.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Vec<Text>>,
    /// Tables inside cells that are open.
    pub(crate) nested: usize,
    /// Some cells were merged.
    pub(crate) merged: bool,
    /// Rows still covered from above, by column.
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

    /// Words in a row but in no cell get a cell. Words before the first row stand before the table.
    pub(crate) fn ensure_cell(&mut self) {
        if let Some(row) = self.rows.last_mut().filter(|row| row.is_empty()) {
            row.push(Text::default());
        }
    }

    pub(crate) fn cell(&mut self) -> Option<&mut Text> {
        self.rows.last_mut().and_then(|row| row.last_mut())
    }

    /// Most cells of a row.
    pub(crate) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}
