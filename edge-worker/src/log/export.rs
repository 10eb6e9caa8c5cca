//! Pages of the whole log for an auditor, with what proves that no record of them is missing.

use super::audit;
use super::counts;
use super::entries::bodies;
use super::records::published;
use super::rows::{Database, numbers};
use super::tree::{StoredTiles, Tail, first};
use super::tree_messages::{
    DayRange, ExportOutcome, ExportPage, ExportPart, ExportRequest, ExportStart, MAX_ENTRIES,
};
use super::{Log, LogError};
use domain::Timestamp;
use domain::tlog::{consistency_proof, edge, inclusion_proof};
use serde::Serialize;

/// Detail of an audit entry.
#[derive(Serialize)]
struct Read<'a> {
    reader: &'a str,
    first: u64,
    entries: u64,
}

pub(super) fn page(
    log: &Log,
    rows: &dyn Database,
    request: &ExportRequest,
    now: Timestamp,
) -> Result<ExportOutcome, LogError> {
    let tail = log.tail(rows)?;
    let kept = first(rows)?;
    let (from, end) = match &request.part {
        ExportPart::First(range) => of_days(rows, range, kept, tail.size())?,
        ExportPart::Next { from, .. } if *from < kept => return Ok(ExportOutcome::Purged),
        ExportPart::Next { from, end } => (*from, *end),
    };
    let end = end.min(tail.size());
    let from = from.min(end);
    let last = from
        .saturating_add(request.limit.clamp(1, MAX_ENTRIES))
        .min(end);
    let records = bodies(rows, from, last)?;
    let detail = Read {
        reader: &request.reader,
        first: from,
        entries: records.len() as u64,
    };
    audit::record(rows, now, "export", &detail)?;
    let start = match request.part {
        ExportPart::First(_) => Some(start(rows, &tail, from, end)?),
        ExportPart::Next { .. } => None,
    };
    Ok(ExportOutcome::Page(ExportPage {
        start,
        first: from,
        end,
        records,
        next: (last < end).then_some(last),
    }))
}

/// The indices of a range of days; where they are purged, of none.
fn of_days(
    rows: &dyn Database,
    range: &DayRange,
    kept: u64,
    size: u64,
) -> Result<(u64, u64), LogError> {
    let since = |day: &str| -> Result<u64, LogError> {
        let found = rows.number("SELECT MIN(first) FROM day WHERE day >= ?", &[day.into()])?;
        Ok(found.unwrap_or(size).max(kept))
    };
    let [from, to] = counts::bounds(range);
    let from = since(from)?;
    Ok((from, since(to)?.max(from)))
}

fn start(rows: &dyn Database, tail: &Tail, from: u64, end: u64) -> Result<ExportStart, LogError> {
    let tiles = StoredTiles::of(rows, tail);
    let log = rows.text("SELECT body FROM entry WHERE [index] = ?", &numbers([0]))?;
    Ok(ExportStart {
        head: tail.head(rows)?,
        edge: edge(&tiles, from)?.hashes().to_vec(),
        consistency: consistency_proof(&tiles, end, tail.size())?,
        log: log.ok_or_else(|| LogError::Damaged("the first entry is missing".to_owned()))?,
        log_proof: inclusion_proof(&tiles, 0, tail.size())?,
        published: published(rows, tail)?.filter(|published| published.size == tail.size()),
    })
}
