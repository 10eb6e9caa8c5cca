//! Answers the questions of [`super::messages`] from the rows.

use super::LogError;
use super::ledger::Rows;
use super::messages::{
    AuditEntry, AuditRequest, Count, CountRequest, EraseRequest, ExportPage, ExportRequest,
    LogCounts, MAX_AUDIT_ENTRIES, MAX_ENTRIES, MAX_PURGED, Position, PurgePointRequest,
    PurgeRequest, RawEntry, Span,
};
use super::rows::{SqlRows, integer, text};
use domain::{Checkpoint, Digest, LogHead, Signature, SignedCheckpoint, Timestamp};
use serde::Serialize;
use std::ops::Range;
use worker::SqlStorageValue as Value;

/// What the audit trail says of an erasure.
#[derive(Serialize)]
struct Erased {
    records: u64,
}

/// What it says of an export or of statistics.
#[derive(Serialize)]
struct Read<'a> {
    reader: &'a str,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    after: Option<u64>,
    entries: Option<usize>,
}

/// What it says of a purge.
#[derive(Serialize)]
struct Purged {
    records: u64,
    /// The moment at which their retention was over.
    past: Timestamp,
    up_to: u64,
}

/// Deletes the links of a subject; how many there were.
pub(super) fn erase(
    rows: &SqlRows,
    request: &EraseRequest,
    now: Timestamp,
) -> Result<u64, LogError> {
    let link = text(request.link);
    let found = rows.run(
        "DELETE FROM link WHERE subject = ? RETURNING sequence",
        vec![link],
    )?;
    let erased = count(&found);
    record_audit(rows, now, "erase", &Erased { records: erased })?;
    Ok(erased)
}

/// A page of the chain.
pub(super) fn export(
    rows: &SqlRows,
    request: &ExportRequest,
    now: Timestamp,
) -> Result<ExportPage, LogError> {
    let within = sequences(rows, request.span)?;
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
        from: request.span.from,
        to: request.span.to,
        after: request.after,
        entries: Some(entries.len()),
    };
    record_audit(rows, now, "export", &detail)?;
    Ok(ExportPage {
        start,
        entries,
        checkpoints,
        next,
    })
}

/// The place before a sequence; before one that is not there yet, the end.
fn before(rows: &SqlRows, site: &str, sequence: u64) -> Result<Position, LogError> {
    let statement = "SELECT sequence - 1, previous FROM record WHERE sequence = ?";
    match rows.run(statement, vec![integer(sequence)?])?.first() {
        Some(row) => position(row),
        None => head(rows, site),
    }
}

/// The end of the chain.
pub(super) fn head(rows: &SqlRows, site: &str) -> Result<Position, LogError> {
    let head = rows.head()?.unwrap_or_else(|| LogHead::empty(site));
    Ok(Position {
        sequence: head.sequence,
        hash: head.hash,
    })
}

/// Counts per day and everything that is counted.
pub(super) fn counts(
    rows: &SqlRows,
    request: &CountRequest,
    now: Timestamp,
) -> Result<LogCounts, LogError> {
    let within = sequences(rows, request.span)?;
    let counts = rows.each(
        "SELECT substr(body ->> '$.time', 1, 10), body ->> '$.regime', body ->> '$.locale', body ->> '$.action',
            body ->> '$.choice.functional', body ->> '$.choice.analytics', body ->> '$.choice.marketing', COUNT(*)
        FROM record WHERE sequence >= ? AND sequence < ? GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7",
        vec![integer(within.start)?, integer(within.end)?],
        counted,
    )?;
    let detail = Read {
        reader: &request.reader,
        from: request.span.from,
        to: request.span.to,
        after: None,
        entries: None,
    };
    record_audit(rows, now, "stats", &detail)?;
    Ok(LogCounts {
        counts,
        log: state(rows)?,
    })
}

/// How large and how old the log is, and what the last nights did. Sequences have no gaps, so nothing has to be counted row by row.
fn state(rows: &SqlRows) -> Result<String, LogError> {
    let bytes = u64::try_from(rows.sql.database_size()).map_err(|_| LogError::Row)?;
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

/// The end of a record's own retention: `P1095D` after its time. Written as times are, so that texts compare as times do.
const KEPT_UNTIL: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', body ->> '$.time',
    '+' || rtrim(ltrim(body ->> '$.retention', 'P'), 'D') || ' days')";

/// Up to where all records are past the retention that each of them was written with, [`MAX_PURGED`] at most; none when the first
/// one isn't. What a later manifest says changes nothing about them.
pub(super) fn purge_point(
    rows: &SqlRows,
    request: &PurgePointRequest,
) -> Result<Option<Position>, LogError> {
    let statement = format!(
        "WITH oldest AS (SELECT sequence, hash, {KEPT_UNTIL} < ? AS is_past FROM record ORDER BY sequence LIMIT ?)
        SELECT sequence, hash FROM oldest
        WHERE is_past AND sequence < IFNULL((SELECT MIN(sequence) FROM oldest WHERE NOT is_past), 1 << 62)
        ORDER BY sequence DESC LIMIT 1"
    );
    let values = vec![
        Value::String(request.past.to_string()),
        integer(MAX_PURGED)?,
    ];
    let found = rows.run(&statement, values)?;
    found.first().map(|row| position(row)).transpose()
}

/// Deletes what is past its retention, up to a checkpoint that stays; how many records there were.
pub(super) fn purge(
    rows: &SqlRows,
    request: &PurgeRequest,
    now: Timestamp,
) -> Result<u64, LogError> {
    let point = &request.checkpoint.checkpoint;
    let statement = "SELECT sequence FROM record WHERE sequence = ? AND hash = ?";
    let last = rows.run(statement, vec![integer(point.sequence)?, text(point.hash)])?;
    if last.is_empty() {
        // An earlier try has done it.
        return Ok(0);
    }
    // Whoever asks has looked; what can't be taken back is looked at again.
    let statement =
        format!("SELECT 1 FROM record WHERE sequence <= ? AND NOT {KEPT_UNTIL} < ? LIMIT 1");
    let past = Value::String(request.past.to_string());
    if !rows
        .run(&statement, vec![integer(point.sequence)?, past])?
        .is_empty()
    {
        return Err(LogError::Row);
    }
    store_checkpoint(rows, &request.checkpoint)?;
    let up_to = vec![integer(point.sequence)?];
    rows.run("DELETE FROM link WHERE sequence <= ?", up_to.clone())?;
    let deleted = rows.run(
        "DELETE FROM record WHERE sequence <= ? RETURNING sequence",
        up_to,
    )?;
    let deleted = count(&deleted);
    let detail = Purged {
        records: deleted,
        past: request.past,
        up_to: point.sequence,
    };
    record_audit(rows, now, "purge", &detail)?;
    Ok(deleted)
}

/// Keeps a checkpoint for good.
pub(super) fn store_checkpoint(rows: &SqlRows, signed: &SignedCheckpoint) -> Result<(), LogError> {
    let SignedCheckpoint {
        checkpoint,
        signature,
    } = signed;
    let row = vec![
        integer(checkpoint.sequence)?,
        Value::String(checkpoint.time.to_string()),
        text(checkpoint.hash),
        Value::String(signature.kid.clone()),
        Value::String(signature.ed25519.clone()),
    ];
    rows.run(
        "INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?, ?)",
        row,
    )?;
    Ok(())
}

/// Rows of the audit trail.
pub(super) fn audit_entries(
    rows: &SqlRows,
    request: &AuditRequest,
) -> Result<Vec<AuditEntry>, LogError> {
    rows.each(
        "SELECT number, time, action, detail FROM audit WHERE number > ? ORDER BY number LIMIT ?",
        vec![integer(request.after)?, integer(MAX_AUDIT_ENTRIES)?],
        |row| match row {
            [
                Value::Integer(number),
                Value::String(time),
                Value::String(action),
                Value::String(detail),
            ] => Ok(AuditEntry {
                number: natural(*number)?,
                time: moment(time)?,
                action: action.clone(),
                detail: detail.clone(),
            }),
            _ => Err(LogError::Row),
        },
    )
}

fn record_audit(
    rows: &SqlRows,
    now: Timestamp,
    action: &str,
    detail: &impl Serialize,
) -> Result<(), LogError> {
    let row = vec![
        Value::String(now.to_string()),
        Value::String(action.to_owned()),
        Value::String(serde_json::to_string(detail)?),
    ];
    rows.run(
        "INSERT INTO audit (time, action, detail) VALUES (?, ?, ?)",
        row,
    )?;
    Ok(())
}

fn checkpoints(
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
                    time: moment(time)?,
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

/// The sequences of a span. Time never runs backwards in a log and sequences have no gaps, so halving finds both ends
/// without an index.
fn sequences(rows: &SqlRows, span: Span) -> Result<Range<u64>, LogError> {
    let ends = rows.run(
        "SELECT (SELECT MIN(sequence) FROM record), (SELECT MAX(sequence) FROM record)",
        vec![],
    )?;
    let (first, end) = match ends.first().map(Vec::as_slice) {
        Some([Value::Integer(first), Value::Integer(last)]) => {
            (natural(*first)?, natural(*last)?.saturating_add(1))
        }
        // Nothing stands there: the next one would be the one after the end.
        _ => {
            let next = rows
                .head()?
                .map_or(1, |head| head.sequence.saturating_add(1));
            return Ok(next..next);
        }
    };
    let start = match span.from {
        Some(from) => first_since(rows, first..end, from)?,
        None => first,
    };
    let end = match span.to {
        Some(to) => first_since(rows, first..end, to)?,
        None => end,
    };
    Ok(start..end.max(start))
}

fn first_since(rows: &SqlRows, among: Range<u64>, moment: Timestamp) -> Result<u64, LogError> {
    let (mut low, mut high) = (among.start, among.end);
    let wanted = moment.to_string();
    while low < high {
        let middle = low.midpoint(high);
        let statement = "SELECT body ->> '$.time' FROM record WHERE sequence = ?";
        let found = rows.run(statement, vec![integer(middle)?])?;
        match found.first().map(Vec::as_slice) {
            Some([Value::String(time)]) if *time < wanted => low = middle.saturating_add(1),
            Some([Value::String(_)]) => high = middle,
            _ => return Err(LogError::Row),
        }
    }
    Ok(low)
}

pub(super) fn raw_entry(row: &[Value]) -> Result<RawEntry, LogError> {
    match row {
        [
            Value::Integer(sequence),
            Value::String(body),
            Value::String(previous),
            Value::String(hash),
        ] => Ok(RawEntry {
            record: body.clone(),
            sequence: natural(*sequence)?,
            previous: digest(previous)?,
            hash: digest(hash)?,
        }),
        _ => Err(LogError::Row),
    }
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
            Value::Integer(count),
        ] => Ok(Count {
            day: day.clone(),
            regime: regime.clone(),
            locale: match locale {
                Value::String(locale) => Some(locale.clone()),
                _ => None,
            },
            action: action.clone(),
            granted: [*functional, *analytics, *marketing].map(|granted| granted != 0),
            count: natural(*count)?,
        }),
        _ => Err(LogError::Row),
    }
}

fn position(row: &[Value]) -> Result<Position, LogError> {
    match row {
        [Value::Integer(sequence), Value::String(hash)] => Ok(Position {
            sequence: natural(*sequence)?,
            hash: digest(hash)?,
        }),
        _ => Err(LogError::Row),
    }
}

fn count(found: &[Vec<Value>]) -> u64 {
    u64::try_from(found.len()).unwrap_or(u64::MAX)
}

fn natural(number: i64) -> Result<u64, LogError> {
    u64::try_from(number).map_err(|_| LogError::Row)
}

fn digest(text: &str) -> Result<Digest, LogError> {
    Digest::try_from(text).map_err(|_| LogError::Row)
}

fn moment(text: &str) -> Result<Timestamp, LogError> {
    Timestamp::try_from(text).map_err(|_| LogError::Row)
}
