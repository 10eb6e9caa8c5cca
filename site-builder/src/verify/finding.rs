//! What is wrong with a log, in words for people who never heard of a hash.

use domain::Entry;
use serde::Serialize;

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A line that is no line of an export.
    Unreadable,
    /// A record says something else than when it was written.
    Altered,
    /// Records are missing.
    Dropped,
    /// A line that doesn't belong where it stands.
    Inserted,
    /// A record that stands somewhere else.
    Moved,
    /// A record in the place of another.
    Replaced,
    /// A record dated before the one it follows.
    Backdated,
    /// Something of another site's log.
    Foreign,
    /// The beginning of the file is missing.
    BeginningMissing,
    /// The end of the file, or of the log, is missing.
    EndMissing,
    /// The log says something else than what was signed and kept.
    Contradicted,
    /// A signature that the log's key didn't make.
    BadSignature,
    /// A signature by a key that isn't among the published ones.
    UnknownKey,
    /// A receipt that was altered.
    BadReceipt,
    /// What a record says was shown isn't in the archive of the site.
    UnknownText,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Of what kind.
    pub kind: Kind,
    /// The record it is about.
    pub sequence: Option<u64>,
    /// The line of the file on which it shows.
    pub line: Option<u64>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
}

impl Finding {
    /// About a record on a line.
    pub(super) fn at(kind: Kind, sequence: u64, line: u64, message: String) -> Self {
        Self {
            kind,
            sequence: Some(sequence),
            line: Some(line),
            message,
        }
    }

    /// About something that is no line of the log.
    pub(super) fn beside(kind: Kind, sequence: Option<u64>, message: String) -> Self {
        Self {
            kind,
            sequence,
            line: None,
            message,
        }
    }
}

/// `record 5` or `records 5 to 7`.
pub(super) fn records(first: u64, last: u64) -> String {
    if first >= last {
        format!("record {first}")
    } else {
        format!("records {first} to {last}")
    }
}

/// `is` or `are`.
pub(super) const fn are(first: u64, last: u64) -> &'static str {
    if first >= last { "is" } else { "are" }
}

/// A record on a line.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The record.
    pub(super) entry: Entry,
    /// The line.
    pub(super) line: u64,
}
