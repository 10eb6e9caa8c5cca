//! Paragraphs: their kind, their number, and those whose end is deleted or hidden, so that the next
//! one goes on in them.

use super::properties::RunProperties;
use super::reader::{Change, Reader, value};
use super::styles::{ListReference, ParagraphStyle, Role, outline_level};
use crate::block::BlockKind;
use crate::report::ImportError;
use crate::xml::{Element, Namespace};

impl<'a> Reader<'a, '_> {
    pub(super) fn paragraph(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        let properties = element.child(Namespace::W, "pPr");
        let id = properties.and_then(|properties| properties.child(Namespace::W, "pStyle"));
        let style = self.source.styles.paragraph(id.and_then(value));
        let outline = outline_level(properties);
        let kind = kind(&style, outline);
        self.flow.begin_paragraph()?;
        self.inherited = style.run;
        if matches!(kind, BlockKind::Heading(_)) {
            // A heading is bold by its style.
            (self.inherited.bold, self.inherited.italics) = (None, None);
        }
        let is_contents = style.role == Role::Contents;
        self.contents += usize::from(is_contents);
        self.inline(element)?;
        self.end(properties, &style, kind)?;
        self.contents -= usize::from(is_contents);
        if !is_contents && !self.in_contents() {
            self.flow.end_left_out();
        }
        self.notes_and_boxes()
    }

    /// Ends a paragraph, unless its end is deleted or hidden.
    fn end(
        &mut self,
        properties: Option<Element<'a>>,
        style: &ParagraphStyle,
        kind: BlockKind,
    ) -> Result<(), ImportError> {
        let mark = properties.and_then(|properties| properties.child(Namespace::W, "rPr"));
        let has = |name: &str| mark.is_some_and(|mark| mark.child(Namespace::W, name).is_some());
        if has("del") || has("moveFrom") || self.change == Change::Deleted {
            return Ok(());
        }
        let own = properties.map_or_else(RunProperties::default, RunProperties::of);
        let ends_hidden = own.over(style.run).hidden == Some(true) || self.is_hidden;
        if ends_hidden && !self.flow.has_words() {
            self.flow.report_words();
            return Ok(());
        }
        if ends_hidden {
            // Word's style separator: a heading that goes on as text in the same line.
            self.flow.strengthen();
        }
        let kind = match self.joined.take() {
            Some(before) => before,
            None if self.in_contents() => kind,
            None => self.number(ListReference::of(properties), style, kind),
        };
        if ends_hidden {
            self.flow
                .say(" ", &crate::text::Style::default(), crate::flow::Fate::Kept)?;
            self.joined = Some(match kind {
                BlockKind::Heading(_) => BlockKind::Paragraph,
                other => other,
            });
            return Ok(());
        }
        self.flow.end_paragraph(kind);
        Ok(())
    }

    /// Ends a paragraph that nothing follows.
    pub(super) fn flush(&mut self) -> Result<(), ImportError> {
        let kind = self.joined.take().unwrap_or(BlockKind::Paragraph);
        self.flow.end_paragraph(kind);
        self.notes_and_boxes()
    }

    /// Counts the paragraph and writes its number; returns its kind.
    fn number(&mut self, own: ListReference, style: &ParagraphStyle, kind: BlockKind) -> BlockKind {
        let styles = self.source.styles;
        let place = self.numbering.place(own, style, styles);
        let label = place.and_then(|(list, level)| self.numbering.count(list, level, styles));
        let Some(label) = label else {
            return kind;
        };
        self.flow.label(&label, kind)
    }

    /// Reads the notes and text boxes of the paragraph that has ended.
    fn notes_and_boxes(&mut self) -> Result<(), ImportError> {
        for part in std::mem::take(&mut self.boxes) {
            let blocks = self.apart(part)?;
            self.flow.append(blocks);
        }
        for (label, note, relationships) in std::mem::take(&mut self.notes) {
            let outer = std::mem::replace(&mut self.relationships, relationships);
            self.flow.begin_note();
            let blocks = self.apart(note)?;
            self.flow.end_note(&label, &blocks);
            self.relationships = outer;
        }
        Ok(())
    }
}

/// The kind of a paragraph by its outline level, else by its style.
fn kind(style: &ParagraphStyle, outline: Option<usize>) -> BlockKind {
    let level = match (outline, style.role, style.outline) {
        (Some(level), ..) => level + 1,
        (None, Role::Title, _) => 1,
        (None, Role::Heading(level), _) => level,
        (None, _, Some(level)) => level + 1,
        (None, Role::Contents | Role::Other, None) => return BlockKind::Paragraph,
    };
    if (1..=9).contains(&level) {
        BlockKind::Heading(level)
    } else {
        BlockKind::Paragraph
    }
}
