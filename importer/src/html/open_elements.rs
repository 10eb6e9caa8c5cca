//! The stack of open elements, and the style that they give to text.

use super::style::FontStyle;
use super::tokens::is_block;
use crate::text::Style;

/// How many elements are searched for the start of an end tag, or for a style. The limit keeps deep
/// nesting from taking quadratic time.
const SEARCH_DEPTH: usize = 256;

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) font: FontStyle,
    pub(crate) link: Option<String>,
    /// Whether it contains the bullet or number of a list item of Word.
    pub(crate) marker: bool,
    /// Whether its text is replaced, such as Cloudflare's placeholder by the decoded e-mail
    /// address.
    pub(crate) replaced: bool,
}

/// Outermost first.
#[derive(Debug, Default)]
pub(crate) struct OpenElements {
    open: Vec<Element>,
    /// Indexes of the block elements in `open`, so that unclosed inline elements don't count in a
    /// search for a block.
    blocks: Vec<usize>,
}

impl OpenElements {
    pub(crate) fn push(&mut self, element: Element) {
        if is_block(&element.name) {
            self.blocks.push(self.open.len());
        }
        self.open.push(element);
    }

    pub(crate) fn innermost(&self) -> &str {
        self.open.last().map_or("", |open| open.name.as_str())
    }

    /// Whether a block element of that name is open.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.nearest_blocks().any(|(_, open)| open.name == name)
    }

    pub(crate) fn is_marker(&self) -> bool {
        self.nearest().any(|open| open.marker)
    }

    pub(crate) fn is_replaced(&self) -> bool {
        self.nearest().any(|open| open.replaced)
    }

    fn nearest(&self) -> impl Iterator<Item = &Element> {
        self.open.iter().rev().take(SEARCH_DEPTH)
    }

    /// The style of text here: the innermost element that sets a property decides.
    pub(crate) fn style(&self) -> Style {
        Style {
            strong: self.nearest().find_map(|open| open.font.strong) == Some(true),
            emphasis: self.nearest().find_map(|open| open.font.emphasis) == Some(true),
            code: self.nearest().any(|open| open.name == "code"),
            link: self.nearest().find_map(|open| open.link.clone()),
            verbatim: false,
        }
    }

    /// Block elements, innermost first, with their indexes in `open`.
    fn nearest_blocks(&self) -> impl Iterator<Item = (usize, &Element)> {
        let places = self.blocks.iter().rev().take(SEARCH_DEPTH);
        places.filter_map(|place| Some((*place, self.open.get(*place)?)))
    }

    /// Closes the innermost element of that name and returns what was closed, innermost first. As
    /// with the scopes of the HTML standard, a list, cell or table bounds the search.
    pub(crate) fn close(&mut self, name: &str) -> Vec<Element> {
        if !is_block(name) {
            return Vec::from_iter(self.close_inline(name));
        }
        let is_scope_boundary = |open: &Element| match name {
            "li" => matches!(open.name.as_str(), "ul" | "ol" | "td" | "th"),
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" => open.name == "table",
            "p" | "dt" | "dd" | "option" => is_block(&open.name),
            "table" => false,
            _ => matches!(open.name.as_str(), "td" | "th"),
        };
        let place = self
            .nearest_blocks()
            .take_while(|(_, open)| open.name == name || !is_scope_boundary(open))
            .find_map(|(place, open)| (open.name == name).then_some(place));
        let Some(place) = place else {
            return Vec::new();
        };
        if name == "p" {
            return vec![self.remove(place)];
        }
        // A block element closes everything inside.
        let mut closed = self.open.split_off(place);
        while self.blocks.last().is_some_and(|block| *block >= place) {
            self.blocks.pop();
        }
        closed.reverse();
        closed
    }

    /// An inline element closes only itself, so that misnested tags keep their style.
    fn close_inline(&mut self, name: &str) -> Option<Element> {
        let distance = self.nearest().position(|open| open.name == name)?;
        let place = self.open.len().checked_sub(distance + 1)?;
        Some(self.remove(place))
    }

    fn remove(&mut self, place: usize) -> Element {
        if let Ok(index) = self.blocks.binary_search(&place) {
            self.blocks.remove(index);
        }
        let after = self.blocks.iter_mut().rev();
        for block in after.take_while(|block| **block > place) {
            *block -= 1;
        }
        self.open.remove(place)
    }
}
