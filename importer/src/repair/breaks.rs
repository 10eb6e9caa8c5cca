//! Resolves line breaks within a block: a pseudo-list, lines of an address, or a wrapped sentence.

use crate::block::{Block, BlockKind, CELL_BULLET, Label, is_bullet};
use crate::report::{RepairKind, Report};
use crate::text::{self, Style, Text};

/// Lines of at least this many characters were wrapped by a program, not broken by the author.
const WRAPPED: usize = 60;

/// Turns line breaks into paragraphs, items or spaces, and paragraphs with a bullet character into
/// items.
pub(crate) fn split(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block.kind {
            BlockKind::Heading(_) | BlockKind::Table(_) | BlockKind::Note(_) => {
                result.push(joined(block, report));
            }
            BlockKind::Paragraph | BlockKind::Item { .. } => {
                result.extend(split_block(block, report))
            }
        }
    }
    result
}

fn joined(mut block: Block, report: &mut Report) -> Block {
    let line = block.line;
    match &mut block.kind {
        BlockKind::Table(rows) => {
            // The names of columns, which are often broken, are read as one.
            let mut cells = rows.iter_mut().enumerate().flat_map(|(row, cells)| {
                let divider = if row == 0 { " " } else { "; " };
                cells.iter_mut().map(move |cell| (cell, divider))
            });
            cells.by_ref().for_each(|(cell, divider)| {
                if join_lines(cell, divider) {
                    let message =
                        "lines and items inside the cells of tables are divided by semicolons";
                    report.count(RepairKind::HardBreak, line, message);
                }
            });
        }
        BlockKind::Heading(_)
        | BlockKind::Note(_)
        | BlockKind::Paragraph
        | BlockKind::Item { .. } => {
            if join_lines(&mut block.text, " ") {
                let message = "line breaks in headings and notes became spaces";
                report.count(RepairKind::HardBreak, line, message);
            }
        }
    }
    block
}

/// Joins the lines of a text, and returns whether it had more than one. A line that ends with
/// punctuation needs no other divider.
fn join_lines(text: &mut Text, divider: &str) -> bool {
    let lines: Vec<Text> = text.lines().iter().map(without_mark).collect();
    let has_breaks = lines.len() > 1;
    let mut joined = Text::default();
    for (index, line) in lines.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| lines.get(index));
        if let Some(before) = before {
            let is_divided = text::last_character(&before.plain_text())
                .is_some_and(|mark| ".,;:!?…—–-".contains(mark));
            joined.push(if is_divided { " " } else { divider }, &Style::default());
        }
        joined.append(line);
    }
    *text = joined;
    has_breaks
}

/// A line of a cell without the mark of a bullet, which a line inside a sentence doesn't have.
fn without_mark(line: &Text) -> Text {
    match line.plain_text().starts_with(CELL_BULLET) {
        true => line.split_at(CELL_BULLET.len()).1,
        false => line.clone(),
    }
}

fn split_block(block: Block, report: &mut Report) -> Vec<Block> {
    let depth = block.depth();
    let lines = block.text.lines();
    if lines.len() > 1 {
        report.repair(
            RepairKind::HardBreak,
            block.line,
            "a block with line breaks was divided into its lines",
        );
    }
    let mut result: Vec<Block> = Vec::new();
    let mut before = Text::default();
    for line in lines {
        let item_text = without_bullet(&line);
        let continues = item_text.is_none() && belongs_to(&before, &line);
        before = line.clone();
        match (result.last_mut(), item_text) {
            (Some(last), None) if continues || depth.is_some() => {
                last.text.push(" ", &Style::default());
                last.text.append(&line);
            }
            (None, None) => result.push(Block {
                text: line,
                ..block.clone()
            }),
            (Some(_), None) => result.push(Block {
                text: line,
                kind: BlockKind::Paragraph,
                ..block.clone()
            }),
            (first, Some(text)) => {
                // Lines with bullets inside an item are a nested list.
                let is_inside = first.is_some();
                let depth = depth.map_or(0, |depth| if is_inside { depth + 1 } else { depth });
                report.count(
                    RepairKind::PseudoList,
                    block.line,
                    "list items with dashes or other signs became a list",
                );
                let kind = BlockKind::Item {
                    depth,
                    label: Label::Bullet,
                };
                result.push(Block {
                    text,
                    kind,
                    spaced: false,
                    ..block.clone()
                });
            }
        }
    }
    result
}

fn belongs_to(last: &Text, line: &Text) -> bool {
    let (before, after) = (last.plain_text(), line.plain_text());
    let small =
        text::starts_lowercase(&after) && !text::ends_sentence(&before) && !after.contains('@');
    let wrapped = before.chars().count() >= WRAPPED && !text::ends_sentence(&before);
    small
        || (wrapped
            && !last.is_all_strong()
            && !line.is_all_strong()
            && crate::number::prefix(&after).is_none())
}

/// The text after a bullet character or dash, if it begins with one.
fn without_bullet(text: &Text) -> Option<Text> {
    let words = text.plain_text();
    let first = words.chars().next()?;
    let rest = words.get(first.len_utf8()..)?;
    let spaced = rest.starts_with(' ');
    let is_item = is_bullet(first) || ("-–—―−*+".contains(first) && spaced);
    if !is_item || rest.trim().is_empty() {
        return None;
    }
    Some(text.split_at(first.len_utf8()).1.normalized())
}
