//! Findings: what is wrong with a log, in sentences for readers who don't know what a hash is.

use serde::Serialize;

/// What a check came to. Each has an exit status of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was given is whole, and agrees.
    Verified,
    /// Something was altered, contradicts something else, or can't have been written when it says.
    Wrong,
    /// Nothing contradicts, and nothing is proved: keys or cosignatures are missing.
    #[default]
    NothingProved,
    /// Nothing contradicts, but a part is missing.
    Incomplete,
}

impl Verdict {
    /// The exit status of a program. 2 is a wrong command line or something that can't be read.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::Wrong => 1,
            Self::NothingProved => 3,
            Self::Incomplete => 4,
        }
    }
}

/// A kind of [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A line, a tile or an entry that isn't exactly what a log writes.
    Unreadable,
    /// A record, or its hash in a chain, was changed after it was written.
    Altered,
    /// Records are missing between others.
    Dropped,
    /// A line that doesn't belong where it stands.
    Inserted,
    /// A record on another line than the one that its number gives it.
    Moved,
    /// Another record in the place of the one that was written.
    Replaced,
    /// A record dated before the one it follows.
    Backdated,
    /// A record dated after a checkpoint or cosignature that covers it, or after today.
    LaterThanCheckpoint,
    /// A record dated before the end of the log at a time that the log itself signed.
    EarlierThanKeptEnd,
    /// A record dated long before the time at which others saw that it wasn't there yet.
    EarlierThanCosignature,
    /// Something from another site's log.
    Foreign,
    /// The beginning of the file is missing.
    BeginningMissing,
    /// The records aren't those of the tree whose checkpoint is given.
    NotInTree,
    /// A tile that isn't the one its parent, or the checkpoint, was made of.
    AlteredTile,
    /// The log has another hash than a signed checkpoint or receipt states.
    Contradicted,
    /// The log has fewer entries than it had.
    Shrunk,
    /// Records were deleted before their retention ended.
    PurgedEarly,
    /// A signature that doesn't verify with the key it names.
    BadSignature,
    /// A receipt that was altered, or whose readable copy says something else.
    BadReceipt,
    /// A record of another visitor than the one whose id was given.
    OtherSubject,
    /// A text that a record names isn't in the archive of the site.
    UnknownText,
    /// Neither keys nor a policy were given.
    MissingKeys,
    /// A signature by a key that isn't among the given ones.
    UnknownKey,
    /// Fewer witnesses have cosigned than the policy demands.
    QuorumNotMet,
    /// The end of the file, or of the log, is missing.
    EndMissing,
    /// Records are missing where two pages of a chain's export meet.
    Gap,
    /// The answer of a server that refused a page stands in the place of records.
    ProblemDocument,
    /// A tile is missing.
    MissingTile,
    /// Entries are missing.
    MissingEntries,
    /// The log has not been signed anew for longer than it should take.
    Stale,
}

impl FindingKind {
    /// What a check that finds it comes to.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::MissingKeys | Self::UnknownKey | Self::QuorumNotMet => Verdict::NothingProved,
            Self::EndMissing
            | Self::Gap
            | Self::ProblemDocument
            | Self::MissingTile
            | Self::MissingEntries
            | Self::Stale => Verdict::Incomplete,
            _ => Verdict::Wrong,
        }
    }
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable: programs branch on it.
    pub kind: FindingKind,
    /// The record it is about.
    pub index: Option<u64>,
    /// The line of the export on which it was noticed, from 1.
    pub line: Option<u64>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
}

impl Finding {
    /// A finding about a record, on a line of the export.
    pub(crate) fn on_line(kind: FindingKind, index: u64, line: u64, message: String) -> Self {
        Self {
            kind,
            index: Some(index),
            line: Some(line),
            message,
        }
    }

    /// A finding that no line of the export shows.
    pub(crate) fn without_line(kind: FindingKind, index: Option<u64>, message: String) -> Self {
        Self {
            kind,
            index,
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

/// What there is to say when no key was given and nothing contradicts.
pub(crate) fn missing_keys() -> Finding {
    Finding::without_line(
        FindingKind::MissingKeys,
        None,
        "without keys nobody can tell who signed this; give `--policy` or `--keys`".to_owned(),
    )
}

/// A record of another visitor than the one whose id was given.
pub(crate) fn other_subject(index: u64) -> Finding {
    Finding::without_line(
        FindingKind::OtherSubject,
        Some(index),
        format!("record {index} isn't of the visitor with this id"),
    )
}
