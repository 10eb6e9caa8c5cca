//! What a build leaves for the next one, so that the next one does only what is new.
//!
//! Two things are remembered. Of each policy, what the site needs of it ([`Policy`]), as long as its files keep their [`Stamp`]s. Of each
//! *unit*, pages that are made together, what they were made from as a [`Key`], and the stamps of the written files. A unit whose key and files
//! are as before isn't made again. On any doubt it is: another builder, another day, a text or a template that something was wrong with, a
//! file that is so new that it might have been written twice. The bytes are those of a full build, always; tests compare them.

use crate::site::Policy;
use crate::source::Stamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A clock that stamps files may stand still for some milliseconds: what was written later than so many nanoseconds ago could be written
/// again with the same stamp.
const UNSETTLED: u64 = 50_000_000;

/// 128 bits of the SHA-256 of what something was made from. The default stands for nothing and is equal to no key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key(u64, u64);

impl Key {
    /// Whether it stands for something.
    pub fn is_some(self) -> bool {
        self != Self::default()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}{:016x}", self.0, self.1)
    }
}

/// The key of some texts, in their order.
pub fn key(texts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for text in texts {
        // Lengths keep `ab`, `c` and `a`, `bc` apart.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    let digest = hash.finalize();
    let half = |from: usize| {
        digest
            .iter()
            .skip(from)
            .take(8)
            .fold(0, |number: u64, byte| number << 8 | u64::from(*byte))
    };
    Key(half(0), half(8))
}

/// Pages that are made together.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Unit {
    /// What they were made from.
    pub key: Key,
    /// A template looked at the revision: then the key holds it too.
    pub sees_revision: bool,
    /// Their files, as they were written.
    pub files: Vec<(String, Stamp)>,
    /// SHA-256 of the words of editions, by the path of the dated page.
    pub texts: BTreeMap<String, String>,
}

/// What is remembered of a site.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The program that remembers.
    builder: String,
    /// When this build began, in nanoseconds since 1970; 0: nothing is remembered.
    #[serde(skip)]
    now: u64,
    policies: BTreeMap<String, Policy>,
    units: BTreeMap<String, Arc<Unit>>,
}

impl Memory {
    /// What was remembered, if this very program did. `now` is in nanoseconds since 1970.
    pub fn read(bytes: &[u8], builder: String, now: u64) -> Self {
        let read: Option<Self> = postcard::from_bytes(bytes).ok();
        match read.filter(|memory| memory.builder == builder) {
            Some(memory) => Self { now, ..memory },
            None => Self {
                builder,
                now,
                ..Self::default()
            },
        }
    }

    /// To be read again.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain structs always serialise.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Sets the clock by which files count as new, in nanoseconds since 1970.
    pub fn set_now(&mut self, now: u64) {
        self.now = now;
    }

    /// Whether the same is remembered.
    pub fn is_same(&self, other: &Self) -> bool {
        let key = |policy: &Policy| (policy.slug.clone(), policy.key);
        self.units.len() == other.units.len()
            && self
                .units
                .values()
                .zip(other.units.values())
                .all(|(one, other)| Arc::ptr_eq(one, other))
            && self
                .policies
                .values()
                .map(key)
                .eq(other.policies.values().map(key))
    }

    /// What the next build is to remember.
    #[must_use]
    pub fn next(
        &self,
        policies: impl IntoIterator<Item = Policy>,
        units: BTreeMap<String, Arc<Unit>>,
    ) -> Self {
        let known = policies.into_iter().filter(|policy| policy.key.is_some());
        Self {
            builder: self.builder.clone(),
            now: self.now,
            policies: known.map(|policy| (policy.slug.clone(), policy)).collect(),
            units,
        }
    }

    /// Whether a file can't be written again with the same stamp.
    pub fn is_settled(&self, stamp: Stamp) -> bool {
        stamp.modified.saturating_add(UNSETTLED) < self.now
    }

    /// A policy whose texts are as they were.
    pub fn policy(&self, slug: &str, key: Key) -> Option<Policy> {
        let policy = self.policies.get(slug);
        policy.filter(|policy| policy.key == key).cloned()
    }

    /// A unit, whatever it was made from.
    pub fn unit(&self, name: &str) -> Option<&Arc<Unit>> {
        self.units.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_key_in_their_order() {
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
        assert_ne!(key(&["a", "b"]), key(&["b", "a"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert!(key(&[]).is_some());
    }

    #[test]
    fn another_program_remembers_nothing() {
        let units = BTreeMap::from([("policy/privacy".to_owned(), Arc::default())]);
        let memory = Memory::read(b"", "one".to_owned(), 1).next([], units);
        let bytes = memory.to_bytes();
        let same = Memory::read(&bytes, "one".to_owned(), 1);
        assert!(same.unit("policy/privacy").is_some());
        let other = Memory::read(&bytes, "other".to_owned(), 1);
        assert!(other.unit("policy/privacy").is_none());
        let broken = Memory::read(bytes.get(1..).unwrap(), "one".to_owned(), 1);
        assert!(broken.unit("policy/privacy").is_none());
    }

    #[test]
    fn a_file_of_this_moment_is_not_settled() {
        let stamp = Stamp {
            length: 1,
            modified: 1_000_000_000,
        };
        let at = |now| Memory::read(b"", String::new(), now).is_settled(stamp);
        assert!(!at(1_010_000_000));
        assert!(at(1_060_000_000));
        assert!(!at(0));
    }
}
