//! Messages of the hourly work: purge, archive, witnesses.

use super::{Head, Published};
use domain::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

/// One bounded step: reads a time, deletes records past their retention then, returns [`Step`].
pub(crate) const PURGE: &str = "/tree/purge";
/// One bounded step of the hourly work: seeds, and one bundle checked against its tile.
pub(crate) const TIDY: &str = "/tree/tidy";
/// Reads a time, returns the next [`FullBundle`] that may leave for the archive then, or null: all of
/// its records are there and older than two days.
pub(crate) const ARCHIVABLE: &str = "/tree/archivable";
/// Reads an [`Archived`]: its bodies are in the archive and were read back.
pub(crate) const ARCHIVED: &str = "/tree/archived";
/// Reads a time, returns an [`Expired`]: the oldest archived bundle if its first record's retention
/// has ended then, or null.
pub(crate) const EXPIRED: &str = "/tree/expired";
/// Reads a [`FullBundle`] from the archive and brings its bodies back into the log, which does not
/// give it as [`ARCHIVABLE`] again.
pub(crate) const RESTORE: &str = "/tree/restore";
/// Reads the number of a restored bundle, which is not in the archive any more: the log forgets
/// about it.
pub(crate) const REMOVED: &str = "/tree/removed";
/// Returns a [`WitnessLog`].
pub(crate) const WITNESSES: &str = "/tree/witnesses";
/// Reads `(old, new)`, returns the consistency proof, a list of digests.
pub(crate) const CONSISTENCY: &str = "/tree/consistency";
/// Reads a [`Publication`] and stores what the hour has come to.
pub(crate) const PUBLISH: &str = "/tree/publish";

/// What a bounded step of a longer work did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// How many records.
    pub(crate) records: u64,
    /// There is more to do.
    pub(crate) has_more: bool,
}

/// 256 entries, as in [`super::Entries::Bundle`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FullBundle {
    pub(crate) number: u64,
    pub(crate) bytes: Vec<u8>,
}

/// A bundle that is in the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Archived {
    pub(crate) number: u64,
    /// SHA-256 of the bundle, not compressed.
    pub(crate) sha256: Digest,
}

/// A bundle whose first record is to be deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expired {
    pub(crate) number: u64,
    /// Its bodies are back, but the archive may still have it.
    pub(crate) is_restored: bool,
}

/// What the log knows of its witnesses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessLog {
    pub(crate) head: Head,
    pub(crate) witnesses: Vec<WitnessState>,
    pub(crate) published: Option<Published>,
}

/// What the log knows of a witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessState {
    pub(crate) name: String,
    /// Size of the tree that it cosigned last, 0 if none.
    pub(crate) size: u64,
    /// When it did.
    pub(crate) time: Option<Timestamp>,
    /// Why its last try failed, and since when it fails.
    pub(crate) problem: Option<(String, Timestamp)>,
}

/// What [`PUBLISH`] stores.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    /// Absent: the one of before stays.
    pub(crate) published: Option<Published>,
    /// All witnesses of the site; others are forgotten.
    pub(crate) witnesses: Vec<WitnessState>,
    /// Why bundles stay in the log or can't come back to it, if so.
    pub(crate) archive_problem: Option<String>,
}
