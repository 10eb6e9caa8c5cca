//! Pairs of clauses with similar text. Candidates share rare words, a number or a section; their
//! similarity is the Dice coefficient of their words, weighted by rarity.

use super::pairs::Pairs;
use super::provision::Provision;
use super::words::Word;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, HashMap};

/// A feature is rare if at most this many unpaired clauses of each edition have it.
const MAX_CLAUSES_OF_RARE: usize = 6;

/// The unpaired clauses of a section are all compared if they make at most this many pairs.
const MAX_SIBLING_PAIRS: usize = 64;

/// The minimum similarity of a pair, in thousandths.
const MIN_SIMILARITY: u64 = 500;

/// The minimum similarity of a pair with the same number or section, in thousandths.
const MIN_SIMILARITY_IN_PLACE: u64 = 350;

/// Added to the rank of a pair for the same number and again for the same section, in thousandths.
const PLACE_BONUS: u64 = 100;

/// A single word or two consecutive words, by their ids.
type Feature = (u32, u32);

/// The second id of a feature that is one word.
const NO_WORD: u32 = u32::MAX;

/// Pairs of unpaired clauses with similar text, the best first. A clause may be in several.
#[expect(
    clippy::indexing_slicing,
    reason = "candidates are indices of the two lists of clauses"
)]
pub(super) fn pairs(
    before: &[Provision],
    after: &[Provision],
    pairs: &Pairs,
    old_words: &[Vec<Word<'_>>],
    new_words: &[Vec<Word<'_>>],
) -> Vec<(usize, usize)> {
    let (old_bags, new_bags) = word_bags(old_words, new_words);
    let (old, new) = (pairs.unpaired_old(), pairs.unpaired_new());
    let mut candidates = sharing_rare(&old_bags, &new_bags, &old, &new);
    candidates.extend(same_number(before, after, &old, &new));
    candidates.extend(siblings(before, after, pairs, &old, &new));
    let mut similar = Vec::new();
    for (old, new) in candidates {
        let (older, newer) = (&before[old], &after[new]);
        let similarity = old_bags[old].dice(&new_bags[new]);
        let has_same_number = older.anchor == newer.anchor;
        let section = older.parent.and_then(|parent| pairs.new_of(parent));
        let has_same_section = section.is_some() && section == newer.parent;
        let least = if has_same_number || has_same_section {
            MIN_SIMILARITY_IN_PLACE
        } else {
            MIN_SIMILARITY
        };
        if similarity < least {
            continue;
        }
        let rank = similarity
            + u64::from(has_same_number) * PLACE_BONUS
            + u64::from(has_same_section) * PLACE_BONUS;
        let texts = (
            older.text.as_str().min(&newer.text),
            older.text.as_str().max(&newer.text),
        );
        // Symmetric in old and new, so that swapping the editions gives the same pairs.
        let order = (Reverse(rank), old + new, old.abs_diff(new), texts);
        similar.push((order, (old, new)));
    }
    similar.sort_unstable();
    similar.into_iter().map(|(_, pair)| pair).collect()
}

/// The bag of words of a clause, without punctuation.
struct WordBag {
    /// Sorted ids of the words with their weights; a repeated word occurs repeatedly.
    words: Vec<(u32, u64)>,
    total_weight: u64,
    /// Features without duplicates.
    features: Vec<Feature>,
}

/// The bags of all clauses of both editions.
#[expect(
    clippy::indexing_slicing,
    reason = "`counts` has an element for every id"
)]
fn word_bags(
    old_words: &[Vec<Word<'_>>],
    new_words: &[Vec<Word<'_>>],
) -> (Vec<WordBag>, Vec<WordBag>) {
    let ids = || {
        let clauses = old_words.iter().chain(new_words);
        clauses.flatten().map(|word| word.id as usize)
    };
    let mut counts = vec![0_u32; ids().max().map_or(0, |max| max + 1)];
    for id in ids() {
        counts[id] += 1;
    }
    let weight = |id: u32| match counts[id as usize] {
        0..=2 => 4,
        3..=8 => 3,
        9..=32 => 2,
        _ => 1,
    };
    let bags = |clauses: &[Vec<Word<'_>>]| {
        clauses
            .iter()
            .map(|words| WordBag::new(words, weight))
            .collect()
    };
    (bags(old_words), bags(new_words))
}

impl WordBag {
    fn new(words: &[Word<'_>], weight: impl Fn(u32) -> u64) -> Self {
        let ids: Vec<u32> = words
            .iter()
            .filter(|word| !word.is_punctuation())
            .map(|word| word.id)
            .collect();
        let single = ids.iter().map(|id| (*id, NO_WORD));
        let consecutive = ids.iter().copied().zip(ids.iter().copied().skip(1));
        let mut features: Vec<Feature> = single.chain(consecutive).collect();
        features.sort_unstable();
        features.dedup();
        let mut words: Vec<(u32, u64)> = ids.into_iter().map(|id| (id, weight(id))).collect();
        words.sort_unstable();
        Self {
            total_weight: words.iter().map(|(_, weight)| weight).sum(),
            words,
            features,
        }
    }

    /// The weighted Dice coefficient, twice the weight of the shared words over the weight of all,
    /// in thousandths.
    fn dice(&self, other: &Self) -> u64 {
        let mut shared = 0;
        let (mut left, mut right) = (self.words.iter().peekable(), other.words.iter().peekable());
        while let (Some((one, weight)), Some((another, _))) = (left.peek(), right.peek()) {
            match one.cmp(another) {
                Ordering::Less => {
                    left.next();
                }
                Ordering::Greater => {
                    right.next();
                }
                Ordering::Equal => {
                    shared += weight;
                    left.next();
                    right.next();
                }
            }
        }
        // Two clauses without words share none.
        (shared * 2000)
            .checked_div(self.total_weight + other.total_weight)
            .unwrap_or(0)
    }
}

/// Pairs of the given clauses that share a rare feature.
#[expect(
    clippy::indexing_slicing,
    reason = "`old` and `new` are indices of the two lists of clauses"
)]
fn sharing_rare(
    old_bags: &[WordBag],
    new_bags: &[WordBag],
    old: &[usize],
    new: &[usize],
) -> BTreeSet<(usize, usize)> {
    // Inverted index: the clauses that have a feature.
    let mut clauses: HashMap<Feature, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for index in old {
        for feature in &old_bags[*index].features {
            clauses.entry(*feature).or_default().0.push(*index);
        }
    }
    for index in new {
        for feature in &new_bags[*index].features {
            if let Some((_, new)) = clauses.get_mut(feature) {
                new.push(*index);
            }
        }
    }
    clauses
        .into_values()
        .filter(|(old, new)| old.len() <= MAX_CLAUSES_OF_RARE && new.len() <= MAX_CLAUSES_OF_RARE)
        .flat_map(|(old, new)| product(old, new))
        .collect()
}

/// Pairs of the given clauses with the same number.
#[expect(
    clippy::indexing_slicing,
    reason = "`old` and `new` are indices of the two lists of clauses"
)]
fn same_number(
    before: &[Provision],
    after: &[Provision],
    old: &[usize],
    new: &[usize],
) -> Vec<(usize, usize)> {
    let numbered: HashMap<&str, usize> = new
        .iter()
        .map(|new| (after[*new].anchor.as_str(), *new))
        .collect();
    old.iter()
        .filter_map(|old| Some((*old, *numbered.get(before[*old].anchor.as_str())?)))
        .collect()
}

/// Pairs of the given clauses whose parents are paired, when they are few.
#[expect(
    clippy::indexing_slicing,
    reason = "`old` and `new` are indices of the two lists of clauses"
)]
fn siblings(
    before: &[Provision],
    after: &[Provision],
    pairs: &Pairs,
    old: &[usize],
    new: &[usize],
) -> Vec<(usize, usize)> {
    let mut by_parent: HashMap<usize, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for old in old {
        let parent = before[*old].parent.and_then(|parent| pairs.new_of(parent));
        if let Some(parent) = parent {
            by_parent.entry(parent).or_default().0.push(*old);
        }
    }
    for new in new {
        let parent = after[*new].parent;
        if let Some((_, siblings)) = parent.and_then(|parent| by_parent.get_mut(&parent)) {
            siblings.push(*new);
        }
    }
    by_parent
        .into_values()
        .filter(|(old, new)| old.len() * new.len() <= MAX_SIBLING_PAIRS)
        .flat_map(|(old, new)| product(old, new))
        .collect()
}

/// The Cartesian product.
fn product(old: Vec<usize>, new: Vec<usize>) -> impl Iterator<Item = (usize, usize)> {
    old.into_iter()
        .flat_map(move |old| new.clone().into_iter().map(move |new| (old, new)))
}
