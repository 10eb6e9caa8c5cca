//! Bold and italics that a page says with CSS: `style` attributes, and classes of its style sheet (Google Docs).

use super::tokens::Tag;
use std::collections::BTreeMap;

/// What a piece of CSS says about a run of words; nothing where it is silent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) strong: Option<bool>,
    pub(crate) emphasis: Option<bool>,
}

/// Looks of classes.
pub(crate) type Classes = BTreeMap<String, Look>;

fn declared(css: &str) -> Look {
    let css: String = css
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let value = |name: &str| {
        let (_, after) = css.split_once(name)?;
        after.split([';', '}']).next().map(str::to_owned)
    };
    Look {
        strong: value("font-weight:").map(|weight| {
            weight.starts_with("bold") || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
        }),
        emphasis: value("font-style:").map(|style| style.starts_with("italic")),
    }
}

/// Reads `.name{…}` rules; anything else is passed over.
pub(crate) fn read_classes(css: &str) -> Classes {
    let rules = css.split('}').filter_map(|rule| rule.split_once('{'));
    let named = rules.filter_map(|(selector, body)| {
        let name = selector.trim().strip_prefix('.')?;
        let look = declared(&body.to_lowercase());
        (look != Look::default() && !name.contains([' ', ',', '>', ':']))
            .then(|| (name.to_owned(), look))
    });
    named.collect()
}

/// What a tag says about the words in it: its name, then its classes, then its own style.
pub(crate) fn look(tag: &Tag, classes: &Classes) -> Look {
    let mut look = Look {
        strong: matches!(tag.name.as_str(), "b" | "strong").then_some(true),
        emphasis: matches!(tag.name.as_str(), "i" | "em" | "cite").then_some(true),
    };
    let of_classes = tag
        .class
        .split_whitespace()
        .filter_map(|name| classes.get(name).copied());
    for other in of_classes.chain([declared(&tag.style)]) {
        look.strong = other.strong.or(look.strong);
        look.emphasis = other.emphasis.or(look.emphasis);
    }
    look
}
