//! Which clauses still stand where they stood.
//!
//! A clause is in its place when the clause around it is the same one and it follows and precedes the same neighbours:
//! then another number is only a shift. Of neighbours that changed their order, as many as possible count as unmoved.

use super::Provision;
use super::pairing::Pairs;
use std::collections::{BTreeMap, HashSet};

/// A clause among its neighbours: its places in the older and in the newer edition.
type Place = (usize, usize);

/// Places in the newer edition of all paired clauses that stand where they stood.
pub(super) fn in_place(before: &[Provision], after: &[Provision], pairs: &Pairs) -> HashSet<usize> {
    // Neighbours by the clause around them, as the newer edition counts.
    let mut families: BTreeMap<Option<usize>, Vec<Place>> = BTreeMap::new();
    for (old, new) in pairs.all() {
        let parent = |side: &[Provision], at: usize| side.get(at).and_then(|found| found.parent);
        let (old_parent, new_parent) = (parent(before, old), parent(after, new));
        if is_same_parent(before, after, pairs, old_parent, new_parent) {
            families.entry(new_parent).or_default().push((old, new));
        }
    }
    families
        .into_values()
        .flat_map(|family| longest_chain(family, before, after))
        .map(|(_, new)| new)
        .collect()
}

/// Whether two clauses stand in the same one. Two unpaired ones of one number are the same: one gave way to the other.
fn is_same_parent(
    before: &[Provision],
    after: &[Provision],
    pairs: &Pairs,
    old: Option<usize>,
    new: Option<usize>,
) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => match (pairs.after_of(old), pairs.before_of(new)) {
            (Some(partner), _) => partner == new,
            (None, Some(_)) => false,
            (None, None) => {
                before.get(old).map(|found| &found.anchor)
                    == after.get(new).map(|found| &found.anchor)
            }
        },
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// The longest chain that keeps its order in both editions. Where several are as long, the choice doesn't depend on which
/// edition is called the older one.
fn longest_chain(mut family: Vec<Place>, before: &[Provision], after: &[Provision]) -> Vec<Place> {
    family.sort_unstable();
    let heights = heights(family.iter().map(|(_, new)| *new));
    let backwards = heights_from_the_end(&family);
    let length = heights.iter().copied().max().unwrap_or_default();
    let mut levels: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
    for ((place, height), rest) in family.iter().zip(&heights).zip(&backwards) {
        if height + rest == length + 1 {
            levels.entry(*height).or_default().push(*place);
        }
    }
    let text = |(old, new): Place| {
        let words = |side: &[Provision], at: usize| side.get(at).map(|found| found.text.clone());
        let (old, new) = (words(before, old), words(after, new));
        if old < new { (old, new) } else { (new, old) }
    };
    let mut chain: Vec<Place> = Vec::with_capacity(length);
    for candidates in levels.into_values() {
        let last = chain.last().copied();
        let next = candidates
            .into_iter()
            .filter(|(old, new)| last.is_none_or(|last| last.0 < *old && last.1 < *new))
            .min_by(|one, other| {
                let sum = |place: &Place| place.0 + place.1;
                sum(one)
                    .cmp(&sum(other))
                    .then_with(|| text(*one).cmp(&text(*other)))
            });
        chain.extend(next);
    }
    chain
}

/// For each place, how long the longest rising chain is that ends there (patience sorting).
fn heights(places: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut tops: Vec<usize> = Vec::new();
    let mut heights = Vec::new();
    for place in places {
        let pile = tops.partition_point(|top| *top < place);
        match tops.get_mut(pile) {
            Some(top) => *top = place,
            None => tops.push(place),
        }
        heights.push(pile + 1);
    }
    heights
}

fn heights_from_the_end(family: &[Place]) -> Vec<usize> {
    // Counted down from the end, a rising chain rises again.
    let mut heights = heights(family.iter().rev().map(|(_, new)| usize::MAX - new));
    heights.reverse();
    heights
}
