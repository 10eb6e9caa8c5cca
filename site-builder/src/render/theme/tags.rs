//! The tags of a template or a page with their places. A template is read as it is, with what its
//! language says left out, so that a tag is found whatever decides whether it is shown.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A start tag.
#[derive(Debug)]
pub struct Tag<'t> {
    /// `button`
    pub name: &'t str,
    /// Attributes in their order.
    pub attributes: Vec<Attribute<'t>>,
    /// Bytes of the tag.
    pub place: Range<usize>,
}

/// An attribute of a tag.
#[derive(Debug)]
pub struct Attribute<'t> {
    /// `href`
    pub name: &'t str,
    /// What stands in the quotes; empty: it has no value.
    pub value: &'t str,
    /// Bytes of name and value.
    pub place: Range<usize>,
}

impl<'t> Tag<'t> {
    /// The value of an attribute; `None` if the tag lacks it.
    pub fn attribute(&self, name: &str) -> Option<&'t str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        found.map(|attribute| attribute.value)
    }
}

#[expect(clippy::expect_used, reason = "constants, which tests use")]
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?s)<([A-Za-z][A-Za-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>"#).expect("is one")
});

#[expect(clippy::expect_used, reason = "constants, which tests use")]
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?s)([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+)))?"#)
        .expect("is one")
});

#[expect(clippy::expect_used, reason = "constants, which tests use")]
static STATEMENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}").expect("is one"));

/// A template with spaces in place of its statements, each character where it was.
pub fn without_statements(template: &str) -> String {
    let blank =
        |found: &regex::Captures<'_>| " ".repeat(found.get(0).map_or(0, |whole| whole.len()));
    STATEMENT.replace_all(template, blank).into_owned()
}

/// The start tags of a text.
pub fn of(text: &str) -> Vec<Tag<'_>> {
    let tag = |found: regex::Captures<'_>| {
        let whole = found.get(0)?.range();
        let inner = found.get(2)?.range();
        Some(Tag {
            name: text.get(found.get(1)?.range())?,
            attributes: attributes(text, inner),
            place: whole,
        })
    };
    TAG.captures_iter(text).filter_map(tag).collect()
}

fn attributes(text: &str, inner: Range<usize>) -> Vec<Attribute<'_>> {
    let start = inner.start;
    let Some(inside) = text.get(inner) else {
        return Vec::new();
    };
    let attribute = |found: regex::Captures<'_>| {
        let whole = found.get(0)?;
        let value = (2..=4).find_map(|group| found.get(group));
        Some(Attribute {
            name: inside.get(found.get(1)?.range())?,
            value: value
                .and_then(|value| inside.get(value.range()))
                .unwrap_or(""),
            place: start + whole.start()..start + whole.end(),
        })
    };
    ATTRIBUTE
        .captures_iter(inside)
        .filter_map(attribute)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_whatever_decides_whether_they_are_shown() {
        let template = "<a{% if x > 1 %} class=\"b\"{% endif %} href='{{ y(\"<p>\") }}' hidden>{# <i> #}é</a><br/><b title=\"a > b\" c=d>";
        let text = without_statements(template);
        assert_eq!(text.len(), template.len());
        let found: Vec<String> = of(&text)
            .iter()
            .map(|tag| {
                let attributes = tag.attributes.iter().map(|one| {
                    let whole = text.get(one.place.clone()).unwrap();
                    assert!(whole.starts_with(one.name));
                    format!(" {}={}", one.name, one.value.trim())
                });
                format!("{}{}", tag.name, attributes.collect::<String>())
            })
            .collect();
        assert_eq!(
            found,
            ["a class=b href= hidden=", "br", "b title=a > b c=d"]
        );
        assert_eq!(of(&text)[0].attribute("HIDDEN"), Some(""));
    }
}
