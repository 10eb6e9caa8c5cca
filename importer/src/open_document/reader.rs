//! Paragraphs, headings, lists, tables and sections of an OpenDocument text.

use super::changes::{self, Change};
use super::lists::{Lists, OpenList};
use super::styles::{Characters, ParagraphStyle, Styles};
use super::words;
use crate::block::{Block, BlockKind};
use crate::flow::{Fate, FileText, Flow};
use crate::report::{ImportError, Loss, Report};
use crate::text;
use crate::xml::{Element, Namespace};
use std::collections::{BTreeMap, BTreeSet};

/// Tables of contents and other indexes.
const INDEXES: [&str; 7] = [
    "table-of-content",
    "illustration-index",
    "table-index",
    "object-index",
    "user-index",
    "alphabetical-index",
    "bibliography",
];

pub(super) struct Reader<'a, 'r> {
    pub(super) flow: Flow<'r>,
    pub(super) styles: Styles,
    lists: Lists,
    pub(super) changes: BTreeMap<&'a str, Change>,
    /// Ids of the changes that are open.
    pub(super) open_changes: BTreeSet<&'a str>,
    /// Number of open parts that are hidden.
    pub(super) hidden: usize,
    /// Number of open indexes.
    pub(super) contents: usize,
    pub(super) link: Option<String>,
    /// Frames and shapes with words, which follow the paragraph.
    pub(super) boxes: Vec<Element<'a>>,
    /// Notes of the paragraph, with their labels.
    pub(super) notes: Vec<(String, Element<'a>)>,
    pub(super) note_count: usize,
}

/// The place of a paragraph in a list.
struct Place<'a> {
    list: OpenList,
    item: Element<'a>,
    /// Whether the paragraph is the first of its item, which has the number.
    is_first: bool,
}

/// Reads a document from the roots of its parts; `None` if it has no text.
///
/// # Errors
/// The document is over a limit.
pub(super) fn read(
    roots: &[Element<'_>],
    report: &mut Report,
) -> Result<Option<FileText>, ImportError> {
    let office = |name: &'static str| {
        roots
            .iter()
            .flat_map(move |root| root.named(Namespace::Office, name))
    };
    let text = office("body").find_map(|body| body.child(Namespace::Office, "text"));
    let Some(text) = text else {
        return Ok(None);
    };
    let (mut styles, mut lists) = (Styles::default(), Lists::default());
    // Later ones replace earlier ones: those of the text are in the last part.
    for parent in office("styles").chain(office("automatic-styles")) {
        styles.add(parent);
        lists.add_styles(parent);
    }
    report_frames(office("master-styles"), report);
    let title = office("meta").find_map(|meta| meta.child(Namespace::DublinCore, "title"));
    let title = title.map(|title| title.text().trim().to_owned());
    let mut reader = Reader {
        flow: Flow::new(report),
        styles,
        lists,
        changes: changes::read(text),
        open_changes: BTreeSet::new(),
        hidden: 0,
        contents: 0,
        link: None,
        boxes: Vec::new(),
        notes: Vec::new(),
        note_count: 0,
    };
    reader.blocks(text, None)?;
    reader.flow.end_left_out();
    Ok(Some(
        reader.flow.finish(title.filter(|title| !title.is_empty())),
    ))
}

/// Reports headers and footers of pages, once for all.
fn report_frames<'e>(masters: impl Iterator<Item = Element<'e>>, report: &mut Report) {
    let pages = masters.flat_map(|masters| masters.named(Namespace::Style, "master-page"));
    let frames = pages.flat_map(Element::children).map(words);
    let texts: BTreeSet<String> = frames.collect();
    let texts: Vec<String> = texts
        .into_iter()
        .filter(|words| words.contains(char::is_alphabetic))
        .collect();
    report.left_out("headers and footers of the pages", 1, &texts.join(" "));
}

impl<'a> Reader<'a, '_> {
    /// Reads paragraphs and what is around them; `list` is the list around them.
    fn blocks(&mut self, parent: Element<'a>, list: Option<&OpenList>) -> Result<(), ImportError> {
        for child in parent.children() {
            self.block(child, list)?;
        }
        Ok(())
    }

    fn block(&mut self, child: Element<'a>, list: Option<&OpenList>) -> Result<(), ImportError> {
        match child.name() {
            (Namespace::Text, "p" | "h") => self.paragraph(child, None),
            (Namespace::Text, "list") => self.list(child, list),
            (Namespace::Text, "numbered-paragraph") => self.blocks(child, list),
            (Namespace::Text, "section") => self.section(child, list),
            (Namespace::Text, name) if INDEXES.contains(&name) => {
                self.contents += 1;
                self.blocks_of_index(child)?;
                self.contents -= 1;
                Ok(())
            }
            (
                Namespace::Text,
                "tracked-changes" | "sequence-decls" | "variable-decls" | "user-field-decls",
            )
            | (Namespace::Office, "forms") => Ok(()),
            (Namespace::Text, "change" | "change-start" | "change-end") => self.change(child),
            (Namespace::Table, "table") => self.table(child),
            (Namespace::Draw, _) => {
                self.drawing(child);
                self.notes_and_boxes()
            }
            (Namespace::Office | Namespace::Text | Namespace::LibreOffice, _) => {
                self.blocks(child, list)
            }
            _ => Ok(()),
        }
    }

    /// Only the body of an index has words; the rest are rules for making it.
    fn blocks_of_index(&mut self, index: Element<'a>) -> Result<(), ImportError> {
        match index.child(Namespace::Text, "index-body") {
            Some(body) => self.blocks(body, None),
            None => Ok(()),
        }
    }

    fn section(
        &mut self,
        section: Element<'a>,
        list: Option<&OpenList>,
    ) -> Result<(), ImportError> {
        let is_hidden = section.attribute(Namespace::Text, "display") == Some("none");
        self.hidden += usize::from(is_hidden);
        self.blocks(section, list)?;
        self.hidden -= usize::from(is_hidden);
        Ok(())
    }

    fn list(&mut self, element: Element<'a>, outer: Option<&OpenList>) -> Result<(), ImportError> {
        let list = self.lists.begin(element, outer);
        for item in element.children() {
            let has_number = item.is(Namespace::Text, "list-item");
            if !has_number && !item.is(Namespace::Text, "list-header") {
                continue;
            }
            let mut is_first = has_number;
            for child in item.children() {
                if child.is(Namespace::Text, "p") || child.is(Namespace::Text, "h") {
                    let place = Place {
                        list: list.clone(),
                        item,
                        is_first,
                    };
                    self.paragraph(child, Some(place))?;
                    is_first = false;
                } else if !child.is(Namespace::Text, "number") {
                    self.block(child, Some(&list))?;
                }
            }
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        element: Element<'a>,
        place: Option<Place<'a>>,
    ) -> Result<(), ImportError> {
        let name = element
            .attribute(Namespace::Text, "style-name")
            .unwrap_or("");
        let style = self.styles.paragraph(name);
        let level = element
            .attribute(Namespace::Text, "outline-level")
            .and_then(text::parsed::<usize>);
        let level = level.filter(|_| element.is(Namespace::Text, "h"));
        let kind = match level {
            Some(level) => BlockKind::Heading(level.clamp(1, 9)),
            None if element.is(Namespace::Text, "h") => BlockKind::Heading(1),
            None if style.is_title => BlockKind::Heading(1),
            None => BlockKind::Paragraph,
        };
        self.flow.begin_paragraph()?;
        let mut characters = style.characters;
        if matches!(kind, BlockKind::Heading(_)) {
            // A heading is bold by its style.
            (characters.bold, characters.italics) = (None, None);
        }
        let hidden = inline_hidden(element);
        self.hidden += usize::from(hidden);
        self.inline(element, characters)?;
        self.hidden -= usize::from(hidden);
        let is_gone = self.contents > 0 || !self.flow.has_words() && self.flow.has_losses();
        let kind = if is_gone {
            kind
        } else {
            self.number(element, &style, place, kind)
        };
        self.flow.end_paragraph(kind);
        if self.contents == 0 {
            self.flow.end_left_out();
        }
        self.notes_and_boxes()
    }

    /// Counts the paragraph and writes its number; returns its kind.
    fn number(
        &mut self,
        element: Element<'a>,
        style: &ParagraphStyle,
        place: Option<Place<'a>>,
        kind: BlockKind,
    ) -> BlockKind {
        let number = |element: Element<'a>| {
            let start = element.attribute(Namespace::Text, "start-value");
            start.and_then(text::parsed::<u32>)
        };
        let label = match place {
            Some(place) if place.is_first => {
                let own = place.item.attribute(Namespace::Text, "style-override");
                let of_list = Some(place.list.style.as_str()).filter(|style| !style.is_empty());
                let name = own.or(of_list).or(style.list.as_deref()).unwrap_or("");
                let start = number(place.item);
                let label = self.lists.count(&place.list, name, start);
                // Some programs put headings into lists of the style `Outline`.
                let label = label.or_else(|| match kind {
                    BlockKind::Heading(level) => self.lists.count_heading(level - 1, start),
                    _ => None,
                });
                let shown = place.item.child(Namespace::Text, "number");
                label.map(|mut label| {
                    if let Some(shown) = shown {
                        label.text = shown.text();
                    }
                    label
                })
            }
            Some(_) => None,
            None => match kind {
                BlockKind::Heading(level)
                    if element.is(Namespace::Text, "h")
                        && style.list.as_deref() != Some("")
                        && element.attribute(Namespace::Text, "is-list-header") != Some("true") =>
                {
                    let restarts =
                        element.attribute(Namespace::Text, "restart-numbering") == Some("true");
                    let start = number(element).filter(|_| restarts);
                    self.lists.count_heading(level - 1, start)
                }
                _ => None,
            },
        };
        match label {
            Some(label) => self.flow.label(&label, kind),
            None => kind,
        }
    }

    /// The blocks of a part that stands apart from the text around it.
    pub(super) fn apart(&mut self, part: Element<'a>) -> Result<Vec<Block>, ImportError> {
        let aside = self.flow.set_aside();
        let link = self.link.take();
        let (notes, boxes) = (
            std::mem::take(&mut self.notes),
            std::mem::take(&mut self.boxes),
        );
        self.blocks(part, None)?;
        (self.link, self.notes, self.boxes) = (link, notes, boxes);
        Ok(self.flow.resume(aside))
    }

    /// Reads the notes and frames of the paragraph that has ended.
    fn notes_and_boxes(&mut self) -> Result<(), ImportError> {
        for part in std::mem::take(&mut self.boxes) {
            let blocks = self.apart(part)?;
            self.flow.append(blocks);
        }
        for (label, note) in std::mem::take(&mut self.notes) {
            self.flow.begin_note();
            let blocks = self.apart(note)?;
            self.flow.end_note(&label, &blocks);
        }
        Ok(())
    }

    /// What becomes of words with these properties.
    pub(super) fn fate(&self, characters: Characters) -> Fate {
        let open = |wanted: fn(&Change) -> bool| {
            let mut open = self
                .open_changes
                .iter()
                .filter_map(|id| self.changes.get(id));
            open.any(wanted)
        };
        if open(|change| matches!(change, Change::Deletion(_))) {
            return Fate::Lost(Loss::Deleted);
        }
        if self.contents > 0 {
            return Fate::LeftOut;
        }
        if self.hidden > 0 || characters.hidden == Some(true) {
            return Fate::Lost(Loss::Hidden);
        }
        if characters.struck == Some(true) {
            return Fate::Lost(Loss::Struck);
        }
        if open(|change| *change == Change::Insertion) {
            return Fate::Inserted;
        }
        Fate::Kept
    }
}

/// Whether a field in the paragraph hides it as a whole.
fn inline_hidden(paragraph: Element<'_>) -> bool {
    paragraph.descendants().any(|element| {
        element.is(Namespace::Text, "hidden-paragraph")
            && element.attribute(Namespace::Text, "is-hidden") == Some("true")
    })
}
