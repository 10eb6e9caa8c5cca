//! Parts of a page that are known by their links: comments of Google Docs, and tables of contents
//! made of paragraphs.

use super::measures::Measures;
use super::page::PAGE_NAMES;
use super::tree::{Element, Tree};
use std::collections::BTreeSet;

/// Links that make a list a menu or a table of contents.
pub(super) const MIN_LINKS: usize = 3;
/// How many elements may stand around the link of a comment.
const MAX_NESTING: usize = 4;

/// Elements by their indexes in the tree.
#[derive(Debug, Default)]
pub(super) struct LinkedParts {
    /// Comments below the text.
    pub(super) comments: BTreeSet<usize>,
    /// Their marks in the text.
    pub(super) marks: BTreeSet<usize>,
    /// Paragraphs of tables of contents.
    pub(super) contents: BTreeSet<usize>,
}

impl LinkedParts {
    pub(super) fn of(tree: &Tree, measures: &Measures) -> Self {
        let mut parts = Self {
            contents: contents(tree, measures),
            ..Self::default()
        };
        for (index, element) in tree.elements.iter().enumerate() {
            let address = element.tag.attribute("href").unwrap_or("");
            let mut links = PAGE_NAMES.comment_links.iter();
            if element.tag.name != "a" || !links.any(|link| address.starts_with(link)) {
                continue;
            }
            if address.contains("_ref") || address.starts_with("#_msoanchor") {
                parts.comments.insert(comment(tree, measures, index));
                continue;
            }
            let parent = element.parent.and_then(|parent| tree.elements.get(parent));
            let raised = element
                .parent
                .filter(|_| parent.is_some_and(|parent| parent.tag.name == "sup"));
            parts.marks.insert(raised.unwrap_or(index));
        }
        parts
    }
}

/// The comment that a link back to the text stands in: the paragraph, or the division that holds
/// nothing but the comment.
fn comment(tree: &Tree, measures: &Measures, link: usize) -> usize {
    let outer = |index: usize| {
        let place = tree.elements.get(index)?.parent?;
        Some((place, tree.elements.get(place)?))
    };
    let is_own = |element: &Element| match element.tag.name.as_str() {
        "body" | "html" | "main" | "article" | "section" => false,
        "div" => measures.within(&element.events).own_links == 1,
        _ => true,
    };
    let mut found = link;
    for _ in 0..MAX_NESTING {
        match outer(found) {
            Some((place, element)) if is_own(element) => found = place,
            Some(_) | None => break,
        }
    }
    found
}

/// Paragraphs in a row that consist of a link to a place below.
fn contents(tree: &Tree, measures: &Measures) -> BTreeSet<usize> {
    let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
    let mut end = 0;
    let paragraphs = tree.elements.iter().enumerate();
    for (index, element) in paragraphs.filter(|(_, element)| element.tag.name == "p") {
        let measure = measures.within(&element.events);
        if measure.words == 0 {
            continue;
        }
        let is_entry =
            measure.own_links > 0 && measure.links == 0 && measure.linked == measure.words;
        if !is_entry || measures.within(&(end..element.events.start)).words > 0 {
            rows.push(Vec::new());
        }
        if let Some(row) = rows.last_mut().filter(|_| is_entry) {
            row.push(index);
            end = element.events.end;
        }
    }
    rows.retain(|row| row.len() >= MIN_LINKS);
    rows.into_iter().flatten().collect()
}
