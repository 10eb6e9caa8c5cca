//! Converts the events of pulldown-cmark (CommonMark, GFM tables) to blocks. Refuses HTML, images,
//! code blocks and footnotes.

use super::inline::{self, InlineContext};
use super::{Block, Generated, Inline, Table};
use crate::content::slice::slice;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use std::iter::Peekable;
use std::ops::Range;

/// Footnotes are parsed only to refuse them; otherwise the page would show `[^1]`.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// Maximum depth of nested lists and notes, and of nested emphasis.
const MAX_DEPTH: usize = 8;

/// A block that no other block encloses.
pub(super) enum TopLevelBlock<'s> {
    /// A heading. Its level is ignored.
    Heading(Vec<Inline<'s>>, Range<usize>),
    /// Any other block.
    Block(Block<'s>, Range<usize>),
}

/// Reads the part of a file that is Markdown.
pub(super) fn read<'s>(
    text: &'s str,
    part: Range<usize>,
    file: FileId,
    locale: &Locale,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TopLevelBlock<'s>> {
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
        depth: 0,
        emphasis: 0,
    }
    .top_level_blocks()
}

pub(super) struct Reader<'s, 'c, I: Iterator<Item = (Event<'s>, Range<usize>)>> {
    events: Peekable<I>,
    context: InlineContext<'s, 'c>,
    /// How many lists and notes enclose the next event.
    depth: usize,
    /// How many `Strong` and `Emphasis` enclose it.
    emphasis: usize,
}

impl<'s, I: Iterator<Item = (Event<'s>, Range<usize>)>> Reader<'s, '_, I> {
    fn top_level_blocks(mut self) -> Vec<TopLevelBlock<'s>> {
        let mut blocks = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if let Event::Start(Tag::Heading { .. }) = event {
                let inlines = self.inlines();
                blocks.push(TopLevelBlock::Heading(inlines, span));
                continue;
            }
            if let Some(block) = self.block(event, &span) {
                blocks.push(TopLevelBlock::Block(block, span));
            }
        }
        blocks
    }

    /// The block that starts with an event; `None` if it was refused.
    fn block(&mut self, event: Event<'s>, span: &Range<usize>) -> Option<Block<'s>> {
        // Items of a tight list contain text without a paragraph.
        if is_inline(&event) {
            let inlines = self.loose_inlines(event, span.clone());
            return (!inlines.is_empty()).then_some(Block::Paragraph(inlines));
        }
        match event {
            Event::Start(Tag::Paragraph) => Some(paragraph(self.inlines())),
            Event::Start(Tag::List(start)) => {
                self.nested(span, |reader| Block::List(start, reader.items()))
            }
            Event::Start(Tag::BlockQuote(_)) => {
                self.nested(span, |reader| Block::Note(reader.blocks_until_end()))
            }
            Event::Start(Tag::Table(alignments)) => Some(Block::Table(self.table(alignments))),
            Event::Start(Tag::HtmlBlock) => {
                self.refuse(
                    Code::RawHtml,
                    span,
                    "HTML has no place in a policy",
                    "write Markdown; docs/content.md shows lists, tables, notes and languages",
                );
                self.skip();
                None
            }
            Event::Start(Tag::Heading { .. }) => {
                self.refuse(
                    Code::UnsupportedMarkdown,
                    span,
                    "a heading stands inside a list or a note",
                    "start the heading at the beginning of its line",
                );
                Some(Block::Paragraph(self.inlines()))
            }
            Event::Start(Tag::FootnoteDefinition(_)) => {
                self.refuse_footnote(span);
                self.skip();
                None
            }
            Event::Start(_) => {
                self.refuse(
                    Code::UnsupportedMarkdown,
                    span,
                    "a code block has no place in a policy",
                    "remove the four spaces at the start of the line, or the fence of backticks",
                );
                self.skip();
                None
            }
            // Thematic breaks have no meaning: policies are divided by their numbers.
            _ => None,
        }
    }

    fn nested(
        &mut self,
        span: &Range<usize>,
        read: impl FnOnce(&mut Self) -> Block<'s>,
    ) -> Option<Block<'s>> {
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
        let block = read(self);
        self.depth -= 1;
        Some(block)
    }

    fn blocks_until_end(&mut self) -> Vec<Block<'s>> {
        let mut blocks = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            blocks.extend(self.block(event, &span));
        }
        merge_definitions(blocks)
    }

    fn items(&mut self) -> Vec<Vec<Block<'s>>> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            let item = self.blocks_until_end();
            if item.is_empty() {
                self.refuse(
                    Code::EmptyItem,
                    &span,
                    "the list has an empty item",
                    "remove the lonely `-`",
                );
            } else {
                items.push(item);
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
        while let Some((event, span)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, span, &mut inlines);
        }
        inlines
    }

    fn emphasised(&mut self) -> Vec<Inline<'s>> {
        self.emphasis += 1;
        let inlines = self.inlines();
        self.emphasis -= 1;
        inlines
    }

    /// Text of a tight list item, until the item ends or a block starts.
    fn loose_inlines(&mut self, first: Event<'s>, span: Range<usize>) -> Vec<Inline<'s>> {
        let mut inlines = Vec::new();
        self.inline(first, span, &mut inlines);
        while let Some((event, span)) = self.events.next_if(|(event, _)| is_inline(event)) {
            self.inline(event, span, &mut inlines);
        }
        inlines
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
            Event::FootnoteReference(_) => self.refuse_footnote(&span),
            Event::End(_)
            | Event::Rule
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn refuse_footnote(&mut self, span: &Range<usize>) {
        self.refuse(
            Code::UnsupportedMarkdown,
            span,
            "policies have no footnotes",
            "write it as a clause, or as a note: `> …`",
        );
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

/// A paragraph, a definition or a generated block.
fn paragraph(inlines: Vec<Inline<'_>>) -> Block<'_> {
    if let [Inline::Variable(name, _)] = inlines.as_slice()
        && let Some(generated) = Generated::ALL
            .into_iter()
            .find(|generated| generated.variable() == &**name)
    {
        return Block::Generated(generated);
    }
    match inline::definition(inlines) {
        Ok((term, definition)) => Block::Definitions(vec![(term, definition)]),
        Err(inlines) => Block::Paragraph(inlines),
    }
}

/// Merges neighbouring definitions into one list.
pub(super) fn merge_definitions(blocks: Vec<Block<'_>>) -> Vec<Block<'_>> {
    let mut merged: Vec<Block<'_>> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (merged.last_mut(), block) {
            (Some(Block::Definitions(before)), Block::Definitions(more)) => before.extend(more),
            (_, block) => merged.push(block),
        }
    }
    merged
}
