//! The state of reading a Word document, and what stands between paragraphs: tables, content
//! controls, alternatives.

use super::field::{Field, Purpose};
use super::notes::{self, Notes};
use super::numbering::Numbering;
use super::parts::Relationships;
use super::properties::{RunProperties, is_on};
use super::styles::Styles;
use crate::block::{Block, BlockKind};
use crate::flow::{Cell, Fate, FileText, Flow, MAX_SPAN, table};
use crate::report::{DecisionKind, ImportError, Loss, Report};
use crate::text;
use crate::xml::{Element, Namespace, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// The parts of a document, read.
pub(super) struct Source<'a> {
    pub(super) document: &'a Tree<'a>,
    pub(super) relationships: &'a Relationships,
    pub(super) styles: &'a Styles,
    pub(super) footnotes: Notes<'a>,
    pub(super) endnotes: Notes<'a>,
    pub(super) comments: Option<&'a Tree<'a>>,
}

/// Whether words are part of a change that nobody has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Inserted,
    Deleted,
}

pub(super) struct Reader<'a, 'r> {
    pub(super) source: &'a Source<'a>,
    pub(super) flow: Flow<'r>,
    pub(super) numbering: Numbering,
    /// What the part that is being read refers to.
    pub(super) relationships: &'a Relationships,
    pub(super) fields: Vec<Field>,
    /// Fields that have an end; others would swallow the rest of the document.
    pub(super) ended_fields: BTreeSet<usize>,
    pub(super) link: Option<String>,
    pub(super) change: Change,
    /// Whether the row that is being read is hidden.
    pub(super) is_hidden: bool,
    /// Number of open parts that are tables of contents.
    pub(super) contents: usize,
    /// What the characters of the paragraph inherit.
    pub(super) inherited: RunProperties,
    /// The kind of a paragraph whose end is hidden, so that the next one goes on in it.
    pub(super) joined: Option<BlockKind>,
    /// Text boxes of the paragraph, which follow it.
    pub(super) boxes: Vec<Element<'a>>,
    /// Notes of the paragraph, with their labels.
    pub(super) notes: Vec<(String, Element<'a>, &'a Relationships)>,
    pub(super) note_count: usize,
    /// The paragraph of each comment.
    pub(super) comments: BTreeMap<String, usize>,
}

/// Reads the document.
///
/// # Errors
/// The document is over a limit.
pub(super) fn read(
    source: &Source<'_>,
    numbering: Numbering,
    title: Option<String>,
    report: &mut Report,
) -> Result<FileText, ImportError> {
    let mut reader = Reader {
        source,
        flow: Flow::new(report),
        numbering,
        relationships: source.relationships,
        fields: Vec::new(),
        ended_fields: ended_fields(source.document),
        link: None,
        change: Change::None,
        is_hidden: false,
        contents: 0,
        inherited: RunProperties::default(),
        joined: None,
        boxes: Vec::new(),
        notes: Vec::new(),
        note_count: 0,
        comments: BTreeMap::new(),
    };
    let body = source
        .document
        .root()
        .and_then(|root| root.child(Namespace::W, "body"));
    if let Some(body) = body {
        reader.blocks(body)?;
        reader.flush()?;
    }
    reader.flow.end_left_out();
    let Reader { flow, comments, .. } = reader;
    notes::report_comments(source.comments, &comments, flow.report);
    Ok(flow.finish(title))
}

/// The beginnings of fields that also have an end, by the index of their element.
fn ended_fields(document: &Tree<'_>) -> BTreeSet<usize> {
    let mut open = Vec::new();
    let mut ended = BTreeSet::new();
    for element in document
        .elements()
        .filter(|element| element.is(Namespace::W, "fldChar"))
    {
        match element.attribute(Namespace::W, "fldCharType") {
            Some("begin") => open.push(element.index()),
            Some("end") => ended.extend(open.pop()),
            _ => {}
        }
    }
    ended
}

impl<'a> Reader<'a, '_> {
    /// Reads paragraphs, tables and what is around them.
    pub(super) fn blocks(&mut self, parent: Element<'a>) -> Result<(), ImportError> {
        for child in parent.children() {
            match child.name() {
                (Namespace::W, "p") => self.paragraph(child)?,
                (Namespace::W, "tbl") => self.table(child)?,
                (Namespace::W, "sdt") => self.content_control(child, Self::blocks)?,
                (Namespace::W, "customXml" | "smartTag") => self.blocks(child)?,
                (Namespace::W, "ins" | "moveTo") => {
                    self.changed(Change::Inserted, child, Self::blocks)?;
                }
                (Namespace::W, "del" | "moveFrom") => {
                    self.changed(Change::Deleted, child, Self::blocks)?;
                }
                (Namespace::Compatibility, "AlternateContent") => {
                    if let Some(choice) = choice(child) {
                        self.blocks(choice)?;
                    }
                }
                (Namespace::W, "bookmarkStart") => self.bookmark(child, self.flow.next_paragraph()),
                (Namespace::Math, "oMath" | "oMathPara") => {
                    self.flow.begin_paragraph()?;
                    self.formula(child)?;
                    self.flow.end_paragraph(BlockKind::Paragraph);
                }
                (Namespace::W, "altChunk") => {
                    let line = self.flow.next_paragraph();
                    self.flow.report.decision(
                        DecisionKind::LeftOut,
                        line,
                        "left out: a document of another format that stands inside this one",
                        "open the file in Word, save it again (File > Save As > Word Document), and import that",
                    );
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Remembers where a bookmark is.
    pub(super) fn bookmark(&mut self, element: Element<'a>, paragraph: usize) {
        if let Some(name) = element.attribute(Namespace::W, "name") {
            self.flow.bookmark(name, paragraph);
        }
    }

    /// Reads a part that is a change.
    pub(super) fn changed(
        &mut self,
        change: Change,
        parent: Element<'a>,
        read: fn(&mut Self, Element<'a>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let outer = self.change;
        // What was inserted and then deleted is deleted.
        if outer != Change::Deleted {
            self.change = change;
        }
        read(self, parent)?;
        self.change = outer;
        Ok(())
    }

    /// Reads a content control: a table of contents is left out, and a prompt to fill in is reported.
    pub(super) fn content_control(
        &mut self,
        control: Element<'a>,
        read: fn(&mut Self, Element<'a>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let properties = control.child(Namespace::W, "sdtPr");
        let Some(content) = control.child(Namespace::W, "sdtContent") else {
            return Ok(());
        };
        let gallery = properties
            .and_then(|properties| properties.child(Namespace::W, "docPartObj"))
            .and_then(|part| part.child(Namespace::W, "docPartGallery"))
            .and_then(|gallery| gallery.attribute(Namespace::W, "val"));
        let is_contents = gallery == Some("Table of Contents");
        let prompt =
            properties.and_then(|properties| properties.child(Namespace::W, "showingPlcHdr"));
        if prompt.is_some_and(is_on) && self.change != Change::Deleted {
            let words = notes::words(content);
            let message = format!("nothing is filled in for the prompt `{}`", words.trim());
            let help = "write the words, or a variable such as `{{ operator.email }}`";
            let line = self.flow.line();
            self.flow
                .report
                .decision(DecisionKind::Placeholder, line, message, help);
        }
        self.contents += usize::from(is_contents);
        read(self, content)?;
        self.contents -= usize::from(is_contents);
        Ok(())
    }

    /// Whether a table of contents is being read.
    pub(super) fn in_contents(&self) -> bool {
        self.contents > 0
            || self
                .fields
                .iter()
                .any(|field| field.purpose == Some(Purpose::Contents))
    }

    fn table(&mut self, element: Element<'a>) -> Result<(), ImportError> {
        self.flush()?;
        let line = self.flow.next_paragraph();
        let mut rows = Vec::new();
        self.rows(element, &mut rows)?;
        let blocks = table(rows, line, self.flow.report);
        self.flow.append(blocks);
        Ok(())
    }

    fn rows(&mut self, parent: Element<'a>, rows: &mut Vec<Vec<Cell>>) -> Result<(), ImportError> {
        for child in parent.children() {
            match child.name() {
                (Namespace::W, "tr") => self.row(child, rows)?,
                (Namespace::W, "sdt") => {
                    if let Some(content) = child.child(Namespace::W, "sdtContent") {
                        self.rows(content, rows)?;
                    }
                }
                (Namespace::W, "customXml" | "ins" | "moveTo") => self.rows(child, rows)?,
                (Namespace::W, "bookmarkStart") => self.bookmark(child, self.flow.next_paragraph()),
                _ => {}
            }
        }
        Ok(())
    }

    fn row(&mut self, row: Element<'a>, rows: &mut Vec<Vec<Cell>>) -> Result<(), ImportError> {
        let properties = row.child(Namespace::W, "trPr");
        let property =
            |name: &str| properties.and_then(|properties| properties.child(Namespace::W, name));
        let is_deleted = property("del").is_some();
        let (outer, outer_hidden) = (self.change, self.is_hidden);
        if is_deleted {
            self.change = Change::Deleted;
        } else if property("ins").is_some() && outer == Change::None {
            self.change = Change::Inserted;
        }
        let is_hidden = property("hidden").is_some_and(is_on);
        self.is_hidden |= is_hidden;
        let skipped = property("gridBefore")
            .and_then(value)
            .and_then(text::parsed);
        let skipped = skipped.unwrap_or(0).min(MAX_SPAN);
        let mut cells: Vec<Cell> = (0..skipped).map(|_| Cell::default()).collect();
        self.cells(row, &mut cells)?;
        (self.change, self.is_hidden) = (outer, outer_hidden);
        if !is_deleted && !is_hidden {
            rows.push(cells);
        }
        Ok(())
    }

    fn cells(&mut self, row: Element<'a>, cells: &mut Vec<Cell>) -> Result<(), ImportError> {
        for child in row.children() {
            match child.name() {
                (Namespace::W, "tc") => cells.push(self.cell(child)?),
                (Namespace::W, "sdt") => {
                    if let Some(content) = child.child(Namespace::W, "sdtContent") {
                        self.cells(content, cells)?;
                    }
                }
                (Namespace::W, "customXml") => self.cells(child, cells)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: Element<'a>) -> Result<Cell, ImportError> {
        let properties = cell.child(Namespace::W, "tcPr");
        let property =
            |name: &str| properties.and_then(|properties| properties.child(Namespace::W, name));
        let span = property("gridSpan")
            .and_then(value)
            .and_then(text::parsed)
            .unwrap_or(1);
        let columns = span.clamp(1, MAX_SPAN);
        let goes_on =
            |name: &str| property(name).is_some_and(|merge| value(merge) != Some("restart"));
        self.flow.count_cells(columns)?;
        let outer = self.change;
        if property("cellDel").is_some() {
            self.change = Change::Deleted;
        }
        let blocks = self.apart(cell)?;
        self.change = outer;
        Ok(Cell {
            blocks,
            columns,
            rows: 1,
            is_covered: goes_on("vMerge") || goes_on("hMerge"),
        })
    }

    /// The blocks of a part that stands apart from the text around it.
    pub(super) fn apart(&mut self, part: Element<'a>) -> Result<Vec<Block>, ImportError> {
        let aside = self.flow.set_aside();
        let (joined, link) = (self.joined.take(), self.link.take());
        let (notes, boxes) = (
            std::mem::take(&mut self.notes),
            std::mem::take(&mut self.boxes),
        );
        let inherited = self.inherited;
        self.blocks(part)?;
        self.flush()?;
        (self.joined, self.link, self.inherited) = (joined, link, inherited);
        (self.notes, self.boxes) = (notes, boxes);
        Ok(self.flow.resume(aside))
    }

    /// What becomes of words with these properties.
    pub(super) fn fate(&self, run: RunProperties) -> Fate {
        if self.change == Change::Deleted {
            return Fate::Lost(Loss::Deleted);
        }
        if self.in_contents() {
            return Fate::LeftOut;
        }
        if run.hidden == Some(true) || self.is_hidden {
            return Fate::Lost(Loss::Hidden);
        }
        if run.struck == Some(true) {
            return Fate::Lost(Loss::Struck);
        }
        match self.change {
            Change::Inserted => Fate::Inserted,
            Change::None | Change::Deleted => Fate::Kept,
        }
    }
}

pub(super) fn value(element: Element<'_>) -> Option<&str> {
    element.attribute(Namespace::W, "val")
}

/// The alternative that is read: the first of those for newer programs with anything that is read
/// here, else the one for older programs.
pub(super) fn choice(alternatives: Element<'_>) -> Option<Element<'_>> {
    let is_read = |element: Element<'_>| {
        let (namespace, name) = element.name();
        namespace == Namespace::W
            && matches!(
                name,
                "t" | "delText" | "drawing" | "pict" | "object" | "sym" | "p"
            )
    };
    let has_content = |choice: &Element<'_>| {
        is_read(*choice)
            || choice.descendants().any(is_read)
            || choice
                .descendants()
                .any(|element| element.is(Namespace::Drawing, "blip"))
    };
    let mut newer = alternatives.named(Namespace::Compatibility, "Choice");
    newer
        .find(has_content)
        .or_else(|| alternatives.child(Namespace::Compatibility, "Fallback"))
}
