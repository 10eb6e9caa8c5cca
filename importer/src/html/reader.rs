//! Converts the events of a page to blocks.

use super::links::{self, normalize_link, report_image};
use super::lists::Lists;
use super::notes::Notes;
use super::omissions::Omission;
use super::page::{PAGE_NAMES, has_name};
use super::parts::is_opener;
use super::table::{self, Table};
use super::tokens::{Tag, is_block};
use super::tree::{Element, Event, Tree, Words};
use super::word;
use crate::block::{Block, BlockKind, Label};
use crate::characters;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{self, Style, Text};
use std::collections::BTreeMap;

/// The blocks of a page, without what is left out.
pub(super) fn read(
    tree: &Tree,
    omissions: &[Omission],
    notes: &Notes,
    report: &mut Report,
) -> Vec<Block> {
    let mut reader = Reader::new(tree, notes, report);
    let mut omissions = omissions.iter().peekable();
    let mut events = tree.events.iter().enumerate();
    // The end of an inline element whose words are left out.
    let mut silent_until = 0;
    while let Some((place, event)) = events.next() {
        if let Some(omission) = omissions.next_if(|omission| omission.events.start <= place) {
            if omission.is_block {
                reader.leave_out();
                let left = omission.events.end.saturating_sub(place + 1);
                if let Some(skipped) = left.checked_sub(1) {
                    events.nth(skipped);
                }
                continue;
            }
            silent_until = omission.events.end;
        }
        reader.event(event, place < silent_until);
    }
    reader.flush();
    reader.in_table(|table| table.nested = 0);
    reader.end_table(1);
    reader.blocks.append(&mut reader.note_blocks);
    reader.blocks
}

/// Role of the next text in a `<dl>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefinitionRole {
    None,
    Term,
    Description,
}

struct Reader<'a> {
    tree: &'a Tree,
    notes: &'a Notes,
    report: &'a mut Report,
    blocks: Vec<Block>,
    /// Footnotes, which go to the end.
    note_blocks: Vec<Block>,
    /// The element that is a footnote, and where its blocks begin.
    note: Option<(usize, usize)>,
    /// Kind of the next block.
    kind: BlockKind,
    line: usize,
    text: Text,
    /// Addresses of the links; `None` for one that is left out.
    links: BTreeMap<usize, Option<String>>,
    base: Option<url::Url>,
    lists: Lists,
    /// Label of the next block, which goes before its text.
    label: String,
    /// Depth of the paragraph in a list of Word.
    word_list_level: Option<usize>,
    table: Option<Table>,
    preformatted_depth: usize,
    quote_depth: usize,
    role: DefinitionRole,
    /// Whether the last block is a `<dt>` without its `<dd>`.
    has_term: bool,
}

impl<'a> Reader<'a> {
    fn new(tree: &'a Tree, notes: &'a Notes, report: &'a mut Report) -> Self {
        Self {
            tree,
            notes,
            report,
            blocks: Vec::new(),
            note_blocks: Vec::new(),
            note: None,
            kind: BlockKind::Paragraph,
            line: 1,
            text: Text::default(),
            links: BTreeMap::new(),
            base: None,
            lists: Lists::default(),
            label: String::new(),
            word_list_level: None,
            table: None,
            preformatted_depth: 0,
            quote_depth: 0,
            role: DefinitionRole::None,
            has_term: false,
        }
    }

    /// Reads an event; in an element that is left out, it only keeps track of the structure.
    fn event(&mut self, event: &Event, is_silent: bool) {
        match event {
            Event::Words(words) if !is_silent => self.words(words),
            Event::Words(_) => {}
            Event::Open(index) => {
                if let Some(element) = self.tree.elements.get(*index) {
                    self.open(*index, element, is_silent);
                }
            }
            Event::Close(index) => {
                if let Some(element) = self.tree.elements.get(*index) {
                    self.close(element);
                }
                self.end_note(*index);
            }
            Event::Break(line) => self.end_paragraph(*line),
            Event::Comment(line) => {
                let message = "HTML comments removed";
                self.report.count(RepairKind::Dropped, *line, message);
            }
        }
    }

    /// Ends the paragraph in which a part of the page is left out.
    fn leave_out(&mut self) {
        self.end_paragraph(self.line);
    }

    fn words(&mut self, words: &Words) {
        let is_word_bullet =
            self.text.runs.is_empty() && words.is_marker && self.begin_word_item(words);
        let is_mark = words.anchor.is_some_and(|anchor| {
            self.notes.marks.contains_key(&anchor) || self.notes.back_links.contains(&anchor)
        });
        if words.is_replaced && !words.text.trim().is_empty() {
            let message = "words in place of an e-mail address removed";
            let losing = self.report.losing(&words.text);
            losing.count(RepairKind::Link, words.line, message);
        }
        if is_word_bullet || is_mark || words.is_replaced {
            return;
        }
        let mut clean = characters::clean(&words.text, words.line, self.report);
        if self.preformatted_depth == 0 {
            clean = clean.replace('\n', " ");
        }
        if words.is_raised && words.anchor.is_none() {
            clean = text::raised(&clean).unwrap_or(clean);
        }
        let link = words.anchor.and_then(|anchor| self.links.get(&anchor));
        let style = Style {
            strong: words.strong,
            emphasis: words.emphasis,
            code: words.code,
            link: link.cloned().flatten(),
            verbatim: false,
        };
        self.push(&clean, &style, words.line);
    }

    /// Makes the paragraph a list item if the text is one of Word's bullets.
    fn begin_word_item(&mut self, words: &Words) -> bool {
        let Some(item) = word::item(&words.text, self.word_list_level) else {
            return false;
        };
        let message = "list items with dashes or other signs became a list";
        self.report
            .count(RepairKind::PseudoList, words.line, message);
        self.kind = item;
        true
    }

    fn push(&mut self, words: &str, style: &Style, line: usize) {
        let is_first = self.text.runs.is_empty();
        if is_first && words.trim().is_empty() && self.cell().is_none() {
            // Ignored, because leading white space would be copied again for every token.
            return;
        }
        if is_first && !words.trim().is_empty() {
            self.line = line;
            if self.cell().is_none() {
                let label = std::mem::take(&mut self.label);
                let style = Style {
                    link: None,
                    ..style.clone()
                };
                self.text.push(&label, &style);
            }
        }
        if !words.trim().is_empty() {
            self.in_table(Table::ensure_cell);
        }
        if self.cell().is_some() && !words.trim().is_empty() {
            self.push_mark_of_item();
        }
        if let Some(cell) = self.cell() {
            return cell.push(words, style);
        }
        self.text.push(words, style);
    }

    /// In a cell a list item is a line that begins with its mark.
    fn push_mark_of_item(&mut self) {
        let label = std::mem::take(&mut self.label);
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        let mark = Block::new(self.line, kind, Text::default()).mark();
        let mark = if label.is_empty() { mark } else { label };
        if let Some(cell) = self.cell() {
            cell.push(&mark, &Style::default());
        }
    }

    /// The open cell.
    fn cell(&mut self) -> Option<&mut Text> {
        self.table.as_mut().and_then(Table::cell)
    }

    fn open(&mut self, index: usize, element: &Element, is_silent: bool) {
        let (tag, line) = (&element.tag, element.line);
        let name = tag.name.as_str();
        if is_block(name) {
            self.end_paragraph(line);
        }
        if matches!(name, "script" | "style") && !is_silent {
            let message = "scripts and styles removed";
            self.report.count(RepairKind::Dropped, line, message);
        }
        if self.note.is_none() && self.table.is_none() && self.notes.bodies.contains_key(&index) {
            self.note = Some((index, self.blocks.len()));
        }
        if let Some(label) = self.notes.marks.get(&index).filter(|_| !is_silent) {
            self.push(&format!("[^{label}]"), &Style::default(), line);
        } else if name == "a" && !is_silent && !self.notes.back_links.contains(&index) {
            let address = tag
                .attribute("href")
                .map(|href| links::absolute(href, self.base.as_ref()));
            let link = address.and_then(|href| normalize_link(&href, line, self.report));
            self.links.insert(index, link);
        }
        let email = tag
            .attribute("data-cfemail")
            .and_then(links::decode_cloudflare_email);
        if let Some(address) = email.filter(|_| !is_silent) {
            let message = "an e-mail address that a script would have shown is readable";
            self.report.count(RepairKind::Link, line, message);
            self.push(&address, &Style::default(), line);
        }
        if !is_silent && name == "img" {
            self.image(tag, line);
        }
        if let Some(level) = heading_level(tag) {
            self.begin_heading(level);
        }
        if let Some(label) = element.label.as_deref().filter(|_| name != "li") {
            self.begin_label(label, is_block(name), line);
        }
        self.open_structure(index, element);
    }

    /// Updates the state for the content after a start tag.
    fn open_structure(&mut self, index: usize, element: &Element) {
        let (tag, line) = (&element.tag, element.line);
        match tag.name.as_str() {
            "base" if self.base.is_none() => {
                self.base = tag.attribute("href").and_then(links::base);
            }
            "br" => self.push("\n", &Style::default(), line),
            "q" => self.push("“", &Style::default(), line),
            "hr" => {
                let message = "lines across the page removed";
                self.report.count(RepairKind::ThematicBreak, line, message);
            }
            "ul" | "ol" | "menu" | "dir" => self.lists.begin(element),
            "li" => (self.kind, self.label) = self.lists.item(element, self.report),
            "p" => self.word_list_level = word::level(tag),
            "pre" => self.preformatted_depth += 1,
            "blockquote" => self.quote_depth += 1,
            "dt" => self.role = DefinitionRole::Term,
            "dd" => self.role = DefinitionRole::Description,
            "table" => match &mut self.table {
                Some(table) => table.nested += 1,
                None if table::is_layout(self.tree, index) => {}
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

    /// What a style sheet shows before an element: the number of a block, or words.
    fn begin_label(&mut self, label: &str, is_block: bool, line: usize) {
        let words = characters::clean(label.trim(), line, self.report);
        if !words.chars().any(char::is_alphanumeric) {
            return;
        }
        if is_block {
            self.label = format!("{words} ");
        } else {
            self.push(&format!("{words} "), &Style::default(), line);
        }
    }

    fn image(&mut self, tag: &Tag, line: usize) {
        report_image(tag.attribute("src").unwrap_or(""), line, self.report);
        if let Some(alt) = tag.attribute("alt") {
            self.push(&format!(" {alt} "), &Style::default(), line);
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

    fn close(&mut self, element: &Element) {
        let name = element.tag.name.as_str();
        if is_block(name) {
            self.end_paragraph(element.line);
        }
        match name {
            "pre" => self.preformatted_depth = self.preformatted_depth.saturating_sub(1),
            "blockquote" => self.quote_depth = self.quote_depth.saturating_sub(1),
            "ul" | "ol" | "menu" | "dir" => self.lists.end(),
            "dt" | "dd" => self.role = DefinitionRole::None,
            "q" => self.push("”", &Style::default(), self.line),
            "table" => self.end_table(element.line),
            _ => {}
        }
        if heading_level(&element.tag).is_some() || matches!(name, "li" | "p") {
            self.kind = BlockKind::Paragraph;
            self.label.clear();
            self.word_list_level = None;
        }
    }

    /// Makes a note of the blocks of an element that is one.
    fn end_note(&mut self, index: usize) {
        let Some((_, start)) = self.note.take_if(|(note, _)| *note == index) else {
            return;
        };
        self.flush();
        let mut text = Text::default();
        let blocks = self.blocks.split_off(start.min(self.blocks.len()));
        let line = blocks.first().map_or(self.line, |block| block.line);
        for words in blocks.iter().flat_map(Block::texts) {
            if !text.is_blank() {
                text.push(" ", &Style::default());
            }
            text.append(words);
        }
        if let Some(label) = self.notes.bodies.get(&index).filter(|_| !text.is_blank()) {
            let kind = BlockKind::Note(label.clone());
            let mut note = Block::new(line, kind, text.normalized());
            note.spaced = false;
            self.note_blocks.push(note);
        }
    }

    /// Ends the paragraph; in a table cell it becomes a line break.
    fn end_paragraph(&mut self, line: usize) {
        if self.cell().is_some() {
            return self.push("\n", &Style::default(), line);
        }
        self.flush();
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text).normalized();
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

/// The level of a heading, also of one that isn't a heading element.
fn heading_level(tag: &Tag) -> Option<usize> {
    let name = tag.name.as_str();
    if let Some(level) = name.strip_prefix('h').filter(|_| is_block(name)) {
        return text::parsed(level).filter(|level| (1..=6).contains(level));
    }
    if tag.attribute("role") == Some("heading") {
        let level = tag
            .attribute("aria-level")
            .and_then(|level| text::parsed(level.trim()));
        return Some(level.unwrap_or(2_usize).clamp(1, 6));
    }
    if name == "button" && is_opener(tag) {
        return Some(3);
    }
    if !matches!(name, "p" | "div") {
        return None;
    }
    let is_title = has_name(tag, &PAGE_NAMES.title_names)
        || name == "p" && has_name(tag, &PAGE_NAMES.paragraph_title_names);
    is_title
        .then_some(1)
        .or_else(|| has_name(tag, &PAGE_NAMES.heading_names).then_some(2))
}
