//! What each element of a page is, if it is no part of the document.

use super::linked::{LinkedParts, MIN_LINKS};
use super::measures::{Measure, Measures};
use super::page::{PAGE_NAMES, has_name, has_part};
use super::tokens::{Tag, is_block};
use super::tree::{Element, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Longest part of a page, in words, that counts as a control by its name.
const MAX_CONTROL: usize = 120;
/// Longest item of a menu without links, in words.
const MAX_MENU_ITEM: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// What the page hides.
    Hidden,
    /// What the page hides although it is most of it, or until a reader opens it.
    HiddenAtFirst,
    /// Words that a change deleted.
    Deleted,
    /// Words that are struck out.
    Struck,
    /// A comment in the margin.
    Comment,
    /// The mark of a comment in the text.
    Mark,
    /// A picture of elements, without words.
    Drawing,
    /// A part of the frame around the document, and what it is.
    Frame(String),
    /// A table of contents.
    Contents,
    /// Another page, shown inside of this one.
    OtherPage,
}

pub(super) struct Parts<'a> {
    tree: &'a Tree,
    measures: &'a Measures,
    total: Measure,
    /// Events of the element that is the document.
    document: Option<Range<usize>>,
    /// Events of the only `<h1>`.
    title: Option<Range<usize>>,
    linked: LinkedParts,
    /// Elements that a button before them opens.
    panels: BTreeSet<usize>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(tree: &'a Tree, measures: &'a Measures) -> Self {
        let total = measures.total();
        let mut elements = tree.elements.iter();
        let title = elements.find(|element| element.tag.name == "h1");
        Self {
            document: document(tree, measures, total),
            title: title
                .filter(|_| total.titles == 1)
                .map(|title| title.events.clone()),
            linked: LinkedParts::of(tree, measures),
            panels: panels(tree),
            tree,
            measures,
            total,
        }
    }

    fn measure(&self, element: &Element) -> Measure {
        self.measures.within(&element.events)
    }

    /// What the element is; `None` for a part of the document.
    pub(super) fn of(&self, index: usize, element: &Element) -> Option<Part> {
        let tag = &element.tag;
        let name = tag.name.as_str();
        let measure = self.measure(element);
        let is_most = measure.words * 2 > self.total.words;
        match name {
            "html" | "head" | "body" => return None,
            "iframe" | "frame" => return Some(Part::OtherPage),
            "svg" if measure.words == 0 => return Some(Part::Drawing),
            "svg" => return Some(Part::Frame("a drawing (`<svg>`)".to_owned())),
            _ => {}
        }
        if let Some(comment) = self.comment(index, tag) {
            return Some(comment);
        }
        if name == "del" || has_name(tag, &PAGE_NAMES.deleted_names) {
            return Some(Part::Deleted);
        }
        if element.looks.is_struck {
            return Some(Part::Struck);
        }
        let is_closed = name == "dialog" && tag.attribute("open").is_none();
        // A file of Vue begins with its template.
        let is_template = name == "template" && element.parent.is_some();
        if element.looks.is_hidden || is_template || name == "noscript" || is_closed {
            return Some(if is_most || self.panels.contains(&index) {
                Part::HiddenAtFirst
            } else {
                Part::Hidden
            });
        }
        if is_most {
            return None;
        }
        if self.is_contents(index, element, &measure) {
            return Some(Part::Contents);
        }
        self.frame(element, &measure).map(Part::Frame)
    }

    fn comment(&self, index: usize, tag: &Tag) -> Option<Part> {
        let style = tag.style();
        // The list of comments holds nothing else.
        let is_of_word =
            style.contains("mso-element:comment") && !style.contains("mso-element:comment-list");
        if self.linked.comments.contains(&index) || is_of_word {
            return Some(Part::Comment);
        }
        let is_named = has_name(tag, &PAGE_NAMES.comment_names);
        if self.linked.marks.contains(&index) || is_named && !is_block(&tag.name) {
            return Some(Part::Mark);
        }
        is_named.then_some(Part::Comment)
    }

    fn is_contents(&self, index: usize, element: &Element, measure: &Measure) -> bool {
        let tag = &element.tag;
        if self.linked.contents.contains(&index) {
            return true;
        }
        if has_name(tag, &PAGE_NAMES.contents_names) {
            return measure.own_links > 0 || tag.class().starts_with("MsoToc");
        }
        let is_list = matches!(
            tag.name.as_str(),
            "ul" | "ol" | "div" | "table" | "dl" | "section"
        );
        is_list
            && measure.own_links >= MIN_LINKS
            && measure.links == 0
            && measure.titles == 0
            && measure.linked * 10 >= measure.words * 9
    }

    /// What the element is, if it belongs to the frame of the page.
    fn frame(&self, element: &Element, measure: &Measure) -> Option<String> {
        let tag = &element.tag;
        let around_title = |title: &Range<usize>| {
            let is_around = element.events.start <= title.start && title.end <= element.events.end;
            is_around || title.contains(&element.events.start)
        };
        if is_heading(&tag.name) || self.title.as_ref().is_some_and(around_title) {
            return None;
        }
        let is_outside = |document: &Range<usize>| {
            element.events.end <= document.start || element.events.start >= document.end
        };
        if self.document.as_ref().is_some_and(is_outside) {
            return Some("what stands around the document".to_owned());
        }
        // Headers and footers of printed pages, as LibreOffice writes them.
        let kind = tag.attribute("title").or(tag.attribute("type"));
        let kind = kind.unwrap_or("").to_lowercase();
        if tag.name == "div" && ["header", "footer"].contains(&kind.as_str()) {
            return Some(format!("the {kind} of printed pages"));
        }
        let is_frame = self.is_frame_element(element, measure)
            || has_name(tag, &PAGE_NAMES.frame_names)
            || is_block(&tag.name) && self.is_frame_by_parts(element, measure);
        is_frame.then(|| format!("`<{}>`", tag.name))
    }

    fn is_frame_element(&self, element: &Element, measure: &Measure) -> bool {
        let tag = &element.tag;
        let parent = element
            .parent
            .and_then(|parent| self.tree.elements.get(parent));
        let parent = parent.map_or("", |parent| parent.tag.name.as_str());
        match tag.name.as_str() {
            // The title of a part that opens.
            "button" if is_heading(parent) || is_opener(tag) => false,
            "footer" if matches!(parent, "blockquote" | "figure") => false,
            "aside" | "header" => {
                let has_links = measure.links + measure.controls > 0 && measure.headings == 0;
                has_links || measure.linked * 2 > measure.words
            }
            name => {
                let role = tag.attribute("role").unwrap_or("");
                PAGE_NAMES.frame_elements.contains(name) || PAGE_NAMES.frame_roles.contains(role)
            }
        }
    }

    fn is_frame_by_parts(&self, element: &Element, measure: &Measure) -> bool {
        let tag = &element.tag;
        let is_control = measure.words <= MAX_CONTROL
            && (measure.controls > 0 || measure.linked > 0 && measure.linked * 2 >= measure.words);
        has_part(tag, &PAGE_NAMES.frame_parts)
            || is_control && has_part(tag, &PAGE_NAMES.control_parts)
            || self.is_menu(element, measure)
    }

    /// Whether the element is a list of links, or of short words, above the title.
    fn is_menu(&self, element: &Element, measure: &Measure) -> bool {
        let title = self.title.as_ref();
        if title.is_none_or(|title| element.events.end > title.start) {
            return false;
        }
        let is_list = matches!(element.tag.name.as_str(), "ul" | "ol");
        let items = usize::try_from(element.items).unwrap_or(usize::MAX);
        let is_short = is_list && measure.words <= items.saturating_mul(MAX_MENU_ITEM);
        let is_linked = measure.links > 0 && measure.linked == measure.words;
        is_short || is_linked
    }
}

/// Whether the element opens or closes a part of the page.
pub(super) fn is_opener(tag: &Tag) -> bool {
    let is_button = tag.name == "button" || tag.attribute("role") == Some("button");
    let says_so = tag
        .attribute("aria-expanded")
        .or(tag.attribute("aria-controls"));
    is_button && (says_so.is_some() || has_part(tag, &PAGE_NAMES.panel_parts))
}

/// Elements that follow a button that opens them, or the heading with it, and those that say that
/// they open.
fn panels(tree: &Tree) -> BTreeSet<usize> {
    let mut panels = BTreeSet::new();
    let mut openers: BTreeSet<usize> = BTreeSet::new();
    let mut siblings: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, element) in tree.elements.iter().enumerate() {
        let parent = element.parent.unwrap_or(usize::MAX);
        let before = siblings.insert(parent, index);
        let follows = before.is_some_and(|before| openers.contains(&before));
        if follows || has_part(&element.tag, &PAGE_NAMES.panel_parts) {
            panels.insert(index);
        }
        if is_opener(&element.tag) {
            openers.insert(index);
            let around = tree.elements.get(parent);
            if around.is_some_and(|around| is_heading(&around.tag.name)) {
                openers.insert(parent);
            }
        }
    }
    panels
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// The events of the element that the page marks as its document.
fn document(tree: &Tree, measures: &Measures, total: Measure) -> Option<Range<usize>> {
    let largest = |is_candidate: &dyn Fn(&Element) -> bool, share: usize| {
        let candidates = tree.elements.iter().filter(|element| is_candidate(element));
        let largest = candidates.max_by_key(|element| measures.within(&element.events).words)?;
        let words = measures.within(&largest.events).words;
        (words > 0 && words * share >= total.words).then(|| largest.events.clone())
    };
    let is_main = |element: &Element| {
        element.tag.name == "main" || element.tag.attribute("role") == Some("main")
    };
    // A page of news has many articles, a document at most one.
    largest(&is_main, 4)
        .or_else(|| largest(&|element| element.tag.name == "article", 2))
        .or_else(|| {
            largest(
                &|element| has_name(&element.tag, &PAGE_NAMES.content_names),
                2,
            )
        })
}
