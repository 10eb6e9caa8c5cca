//! Looks for damage that nobody has met yet: each hour one bundle is compared with its tile, and the
//! tile with the one above.

use super::archive;
use super::meta;
use super::rows::{Database, numbers};
use super::tree::{StoredTiles, Tail, first, indexed};
use super::{Log, LogError};
use domain::tlog::{TILE_WIDTH, leaf_hash};

/// Checks the next bundle. Those in the archive are compared when they are read from there.
pub(super) fn step(log: &Log, rows: &dyn Database) -> Result<(), LogError> {
    let tail = log.tail(rows)?;
    let first = first(rows)?;
    let mut number = meta::number(rows, meta::SCRUB)?.unwrap_or(0);
    number = number.max(first / TILE_WIDTH);
    while archive::holds(rows, number)? {
        // Archived bundles follow each other, so this goes to the end of them.
        let newest = rows.number("SELECT MAX(number) FROM bundle", &[])?;
        number = newest.unwrap_or(number).max(number).saturating_add(1);
    }
    if let Some(reason) = damage(rows, &tail, number, first)? {
        log.note_damage(reason);
    }
    let is_last = number >= tail.size() / TILE_WIDTH;
    let next = if is_last { 0 } else { number.saturating_add(1) };
    meta::set_number(rows, meta::SCRUB, next)
}

/// What is wrong with a bundle.
fn damage(
    rows: &dyn Database,
    tail: &Tail,
    number: u64,
    first: u64,
) -> Result<Option<String>, LogError> {
    let tiles = StoredTiles::of(rows, tail);
    let begin = number.saturating_mul(TILE_WIDTH);
    let end = begin.saturating_add(TILE_WIDTH).min(tail.size());
    if end.saturating_sub(begin) == TILE_WIDTH && !tiles.is_consistent(number)? {
        return Ok(Some(format!("tile {number} isn't what the tree says")));
    }
    let begin = begin.max(first);
    let statement =
        "SELECT [index], body FROM entry WHERE [index] >= ? AND [index] < ? ORDER BY [index]";
    let found = rows.each(statement, &numbers([begin, end]), indexed)?;
    let mut found = found.into_iter();
    for index in begin..end {
        let is_whole = match found.next() {
            Some((found, Some(body))) => {
                found == index && leaf_hash(body.as_bytes()) == tiles.leaf(index)?
            }
            _ => false,
        };
        if !is_whole {
            return Ok(Some(format!("record {index} isn't what was logged")));
        }
    }
    Ok(None)
}
