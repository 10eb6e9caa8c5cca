//! Conversions between SQL values or rows and the types of the log.

use super::LogError;
use super::messages::{Position, RawEntry};
use crate::runtime::sql::Value;
use domain::{Digest, Timestamp};

/// Selects the columns that [`raw_entry`] reads; `r` is the table `record`.
pub(super) const ENTRY: &str = "SELECT r.sequence, r.body, r.previous, r.hash FROM record r";

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

pub(super) fn position(row: &[Value]) -> Result<Position, LogError> {
    match row {
        [Value::Integer(sequence), Value::String(hash)] => Ok(Position {
            sequence: natural(*sequence)?,
            hash: digest(hash)?,
        }),
        _ => Err(LogError::Row),
    }
}

pub(super) fn text(digest: Digest) -> Value {
    Value::String(digest.into())
}

pub(super) fn natural(number: i64) -> Result<u64, LogError> {
    u64::try_from(number).map_err(|_| LogError::Row)
}

pub(super) fn digest(text: &str) -> Result<Digest, LogError> {
    Digest::try_from(text).map_err(|_| LogError::Row)
}

pub(super) fn timestamp(text: &str) -> Result<Timestamp, LogError> {
    Timestamp::try_from(text).map_err(|_| LogError::Row)
}
