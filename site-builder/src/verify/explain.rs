//! What happened where the chain doesn't hold: the record before the break, the one behind it and what follows tell whether
//! something was dropped, inserted, moved or replaced.

use super::finding::{Finding, Kind, Placed, are, records};
use domain::{Digest, LogHead, chain_hash};

/// The end of the chain as far as it holds.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// The end itself.
    pub(super) tail: LogHead,
    /// What the last record was tied to; none when none was read yet.
    pub(super) previous: Option<Digest>,
    /// The line of the last record or checkpoint.
    pub(super) line: u64,
}

/// A record whose hash isn't that of its words. `next` is the record behind it.
pub(super) fn altered(end: &End, found: &Placed, next: Option<&Placed>) -> Finding {
    let Placed { entry, line } = found;
    let sequence = entry.sequence;
    let of_words = |previous: &Digest| {
        entry
            .record
            .canonical()
            .ok()
            .map(|canonical| chain_hash(previous, &canonical))
    };
    let expected = of_words(&end.tail.hash);
    let what = if expected == Some(entry.hash) {
        "the hash of the record before it was changed; its words are as they were"
    } else if expected.is_some() && next.map(|next| next.entry.previous) == expected {
        "its hash was changed; its words are those that the next record follows"
    } else {
        "its words don't give the hash that was made when it was written"
    };
    Finding::at(
        Kind::Altered,
        sequence,
        *line,
        format!("record {sequence} (line {line}) was altered: {what}"),
    )
}

/// A record that is whole, but isn't the one that follows. `rest` are the records behind it.
pub(super) fn misplaced(
    end: &End,
    found: &Placed,
    rest: &mut dyn Iterator<Item = Placed>,
) -> Finding {
    let tail = &end.tail;
    let wanted = tail.sequence.saturating_add(1);
    let Placed { entry, line } = found;
    let sequence = entry.sequence;
    if entry.previous == tail.hash {
        return Finding::at(
            Kind::Altered,
            wanted,
            *line,
            format!("record {wanted} (line {line}) was given the number {sequence}"),
        );
    }
    if sequence <= tail.sequence {
        return repeated(end, found, rest.next().as_ref());
    }
    let next = rest.next();
    let follows_end = |placed: &Placed| placed.entry.previous == tail.hash;
    if let Some(next) = next.as_ref().filter(|next| follows_end(next)) {
        // In a mere swap the one that came too early follows the one that came too late.
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
    Finding::at(
        Kind::Dropped,
        wanted,
        *line,
        format!(
            "{} {} missing: line {line} goes on with record {sequence}",
            records(wanted, last),
            are(wanted, last)
        ),
    )
}

fn moved(late: &Placed, early: &Placed) -> Finding {
    let sequence = late.entry.sequence;
    let at = late.line;
    Finding::at(
        Kind::Moved,
        sequence,
        at,
        format!(
            "record {sequence} was moved: it stands on line {at}, but its place is line {}, before record {}",
            early.line, early.entry.sequence
        ),
    )
}

fn out_of_place(wanted: u64, found: &Placed) -> Finding {
    let (sequence, line) = (found.entry.sequence, found.line);
    Finding::at(
        Kind::Inserted,
        sequence,
        line,
        format!(
            "line {line} was inserted: the record with the number {sequence} doesn't belong there, record {wanted} does"
        ),
    )
}

/// A record whose number was there already.
fn repeated(end: &End, found: &Placed, next: Option<&Placed>) -> Finding {
    let sequence = found.entry.sequence;
    let is_rival = sequence == end.tail.sequence && end.previous == Some(found.entry.previous);
    let is_copy = found.entry.hash == end.tail.hash;
    let is_followed = next.is_some_and(|next| next.entry.previous == found.entry.hash);
    let line = if is_rival && !is_copy && is_followed {
        end.line
    } else {
        found.line
    };
    let message = if is_rival && !is_copy {
        format!(
            "line {line} was inserted: two records claim the number {sequence}, and what follows is tied to the other one"
        )
    } else {
        format!(
            "line {line} was inserted: the number {sequence} was there before, and no record is repeated in a log"
        )
    };
    Finding::at(Kind::Inserted, sequence, line, message)
}

/// Two neighbours that don't fit: what comes behind says which of them is not the one that was written.
fn replaced(end: &End, found: &Placed, next: Option<&Placed>) -> Finding {
    let is_followed = next.is_some_and(|next| next.entry.previous == found.entry.hash);
    let (before, behind) = (end.tail.sequence, found.entry.sequence);
    if is_followed && end.previous.is_some() {
        return Finding::at(
            Kind::Replaced,
            before,
            end.line,
            format!(
                "record {before} (line {}) isn't the one that record {behind} was tied to: it was replaced, or records between them were taken out and the rest renumbered",
                end.line
            ),
        );
    }
    let line = found.line;
    Finding::at(
        Kind::Replaced,
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
