//! Finds the clauses that kept their position.
//!
//! A clause kept it if its parent is the same clause and its order among the siblings is the same;
//! a changed number is then a mere shift. Where siblings changed their order, those of the longest
//! increasing subsequence (LIS) kept their position and the others moved.

use super::pairs::Pairs;
use super::provision::Provision;
use std::collections::{BTreeMap, HashSet};

/// A paired clause, by its indices in the older and in the newer edition.
type Pair = (usize, usize);

/// Indices in the newer edition of all paired clauses that kept their position.
pub(super) fn in_order(before: &[Provision], after: &[Provision], pairs: &Pairs) -> HashSet<usize> {
    let mut by_parent: BTreeMap<Option<usize>, Vec<Pair>> = BTreeMap::new();
    for (old, new) in pairs.all() {
        let parent = |side: &[Provision], at: usize| side.get(at).and_then(|clause| clause.parent);
        let (old_parent, new_parent) = (parent(before, old), parent(after, new));
        if is_same_parent(before, after, pairs, old_parent, new_parent) {
            by_parent.entry(new_parent).or_default().push((old, new));
        }
    }
    by_parent
        .into_values()
        .flat_map(|siblings| longest_increasing(siblings, before, after))
        .map(|(_, new)| new)
        .collect()
}

/// Whether two parents are the same clause: a pair, or both unpaired with the same number, where
/// one replaced the other.
fn is_same_parent(
    before: &[Provision],
    after: &[Provision],
    pairs: &Pairs,
    old: Option<usize>,
    new: Option<usize>,
) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => match (pairs.new_of(old), pairs.old_of(new)) {
            (Some(partner), _) => partner == new,
            (None, Some(_)) => false,
            (None, None) => {
                before.get(old).map(|clause| &clause.anchor)
                    == after.get(new).map(|clause| &clause.anchor)
            }
        },
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// The longest subsequence that increases in both editions (LIS). Which one of equal length is
/// chosen doesn't depend on which edition is the older one.
fn longest_increasing(
    mut siblings: Vec<Pair>,
    before: &[Provision],
    after: &[Provision],
) -> Vec<Pair> {
    siblings.sort_unstable();
    let ending = lengths_ending(siblings.iter().map(|(_, new)| *new));
    let starting = lengths_starting(&siblings);
    let longest = ending.iter().copied().max().unwrap_or(0);
    // Pairs that belong to any LIS, by their position in it.
    let mut positions: BTreeMap<usize, Vec<Pair>> = BTreeMap::new();
    for ((pair, ending), starting) in siblings.iter().zip(&ending).zip(&starting) {
        if ending + starting == longest + 1 {
            positions.entry(*ending).or_default().push(*pair);
        }
    }
    // Symmetric in old and new.
    let order = |(old, new): &Pair| {
        let (older, newer) = (text(before, *old), text(after, *new));
        (old + new, older.min(newer), older.max(newer))
    };
    let mut chosen: Vec<Pair> = Vec::with_capacity(longest);
    for candidates in positions.into_values() {
        let last = chosen.last().copied();
        let next = candidates
            .into_iter()
            .filter(|(old, new)| last.is_none_or(|last| last.0 < *old && last.1 < *new))
            .min_by_key(order);
        chosen.extend(next);
    }
    chosen
}

fn text(side: &[Provision], at: usize) -> Option<&str> {
    side.get(at).map(|clause| clause.text.as_str())
}

/// For each index, the length of the longest increasing subsequence that ends there (patience
/// sorting).
fn lengths_ending(indices: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut tops: Vec<usize> = Vec::new();
    let mut lengths = Vec::new();
    for index in indices {
        let pile = tops.partition_point(|top| *top < index);
        match tops.get_mut(pile) {
            Some(top) => *top = index,
            None => tops.push(index),
        }
        lengths.push(pile + 1);
    }
    lengths
}

/// For each pair, the length of the longest increasing subsequence that starts there.
fn lengths_starting(siblings: &[Pair]) -> Vec<usize> {
    // Reversing the list and negating the indices preserves increasing subsequences.
    let mut lengths = lengths_ending(siblings.iter().rev().map(|(_, new)| usize::MAX - new));
    lengths.reverse();
    lengths
}
