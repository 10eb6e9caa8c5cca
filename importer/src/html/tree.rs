//! The elements of a page and what stands in them, in the order of the page.
//!
//! The tree is flat: a list of events, and for each element the events that it spans, so that no
//! depth of nesting can overflow the stack.

use super::counters::Counters;
use super::css::{self, Looks, StyleSheet};
use super::open_elements::{OpenElement, OpenElements};
use super::tokens::{Tag, Token, is_block};
use super::word;
use std::ops::Range;

/// Void elements of the HTML standard: they have no end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
];
/// Elements whose words aren't those of the page.
const TECHNICAL: &[&str] = &["script", "style", "iframe", "noembed"];

#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) line: usize,
    pub(super) parent: Option<usize>,
    /// From its start tag to its end tag.
    pub(super) events: Range<usize>,
    pub(super) looks: Looks,
    /// What a style sheet puts before its content, such as a number.
    pub(super) label: Option<String>,
    /// How a style sheet writes the numbers of a list.
    pub(super) list_style: Option<String>,
    /// Number of items of a list.
    pub(super) items: u32,
    /// Whether it is the bullet or number of a list item of Word.
    pub(super) is_marker: bool,
}

/// Words of a page, and how they look.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) strong: bool,
    pub(super) emphasis: bool,
    pub(super) code: bool,
    /// The innermost `<a>`.
    pub(super) anchor: Option<usize>,
    /// Whether they are in superscript.
    pub(super) is_raised: bool,
    /// Whether they are the bullet or number of a list item of Word.
    pub(super) is_marker: bool,
    /// Whether other words replace them, such as Cloudflare's placeholder for an e-mail address.
    pub(super) is_replaced: bool,
}

#[derive(Debug)]
pub(super) enum Event {
    Open(usize),
    Close(usize),
    Words(Words),
    /// `</p>` or `</br>` without a beginning.
    Break(usize),
    /// An HTML comment, with its line.
    Comment(usize),
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) elements: Vec<Element>,
    pub(super) events: Vec<Event>,
    /// The `<title>` of the page.
    pub(super) title: String,
}

impl Tree {
    pub(super) fn build(tokens: Vec<(usize, Token)>) -> Self {
        let sheet = StyleSheet::parse(&style_sheets(&tokens));
        let mut builder = Builder {
            sheet,
            ..Builder::default()
        };
        for (line, token) in tokens {
            match token {
                Token::Text(words) => builder.words(words, line),
                Token::Tag(tag) if tag.closes => builder.close(&tag.name, line),
                Token::Tag(tag) => builder.open(tag, line),
                Token::Comment => builder.tree.events.push(Event::Comment(line)),
            }
        }
        let left = builder.open.close_all();
        builder.end(left);
        builder.tree
    }
}

/// The text of all `<style>` elements.
fn style_sheets(tokens: &[(usize, Token)]) -> String {
    let mut css = String::new();
    let mut is_style = false;
    for (_, token) in tokens {
        match token {
            Token::Tag(tag) => is_style = tag.name == "style" && !tag.closes,
            Token::Text(words) if is_style => css.push_str(words),
            Token::Text(_) | Token::Comment => {}
        }
    }
    css
}

#[derive(Default)]
struct Builder {
    tree: Tree,
    open: OpenElements,
    sheet: StyleSheet,
    counters: Counters,
}

impl Builder {
    fn open(&mut self, tag: Tag, line: usize) {
        // Implied end tags: a paragraph ends where a block begins, an item or cell where the next
        // one does.
        if is_block(&tag.name) {
            self.close_element("p");
        }
        if matches!(
            tag.name.as_str(),
            "li" | "td" | "th" | "tr" | "dt" | "dd" | "option"
        ) {
            self.close_element(&tag.name);
        }
        if matches!(tag.name.as_str(), "dt" | "dd") {
            self.close_element(if tag.name == "dt" { "dd" } else { "dt" });
        }
        let parent = self.open.innermost().map(|open| open.index);
        let index = self.tree.elements.len();
        if tag.name == "li" {
            self.count_item();
        }
        let element = self.element(tag, line, parent);
        let name = element.tag.name.clone();
        let is_empty = VOID.contains(&name.as_str()) || element.tag.is_empty;
        self.tree.events.push(Event::Open(index));
        self.tree.elements.push(element);
        self.open.push(OpenElement { name, index });
        if is_empty {
            let closed = self.open.close_last();
            self.end(closed);
        }
    }

    /// Counts an item for the innermost list.
    fn count_item(&mut self) {
        let list = self
            .open
            .nearest()
            .find(|open| matches!(open.name.as_str(), "ol" | "ul"));
        if let Some(list) = list.and_then(|list| self.tree.elements.get_mut(list.index)) {
            list.items += 1;
        }
    }

    fn element(&mut self, tag: Tag, line: usize, parent: Option<usize>) -> Element {
        let elements = &self.tree.elements;
        let ancestors = self.open.nearest();
        let ancestors = ancestors.filter_map(|open| elements.get(open.index));
        let (own, before) = self.sheet.of(&tag, ancestors.map(|element| &element.tag));
        let looks = css::looks(&tag, &own);
        let mut label = None;
        if !looks.is_hidden {
            let depth = self.open.depth();
            self.counters.apply(&own, depth);
            self.counters.apply(&before, depth + 1);
            let content = css::value(&before, "content");
            label = content.and_then(|content| self.counters.content(content));
        }
        let list_style = css::value(&own, "list-style-type").or(css::value(&own, "list-style"));
        let start = self.tree.events.len();
        Element {
            list_style: list_style.map(str::to_lowercase),
            is_marker: word::is_marker(&tag),
            tag,
            line,
            parent,
            events: start..start,
            looks,
            label,
            items: 0,
        }
    }

    fn words(&mut self, text: String, line: usize) {
        let innermost = self.open.innermost().map_or("", |open| open.name.as_str());
        if innermost == "title" {
            let is_picture = self.open.nearest().any(|open| open.name == "svg");
            if !is_picture {
                self.tree.title.push_str(&text);
            }
            return;
        }
        if TECHNICAL.contains(&innermost) {
            return;
        }
        let mut words = Words {
            text,
            line,
            strong: false,
            emphasis: false,
            code: false,
            anchor: None,
            is_raised: false,
            is_marker: false,
            is_replaced: false,
        };
        let (mut strong, mut emphasis) = (None, None);
        for open in self.open.nearest() {
            let Some(element) = self.tree.elements.get(open.index) else {
                continue;
            };
            // The innermost element that sets a property decides.
            strong = strong.or(element.looks.strong);
            emphasis = emphasis.or(element.looks.emphasis);
            words.code |= open.name == "code";
            words.is_raised |= open.name == "sup";
            words.is_marker |= element.is_marker;
            words.is_replaced |= element.tag.attribute("data-cfemail").is_some();
            if open.name == "a" {
                words.anchor = words.anchor.or(Some(open.index));
            }
        }
        (words.strong, words.emphasis) = (strong == Some(true), emphasis == Some(true));
        self.tree.events.push(Event::Words(words));
    }

    fn close(&mut self, name: &str, line: usize) {
        if name == "br" || name == "p" && !self.open.contains("p") {
            self.tree.events.push(Event::Break(line));
            return;
        }
        self.close_element(name);
    }

    fn close_element(&mut self, name: &str) {
        let closed = self.open.close(name);
        self.end(closed);
    }

    fn end(&mut self, closed: Vec<OpenElement>) {
        for OpenElement { index, .. } in closed {
            self.tree.events.push(Event::Close(index));
            if let Some(element) = self.tree.elements.get_mut(index) {
                element.events.end = self.tree.events.len();
            }
        }
        self.counters.close(self.open.depth());
    }
}
