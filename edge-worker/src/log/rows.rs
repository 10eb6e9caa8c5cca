//! The rows of a log in the database of its object.

use super::LogError;
use super::columns::{ENTRY, digest, natural, raw_entry, text, timestamp};
use super::ledger::{PAGE, Page, Rows, Seed};
use super::messages::{PageRequest, RawEntry};
use crate::json;
use crate::runtime::sql::{SqlRows, Value, integer};
use domain::{Digest, Entry, EventId, LogHead, Timestamp};

impl SqlRows {
    /// Runs a statement and converts its rows.
    pub(super) fn each<T>(
        &self,
        statement: &str,
        values: Vec<Value>,
        read: impl Fn(&[Value]) -> Result<T, LogError>,
    ) -> Result<Vec<T>, LogError> {
        // A loop, because `collect` compiles to three times the code for each type.
        let mut all = Vec::new();
        for row in self.run(statement, values)? {
            all.push(read(&row)?);
        }
        Ok(all)
    }

    /// Runs a statement and converts its first row, if it has one.
    pub(super) fn first<T>(
        &self,
        statement: &str,
        values: Vec<Value>,
        read: impl Fn(&[Value]) -> Result<T, LogError>,
    ) -> Result<Option<T>, LogError> {
        let rows = self.run(statement, values)?;
        rows.first().map(|row| read(row)).transpose()
    }

    /// Reads sequence, hash and time of one row.
    fn head_of(&self, statement: &str) -> Result<Option<LogHead>, LogError> {
        self.first(statement, vec![], |row| match row {
            [
                Value::Integer(sequence),
                Value::String(hash),
                Value::String(time),
            ] => Ok(LogHead {
                sequence: natural(*sequence)?,
                hash: digest(hash)?,
                time: timestamp(time)?,
            }),
            _ => Err(LogError::Row),
        })
    }

    /// A page of one subject's records.
    pub(super) fn page(&self, wanted: &PageRequest) -> Result<Page, LogError> {
        let statement = format!(
            "{ENTRY} JOIN link l ON l.sequence = r.sequence
            WHERE l.subject = ? AND l.sequence > ? ORDER BY l.sequence LIMIT ?"
        );
        // One row more than a page shows whether another page follows.
        let limit = PAGE as i64 + 1;
        let values = vec![text(wanted.link), integer(wanted.after)?, limit.into()];
        let rows = self.run(&statement, values)?;
        let mut entries = Vec::new();
        for row in rows.iter().take(PAGE) {
            entries.push(raw_entry(row)?);
        }
        let next = match entries.last() {
            Some(last) if rows.len() > PAGE => Some(last.sequence),
            _ => None,
        };
        Ok(Page { entries, next })
    }
}

impl RawEntry {
    fn parse(self) -> Result<Entry, LogError> {
        Ok(Entry {
            record: json::read(self.record.as_bytes())?,
            sequence: self.sequence,
            previous: self.previous,
            hash: self.hash,
        })
    }
}

impl Rows for SqlRows {
    type Error = LogError;

    fn entry(&self, id: &EventId) -> Result<Option<Entry>, LogError> {
        let statement = format!("{ENTRY} WHERE r.id = ?");
        let id = vec![Value::String(id.to_string())];
        self.first(&statement, id, |row| raw_entry(row)?.parse())
    }

    fn head(&self) -> Result<Option<LogHead>, LogError> {
        let last =
            "SELECT sequence, hash, body ->> '$.time' FROM record ORDER BY sequence DESC LIMIT 1";
        // After a purge that left no record, the chain goes on from the purge's checkpoint.
        let checkpoint =
            "SELECT sequence, hash, time FROM checkpoint ORDER BY sequence DESC, time DESC LIMIT 1";
        match self.head_of(last)? {
            None => self.head_of(checkpoint),
            last => Ok(last),
        }
    }

    fn latest(&self, link: &Digest) -> Result<Option<(u64, EventId)>, LogError> {
        let statement =
            "SELECT r.sequence, r.id FROM link l JOIN record r ON r.sequence = l.sequence
            WHERE l.subject = ? ORDER BY l.sequence DESC LIMIT 1";
        self.first(statement, vec![text(*link)], |row| match row {
            [Value::Integer(sequence), Value::String(id)] => {
                let id = EventId::try_from(id.as_str()).map_err(|_| LogError::Row)?;
                Ok((natural(*sequence)?, id))
            }
            _ => Err(LogError::Row),
        })
    }

    fn insert(&self, entry: &Entry, link: &Digest) -> Result<(), LogError> {
        let sequence = integer(entry.sequence)?;
        let record = vec![
            sequence.clone(),
            Value::String(entry.record.id.to_string()),
            Value::String(entry.record.canonical()?),
            text(entry.previous),
            text(entry.hash),
        ];
        self.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?)", record)?;
        self.execute(
            "INSERT INTO link VALUES (?, ?)",
            vec![text(*link), sequence],
        )?;
        Ok(())
    }

    fn seeds(&self) -> Result<Vec<Seed>, LogError> {
        let statement = "SELECT started, bytes FROM seed ORDER BY started DESC";
        self.each(statement, vec![], |row| match row {
            [Value::Integer(started), Value::Blob(bytes)] => Ok(Seed {
                started: Timestamp::from_millis(*started),
                bytes: bytes.as_slice().try_into().map_err(|_| LogError::Row)?,
            }),
            _ => Err(LogError::Row),
        })
    }

    fn replace_seeds(&self, seed: &Seed, delete_before: Timestamp) -> Result<(), LogError> {
        let before = vec![Value::Integer(delete_before.millis())];
        self.run("DELETE FROM seed WHERE started < ?", before)?;
        let row = vec![
            Value::Integer(seed.started.millis()),
            Value::Blob(seed.bytes.to_vec()),
        ];
        self.run("INSERT OR REPLACE INTO seed VALUES (?, ?)", row)?;
        Ok(())
    }
}
