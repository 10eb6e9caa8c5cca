//! Purging of records past their retention, from the front of the log, in bounded steps.

use super::LogError;
use super::audit;
use super::meta;
use super::rows::{Database, natural, numbers, timestamp};
use super::tree::{Tail, first};
use super::tree_messages::Step;
use crate::runtime::sql::Value;
use domain::Timestamp;
use serde::Serialize;

/// The most records that one step deletes.
const MAX_PURGED: u64 = 2000;
/// About how many links one step looks at.
const MAX_LINKS: u64 = 20_000;
/// Slices of the links, by the first byte of their subject.
const SLICES: u64 = 256;

/// Detail of an audit entry.
#[derive(Serialize)]
struct Purged {
    records: u64,
    /// All purged records were past their retention at this time.
    past: Timestamp,
    up_to: u64,
}

/// SQL for the end of a record's own retention, which is an ISO 8601 duration like `P1095D`. In the
/// form of a [`Timestamp`], so that comparing texts compares times.
pub(super) const RETAINED_UNTIL: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', body ->> '$.time',
    '+' || rtrim(ltrim(body ->> '$.retention', 'P'), 'D') || ' days')";

/// Deletes the oldest records that are past the retention that each was logged with, whatever a
/// later manifest says; if there are none, links of records that were deleted before.
pub(super) fn step(
    rows: &dyn Database,
    tail: &Tail,
    past: Timestamp,
    now: Timestamp,
) -> Result<Step, LogError> {
    let first = first(rows)?;
    clear(rows, tail, first)?;
    let statement = format!(
        "WITH oldest AS (SELECT [index], body ->> '$.time' AS time, {RETAINED_UNTIL} < ? AS is_past
            FROM entry WHERE [index] >= ? ORDER BY [index] LIMIT ?)
        SELECT [index], time FROM oldest
        WHERE is_past AND [index] < IFNULL((SELECT MIN([index]) FROM oldest WHERE is_past IS NOT 1), 1 << 62)
        ORDER BY [index] DESC LIMIT 1"
    );
    let time = past.to_string();
    let values = [time.as_str().into(), first.into(), MAX_PURGED.into()];
    let last = rows.first(&statement, &values, |row| match row {
        [Value::Integer(index), Value::String(time)] => Ok((natural(*index)?, time.clone())),
        _ => Err(LogError::Row),
    })?;
    match last {
        Some((last, time)) => {
            let end = last.saturating_add(1);
            let records = end.saturating_sub(first);
            // Deletions come first: where the database is full, they make room for the rest.
            delete(rows, tail, first, end)?;
            meta::set_number(rows, meta::FIRST, end)?;
            keep_time(rows, &time)?;
            let detail = Purged {
                records,
                past,
                up_to: last,
            };
            audit::record(rows, now, "purge", &detail)?;
            Ok(Step {
                records,
                has_more: true,
            })
        }
        None => Ok(Step {
            records: 0,
            has_more: sweep(rows, tail.size(), first, past)?,
        }),
    }
}

/// Deletes the records of a range from the front. The hashes in the open tile stay, and the newest
/// row, by which the size of the log is known.
fn delete(rows: &dyn Database, tail: &Tail, from: u64, end: u64) -> Result<(), LogError> {
    let statement = "UPDATE entry SET id = NULL, body = NULL
        WHERE [index] >= ? AND [index] < ? AND [index] >= ?";
    let kept = tail.full().min(tail.size().saturating_sub(1));
    rows.run(statement, &numbers([from, end, kept]))?;
    clear(rows, tail, end)
}

/// Deletes the rows of purged records that nothing needs any more.
pub(super) fn clear(rows: &dyn Database, tail: &Tail, first: u64) -> Result<(), LogError> {
    let kept = tail.full().min(tail.size().saturating_sub(1));
    let statement = "DELETE FROM entry WHERE [index] > 0 AND [index] < ?";
    rows.run(statement, &numbers([kept.min(first)]))?;
    Ok(())
}

/// Notes the time of a record whose text leaves the table.
pub(super) fn keep_time(rows: &dyn Database, time: &str) -> Result<(), LogError> {
    let statement = "INSERT INTO meta VALUES (?, ?)
        ON CONFLICT DO UPDATE SET value = MAX(value, excluded.value)";
    rows.run(statement, &[meta::TIME.into(), time.into()])?;
    Ok(())
}

/// A sweep over many links begins at most once in so many milliseconds.
const SWEEP_MILLIS: i64 = 23 * 3_600_000;

/// Deletes links of purged records in the next slices; returns whether there are more. There is no
/// index of links by their record, so all are visited: in a large log once a day.
fn sweep(rows: &dyn Database, size: u64, first: u64, past: Timestamp) -> Result<bool, LogError> {
    let slices = (MAX_LINKS.saturating_mul(SLICES) / size.max(1)).max(1);
    let begin = match meta::number(rows, meta::SWEEP)? {
        Some(begin) => begin,
        None => {
            let swept = meta::number(rows, meta::SWEPT)?.unwrap_or(1);
            if swept == first || (slices < SLICES && !is_due(rows, past)?) {
                return Ok(false);
            }
            meta::set_number(rows, meta::SWEPT, first)?;
            meta::set_text(rows, meta::SWEPT_AT, &past)?;
            0
        }
    };
    let end = begin.saturating_add(slices).min(SLICES);
    // Subjects are longer than a byte, so none is before the first slice.
    let statement = "DELETE FROM link WHERE [index] < ? AND subject >= ? AND subject < ?";
    let bound = |slice: u64| match u8::try_from(slice) {
        Ok(slice) => vec![slice],
        Err(_) => vec![u8::MAX; 17],
    };
    let (begin, after) = (bound(begin), bound(end));
    let values = [
        first.into(),
        begin.as_slice().into(),
        after.as_slice().into(),
    ];
    rows.run(statement, &values)?;
    if end < SLICES {
        meta::set_number(rows, meta::SWEEP, end)?;
        return Ok(true);
    }
    meta::remove(rows, meta::SWEEP)?;
    Ok(false)
}

fn is_due(rows: &dyn Database, past: Timestamp) -> Result<bool, LogError> {
    let Some(last) = meta::text(rows, meta::SWEPT_AT)? else {
        return Ok(true);
    };
    let age = past.millis().saturating_sub(timestamp(&last)?.millis());
    Ok(age >= SWEEP_MILLIS)
}
