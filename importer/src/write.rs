//! Writes blocks in the content form.

mod inline;
mod lists;

use crate::ImportOptions;
use crate::block::{Block, BlockKind};
use crate::front_matter::FrontMatter;
use crate::report::{RepairKind, Report};
use crate::text::Text;
use lists::{Lists, Marker};

pub(crate) fn write(
    title: &str,
    front_matter: &FrontMatter,
    blocks: &[Block],
    options: &ImportOptions,
    report: &mut Report,
) -> String {
    let mut file = String::from("+++\n");
    match front_matter {
        FrontMatter::Edition { verbatim, .. } => file.push_str(verbatim),
        FrontMatter::None | FrontMatter::Foreign { .. } => {
            file.push_str(&format!(
                "title = {}\npublished = {}\n",
                quoted(title),
                options.published
            ));
        }
    }
    file.push_str("+++\n");
    let mut lists = Lists::new(front_matter.origin());
    let mut before: Option<&Block> = None;
    for block in blocks {
        let marker = lists.marker(before, block);
        let written = written(block, &marker, report);
        let in_same_note = before.is_some_and(|before| before.quoted && block.quoted);
        if !marker.is_tight {
            file.push_str(if in_same_note { ">\n" } else { "\n" });
        }
        for line in written.lines() {
            if block.quoted {
                file.push_str("> ");
            }
            file.push_str(line);
            file.push('\n');
        }
        before = Some(block);
    }
    file
}

/// A TOML basic string. The `toml` crate isn't used, because it writes a literal string ('…') for
/// text with quotation marks, and `title` has one form in all editions.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_control() => quoted.push(' '),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn written(block: &Block, marker: &Marker, report: &mut Report) -> String {
    let number = block.number.as_ref().map_or_else(String::new, |number| {
        let space = if number.is_attached { "" } else { " " };
        format!("{}{space}", number.written)
    });
    let line = block.line;
    match &block.kind {
        BlockKind::Heading(level) => {
            let title = inline::markdown(&block.text, inline::Context::Heading, line, report);
            format!("{} {number}{title}", "#".repeat(*level))
                .trim_end()
                .to_owned()
        }
        BlockKind::Paragraph => {
            let context = if number.is_empty() || is_list_marker(number.trim_end()) {
                inline::Context::BlockStart
            } else {
                inline::Context::AfterNumber
            };
            let words = inline::markdown(&block.text, context, line, report);
            let words = format!("{number}{words}");
            format!("{}{}", marker.text, words.trim_end())
        }
        BlockKind::Item { .. } => {
            let context = if marker.is_markdown {
                inline::Context::BlockStart
            } else {
                inline::Context::AfterNumber
            };
            let words = inline::markdown(&block.text, context, line, report);
            format!("{}{words}", marker.text)
        }
        BlockKind::Table(rows) => table(rows, line, report),
        BlockKind::Note(label) => {
            let words = inline::markdown(&block.text, inline::Context::AfterNumber, line, report);
            format!("[^{label}]: {words}")
        }
    }
}

/// Whether Markdown reads a clause number as the marker of a list item: `5.`
fn is_list_marker(number: &str) -> bool {
    number.strip_suffix('.').is_some_and(|digits| {
        (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Pads rows to equal length; the first one is the header.
fn table(rows: &[Vec<Text>], line: usize, report: &mut Report) -> String {
    let width = rows.iter().map(Vec::len).fold(1, usize::max);
    if rows.iter().any(|row| row.len() != width) {
        report.repair(
            RepairKind::Table,
            line,
            "rows of a table got the same number of cells",
        );
    }
    let mut lines: Vec<String> = Vec::with_capacity(rows.len() + 1);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = (0..width)
            .map(|column| {
                row.get(column).map_or_else(String::new, |cell| {
                    inline::markdown(cell, inline::Context::TableCell, line, report)
                })
            })
            .collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            lines.push(format!("|{}", " --- |".repeat(width)));
        }
    }
    lines.join("\n")
}
