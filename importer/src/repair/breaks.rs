//! Resolves line breaks within a block: a pseudo-list, lines of an address, or a wrapped sentence.

use crate::block::{Block, BlockKind, Label, is_bullet};
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
            BlockKind::Heading(_) | BlockKind::Table(_) => result.push(joined(block, report)),
            BlockKind::Paragraph | BlockKind::Item { .. } => {
                result.extend(split_block(block, report))
            }
        }
    }
    result
}

fn joined(mut block: Block, report: &mut Report) -> Block {
    let line = block.line;
    for text in block.texts_mut() {
        if text.normalized().has_breaks() {
            report.repair(
                RepairKind::HardBreak,
                line,
                "line breaks in a heading or a table cell became spaces",
            );
        }
        *text = text
            .map_runs(|words, _| words.replace('\n', " "))
            .normalized();
    }
    block
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
