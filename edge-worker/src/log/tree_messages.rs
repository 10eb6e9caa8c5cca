//! What the worker and the log's Durable Object send each other, written by postcard. Each path
//! names a request; changing one would break a deployment while instances of the version before
//! still run. With each request go the site's host and the worker's time.

mod hourly;

use domain::tlog::Resource;
use domain::{Digest, Draft, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use hourly::*;

/// Logs an [`Append`], returns an [`Appended`].
pub(crate) const APPEND: &str = "/tree/append";
/// Reads a [`PageRequest`], returns a [`Page`].
pub(crate) const RECORDS: &str = "/tree/records";
/// Reads a [`RecordRequest`], returns a [`Page`] of that entry or of none.
pub(crate) const PROOF: &str = "/tree/proof";
/// Returns a [`Head`].
pub(crate) const HEAD: &str = "/tree/head";
/// Reads a [`Resource`] of hashes, returns its bytes or null.
pub(crate) const TILE: &str = "/tree/tile";
/// Reads an [`EntriesRequest`], returns an [`Entries`].
pub(crate) const ENTRIES: &str = "/tree/entries";
/// Reads a [`ExportRequest`], returns an [`ExportOutcome`].
pub(crate) const EXPORT: &str = "/tree/export";
/// Reads a [`CountRequest`], returns [`LogCounts`].
pub(crate) const COUNTS: &str = "/tree/counts";
/// Reads a [`Shown`] and counts it.
pub(crate) const SHOWN: &str = "/tree/shown";
/// Reads a [`domain::SubjectId::link`] and deletes it from all records, returns from how many.
pub(crate) const ERASE: &str = "/tree/erase";
/// Reads the number of an entry, returns a list of the `AuditEntry`s after it.
pub(crate) const AUDIT: &str = "/tree/audit";
/// Returns a [`Health`].
pub(crate) const HEALTH: &str = "/tree/health";
/// Notes that visitors were refused because the site's budget was used up; at most one entry of the
/// audit trail an hour.
pub(crate) const FLOOD: &str = "/tree/flood";

/// The most entries of one page of the audit trail.
pub(crate) const MAX_AUDIT_ENTRIES: u64 = 500;
/// The most records of one page of an export: 32 bundles.
pub(crate) const MAX_ENTRIES: u64 = 8192;

/// An event to be logged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Append {
    pub(crate) draft: Draft,
    /// Absent for a visitor without a cookie.
    pub(crate) subject: Option<SubjectId>,
    /// SHA-256 of the secret of the visitor's page, or of random bytes if it sent none.
    pub(crate) secret: Digest,
    /// The event's record from the archive, after [`Appended::Archived`].
    pub(crate) archived: Option<String>,
}

/// What became of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Appended {
    /// It is in the log, added by this request or by an earlier try.
    Logged(Logged),
    /// Its id belongs to another event, or to the event of another subject.
    Taken,
    /// Its id belongs to the record of this index, whose text is in the archive: send it along.
    Archived(u64),
    /// Nothing was logged.
    Refused(NotLogged),
}

/// Why the log takes no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NotLogged {
    /// The log is being migrated.
    Migrating,
    /// The log is as large as it may become.
    Full,
    /// Its database is damaged.
    Damaged,
    /// Its clock is more than an hour ahead of the worker's.
    Clock,
}

/// A logged event with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logged {
    pub(crate) entry: ProvenEntry,
    /// The root of the tree of `entry.size` entries.
    pub(crate) root: Digest,
    /// The subject of the request's cookie, or one derived from a seed.
    pub(crate) subject: SubjectId,
    /// Nothing of the same subject was logged after it, so its choice is in force.
    pub(crate) is_latest: bool,
}

/// An entry with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProvenEntry {
    pub(crate) index: u64,
    /// The canonical text; `None` when it is in the archive.
    pub(crate) record: Option<String>,
    /// Hash of the text.
    pub(crate) leaf: Digest,
    /// The tree in which the path proves the entry.
    pub(crate) size: u64,
    pub(crate) path: Vec<Digest>,
}

/// The newest tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) size: u64,
    pub(crate) root: Digest,
    /// The minimum index: records before it were purged.
    pub(crate) first: u64,
}

/// Asks for a page of one subject's records.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageRequest {
    /// [`domain::SubjectId::link`]
    pub(crate) link: Digest,
    /// Only entries after this index; those of a subject begin at 1.
    pub(crate) after: u64,
    /// Only the newest record.
    pub(crate) newest: bool,
}

/// Records with their proofs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    pub(crate) head: Head,
    /// The newest checkpoint with cosignatures of witnesses. Entries that it covers are proved in
    /// its tree, others in the head's.
    pub(crate) published: Option<Published>,
    /// In the order of the log.
    pub(crate) entries: Vec<ProvenEntry>,
    /// Present when there is more: the `after` of the next page.
    pub(crate) next: Option<u64>,
}

/// A checkpoint that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    pub(crate) size: u64,
    pub(crate) root: Digest,
    /// The signed note.
    pub(crate) note: String,
    /// How many witnesses have cosigned it.
    pub(crate) cosignatures: u32,
    pub(crate) time: Timestamp,
}

/// Asks for one record. Leaves an entry `record` in the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordRequest {
    pub(crate) index: u64,
    /// As in [`ExportRequest::reader`].
    pub(crate) reader: String,
}

/// Asks for an entry bundle. Leaves an entry `entries` in the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntriesRequest {
    /// Of entries.
    pub(crate) resource: Resource,
    /// As in [`ExportRequest::reader`].
    pub(crate) reader: String,
}

/// An entry bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entries {
    /// There is none of that width, or all of it was purged.
    Missing,
    /// The bundle; purged entries are empty.
    Bundle(Vec<u8>),
    /// It is in the archive.
    Archived,
}

/// Days of UTC: `2026-11-20`. `from` is included, `to` is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayRange {
    /// Absent: from the first record.
    pub(crate) from: Option<String>,
    /// Absent: to the last record.
    pub(crate) to: Option<String>,
}

/// Asks for a page of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportRequest {
    pub(crate) part: ExportPart,
    /// At most [`MAX_ENTRIES`].
    pub(crate) limit: u64,
    /// Identifies the token in the audit trail, see [`crate::auth::Tokens::reader`].
    pub(crate) reader: String,
}

/// Which page of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum ExportPart {
    /// The first, of these days.
    First(DayRange),
    /// Another: records from an index, and where the export ends.
    Next {
        /// The first record of the page.
        from: u64,
        /// The record after the last one of the export.
        end: u64,
    },
}

/// A page of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is a page"
)]
pub(crate) enum ExportOutcome {
    /// The records.
    Page(ExportPage),
    /// Records of the page were purged since the export began, so it can't become whole.
    Purged,
}

/// Records of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportPage {
    /// Of the first page alone.
    pub(crate) start: Option<ExportStart>,
    /// Index of the first record of the page.
    pub(crate) first: u64,
    /// The record after the last one of the export.
    pub(crate) end: u64,
    /// Canonical texts; `None` for those in the archive.
    pub(crate) records: Vec<Option<String>>,
    /// Present when there is more: the first record of the next page.
    pub(crate) next: Option<u64>,
}

/// What proves an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportStart {
    pub(crate) head: Head,
    /// The right edge of the tree that ends before the first record.
    pub(crate) edge: Vec<Digest>,
    /// The consistency proof from the tree that ends with the last record to the head.
    pub(crate) consistency: Vec<Digest>,
    /// Entry 0, canonical.
    pub(crate) log: String,
    /// Its inclusion proof in the head.
    pub(crate) log_proof: Vec<Digest>,
    /// If it is of the head's size.
    pub(crate) published: Option<Published>,
}

/// Asks for counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountRequest {
    pub(crate) range: DayRange,
    /// As in [`ExportRequest::reader`].
    pub(crate) reader: String,
}

/// What statistics are made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogCounts {
    /// Of the days of the request.
    pub(crate) counts: Vec<Count>,
    /// `LogState` of openapi.yaml as JSON.
    pub(crate) log: String,
}

/// How many events have these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    /// In UTC: `2026-11-20`.
    pub(crate) day: String,
    pub(crate) regime: String,
    /// An action of a record, or `shown` for a banner that was shown.
    pub(crate) action: String,
    /// Functional, analytics, marketing.
    pub(crate) granted: [bool; 3],
    /// Absent on some withdrawals, like the next three.
    pub(crate) locale: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) surface: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) count: u64,
}

/// A banner that was shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    pub(crate) regime: String,
    pub(crate) locale: String,
    pub(crate) country: Option<String>,
    pub(crate) revision: String,
}

/// How the log is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    pub(crate) size: u64,
    /// Why it takes no events.
    pub(crate) refuses: Option<NotLogged>,
}

/// An entry of the audit trail: what was done to the log, but never whose records it concerned.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditEntry {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    /// `erase`, `export`, `stats`, `purge`, `flood`, `archive` …
    pub(crate) action: String,
    /// A JSON object that depends on the action.
    pub(crate) detail: String,
}
