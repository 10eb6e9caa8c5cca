//! Tables with a language a column, the usual form of agreements in two or three languages.

use super::{Piece, only_best};
use crate::block::{Block, BlockKind};
use crate::text::{Style, Text};
use language::Candidates;
use std::collections::BTreeSet;

/// Columns of a table: languages, and perhaps one for numbers.
const MAX_COLUMNS: usize = 5;
/// How much better a column fits its language than any other.
const LEAD: i64 = 6;
/// How much worse the language of the tables before may fit a column with few words.
const TOLERANCE: i64 = 4;
/// Rows with words in each language, in percent of those with words.
const MIN_FULL_ROWS: usize = 50;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The index of its language.
    Language(usize),
    /// Numbers, or nothing.
    Numbers,
}

/// The blocks of a document, with those of the cells of each table that has a language a column.
pub(super) fn expand(blocks: &[Block], candidates: &Candidates) -> Vec<Piece> {
    let layouts = layouts(blocks, candidates);
    let mut pieces = Vec::new();
    for (block, layout) in blocks.iter().zip(layouts) {
        match (&block.kind, layout) {
            (BlockKind::Table(rows), Some(columns)) => {
                for row in rows {
                    pieces.extend(cells(block, row, &columns, candidates));
                }
            }
            _ => pieces.push(Piece {
                block: block.clone(),
                language: None,
            }),
        }
    }
    pieces
}

/// The columns of each block that is a table with a language a column. Word processors divide long
/// tables, so that the columns of a short one are like those of a long one.
fn layouts(blocks: &[Block], candidates: &Candidates) -> Vec<Option<Vec<Column>>> {
    let sure: Vec<Option<Vec<Column>>> = blocks
        .iter()
        .map(|block| match &block.kind {
            BlockKind::Table(rows) => columns(rows, candidates),
            _ => None,
        })
        .collect();
    let mut known: Option<Vec<Column>> = sure.iter().flatten().next().cloned();
    let mut all = Vec::with_capacity(sure.len());
    for (block, layout) in blocks.iter().zip(sure) {
        let layout = match (&block.kind, layout, &known) {
            (_, Some(layout), _) => {
                known = Some(layout.clone());
                Some(layout)
            }
            (BlockKind::Table(rows), None, Some(before)) => {
                fits(rows, before, candidates).then(|| before.clone())
            }
            _ => None,
        };
        all.push(layout);
    }
    all
}

fn width(rows: &[Vec<Text>]) -> usize {
    rows.iter().map(Vec::len).max().unwrap_or(0)
}

/// The words of a column.
fn words(rows: &[Vec<Text>], column: usize) -> String {
    let cells = rows.iter().filter_map(|row| row.get(column));
    cells.map(|cell| cell.plain_text() + "\n").collect()
}

fn has_letters(words: &str) -> bool {
    words.contains(char::is_alphabetic)
}

/// The columns of a table if each is in another language.
fn columns(rows: &[Vec<Text>], candidates: &Candidates) -> Option<Vec<Column>> {
    let width = width(rows);
    if !(2..=MAX_COLUMNS).contains(&width) {
        return None;
    }
    let mut columns = Vec::with_capacity(width);
    let mut seen = BTreeSet::new();
    for column in 0..width {
        let words = words(rows, column);
        if !has_letters(&words) || is_numbering(&words) {
            columns.push(Column::Numbers);
            continue;
        }
        let language = only_best(&candidates.scores(&words), LEAD)?;
        if !seen.insert(language) {
            return None;
        }
        columns.push(Column::Language(language));
    }
    let is_full = |row: &&Vec<Text>| {
        let mut cells = columns.iter().zip(row.iter());
        cells.all(|(column, cell)| *column == Column::Numbers || !cell.is_blank())
            && row.len() == width
    };
    let with_words = rows.iter().filter(|row| !row.iter().all(Text::is_blank));
    let full = rows.iter().filter(is_full).count();
    let are_parallel = full * 100 >= with_words.count() * MIN_FULL_ROWS;
    (seen.len() > 1 && are_parallel).then_some(columns)
}

/// Whether a column has numbers alone, with a heading such as `№` or `No.`.
fn is_numbering(words: &str) -> bool {
    let lines = || words.lines().filter(|line| !line.trim().is_empty());
    let is_number = |line: &&str| line.contains(|letter: char| letter.is_ascii_digit());
    let letters = words
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    lines().filter(is_number).count() + 1 >= lines().count() && letters <= 4
}

/// Whether the columns of a table may be those of another one.
fn fits(rows: &[Vec<Text>], columns: &[Column], candidates: &Candidates) -> bool {
    let mut languages = BTreeSet::new();
    let mut all = columns.iter().enumerate();
    let fits = all.all(|(index, column)| {
        let words = words(rows, index);
        let Column::Language(language) = column else {
            return !has_letters(&words) || is_numbering(&words);
        };
        let scores = candidates.scores(&words);
        let best = scores.iter().max().copied().unwrap_or(0);
        languages.insert(only_best(&scores, LEAD));
        scores
            .get(*language)
            .is_some_and(|own| best - own <= TOLERANCE)
    });
    // Two columns in one language are a table of that language, such as that of the parties.
    let is_one_language = languages.len() == 1 && !languages.contains(&None);
    width(rows) == columns.len() && fits && !is_one_language
}

/// The blocks of a row, a block for each line of a cell.
fn cells(table: &Block, row: &[Text], columns: &[Column], candidates: &Candidates) -> Vec<Piece> {
    let filled: Vec<(&Column, &Text)> = columns
        .iter()
        .zip(row)
        .filter(|(_, cell)| !cell.is_blank())
        .collect();
    let number = filled.iter().find_map(|(column, cell)| {
        let words = cell.plain_text();
        let is_number = words.contains(|letter: char| letter.is_ascii_digit());
        (**column == Column::Numbers && is_number).then(|| words.trim().to_owned())
    });
    let mut pieces = Vec::new();
    for (column, cell) in &filled {
        let Column::Language(language) = **column else {
            continue;
        };
        for (index, line) in cell.lines().into_iter().enumerate() {
            let own = only_best(&candidates.scores(&line.plain_text()), LEAD);
            // Merged cells hold words of several languages, or of one for all.
            let language = match filled.len() {
                1 => own.unwrap_or(language),
                _ => language,
            };
            let text = match &number {
                Some(number) if index == 0 => numbered(number, &line),
                _ => line,
            };
            pieces.push(Piece {
                block: Block {
                    quoted: table.quoted,
                    ..Block::new(table.line, BlockKind::Paragraph, text)
                },
                language: Some(language),
            });
        }
    }
    pieces
}

/// A text after the number that stands in a column of its own.
fn numbered(number: &str, text: &Text) -> Text {
    if text
        .plain_text()
        .starts_with(|letter: char| letter.is_ascii_digit())
    {
        return text.clone();
    }
    let mut numbered = Text::default();
    let dot = if number.ends_with(['.', ')']) {
        ""
    } else {
        "."
    };
    numbered.push(&format!("{number}{dot} "), &Style::default());
    numbered.append(text);
    numbered
}
