//! How alike the words of two clauses are, and which clauses are worth asking.

use super::{Pairs, Provision};
use crate::compare::words::Word;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// A word, or two neighbouring ones, is telling when at most so many clauses of each edition have it.
const TELLING: usize = 6;
/// Clauses of one section are all compared with each other when there are at most so many pairs of them.
const FAMILY: usize = 64;
/// Likeness from which two clauses are one, in thousandths.
const ALIKE: u64 = 500;
/// The same where number or section agree.
const ALIKE_AT_ITS_PLACE: u64 = 350;
/// What agreement of the number, and of the section, adds among rivals.
const PLACE_BONUS: u64 = 100;

/// The words of all clauses, each with its weight.
pub(super) struct Likeness {
    old: Vec<Clause>,
    new: Vec<Clause>,
}

/// A clause as sorted numbers of its words.
struct Clause {
    /// Words, each as often as it stands there, with their weights.
    words: Vec<(u32, u64)>,
    weight: u64,
    /// Words and neighbouring pairs of words, each once.
    features: Vec<(u32, u32)>,
}

impl Likeness {
    pub(super) fn new(old_words: &[Vec<Word<'_>>], new_words: &[Vec<Word<'_>>]) -> Self {
        let mut counts: Vec<u32> = Vec::new();
        for word in old_words.iter().chain(new_words).flatten() {
            let at = usize::try_from(word.id).unwrap_or_default();
            if counts.len() <= at {
                counts.resize(at + 1, 0);
            }
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
        let side = |clauses: &[Vec<Word<'_>>]| {
            let clause = |words: &Vec<Word<'_>>| {
                let words = words.iter().filter(|word| !word.is_mark());
                Clause::new(words.map(|word| word.id).collect(), &counts)
            };
            clauses.iter().map(clause).collect()
        };
        Self {
            old: side(old_words),
            new: side(new_words),
        }
    }

    /// Pairs of free clauses that are alike, the likest first. A clause may stand in several.
    pub(super) fn pairs(
        &self,
        before: &[Provision],
        after: &[Provision],
        pairs: &Pairs,
        old_free: &[usize],
        new_free: &[usize],
    ) -> Vec<(usize, usize)> {
        let mut candidates = self.sharing(old_free, new_free);
        candidates.extend(same_number(before, after, old_free, new_free));
        candidates.extend(same_family(before, after, pairs, old_free, new_free));
        let mut alike = Vec::new();
        for (old, new) in candidates {
            let (Some(older), Some(newer)) = (before.get(old), after.get(new)) else {
                continue;
            };
            let likeness = self.of(old, new);
            let at_its_number = older.anchor == newer.anchor;
            let section = older.parent.and_then(|at| pairs.after_of(at));
            let in_its_section = section.is_some() && section == newer.parent;
            let needed = if at_its_number || in_its_section {
                ALIKE_AT_ITS_PLACE
            } else {
                ALIKE
            };
            if likeness < needed {
                continue;
            }
            let rank = likeness
                + u64::from(at_its_number) * PLACE_BONUS
                + u64::from(in_its_section) * PLACE_BONUS;
            let texts = (
                older.text.as_str().min(&newer.text),
                older.text.as_str().max(&newer.text),
            );
            // Nothing in this order depends on which edition is which.
            alike.push((
                (Reverse(rank), old + new, old.abs_diff(new), texts),
                (old, new),
            ));
        }
        alike.sort_unstable();
        alike.into_iter().map(|(_, pair)| pair).collect()
    }

    /// Twice what they share over what both have, in thousandths; rare words weigh more.
    fn of(&self, old: usize, new: usize) -> u64 {
        let (Some(old), Some(new)) = (self.old.get(old), self.new.get(new)) else {
            return 0;
        };
        let mut shared = 0;
        let (mut left, mut right) = (old.words.iter().peekable(), new.words.iter().peekable());
        while let (Some((one, weight)), Some((other, _))) = (left.peek(), right.peek()) {
            match one.cmp(other) {
                std::cmp::Ordering::Less => {
                    left.next();
                }
                std::cmp::Ordering::Greater => {
                    right.next();
                }
                std::cmp::Ordering::Equal => {
                    shared += weight;
                    left.next();
                    right.next();
                }
            }
        }
        (shared * 2000)
            .checked_div(old.weight + new.weight)
            .unwrap_or_default()
    }

    /// Free clauses that share something telling.
    fn sharing(&self, old_free: &[usize], new_free: &[usize]) -> BTreeSet<(usize, usize)> {
        let mut holders: HashMap<(u32, u32), (Vec<usize>, Vec<usize>)> = HashMap::new();
        for at in old_free {
            for feature in self.old.get(*at).into_iter().flat_map(|c| &c.features) {
                holders.entry(*feature).or_default().0.push(*at);
            }
        }
        for at in new_free {
            for feature in self.new.get(*at).into_iter().flat_map(|c| &c.features) {
                if let Some(found) = holders.get_mut(feature) {
                    found.1.push(*at);
                }
            }
        }
        let mut candidates = BTreeSet::new();
        for (old, new) in holders.into_values() {
            if old.len() <= TELLING && new.len() <= TELLING {
                let pairs = old
                    .iter()
                    .flat_map(|old| new.iter().map(move |new| (*old, *new)));
                candidates.extend(pairs);
            }
        }
        candidates
    }
}

impl Clause {
    fn new(words: Vec<u32>, counts: &[u32]) -> Self {
        let weight_of = |word: u32| {
            let at = usize::try_from(word).ok();
            match at.and_then(|at| counts.get(at)).copied().unwrap_or(1) {
                0..=2 => 4,
                3..=8 => 3,
                9..=32 => 2,
                _ => 1,
            }
        };
        let single = words.iter().map(|word| (*word, u32::MAX));
        let neighbours = words.iter().copied().zip(words.iter().copied().skip(1));
        let mut features: Vec<(u32, u32)> = single.chain(neighbours).collect();
        features.sort_unstable();
        features.dedup();
        let mut words: Vec<(u32, u64)> = words
            .into_iter()
            .map(|word| (word, weight_of(word)))
            .collect();
        words.sort_unstable();
        Self {
            weight: words.iter().map(|(_, weight)| weight).sum(),
            words,
            features,
        }
    }
}

/// Free clauses of one number.
fn same_number(
    before: &[Provision],
    after: &[Provision],
    old_free: &[usize],
    new_free: &[usize],
) -> Vec<(usize, usize)> {
    let anchor = |side: &[Provision], at: usize| side.get(at).map(|found| found.anchor.clone());
    let numbered: HashMap<Option<String>, usize> = new_free
        .iter()
        .map(|new| (anchor(after, *new), *new))
        .collect();
    old_free
        .iter()
        .filter_map(|old| Some((*old, *numbered.get(&anchor(before, *old))?)))
        .collect()
}

/// Free clauses of one section, when they are few.
fn same_family(
    before: &[Provision],
    after: &[Provision],
    pairs: &Pairs,
    old_free: &[usize],
    new_free: &[usize],
) -> Vec<(usize, usize)> {
    let mut families: HashMap<usize, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for old in old_free {
        let parent = before.get(*old).and_then(|found| found.parent);
        if let Some(parent) = parent.and_then(|parent| pairs.after_of(parent)) {
            families.entry(parent).or_default().0.push(*old);
        }
    }
    for new in new_free {
        let parent = after.get(*new).and_then(|found| found.parent);
        if let Some(family) = parent.and_then(|parent| families.get_mut(&parent)) {
            family.1.push(*new);
        }
    }
    families
        .into_values()
        .filter(|(old, new)| old.len() * new.len() <= FAMILY)
        .flat_map(|(old, new)| {
            old.into_iter()
                .flat_map(move |old| new.clone().into_iter().map(move |new| (old, new)))
        })
        .collect()
}
