//! Tables of Word and OpenDocument files.

use crate::block::{Block, BlockKind};
use crate::report::{DecisionKind, Report};
use crate::text::{Style, Text};
use std::collections::BTreeMap;

/// Largest number of columns or rows that a cell spans, so that a small file can't make a huge
/// table.
pub(crate) const MAX_SPAN: usize = 64;

/// A cell as it was read.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) blocks: Vec<Block>,
    /// Number of columns that it spans.
    pub(crate) columns: usize,
    /// Number of rows that it spans.
    pub(crate) rows: usize,
    /// Whether it belongs to the cell above it.
    pub(crate) is_covered: bool,
}

/// The blocks of a table that begins in the paragraph `line`. One with a single column is layout
/// around paragraphs.
pub(crate) fn table(rows: Vec<Vec<Cell>>, line: usize, report: &mut Report) -> Vec<Block> {
    let has_columns = rows.iter().any(|row| row.len() > 1);
    if !has_columns {
        return rows
            .into_iter()
            .flatten()
            .flat_map(|cell| cell.blocks)
            .collect();
    }
    let cells = || rows.iter().flatten();
    if cells().any(|cell| cell.columns > 1 || cell.rows > 1 || cell.is_covered) {
        let help = "merged cells became empty ones: see that every row still says the same";
        report.decision(
            DecisionKind::Table,
            line,
            "the table has merged cells",
            help,
        );
    }
    let is_table = |block: &Block| matches!(block.kind, BlockKind::Table(_));
    for inner in cells()
        .flat_map(|cell| &cell.blocks)
        .filter(|block| is_table(block))
    {
        report.decision(
            DecisionKind::Table,
            inner.line,
            "a table inside a table became words of the outer one",
            "write it as a table of its own",
        );
    }
    // Rows that a cell above still covers, by column.
    let mut covered: BTreeMap<usize, usize> = BTreeMap::new();
    let mut texts: Vec<Vec<Text>> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut line = Vec::new();
        for cell in row {
            skip_covered(&mut covered, &mut line);
            if cell.rows > 1 {
                for column in 0..cell.columns.max(1) {
                    covered.insert(line.len() + column, cell.rows - 1);
                }
            }
            line.push(cell_text(&cell.blocks));
            line.extend((1..cell.columns).map(|_| Text::default()));
        }
        skip_covered(&mut covered, &mut line);
        texts.push(line);
    }
    texts.retain(|row| !row.iter().all(Text::is_blank));
    if texts.is_empty() {
        return Vec::new();
    }
    vec![Block::new(line, BlockKind::Table(texts), Text::default())]
}

fn skip_covered(covered: &mut BTreeMap<usize, usize>, line: &mut Vec<Text>) {
    while let Some(left) = covered.get_mut(&line.len()).filter(|left| **left > 0) {
        *left -= 1;
        line.push(Text::default());
    }
}

/// The paragraphs of a cell as lines.
fn cell_text(blocks: &[Block]) -> Text {
    let mut text = Text::default();
    for block in blocks {
        let marker = block.mark();
        for words in block.texts() {
            if !text.runs.is_empty() {
                text.push("\n", &Style::default());
            }
            text.push(&marker, &Style::default());
            text.append(words);
        }
    }
    text
}
