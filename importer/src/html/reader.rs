//! Converts tokens to blocks in one pass.

use super::links::{normalize_link, report_image};
use super::lists::Lists;
use super::open_elements::{Element, OpenElements};
use super::style::{self, ClassStyles};
use super::table::Table;
use super::tokens::{Tag, Token, is_block};
use super::word;
use crate::block::{Block, BlockKind, Label};
use crate::characters;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{Style, Text};

/// Void elements of the HTML standard: they have no end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Elements whose content isn't shown.
const HIDDEN: &[&str] = &["script", "style", "iframe"];
/// Elements of the frame around the text of a page.
const FRAME: &[&str] = &["nav", "footer", "form", "button", "select", "aside"];

/// The blocks of a page, and its `<title>`.
pub(crate) fn read(
    tokens: Vec<(usize, Token)>,
    report: &mut Report,
) -> (Vec<Block>, Option<String>) {
    let mut reader = Reader::new(report);
    for (line, token) in tokens {
        match token {
            Token::Text(words) => reader.text(&words, line),
            Token::Tag(tag) if tag.closes => reader.close(&tag.name, line),
            Token::Tag(tag) => reader.open(tag, line),
            Token::Comment => {
                reader
                    .report
                    .count(RepairKind::Dropped, line, "HTML comments removed")
            }
        }
    }
    reader.flush();
    reader.in_table(|table| table.nested = 0);
    reader.end_table(1);
    let title = reader.title.trim();
    (reader.blocks, (!title.is_empty()).then(|| title.to_owned()))
}

/// Role of the next text in a `<dl>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefinitionRole {
    None,
    Term,
    Description,
}

struct Reader<'a> {
    report: &'a mut Report,
    blocks: Vec<Block>,
    /// Kind of the next block.
    kind: BlockKind,
    line: usize,
    text: Text,
    open: OpenElements,
    lists: Lists,
    /// Label of the next item, which goes before its text.
    label: String,
    /// Depth of the paragraph in a list of Word.
    word_list_level: Option<usize>,
    table: Option<Table>,
    classes: ClassStyles,
    css: String,
    title: String,
    hidden_depth: usize,
    preformatted_depth: usize,
    quote_depth: usize,
    role: DefinitionRole,
    /// Whether the last block is a `<dt>` without its `<dd>`.
    has_term: bool,
}

impl<'a> Reader<'a> {
    fn new(report: &'a mut Report) -> Self {
        Self {
            report,
            blocks: Vec::new(),
            kind: BlockKind::Paragraph,
            line: 1,
            text: Text::default(),
            open: OpenElements::default(),
            lists: Lists::default(),
            label: String::new(),
            word_list_level: None,
            table: None,
            classes: ClassStyles::new(),
            css: String::new(),
            title: String::new(),
            hidden_depth: 0,
            preformatted_depth: 0,
            quote_depth: 0,
            role: DefinitionRole::None,
            has_term: false,
        }
    }

    fn text(&mut self, words: &str, line: usize) {
        let is_word_bullet =
            self.text.runs.is_empty() && self.open.is_marker() && self.begin_word_item(words, line);
        match self.open.innermost() {
            "style" => self.css.push_str(words),
            "title" => self.title.push_str(words),
            _ if is_word_bullet || self.hidden_depth > 0 || self.open.is_replaced() => {}
            _ => {
                let clean = characters::clean(words, line, self.report);
                let flowing = if self.preformatted_depth > 0 {
                    clean
                } else {
                    clean.replace('\n', " ")
                };
                self.push(&flowing, line);
            }
        }
    }

    /// Makes the paragraph a list item if the text is one of Word's bullets.
    fn begin_word_item(&mut self, bullet: &str, line: usize) -> bool {
        let Some(item) = word::item(bullet, self.word_list_level) else {
            return false;
        };
        let message = "list items with dashes or other signs became a list";
        self.report.count(RepairKind::PseudoList, line, message);
        self.kind = item;
        true
    }

    fn push(&mut self, words: &str, line: usize) {
        let mut style = self.open.style();
        let is_first = self.text.runs.is_empty();
        if is_first && words.trim().is_empty() && self.cell().is_none() {
            // Ignored, because leading white space would be copied again for every token.
            return;
        }
        if is_first && !words.trim().is_empty() {
            self.line = line;
            if self.table.is_none() {
                let label = std::mem::take(&mut self.label);
                style.link = style.link.filter(|_| label.is_empty());
                self.text.push(&label, &style);
                style = self.open.style();
            }
        }
        if !words.trim().is_empty() {
            self.in_table(Table::ensure_cell);
        }
        if let Some(cell) = self.cell() {
            return cell.push(words, &style);
        }
        self.text.push(words, &style);
    }

    /// The open cell.
    fn cell(&mut self) -> Option<&mut Text> {
        self.table.as_mut().and_then(Table::cell)
    }

    fn open(&mut self, tag: Tag, line: usize) {
        let name = tag.name.as_str();
        if is_block(name) {
            self.end_paragraph(line);
        }
        if HIDDEN.contains(&name) {
            self.hidden_depth += 1;
            self.report
                .count(RepairKind::Dropped, line, "scripts and styles removed");
        } else if FRAME.contains(&name) && self.hidden_depth == 0 {
            self.report.decision(
                DecisionKind::PageFrame,
                line,
                format!("the page's `<{name}>` came along with the text"),
                "delete its words if they are no part of the document",
            );
        }
        self.apply_tag(&tag, line);
        if VOID.contains(&name) || tag.is_empty {
            return;
        }
        // Implied end tags: a paragraph, item or cell ends where the next one begins.
        if matches!(
            name,
            "p" | "li" | "td" | "th" | "tr" | "dt" | "dd" | "option"
        ) {
            self.close_innermost(name, line);
        }
        let link = match name {
            "a" => tag
                .href
                .as_deref()
                .and_then(|href| normalize_link(href, line, self.report)),
            _ => None,
        };
        let font = style::font_style(&tag, &self.classes);
        self.open.push(Element {
            marker: word::is_marker(&tag),
            replaced: tag.email.is_some(),
            name: tag.name,
            font,
            link,
        });
    }

    /// Updates the state for the content after a start tag.
    fn apply_tag(&mut self, tag: &Tag, line: usize) {
        if let Some(address) = &tag.email {
            let message = "an e-mail address that a script would have shown is readable";
            self.report.count(RepairKind::Link, line, message);
            self.push(address, line);
        }
        match tag.name.as_str() {
            "br" => self.push("\n", line),
            "hr" => self.report.count(
                RepairKind::ThematicBreak,
                line,
                "lines across the page removed",
            ),
            "img" => self.image(tag, line),
            "h1" => self.begin_heading(1),
            "h2" => self.begin_heading(2),
            "h3" => self.begin_heading(3),
            "h4" => self.begin_heading(4),
            "h5" => self.begin_heading(5),
            "h6" => self.begin_heading(6),
            "p" if ["title", "MsoTitle"]
                .iter()
                .any(|class| tag.class.split_whitespace().any(|name| name == *class)) =>
            {
                self.kind = BlockKind::Heading(1);
            }
            "ul" | "ol" | "menu" | "dir" => self.lists.begin(tag),
            "li" => (self.kind, self.label) = self.lists.item(tag),
            "p" => self.word_list_level = word::level(tag),
            "pre" => self.preformatted_depth += 1,
            "blockquote" => self.quote_depth += 1,
            "dt" => self.role = DefinitionRole::Term,
            "dd" => self.role = DefinitionRole::Description,
            "table" => match &mut self.table {
                Some(table) => table.nested += 1,
                None => self.table = Some(Table::default()),
            },
            "tr" => self.in_table(|table| {
                if table.nested == 0 {
                    table.begin_row()
                }
            }),
            "td" | "th" => self.in_table(|table| {
                if table.nested == 0 {
                    table.begin_cell(tag)
                }
            }),
            _ => {}
        }
    }

    fn image(&mut self, tag: &Tag, line: usize) {
        report_image(tag.src.as_deref().unwrap_or(""), line, self.report);
        if let Some(alt) = &tag.alt {
            self.push(&format!(" {alt} "), line);
        }
    }

    fn in_table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = &mut self.table {
            change(table);
        }
    }

    /// A heading in an ordered item keeps the item's number.
    fn begin_heading(&mut self, level: usize) {
        if let BlockKind::Item {
            label: Label::Ordered(number, _),
            ..
        } = &self.kind
        {
            self.label = format!("{number}. ");
        }
        self.kind = BlockKind::Heading(level);
    }

    fn close(&mut self, name: &str, line: usize) {
        if name == "br" || name == "p" && !self.open.contains("p") {
            return self.end_paragraph(line);
        }
        if is_block(name) {
            self.end_paragraph(line);
        }
        if self.close_innermost(name, line)
            && (name.len() == 2 && name.starts_with('h') || matches!(name, "li" | "p"))
        {
            self.kind = BlockKind::Paragraph;
            self.label.clear();
            self.word_list_level = None;
        }
    }

    /// Closes the innermost element of that name, and returns whether there was one.
    fn close_innermost(&mut self, name: &str, line: usize) -> bool {
        let closed = self.open.close(name);
        for element in &closed {
            self.finish_element(&element.name, line);
        }
        !closed.is_empty()
    }

    /// Ends the state that the element began, also if the page lacks its end tag.
    fn finish_element(&mut self, name: &str, line: usize) {
        match name {
            "style" => {
                let css = std::mem::take(&mut self.css);
                self.lists.read_style_sheet(&css);
                self.classes.append(&mut style::parse_class_rules(&css));
            }
            "pre" => self.preformatted_depth = self.preformatted_depth.saturating_sub(1),
            "blockquote" => self.quote_depth = self.quote_depth.saturating_sub(1),
            "ul" | "ol" | "menu" | "dir" => self.lists.end(),
            "dt" | "dd" => self.role = DefinitionRole::None,
            "table" => self.end_table(line),
            _ => {}
        }
        if HIDDEN.contains(&name) {
            self.hidden_depth = self.hidden_depth.saturating_sub(1);
        }
    }

    /// Ends the paragraph; in a table cell it becomes a line break.
    fn end_paragraph(&mut self, line: usize) {
        if self.cell().is_some() {
            return self.push("\n", line);
        }
        self.flush();
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text)
            .without_self_links()
            .normalized();
        if text.is_blank() {
            return;
        }
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        let mut block = Block::new(self.line, kind, text);
        block.quoted = self.quote_depth > 0;
        block.spaced = false;
        let role = std::mem::replace(&mut self.role, DefinitionRole::None);
        let has_term = std::mem::replace(&mut self.has_term, role == DefinitionRole::Term);
        match (role, self.blocks.last_mut()) {
            (DefinitionRole::Description, Some(term)) if has_term && term.is_paragraph() => {
                term.text = term.text.restyled(|style| style.strong = true);
                term.text.push(" — ", &Style::default());
                term.text.append(&block.text);
            }
            _ => self.blocks.push(block),
        }
    }

    fn end_table(&mut self, line: usize) {
        match &mut self.table {
            Some(table) if table.nested > 0 => {
                table.nested -= 1;
                self.report.decision(
                    DecisionKind::Table,
                    line,
                    "a table inside a table became words of the outer one",
                    "write it as a table of its own",
                );
                return;
            }
            _ => {}
        }
        self.has_term = false;
        let Some(table) = self.table.take() else {
            return;
        };
        if table.merged {
            let help = "merged cells became empty ones: see that every row still says the same";
            self.report.decision(
                DecisionKind::Table,
                line,
                "the table has merged cells",
                help,
            );
        }
        self.blocks.extend(table.into_blocks(self.line));
    }
}
