//! The lines of a chain's export, and what is checked of each by itself.

use crate::finding::{Finding, FindingKind};
use crate::input::{Line, MAX_LINE_BYTES};
use crate::problem::problem;
use crate::time::is_later;
use domain::{Entry, LogHead, SignedCheckpoint, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A record and the line of the export that holds it.
#[derive(Debug, Clone)]
pub(super) struct EntryLine {
    pub(super) entry: Entry,
    /// Counted from 1.
    pub(super) line: u64,
}

/// A line of an export.
pub(super) enum Content {
    Entry(Box<Entry>),
    Checkpoint(SignedCheckpoint),
}

impl Content {
    /// `None` when the line is not byte for byte what a log writes.
    pub(super) fn parse(line: &Line) -> Option<Self> {
        if line.bytes.len() > MAX_LINE_BYTES {
            None
        } else if line.bytes.starts_with(b"{\"record\":") {
            parse_canonical(&line.bytes).map(|entry| Self::Entry(Box::new(entry)))
        } else {
            parse_canonical(&line.bytes).map(Self::Checkpoint)
        }
    }
}

/// Parses canonical JSON only: the hash covers these bytes, so another order of fields or an
/// additional space is an alteration.
fn parse_canonical<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Option<T> {
    let Ok(value) = serde_json::from_slice(bytes) else {
        return None;
    };
    let is_canonical = serde_json::to_vec(&value).is_ok_and(|canonical| canonical == bytes);
    is_canonical.then_some(value)
}

/// The records among the lines; everything else is skipped.
pub(super) fn entries<'l>(
    lines: &'l mut dyn Iterator<Item = Line>,
) -> impl Iterator<Item = EntryLine> + 'l {
    lines.filter_map(|line| match Content::parse(&line)? {
        Content::Entry(entry) => Some(EntryLine {
            entry: *entry,
            line: line.number,
        }),
        Content::Checkpoint(_) => None,
    })
}

/// Checks that the record at the end of the chain isn't dated after a time at which it was there.
pub(super) fn expect_earlier(
    end: &LogHead,
    time: Option<Timestamp>,
    name: &str,
) -> Result<(), Finding> {
    let Some(time) = time.filter(|time| is_later(end.time, *time)) else {
        return Ok(());
    };
    let sequence = end.sequence;
    Err(Finding::without_line(
        FindingKind::LaterThanCheckpoint,
        Some(sequence),
        format!(
            "record {sequence} is dated {}, which is later than {name}, {time}: it wasn't written when it says",
            end.time
        ),
    ))
}

pub(super) fn unreadable_line(line: &Line, wanted: u64) -> Finding {
    let number = line.number;
    let (kind, message) = if let Some(problem) = problem(&line.bytes) {
        (
            FindingKind::ProblemDocument,
            format!(
                "line {number} is no record but the answer of a server that refused the next page ({problem}): the file ends there"
            ),
        )
    } else if line.is_ended || line.bytes.len() > MAX_LINE_BYTES {
        (
            FindingKind::Unreadable,
            format!(
                "line {number}, where record {wanted} or a checkpoint should stand, isn't what a log writes: it was altered or cut"
            ),
        )
    } else {
        (
            FindingKind::EndMissing,
            format!(
                "line {number}, where record {wanted} or a checkpoint should stand, is cut off"
            ),
        )
    };
    Finding::on_line(kind, wanted, number, message)
}

/// Checks that a line is from the site's own log; without an expected site, the first line decides
/// whose log it is.
pub(super) fn expect_site(
    own: &mut Option<String>,
    site: &str,
    sequence: u64,
    line: u64,
) -> Result<(), Finding> {
    let own = own.get_or_insert_with(|| site.to_owned());
    if own == site {
        return Ok(());
    }
    Err(Finding::on_line(
        FindingKind::Foreign,
        sequence,
        line,
        format!("line {line} is from the log of `{site}`, not of `{own}`"),
    ))
}
