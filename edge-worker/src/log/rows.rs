//! The rows of a log in the database of its object.

use super::admin_queries::raw_entry;
use super::ledger::{PAGE, Page, Rows, Seed};
use super::messages::RawEntry;
use super::{LogError, PageRequest};
use crate::json;
use domain::{Digest, Entry, EventId, LogHead, Timestamp};
use worker::js_sys::{Array, ArrayBuffer, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue as Value};

/// The rows of a log in its database.
pub(super) struct SqlRows {
    pub(super) sql: SqlStorage,
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type Sql;
    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Sql, statement: &str, values: &Array) -> Result<Cursor, JsValue>;
    pub(super) type Cursor;
    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> Result<JsValue, JsValue>;
}

/// A cell, by what it mostly is: each question about a value of JavaScript's is a call.
fn value(cell: &JsValue) -> Result<Value, LogError> {
    if let Some(text) = cell.as_string() {
        return Ok(Value::String(text));
    }
    if cell.as_f64().is_some() {
        return Ok(Value::try_from(cell.clone())?);
    }
    Ok(match cell.dyn_ref::<ArrayBuffer>() {
        Some(bytes) => Value::Blob(Uint8Array::new(bytes).to_vec()),
        None => Value::try_from(cell.clone())?,
    })
}

const ENTRY: &str = "SELECT r.sequence, r.body, r.previous, r.hash FROM record r";

impl SqlRows {
    pub(super) fn run(
        &self,
        statement: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Vec<Value>>, LogError> {
        let rows = self.execute(statement, values)?.raw()?;
        let mut found = Vec::new();
        let rows = Array::from(&rows);
        for place in 0..rows.length() {
            let cells = Array::from(&rows.get(place));
            let mut read = Vec::new();
            for place in 0..cells.length() {
                read.push(value(&cells.get(place))?);
            }
            found.push(read);
        }
        Ok(found)
    }

    /// Runs a statement that has no rows to read.
    pub(super) fn execute(&self, statement: &str, values: Vec<Value>) -> Result<Cursor, LogError> {
        let sql: &Sql = self.sql.as_ref().unchecked_ref();
        let list = Array::new_with_length(u32::try_from(values.len()).unwrap_or_default());
        for (place, value) in (0..).zip(values) {
            // Integers have been looked at when they were made, see `integer`.
            let value = match value {
                Value::Integer(number) => JsValue::from_f64(number as f64),
                other => other.into(),
            };
            list.set(place, value);
        }
        Ok(sql.exec(statement, &list)?)
    }

    /// What the rows of a statement are read as.
    pub(super) fn each<T>(
        &self,
        statement: &str,
        values: Vec<Value>,
        read: impl Fn(&[Value]) -> Result<T, LogError>,
    ) -> Result<Vec<T>, LogError> {
        // A loop: `collect` would take three times the code, for each type.
        let mut all = Vec::new();
        for row in self.run(statement, values)? {
            all.push(read(&row)?);
        }
        Ok(all)
    }

    fn place(&self, statement: &str) -> Result<Option<LogHead>, LogError> {
        let rows = self.run(statement, vec![])?;
        match rows.first().map(Vec::as_slice) {
            None => Ok(None),
            Some(
                [
                    Value::Integer(sequence),
                    Value::String(hash),
                    Value::String(time),
                ],
            ) => Ok(Some(LogHead {
                sequence: u64::try_from(*sequence).map_err(|_| LogError::Row)?,
                hash: Digest::try_from(hash.as_str()).map_err(|_| LogError::Row)?,
                time: Timestamp::try_from(time.as_str()).map_err(|_| LogError::Row)?,
            })),
            Some(_) => Err(LogError::Row),
        }
    }

    pub(super) fn page(&self, wanted: &PageRequest) -> Result<Page, LogError> {
        let statement = format!(
            "{ENTRY} JOIN link l ON l.sequence = r.sequence
            WHERE l.subject = ? AND l.sequence > ? ORDER BY l.sequence LIMIT ?"
        );
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
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
        let id = Value::String(id.to_string());
        let rows = self.run(&format!("{ENTRY} WHERE r.id = ?"), vec![id])?;
        rows.first().map(|row| raw_entry(row)?.parse()).transpose()
    }

    fn head(&self) -> Result<Option<LogHead>, LogError> {
        let last =
            "SELECT sequence, hash, body ->> '$.time' FROM record ORDER BY sequence DESC LIMIT 1";
        // Where the purge has cut a log of which nothing is left.
        let cut =
            "SELECT sequence, hash, time FROM checkpoint ORDER BY sequence DESC, time DESC LIMIT 1";
        match self.place(last)? {
            None => self.place(cut),
            last => Ok(last),
        }
    }

    fn latest(&self, link: &Digest) -> Result<Option<(u64, EventId)>, LogError> {
        let statement =
            "SELECT r.sequence, r.id FROM link l JOIN record r ON r.sequence = l.sequence
            WHERE l.subject = ? ORDER BY l.sequence DESC LIMIT 1";
        let rows = self.run(statement, vec![text(*link)])?;
        match rows.first().map(Vec::as_slice) {
            None => Ok(None),
            Some([Value::Integer(sequence), Value::String(id)]) => {
                let sequence = u64::try_from(*sequence).map_err(|_| LogError::Row)?;
                let id = EventId::try_from(id.as_str()).map_err(|_| LogError::Row)?;
                Ok(Some((sequence, id)))
            }
            Some(_) => Err(LogError::Row),
        }
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

    fn replace_seeds(&self, seed: &Seed, forget_before: Timestamp) -> Result<(), LogError> {
        let before = vec![Value::Integer(forget_before.millis())];
        self.run("DELETE FROM seed WHERE started < ?", before)?;
        let row = vec![
            Value::Integer(seed.started.millis()),
            Value::Blob(seed.bytes.to_vec()),
        ];
        self.run("INSERT OR REPLACE INTO seed VALUES (?, ?)", row)?;
        Ok(())
    }
}

pub(super) fn text(digest: Digest) -> Value {
    Value::String(digest.into())
}

pub(super) fn integer(number: u64) -> Result<Value, LogError> {
    let number = i64::try_from(number).map_err(|_| LogError::Row)?;
    Ok(Value::try_from_i64(number)?)
}
