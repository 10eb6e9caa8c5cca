//! Tables of an OpenDocument text.

use super::reader::Reader;
use crate::flow::{Cell, MAX_SPAN, table};
use crate::report::ImportError;
use crate::text;
use crate::xml::{Element, Namespace};

impl<'a> Reader<'a, '_> {
    pub(super) fn table(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        let line = self.flow.next_paragraph();
        let mut rows = Vec::new();
        self.rows(element, &mut rows)?;
        let blocks = table(rows, line, self.flow.report);
        self.flow.append(blocks);
        Ok(())
    }

    fn rows(&mut self, parent: Element<'a>, rows: &mut Vec<Vec<Cell>>) -> Result<(), ImportError> {
        for child in parent.children() {
            match child.name() {
                (Namespace::Table, "table-row") => {
                    let visibility = child.attribute(Namespace::Table, "visibility");
                    let is_hidden = matches!(visibility, Some("collapse" | "filter"));
                    self.hidden += usize::from(is_hidden);
                    let cells = self.cells(child)?;
                    self.hidden -= usize::from(is_hidden);
                    if !is_hidden {
                        rows.push(cells);
                    }
                }
                (Namespace::Table, "table-header-rows" | "table-rows" | "table-row-group") => {
                    self.rows(child, rows)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn cells(&mut self, row: Element<'a>) -> Result<Vec<Cell>, ImportError> {
        let mut cells = Vec::new();
        // What a cell covers is known from how far it spans.
        for cell in row.named(Namespace::Table, "table-cell") {
            let count = |name: &str| {
                let count = cell
                    .attribute(Namespace::Table, name)
                    .and_then(text::parsed::<usize>);
                count.unwrap_or(1).clamp(1, MAX_SPAN)
            };
            let (columns, rows) = (
                count("number-columns-spanned"),
                count("number-rows-spanned"),
            );
            let repeated = count("number-columns-repeated");
            self.flow.count_cells(columns.saturating_mul(repeated))?;
            let blocks = self.apart(cell)?;
            for _ in 1..repeated {
                cells.push(Cell {
                    blocks: blocks.clone(),
                    columns,
                    rows,
                    is_covered: false,
                });
            }
            cells.push(Cell {
                blocks,
                columns,
                rows,
                is_covered: false,
            });
        }
        Ok(cells)
    }
}
