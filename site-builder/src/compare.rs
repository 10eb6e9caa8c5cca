//! Compares two neighbouring editions, clause by clause and word by word.
//!
//! 1. `provision` flattens an edition into a list of provisions: each clause with its number, its
//!    parent and its own text. `words` splits texts into words.
//! 2. `pairing` pairs the clauses of the newer edition with those of the older one: by equal text,
//!    by number, by `similarity`.
//! 3. `order` separates clauses that moved from those whose number merely shifted (longest
//!    increasing subsequence).
//! 4. `diff` compares the words of each pair; [`markup`] makes HTML of them.
//!
//! In: two lists of provisions. Out: a [`Change`] for every one of them, in the order of the newer
//! edition. Swapping the editions swaps added and removed and nothing else.

mod diff;
pub mod markup;
mod order;
mod pairing;
mod pairs;
mod provision;
mod similarity;
mod words;

#[cfg(test)]
mod tests;

pub use diff::Run;
pub use provision::{Provision, provisions};
pub use words::Word;

use diff::diff;
use words::Vocabulary;

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Neither text nor number nor position changed.
    Unchanged,
    /// Only the newer edition has it.
    Added,
    /// Only the older edition has it.
    Removed,
    /// Its text changed, neither number nor position did.
    EditedInPlace,
    /// Its number changed, because clauses before it were added or removed; its text may differ
    /// too.
    Renumbered,
    /// Its parent clause or its order among the siblings changed.
    Moved,
}

impl ChangeKind {
    /// The name in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "kept",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::EditedInPlace => "changed",
            Self::Renumbered => "renumbered",
            Self::Moved => "moved",
        }
    }
}

/// A clause in both editions, or in the one that has it.
#[derive(Debug)]
pub struct Change<'p> {
    /// The kind of change.
    pub kind: ChangeKind,
    /// The clause in the older edition; `None` if it was added.
    pub before: Option<&'p Provision>,
    /// The clause in the newer edition; `None` if it was removed.
    pub after: Option<&'p Provision>,
    /// The comparison of its words.
    pub runs: Vec<Run<'p>>,
}

impl<'p> Change<'p> {
    fn added(after: &'p Provision, words: Vec<Word<'p>>) -> Self {
        Self {
            kind: ChangeKind::Added,
            before: None,
            after: Some(after),
            runs: replaced(Vec::new(), words),
        }
    }

    fn removed(before: &'p Provision, words: Vec<Word<'p>>) -> Self {
        Self {
            kind: ChangeKind::Removed,
            before: Some(before),
            after: None,
            runs: replaced(words, Vec::new()),
        }
    }

    fn paired(
        before: &'p Provision,
        after: &'p Provision,
        runs: Vec<Run<'p>>,
        is_in_order: bool,
    ) -> Self {
        let kind = if !is_in_order {
            ChangeKind::Moved
        } else if before.number != after.number {
            ChangeKind::Renumbered
        } else if has_replacement(&runs) {
            ChangeKind::EditedInPlace
        } else {
            ChangeKind::Unchanged
        };
        Self {
            kind,
            before: Some(before),
            after: Some(after),
            runs,
        }
    }

    /// Whether the clause is in both editions with another text, whatever happened to its position.
    pub fn is_edited(&self) -> bool {
        self.before.is_some() && self.after.is_some() && has_replacement(&self.runs)
    }
}

fn has_replacement(runs: &[Run<'_>]) -> bool {
    runs.iter().any(|run| matches!(run, Run::Replaced { .. }))
}

/// The words of a clause that only one edition has.
fn replaced<'p>(old: Vec<Word<'p>>, new: Vec<Word<'p>>) -> Vec<Run<'p>> {
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    vec![Run::Replaced { old, new }]
}

/// Compares two editions.
#[expect(
    clippy::indexing_slicing,
    reason = "`Pairs` holds indices of the two lists that it was made for"
)]
pub fn compare<'p>(before: &'p [Provision], after: &'p [Provision]) -> Vec<Change<'p>> {
    let mut vocabulary = Vocabulary::default();
    let mut split = |side: &'p [Provision]| -> Vec<Vec<Word<'p>>> {
        side.iter()
            .map(|provision| vocabulary.split(&provision.text))
            .collect()
    };
    let (old_words, new_words) = (split(before), split(after));
    let pairs = pairing::pair(before, after, &old_words, &new_words);
    let in_order = order::in_order(before, after, &pairs);
    let removed = |old: usize| Change::removed(&before[old], old_words[old].clone());
    // A removed clause is listed after the clause that preceded it.
    let mut orphans = pairs.removed_by_predecessor();
    let mut changes = Vec::with_capacity(after.len());
    changes.extend(orphans.remove(&None).into_iter().flatten().map(removed));
    for (new, (provision, words)) in after.iter().zip(&new_words).enumerate() {
        let Some(old) = pairs.old_of(new) else {
            changes.push(Change::added(provision, words.clone()));
            continue;
        };
        let runs = diff(&old_words[old], words);
        let is_in_order = in_order.contains(&new);
        changes.push(Change::paired(&before[old], provision, runs, is_in_order));
        let followers = orphans.remove(&Some(old));
        changes.extend(followers.into_iter().flatten().map(removed));
    }
    changes
}
