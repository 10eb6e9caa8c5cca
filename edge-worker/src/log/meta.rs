//! What the log knows of itself: single values by name.

use super::LogError;
use super::rows::Database;
use crate::json;
use crate::runtime::sql::Given;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The minimum index: records before it were purged.
pub(super) const FIRST: &str = "first";
/// Time of the newest record whose text has left the table, if that is the newest of the log.
pub(super) const TIME: &str = "time";
/// While a chain is being migrated: the number of its last record.
pub(super) const CHAIN: &str = "chain";
/// While links of purged records are being deleted: the first byte of subjects not visited yet.
pub(super) const SWEEP: &str = "sweep";
/// The minimum index when links were last swept.
pub(super) const SWEPT: &str = "swept";
/// When that began.
pub(super) const SWEPT_AT: &str = "swept_at";
/// The next bundle to be checked against its tile.
pub(super) const SCRUB: &str = "scrub";
/// What is damaged. Present until the database is brought back to an earlier time.
pub(super) const DAMAGE: &str = "damage";
/// When visitors were last refused because the site's budget was used up.
pub(super) const FLOOD: &str = "flood";
/// Why bundles stay in the log or can't come back to it.
pub(super) const ARCHIVE_PROBLEM: &str = "archive_problem";
/// JSON of a list of [`super::tree_messages::WitnessState`]s.
pub(super) const WITNESSES: &str = "witnesses";
/// JSON of the last [`super::tree_messages::Published`].
pub(super) const PUBLISHED: &str = "published";

const GET: &str = "SELECT value FROM meta WHERE key = ?";

pub(super) fn number(rows: &dyn Database, key: &str) -> Result<Option<u64>, LogError> {
    rows.number(GET, &[key.into()])
}

pub(super) fn text(rows: &dyn Database, key: &str) -> Result<Option<String>, LogError> {
    rows.text(GET, &[key.into()])
}

/// A value that is stored as JSON.
pub(super) fn json<T: DeserializeOwned>(
    rows: &dyn Database,
    key: &str,
) -> Result<Option<T>, LogError> {
    match text(rows, key)? {
        Some(text) => Ok(Some(json::read(text.as_bytes())?)),
        None => Ok(None),
    }
}

fn set(rows: &dyn Database, key: &str, value: Given<'_>) -> Result<(), LogError> {
    let statement = "INSERT OR REPLACE INTO meta VALUES (?, ?)";
    rows.run(statement, &[key.into(), value])?;
    Ok(())
}

pub(super) fn set_number(rows: &dyn Database, key: &str, number: u64) -> Result<(), LogError> {
    set(rows, key, number.into())
}

pub(super) fn set_text(
    rows: &dyn Database,
    key: &str,
    text: &impl ToString,
) -> Result<(), LogError> {
    set(rows, key, text.to_string().as_str().into())
}

pub(super) fn set_json(
    rows: &dyn Database,
    key: &str,
    value: &impl Serialize,
) -> Result<(), LogError> {
    set(rows, key, serde_json::to_string(value)?.as_str().into())
}

pub(super) fn remove(rows: &dyn Database, key: &str) -> Result<(), LogError> {
    rows.run("DELETE FROM meta WHERE key = ?", &[key.into()])?;
    Ok(())
}
