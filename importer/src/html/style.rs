//! Bold and italics by CSS: `style` attributes and class rules (Google Docs).

use super::tokens::Tag;
use std::collections::BTreeMap;

/// The properties that are set; `None` for one that is inherited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FontStyle {
    pub(crate) strong: Option<bool>,
    pub(crate) emphasis: Option<bool>,
}

pub(crate) type ClassStyles = BTreeMap<String, FontStyle>;

fn parse_declarations(css: &str) -> FontStyle {
    let css: String = css
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let value = |name: &str| {
        let (_, after) = css.split_once(name)?;
        after.split([';', '}']).next().map(str::to_owned)
    };
    FontStyle {
        strong: value("font-weight:").map(|weight| {
            weight.starts_with("bold") || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
        }),
        emphasis: value("font-style:").map(|style| style.starts_with("italic")),
    }
}

/// Reads rules with one class as the selector, `.name{…}`; others are ignored.
pub(crate) fn parse_class_rules(css: &str) -> ClassStyles {
    let rules = css.split('}').filter_map(|rule| rule.split_once('{'));
    let named = rules.filter_map(|(selector, body)| {
        let name = selector.trim().strip_prefix('.')?;
        let font = parse_declarations(&body.to_lowercase());
        (font != FontStyle::default() && !name.contains([' ', ',', '>', ':']))
            .then(|| (name.to_owned(), font))
    });
    named.collect()
}

/// The font style of an element: that of its tag name, overridden by its classes, then by its
/// `style` attribute.
pub(crate) fn font_style(tag: &Tag, classes: &ClassStyles) -> FontStyle {
    let mut font = FontStyle {
        strong: matches!(tag.name.as_str(), "b" | "strong").then_some(true),
        emphasis: matches!(tag.name.as_str(), "i" | "em" | "cite").then_some(true),
    };
    let of_classes = tag
        .class
        .split_whitespace()
        .filter_map(|name| classes.get(name).copied());
    for other in of_classes.chain([parse_declarations(&tag.style)]) {
        font.strong = other.strong.or(font.strong);
        font.emphasis = other.emphasis.or(font.emphasis);
    }
    font
}
