//! Writes blocks in the content form.

mod inline;

use crate::ImportOptions;
use crate::block::{Block, BlockKind, Label};
use crate::front_matter::FrontMatter;
use crate::number::Delimiter;
use crate::report::{RepairKind, Report};
use crate::text::Text;

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
    let mut lists = Lists::default();
    let mut before: Option<&Block> = None;
    for block in blocks {
        let continues = lists.goes_on_with(before, block);
        let written = written(block, &mut lists, report);
        let in_same_note = before.is_some_and(|before| before.quoted && block.quoted);
        if !continues {
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

/// The open items of the list being written.
#[derive(Debug, Default)]
struct Lists {
    /// By depth: width of the marker, and number and delimiter of an ordered item.
    open: Vec<(usize, Option<(u32, Delimiter)>)>,
}

impl Lists {
    /// Whether the block continues the list, so that no blank line separates them. Outermost
    /// bullets and ordered items are separate lists.
    fn goes_on_with(&self, before: Option<&Block>, block: &Block) -> bool {
        let same_note =
            before.is_some_and(|before| before.is_item() && before.quoted == block.quoted);
        let BlockKind::Item { depth, label } = &block.kind else {
            return false;
        };
        let is_ordered = matches!(label, Label::Ordered(..));
        let same_kind = self
            .open
            .get(*depth)
            .is_none_or(|(_, ordered)| ordered.is_some() == is_ordered);
        same_note && (same_kind || *depth > 0)
    }

    /// Indentation and marker of the next item. A list that follows another one gets the other
    /// delimiter, because Markdown would join the two.
    fn marker(&mut self, depth: usize, label: &Label) -> String {
        let before = self.open.get(depth).and_then(|(_, ordered)| *ordered);
        self.open.truncate(depth);
        let indent: usize = self.open.iter().map(|(width, _)| width).sum();
        let (marker, ordered) = match label {
            Label::Bullet => ("-".to_owned(), None),
            Label::Ordered(number, _) => {
                let delimiter = match before {
                    Some((last, delimiter)) if last.checked_add(1) == Some(*number) => delimiter,
                    Some((_, Delimiter::Period)) => Delimiter::Parenthesis,
                    Some((_, Delimiter::Parenthesis)) | None => Delimiter::Period,
                };
                let character = match delimiter {
                    Delimiter::Period => '.',
                    Delimiter::Parenthesis => ')',
                };
                (format!("{number}{character}"), Some((*number, delimiter)))
            }
        };
        self.open.push((marker.len() + 1, ordered));
        format!("{}{marker} ", " ".repeat(indent))
    }
}

fn written(block: &Block, lists: &mut Lists, report: &mut Report) -> String {
    if !block.is_item() {
        lists.open.clear();
    }
    let number = block
        .number
        .as_ref()
        .map_or_else(String::new, |number| format!("{number}. "));
    let line = block.line;
    match &block.kind {
        BlockKind::Heading(level) => {
            let title = inline::markdown(&block.text, inline::Context::Heading, line, report);
            format!("{} {number}{title}", "#".repeat(*level))
                .trim_end()
                .to_owned()
        }
        BlockKind::Paragraph => {
            let context = if number.is_empty() {
                inline::Context::BlockStart
            } else {
                inline::Context::AfterNumber
            };
            let words = inline::markdown(&block.text, context, line, report);
            format!("{number}{words}").trim_end().to_owned()
        }
        BlockKind::Item { depth, label } => {
            let marker = lists.marker(*depth, label);
            format!(
                "{marker}{}",
                inline::markdown(&block.text, inline::Context::BlockStart, line, report)
            )
        }
        BlockKind::Table(rows) => table(rows, line, report),
    }
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
