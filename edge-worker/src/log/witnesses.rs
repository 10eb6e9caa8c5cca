//! What the log knows of its witnesses, and the checkpoint that was published last.

use super::LogError;
use super::meta;
use super::rows::Database;
use super::tree::{StoredTiles, Tail};
use super::tree_messages::{Publication, Published, WitnessLog, WitnessState};
use domain::Digest;
use domain::tlog::consistency_proof;

pub(super) fn published(rows: &dyn Database) -> Result<Option<Published>, LogError> {
    meta::json(rows, meta::PUBLISHED)
}

pub(super) fn states(rows: &dyn Database) -> Result<Vec<WitnessState>, LogError> {
    let states = meta::json(rows, meta::WITNESSES)?;
    Ok(states.unwrap_or_else(Vec::new))
}

pub(super) fn read(rows: &dyn Database, tail: &Tail) -> Result<WitnessLog, LogError> {
    Ok(WitnessLog {
        head: tail.head(rows)?,
        witnesses: states(rows)?,
        published: published(rows)?,
    })
}

/// Stores the states of the witnesses, and a checkpoint unless a larger one was published.
pub(super) fn publish(rows: &dyn Database, publication: &Publication) -> Result<(), LogError> {
    meta::set_json(rows, meta::WITNESSES, &publication.witnesses)?;
    match &publication.archive_problem {
        Some(problem) => meta::set_text(rows, meta::ARCHIVE_PROBLEM, problem)?,
        None => meta::remove(rows, meta::ARCHIVE_PROBLEM)?,
    }
    let Some(new) = &publication.published else {
        return Ok(());
    };
    match published(rows)? {
        Some(old) if old.size > new.size => Ok(()),
        _ => meta::set_json(rows, meta::PUBLISHED, new),
    }
}

/// The proof that the tree of `new` entries begins with that of `old`.
pub(super) fn consistency(
    rows: &dyn Database,
    tail: &Tail,
    old: u64,
    new: u64,
) -> Result<Vec<Digest>, LogError> {
    if old > new || new > tail.size() {
        return Err(LogError::Request);
    }
    consistency_proof(&StoredTiles::of(rows, tail), old, new)
}
