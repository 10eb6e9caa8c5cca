//! The audit trail: what was done to the log as a whole. The database refuses to change or delete
//! an entry.

use super::LogError;
use super::meta;
use super::rows::{Database, natural, numbers, timestamp};
use super::tree_messages::{AuditEntry, MAX_AUDIT_ENTRIES};
use crate::runtime::sql::Value;
use domain::Timestamp;
use serde::Serialize;

/// Adds an entry. The caller must do so in the transaction of the action that it records.
pub(super) fn record(
    rows: &dyn Database,
    now: Timestamp,
    action: &str,
    detail: &impl Serialize,
) -> Result<(), LogError> {
    let (time, detail) = (now.to_string(), serde_json::to_string(detail)?);
    let row = [time.as_str().into(), action.into(), detail.as_str().into()];
    let statement = "INSERT INTO audit (time, action, detail) VALUES (?, ?, ?)";
    rows.run(statement, &row)?;
    Ok(())
}

/// A page of the entries after a number.
pub(super) fn entries(rows: &dyn Database, after: u64) -> Result<Vec<AuditEntry>, LogError> {
    rows.each(
        "SELECT number, time, action, detail FROM audit WHERE number > ? ORDER BY number LIMIT ?",
        &numbers([after, MAX_AUDIT_ENTRIES]),
        |row| match row {
            [
                Value::Integer(number),
                Value::String(time),
                Value::String(action),
                Value::String(detail),
            ] => Ok(AuditEntry {
                number: natural(*number)?,
                time: timestamp(time)?,
                action: action.clone(),
                detail: detail.clone(),
            }),
            _ => Err(LogError::Row),
        },
    )
}

/// At most one entry of a flood in so many milliseconds.
const FLOOD_MILLIS: i64 = 3_600_000;

/// Detail of an audit entry that says nothing more.
#[derive(Serialize)]
struct Nothing {}

/// Notes that visitors were refused because the site's budget was used up.
pub(super) fn flood(rows: &dyn Database, now: Timestamp) -> Result<(), LogError> {
    if let Some(last) = meta::text(rows, meta::FLOOD)? {
        let age = now.millis().saturating_sub(timestamp(&last)?.millis());
        if age.saturating_abs() < FLOOD_MILLIS {
            return Ok(());
        }
    }
    meta::set_text(rows, meta::FLOOD, &now)?;
    record(rows, now, "flood", &Nothing {})
}
