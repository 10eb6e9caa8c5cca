//! Footnotes: a mark in the text and a note below that lead to each other, as Word, LibreOffice,
//! Google Docs, pandoc, WordPress and MediaWiki write them.

use super::measures::Measures;
use super::tokens::is_block;
use super::tree::{Element, Event, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Longest text of a mark, in characters.
const MAX_MARK: usize = 6;
/// How many links of a note may stand before the one that leads back to its mark.
const MAX_LINKS: usize = 16;
/// How many elements around a link may have its name.
const MAX_NESTING: usize = 3;

/// Elements by their indexes in the tree.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The labels of links that are marks.
    pub(super) marks: BTreeMap<usize, String>,
    /// Links from notes back to their marks.
    pub(super) back_links: BTreeSet<usize>,
    /// The labels of elements that are notes.
    pub(super) bodies: BTreeMap<usize, String>,
}

impl Notes {
    pub(super) fn of(tree: &Tree, measures: &Measures) -> Self {
        let targets = targets(tree);
        let links = links(tree);
        let mut notes = Self::default();
        // Names of the notes and their labels.
        let mut labels: BTreeMap<&str, String> = BTreeMap::new();
        let mut used = BTreeSet::new();
        for (link, address, text) in &links {
            let Some(element) = tree.elements.get(*link) else {
                continue;
            };
            if !labels.contains_key(address) {
                let note = targets.get(address).copied();
                let back = note.and_then(|note| back_link(tree, &links, note, *link));
                let Some((note, back)) = note.zip(back) else {
                    continue;
                };
                let Some(body) = body(tree, measures, note, back, element) else {
                    continue;
                };
                let label = label(text, used.len() + 1, &used);
                used.insert(label.clone());
                notes.bodies.insert(body, label.clone());
                notes.back_links.insert(back);
                labels.insert(address, label);
            }
            if let Some(label) = labels
                .get(address)
                .filter(|_| !notes.back_links.contains(link))
            {
                notes.marks.insert(*link, label.clone());
            }
        }
        // Further links of notes back to marks.
        let around_marks: BTreeSet<usize> = notes
            .marks
            .keys()
            .flat_map(|mark| around(tree, *mark))
            .collect();
        for (link, address, _) in &links {
            let target = targets.get(address);
            let is_back = target.is_some_and(|target| around_marks.contains(target));
            if is_back && !notes.marks.contains_key(link) {
                notes.back_links.insert(*link);
            }
        }
        notes
    }
}

/// The first element of each `id` and `name`.
fn targets(tree: &Tree) -> BTreeMap<&str, usize> {
    let mut targets = BTreeMap::new();
    for (index, element) in tree.elements.iter().enumerate() {
        let anchor = element
            .tag
            .attribute("name")
            .filter(|_| element.tag.name == "a");
        for name in element.tag.attribute("id").into_iter().chain(anchor) {
            targets.entry(name).or_insert(index);
        }
    }
    targets
}

/// Links to places of the page with a text that may be a mark: element, address and text.
fn links(tree: &Tree) -> Vec<(usize, &str, String)> {
    let links = tree
        .elements
        .iter()
        .enumerate()
        .filter_map(|(index, element)| {
            let address = own_address(element)?;
            let events = tree.events.get(element.events.clone())?;
            let mut text = String::new();
            for event in events {
                if let Event::Words(words) = event {
                    text.push_str(words.text.trim());
                }
                if text.chars().count() > MAX_MARK {
                    return None;
                }
            }
            Some((index, address, text))
        });
    links.collect()
}

/// The place that a link of the same page leads to.
fn own_address(element: &Element) -> Option<&str> {
    let address = element.tag.attribute("href")?.trim().strip_prefix('#')?;
    (element.tag.name == "a" && !address.is_empty()).then_some(address)
}

/// The link in a note that leads back to the mark.
fn back_link(
    tree: &Tree,
    links: &[(usize, &str, String)],
    note: usize,
    mark: usize,
) -> Option<usize> {
    let after = tree.elements.get(mark)?.events.end;
    let place = tree.elements.get(note)?.events.clone();
    let first = links.partition_point(|(link, ..)| *link < note);
    let near = links
        .iter()
        .skip(first)
        .take(MAX_LINKS)
        .take_while(|(link, ..)| {
            let link = tree.elements.get(*link);
            link.is_some_and(|link| link.events.start < place.end.max(place.start + 1))
        });
    let targets = |address: &str| names(tree, mark).any(|name| name == address);
    let mut backs = near.filter(|(_, address, _)| targets(address));
    let (link, ..) = backs.find(|_| place.start >= after)?;
    Some(*link)
}

/// Names of an element and of those that stand closely around it.
fn names(tree: &Tree, index: usize) -> impl Iterator<Item = &str> {
    around(tree, index).flat_map(|index| {
        let tag = tree.elements.get(index).map(|element| &element.tag);
        let name = |attribute: &str| tag.and_then(|tag| tag.attribute(attribute));
        name("id").into_iter().chain(name("name"))
    })
}

/// The element and those closely around it.
fn around(tree: &Tree, index: usize) -> impl Iterator<Item = usize> {
    let around = std::iter::successors(Some(index), |index| tree.elements.get(*index)?.parent);
    around.take(MAX_NESTING)
}

/// The element that holds the note and nothing else.
fn body(
    tree: &Tree,
    measures: &Measures,
    note: usize,
    back: usize,
    mark: &Element,
) -> Option<usize> {
    let element = |index: usize| tree.elements.get(index);
    let mut around = std::iter::successors(Some(back), |index| element(*index)?.parent);
    let mut found =
        around.find(|index| element(*index).is_some_and(|element| is_block(&element.tag.name)))?;
    if element(note).is_some_and(|note| is_block(&note.tag.name)) {
        found = note;
    }
    // Further paragraphs of the note stand in a division with it.
    if let Some(parent) = element(found).and_then(|found| found.parent)
        && let Some(outer) = element(parent).filter(|outer| outer.tag.name == "div")
        && !outer.events.contains(&mark.events.start)
        && measures.within(&outer.events).own_links
            == measures.within(&element(found)?.events).own_links
    {
        found = parent;
    }
    let is_apart = |element: &Element| !element.events.contains(&mark.events.start);
    element(found).filter(|found| is_apart(found) && found.tag.name != "body")?;
    Some(found)
}

/// The label of a mark such as `[1]`; its place in the page if it has no letter or digit, or another
/// note has it.
fn label(text: &str, place: usize, used: &BTreeSet<String>) -> String {
    let label: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    if label.is_empty() || used.contains(&label) {
        let mut places = place..;
        let free = places.find(|place| !used.contains(&place.to_string()));
        return free.unwrap_or(place).to_string();
    }
    label
}
