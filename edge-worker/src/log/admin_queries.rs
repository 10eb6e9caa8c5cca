//! Queries of auditors and operators, and the erasure of a subject. All but [`head`] leave an entry
//! in the audit trail.

use super::LogError;
use super::audit;
use super::columns::{natural, position, raw_entry, text};
use super::ledger::Rows as _;
use super::messages::{
    Count, CountRequest, ExportPage, ExportRequest, LogCounts, MAX_ENTRIES, Position, TimeRange,
};
use super::retention::checkpoints;
use crate::runtime::sql::{SqlRows, Value, integer};
use domain::{Digest, LogHead, Timestamp};
use serde::Serialize;
use std::ops::Range;

/// Detail of an audit entry: an erasure.
#[derive(Serialize)]
struct Erased {
    records: u64,
}

/// Detail of an audit entry: an export or statistics.
#[derive(Serialize)]
struct Read<'a> {
    reader: &'a str,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    after: Option<u64>,
    entries: Option<usize>,
}

/// Deletes the links of a subject; returns how many there were.
pub(super) fn erase(rows: &SqlRows, link: Digest, now: Timestamp) -> Result<u64, LogError> {
    let statement = "DELETE FROM link WHERE subject = ? RETURNING sequence";
    let found = rows.run(statement, vec![text(link)])?;
    let erased = found.len() as u64;
    audit::record(rows, now, "erase", &Erased { records: erased })?;
    Ok(erased)
}

pub(super) fn export(
    rows: &SqlRows,
    request: &ExportRequest,
    now: Timestamp,
) -> Result<ExportPage, LogError> {
    let within = sequences(rows, request.range)?;
    let after = request.after.map_or(0, |after| after.saturating_add(1));
    let start = within.start.max(after).min(within.end.max(within.start));
    let limit = request.limit.clamp(1, MAX_ENTRIES);
    let end = within.end.min(start.saturating_add(limit));
    let entries = rows.each(
        "SELECT sequence, body, previous, hash FROM record
        WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
        vec![integer(start)?, integer(end)?],
        raw_entry,
    )?;
    let start = match entries.first() {
        Some(first) => Position {
            sequence: first.sequence.saturating_sub(1),
            hash: first.previous,
        },
        None => before(rows, &request.site, start)?,
    };
    let next = (end < within.end && !entries.is_empty()).then(|| end.saturating_sub(1));
    let checkpoints = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => {
            checkpoints(rows, &request.site, first.sequence, last.sequence)?
        }
        _ => Vec::new(),
    };
    let detail = Read {
        reader: &request.reader,
        from: request.range.from,
        to: request.range.to,
        after: request.after,
        entries: Some(entries.len()),
    };
    audit::record(rows, now, "export", &detail)?;
    Ok(ExportPage {
        start,
        entries,
        checkpoints,
        next,
    })
}

/// The position of the entry before a sequence; the head, if no entry has this sequence yet.
fn before(rows: &SqlRows, site: &str, sequence: u64) -> Result<Position, LogError> {
    let statement = "SELECT sequence - 1, previous FROM record WHERE sequence = ?";
    match rows.first(statement, vec![integer(sequence)?], position)? {
        Some(before) => Ok(before),
        None => head(rows, site),
    }
}

pub(super) fn head(rows: &SqlRows, site: &str) -> Result<Position, LogError> {
    let head = rows.head()?.unwrap_or_else(|| LogHead::empty(site));
    Ok(Position {
        sequence: head.sequence,
        hash: head.hash,
    })
}

pub(super) fn counts(
    rows: &SqlRows,
    request: &CountRequest,
    now: Timestamp,
) -> Result<LogCounts, LogError> {
    let within = sequences(rows, request.range)?;
    let counts = rows.each(
        "SELECT substr(body ->> '$.time', 1, 10), body ->> '$.regime', body ->> '$.locale', body ->> '$.action',
            body ->> '$.choice.functional', body ->> '$.choice.analytics', body ->> '$.choice.marketing',
            body ->> '$.country', body ->> '$.surface', body ->> '$.revision', COUNT(*)
        FROM record WHERE sequence >= ? AND sequence < ? GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        vec![integer(within.start)?, integer(within.end)?],
        counted,
    )?;
    let detail = Read {
        reader: &request.reader,
        from: request.range.from,
        to: request.range.to,
        after: None,
        entries: None,
    };
    audit::record(rows, now, "stats", &detail)?;
    Ok(LogCounts {
        counts,
        log: state(rows)?,
    })
}

/// Size and age of the log, last checkpoint and last purge. Sequences have no gaps, so the number
/// of records is a difference.
fn state(rows: &SqlRows) -> Result<String, LogError> {
    let bytes = u64::try_from(rows.size()).map_err(|_| LogError::Row)?;
    let found = rows.run(
        "WITH first AS (SELECT sequence, body ->> '$.time' AS time FROM record ORDER BY sequence LIMIT 1),
            last AS (SELECT sequence, body ->> '$.time' AS time FROM record ORDER BY sequence DESC LIMIT 1),
            kept AS (SELECT sequence, time FROM checkpoint ORDER BY sequence DESC, time DESC LIMIT 1)
        SELECT json_object(
            'bytes', ?,
            'records', IFNULL((SELECT sequence FROM last) - (SELECT sequence FROM first) + 1, 0),
            'oldest', (SELECT time FROM first),
            'newest', (SELECT time FROM last),
            'checkpoint', (SELECT time FROM kept),
            'purged', COALESCE((SELECT sequence FROM first) - 1, (SELECT sequence FROM kept), 0),
            'last_purge', (SELECT time FROM audit WHERE action = 'purge' ORDER BY number DESC LIMIT 1))",
        vec![integer(bytes)?],
    )?;
    match found.first().map(Vec::as_slice) {
        Some([Value::String(text)]) => Ok(text.clone()),
        _ => Err(LogError::Row),
    }
}

/// The sequences of a time range, by binary search: times never decrease and sequences have no
/// gaps, so no index is needed.
fn sequences(rows: &SqlRows, range: TimeRange) -> Result<Range<u64>, LogError> {
    let ends = rows.run(
        "SELECT (SELECT MIN(sequence) FROM record), (SELECT MAX(sequence) FROM record)",
        vec![],
    )?;
    let (first, end) = match ends.first().map(Vec::as_slice) {
        Some([Value::Integer(first), Value::Integer(last)]) => {
            (natural(*first)?, natural(*last)?.saturating_add(1))
        }
        // The log is empty: the range ends where its next entry will begin.
        _ => {
            let next = rows
                .head()?
                .map_or(1, |head| head.sequence.saturating_add(1));
            return Ok(next..next);
        }
    };
    let start = match range.from {
        Some(from) => first_since(rows, first..end, from)?,
        None => first,
    };
    let end = match range.to {
        Some(to) => first_since(rows, first..end, to)?,
        None => end,
    };
    Ok(start..end.max(start))
}

/// The first sequence of at least this time.
fn first_since(rows: &SqlRows, among: Range<u64>, time: Timestamp) -> Result<u64, LogError> {
    let (mut low, mut high) = (among.start, among.end);
    let wanted = time.to_string();
    while low < high {
        let middle = low.midpoint(high);
        let statement = "SELECT body ->> '$.time' FROM record WHERE sequence = ?";
        let found = rows.run(statement, vec![integer(middle)?])?;
        match found.first().map(Vec::as_slice) {
            Some([Value::String(found)]) if *found < wanted => low = middle.saturating_add(1),
            Some([Value::String(_)]) => high = middle,
            _ => return Err(LogError::Row),
        }
    }
    Ok(low)
}

fn counted(row: &[Value]) -> Result<Count, LogError> {
    match row {
        [
            Value::String(day),
            Value::String(regime),
            locale,
            Value::String(action),
            Value::Integer(functional),
            Value::Integer(analytics),
            Value::Integer(marketing),
            country,
            surface,
            revision,
            Value::Integer(count),
        ] => Ok(Count {
            day: day.clone(),
            regime: regime.clone(),
            locale: optional(locale),
            action: action.clone(),
            country: optional(country),
            surface: optional(surface),
            revision: optional(revision),
            granted: [*functional, *analytics, *marketing].map(|granted| granted != 0),
            count: natural(*count)?,
        }),
        _ => Err(LogError::Row),
    }
}

fn optional(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}
