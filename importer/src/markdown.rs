//! Reads Markdown line by line into a flat list of blocks.
//!
//! This deviates from CommonMark where documents do: an indented paragraph is no code, a line that
//! begins with `1.2.` or a dash begins a block, a heading needs no space after `#`. The inline
//! markup of a block is read by pulldown-cmark ([`inline`]).

mod attributes;
mod embedded;
mod hyphenation;
pub(crate) mod inline;
mod line;
mod table;

use crate::block::{Block, BlockKind, Label, MAX_LIST_DEPTH};
use crate::front_matter::{Body, Origin};
use crate::limits::LINE_LIMIT;
use crate::report::{RepairKind, Report};
use crate::text::{self, Text};
use embedded::Extent;
use inline::References;
use language::Mark;
use line::{Item, Line};

pub(crate) fn read(body: Body<'_>, origin: Origin, report: &mut Report) -> Vec<Block> {
    let lines: Vec<&str> = body.text.lines().collect();
    let references = inline::collect_references(&lines);
    let mut reader = Reader {
        origin,
        references,
        report,
        blocks: Vec::new(),
        pending: None,
        indents: Vec::new(),
        marks: Vec::new(),
        spaced: true,
        fence: None,
        lines_are_paragraphs: origin == Origin::Foreign && line::are_paragraphs(&lines),
        known_words: hyphenation::collect_words(&lines),
        search_limit: embedded::MAX_LINES,
    };
    let mut index = 0;
    while index < lines.len() {
        let (_, rest) = lines.split_at(index);
        index += reader.read_block(rest, body.first_line + index).max(1);
    }
    reader.flush();
    reader.blocks
}

/// The block being read.
struct Pending {
    line: usize,
    kind: BlockKind,
    quoted: bool,
    spaced: bool,
    /// Columns before the block of an edition.
    indent: usize,
    raw: String,
    lines: usize,
    broken: bool,
}

struct Reader<'a> {
    origin: Origin,
    references: References,
    report: &'a mut Report,
    blocks: Vec<Block>,
    pending: Option<Pending>,
    /// Indentation of the open list items, outermost first.
    indents: Vec<usize>,
    /// The last mark of each kind of points.
    marks: Vec<Mark>,
    spaced: bool,
    fence: Option<&'static str>,
    /// Whether each line is a paragraph, as in a document with hardly any blank lines.
    lines_are_paragraphs: bool,
    /// Words of the document, for joining hyphenated ones.
    known_words: hyphenation::Words,
    /// Maximum number of lines searched for the end of an HTML element.
    search_limit: usize,
}

impl Reader<'_> {
    /// Reads a line, table or HTML element, and returns its number of lines.
    fn read_block(&mut self, rest: &[&str], number: usize) -> usize {
        let Some(raw) = rest.first() else {
            return 0;
        };
        if inline::is_reference(raw) && self.pending.is_none() {
            return 1;
        }
        let (quoted, content) = strip_quotes(raw);
        if let Some(used) = self.read_fence(content, number) {
            return used;
        }
        if let Some((rows, used)) =
            table::read(rest, &self.references, number, self.origin, self.report)
        {
            self.flush();
            self.indents.clear();
            self.blocks
                .push(Block::new(number, BlockKind::Table(rows), Text::default()));
            return used;
        }
        if let Some(length) = embedded::extent(rest, self.origin, self.search_limit) {
            let used = match length {
                Extent::Closed(lines) => lines,
                Extent::Unclosed(lines) => {
                    // Each unclosed element lowers the limit, so that many of them can't take
                    // quadratic time.
                    self.search_limit = (self.search_limit - self.search_limit / 50).max(20);
                    lines
                }
            };
            self.flush();
            self.indents.clear();
            let html = rest.split_at(used).0.join("\n");
            self.blocks
                .extend(embedded::read(&html, number, self.report));
            return used;
        }
        self.read_line(content, quoted, number);
        1
    }

    /// Code fences are dropped; the code becomes text.
    fn read_fence(&mut self, content: &str, number: usize) -> Option<usize> {
        let fence = ["```", "~~~"]
            .into_iter()
            .find(|fence| content.trim_start().starts_with(fence))?;
        let info = content.trim().trim_start_matches(['`', '~']);
        match self.fence {
            Some(open) if open == fence && info.is_empty() => self.fence = None,
            // An opening fence has at most the name of a language after it.
            None if info.split_whitespace().count() <= 1 && !info.contains('`') => {
                self.fence = Some(fence);
                if !info.is_empty() {
                    self.report.losing(info).repair(
                        RepairKind::Markup,
                        number,
                        format!("the language `{info}` of a code block was left out"),
                    );
                }
            }
            Some(_) | None => return None,
        }
        self.flush();
        self.spaced = true;
        self.report
            .count(RepairKind::Markup, number, "code blocks became paragraphs");
        Some(1)
    }

    fn read_line(&mut self, content: &str, quoted: bool, number: usize) {
        match line::classify(content, self.origin) {
            Line::Blank => {
                self.flush();
                self.spaced = true;
            }
            Line::Underline(mark, _) if self.pending_can_be_heading(mark, content) => {
                self.underline(mark);
            }
            Line::Underline(..) | Line::Rule => {
                self.flush();
                self.indents.clear();
                self.spaced = true;
                self.report.count(
                    RepairKind::ThematicBreak,
                    number,
                    "lines across the page removed",
                );
            }
            Line::Heading {
                level,
                text,
                spaced,
            } => {
                if !spaced {
                    self.report.repair(
                        RepairKind::Heading,
                        number,
                        "space added after the `#` of a heading",
                    );
                }
                self.indents.clear();
                self.marks.clear();
                self.begin_block(number, BlockKind::Heading(level), quoted, text);
                self.flush();
            }
            Line::Item(item) if self.item_may_begin(&item) => {
                self.begin_item(&item, quoted, number)
            }
            Line::Item(Item { whole, .. }) => {
                self.read_text(whole, item_indent(content), quoted, number)
            }
            Line::Text { text, indent } => self.read_text(text, indent, quoted, number),
        }
    }

    /// A nonstandard marker (a dash, a bullet character) in the middle of a paragraph begins an
    /// item only after the end of a phrase.
    fn item_may_begin(&self, item: &Item<'_>) -> bool {
        let Some(pending) = &self.pending else {
            return true;
        };
        let is_ended = match self.origin {
            Origin::Foreign => text::ends_sentence(&pending.raw) || pending.raw.ends_with(','),
            Origin::Edition => {
                let mark = Mark::leading(item.whole);
                // Marks of bold and italics after the punctuation: `**name;**`
                text::ends_phrase(pending.raw.trim_end_matches(['*', '_']))
                    || mark.is_some_and(|mark| self.goes_on_with(&mark))
            }
        };
        !item.nonstandard || pending.broken || is_ended
    }

    /// Remembers the mark of a point; `i)` is a numeral unless letters are open.
    fn remember(&mut self, mark: Mark) {
        let numeral = mark.as_roman().filter(|numeral| {
            let is_next = |open: &Mark, mark: &Mark| {
                open.series() == mark.series() && open.part.is_followed_by(&mark.part)
            };
            let goes_on = |mark: &Mark| self.marks.iter().any(|open| is_next(open, mark));
            goes_on(numeral) || numeral.part.value == 1 && !goes_on(&mark)
        });
        let mark = numeral.unwrap_or(mark);
        self.marks.retain(|open| open.series() != mark.series());
        self.marks.push(mark);
    }

    /// Whether the mark of a point is the one after an open one.
    fn goes_on_with(&self, mark: &Mark) -> bool {
        let mut readings = [mark.as_roman(), Some(mark.clone())].into_iter().flatten();
        readings.any(|mark| {
            let mut open = self.marks.iter();
            open.any(|before| {
                before.series() == mark.series() && before.part.is_followed_by(&mark.part)
            })
        })
    }

    fn begin_item(&mut self, item: &Item<'_>, quoted: bool, number: usize) {
        self.flush();
        while self
            .indents
            .last()
            .is_some_and(|open| item.indent < open + 2)
        {
            self.indents.pop();
        }
        let depth = self.indents.len().min(MAX_LIST_DEPTH);
        self.indents.push(item.indent);
        if let (Label::Point(_), Some(mark)) = (&item.label, Mark::leading(item.whole)) {
            self.remember(mark);
        } else if item.nonstandard {
            let message = "list items with dashes or other signs became a list";
            self.report.count(RepairKind::PseudoList, number, message);
        }
        if let Some(is_ticked) = item.ticked {
            let (lost, message) = match is_ticked {
                true => ("[x]", "ticked boxes of a task list removed"),
                false => ("[ ]", "empty boxes of a task list removed"),
            };
            self.report
                .losing(lost)
                .count(RepairKind::Markup, number, message);
        }
        let label = item.label.clone();
        self.begin_block(number, BlockKind::Item { depth, label }, quoted, item.text);
        self.keep_indent(item.indent);
    }

    fn read_text(&mut self, text: &str, indent: usize, quoted: bool, number: usize) {
        let is_foreign = self.origin == Origin::Foreign;
        let starts_clause = is_foreign && line::starts_clause(text);
        let starts_label = is_foreign && line::starts_label(text);
        if is_foreign && self.read_definition(text, number) {
            return;
        }
        let mark = line::mark(text).filter(|_| is_foreign && starts_label);
        let goes_on = mark.as_ref().is_some_and(|mark| self.goes_on_with(mark));
        let continues = self.pending.as_ref().is_some_and(|pending| {
            let ended = pending.broken || text::ends_sentence(&pending.raw);
            let is_clause = (starts_label && (ended || goes_on))
                || (starts_clause && (ended || line::starts_certain_clause(text)));
            let is_title = is_foreign
                && pending.lines == 1
                && text::is_uppercase(&pending.raw)
                && !text::is_uppercase(text);
            let is_address = text
                .split_whitespace()
                .next()
                .is_some_and(|first| first.contains('@'));
            let own_line =
                self.lines_are_paragraphs && (ended || is_address || !text::starts_lowercase(text));
            let is_section = is_foreign
                && ((ended && line::starts_section(text))
                    || (pending.lines == 1
                        && line::starts_section(&pending.raw)
                        && !text::starts_lowercase(text)));
            let is_clause = is_clause || is_title || own_line || is_section;
            !is_clause && (pending.quoted || !quoted)
        });
        // Reading the inline markup of a paragraph takes quadratic time, so one over the limit is
        // divided here, wherever the line ends. `repair::lengths` divides shorter ones between
        // sentences.
        let size = self.pending.as_ref().map_or(0, |pending| pending.raw.len());
        let is_endless = continues && size + text.len() >= LINE_LIMIT;
        if is_endless {
            self.report.divided_paragraph(number, size + text.len(), 2);
        }
        if !continues || is_endless {
            if let Some(mark) = mark {
                self.remember(mark);
            }
            if indent < 2 {
                self.indents.clear();
            }
            self.begin_block(number, BlockKind::Paragraph, quoted, text);
            if indent >= 2 {
                self.keep_indent(indent);
            }
            return;
        }
        self.append_line(text, number);
    }

    /// Adds a line to the paragraph or item being read.
    fn append_line(&mut self, text: &str, number: usize) {
        let Some(pending) = &mut self.pending else {
            return;
        };
        let (text, broken) = line::strip_break(text);
        match hyphenation::join(&pending.raw, text, &self.known_words) {
            Some(raw) if self.origin == Origin::Foreign && !pending.broken => {
                hyphenation::report(&pending.raw, text, &raw, number, self.report);
                pending.raw = raw;
            }
            Some(_) | None => {
                let space = if pending.broken {
                    inline::HARD_BREAK
                } else {
                    ' '
                };
                pending.raw.push(space);
                pending.raw.push_str(text);
            }
        }
        pending.broken = broken;
        pending.lines += 1;
    }

    /// Reads Pandoc's definitions, `: meaning` on the line after a term.
    fn read_definition(&mut self, text: &str, number: usize) -> bool {
        let Some((meaning, term)) = text.strip_prefix(": ").zip(self.pending.as_mut()) else {
            return false;
        };
        let is_term =
            term.kind == BlockKind::Paragraph && term.lines == 1 && !term.raw.contains('*');
        if is_term {
            self.report.repair(
                RepairKind::Definition,
                number,
                "a definition with a colon got a dash",
            );
            term.raw = format!("**{}** — {}", term.raw, meaning.trim());
            term.lines += 1;
        }
        is_term
    }

    fn begin_block(&mut self, line: usize, kind: BlockKind, quoted: bool, text: &str) {
        self.flush();
        let (text, broken) = line::strip_break(text);
        self.pending = Some(Pending {
            line,
            kind,
            quoted,
            spaced: std::mem::take(&mut self.spaced),
            indent: 0,
            raw: text.to_owned(),
            lines: 1,
            broken,
        });
    }

    /// Remembers the columns before a block of an edition.
    fn keep_indent(&mut self, indent: usize) {
        if let Some(pending) = self
            .pending
            .as_mut()
            .filter(|_| self.origin == Origin::Edition)
        {
            pending.indent = indent;
        }
    }

    /// Whether the line above an underline is a heading. A sentence above a short one isn't, and the
    /// number of a heading may have been read as that of an item.
    fn pending_can_be_heading(&self, mark: char, underline: &str) -> bool {
        self.pending.as_ref().is_some_and(|pending| {
            let length = pending.raw.chars().count();
            let line = underline.trim().len();
            let is_as_long = line >= 4 && line.abs_diff(length) <= 4 + length / 5;
            let is_numbered = line::starts_number(&pending.raw);
            let is_title = pending.lines == 1 && length <= 120;
            match &pending.kind {
                BlockKind::Paragraph => {
                    let is_sentence = text::ends_sentence(&pending.raw);
                    mark == '=' || is_title && (!is_sentence || is_as_long || is_numbered)
                }
                BlockKind::Item {
                    depth: 0,
                    label: Label::Ordered(..),
                } => is_title && is_as_long,
                _ => false,
            }
        })
    }

    fn underline(&mut self, mark: char) {
        if let Some(pending) = &mut self.pending {
            if let BlockKind::Item {
                label: Label::Ordered(number, _),
                ..
            } = pending.kind
            {
                pending.raw = format!("{number}. {}", pending.raw);
            }
            pending.kind = BlockKind::Heading(if mark == '=' { 1 } else { 2 });
        }
        self.flush();
    }

    fn flush(&mut self) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        let line = pending.line;
        let text = match self.origin {
            Origin::Foreign => {
                let raw = attributes::strip(&pending.raw, line, self.report);
                inline::read(&raw, &self.references, line, self.report)
            }
            Origin::Edition => {
                inline::read_edition(&pending.raw, &self.references, line, self.report)
            }
        };
        let mut block = Block::new(pending.line, pending.kind, text.normalized());
        block.quoted = pending.quoted;
        block.spaced = pending.spaced;
        block.indent = pending.indent;
        let is_empty_item = block.is_item() && block.is_blank();
        if is_empty_item {
            self.report.repair(
                RepairKind::EmptyBlock,
                pending.line,
                "empty list item removed",
            );
            return;
        }
        if !block.is_blank() {
            self.blocks.push(block);
        }
    }
}

fn item_indent(content: &str) -> usize {
    content.len() - content.trim_start().len()
}

/// Whether the line is in a blockquote, and the line without its markers. Nested blockquotes become
/// one.
fn strip_quotes(line: &str) -> (bool, &str) {
    let mut rest = line;
    let mut quoted = false;
    while let Some(after) = rest.trim_start().strip_prefix('>') {
        quoted = true;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    (quoted, rest)
}
