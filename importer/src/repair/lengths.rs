//! Divides paragraphs and tables over the limits, and reports each. Later repairs may take
//! quadratic time in the length of a paragraph.

use crate::block::{Block, BlockKind};
use crate::limits::PARAGRAPH_LIMIT;
use crate::report::{DecisionKind, Report};
use crate::text::Text;

/// Maximum number of cells of a table, including those that pad short rows.
const MAX_CELLS: usize = 100_000;
/// Maximum number of bytes of the markup around a run: bold, italics, and a link without its
/// address.
const STYLE_OVERHEAD: usize = 12;

/// Makes paragraphs of the cells of tables with too many cells or too long rows.
pub(crate) fn flatten_oversized_tables(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result = Vec::with_capacity(blocks.len());
    for block in blocks {
        let BlockKind::Table(rows) = &block.kind else {
            result.push(block);
            continue;
        };
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let markdown_size = |row: &Vec<Text>| row.iter().map(markdown_size).sum::<usize>();
        let longest = rows.iter().map(markdown_size).max().unwrap_or(0);
        let padding = width * " | ".len();
        if longest + padding <= PARAGRAPH_LIMIT && rows.len() * width <= MAX_CELLS {
            result.push(block);
            continue;
        }
        report.decision(
            DecisionKind::Table,
            block.line,
            format!(
                "the table is too large for the content form, with `{}` rows and up to `{longest}` bytes in a row: its cells became paragraphs",
                rows.len()
            ),
            "see that they make sense one after the other, or write a smaller table",
        );
        let cells = rows.iter().flatten().flat_map(Text::lines);
        result.extend(cells.map(|text| Block {
            text,
            ..block.empty_paragraph()
        }));
    }
    result
}

/// Divides too long paragraphs, items and headings between sentences.
pub(crate) fn split_long_paragraphs(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result = Vec::with_capacity(blocks.len());
    for block in blocks {
        let markdown_size = markdown_size(&block.text);
        if markdown_size <= PARAGRAPH_LIMIT {
            result.push(block);
            continue;
        }
        let mut parts = Vec::new();
        divide(&block.text, &mut parts);
        report.divided_paragraph(block.line, markdown_size, parts.len());
        for (index, text) in parts.into_iter().enumerate() {
            let kind = match index {
                0 => block.kind.clone(),
                _ => BlockKind::Paragraph,
            };
            result.push(Block {
                kind,
                text,
                ..block.empty_paragraph()
            });
        }
    }
    result
}

/// Upper bound of the size of the text in Markdown, in bytes.
pub(super) fn markdown_size(text: &Text) -> usize {
    let runs = text.runs.iter();
    runs.map(|run| {
        let escapes = run.text.bytes().filter(u8::is_ascii_punctuation).count();
        let link = run.style.link.as_ref().map_or(0, String::len);
        run.text.len() + escapes + link + STYLE_OVERHEAD
    })
    .sum()
}

/// Divides in halves until each part is short enough, which takes O(n log n) time.
fn divide(text: &Text, parts: &mut Vec<Text>) {
    let words = text.plain_text();
    let place = place_to_divide(&words);
    if markdown_size(text) <= PARAGRAPH_LIMIT || place == 0 || place >= words.len() {
        let part = text.normalized();
        if !part.is_blank() {
            parts.push(part);
        }
        return;
    }
    let (before, after) = text.split_at(place);
    divide(&before, parts);
    divide(&after, parts);
}

/// Offset of the last end of a sentence in the middle third of the text, else of a word.
fn place_to_divide(words: &str) -> usize {
    let start = words.floor_char_boundary(words.len() / 3);
    let end = words.floor_char_boundary(words.len() / 3 * 2);
    let (_, rest) = words.split_at(start);
    let (middle, _) = rest.split_at(end - start);
    let mut sentence = None;
    let mut word = None;
    let mut before = ' ';
    for (index, letter) in middle.char_indices() {
        if letter.is_whitespace() {
            word = Some(start + index);
            if ".!?…;".contains(before) {
                sentence = word;
            }
        }
        before = letter;
    }
    let anywhere = words.floor_char_boundary(words.len() / 2);
    sentence.or(word).unwrap_or(anywhere)
}
