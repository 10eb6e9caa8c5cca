//! Full bundles that leave for the archive, and come back to be purged. The log keeps ids, links and
//! tiles of all records, so retries, erasures and proofs need nothing from the archive.

use super::LogError;
use super::entries::bytes;
use super::purge::{RETAINED_UNTIL, keep_time};
use super::rows::{Database, millis, natural, numbers, timestamp};
use super::tree::{StoredTiles, Tail, first};
use super::tree_messages::{Archived, Expired, FullBundle};
use crate::runtime::sql::Value;
use domain::tlog::{TILE_WIDTH, leaf_hash, read_bundle};
use domain::{Digest, Timestamp};

/// How long a record stays at least, so that what is often asked for is at hand.
const MIN_DAYS: i64 = 2;

/// Whether a bundle's records are in the archive instead of the log.
pub(super) fn holds(rows: &dyn Database, number: u64) -> Result<bool, LogError> {
    let statement = "SELECT number FROM bundle WHERE number = ? AND NOT restored";
    Ok(rows.number(statement, &numbers([number]))?.is_some())
}

/// The bundle behind the newest archived one, if it may leave. One that was partly purged stays, and
/// is purged soon; so does one whose first record is past its retention.
pub(super) fn next(
    rows: &dyn Database,
    tail: &Tail,
    at: Timestamp,
) -> Result<Option<FullBundle>, LogError> {
    let whole = match first(rows)? {
        0 | 1 => 0,
        first => first.div_ceil(TILE_WIDTH),
    };
    let newest = rows.number("SELECT MAX(number) FROM bundle", &[])?;
    let number = newest.map_or(whole, |newest| newest.saturating_add(1).max(whole));
    let begin = number.saturating_mul(TILE_WIDTH);
    let end = begin.saturating_add(TILE_WIDTH);
    if end > tail.full() {
        return Ok(None);
    }
    let Some(newest) = time(rows, end.saturating_sub(1))? else {
        return Ok(None);
    };
    let age = at.millis().saturating_sub(timestamp(&newest)?.millis());
    if age <= MIN_DAYS * 86_400_000 || expires(rows, begin)? < at {
        return Ok(None);
    }
    let bytes = bytes(rows, begin, end)?;
    Ok(Some(FullBundle { number, bytes }))
}

/// When the retention of the first record of a bundle ends. The first entry of the log has none.
fn expires(rows: &dyn Database, begin: u64) -> Result<Timestamp, LogError> {
    let statement = format!("SELECT {RETAINED_UNTIL} FROM entry WHERE [index] = ?");
    let found = rows.text(&statement, &numbers([begin.max(1)]))?;
    timestamp(&found.ok_or(LogError::Row)?)
}

fn time(rows: &dyn Database, index: u64) -> Result<Option<String>, LogError> {
    let statement = "SELECT body ->> '$.time' FROM entry WHERE [index] = ?";
    rows.text(statement, &numbers([index]))
}

/// Deletes the texts of a bundle that is in the archive with this hash.
pub(super) fn leave(rows: &dyn Database, tail: &Tail, archived: &Archived) -> Result<(), LogError> {
    let number = archived.number;
    if holds(rows, number)? {
        // A retry.
        return Ok(());
    }
    let begin = number.saturating_mul(TILE_WIDTH);
    let end = begin.saturating_add(TILE_WIDTH);
    let own = bytes(rows, begin, end)?;
    if end > tail.full() || Digest::of(&[&own]) != archived.sha256 {
        return Err(LogError::Archive);
    }
    let expires = expires(rows, begin)?;
    let newest = time(rows, end.saturating_sub(1))?.ok_or(LogError::Row)?;
    // The first entry stays.
    let oldest = begin.max(1);
    drop_texts(rows, oldest, end)?;
    keep_time(rows, &newest)?;
    let row = [
        number.into(),
        (&archived.sha256).into(),
        millis(expires).into(),
    ];
    rows.run("INSERT INTO bundle VALUES (?, ?, ?, 0)", &row)?;
    Ok(())
}

/// Leaves of each entry of a range its id alone. The rows are deleted and written anew: SQLite joins
/// pages that are nearly empty when a row is deleted, but not when one becomes shorter, so changing
/// the rows would free no page.
fn drop_texts(rows: &dyn Database, from: u64, end: u64) -> Result<(), LogError> {
    let range = numbers([from, end]);
    let ids = "SELECT [index], id FROM entry WHERE [index] >= ? AND [index] < ?";
    let ids = rows.run(ids, &range)?;
    let statement = "DELETE FROM entry WHERE [index] >= ? AND [index] < ?";
    rows.run(statement, &range)?;
    for row in ids {
        let [Value::Integer(index), Value::Blob(id)] = row.as_slice() else {
            return Err(LogError::Row);
        };
        let row = [natural(*index)?.into(), id.as_slice().into()];
        rows.run("INSERT INTO entry VALUES (?, ?, NULL, NULL)", &row)?;
    }
    Ok(())
}

/// The oldest archived bundle, if the retention of its first record has ended at a time.
pub(super) fn expired(rows: &dyn Database, at: Timestamp) -> Result<Option<Expired>, LogError> {
    let statement = "SELECT number, restored FROM (SELECT * FROM bundle ORDER BY number LIMIT 1)
        WHERE expires < ?";
    rows.first(statement, &numbers([millis(at)]), |row| match row {
        [Value::Integer(number), Value::Integer(restored)] => Ok(Expired {
            number: natural(*number)?,
            is_restored: *restored != 0,
        }),
        _ => Err(LogError::Row),
    })
}

/// Brings the texts of a bundle back into the log, after comparing each with its hash.
pub(super) fn restore(
    rows: &dyn Database,
    tail: &Tail,
    bundle: &FullBundle,
) -> Result<(), LogError> {
    if !holds(rows, bundle.number)? {
        // A retry.
        return Ok(());
    }
    let tiles = StoredTiles::of(rows, tail);
    let entries = read_bundle(&bundle.bytes).ok_or(LogError::Archive)?;
    if entries.len() as u64 != TILE_WIDTH {
        return Err(LogError::Archive);
    }
    let begin = bundle.number.saturating_mul(TILE_WIDTH);
    for (index, entry) in (begin..).zip(entries) {
        if leaf_hash(entry) != tiles.leaf(index)? {
            return Err(LogError::Archive);
        }
        if index == 0 {
            continue;
        }
        let text = std::str::from_utf8(entry).map_err(|_| LogError::Archive)?;
        let values = [text.into(), index.into()];
        rows.run("UPDATE entry SET body = ? WHERE [index] = ?", &values)?;
    }
    let statement = "UPDATE bundle SET restored = 1 WHERE number = ?";
    rows.run(statement, &numbers([bundle.number]))?;
    Ok(())
}

/// Forgets a restored bundle, which has been removed from the archive.
pub(super) fn forget(rows: &dyn Database, number: u64) -> Result<(), LogError> {
    let statement = "DELETE FROM bundle WHERE number = ? AND restored";
    rows.run(statement, &numbers([number]))?;
    Ok(())
}

/// How many bundles are in the archive.
pub(super) fn bundles(rows: &dyn Database) -> Result<u64, LogError> {
    Ok(rows
        .number("SELECT COUNT(*) FROM bundle WHERE NOT restored", &[])?
        .unwrap_or(0))
}
