//! The text of a document without markup. Editions are compared and hashed by it.

use super::{Block, Clause, Head, Inline};
use crate::content::settings::Facts;

/// The text of a clause without nested clauses; `item_marker` precedes each item of a list.
pub fn clause_text(clause: &Clause<'_>, facts: &Facts, item_marker: &str) -> String {
    let mut text = String::new();
    match &clause.head {
        Head::Title(inlines) => push_line(&mut text, inlines_text(inlines, facts)),
        Head::Term(inlines) => push_line(&mut text, format!("{} —", inlines_text(inlines, facts))),
        Head::Text => {}
    }
    push_blocks(&clause.blocks, facts, item_marker, &mut text);
    text
}

/// Appends the text of blocks; `item_marker` precedes each item of a list.
pub fn push_blocks(blocks: &[Block<'_>], facts: &Facts, item_marker: &str, text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => push_line(text, inlines_text(inlines, facts)),
            Block::List(_, items) => {
                for item in items {
                    let mut own = String::new();
                    push_blocks(item, facts, item_marker, &mut own);
                    if !own.is_empty() {
                        push_line(text, format!("{item_marker}{own}"));
                    }
                }
            }
            Block::Points(points) => {
                for point in points {
                    let mut own = String::new();
                    push_blocks(&point.blocks, facts, item_marker, &mut own);
                    push_line(text, format!("{item_marker}{} {own}", point.mark));
                }
            }
            Block::Definitions(definitions) => {
                for (term, definition) in definitions {
                    let term = inlines_text(term, facts);
                    let definition = inlines_text(definition, facts);
                    push_line(text, format!("{term} — {definition}"));
                }
            }
            Block::Table(table) => {
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    let cells: Vec<String> =
                        row.iter().map(|cell| inlines_text(cell, facts)).collect();
                    push_line(text, cells.join(" | "));
                }
            }
            Block::Note(blocks) => push_blocks(blocks, facts, item_marker, text),
            // The register's content is hashed and compared by itself.
            Block::Generated(generated) => push_line(text, format!("{{{}}}", generated.variable())),
        }
    }
}

fn push_line(text: &mut String, line: String) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&line);
}

/// The text of inlines; line breaks become spaces.
pub fn inlines_text(inlines: &[Inline<'_>], facts: &Facts) -> String {
    let mut text = String::new();
    push_inlines(inlines, facts, &mut text);
    text
}

/// The text of a title in a table of contents: without references to footnotes.
pub fn title_text(title: &[Inline<'_>], facts: &Facts) -> String {
    let mut text = String::new();
    for inline in title {
        if !matches!(inline, Inline::Footnote(..)) {
            push_inlines(std::slice::from_ref(inline), facts, &mut text);
        }
    }
    text
}

fn push_inlines(inlines: &[Inline<'_>], facts: &Facts, text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(own) if &**own == "\n" => text.push(' '),
            Inline::Text(own) | Inline::Code(own) => text.push_str(own),
            Inline::Variable(name, _) => {
                // Unknown facts have no text; `check::references` reports them.
                if let Some(value) = facts.get(name) {
                    text.push_str(&value.plain());
                }
            }
            Inline::Strong(inlines)
            | Inline::Emphasis(inlines)
            | Inline::Language(_, inlines)
            | Inline::Link(_, inlines, _) => {
                push_inlines(inlines, facts, text);
            }
            Inline::Footnote(label, _) => text.push_str(&format!("[{label}]")),
            Inline::Break => text.push(' '),
        }
    }
}
