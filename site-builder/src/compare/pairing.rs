//! Which clause of the newer edition is which of the older one.
//!
//! 1. The same words: first where they stand once in each edition, then in the same clause, at the same number, in order.
//! 2. A clause whose children went on together is the clause around them, whatever its heading says now.
//! 3. Alike words, the likest first, among clauses that share words which few clauses have.
//! 4. What is left of sections, of clauses without words and of the text before the first clause: by number.
//!
//! No step looks at all pairs, and none depends on which edition is called the older one.

mod likeness;

use super::Provision;
use super::words::Word;
use likeness::Likeness;
use std::collections::{BTreeMap, HashMap};

/// Pairs of clauses, by their places in the two editions.
#[derive(Debug)]
pub(super) struct Pairs {
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
}

impl Pairs {
    fn new(old: usize, new: usize) -> Self {
        Self {
            of_old: vec![None; old],
            of_new: vec![None; new],
        }
    }

    /// Where a clause of the older edition stands in the newer one.
    pub(super) fn after_of(&self, old: usize) -> Option<usize> {
        self.of_old.get(old).copied().flatten()
    }

    /// Where a clause of the newer edition stood in the older one.
    pub(super) fn before_of(&self, new: usize) -> Option<usize> {
        self.of_new.get(new).copied().flatten()
    }

    /// All pairs, in the order of the older edition.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        self.of_old
            .iter()
            .enumerate()
            .filter_map(|(old, new)| new.map(|new| (old, new)))
    }

    /// Places of clauses that are gone, by the nearest clause before them that is still there.
    pub(super) fn removed_by_predecessor(&self) -> BTreeMap<Option<usize>, Vec<usize>> {
        let mut removed: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut last = None;
        for (old, new) in self.of_old.iter().enumerate() {
            match new {
                Some(_) => last = Some(old),
                None => removed.entry(last).or_default().push(old),
            }
        }
        removed
    }

    /// Pairs two clauses that are both free yet.
    fn join(&mut self, old: usize, new: usize) {
        if let (Some(of_old @ None), Some(of_new @ None)) =
            (self.of_old.get_mut(old), self.of_new.get_mut(new))
        {
            *of_old = Some(new);
            *of_new = Some(old);
        }
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        matches!(
            (self.of_old.get(old), self.of_new.get(new)),
            (Some(None), Some(None))
        )
    }
}

/// Finds the pairs.
pub(super) fn pair(
    before: &[Provision],
    after: &[Provision],
    old_words: &[Vec<Word<'_>>],
    new_words: &[Vec<Word<'_>>],
) -> Pairs {
    let mut pairing = Pairing {
        before,
        after,
        pairs: Pairs::new(before.len(), after.len()),
    };
    let groups = groups(old_words, new_words);
    pairing.join_unique(&groups);
    pairing.join_within_pairs(&groups);
    pairing.join_same_number(&groups);
    pairing.join_in_order(&groups);
    pairing.join_parents();
    let likeness = Likeness::new(old_words, new_words);
    let old_free = free(&pairing.pairs.of_old);
    let new_free = free(&pairing.pairs.of_new);
    for (old, new) in likeness.pairs(before, after, &pairing.pairs, &old_free, &new_free) {
        pairing.pairs.join(old, new);
    }
    pairing.join_parents();
    pairing.join_sections();
    pairing.pairs
}

fn free(partners: &[Option<usize>]) -> Vec<usize> {
    let free = partners
        .iter()
        .enumerate()
        .filter(|(_, partner)| partner.is_none());
    free.map(|(at, _)| at).collect()
}

/// Clauses of the same words: their places in both editions.
type Group = (Vec<usize>, Vec<usize>);

/// Groups that both editions have, in the order of the older one. Clauses without words say nothing.
fn groups(old_words: &[Vec<Word<'_>>], new_words: &[Vec<Word<'_>>]) -> Vec<Group> {
    let mut groups: HashMap<&[Word<'_>], Group> = HashMap::new();
    for (at, words) in old_words.iter().enumerate() {
        groups.entry(words).or_default().0.push(at);
    }
    for (at, words) in new_words.iter().enumerate() {
        groups.entry(words).or_default().1.push(at);
    }
    groups.remove(&[][..]);
    let mut groups: Vec<Group> = groups
        .into_values()
        .filter(|(old, new)| !old.is_empty() && !new.is_empty())
        .collect();
    groups.sort_unstable();
    groups
}

struct Pairing<'p> {
    before: &'p [Provision],
    after: &'p [Provision],
    pairs: Pairs,
}

impl Pairing<'_> {
    fn old_parent(&self, at: usize) -> Option<usize> {
        self.before.get(at).and_then(|found| found.parent)
    }

    fn new_parent(&self, at: usize) -> Option<usize> {
        self.after.get(at).and_then(|found| found.parent)
    }

    fn join_unique(&mut self, groups: &[Group]) {
        for group in groups {
            if let ([old], [new]) = (group.0.as_slice(), group.1.as_slice()) {
                self.pairs.join(*old, *new);
            }
        }
    }

    /// Repeated words, such as the heading "General", belong together where the clauses around them do. Parents come before
    /// children in the list, so one pass goes down the whole tree.
    fn join_within_pairs(&mut self, groups: &[Group]) {
        let mut waiting: Vec<(usize, &Group)> = groups
            .iter()
            .filter(|group| group.0.len() + group.1.len() > 2)
            .flat_map(|group| group.0.iter().map(move |old| (*old, group)))
            .collect();
        waiting.sort_unstable_by_key(|(old, _)| *old);
        for (old, group) in waiting {
            let Some(parent) = self.old_parent(old).and_then(|at| self.pairs.after_of(at)) else {
                continue;
            };
            let fit = |new: &&usize| {
                self.pairs.is_free(old, **new) && self.new_parent(**new) == Some(parent)
            };
            if let Some(new) = group.1.iter().find(fit) {
                self.pairs.join(old, *new);
            }
        }
    }

    fn join_same_number(&mut self, groups: &[Group]) {
        for (old, new) in groups {
            let numbered: HashMap<&str, usize> = new
                .iter()
                .filter_map(|new| Some((self.after.get(*new)?.anchor.as_str(), *new)))
                .collect();
            for old in old {
                let anchor = self.before.get(*old).map(|found| found.anchor.as_str());
                if let Some(new) = anchor.and_then(|anchor| numbered.get(anchor)) {
                    self.pairs.join(*old, *new);
                }
            }
        }
    }

    fn join_in_order(&mut self, groups: &[Group]) {
        for (old, new) in groups {
            let old: Vec<usize> = old
                .iter()
                .copied()
                .filter(|old| self.pairs.after_of(*old).is_none())
                .collect();
            let new: Vec<usize> = new
                .iter()
                .copied()
                .filter(|new| self.pairs.before_of(*new).is_none())
                .collect();
            for (old, new) in old.into_iter().zip(new) {
                self.pairs.join(old, new);
            }
        }
    }

    /// Joins clauses most of whose children are pairs of each other.
    fn join_parents(&mut self) {
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (old, new) in self.pairs.all() {
            if let (Some(old), Some(new)) = (self.old_parent(old), self.new_parent(new)) {
                *votes.entry((old, new)).or_default() += 1;
            }
        }
        let old_children = children(self.before);
        let new_children = children(self.after);
        let of = |children: &HashMap<usize, usize>, at: usize| {
            children.get(&at).copied().unwrap_or_default()
        };
        for ((old, new), count) in votes {
            // More than half on both sides: no other clause can have as good a claim.
            if count * 2 > of(&old_children, old) && count * 2 > of(&new_children, new) {
                self.pairs.join(old, new);
            }
        }
    }

    /// Joins what has children, no words, or stands before the first clause, by its number: a reworded heading is still the heading of
    /// its section.
    fn join_sections(&mut self) {
        let old_children = children(self.before);
        let new_children = children(self.after);
        let numbered: HashMap<&str, usize> = self
            .after
            .iter()
            .enumerate()
            .map(|(at, provision)| (provision.anchor.as_str(), at))
            .collect();
        for (old, provision) in self.before.iter().enumerate() {
            let Some(new) = numbered.get(provision.anchor.as_str()) else {
                continue;
            };
            let are_sections = old_children.contains_key(&old) && new_children.contains_key(new);
            let has_no_words = |side: &[Provision], at: usize| {
                side.get(at)
                    .is_some_and(|found| found.text.trim().is_empty())
            };
            let are_empty = has_no_words(self.before, old) && has_no_words(self.after, *new);
            if are_sections || are_empty || provision.anchor.is_empty() {
                self.pairs.join(old, *new);
            }
        }
    }
}

/// How many children each clause has; those without are not in the map.
fn children(side: &[Provision]) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for parent in side.iter().filter_map(|provision| provision.parent) {
        *counts.entry(parent).or_default() += 1;
    }
    counts
}
