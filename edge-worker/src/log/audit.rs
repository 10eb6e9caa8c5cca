//! The audit trail: what was done to the log as a whole. The database refuses to change or delete
//! an entry.

use super::LogError;
use super::columns::{natural, timestamp};
use super::messages::{AuditEntry, MAX_AUDIT_ENTRIES};
use crate::runtime::sql::{SqlRows, Value, integer};
use domain::Timestamp;
use serde::Serialize;

/// Adds an entry. The caller must do so in the transaction of the action that it records.
pub(super) fn record(
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
    let statement = "INSERT INTO audit (time, action, detail) VALUES (?, ?, ?)";
    rows.run(statement, row)?;
    Ok(())
}

/// A page of the entries after a number.
pub(super) fn entries(rows: &SqlRows, after: u64) -> Result<Vec<AuditEntry>, LogError> {
    rows.each(
        "SELECT number, time, action, detail FROM audit WHERE number > ? ORDER BY number LIMIT ?",
        vec![integer(after)?, integer(MAX_AUDIT_ENTRIES)?],
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
