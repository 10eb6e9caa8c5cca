//! Renders clauses as HTML, with every reference and variable resolved.
//!
//! In: a [`Document`] whose references have been checked. Out: safe HTML and the table of contents.

mod buffer;
mod inline;
mod text_content;

pub use inline::value_html;
pub use text_content::text_content;

use self::buffer::HtmlBuffer;
use crate::check::references::Scope;
use crate::content::document::plain_text::inlines_text;
use crate::content::document::{Block, Clause, Document, Head, Inline, Table};
use crate::render::view::TocItem;
use pulldown_cmark::Alignment;
use std::collections::BTreeMap;

/// The inputs of rendering besides the document.
pub struct TextContext<'c> {
    /// Facts and addresses that the text may refer to.
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
pub fn render(document: &Document<'_>, context: &TextContext<'_>) -> Rendered {
    let mut writer = Writer {
        out: HtmlBuffer::with_capacity(32 * 1024),
        context,
        is_in_link: false,
        clause_label: String::new(),
    };
    writer.blocks(&document.preamble);
    writer.clauses(&document.clauses);
    let toc = writer.toc(&document.clauses);
    Rendered {
        body: writer.out.into_string(),
        toc,
    }
}

struct Writer<'c> {
    out: HtmlBuffer,
    context: &'c TextContext<'c>,
    is_in_link: bool,
    /// Number of the clause being written, or its anchor; labels its tables for screen readers.
    clause_label: String,
}

impl Writer<'_> {
    /// Writes clauses, neighbouring definitions as one list.
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
        self.clause_label = number.clone().unwrap_or_else(|| anchor.clone());
        match &clause.head {
            Head::Title(title) => self.titled_clause(clause, title, &number, level),
            Head::Text => {
                writeln!(
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
                write!(
                    self.out,
                    "<div class=\"clause clause--{level}\" id=\"{anchor}\">\n<dt>"
                );
                self.number(&number, anchor);
                self.wrapped(" <dfn>", term, "</dfn></dt>\n<dd>\n");
                self.blocks(&clause.blocks);
                self.clauses(&clause.children);
                self.out.push_str("</dd>\n</div>\n");
            }
        }
    }

    /// Writes a clause that is a section with a heading. Its number links to it, or else its title.
    fn titled_clause(
        &mut self,
        clause: &Clause<'_>,
        title: &[Inline<'_>],
        number: &Option<String>,
        level: usize,
    ) {
        let anchor = &clause.anchor;
        let heading = (level + 1).min(6);
        write!(
            self.out,
            "<section class=\"clause clause--{level}\" id=\"{anchor}\">\n<h{heading} class=\"clause__title\">"
        );
        match number {
            Some(_) => {
                self.number(number, anchor);
                self.out.push_str(" ");
                self.inlines(title);
            }
            None => {
                write!(
                    self.out,
                    "<a class=\"clause__permalink\" href=\"#{anchor}\">"
                );
                self.is_in_link = true;
                self.inlines(title);
                self.is_in_link = false;
                self.out.push_str("</a>");
            }
        }
        writeln!(self.out, "</h{heading}>");
        self.blocks(&clause.blocks);
        self.clauses(&clause.children);
        self.out.push_str("</section>\n");
    }

    fn number(&mut self, number: &Option<String>, anchor: &str) {
        if let Some(number) = number {
            write!(
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
            Block::Paragraph(inlines) => self.wrapped("<p>", inlines, "</p>\n"),
            Block::List(start, items) => self.list(*start, items),
            Block::Definitions(definitions) => {
                self.out.push_str("<dl class=\"definitions\">\n");
                for (term, words) in definitions {
                    self.wrapped("<div><dt><dfn>", term, "</dfn></dt>\n");
                    self.wrapped("<dd>", words, "</dd></div>\n");
                }
                self.out.push_str("</dl>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Note(blocks) => {
                self.out.push_str("<aside class=\"note\" role=\"note\">\n");
                self.blocks(blocks);
                self.out.push_str("</aside>\n");
            }
            Block::Generated(generated) => {
                if let Some(html) = self.context.blocks.get(generated.variable()) {
                    self.out.push_str(html);
                }
            }
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block<'_>>]) {
        let element = if start.is_some() { "ol" } else { "ul" };
        match start {
            None | Some(1) => writeln!(self.out, "<{element}>"),
            Some(start) => writeln!(self.out, "<{element} start=\"{start}\">"),
        }
        for item in items {
            self.out.push_str("<li>");
            match item.as_slice() {
                // The first paragraph is written without `<p>`, so that loose and tight lists look
                // the same.
                [Block::Paragraph(inlines), rest @ ..] => {
                    self.inlines(inlines);
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        writeln!(self.out, "</{element}>");
    }

    fn table(&mut self, table: &Table<'_>) {
        // A table wider than the screen scrolls, also by keyboard: hence `tabindex`.
        write!(
            self.out,
            "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{}\"><table>\n<thead>\n<tr>",
            self.clause_label
        );
        for (cell, alignment) in table.head.iter().zip(&table.alignments) {
            write!(self.out, "<th scope=\"col\"{}>", class_of(*alignment));
            self.inlines(cell);
            self.out.push_str("</th>");
        }
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>");
            for (cell, alignment) in row.iter().zip(&table.alignments) {
                write!(self.out, "<td{}>", class_of(*alignment));
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
                    .map_or_else(String::new, ToString::to_string),
                title: inlines_text(title, self.context.scope.facts),
                anchor: clause.anchor.clone(),
                children: self.toc(&clause.children),
            })
        });
        titled.collect()
    }

    fn wrapped(&mut self, open: &str, inlines: &[Inline<'_>], close: &str) {
        self.out.push_str(open);
        self.inlines(inlines);
        self.out.push_str(close);
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
