//! Purging of records past their retention, and the checkpoints from which the rest of the chain is
//! verified.

use super::LogError;
use super::audit;
use super::columns::{digest, natural, position, text, timestamp};
use super::messages::{MAX_PURGED, Position, PurgeRequest};
use crate::runtime::sql::{SqlRows, Value, integer};
use domain::{Checkpoint, Signature, SignedCheckpoint, Timestamp};
use serde::Serialize;

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
const RETAINED_UNTIL: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', body ->> '$.time',
    '+' || rtrim(ltrim(body ->> '$.retention', 'P'), 'D') || ' days')";

/// The last entry, of at most [`MAX_PURGED`], up to which all records are past the retention that
/// each was logged with, whatever a later manifest says; `None` when the first is not.
pub(super) fn purge_point(rows: &SqlRows, past: Timestamp) -> Result<Option<Position>, LogError> {
    let statement = format!(
        "WITH oldest AS (SELECT sequence, hash, {RETAINED_UNTIL} < ? AS is_past FROM record ORDER BY sequence LIMIT ?)
        SELECT sequence, hash FROM oldest
        WHERE is_past AND sequence < IFNULL((SELECT MIN(sequence) FROM oldest WHERE NOT is_past), 1 << 62)
        ORDER BY sequence DESC LIMIT 1"
    );
    let values = vec![Value::String(past.to_string()), integer(MAX_PURGED)?];
    rows.first(&statement, values, position)
}

/// Deletes all records up to a checkpoint, which is stored; returns how many there were.
pub(super) fn purge(
    rows: &SqlRows,
    request: &PurgeRequest,
    now: Timestamp,
) -> Result<u64, LogError> {
    let point = &request.checkpoint.checkpoint;
    let statement = "SELECT sequence FROM record WHERE sequence = ? AND hash = ?";
    let last = rows.run(statement, vec![integer(point.sequence)?, text(point.hash)])?;
    if last.is_empty() {
        // A retry: an earlier try has deleted it.
        return Ok(0);
    }
    // The caller has this point from `purge_point`. It is checked again in the transaction that
    // deletes (TOCTOU), because a deletion can't be undone.
    let statement =
        format!("SELECT 1 FROM record WHERE sequence <= ? AND NOT {RETAINED_UNTIL} < ? LIMIT 1");
    let past = Value::String(request.past.to_string());
    let kept = rows.run(&statement, vec![integer(point.sequence)?, past])?;
    if !kept.is_empty() {
        return Err(LogError::Row);
    }
    store_checkpoint(rows, &request.checkpoint)?;
    let up_to = vec![integer(point.sequence)?];
    rows.run("DELETE FROM link WHERE sequence <= ?", up_to.clone())?;
    let statement = "DELETE FROM record WHERE sequence <= ? RETURNING sequence";
    let deleted = rows.run(statement, up_to)?.len() as u64;
    let detail = Purged {
        records: deleted,
        past: request.past,
        up_to: point.sequence,
    };
    audit::record(rows, now, "purge", &detail)?;
    Ok(deleted)
}

/// Stores a checkpoint permanently.
pub(super) fn store_checkpoint(rows: &SqlRows, signed: &SignedCheckpoint) -> Result<(), LogError> {
    let (checkpoint, signature) = (&signed.checkpoint, &signed.signature);
    let row = vec![
        integer(checkpoint.sequence)?,
        Value::String(checkpoint.time.to_string()),
        text(checkpoint.hash),
        Value::String(signature.kid.clone()),
        Value::String(signature.ed25519.clone()),
    ];
    let statement = "INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?, ?)";
    rows.run(statement, row)?;
    Ok(())
}

/// The stored checkpoints of these entries, the last included.
pub(super) fn checkpoints(
    rows: &SqlRows,
    site: &str,
    first: u64,
    last: u64,
) -> Result<Vec<SignedCheckpoint>, LogError> {
    rows.each(
        "SELECT sequence, time, hash, kid, signature FROM checkpoint
        WHERE sequence >= ? AND sequence <= ? ORDER BY sequence, time",
        vec![integer(first)?, integer(last)?],
        |row| match row {
            [
                Value::Integer(sequence),
                Value::String(time),
                Value::String(hash),
                Value::String(kid),
                Value::String(ed25519),
            ] => Ok(SignedCheckpoint {
                checkpoint: Checkpoint {
                    site: site.to_owned(),
                    sequence: natural(*sequence)?,
                    hash: digest(hash)?,
                    time: timestamp(time)?,
                },
                signature: Signature {
                    kid: kid.clone(),
                    ed25519: ed25519.clone(),
                },
            }),
            _ => Err(LogError::Row),
        },
    )
}
