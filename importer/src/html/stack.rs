//! The elements that are open at a place, and what they say about its words.

use super::style::Look;
use super::tokens::is_block;
use crate::text::Style;

/// How far a closing tag looks for its opening one, and words for their style. Deeper pages are an accident.
const REACH: usize = 256;

/// An open element.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) name: String,
    pub(crate) look: Look,
    pub(crate) link: Option<String>,
    /// Holds the sign or number of a list item.
    pub(crate) marker: bool,
    /// Its words are replaced by others.
    pub(crate) covered: bool,
}

/// Open elements, outermost first.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    open: Vec<Open>,
    /// Places of those that are blocks, so that inline elements without an end, however many, hide none of them.
    blocks: Vec<usize>,
}

impl Stack {
    pub(crate) fn push(&mut self, element: Open) {
        if is_block(&element.name) {
            self.blocks.push(self.open.len());
        }
        self.open.push(element);
    }

    /// Name of the innermost element.
    pub(crate) fn innermost(&self) -> &str {
        self.open.last().map_or("", |open| open.name.as_str())
    }

    /// A block of that name is open.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.near_blocks().any(|(_, open)| open.name == name)
    }

    pub(crate) fn is_marker(&self) -> bool {
        self.near().any(|open| open.marker)
    }

    pub(crate) fn is_covered(&self) -> bool {
        self.near().any(|open| open.covered)
    }

    fn near(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().rev().take(REACH)
    }

    /// Style of the words at this place: the innermost element that says something decides.
    pub(crate) fn style(&self) -> Style {
        Style {
            strong: self.near().find_map(|open| open.look.strong) == Some(true),
            emphasis: self.near().find_map(|open| open.look.emphasis) == Some(true),
            code: self.near().any(|open| open.name == "code"),
            link: self.near().find_map(|open| open.link.clone()),
            verbatim: false,
        }
    }

    /// Blocks near the end, innermost first, with their places.
    fn near_blocks(&self) -> impl Iterator<Item = (usize, &Open)> {
        let places = self.blocks.iter().rev().take(REACH);
        places.filter_map(|place| Some((*place, self.open.get(*place)?)))
    }

    /// Closes the nearest element of that name, and gives what is closed, innermost first. A list, cell or table ends the
    /// search for what is outside of it.
    pub(crate) fn close(&mut self, name: &str) -> Vec<Open> {
        if !is_block(name) {
            return Vec::from_iter(self.close_inline(name));
        }
        let is_wall = |open: &Open| match name {
            "li" => matches!(open.name.as_str(), "ul" | "ol" | "td" | "th"),
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" => open.name == "table",
            "p" | "dt" | "dd" | "option" => is_block(&open.name),
            "table" => false,
            _ => matches!(open.name.as_str(), "td" | "th"),
        };
        let place = self
            .near_blocks()
            .take_while(|(_, open)| open.name == name || !is_wall(open))
            .find_map(|(place, open)| (open.name == name).then_some(place));
        let Some(place) = place else {
            return Vec::new();
        };
        if name == "p" {
            return vec![self.remove(place)];
        }
        // A block takes everything open inside with it.
        let mut closed = self.open.split_off(place);
        while self.blocks.last().is_some_and(|block| *block >= place) {
            self.blocks.pop();
        }
        closed.reverse();
        closed
    }

    /// An inline element takes nothing but itself.
    fn close_inline(&mut self, name: &str) -> Option<Open> {
        let distance = self.near().position(|open| open.name == name)?;
        let place = self.open.len().checked_sub(distance + 1)?;
        Some(self.remove(place))
    }

    fn remove(&mut self, place: usize) -> Open {
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
