//! Tracked changes: a list before the text has their kinds, and the words that were deleted.

use super::words;
use crate::xml::{Element, Namespace};
use std::collections::BTreeMap;

/// A change that nobody has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Insertion,
    /// With the words that aren't in the text any more.
    Deletion(String),
    /// Of the form alone.
    Other,
}

/// The changes of a text by their ids.
pub(super) fn read(text: Element<'_>) -> BTreeMap<&str, Change> {
    let list = text.child(Namespace::Text, "tracked-changes").into_iter();
    let regions = list.flat_map(|list| list.named(Namespace::Text, "changed-region"));
    let named = regions.filter_map(|region| {
        let id = region.attribute(Namespace::Text, "id");
        let id = id.or(region.attribute(Namespace::Xml, "id"))?;
        let change = if region.child(Namespace::Text, "insertion").is_some() {
            Change::Insertion
        } else if let Some(deletion) = region.child(Namespace::Text, "deletion") {
            Change::Deletion(words(deletion))
        } else {
            Change::Other
        };
        Some((id, change))
    });
    named.collect()
}
