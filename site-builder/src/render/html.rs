//! Renders clauses as HTML, with every reference and variable resolved.
//!
//! In: a [`Document`] whose references have been checked. Out: safe HTML and the table of contents.

mod buffer;
mod inline;
mod text_content;

pub use inline::{label_html, number_html, value_html};
pub use text_content::text_content;

use self::buffer::HtmlBuffer;
use crate::check::references::Scope;
use crate::content::document::plain_text::title_text;
use crate::content::document::{
    Block, Clause, ClauseKind, Document, Footnote, Generated, Head, Inline, Leaf, Point, Table,
    visit_leaves,
};
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
        has_authority: has_authority(document),
        clause_label: String::new(),
        references: BTreeMap::new(),
    };
    writer.blocks(&document.preamble);
    writer.clauses(&document.clauses);
    writer.footnotes(&document.footnotes);
    let toc = writer.toc(&document.clauses);
    Rendered {
        body: writer.out.into_string(),
        toc,
    }
}

fn has_authority(document: &Document<'_>) -> bool {
    let clauses = document.walk().into_iter();
    let clauses = clauses.map(|clause| clause.blocks.as_slice());
    let footnotes = document.footnotes.iter().map(|note| note.blocks.as_slice());
    let mut found = false;
    for blocks in clauses
        .chain(footnotes)
        .chain([document.preamble.as_slice()])
    {
        visit_leaves(blocks, &mut |leaf| {
            found |= matches!(leaf, Leaf::Generated(Generated::Authority));
        });
    }
    found
}

struct Writer<'c> {
    out: HtmlBuffer,
    context: &'c TextContext<'c>,
    is_in_link: bool,
    /// The text gives the authority a place of its own.
    has_authority: bool,
    /// Number of the clause being written, or its anchor; labels its tables for screen readers.
    clause_label: String,
    /// How many references to each footnote were written.
    references: BTreeMap<String, usize>,
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
        let (level, anchor) = (clause.level, &clause.anchor);
        let number = clause.number.as_ref();
        self.clause_label = number.map_or_else(|| anchor.clone(), |number| number.written.clone());
        match &clause.head {
            Head::Title(title) => self.titled_clause(clause, title),
            Head::Text => {
                writeln!(
                    self.out,
                    "<div class=\"clause clause--{level}\" id=\"{anchor}\">"
                );
                self.number(clause);
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
                self.number(clause);
                self.wrapped(" <dfn>", term, "</dfn></dt>\n<dd>\n");
                self.blocks(&clause.blocks);
                self.clauses(&clause.children);
                self.out.push_str("</dd>\n</div>\n");
            }
        }
    }

    /// Writes a clause that is a section with a heading. Its number links to it, or else its title.
    fn titled_clause(&mut self, clause: &Clause<'_>, title: &[Inline<'_>]) {
        let (level, anchor) = (clause.level, &clause.anchor);
        let kind = match clause.kind {
            ClauseKind::Clause => "",
            ClauseKind::Group => " clause--group",
            ClauseKind::Appendix => " clause--appendix",
        };
        let heading = (level + 1).min(6);
        write!(
            self.out,
            "<section class=\"clause clause--{level}{kind}\" id=\"{anchor}\">\n<h{heading} class=\"clause__title\">"
        );
        match &clause.number {
            Some(_) => {
                self.number(clause);
                if !title.is_empty() {
                    self.out.push_str(" ");
                }
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

    fn number(&mut self, clause: &Clause<'_>) {
        let Some(number) = &clause.number else {
            return;
        };
        let worded = if number.is_worded {
            " clause__number--worded"
        } else {
            ""
        };
        write!(
            self.out,
            "<a class=\"clause__number{worded}\" href=\"#{}\">",
            clause.anchor
        );
        self.out.push_text(&number.written);
        self.out.push_str("</a>");
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
            Block::Points(points) => self.points(points),
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
                self.generated(*generated);
                // A text that names the operator also says whom to complain to (GDPR Art. 13(2)(d)).
                if *generated == Generated::Operator && !self.has_authority {
                    self.generated(Generated::Authority);
                }
            }
        }
    }

    fn generated(&mut self, generated: Generated) {
        if let Some(html) = self.context.blocks.get(generated.variable()) {
            self.out.push_str(html);
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
            self.item(item);
            self.out.push_str("</li>\n");
        }
        writeln!(self.out, "</{element}>");
    }

    /// Writes the blocks of an item, the first paragraph without `<p>`, so that loose and tight lists
    /// look the same.
    fn item(&mut self, blocks: &[Block<'_>]) {
        match blocks {
            [Block::Paragraph(inlines), rest @ ..] => {
                self.inlines(inlines);
                self.blocks(rest);
            }
            blocks => self.blocks(blocks),
        }
    }

    /// Writes points. Their marks are text, because no style of lists can show all of them, and
    /// marks that styles make are neither copied nor always read aloud. A list without markers
    /// needs `role` to stay one in Safari.
    fn points(&mut self, points: &[Point<'_>]) {
        self.out.push_str("<ul class=\"points\" role=\"list\">\n");
        for point in points {
            let anchor = &point.anchor;
            write!(
                self.out,
                "<li class=\"point\" id=\"{anchor}\"><a class=\"point__mark\" href=\"#{anchor}\">"
            );
            self.out.push_text(&point.mark);
            self.out.push_str("</a> <div class=\"point__body\">");
            self.item(&point.blocks);
            self.out.push_str("</div></li>\n");
        }
        self.out.push_str("</ul>\n");
    }

    /// Writes footnotes, each with links back to the references to it.
    fn footnotes(&mut self, footnotes: &[Footnote<'_>]) {
        if footnotes.is_empty() {
            return;
        }
        self.out.push_str(
            "<div class=\"footnotes\" role=\"doc-endnotes\">\n<ul class=\"footnotes__list\" role=\"list\">\n",
        );
        // References of footnotes themselves are written after the first of these links.
        let references = self.references.clone();
        for footnote in footnotes {
            let (anchor, label) = (&footnote.anchor, &footnote.label);
            self.clause_label = format!("[{label}]");
            write!(self.out, "<li class=\"footnote\" id=\"{anchor}\">");
            match references.get(label).copied().unwrap_or(0) {
                0 => write!(self.out, "<span class=\"footnote__mark\">[{label}]</span>"),
                _ => write!(
                    self.out,
                    "<a class=\"footnote__mark\" href=\"#nr-{label}\" role=\"doc-backlink\">[{label}]</a>"
                ),
            }
            self.out.push_str(" <div class=\"footnote__body\">");
            self.item(&footnote.blocks);
            for count in 2..=references.get(label).copied().unwrap_or(0) {
                write!(
                    self.out,
                    " <a class=\"footnote__back\" href=\"#nr-{label}-{count}\" role=\"doc-backlink\">[{label}]<sup>{count}</sup></a>"
                );
            }
            self.out.push_str("</div></li>\n");
        }
        self.out.push_str("</ul>\n</div>\n");
    }

    fn table(&mut self, table: &Table<'_>) {
        // A table wider than the screen scrolls, also by keyboard: hence `tabindex`.
        self.out
            .push_str("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
        self.out.push_attribute(&self.clause_label);
        self.out.push_str("\"><table>\n<thead>\n<tr>");
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
            let number = clause.number.as_ref();
            Some(TocItem {
                label: number.map_or_else(String::new, |number| number.written.clone()),
                worded: number.is_some_and(|number| number.is_worded),
                group: clause.kind != ClauseKind::Clause,
                title: title_text(title, self.context.scope.facts),
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
