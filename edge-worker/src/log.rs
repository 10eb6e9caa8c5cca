//! The consent log: one Durable Object per site with an SQLite database. It is the only writer, so
//! chaining each record to the one before has no race.
//!
//! The worker calls [`object::ConsentLog::answer`] with the messages of [`messages`] and of
//! [`ledger`]; nobody else can reach it.

mod admin_queries;
mod audit;
mod columns;
pub(crate) mod ledger;
pub(crate) mod messages;
pub(crate) mod object;
mod retention;
mod rows;
mod schema;
pub(crate) mod tree_messages;

use crate::json::InvalidJson;
use crate::runtime;
use crate::runtime::sql::SqlRows;
use domain::Timestamp;
use ledger::Rows as _;
use messages::{
    APPEND, AUDIT, COUNTS, ERASE, EXPORT, HEAD, HEALTH, PURGE, PURGE_POINT, RECORDS,
    STORE_CHECKPOINT,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a request to the log fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The runtime or the database fails.
    #[error(transparent)]
    Runtime(#[from] runtime::Error),
    /// A value has no JSON form.
    #[error(transparent)]
    Form(#[from] serde_json::Error),
    /// A stored record can't be read.
    #[error(transparent)]
    Stored(#[from] InvalidJson),
    /// A message can't be read or written.
    #[error(transparent)]
    Message(#[from] postcard::Error),
    /// A row contradicts the schema or the request.
    #[error("a row is not what the schema says")]
    Row,
    /// No request has this path.
    #[error("no such request")]
    Path,
}

/// The requests that change nothing, not even the audit trail. They need no transaction.
const READING: [&str; 5] = [RECORDS, HEALTH, AUDIT, HEAD, PURGE_POINT];

/// Answers a request. For a path that is not in [`READING`] the caller must open a transaction and
/// pass random bytes.
fn answer(
    rows: &SqlRows,
    path: &str,
    request: &[u8],
    now: Timestamp,
    random: [u8; 32],
) -> Result<Vec<u8>, LogError> {
    match path {
        APPEND => write(&ledger::append(rows, read(request)?, now, random)?),
        RECORDS => write(&rows.page(&read(request)?)?),
        HEALTH => write(&rows.head()?.map_or(0, |head| head.sequence)),
        ERASE => write(&admin_queries::erase(rows, read(request)?, now)?),
        EXPORT => write(&admin_queries::export(rows, &read(request)?, now)?),
        COUNTS => write(&admin_queries::counts(rows, &read(request)?, now)?),
        STORE_CHECKPOINT => write(&retention::store_checkpoint(rows, &read(request)?)?),
        PURGE => write(&retention::purge(rows, &read(request)?, now)?),
        AUDIT => write(&audit::entries(rows, read(request)?)?),
        HEAD => write(&admin_queries::head(rows, &read::<String>(request)?)?),
        PURGE_POINT => write(&retention::purge_point(rows, read(request)?)?),
        _ => Err(LogError::Path),
    }
}

fn write(response: &impl Serialize) -> Result<Vec<u8>, LogError> {
    Ok(postcard::to_allocvec(response)?)
}

fn read<R: DeserializeOwned>(request: &[u8]) -> Result<R, LogError> {
    Ok(postcard::from_bytes(request)?)
}
