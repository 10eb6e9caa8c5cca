//! Rows of entries: writing one, reading those of a range.

use super::LogError;
use super::rows::{Database, numbers};
use super::tree::{Tail, indexed};
use crate::runtime::sql::Given;
use domain::tlog::{leaf_hash, write_bundle};
use domain::{Digest, EventId};

/// Writes an entry.
pub(super) fn insert(
    rows: &dyn Database,
    index: u64,
    id: Option<&EventId>,
    body: Option<&str>,
    leaf: &Digest,
) -> Result<(), LogError> {
    let id = id.map(EventId::to_bytes);
    let row = [
        index.into(),
        id.as_ref().map_or(Given::Null, |id| Given::Blob(id)),
        body.map_or(Given::Null, Given::Text),
        leaf.into(),
    ];
    rows.run("INSERT INTO entry VALUES (?, ?, ?, ?)", &row)?;
    Ok(())
}

/// The first entry of a log and its tail.
pub(super) fn begin(rows: &dyn Database, text: &str) -> Result<Tail, LogError> {
    let leaf = leaf_hash(text.as_bytes());
    insert(rows, 0, None, Some(text), &leaf)?;
    let mut tail = Tail::empty();
    tail.push(rows, leaf)?;
    Ok(tail)
}

/// The bodies of a range of entries, which must all have rows.
pub(super) fn bodies(
    rows: &dyn Database,
    from: u64,
    end: u64,
) -> Result<Vec<Option<String>>, LogError> {
    let statement =
        "SELECT [index], body FROM entry WHERE [index] >= ? AND [index] < ? ORDER BY [index]";
    let found = rows.each(statement, &numbers([from, end]), indexed)?;
    let mut bodies = Vec::new();
    for (expected, (index, body)) in (from..end).zip(found) {
        if index != expected {
            return Err(LogError::Damaged(format!("record {expected} is missing")));
        }
        bodies.push(body);
    }
    if bodies.len() as u64 != end.saturating_sub(from) {
        return Err(LogError::Damaged("a record is missing".to_owned()));
    }
    Ok(bodies)
}

/// A bundle of a range of entries, in which those that were purged are empty.
pub(super) fn bytes(rows: &dyn Database, begin: u64, end: u64) -> Result<Vec<u8>, LogError> {
    let statement = "SELECT [index], body FROM entry
        WHERE [index] >= ? AND [index] < ? AND body IS NOT NULL ORDER BY [index]";
    let mut found = rows
        .each(statement, &numbers([begin, end]), indexed)?
        .into_iter()
        .peekable();
    let mut texts = Vec::new();
    for index in begin..end {
        let own = found.next_if(|(found, _)| *found == index);
        texts.push(own.and_then(|(_, body)| body));
    }
    let entries = texts
        .iter()
        .map(|text| text.as_deref().map_or(&[][..], str::as_bytes));
    write_bundle(entries).ok_or(LogError::Row)
}
