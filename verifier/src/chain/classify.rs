//! Classifies a break of the hash chain: the records before, at and after it show whether something
//! was altered, dropped, inserted, moved or replaced.

use super::line::EntryLine;
use crate::finding::{Finding, FindingKind, are, records};
use domain::{Digest, LogHead, chain_hash};

/// The last record or checkpoint up to which the chain is unbroken.
#[derive(Debug, Clone)]
pub(super) struct ChainEnd {
    pub(super) tail: LogHead,
    /// The `previous` of the last record; `None` when no record was read yet.
    pub(super) previous: Option<Digest>,
    /// Of the export, from 1.
    pub(super) line: u64,
}

/// Classifies a record whose hash isn't that of its content. `next` is the record after it.
pub(super) fn altered_record(
    end: &ChainEnd,
    found: &EntryLine,
    next: Option<&EntryLine>,
) -> Finding {
    let EntryLine { entry, line } = found;
    let sequence = entry.sequence;
    let expected = match entry.record.canonical() {
        Ok(canonical) => Some(chain_hash(&end.tail.hash, &canonical)),
        // A record without a JSON form never had a hash, so the last message below applies.
        Err(_) => None,
    };
    let what = if expected == Some(entry.hash) {
        "the hash of the record before it was changed; its words are as they were"
    } else if expected.is_some() && next.map(|next| next.entry.previous) == expected {
        "its hash was changed; its words are those that the next record follows"
    } else {
        "its words don't give the hash that was made when it was written"
    };
    Finding::on_line(
        FindingKind::Altered,
        sequence,
        *line,
        format!("record {sequence} (line {line}) was altered: {what}"),
    )
}

/// Classifies an intact record that isn't the next one. `rest` are the records after it.
pub(super) fn misplaced_record(
    end: &ChainEnd,
    found: &EntryLine,
    rest: &mut dyn Iterator<Item = EntryLine>,
) -> Finding {
    let tail = &end.tail;
    let wanted = tail.sequence.saturating_add(1);
    let EntryLine { entry, line } = found;
    let sequence = entry.sequence;
    if entry.previous == tail.hash {
        return Finding::on_line(
            FindingKind::Altered,
            wanted,
            *line,
            format!("record {wanted} (line {line}) was given the number {sequence}"),
        );
    }
    if sequence <= tail.sequence {
        return repeated(end, found, rest.next().as_ref());
    }
    let next = rest.next();
    let follows_end = |placed: &EntryLine| placed.entry.previous == tail.hash;
    if let Some(next) = next.as_ref().filter(|next| follows_end(next)) {
        // When two records were swapped, the one that comes too early was chained to the one that
        // comes too late.
        return if entry.previous == next.entry.hash {
            moved(next, found)
        } else {
            out_of_place(wanted, found)
        };
    }
    if sequence == wanted {
        return replaced(end, found, next.as_ref());
    }
    let mut behind = next.into_iter().chain(rest);
    if let Some(later) = behind.find(follows_end) {
        return moved(&later, found);
    }
    let last = sequence.saturating_sub(1);
    Finding::on_line(
        FindingKind::Dropped,
        wanted,
        *line,
        format!(
            "{} {} missing: line {line} goes on with record {sequence}",
            records(wanted, last),
            are(wanted, last)
        ),
    )
}

fn moved(late: &EntryLine, early: &EntryLine) -> Finding {
    let sequence = late.entry.sequence;
    let at = late.line;
    Finding::on_line(
        FindingKind::Moved,
        sequence,
        at,
        format!(
            "record {sequence} was moved: it stands on line {at}, but its place is line {}, before record {}",
            early.line, early.entry.sequence
        ),
    )
}

fn out_of_place(wanted: u64, found: &EntryLine) -> Finding {
    let (sequence, line) = (found.entry.sequence, found.line);
    Finding::on_line(
        FindingKind::Inserted,
        sequence,
        line,
        format!(
            "line {line} was inserted: the record with the number {sequence} doesn't belong there, record {wanted} does"
        ),
    )
}

/// A record with a number that isn't higher than the last one.
fn repeated(end: &ChainEnd, found: &EntryLine, next: Option<&EntryLine>) -> Finding {
    let sequence = found.entry.sequence;
    let same_place = sequence == end.tail.sequence && end.previous == Some(found.entry.previous);
    let is_rival = same_place && found.entry.hash != end.tail.hash;
    let is_followed = next.is_some_and(|next| next.entry.previous == found.entry.hash);
    let line = if is_rival && is_followed {
        end.line
    } else {
        found.line
    };
    let message = if is_rival {
        format!(
            "line {line} was inserted: two records claim the number {sequence}, and what follows is tied to the other one"
        )
    } else {
        format!(
            "line {line} was inserted: the number {sequence} was there before, and no record is repeated in a log"
        )
    };
    Finding::on_line(FindingKind::Inserted, sequence, line, message)
}

/// Two neighbours in sequence that aren't chained: the record after them shows which one isn't what
/// was written.
fn replaced(end: &ChainEnd, found: &EntryLine, next: Option<&EntryLine>) -> Finding {
    let is_followed = next.is_some_and(|next| next.entry.previous == found.entry.hash);
    let (before, behind) = (end.tail.sequence, found.entry.sequence);
    if is_followed && end.previous.is_some() {
        return Finding::on_line(
            FindingKind::Replaced,
            before,
            end.line,
            format!(
                "record {before} (line {}) isn't the one that record {behind} was tied to: it was replaced, or records between them were taken out and the rest renumbered",
                end.line
            ),
        );
    }
    let line = found.line;
    Finding::on_line(
        FindingKind::Replaced,
        behind,
        line,
        format!(
            "record {behind} (line {line}) isn't tied to {}: another record stood in its place",
            if before == 0 {
                "the beginning of this log".to_owned()
            } else {
                format!("record {before} before it")
            }
        ),
    )
}
