//! The state of the log: for whoever operates it.

use super::append::refusal;
use super::archive;
use super::meta;
use super::rows::{Database, numbers};
use super::tree::first;
use super::tree_messages::{Health, NotLogged};
use super::witnesses;
use super::{Call, Log, LogError};
use domain::{Action, Timestamp};
use serde::Serialize;

/// `LogState` of openapi.yaml.
#[derive(Serialize)]
struct LogState {
    bytes: u64,
    /// Records it holds now, those in the archive included.
    records: u64,
    oldest: Option<String>,
    newest: Option<Timestamp>,
    /// Time of the last published checkpoint.
    checkpoint: Option<Timestamp>,
    minimum_index: u64,
    purged: u64,
    last_purge: Option<String>,
    witnesses: Vec<Witness>,
    /// How many bundles of 256 records are in the archive.
    archive: u64,
    /// Why bundles stay in the log or can't come back to it.
    archive_problem: Option<String>,
    full: bool,
    /// What is damaged.
    damaged: Option<String>,
    /// When visitors were last refused because the site's budget was used up.
    flood: Option<String>,
}

#[derive(Serialize)]
struct Witness {
    name: String,
    size: u64,
    time: Option<Timestamp>,
    problem: Option<String>,
    /// Since when it has the problem.
    since: Option<Timestamp>,
}

pub(super) fn health(log: &Log, rows: &dyn Database, call: &Call<'_>) -> Result<Health, LogError> {
    Ok(Health {
        size: log.tail(rows)?.size(),
        refuses: refusal(log, rows, call, Action::AcceptAll),
    })
}

/// `LogState` as JSON.
pub(super) fn json(log: &Log, rows: &dyn Database, call: &Call<'_>) -> Result<String, LogError> {
    let tail = log.tail(rows)?;
    let first = first(rows)?;
    let records = tail.size().saturating_sub(first);
    // What is in the archive has its day at least.
    let oldest = "SELECT IFNULL((SELECT body ->> '$.time' FROM entry WHERE [index] = ?),
        (SELECT MAX(day) FROM day WHERE first <= ?) || 'T00:00:00.000Z')";
    let oldest = match records {
        0 => None,
        _ => rows.text(oldest, &numbers([first, first]))?,
    };
    let last_purge = "SELECT time FROM audit WHERE action = 'purge' ORDER BY number DESC LIMIT 1";
    let states = witnesses::states(rows)?.into_iter().map(|state| {
        let (problem, since) = state.problem.unzip();
        Witness {
            name: state.name,
            size: state.size,
            time: state.time,
            problem,
            since,
        }
    });
    let refused = refusal(log, rows, call, Action::AcceptAll);
    let state = LogState {
        bytes: rows.bytes(),
        records,
        oldest,
        newest: (records > 0).then_some(tail.time),
        checkpoint: witnesses::published(rows)?.map(|published| published.time),
        minimum_index: first,
        purged: first.saturating_sub(1),
        last_purge: rows.text(last_purge, &[])?,
        witnesses: states.collect(),
        archive: archive::bundles(rows)?,
        archive_problem: meta::text(rows, meta::ARCHIVE_PROBLEM)?,
        full: refused == Some(NotLogged::Full),
        damaged: log.damage(),
        flood: meta::text(rows, meta::FLOOD)?,
    };
    Ok(serde_json::to_string(&state)?)
}
