//! Converts the events of pulldown-cmark (CommonMark, GFM tables and footnotes) to blocks whose
//! numbers and points haven't been found yet. Refuses HTML, images and code blocks.

use super::inline::{self, InlineContext};
use super::raw::{HeadingLabel, Line, Raw, RawBlock, RawFootnote, RawItem, RawKind, column};
use super::{Inline, Table};
use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use language::Label;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use std::iter::Peekable;
use std::ops::Range;

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// Maximum depth of nested lists, points and notes, and of nested emphasis.
pub(super) const MAX_DEPTH: usize = 8;

/// Reads the part of a file that is Markdown.
pub(super) fn read<'s>(
    text: &'s str,
    part: Range<usize>,
    file: FileId,
    locale: &Locale,
    diagnostics: &mut Vec<Diagnostic>,
) -> Raw<'s> {
    let offset = part.start;
    let body = slice(text, part);
    let parser = Parser::new_ext(body, OPTIONS).into_offset_iter();
    let context = InlineContext {
        text,
        file,
        locale,
        diagnostics,
    };
    let events = TextMergeWithOffset::new(parser)
        .map(move |(event, span)| (event, span.start + offset..span.end + offset));
    Reader {
        events: events.peekable(),
        context,
        footnotes: Vec::new(),
        depth: 0,
        emphasis: 0,
    }
    .read()
}

struct Reader<'s, 'c, I: Iterator<Item = (Event<'s>, Range<usize>)>> {
    events: Peekable<I>,
    context: InlineContext<'s, 'c>,
    footnotes: Vec<RawFootnote<'s>>,
    /// How many lists and notes enclose the next event.
    depth: usize,
    /// How many `Strong` and `Emphasis` enclose it.
    emphasis: usize,
}

impl<'s, I: Iterator<Item = (Event<'s>, Range<usize>)>> Reader<'s, '_, I> {
    fn read(mut self) -> Raw<'s> {
        let mut blocks = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if let Event::Start(Tag::Heading { .. }) = event {
                let kind = self.heading();
                blocks.push(self.raw(kind, span));
                continue;
            }
            blocks.extend(self.block(event, span));
        }
        Raw {
            blocks,
            footnotes: self.footnotes,
        }
    }

    fn raw(&self, kind: RawKind<'s>, span: Range<usize>) -> RawBlock<'s> {
        let column = column(self.context.text, span.start);
        RawBlock { kind, span, column }
    }

    /// A heading. Its label is read before its references: `Article 5` is none there.
    fn heading(&mut self) -> RawKind<'s> {
        let mut found = None;
        let mut inlines = Vec::new();
        if let Some((Event::Text(text), span)) = self
            .events
            .next_if(|(event, _)| matches!(event, Event::Text(_)))
        {
            let label = Label::leading(&text, self.context.locale.as_str());
            let length = label.as_ref().map_or(0, |label| label.length);
            if let Some(label) = label {
                let written = slice(&text, ..label.written).to_owned();
                found = Some(HeadingLabel { label, written });
            }
            let rest = inline::slice_cow(&text, length..text.len());
            // Where the text differs from the file, the place of its end is known.
            let start = span.end.saturating_sub(rest.len()).max(span.start);
            let is_boundary = self.context.text.is_char_boundary(start);
            let place = if is_boundary { start..span.end } else { span };
            if !rest.is_empty() {
                inline::split(rest, &place, &mut self.context, &mut inlines);
            }
        }
        self.push_inlines(&mut inlines);
        RawKind::Heading(found, inlines)
    }

    /// The block that starts with an event; `None` if it was refused, or is a footnote.
    fn block(&mut self, event: Event<'s>, span: Range<usize>) -> Option<RawBlock<'s>> {
        // Items of a tight list contain text without a paragraph.
        if is_inline(&event) {
            let lines = self.loose_lines(event, span.clone());
            let is_empty = lines.iter().all(|line| line.inlines.is_empty());
            return (!is_empty).then(|| self.raw(RawKind::Paragraph(lines), span));
        }
        let kind = match event {
            Event::Start(Tag::Paragraph) => RawKind::Paragraph(self.lines()),
            Event::Start(Tag::List(start)) => {
                self.nested(&span, |reader| RawKind::List(start, reader.items()))?
            }
            Event::Start(Tag::BlockQuote(_)) => {
                self.nested(&span, |reader| RawKind::Note(reader.blocks_until_end()))?
            }
            Event::Start(Tag::Table(alignments)) => RawKind::Table(self.table(alignments)),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                let blocks = self.blocks_until_end();
                self.footnotes.push(RawFootnote {
                    label,
                    blocks,
                    span,
                });
                return None;
            }
            Event::Start(Tag::Heading { .. }) => {
                self.refuse(
                    Code::UnsupportedMarkdown,
                    &span,
                    "a heading stands inside a list or a note",
                    "start the heading at the beginning of its line",
                );
                RawKind::Paragraph(self.lines())
            }
            Event::Start(tag) => {
                self.refuse_block(&tag, &span);
                return None;
            }
            // A thematic break has no meaning.
            _ => return None,
        };
        Some(self.raw(kind, span))
    }

    fn refuse_block(&mut self, tag: &Tag<'_>, span: &Range<usize>) {
        let (code, message, help) = match tag {
            Tag::HtmlBlock => (
                Code::RawHtml,
                "HTML has no place in a policy",
                "write Markdown; docs/content.md shows lists, tables, notes and languages",
            ),
            _ => (
                Code::UnsupportedMarkdown,
                "a code block has no place in a policy",
                "remove the four spaces at the start of the line, or the fence of backticks",
            ),
        };
        self.refuse(code, span, message, help);
        self.skip();
    }

    fn nested(
        &mut self,
        span: &Range<usize>,
        read: impl FnOnce(&mut Self) -> RawKind<'s>,
    ) -> Option<RawKind<'s>> {
        if self.depth >= MAX_DEPTH {
            self.refuse(
                Code::NestingTooDeep,
                span,
                &format!("lists or notes are nested more than {MAX_DEPTH} deep"),
                "nobody can follow that: use numbered clauses",
            );
            self.skip();
            return None;
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        Some(kind)
    }

    fn blocks_until_end(&mut self) -> Vec<RawBlock<'s>> {
        let mut blocks = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            blocks.extend(self.block(event, span));
        }
        blocks
    }

    fn items(&mut self) -> Vec<RawItem<'s>> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            let blocks = self.blocks_until_end();
            if blocks.is_empty() {
                self.refuse(
                    Code::EmptyItem,
                    &span,
                    "the list has an empty item",
                    "remove the lonely `-`",
                );
            } else {
                let column = column(self.context.text, span.start);
                items.push(RawItem {
                    blocks,
                    span,
                    column,
                });
            }
        }
        items
    }

    fn table(&mut self, alignments: Vec<pulldown_cmark::Alignment>) -> Table<'s> {
        let mut table = Table {
            alignments,
            head: Vec::new(),
            rows: Vec::new(),
        };
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::End(TagEnd::Table) => break,
                Event::Start(Tag::TableHead) => table.head = self.cells(),
                Event::Start(Tag::TableRow) => table.rows.push(self.cells()),
                _ => {}
            }
        }
        table
    }

    fn cells(&mut self) -> Vec<Vec<Inline<'s>>> {
        let mut cells = Vec::new();
        while let Some((Event::Start(_), _)) = self.events.next() {
            cells.push(self.inlines());
        }
        cells
    }

    /// Everything up to the end of the tag that was just opened: ends of tags within are consumed
    /// with their starts.
    fn inlines(&mut self) -> Vec<Inline<'s>> {
        let mut inlines = Vec::new();
        self.push_inlines(&mut inlines);
        inlines
    }

    fn push_inlines(&mut self, inlines: &mut Vec<Inline<'s>>) {
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, span, inlines);
        }
    }

    fn emphasised(&mut self) -> Vec<Inline<'s>> {
        self.emphasis += 1;
        let inlines = self.inlines();
        self.emphasis -= 1;
        inlines
    }

    /// The lines up to the end of the paragraph that was just opened.
    fn lines(&mut self) -> Vec<Line<'s>> {
        let mut lines = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.push_to_lines(event, span, &mut lines);
        }
        lines
    }

    /// Text of a tight list item, until the item ends or a block starts.
    fn loose_lines(&mut self, first: Event<'s>, span: Range<usize>) -> Vec<Line<'s>> {
        let mut lines = Vec::new();
        self.push_to_lines(first, span, &mut lines);
        while let Some((event, span)) = self.events.next_if(|(event, _)| is_inline(event)) {
            self.push_to_lines(event, span, &mut lines);
        }
        lines
    }

    fn push_to_lines(&mut self, event: Event<'s>, span: Range<usize>, lines: &mut Vec<Line<'s>>) {
        let breaks = matches!(event, Event::SoftBreak | Event::HardBreak);
        let start = if breaks { span.end } else { span.start };
        if breaks || lines.is_empty() {
            lines.push(Line {
                inlines: Vec::new(),
                start,
                follows_break: matches!(event, Event::HardBreak),
            });
        }
        if !breaks && let Some(line) = lines.last_mut() {
            if line.inlines.is_empty() {
                line.start = start;
            }
            self.inline(event, span, &mut line.inlines);
        }
    }

    fn inline(&mut self, event: Event<'s>, span: Range<usize>, inlines: &mut Vec<Inline<'s>>) {
        match event {
            Event::Text(text) => inline::split(text, &span, &mut self.context, inlines),
            Event::Code(text) => inlines.push(Inline::Code(text)),
            Event::SoftBreak => inlines.push(Inline::Text("\n".into())),
            Event::HardBreak => inlines.push(Inline::Break),
            Event::Start(Tag::Strong | Tag::Emphasis) if self.emphasis >= MAX_DEPTH => {
                self.refuse(
                    Code::NestingTooDeep,
                    &span,
                    &format!("emphasis is nested more than {MAX_DEPTH} deep"),
                    "remove the stray `*` and `_`",
                );
                self.skip();
            }
            Event::Start(Tag::Strong) => inlines.push(Inline::Strong(self.emphasised())),
            Event::Start(Tag::Emphasis) => inlines.push(Inline::Emphasis(self.emphasised())),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let inner = self.inlines();
                inlines.push(inline::link(dest_url, inner, span, &mut self.context));
            }
            Event::InlineHtml(_) | Event::Html(_) => {
                self.refuse(
                    Code::RawHtml,
                    &span,
                    "HTML has no place in a policy",
                    "write Markdown; words of another language are `[words](lang:en)`",
                );
            }
            Event::Start(_) => {
                self.refuse(
                    Code::UnsupportedMarkdown,
                    &span,
                    "policies have no images",
                    "say it in words, or in a table",
                );
                self.skip();
            }
            Event::FootnoteReference(label) => inlines.push(Inline::Footnote(label, span)),
            Event::End(_)
            | Event::Rule
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// Skips everything up to the end of the tag that was just opened.
    fn skip(&mut self) {
        let mut open = 1_usize;
        while open > 0 {
            match self.events.next() {
                Some((Event::Start(_), _)) => open += 1,
                Some((Event::End(_), _)) => open -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn refuse(&mut self, code: Code, span: &Range<usize>, message: &str, help: &str) {
        self.context.diagnostics.push(Diagnostic::at(
            code,
            self.context.file,
            span.clone(),
            message,
            help,
        ));
    }
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. }
        ),
        Event::End(_) | Event::Rule | Event::Html(_) => false,
        Event::Text(_)
        | Event::Code(_)
        | Event::InlineHtml(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::TaskListMarker(_) => true,
    }
}
