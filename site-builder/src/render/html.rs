//! Clauses to HTML, with every reference and variable resolved.
//!
//! In: a [`Document`] whose references have been checked. Out: safe HTML and the table of contents.

mod inline;
mod text_content;

pub use text_content::text_content;

use crate::check::references::Scope;
use crate::content::document::plain_text::inlines_text;
use crate::content::document::{Block, Clause, Document, Generated, Head, Inline, Table};
use crate::content::settings::FactValue;
use crate::render::view::TocItem;
use pulldown_cmark::Alignment;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a text is rendered with.
pub struct Context<'c> {
    /// What the text may refer to.
    pub scope: &'c Scope<'c>,
    /// HTML of generated blocks, by the name of their variable.
    pub blocks: &'c BTreeMap<&'static str, String>,
    /// The host of the site: links elsewhere are external.
    pub host: &'c str,
}

/// A text as HTML.
#[derive(Debug)]
pub struct Rendered {
    /// Safe HTML.
    pub body: String,
    /// Titles with their anchors.
    pub toc: Vec<TocItem>,
}

/// Renders a text.
pub fn render(document: &Document<'_>, context: &Context<'_>) -> Rendered {
    let mut writer = Writer {
        out: String::with_capacity(32 * 1024),
        context,
        is_in_link: false,
        place: String::new(),
    };
    writer.blocks(&document.preamble);
    writer.clauses(&document.clauses);
    let toc = writer.toc(&document.clauses);
    Rendered {
        body: writer.out,
        toc,
    }
}

/// A fact as HTML outside of any text: names carry their language, nothing becomes a link.
pub fn value_html(value: &FactValue) -> String {
    inline::value_html(value)
}

struct Writer<'c> {
    out: String,
    context: &'c Context<'c>,
    is_in_link: bool,
    /// Number or anchor of the clause being written, the name of its tables.
    place: String,
}

impl Writer<'_> {
    /// Neighbouring definitions stand in one list.
    fn clauses(&mut self, clauses: &[Clause<'_>]) {
        let is_term = |clause: &Clause<'_>| matches!(clause.head, Head::Term(_));
        for group in clauses.chunk_by(|before, after| is_term(before) == is_term(after)) {
            let is_definitions = group.first().is_some_and(is_term);
            if is_definitions {
                self.out.push_str("<dl class=\"definitions\">\n");
            }
            for clause in group {
                self.clause(clause);
            }
            if is_definitions {
                self.out.push_str("</dl>\n");
            }
        }
    }

    fn clause(&mut self, clause: &Clause<'_>) {
        let level = clause.number.as_ref().map_or(1, |number| number.level());
        let anchor = &clause.anchor;
        let number = clause.number.as_ref().map(|number| format!("{number}."));
        self.place = number.clone().unwrap_or_else(|| anchor.clone());
        match &clause.head {
            Head::Title(title) => {
                let heading = (level + 1).min(6);
                let _ = write!(
                    self.out,
                    "<section class=\"clause clause--{level}\" id=\"{anchor}\">\n<h{heading} class=\"clause__title\">"
                );
                match &number {
                    Some(number) => {
                        let _ = write!(
                            self.out,
                            "<a class=\"clause__number\" href=\"#{anchor}\">{number}</a> "
                        );
                        self.inlines(title);
                    }
                    None => {
                        let _ = write!(
                            self.out,
                            "<a class=\"clause__permalink\" href=\"#{anchor}\">"
                        );
                        self.is_in_link = true;
                        self.inlines(title);
                        self.is_in_link = false;
                        self.out.push_str("</a>");
                    }
                }
                let _ = writeln!(self.out, "</h{heading}>");
                self.blocks(&clause.blocks);
                self.clauses(&clause.children);
                self.out.push_str("</section>\n");
            }
            Head::Text => {
                let _ = writeln!(
                    self.out,
                    "<div class=\"clause clause--{level}\" id=\"{anchor}\">"
                );
                self.number(&number, anchor);
                self.out.push_str("<div class=\"clause__body\">\n");
                self.blocks(&clause.blocks);
                self.out.push_str("</div>\n");
                self.clauses(&clause.children);
                self.out.push_str("</div>\n");
            }
            Head::Term(term) => {
                let _ = write!(
                    self.out,
                    "<div class=\"clause clause--{level}\" id=\"{anchor}\">\n<dt>"
                );
                self.number(&number, anchor);
                self.out.push_str(" <dfn>");
                self.inlines(term);
                self.out.push_str("</dfn></dt>\n<dd>\n");
                self.blocks(&clause.blocks);
                self.clauses(&clause.children);
                self.out.push_str("</dd>\n</div>\n");
            }
        }
    }

    fn number(&mut self, number: &Option<String>, anchor: &str) {
        if let Some(number) = number {
            let _ = write!(
                self.out,
                "<a class=\"clause__number\" href=\"#{anchor}\">{number}</a>"
            );
        }
    }

    fn blocks(&mut self, blocks: &[Block<'_>]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block<'_>) {
        match block {
            Block::Paragraph(inlines) => {
                self.out.push_str("<p>");
                self.inlines(inlines);
                self.out.push_str("</p>\n");
            }
            Block::List(start, items) => self.list(*start, items),
            Block::Definitions(definitions) => {
                self.out.push_str("<dl class=\"definitions\">\n");
                for (term, words) in definitions {
                    self.out.push_str("<div><dt><dfn>");
                    self.inlines(term);
                    self.out.push_str("</dfn></dt>\n<dd>");
                    self.inlines(words);
                    self.out.push_str("</dd></div>\n");
                }
                self.out.push_str("</dl>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Note(blocks) => {
                self.out.push_str("<aside class=\"note\" role=\"note\">\n");
                self.blocks(blocks);
                self.out.push_str("</aside>\n");
            }
            Block::Generated(generated) => self.generated(*generated),
        }
    }

    fn generated(&mut self, generated: Generated) {
        if let Some(html) = self.context.blocks.get(generated.variable()) {
            self.out.push_str(html);
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block<'_>>]) {
        let end = match start {
            None => {
                self.out.push_str("<ul>\n");
                "</ul>\n"
            }
            Some(1) => {
                self.out.push_str("<ol>\n");
                "</ol>\n"
            }
            Some(start) => {
                let _ = writeln!(self.out, "<ol start=\"{start}\">");
                "</ol>\n"
            }
        };
        for item in items {
            self.out.push_str("<li>");
            match item.as_slice() {
                // Words alone need no paragraph: lists look the same however they were spaced.
                [Block::Paragraph(inlines), rest @ ..] => {
                    self.inlines(inlines);
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str(end);
    }

    fn table(&mut self, table: &Table<'_>) {
        // A table wider than the screen scrolls by itself, also by keyboard.
        let _ = write!(
            self.out,
            "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{}\"><table>\n<thead>\n<tr>",
            self.place
        );
        for (cell, alignment) in table.head.iter().zip(&table.alignments) {
            let _ = write!(self.out, "<th scope=\"col\"{}>", class_of(*alignment));
            self.inlines(cell);
            self.out.push_str("</th>");
        }
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>");
            for (cell, alignment) in row.iter().zip(&table.alignments) {
                let _ = write!(self.out, "<td{}>", class_of(*alignment));
                self.inlines(cell);
                self.out.push_str("</td>");
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table></div>\n");
    }

    fn toc(&self, clauses: &[Clause<'_>]) -> Vec<TocItem> {
        let titled = clauses.iter().filter_map(|clause| {
            let Head::Title(title) = &clause.head else {
                return None;
            };
            Some(TocItem {
                number: clause
                    .number
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                title: inlines_text(title, self.context.scope.facts),
                anchor: clause.anchor.clone(),
                children: self.toc(&clause.children),
            })
        });
        titled.collect()
    }

    fn inlines(&mut self, inlines: &[Inline<'_>]) {
        for inline in inlines {
            self.inline(inline);
        }
    }
}

fn class_of(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::None | Alignment::Left => "",
        Alignment::Center => " class=\"center\"",
        Alignment::Right => " class=\"right\"",
    }
}
