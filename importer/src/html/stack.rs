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
}

impl Stack {
    pub(crate) fn push(&mut self, element: Open) {
        self.open.push(element);
    }

    /// Name of the innermost element.
    pub(crate) fn innermost(&self) -> &str {
        self.open.last().map_or("", |open| open.name.as_str())
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.near().any(|open| open.name == name)
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
            strong: self
                .near()
                .find_map(|open| open.look.strong)
                .unwrap_or_default(),
            emphasis: self
                .near()
                .find_map(|open| open.look.emphasis)
                .unwrap_or_default(),
            code: self.near().any(|open| open.name == "code"),
            link: self.near().find_map(|open| open.link.clone()),
            verbatim: false,
        }
    }

    /// Closes the nearest element of that name, and says whether there was one. A list, cell or table ends the search
    /// for what is outside of it.
    pub(crate) fn close(&mut self, name: &str) -> bool {
        let is_wall = |open: &Open| match name {
            "li" => matches!(open.name.as_str(), "ul" | "ol"),
            "td" | "th" | "tr" => open.name == "table",
            "p" | "dt" | "dd" | "option" => is_block(&open.name) && open.name != name,
            _ => false,
        };
        let place = self
            .near()
            .take_while(|open| open.name == name || !is_wall(open))
            .position(|open| open.name == name);
        let Some(place) = place else {
            return false;
        };
        let index = self.open.len().saturating_sub(place + 1);
        // A block takes everything open inside with it; an inline element only itself.
        if is_block(name) && name != "p" {
            self.open.truncate(index);
        } else {
            self.open.remove(index);
        }
        true
    }
}
