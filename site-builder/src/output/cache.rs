//! The build cache, with which a build renders only what has changed since the previous one.
//!
//! Two things are cached. Of each policy, what the site needs of it ([`Policy`]), as long as its
//! files keep their [`Stamp`]s. Of each *unit*, pages that are rendered together, the
//! [`Fingerprint`] of what they were made from and the stamps of the written files. A unit whose
//! fingerprint and files are as before isn't rendered again. On any doubt it is: another builder,
//! another day, a text or a template that something was wrong with, a file that is so new that it
//! might have been written twice. The bytes are those of a full build, always; tests compare them.

use crate::model::fingerprint::Fingerprint;
use crate::model::site::Policy;
use crate::report::source::Stamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Minimum age of a stable file, in nanoseconds. The clocks that stamp files have a granularity of
/// some milliseconds: a younger file could be changed again without a new stamp.
const MIN_STABLE_AGE: u64 = 50_000_000;

/// A unit: pages that are rendered together.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CacheEntry {
    /// Fingerprint of its inputs; `None` if every build renders it.
    pub fingerprint: Option<Fingerprint>,
    /// Whether a template used the revision, which is then part of the fingerprint.
    pub uses_revision: bool,
    /// Paths of its files with their stamps.
    pub files: Vec<(String, Stamp)>,
    /// SHA-256 of the words of editions, by the path of the dated page.
    pub texts: BTreeMap<String, String>,
}

/// The cache of a site.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BuildCache {
    /// The program that stored it.
    builder: String,
    /// When this build began, in nanoseconds since 1970; 0: no file counts as stable.
    #[serde(skip)]
    now: u64,
    policies: BTreeMap<String, Policy>,
    entries: BTreeMap<String, Arc<CacheEntry>>,
}

impl BuildCache {
    /// Deserialises a cache; empty unless the same program stored it. `now` is in nanoseconds since
    /// 1970.
    pub fn from_bytes(bytes: &[u8], builder: String, now: u64) -> Self {
        match postcard::from_bytes::<Self>(bytes) {
            Ok(cache) if cache.builder == builder => Self { now, ..cache },
            // Damaged, or of another version: everything is rendered anew.
            _ => Self {
                builder,
                now,
                ..Self::default()
            },
        }
    }

    /// Serialises the cache.
    pub fn to_bytes(&self) -> Vec<u8> {
        #[expect(
            clippy::expect_used,
            reason = "postcard refuses only sequences of unknown length"
        )]
        postcard::to_allocvec(self).expect("the lengths are known")
    }

    /// Sets the time against which the ages of files are computed, in nanoseconds since 1970.
    pub fn set_now(&mut self, now: u64) {
        self.now = now;
    }

    /// Whether storing the other cache would change nothing.
    pub fn is_equivalent(&self, other: &Self) -> bool {
        let key = |policy: &Policy| (policy.slug.clone(), policy.fingerprint);
        self.entries.len() == other.entries.len()
            && self
                .entries
                .values()
                .zip(other.entries.values())
                .all(|(one, other)| Arc::ptr_eq(one, other))
            && self
                .policies
                .values()
                .map(key)
                .eq(other.policies.values().map(key))
    }

    /// The cache for the build after this one.
    #[must_use]
    pub fn successor(
        &self,
        policies: impl IntoIterator<Item = Policy>,
        entries: BTreeMap<String, Arc<CacheEntry>>,
    ) -> Self {
        let cacheable = policies
            .into_iter()
            .filter(|policy| policy.fingerprint.is_some());
        Self {
            builder: self.builder.clone(),
            now: self.now,
            policies: cacheable
                .map(|policy| (policy.slug.clone(), policy))
                .collect(),
            entries,
        }
    }

    /// Whether a file was old enough when the build began that any later change gives it a new
    /// stamp.
    pub fn is_stable(&self, stamp: Stamp) -> bool {
        stamp.modified.saturating_add(MIN_STABLE_AGE) < self.now
    }

    /// A policy whose texts have that fingerprint.
    pub fn policy(&self, slug: &str, fingerprint: Fingerprint) -> Option<Policy> {
        let policy = self.policies.get(slug);
        policy
            .filter(|policy| policy.fingerprint == Some(fingerprint))
            .cloned()
    }

    /// A unit by its name.
    pub fn entry(&self, name: &str) -> Option<&Arc<CacheEntry>> {
        self.entries.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_of_another_program_is_empty() {
        let entries = BTreeMap::from([("policy/privacy".to_owned(), Arc::default())]);
        let cache = BuildCache::from_bytes(b"", "one".to_owned(), 1).successor([], entries);
        let bytes = cache.to_bytes();
        let same = BuildCache::from_bytes(&bytes, "one".to_owned(), 1);
        assert!(same.entry("policy/privacy").is_some());
        let other = BuildCache::from_bytes(&bytes, "other".to_owned(), 1);
        assert!(other.entry("policy/privacy").is_none());
        let broken = BuildCache::from_bytes(bytes.get(1..).unwrap(), "one".to_owned(), 1);
        assert!(broken.entry("policy/privacy").is_none());
    }

    #[test]
    fn a_file_of_this_moment_is_not_stable() {
        let stamp = Stamp {
            length: 1,
            modified: 1_000_000_000,
        };
        let at = |now| BuildCache::from_bytes(b"", String::new(), now).is_stable(stamp);
        assert!(!at(1_010_000_000));
        assert!(at(1_060_000_000));
        assert!(!at(0));
    }
}
