//! The text of a document without markup: what editions are compared and hashed by.

use super::{Block, Clause, Head, Inline};
use crate::content::settings::{FactValue, Facts};

/// The words of a clause's own text, without those of deeper clauses; for comparison, hashes and tests.
pub fn plain(clause: &Clause<'_>, facts: &Facts) -> String {
    marked(clause, facts, "")
}

/// The same, with a mark before each item of a list.
pub fn marked(clause: &Clause<'_>, facts: &Facts, mark: &str) -> String {
    let mut words = String::new();
    match &clause.head {
        Head::Title(inlines) => push_line(&mut words, inlines_text(inlines, facts)),
        Head::Term(inlines) => push_line(&mut words, format!("{} —", inlines_text(inlines, facts))),
        Head::Text => {}
    }
    marked_blocks(&clause.blocks, facts, mark, &mut words);
    words
}

/// The words of blocks, with a mark before each item of a list.
pub fn marked_blocks(blocks: &[Block<'_>], facts: &Facts, mark: &str, words: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => push_line(words, inlines_text(inlines, facts)),
            Block::List(_, items) => {
                for item in items {
                    let mut own = String::new();
                    marked_blocks(item, facts, mark, &mut own);
                    if !own.is_empty() {
                        push_line(words, format!("{mark}{own}"));
                    }
                }
            }
            Block::Definitions(definitions) => {
                for (term, definition) in definitions {
                    push_line(
                        words,
                        format!(
                            "{} — {}",
                            inlines_text(term, facts),
                            inlines_text(definition, facts)
                        ),
                    );
                }
            }
            Block::Table(table) => {
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    let cells: Vec<String> =
                        row.iter().map(|cell| inlines_text(cell, facts)).collect();
                    push_line(words, cells.join(" | "));
                }
            }
            Block::Note(blocks) => marked_blocks(blocks, facts, mark, words),
            // What the register says is hashed and compared with the register.
            Block::Generated(generated) => {
                push_line(words, format!("{{{}}}", generated.variable()))
            }
        }
    }
}

fn push_line(words: &mut String, line: String) {
    if !words.is_empty() {
        words.push('\n');
    }
    words.push_str(&line);
}

/// The text of inlines; line breaks become spaces.
pub fn inlines_text(inlines: &[Inline<'_>], facts: &Facts) -> String {
    let mut words = String::new();
    push_plain(inlines, facts, &mut words);
    words
}

fn push_plain(inlines: &[Inline<'_>], facts: &Facts, words: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) if &**text == "\n" => words.push(' '),
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Variable(name, _) => {
                words.push_str(&facts.get(name).map(FactValue::plain).unwrap_or_default())
            }
            Inline::Strong(inlines)
            | Inline::Emphasis(inlines)
            | Inline::Language(_, inlines)
            | Inline::Link(_, inlines, _) => {
                push_plain(inlines, facts, words);
            }
            Inline::Break => words.push(' '),
        }
    }
}
