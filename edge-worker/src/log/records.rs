//! What visitors may ask for: their records with proofs, and that nothing ties the records to them
//! any more. And single records and bundles, which auditors ask for.

use super::archive;
use super::audit;
use super::entries::bytes;
use super::rows::{Database, numbers, subject};
use super::tree::{StoredTiles, Tail, indexed};
use super::tree_messages::{Entries, EntriesRequest, Page, PageRequest, Published, RecordRequest};
use super::witnesses;
use super::{Log, LogError};
use domain::tlog::TILE_WIDTH;
use domain::{Digest, Timestamp};
use serde::Serialize;

/// The most entries of one page of a subject's records.
pub(crate) const PAGE: usize = 100;

/// Detail of an audit entry: an erasure.
#[derive(Serialize)]
struct Erased {
    records: u64,
}

/// Detail of an audit entry: a record or a bundle that was read.
#[derive(Serialize)]
struct Read<'a> {
    reader: &'a str,
    first: u64,
    entries: u64,
}

/// A page of one subject's records.
pub(super) fn page(log: &Log, rows: &dyn Database, wanted: &PageRequest) -> Result<Page, LogError> {
    let (order, most) = if wanted.newest {
        ("DESC", 1)
    } else {
        ("ASC", PAGE)
    };
    let statement = format!(
        "SELECT e.[index], e.body FROM link l JOIN entry e ON e.[index] = l.[index]
        WHERE l.subject = ? AND l.[index] > ? AND e.id IS NOT NULL ORDER BY l.[index] {order} LIMIT ?"
    );
    // One row more than a page shows whether another page follows.
    let limit = (most as u64).saturating_add(1);
    let values = [subject(&wanted.link), wanted.after.into(), limit.into()];
    let mut found = rows.each(&statement, &values, indexed)?;
    let has_more = found.len() > most && !wanted.newest;
    found.truncate(most);
    proven(log, rows, found, has_more)
}

/// A page of one entry; of none if there is none with this index, or it was purged.
pub(super) fn proof(
    log: &Log,
    rows: &dyn Database,
    wanted: &RecordRequest,
    now: Timestamp,
) -> Result<Page, LogError> {
    // Only the first entry and what is in the archive have a row without an id or without a body.
    let statement = "SELECT [index], body FROM entry
        WHERE [index] = ? AND (id IS NOT NULL OR body IS NOT NULL)";
    let found = rows.each(statement, &numbers([wanted.index]), indexed)?;
    let detail = Read {
        reader: &wanted.reader,
        first: wanted.index,
        entries: found.len() as u64,
    };
    audit::record(rows, now, "record", &detail)?;
    proven(log, rows, found, false)
}

fn proven(
    log: &Log,
    rows: &dyn Database,
    found: Vec<(u64, Option<String>)>,
    has_more: bool,
) -> Result<Page, LogError> {
    let tail = log.tail(rows)?;
    let published = published(rows, &tail)?.filter(|published| published.cosignatures > 0);
    let covered = published.as_ref().map_or(0, |published| published.size);
    let tiles = StoredTiles::of(rows, &tail);
    let mut entries = Vec::new();
    for (index, body) in found {
        let size = if index < covered {
            covered
        } else {
            tail.size()
        };
        entries.push(tiles.prove(index, body, size)?);
    }
    let next = entries.last().map(|last| last.index).filter(|_| has_more);
    Ok(Page {
        head: tail.head(rows)?,
        published,
        entries,
        next,
    })
}

/// The last published checkpoint, unless the log is smaller.
pub(super) fn published(rows: &dyn Database, tail: &Tail) -> Result<Option<Published>, LogError> {
    let published = witnesses::published(rows)?;
    Ok(published.filter(|published| published.size <= tail.size()))
}

/// Deletes the links of a subject; returns how many there were. Erasing nothing writes nothing.
pub(super) fn erase(rows: &dyn Database, link: &Digest, now: Timestamp) -> Result<u64, LogError> {
    let statement = "DELETE FROM link WHERE subject = ? RETURNING [index]";
    let records = rows.run(statement, &[subject(link)])?.len() as u64;
    if records > 0 {
        audit::record(rows, now, "erase", &Erased { records })?;
    }
    Ok(records)
}

/// An entry bundle.
pub(super) fn bundle(
    log: &Log,
    rows: &dyn Database,
    wanted: &EntriesRequest,
    now: Timestamp,
) -> Result<Entries, LogError> {
    let tail = log.tail(rows)?;
    let EntriesRequest { resource, reader } = wanted;
    let begin = resource.number.saturating_mul(TILE_WIDTH);
    let end = begin.saturating_add(resource.width);
    let first = super::tree::first(rows)?;
    if end > tail.size() || (end <= first && begin > 0) {
        return Ok(Entries::Missing);
    }
    let detail = Read {
        reader,
        first: begin,
        entries: resource.width,
    };
    audit::record(rows, now, "entries", &detail)?;
    if archive::holds(rows, resource.number)? {
        return Ok(Entries::Archived);
    }
    Ok(Entries::Bundle(bytes(rows, begin, end)?))
}
