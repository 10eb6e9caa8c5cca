//! What the worker and the log's Durable Object send each other, written by postcard. Each path
//! names a request; changing one would break a deployment while instances of the version before
//! still run.
//!
//! Erasures, exports, statistics and purges leave an entry in the audit trail, in the same
//! transaction: an action that can't be recorded is rolled back.

use domain::{Digest, SignedCheckpoint, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use super::tree_messages::{Count, LogCounts};

/// Logs an [`Append`](super::ledger::Append), returns a [`Logged`](super::ledger::Logged) or null.
pub(crate) const APPEND: &str = "/append";
/// Reads a [`PageRequest`], returns a [`Page`](super::ledger::Page).
pub(crate) const RECORDS: &str = "/records";
/// Returns how many records there have been.
pub(crate) const HEALTH: &str = "/health";
/// Reads a [`domain::SubjectId::link`] and deletes it from all records, returns from how many.
pub(crate) const ERASE: &str = "/erase";
/// Reads a [`ExportRequest`], returns a [`ExportPage`].
pub(crate) const EXPORT: &str = "/export";
/// Reads a [`CountRequest`], returns [`LogCounts`].
pub(crate) const COUNTS: &str = "/counts";
/// Reads the number of an entry, returns a list of the [`AuditEntry`]s after it.
pub(crate) const AUDIT: &str = "/audit";
/// Reads the site's name, returns the head of its chain, a [`Position`].
pub(crate) const HEAD: &str = "/end";
/// Stores a [`domain::SignedCheckpoint`].
pub(crate) const STORE_CHECKPOINT: &str = "/keep";
/// Reads a time, returns the [`Position`] up to which all records are past their retention then, or
/// null.
pub(crate) const PURGE_POINT: &str = "/cut";
/// Reads a [`PurgeRequest`], returns how many records were deleted.
pub(crate) const PURGE: &str = "/purge";

/// Asks for a page of one subject's records.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageRequest {
    /// [`domain::SubjectId::link`]
    pub(crate) link: Digest,
    /// Only entries after this sequence.
    pub(crate) after: u64,
}

/// The most entries of one page of an export.
pub(crate) const MAX_ENTRIES: u64 = 500;
/// The most entries of one page of the audit trail.
pub(crate) const MAX_AUDIT_ENTRIES: u64 = 500;
/// The most records that one transaction deletes.
pub(crate) const MAX_PURGED: u64 = 2000;

/// A half-open range of time: `from` is included, `to` is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeRange {
    /// Absent: from the first record.
    pub(crate) from: Option<Timestamp>,
    /// Absent: to the last record.
    pub(crate) to: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportRequest {
    /// Host of the site, from which hash(0) of its chain is made.
    pub(crate) site: String,
    pub(crate) range: TimeRange,
    /// Only entries after this sequence.
    pub(crate) after: Option<u64>,
    /// At most [`MAX_ENTRIES`].
    pub(crate) limit: u64,
    /// Identifies the token in the audit trail, see [`crate::auth::Tokens::reader`].
    pub(crate) reader: String,
}

/// An entry's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    /// Number of the entry; 0 before the first.
    pub(crate) sequence: u64,
    /// Hash of the entry; of 0 it is hash(0).
    pub(crate) hash: Digest,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportPage {
    /// The entry before the first one of the page.
    pub(crate) start: Position,
    /// In the order of the log.
    pub(crate) entries: Vec<RawEntry>,
    /// Stored checkpoints of these entries.
    pub(crate) checkpoints: Vec<SignedCheckpoint>,
    /// Present when there is more: the `after` of the next page.
    pub(crate) next: Option<u64>,
}

/// An entry whose record is left as its canonical text. Messages hold no record in another form:
/// those of version 1 lack a member, which the messages' format can't leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    /// In canonical form, the text that was hashed.
    pub(crate) record: String,
    /// As in [`domain::Entry`], like the hashes.
    pub(crate) sequence: u64,
    pub(crate) previous: Digest,
    pub(crate) hash: Digest,
}

impl RawEntry {
    /// The entry with its record written.
    ///
    /// # Errors
    /// None in practice: every record has a JSON form.
    pub(crate) fn new(entry: &domain::Entry) -> Result<Self, serde_json::Error> {
        Ok(Self {
            record: entry.record.canonical()?,
            sequence: entry.sequence,
            previous: entry.previous,
            hash: entry.hash,
        })
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            sequence: self.sequence,
            hash: self.hash,
        }
    }

    /// The entry as JSON, in which the record's text is unchanged.
    pub(crate) fn json(&self) -> String {
        let Self {
            record,
            sequence,
            previous,
            hash,
        } = self;
        format!(
            r#"{{"record":{record},"sequence":{sequence},"previous":"{previous}","hash":"{hash}"}}"#
        )
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountRequest {
    pub(crate) range: TimeRange,
    /// As in [`ExportRequest::reader`].
    pub(crate) reader: String,
}

/// Deletes all records up to a checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurgeRequest {
    /// Stored, so that the rest of the chain can be verified from it.
    pub(crate) checkpoint: SignedCheckpoint,
    /// The time at which all of them must be past their retention; otherwise nothing is deleted.
    pub(crate) past: Timestamp,
}

/// An entry of the audit trail: what was done to the log, but never whose records it concerned.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditEntry {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    /// `erase`, `export`, `stats` or `purge`
    pub(crate) action: String,
    /// A JSON object that depends on the action.
    pub(crate) detail: String,
}
