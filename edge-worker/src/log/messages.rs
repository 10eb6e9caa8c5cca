//! What auditors, operators, the clock and the rights of a person ask of the log, beyond appending: parts of the chain, counts,
//! erasure, checkpoints, the purge. Each of them but the plain reading leaves a row in the audit trail, in the same
//! transaction: what can't be written down does not happen.

use domain::{Digest, SignedCheckpoint, Timestamp};
use serde::{Deserialize, Serialize};

/// The most entries in one page of an export.
pub(crate) const MAX_ENTRIES: u64 = 500;
/// The most rows of the audit trail in one answer.
pub(crate) const MAX_AUDIT_ENTRIES: u64 = 500;
/// The most records deleted in one transaction.
pub(crate) const MAX_PURGED: u64 = 2000;

/// Erases what links records to a subject.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseRequest {
    /// The subject's link.
    pub(crate) link: Digest,
}

/// From when until when, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// Absent: from the beginning.
    pub(crate) from: Option<Timestamp>,
    /// Absent: to the end.
    pub(crate) to: Option<Timestamp>,
}

/// Asks for a page of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportRequest {
    /// The log's name: its chain begins with it.
    pub(crate) site: String,
    /// Of which time.
    pub(crate) span: Span,
    /// Only what comes after this sequence.
    pub(crate) after: Option<u64>,
    /// How many, at most [`MAX_ENTRIES`].
    pub(crate) limit: u64,
    /// Which token asks, see [`crate::admin::Tokens::reader`].
    pub(crate) reader: String,
}

/// A place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    /// How many records there had been.
    pub(crate) sequence: u64,
    /// Hash of the last one, or of the beginning.
    pub(crate) hash: Digest,
}

/// A page of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportPage {
    /// What comes before the first entry.
    pub(crate) start: Position,
    /// Entries in the order of the log.
    pub(crate) entries: Vec<RawEntry>,
    /// Kept checkpoints at those entries.
    pub(crate) checkpoints: Vec<SignedCheckpoint>,
    /// There is more after this sequence.
    pub(crate) next: Option<u64>,
}

/// An entry whose record is left as the text that was hashed: nothing on the way has to understand it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    /// The canonical text.
    pub(crate) record: String,
    /// Its place.
    pub(crate) sequence: u64,
    /// Hash before it.
    pub(crate) previous: Digest,
    /// Its hash.
    pub(crate) hash: Digest,
}

impl RawEntry {
    /// As receipts and exports write it; the hashed text stands in it byte by byte.
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

/// Asks for counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountRequest {
    /// Of which time.
    pub(crate) span: Span,
    /// Which token asks.
    pub(crate) reader: String,
}

/// Counts, and the state of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogCounts {
    /// Of the time asked about.
    pub(crate) counts: Vec<Count>,
    /// `LogState` of openapi.yaml, as the database wrote it: nothing on the way has to understand it.
    pub(crate) log: String,
}

/// How many records of one day agree in what is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    /// `2026-11-20`, UTC
    pub(crate) day: String,
    /// As in the record.
    pub(crate) regime: String,
    /// As in the record; absent on some withdrawals.
    pub(crate) locale: Option<String>,
    /// As in the record.
    pub(crate) action: String,
    /// Whether granted: functional, analytics, marketing.
    pub(crate) granted: [bool; 3],
    /// How many.
    pub(crate) count: u64,
}

/// Asks up to where records are past their own retention.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurgePointRequest {
    /// At this moment.
    pub(crate) past: Timestamp,
}

/// Deletes everything up to a checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurgeRequest {
    /// Stays, so that the rest is checked from there.
    pub(crate) checkpoint: SignedCheckpoint,
    /// The moment at which all of them are past their own retention; nothing is deleted if one isn't.
    pub(crate) past: Timestamp,
}

/// Asks for rows of the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditRequest {
    /// Only what comes after this number.
    pub(crate) after: u64,
}

/// A row of the audit trail: that something was done to the log as a whole. Never whose records it was about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditEntry {
    /// Its place, from 1.
    pub(crate) number: u64,
    /// When.
    pub(crate) time: Timestamp,
    /// `erase`, `export`, `stats` or `purge`
    pub(crate) action: String,
    /// What exactly, a JSON object.
    pub(crate) detail: String,
}
