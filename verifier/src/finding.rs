//! Findings: what is wrong with a log, in sentences for readers who don't know what a hash is.

use domain::Entry;
use serde::Serialize;

/// A kind of [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A line that isn't exactly what a log writes.
    Unreadable,
    /// A record or its hash was changed after it was written.
    Altered,
    /// Records are missing.
    Dropped,
    /// A line that the chain of the lines before it does not continue to.
    Inserted,
    /// A record on another line than the one that its sequence gives it.
    Moved,
    /// Another record in the place of the one that was written.
    Replaced,
    /// A record dated before the one it follows.
    Backdated,
    /// A record, checkpoint or receipt from another site's log.
    Foreign,
    /// The beginning of the file is missing.
    BeginningMissing,
    /// The end of the file, or of the log, is missing.
    EndMissing,
    /// The log has another hash than a signed checkpoint or receipt states.
    Contradicted,
    /// A signature that doesn't verify with the key it names.
    BadSignature,
    /// A signature by a key that isn't among the published ones.
    UnknownKey,
    /// A receipt that was altered.
    BadReceipt,
    /// A text that a record names isn't in the archive of the site.
    UnknownText,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable: programs branch on it.
    pub kind: FindingKind,
    /// The record it is about.
    pub sequence: Option<u64>,
    /// The line of the export on which it was noticed, from 1.
    pub line: Option<u64>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
}

impl Finding {
    /// A finding about a record, on a line of the export.
    pub(crate) fn on_line(kind: FindingKind, sequence: u64, line: u64, message: String) -> Self {
        Self {
            kind,
            sequence: Some(sequence),
            line: Some(line),
            message,
        }
    }

    /// A finding that no line of the export shows.
    pub(crate) fn without_line(kind: FindingKind, sequence: Option<u64>, message: String) -> Self {
        Self {
            kind,
            sequence,
            line: None,
            message,
        }
    }
}

/// `record 5` or `records 5 to 7`.
pub(crate) fn records(first: u64, last: u64) -> String {
    if first >= last {
        format!("record {first}")
    } else {
        format!("records {first} to {last}")
    }
}

/// `is` or `are`.
pub(crate) const fn are(first: u64, last: u64) -> &'static str {
    if first >= last { "is" } else { "are" }
}

/// A record and the line of the export that holds it.
#[derive(Debug, Clone)]
pub(crate) struct EntryLine {
    pub(crate) entry: Entry,
    /// Counted from 1.
    pub(crate) line: u64,
}
