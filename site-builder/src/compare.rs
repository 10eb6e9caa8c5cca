//! Two neighbouring editions, clause by clause and word by word.
//!
//! 1. [`provisions`] lists what an edition says: each clause with its number, its place in the tree and its own words.
//! 2. `pairing` finds which clause of the newer edition is which of the older one: by words, by number, by likeness.
//! 3. `place` tells a clause that moved from one whose number merely shifted.
//! 4. `words` compares the words of each pair; [`markup`] makes HTML of them.
//!
//! In: two lists of provisions. Out: a [`Change`] for every one of them, in the order of the newer edition. Swapping the
//! editions swaps added and removed and nothing else.

pub mod markup;
mod pairing;
mod place;
pub mod words;

#[cfg(test)]
mod tests;

use crate::content::document::plain_text::{clause_text, push_blocks};
use crate::content::document::{Document, Generated};
use crate::content::settings::Facts;
use words::{Run, Vocabulary, Word};

/// A clause, or the text before the first one, as the comparison sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provision {
    /// `3.1`; empty where there is none.
    pub number: String,
    /// `c-3-1`; empty for the text before the first clause.
    pub anchor: String,
    /// The clause around it, by its place in the list.
    pub parent: Option<usize>,
    /// Its own words, a line for each paragraph, item or row, an item after [`words::ITEM`]; not those of deeper clauses.
    pub text: String,
}

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Kept,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its words changed where it stands.
    Changed,
    /// It stands where it stood, under another number.
    Renumbered,
    /// It stands elsewhere.
    Moved,
}

impl Kind {
    /// The name in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renumbered => "renumbered",
            Self::Moved => "moved",
        }
    }
}

/// A clause in both editions, or in the one that has it.
#[derive(Debug)]
pub struct Change<'p> {
    /// What happened to it.
    pub kind: Kind,
    /// As the older edition has it.
    pub before: Option<&'p Provision>,
    /// As the newer edition has it.
    pub after: Option<&'p Provision>,
    /// Its words.
    pub runs: Vec<Run<'p>>,
}

impl Change<'_> {
    /// Whether words changed, whatever happened to the place.
    pub fn is_edited(&self) -> bool {
        self.before.is_some()
            && self.after.is_some()
            && self.runs.iter().any(|run| matches!(run, Run::Replaced(..)))
    }
}

/// What an edition says, in the order of its text. Generated blocks are named by `name`: what they hold comes from the
/// register, not from the edition.
pub fn provisions(
    document: &Document<'_>,
    facts: &Facts,
    name: impl Fn(Generated) -> String,
) -> Vec<Provision> {
    let named = |mut text: String| {
        for generated in Generated::ALL {
            let variable = format!("{{{}}}", generated.variable());
            if text.contains(&variable) {
                text = text.replace(&variable, &name(generated));
            }
        }
        text
    };
    let mut all = Vec::new();
    let mut preamble = String::new();
    push_blocks(&document.preamble, facts, words::ITEM, &mut preamble);
    if !preamble.is_empty() {
        all.push(Provision {
            number: String::new(),
            anchor: String::new(),
            parent: None,
            text: named(preamble),
        });
    }
    let mut open = vec![(None, document.clauses.iter())];
    while let Some((parent, clauses)) = open.last_mut() {
        let Some(clause) = clauses.next() else {
            open.pop();
            continue;
        };
        let number = clause.number.as_ref().map(ToString::to_string);
        let place = all.len();
        all.push(Provision {
            number: number.unwrap_or_default(),
            anchor: clause.anchor.clone(),
            parent: *parent,
            text: named(clause_text(clause, facts, words::ITEM)),
        });
        open.push((Some(place), clause.children.iter()));
    }
    all
}

/// Compares two editions.
pub fn compare<'p>(before: &'p [Provision], after: &'p [Provision]) -> Vec<Change<'p>> {
    let mut vocabulary = Vocabulary::default();
    let mut read = |side: &'p [Provision]| -> Vec<Vec<Word<'p>>> {
        side.iter()
            .map(|provision| vocabulary.read(&provision.text))
            .collect()
    };
    let (old_words, new_words) = (read(before), read(after));
    let pairs = pairing::pair(before, after, &old_words, &new_words);
    let in_place = place::in_place(before, after, &pairs);
    let mut changes = Vec::with_capacity(after.len());
    let removed = |at: usize| Change {
        kind: Kind::Removed,
        before: before.get(at),
        after: None,
        runs: whole(old_words.get(at).cloned().unwrap_or_default(), Vec::new()),
    };
    // What was removed stands after whatever stood before it.
    let mut orphans = pairs.removed_by_predecessor();
    changes.extend(orphans.remove(&None).into_iter().flatten().map(removed));
    for (at, provision) in after.iter().enumerate() {
        let words = new_words.get(at).cloned().unwrap_or_default();
        let Some(partner) = pairs.before_of(at) else {
            changes.push(Change {
                kind: Kind::Added,
                before: None,
                after: Some(provision),
                runs: whole(Vec::new(), words),
            });
            continue;
        };
        let runs = words::compare(
            old_words.get(partner).map_or(&[][..], Vec::as_slice),
            &words,
        );
        let old = before.get(partner);
        let is_renumbered = old.is_some_and(|old| old.number != provision.number);
        let is_edited = runs.iter().any(|run| matches!(run, Run::Replaced(..)));
        changes.push(Change {
            kind: match (in_place.contains(&at), is_renumbered, is_edited) {
                (false, _, _) => Kind::Moved,
                (true, true, _) => Kind::Renumbered,
                (true, false, true) => Kind::Changed,
                (true, false, false) => Kind::Kept,
            },
            before: old,
            after: Some(provision),
            runs,
        });
        let followers = orphans.remove(&Some(partner));
        changes.extend(followers.into_iter().flatten().map(removed));
    }
    changes
}

/// Words that only one edition has.
fn whole<'p>(old: Vec<Word<'p>>, new: Vec<Word<'p>>) -> Vec<Run<'p>> {
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    vec![Run::Replaced(old, new)]
}
