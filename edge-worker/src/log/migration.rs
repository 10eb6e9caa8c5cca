//! Brings a database to the present schema. What was a hash chain becomes a tree, in steps short
//! enough for requests to pass between them: records first, then links. A step is one transaction,
//! and deletes what it moves before it writes it, so a full database stays as large as it is. Until
//! the last one nothing is appended.

use super::LogError;
use super::counts;
use super::entries::{begin, insert};
use super::meta;
use super::purge::{clear, keep_time};
use super::rows::{Database, Storage, natural, numbers};
use super::schema;
use super::tree::{Tail, first};
use crate::runtime::sql::Value;
use domain::tlog::{
    ChainCheckpoint, ChainPosition, ChainSummary, FirstEntry, leaf_hash, purged_entry,
};
use domain::{Digest, EventId, Timestamp};

/// The most rows that one step moves.
const STEP: u64 = 2000;

/// The migration that makes a tree of the chain.
const TREE: u64 = 3;

/// Runs the migrations of the schema that have not run. `site` is the host whose log it is.
pub(super) fn run(storage: &dyn Storage, site: &str, now: Timestamp) -> Result<(), LogError> {
    let database: &dyn Database = storage;
    database.run(schema::VERSIONS, &[])?;
    let newest = "SELECT MAX(version) FROM migration";
    let newest = database.number(newest, &[])?.unwrap_or(0);
    if newest > schema::MIGRATIONS.len() as u64 {
        return Err(LogError::Newer(newest));
    }
    for (version, statements) in (1_u64..).zip(schema::MIGRATIONS) {
        if version <= newest {
            continue;
        }
        storage.transaction(&mut |rows| {
            rows.run(statements, &[])?;
            if version == TREE {
                begin_tree(rows, site)?;
            }
            let now = now.to_string();
            let row = [version.into(), now.as_str().into()];
            rows.run("INSERT INTO migration VALUES (?, ?)", &row)?;
            Ok(Vec::new())
        })?;
    }
    Ok(())
}

/// Whether a chain is being moved.
pub(super) fn is_under_way(rows: &dyn Database) -> Result<bool, LogError> {
    Ok(meta::number(rows, meta::CHAIN)?.is_some())
}

/// Writes entry 0.
fn begin_tree(rows: &dyn Database, site: &str) -> Result<(), LogError> {
    let chain = summary(rows)?;
    if let Some(chain) = &chain {
        let first = chain.from.sequence.saturating_add(1);
        meta::set_number(rows, meta::FIRST, first)?;
        if let Some(checkpoint) = &chain.checkpoint {
            // The time of the newest record, if all of them were purged.
            keep_time(rows, &checkpoint.time.to_string())?;
        }
        meta::set_number(rows, meta::CHAIN, chain.to.sequence)?;
    } else {
        drop_chain(rows)?;
    }
    begin(rows, &FirstEntry::new(site, chain).canonical()?)?;
    Ok(())
}

/// What the chain was; `None` when it never had a record.
fn summary(rows: &dyn Database) -> Result<Option<ChainSummary>, LogError> {
    let last = "SELECT sequence, hash FROM chain_record ORDER BY sequence DESC LIMIT 1";
    let first = "SELECT sequence - 1, previous FROM chain_record ORDER BY sequence LIMIT 1";
    let newest = "SELECT sequence, hash, time, kid, signature FROM chain_checkpoint
        ORDER BY sequence DESC, time DESC LIMIT 1";
    let checkpoint = rows.first(newest, &[], checkpoint)?;
    let (from, to) = match (
        rows.first(first, &[], position)?,
        rows.first(last, &[], position)?,
        &checkpoint,
    ) {
        (Some(from), Some(to), _) => (from, to),
        // All records were purged, and the checkpoint is of the last of them.
        (_, _, Some(checkpoint)) if checkpoint.sequence > 0 => {
            let to = ChainPosition {
                hash: checkpoint.hash,
                sequence: checkpoint.sequence,
            };
            (to.clone(), to)
        }
        _ => return Ok(None),
    };
    Ok(Some(ChainSummary {
        checkpoint,
        from,
        to,
    }))
}

fn position(row: &[Value]) -> Result<ChainPosition, LogError> {
    match row {
        [Value::Integer(sequence), Value::String(hash)] => Ok(ChainPosition {
            hash: Digest::try_from(hash.as_str()).map_err(|_| LogError::Row)?,
            sequence: natural(*sequence)?,
        }),
        _ => Err(LogError::Row),
    }
}

fn checkpoint(row: &[Value]) -> Result<ChainCheckpoint, LogError> {
    let [
        sequence,
        hash,
        Value::String(time),
        Value::String(kid),
        Value::String(ed25519),
    ] = row
    else {
        return Err(LogError::Row);
    };
    let position = position(&[sequence.clone(), hash.clone()])?;
    Ok(ChainCheckpoint {
        ed25519: ed25519.clone(),
        hash: position.hash,
        kid: kid.clone(),
        sequence: position.sequence,
        time: super::rows::timestamp(time)?,
    })
}

/// Moves the next rows.
pub(super) fn step(rows: &dyn Database, tail: &mut Tail) -> Result<(), LogError> {
    let Some(last) = meta::number(rows, meta::CHAIN)? else {
        return Ok(());
    };
    let size = tail.size();
    let kept = first(rows)?;
    if size < kept {
        let end = kept.min(size.saturating_add(STEP));
        for index in size..end {
            stand_in(rows, tail, index)?;
        }
        return clear(rows, tail, kept);
    }
    if size <= last {
        return move_records(rows, tail, last);
    }
    if !move_links(rows)? {
        meta::remove(rows, meta::CHAIN)?;
        drop_chain(rows)?;
    }
    Ok(())
}

/// Adds the entry in the place of a record that had left the chain.
fn stand_in(rows: &dyn Database, tail: &mut Tail, index: u64) -> Result<(), LogError> {
    let leaf = leaf_hash(purged_entry(index).as_bytes());
    insert(rows, index, None, None, &leaf)?;
    tail.push(rows, leaf)
}

fn move_records(rows: &dyn Database, tail: &mut Tail, last: u64) -> Result<(), LogError> {
    let begin = tail.size();
    let end = last.saturating_add(1).min(begin.saturating_add(STEP));
    let statement = "SELECT sequence, id, body, body ->> '$.time' FROM chain_record
        WHERE sequence < ? ORDER BY sequence";
    let records = rows.each(statement, &numbers([end]), |row| match row {
        [
            Value::Integer(sequence),
            Value::String(id),
            Value::String(body),
            Value::String(time),
        ] => {
            let id = EventId::try_from(id.as_str()).map_err(|_| LogError::Row)?;
            let time = super::rows::timestamp(time)?;
            Ok((natural(*sequence)?, id, body.clone(), time))
        }
        _ => Err(LogError::Row),
    })?;
    let statement = "DELETE FROM chain_record WHERE sequence < ?";
    rows.run(statement, &numbers([end]))?;
    let mut records = records.into_iter().peekable();
    for index in begin..end {
        // A record that is missing was missing in every export of the chain, too: its place stays
        // recognisable, and the records behind it are kept.
        let Some((_, id, body, time)) = records.next_if(|(sequence, ..)| *sequence == index) else {
            stand_in(rows, tail, index)?;
            continue;
        };
        let leaf = leaf_hash(body.as_bytes());
        insert(rows, index, Some(&id), Some(&body), &leaf)?;
        tail.push(rows, leaf)?;
        tail.time = time;
    }
    counts::add(rows, begin, end)?;
    counts::begin_days(rows, begin, end)
}

/// Moves links; returns whether there were any.
fn move_links(rows: &dyn Database) -> Result<bool, LogError> {
    let statement = "SELECT subject, sequence FROM chain_link ORDER BY subject, sequence LIMIT ?";
    let links = rows.each(statement, &numbers([STEP]), |row| match row {
        [Value::String(subject), Value::Integer(sequence)] => {
            let subject = Digest::try_from(subject.as_str()).map_err(|_| LogError::Row)?;
            Ok((subject, natural(*sequence)?))
        }
        _ => Err(LogError::Row),
    })?;
    let Some((subject, sequence)) = links.last() else {
        return Ok(false);
    };
    let statement = "DELETE FROM chain_link WHERE (subject, sequence) <= (?, ?)";
    rows.run(
        statement,
        &[subject.to_string().as_str().into(), (*sequence).into()],
    )?;
    for (subject, index) in links {
        let row = [super::rows::subject(&subject), index.into()];
        rows.run("INSERT INTO link VALUES (?, ?)", &row)?;
    }
    Ok(true)
}

fn drop_chain(rows: &dyn Database) -> Result<(), LogError> {
    let statements = "DROP TABLE chain_record; DROP TABLE chain_link; DROP TABLE chain_checkpoint";
    rows.run(statements, &[])?;
    Ok(())
}
