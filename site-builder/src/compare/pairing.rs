//! Pairs the clauses of the newer edition with those of the older one, the most certain pairs
//! first:
//!
//! 1. Equal text: where it is unique in both editions, then in the same clause, then at the same
//!    number, then in order.
//! 2. Clauses most of whose children are paired with each other, whatever their headings are now.
//! 3. Similar text ([`similarity`]).
//! 4. Sections, clauses without words and the text before the first clause: by number.
//!
//! No step compares all pairs of clauses, and none depends on which edition is the older one.

use super::pairs::Pairs;
use super::provision::Provision;
use super::similarity;
use super::words::Word;
use std::collections::{BTreeMap, HashMap};

/// Pairs the clauses of two editions; `old_words` and `new_words` are those of each clause.
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
    let equal_texts = equal_texts(old_words, new_words);
    pairing.pair_unique(&equal_texts);
    pairing.pair_within_parents(&equal_texts);
    pairing.pair_same_number(&equal_texts);
    pairing.pair_in_order(&equal_texts);
    pairing.pair_parents();
    let similar = similarity::pairs(before, after, &pairing.pairs, old_words, new_words);
    for (old, new) in similar {
        pairing.pairs.pair(old, new);
    }
    pairing.pair_parents();
    pairing.pair_sections();
    pairing.pairs
}

/// Clauses with the same text.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct EqualText {
    old: Vec<usize>,
    new: Vec<usize>,
}

/// Texts that both editions have, in the order of the older one. Clauses without words are left
/// out: they are all alike.
fn equal_texts(old_words: &[Vec<Word<'_>>], new_words: &[Vec<Word<'_>>]) -> Vec<EqualText> {
    let mut texts: HashMap<&[Word<'_>], EqualText> = HashMap::new();
    for (index, words) in old_words.iter().enumerate() {
        texts.entry(words).or_default().old.push(index);
    }
    for (index, words) in new_words.iter().enumerate() {
        texts.entry(words).or_default().new.push(index);
    }
    texts.remove(&[][..]);
    let mut texts: Vec<EqualText> = texts
        .into_values()
        .filter(|text| !text.old.is_empty() && !text.new.is_empty())
        .collect();
    texts.sort_unstable();
    texts
}

struct Pairing<'p> {
    before: &'p [Provision],
    after: &'p [Provision],
    pairs: Pairs,
}

impl Pairing<'_> {
    fn old_parent(&self, old: usize) -> Option<usize> {
        self.before.get(old).and_then(|clause| clause.parent)
    }

    fn new_parent(&self, new: usize) -> Option<usize> {
        self.after.get(new).and_then(|clause| clause.parent)
    }

    fn pair_unique(&mut self, texts: &[EqualText]) {
        for text in texts {
            if let ([old], [new]) = (text.old.as_slice(), text.new.as_slice()) {
                self.pairs.pair(*old, *new);
            }
        }
    }

    /// Pairs clauses of a repeated text, such as the heading "General", where their parents are
    /// paired. Parents precede their children in the list, so one pass covers the whole tree.
    fn pair_within_parents(&mut self, texts: &[EqualText]) {
        let mut repeated: Vec<(usize, &EqualText)> = texts
            .iter()
            .filter(|text| text.old.len() + text.new.len() > 2)
            .flat_map(|text| text.old.iter().map(move |old| (*old, text)))
            .collect();
        repeated.sort_unstable_by_key(|(old, _)| *old);
        for (old, text) in repeated {
            let Some(parent) = self.old_parent(old).and_then(|at| self.pairs.new_of(at)) else {
                continue;
            };
            let is_match = |new: &&usize| {
                self.pairs.are_unpaired(old, **new) && self.new_parent(**new) == Some(parent)
            };
            if let Some(new) = text.new.iter().find(is_match) {
                self.pairs.pair(old, *new);
            }
        }
    }

    fn pair_same_number(&mut self, texts: &[EqualText]) {
        for text in texts {
            let numbered: HashMap<&str, usize> = text
                .new
                .iter()
                .filter_map(|new| Some((self.after.get(*new)?.anchor.as_str(), *new)))
                .collect();
            for old in &text.old {
                let anchor = self.before.get(*old).map(|clause| clause.anchor.as_str());
                if let Some(new) = anchor.and_then(|anchor| numbered.get(anchor)) {
                    self.pairs.pair(*old, *new);
                }
            }
        }
    }

    fn pair_in_order(&mut self, texts: &[EqualText]) {
        for text in texts {
            let pairs = &self.pairs;
            let old = text.old.iter().filter(|old| pairs.new_of(**old).is_none());
            let new = text.new.iter().filter(|new| pairs.old_of(**new).is_none());
            let in_order: Vec<_> = old.zip(new).collect();
            for (old, new) in in_order {
                self.pairs.pair(*old, *new);
            }
        }
    }

    /// Pairs clauses most of whose children are paired with each other.
    fn pair_parents(&mut self) {
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (old, new) in self.pairs.all() {
            if let (Some(old), Some(new)) = (self.old_parent(old), self.new_parent(new)) {
                *votes.entry((old, new)).or_default() += 1;
            }
        }
        let old_children = count_children(self.before);
        let new_children = count_children(self.after);
        for ((old, new), count) in votes {
            let is_majority = |children: &HashMap<usize, usize>, parent: usize| {
                children.get(&parent).is_some_and(|all| count * 2 > *all)
            };
            // A majority on both sides: no other clause can share as many children.
            if is_majority(&old_children, old) && is_majority(&new_children, new) {
                self.pairs.pair(old, new);
            }
        }
    }

    /// Pairs clauses with children, clauses without words and the text before the first clause by
    /// number: a reworded heading is still the heading of its section.
    fn pair_sections(&mut self) {
        let old_children = count_children(self.before);
        let new_children = count_children(self.after);
        let numbered: HashMap<&str, (usize, &Provision)> = self
            .after
            .iter()
            .enumerate()
            .map(|(new, newer)| (newer.anchor.as_str(), (new, newer)))
            .collect();
        for (old, older) in self.before.iter().enumerate() {
            let Some((new, newer)) = numbered.get(older.anchor.as_str()) else {
                continue;
            };
            let are_sections = old_children.contains_key(&old) && new_children.contains_key(new);
            let are_empty = older.text.trim().is_empty() && newer.text.trim().is_empty();
            let is_preamble = older.anchor.is_empty();
            if are_sections || are_empty || is_preamble {
                self.pairs.pair(old, *new);
            }
        }
    }
}

/// How many children each clause has; clauses without children are not in the map.
fn count_children(side: &[Provision]) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for parent in side.iter().filter_map(|provision| provision.parent) {
        *counts.entry(parent).or_default() += 1;
    }
    counts
}
