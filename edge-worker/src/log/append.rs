//! Appending an event to the log: recognise a retry, find its subject, add it to the tree.

use super::counts;
use super::entries::insert;
use super::rows::{Database, natural, subject};
use super::seeds::{self, Seed};
use super::tree::{StoredTiles, indexed};
use super::tree_messages::{Append, Appended, Logged, NotLogged, ProvenEntry};
use super::{Call, Log, LogError};
use crate::json;
use crate::runtime::sql::Value;
use domain::tlog::leaf_hash;
use domain::{Action, EventId, Record, SubjectId, Timestamp};
use std::rc::Rc;

/// How far the clock of the log may be ahead of the worker's. A time that was logged stands for
/// ever, and no later record may have an earlier one.
const MAX_AHEAD_MILLIS: i64 = 3_600_000;

/// Logs an event once.
pub(super) fn append(
    log: &Log,
    rows: &dyn Database,
    request: Append,
    call: &Call<'_>,
) -> Result<Appended, LogError> {
    let statement = "SELECT [index], body FROM entry WHERE id = ?";
    let id = request.draft.id().to_bytes();
    if let Some((index, body)) = rows.first(statement, &[id.as_slice().into()], indexed)? {
        return retried(log, rows, &request, (index, body), call.now);
    }
    let mut tail = Rc::unwrap_or_clone(log.take_tail(rows)?);
    if let Some(reason) = refusal(log, rows, call, request.draft.action()) {
        log.keep_tail(tail);
        return Ok(Appended::Refused(reason));
    }
    seeds::delete_old(rows, call.now)?;
    let (subject, latest) = subject_of(log, rows, &request, call)?;
    let time = call.now.max(tail.time);
    let id = request.draft.id().clone();
    let record = request.draft.complete(&subject, time, latest);
    let text = record.canonical()?;
    let (index, leaf) = (tail.size(), leaf_hash(text.as_bytes()));
    insert(rows, index, Some(&id), Some(&text), &leaf)?;
    link(rows, &subject, index)?;
    counts::add(rows, index, tail.size().saturating_add(1))?;
    if time.day() != tail.time.day() {
        counts::begin_days(rows, index, tail.size().saturating_add(1))?;
    }
    let path = tail.edge().next_path();
    tail.push(rows, leaf)?;
    tail.time = time;
    let logged = Logged {
        entry: ProvenEntry {
            index,
            record: Some(text),
            leaf,
            size: tail.size(),
            path,
        },
        root: tail.edge().root(),
        subject,
        is_latest: true,
    };
    log.keep_tail(tail);
    Ok(Appended::Logged(logged))
}

/// Why the log takes no event of that action.
pub(super) fn refusal(
    log: &Log,
    rows: &dyn Database,
    call: &Call<'_>,
    action: Action,
) -> Option<NotLogged> {
    let ahead = call.now.millis().saturating_sub(call.sent.millis());
    if log.is_damaged() {
        Some(NotLogged::Damaged)
    } else if ahead > MAX_AHEAD_MILLIS {
        Some(NotLogged::Clock)
    } else if rows.bytes() >= log.limit(action == Action::Withdraw) {
        Some(NotLogged::Full)
    } else {
        None
    }
}

fn link(rows: &dyn Database, of: &SubjectId, index: u64) -> Result<(), LogError> {
    let link = of.link();
    let row = [subject(&link), index.into()];
    rows.run("INSERT INTO link VALUES (?, ?)", &row)?;
    Ok(())
}

/// A subject's last event.
fn latest(rows: &dyn Database, of: &SubjectId) -> Result<Option<(u64, EventId)>, LogError> {
    let statement = "SELECT e.[index], e.id FROM link l JOIN entry e ON e.[index] = l.[index]
        WHERE l.subject = ? AND e.id IS NOT NULL ORDER BY l.[index] DESC LIMIT 1";
    rows.first(statement, &[subject(&of.link())], |row| match row {
        [Value::Integer(index), Value::Blob(id)] => {
            let id = id.as_slice().try_into().map_err(|_| LogError::Row)?;
            Ok((natural(*index)?, EventId::from_bytes(id)))
        }
        _ => Err(LogError::Row),
    })
}

/// Whose event it is, and that subject's last event: the subject of the cookie, while something is
/// linked to it; the one that an earlier event of the same page got; or a new one. The cookie of an
/// erased visitor links nothing new.
fn subject_of(
    log: &Log,
    rows: &dyn Database,
    request: &Append,
    call: &Call<'_>,
) -> Result<(SubjectId, Option<EventId>), LogError> {
    if let Some(subject) = request.subject
        && let Some((_, id)) = latest(rows, &subject)?
    {
        return Ok((subject, Some(id)));
    }
    let seeds = seeds::living(rows, call.now)?;
    for seed in &seeds {
        let subject = seed.subject(&request.secret);
        if let Some((_, id)) = latest(rows, &subject)? {
            return Ok((subject, Some(id)));
        }
    }
    let seed = match seeds.first().filter(|seed| seed.is_recent(call.now)) {
        Some(seed) => *seed,
        None => {
            let seed = Seed {
                started: call.now,
                bytes: call.random,
            };
            seeds::insert(rows, &seed)?;
            log.set_alarm_at_end();
            seed
        }
    };
    Ok((seed.subject(&request.secret), None))
}

/// The result for an event that is in the log already: for its subject the same as the first time,
/// with a newer proof; [`Appended::Taken`] for anybody else who knows the id.
fn retried(
    log: &Log,
    rows: &dyn Database,
    request: &Append,
    (index, body): (u64, Option<String>),
    now: Timestamp,
) -> Result<Appended, LogError> {
    let tail = log.tail(rows)?;
    let tiles = StoredTiles::of(rows, &tail);
    let text = match (body, &request.archived) {
        (Some(body), _) => body,
        (None, None) => return Ok(Appended::Archived(index)),
        (None, Some(text)) if leaf_hash(text.as_bytes()) == tiles.leaf(index)? => text.clone(),
        (None, Some(_)) => return Err(LogError::Archive),
    };
    let record: Record = json::read(text.as_bytes())?;
    if !request.draft.is_same_event(&record) {
        return Ok(Appended::Taken);
    }
    let made = seeds::living(rows, now)?;
    let made = made.iter().map(|seed| seed.subject(&request.secret));
    let owner = request
        .subject
        .into_iter()
        .chain(made)
        .find(|candidate| candidate.commitment(&record.id) == record.commitment);
    let Some(subject) = owner else {
        return Ok(Appended::Taken);
    };
    let latest = latest(rows, &subject)?;
    Ok(Appended::Logged(Logged {
        entry: tiles.prove(index, Some(text), tail.size())?,
        root: tail.edge().root(),
        subject,
        is_latest: latest.is_some_and(|(last, _)| last == index),
    }))
}
