//! The stack of open elements, which decides where each element ends.

use super::tokens::is_block;

/// How many elements are searched for the start of an end tag, or for a style. The limit keeps deep
/// nesting from taking quadratic time.
pub(super) const SEARCH_DEPTH: usize = 256;

/// Formatting elements of the HTML standard: they go on after the paragraph in which they began.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u",
];

#[derive(Debug)]
pub(super) struct OpenElement {
    pub(super) name: String,
    /// Index of the element in the tree.
    pub(super) index: usize,
}

/// Outermost first.
#[derive(Debug, Default)]
pub(super) struct OpenElements {
    open: Vec<OpenElement>,
    /// Indexes of the block elements in `open`, so that unclosed inline elements don't count in a
    /// search for a block.
    blocks: Vec<usize>,
}

impl OpenElements {
    pub(super) fn push(&mut self, element: OpenElement) {
        if is_block(&element.name) {
            self.blocks.push(self.open.len());
        }
        self.open.push(element);
    }

    /// Number of open elements.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn innermost(&self) -> Option<&OpenElement> {
        self.open.last()
    }

    /// Whether a block element of that name is open.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.nearest_blocks().any(|(_, open)| open.name == name)
    }

    /// The innermost elements, innermost first.
    pub(super) fn nearest(&self) -> impl Iterator<Item = &OpenElement> + Clone {
        self.open.iter().rev().take(SEARCH_DEPTH)
    }

    /// Block elements, innermost first, with their indexes in `open`.
    fn nearest_blocks(&self) -> impl Iterator<Item = (usize, &OpenElement)> {
        let places = self.blocks.iter().rev().take(SEARCH_DEPTH);
        places.filter_map(|place| Some((*place, self.open.get(*place)?)))
    }

    /// Closes the innermost element of that name and returns what was closed, innermost first. As
    /// with the scopes of the HTML standard, a list, cell or table bounds the search.
    pub(super) fn close(&mut self, name: &str) -> Vec<OpenElement> {
        if !is_block(name) {
            return Vec::from_iter(self.close_inline(name));
        }
        let is_scope_boundary = |open: &OpenElement| match name {
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
        // A block element closes everything inside, a paragraph not the formatting elements.
        let mut closed = self.open.split_off(place);
        while self.blocks.last().is_some_and(|block| *block >= place) {
            self.blocks.pop();
        }
        if name == "p" {
            let (formatting, others) = closed
                .into_iter()
                .partition(|open| FORMATTING.contains(&open.name.as_str()));
            closed = others;
            self.open.extend::<Vec<OpenElement>>(formatting);
        }
        closed.reverse();
        closed
    }

    /// An inline element closes only itself, so that misnested tags keep their style.
    fn close_inline(&mut self, name: &str) -> Option<OpenElement> {
        let distance = self.nearest().position(|open| open.name == name)?;
        let place = self.open.len().checked_sub(distance + 1)?;
        if let Ok(index) = self.blocks.binary_search(&place) {
            self.blocks.remove(index);
        }
        let after = self.blocks.iter_mut().rev();
        for block in after.take_while(|block| **block > place) {
            *block -= 1;
        }
        Some(self.open.remove(place))
    }

    /// Closes the innermost element.
    pub(super) fn close_last(&mut self) -> Vec<OpenElement> {
        let closed = self.open.pop();
        if self.blocks.last() == Some(&self.open.len()) {
            self.blocks.pop();
        }
        Vec::from_iter(closed)
    }

    /// Closes all elements.
    pub(super) fn close_all(&mut self) -> Vec<OpenElement> {
        self.blocks.clear();
        let mut closed = std::mem::take(&mut self.open);
        closed.reverse();
        closed
    }
}
