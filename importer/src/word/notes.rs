//! Footnotes, endnotes and comments, which stand in parts of their own, and headers and footers.

use super::parts::{Part, Relationships};
use crate::report::Report;
use crate::xml::{Element, Namespace, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Footnotes or endnotes by their id.
#[derive(Default)]
pub(super) struct Notes<'a> {
    by_id: BTreeMap<&'a str, Element<'a>>,
    relationships: Option<&'a Relationships>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(tree: Option<&'a Tree<'a>>, part: Option<&'a Part>) -> Self {
        let notes = tree
            .and_then(Tree::root)
            .into_iter()
            .flat_map(Element::children);
        // Others are the lines that separate notes from the text.
        let is_note = |note: &Element<'_>| {
            matches!(note.attribute(Namespace::W, "type"), None | Some("normal"))
        };
        let named = notes.filter(is_note);
        let named = named.filter_map(|note| Some((note.attribute(Namespace::W, "id")?, note)));
        Self {
            by_id: named.collect(),
            relationships: part.map(|part| &part.relationships),
        }
    }

    /// The note with that id, and what its part refers to.
    pub(super) fn get(&self, id: &str) -> Option<(Element<'a>, &'a Relationships)> {
        Some((*self.by_id.get(id)?, self.relationships?))
    }
}

/// Reports each comment, with its words, where it stands.
pub(super) fn report_comments(
    comments: Option<&Tree<'_>>,
    places: &BTreeMap<String, usize>,
    report: &mut Report,
) {
    let root = comments.and_then(Tree::root);
    for comment in root
        .into_iter()
        .flat_map(|root| root.named(Namespace::W, "comment"))
    {
        let place = comment
            .attribute(Namespace::W, "id")
            .and_then(|id| places.get(id));
        report.comment(place.copied().unwrap_or(1), &words(comment));
    }
}

/// Reports headers and footers of pages, once for all.
pub(super) fn report_frames(frames: &[Tree<'_>], report: &mut Report) {
    let frames = frames.iter().filter_map(Tree::root).map(words);
    let texts: BTreeSet<String> = frames.collect();
    let is_text = |words: &&String| words.contains(char::is_alphabetic);
    let texts: Vec<&str> = texts.iter().filter(is_text).map(String::as_str).collect();
    report.left_out("headers and footers of the pages", 1, &texts.join(" "));
}

/// All words in an element, whatever their form.
pub(super) fn words(parent: Element<'_>) -> String {
    let mut words = String::new();
    for element in parent.descendants() {
        match element.name() {
            (Namespace::W | Namespace::Math, "t" | "delText") => words.push_str(&element.text()),
            (Namespace::W, "p" | "tab" | "br" | "cr") => words.push(' '),
            (Namespace::W, "noBreakHyphen") => words.push('-'),
            _ => {}
        }
    }
    words
}
