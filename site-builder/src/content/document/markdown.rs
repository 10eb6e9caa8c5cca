//! Markdown to blocks. CommonMark and GFM tables by pulldown-cmark; what policies have no use for is refused.

use super::inline::{self, InlineContext};
use super::{Block, Generated, Inline, Table};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use std::iter::Peekable;
use std::ops::Range;

/// Footnotes are read to be refused: as plain words, their marks would stand on the page.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// Lists and notes may stand in each other this deep.
const DEEPEST: usize = 8;

/// A block of the first level, or a heading between them.
pub(super) enum Piece<'s> {
    /// A heading; its own level means nothing.
    Heading(Vec<Inline<'s>>, Range<usize>),
    /// Anything else.
    Block(Block<'s>, Range<usize>),
}

/// Reads the part of the text that is Markdown.
pub(super) fn read<'s>(
    text: &'s str,
    part: Range<usize>,
    file: FileId,
    locale: &Locale,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Piece<'s>> {
    let offset = part.start;
    let body = text.get(part).unwrap_or_default();
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
    .pieces()
}

pub(super) struct Reader<'s, 'c, I: Iterator<Item = (Event<'s>, Range<usize>)>> {
    events: Peekable<I>,
    context: InlineContext<'s, 'c>,
    /// Of lists and notes around.
    depth: usize,
    /// Of strong and emphasised words around.
    emphasis: usize,
}

impl<'s, I: Iterator<Item = (Event<'s>, Range<usize>)>> Reader<'s, '_, I> {
    fn pieces(mut self) -> Vec<Piece<'s>> {
        let mut pieces = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if let Event::Start(Tag::Heading { .. }) = event {
                let inlines = self.inlines(TagEndKind::Heading);
                pieces.push(Piece::Heading(inlines, span));
                continue;
            }
            if let Some(block) = self.block(event, &span) {
                pieces.push(Piece::Block(block, span));
            }
        }
        pieces
    }

    /// The block that starts with an event; none for what was refused.
    fn block(&mut self, event: Event<'s>, span: &Range<usize>) -> Option<Block<'s>> {
        // Items of a tight list hold words without a paragraph around them.
        if is_inline(&event) {
            let inlines = self.loose_inlines(event, span.clone());
            return (!inlines.is_empty()).then_some(Block::Paragraph(inlines));
        }
        match event {
            Event::Start(Tag::Paragraph) => Some(paragraph(self.inlines(TagEndKind::Paragraph))),
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
                let inlines = self.inlines(TagEndKind::Heading);
                Some(Block::Paragraph(inlines))
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
            // Thematic breaks are ornaments of exports; a policy is divided by its numbers.
            _ => None,
        }
    }

    fn nested(
        &mut self,
        span: &Range<usize>,
        read: impl FnOnce(&mut Self) -> Block<'s>,
    ) -> Option<Block<'s>> {
        if self.depth >= DEEPEST {
            self.refuse(
                Code::NestingTooDeep,
                span,
                &format!("lists or notes are nested more than {DEEPEST} deep"),
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
        let mut rows: Vec<Vec<Vec<Inline<'s>>>> = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::End(TagEnd::Table) => break,
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.inlines(TagEndKind::TableCell);
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                }
                _ => {}
            }
        }
        let mut rows = rows.into_iter();
        Table {
            alignments,
            head: rows.next().unwrap_or_default(),
            rows: rows.collect(),
        }
    }

    fn inlines(&mut self, end: TagEndKind) -> Vec<Inline<'s>> {
        let mut inlines = Vec::new();
        while let Some((event, span)) = self.events.next() {
            if end.matches(&event) {
                break;
            }
            self.inline(event, span, &mut inlines);
        }
        inlines
    }

    /// Words of a tight list item: until the item ends or a block starts.
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
            Event::Text(words) => inline::split(words, &span, &mut self.context, inlines),
            Event::Code(words) => inlines.push(Inline::Code(words)),
            Event::SoftBreak => inlines.push(Inline::Text("\n".into())),
            Event::HardBreak => inlines.push(Inline::Break),
            Event::Start(Tag::Strong | Tag::Emphasis) if self.emphasis >= DEEPEST => {
                self.refuse(
                    Code::NestingTooDeep,
                    &span,
                    &format!("emphasis is nested more than {DEEPEST} deep"),
                    "remove the stray `*` and `_`",
                );
                self.skip();
            }
            Event::Start(Tag::Strong) => {
                self.emphasis += 1;
                let words = self.inlines(TagEndKind::Strong);
                self.emphasis -= 1;
                inlines.push(Inline::Strong(words));
            }
            Event::Start(Tag::Emphasis) => {
                self.emphasis += 1;
                let words = self.inlines(TagEndKind::Emphasis);
                self.emphasis -= 1;
                inlines.push(Inline::Emphasis(words));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let words = self.inlines(TagEndKind::Link);
                inlines.push(inline::link(dest_url, words, span, &mut self.context));
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
            Event::End(_) | Event::Rule => {}
            Event::FootnoteReference(_) => self.refuse_footnote(&span),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::TaskListMarker(_) => {}
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

    /// Passes over what belongs to a tag that was just opened.
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
        | Event::HardBreak => true,
        Event::InlineMath(_)
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
        Ok((term, words)) => Block::Definitions(vec![(term, words)]),
        Err(inlines) => Block::Paragraph(inlines),
    }
}

/// Neighbouring definitions are one list.
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

#[derive(Clone, Copy)]
enum TagEndKind {
    Heading,
    Paragraph,
    TableCell,
    Strong,
    Emphasis,
    Link,
}

impl TagEndKind {
    fn matches(self, event: &Event<'_>) -> bool {
        let Event::End(end) = event else { return false };
        match self {
            Self::Heading => matches!(end, TagEnd::Heading(_)),
            Self::Paragraph => matches!(end, TagEnd::Paragraph),
            Self::TableCell => matches!(end, TagEnd::TableCell),
            Self::Strong => matches!(end, TagEnd::Strong),
            Self::Emphasis => matches!(end, TagEnd::Emphasis),
            Self::Link => matches!(end, TagEnd::Link),
        }
    }
}
