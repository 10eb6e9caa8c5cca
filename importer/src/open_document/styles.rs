//! Styles of OpenDocument: of characters and paragraphs, with what each inherits.

use crate::text;
use crate::xml::{Element, Namespace};
use std::collections::BTreeMap;

/// Longest chain of styles that inherit from each other.
const CHAIN_LIMIT: usize = 32;

/// What a style says of its characters; `None` where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Characters {
    pub(super) bold: Option<bool>,
    pub(super) italics: Option<bool>,
    pub(super) struck: Option<bool>,
    pub(super) hidden: Option<bool>,
    pub(super) underlined: Option<bool>,
}

impl Characters {
    fn of(style: Element<'_>) -> Self {
        let Some(properties) = style.child(Namespace::Style, "text-properties") else {
            return Self::default();
        };
        let line = ["text-line-through-style", "text-line-through-type"];
        let line = line
            .iter()
            .find_map(|name| properties.attribute(Namespace::Style, name));
        let underline = properties.attribute(Namespace::Style, "text-underline-style");
        let weight = properties.attribute(Namespace::Fo, "font-weight");
        let slant = properties.attribute(Namespace::Fo, "font-style");
        let display = properties.attribute(Namespace::Text, "display");
        let is_bold = |weight: &str| {
            weight == "bold" || text::parsed::<u32>(weight).is_some_and(|weight| weight >= 600)
        };
        Self {
            bold: weight.map(is_bold),
            italics: slant.map(|slant| slant == "italic" || slant == "oblique"),
            struck: line.map(|line| line != "none"),
            hidden: display.map(|display| display == "none"),
            underlined: underline.map(|line| line != "none"),
        }
    }

    /// These properties, completed by those around them.
    pub(super) fn over(self, outer: Self) -> Self {
        Self {
            bold: self.bold.or(outer.bold),
            italics: self.italics.or(outer.italics),
            struck: self.struck.or(outer.struck),
            hidden: self.hidden.or(outer.hidden),
            underlined: self.underlined.or(outer.underlined),
        }
    }
}

#[derive(Debug, Clone)]
struct Style {
    parent: Option<String>,
    characters: Characters,
    /// Name of a style of lists; empty for no list.
    list: Option<String>,
}

/// A paragraph style with what it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ParagraphStyle {
    pub(super) characters: Characters,
    /// Name of a style of lists; empty for no list.
    pub(super) list: Option<String>,
    pub(super) is_title: bool,
}

/// All styles of a document, by family and name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_name: BTreeMap<(String, String), Style>,
}

impl Styles {
    /// Adds the styles in an element.
    pub(super) fn add(&mut self, parent: Element<'_>) {
        for element in parent.named(Namespace::Style, "style") {
            let value = |name: &str| element.attribute(Namespace::Style, name);
            let (Some(family), Some(name)) = (value("family"), value("name")) else {
                continue;
            };
            let style = Style {
                parent: value("parent-style-name").map(str::to_owned),
                characters: Characters::of(element),
                list: value("list-style-name").map(str::to_owned),
            };
            self.by_name
                .insert((family.to_owned(), name.to_owned()), style);
        }
    }

    fn chain<'s>(&'s self, family: &str, name: &str) -> Vec<(String, &'s Style)> {
        let mut chain: Vec<(String, &Style)> = Vec::new();
        let mut next = Some(name.to_owned());
        while let Some(name) = next.take().filter(|_| chain.len() < CHAIN_LIMIT) {
            let Some(style) = self.by_name.get(&(family.to_owned(), name.clone())) else {
                break;
            };
            next.clone_from(&style.parent);
            chain.push((name, style));
        }
        chain
    }

    pub(super) fn characters(&self, name: &str) -> Characters {
        let chain = self.chain("text", name).into_iter();
        chain.fold(Characters::default(), |found, (_, style)| {
            found.over(style.characters)
        })
    }

    pub(super) fn paragraph(&self, name: &str) -> ParagraphStyle {
        let mut found = ParagraphStyle {
            is_title: name == "Title",
            ..ParagraphStyle::default()
        };
        for (name, style) in self.chain("paragraph", name) {
            found.characters = found.characters.over(style.characters);
            found.list = found.list.or_else(|| style.list.clone());
            found.is_title |= name == "Title" || style.parent.as_deref() == Some("Title");
        }
        found
    }
}
