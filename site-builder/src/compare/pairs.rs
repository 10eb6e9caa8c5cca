//! A relation between the equivalent clauses of two editions, by their indices in the two lists.

use std::collections::BTreeMap;

/// A one-to-one relation between some clauses of the older and of the newer edition.
#[derive(Debug)]
pub(super) struct Pairs {
    /// For each clause of the older edition, its index in the newer one.
    old_to_new: Vec<Option<usize>>,
    /// For each clause of the newer edition, its index in the older one.
    new_to_old: Vec<Option<usize>>,
}

impl Pairs {
    /// An empty relation between this many clauses of each edition.
    pub(super) fn new(old: usize, new: usize) -> Self {
        Self {
            old_to_new: vec![None; old],
            new_to_old: vec![None; new],
        }
    }

    /// The clause of the newer edition that an older one is paired with.
    pub(super) fn new_of(&self, old: usize) -> Option<usize> {
        self.old_to_new.get(old).copied().flatten()
    }

    /// The clause of the older edition that a newer one is paired with.
    pub(super) fn old_of(&self, new: usize) -> Option<usize> {
        self.new_to_old.get(new).copied().flatten()
    }

    /// All pairs of an older and a newer clause, in the order of the older edition.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        self.old_to_new
            .iter()
            .enumerate()
            .filter_map(|(old, new)| new.map(|new| (old, new)))
    }

    /// Unpaired clauses of the older edition.
    pub(super) fn unpaired_old(&self) -> Vec<usize> {
        unpaired(&self.old_to_new)
    }

    /// Unpaired clauses of the newer edition.
    pub(super) fn unpaired_new(&self) -> Vec<usize> {
        unpaired(&self.new_to_old)
    }

    /// Unpaired clauses of the older edition, by the nearest paired one before them.
    pub(super) fn removed_by_predecessor(&self) -> BTreeMap<Option<usize>, Vec<usize>> {
        let mut removed: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut last = None;
        for (old, new) in self.old_to_new.iter().enumerate() {
            match new {
                Some(_) => last = Some(old),
                None => removed.entry(last).or_default().push(old),
            }
        }
        removed
    }

    /// Pairs two clauses unless one of them is paired already: earlier steps are more certain.
    pub(super) fn pair(&mut self, old: usize, new: usize) {
        if let (Some(to_new @ None), Some(to_old @ None)) =
            (self.old_to_new.get_mut(old), self.new_to_old.get_mut(new))
        {
            *to_new = Some(new);
            *to_old = Some(old);
        }
    }

    /// Whether neither of two clauses is paired.
    pub(super) fn are_unpaired(&self, old: usize, new: usize) -> bool {
        self.new_of(old).is_none() && self.old_of(new).is_none()
    }
}

fn unpaired(partners: &[Option<usize>]) -> Vec<usize> {
    let unpaired = partners
        .iter()
        .enumerate()
        .filter(|(_, partner)| partner.is_none());
    unpaired.map(|(index, _)| index).collect()
}
