//! The consent log: one object per site with a database of its own. A single writer ties each record to the one before it where
//! the row is written, so the chain has no race; nothing is answered before the row is on disk.
//!
//! The worker reaches it by `fetch` with a JSON body: [`APPEND`], [`RECORDS`], [`HEALTH`]. No one else can.

pub(crate) mod ledger;
pub(crate) mod schema;

use crate::facts;
use domain::{Digest, Entry, EventId, Moment, Tail};
use ledger::{Append, PAGE, Page, Rows, Seed};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use std::cell::RefCell;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::{
    DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue as Value, State,
    console_error, durable_object,
};

/// Logs an [`Append`], answers a [`ledger::Logged`] or null.
pub(crate) const APPEND: &str = "/append";
/// Reads a [`PageRequest`], answers a [`Page`].
pub(crate) const RECORDS: &str = "/records";
/// Answers how many records there are.
pub(crate) const HEALTH: &str = "/health";

/// Asks for a page of one subject's records.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageRequest {
    /// The subject's link.
    pub(crate) link: Digest,
    /// Only what comes after this sequence.
    pub(crate) after: u64,
}

/// Why the log can't do what it is asked.
#[derive(Debug)]
pub(crate) enum LogError {
    /// The runtime or the database says so.
    Runtime(worker::Error),
    /// A question or a stored record has another form than it must have.
    Form(serde_json::Error),
    /// A row is not what the schema says.
    Row,
    /// No such question.
    Question,
}

impl fmt::Display for LogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => error.fmt(formatter),
            Self::Form(error) => error.fmt(formatter),
            Self::Row => formatter.write_str("a row is not what the schema says"),
            Self::Question => formatter.write_str("no such question"),
        }
    }
}

impl From<worker::Error> for LogError {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error)
    }
}

impl From<JsValue> for LogError {
    fn from(error: JsValue) -> Self {
        Self::Runtime(error.into())
    }
}

impl From<serde_json::Error> for LogError {
    fn from(error: serde_json::Error) -> Self {
        Self::Form(error)
    }
}

/// The log of one site.
#[durable_object(fetch)]
pub struct ConsentLog {
    state: State,
    /// Atomic because a request that panics must leave it whole; there is one thread.
    is_migrated: AtomicBool,
}

impl DurableObject for ConsentLog {
    fn new(state: State, _env: Env) -> Self {
        Self {
            state,
            is_migrated: AtomicBool::new(false),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        match self.answer(&mut request).await {
            Ok(body) => Response::from_bytes(body),
            Err(error) => {
                console_error!("consent log: {error}");
                Response::error("", 500)
            }
        }
    }
}

impl ConsentLog {
    async fn answer(&self, request: &mut Request) -> Result<Vec<u8>, LogError> {
        let question = request.bytes().await?;
        self.migrate()?;
        match request.path().as_str() {
            APPEND => {
                let append: Append = serde_json::from_slice(&question)?;
                let (now, random) = (facts::now(), facts::random()?);
                let answer = self.transaction(Box::new(move |rows| {
                    let logged = ledger::append(rows, append, now, random)?;
                    Ok(serde_json::to_vec(&logged)?)
                }))?;
                // The runtime holds answers back until writes are on disk. To wait for it as well costs nothing and says it.
                self.state.storage().sync().await?;
                Ok(answer)
            }
            RECORDS => {
                let wanted: PageRequest = serde_json::from_slice(&question)?;
                Ok(serde_json::to_vec(&self.rows().page(&wanted)?)?)
            }
            HEALTH => {
                let tail = self.rows().tail()?;
                Ok(serde_json::to_vec(&tail.map_or(0, |tail| tail.sequence))?)
            }
            _ => Err(LogError::Question),
        }
    }

    fn rows(&self) -> SqlRows {
        SqlRows {
            sql: self.state.storage().sql(),
        }
    }

    /// Brings the tables up to date, once per life of the object.
    fn migrate(&self) -> Result<(), LogError> {
        if self.is_migrated.load(Ordering::Relaxed) {
            return Ok(());
        }
        let rows = self.rows();
        rows.run(schema::VERSIONS, vec![])?;
        let latest = rows.run("SELECT MAX(version) FROM migration", vec![])?;
        let done = match latest.first().map(Vec::as_slice) {
            Some([Value::Integer(version)]) => *version,
            _ => 0,
        };
        for (version, statements) in (1_i64..).zip(schema::MIGRATIONS) {
            if version > done {
                let applied = facts::now().to_string();
                self.transaction(Box::new(move |rows| {
                    rows.run(statements, vec![])?;
                    let row = vec![Value::Integer(version), Value::String(applied)];
                    rows.run("INSERT INTO migration VALUES (?, ?)", row)?;
                    Ok(Vec::new())
                }))?;
            }
        }
        self.is_migrated.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Does the work in one transaction: all of it is kept, or none when it fails. The work's answer is what the caller gets.
    fn transaction(&self, work: Work) -> Result<Vec<u8>, LogError> {
        let storage = self.state.storage();
        let storage: &JsValue = storage.as_raw().as_ref();
        let rows = self.rows();
        let outcome = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&outcome);
        let callback = Closure::once_into_js(AssertUnwindSafe(move || -> Result<(), JsValue> {
            let result = work(&rows);
            let is_done = result.is_ok();
            *slot.borrow_mut() = Some(result);
            // Throwing is how a transaction is told to forget.
            if is_done { Ok(()) } else { Err(JsValue::NULL) }
        }));
        // The SDK has the asynchronous form only, which lets other requests in between.
        let transact: Function =
            Reflect::get(storage, &JsValue::from_str("transactionSync"))?.dyn_into()?;
        let committed = transact.call1(storage, &callback);
        let result = outcome.borrow_mut().take();
        match (result, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(_)) => Ok(value),
            (None, Ok(_)) => Err(LogError::Row),
        }
    }
}

/// What is done in one transaction.
type Work = Box<dyn FnOnce(&SqlRows) -> Result<Vec<u8>, LogError>>;

/// The rows of a log in its database.
struct SqlRows {
    sql: SqlStorage,
}

const ENTRY: &str = "SELECT r.sequence, r.body, r.previous, r.hash FROM record r";

impl SqlRows {
    fn run(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>, LogError> {
        let rows = self.sql.exec(statement, values)?.raw();
        Ok(rows.collect::<worker::Result<_>>()?)
    }

    fn page(&self, wanted: &PageRequest) -> Result<Page, LogError> {
        let statement = format!(
            "{ENTRY} JOIN link l ON l.sequence = r.sequence
            WHERE l.subject = ? AND l.sequence > ? ORDER BY l.sequence LIMIT ?"
        );
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
        let values = vec![text(wanted.link), integer(wanted.after)?, limit.into()];
        let rows = self.run(&statement, values)?;
        let mut entries = Vec::new();
        for row in rows.iter().take(PAGE) {
            entries.push(StoredEntry::of(row)?);
        }
        let next = match entries.last() {
            Some(last) if rows.len() > PAGE => Some(last.sequence),
            _ => None,
        };
        Ok(Page {
            entries: to_raw_value(&entries)?,
            next,
        })
    }
}

/// An entry whose record is left as the text that was hashed.
#[derive(Serialize)]
struct StoredEntry<'a> {
    record: &'a RawValue,
    sequence: u64,
    previous: &'a str,
    hash: &'a str,
}

impl<'a> StoredEntry<'a> {
    fn of(row: &'a [Value]) -> Result<Self, LogError> {
        match row {
            [
                Value::Integer(sequence),
                Value::String(body),
                Value::String(previous),
                Value::String(hash),
            ] => Ok(Self {
                record: serde_json::from_slice(body.as_bytes())?,
                sequence: u64::try_from(*sequence).map_err(|_| LogError::Row)?,
                previous,
                hash,
            }),
            _ => Err(LogError::Row),
        }
    }

    fn parse(&self) -> Result<Entry, LogError> {
        Ok(Entry {
            record: serde_json::from_slice(self.record.get().as_bytes())?,
            sequence: self.sequence,
            previous: Digest::try_from(self.previous).map_err(|_| LogError::Row)?,
            hash: Digest::try_from(self.hash).map_err(|_| LogError::Row)?,
        })
    }
}

impl Rows for SqlRows {
    type Error = LogError;

    fn entry(&self, id: &EventId) -> Result<Option<Entry>, LogError> {
        let id = Value::String(id.to_string());
        let rows = self.run(&format!("{ENTRY} WHERE r.id = ?"), vec![id])?;
        rows.first()
            .map(|row| StoredEntry::of(row)?.parse())
            .transpose()
    }

    fn tail(&self) -> Result<Option<Tail>, LogError> {
        let statement = format!("{ENTRY} ORDER BY r.sequence DESC LIMIT 1");
        let rows = self.run(&statement, vec![])?;
        let last = rows
            .first()
            .map(|row| StoredEntry::of(row)?.parse())
            .transpose()?;
        Ok(last.map(|entry| entry.tail()))
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
        self.run("INSERT INTO record VALUES (?, ?, ?, ?, ?)", record)?;
        self.run(
            "INSERT INTO link VALUES (?, ?)",
            vec![text(*link), sequence],
        )?;
        Ok(())
    }

    fn seeds(&self) -> Result<Vec<Seed>, LogError> {
        let rows = self.run(
            "SELECT started, bytes FROM seed ORDER BY started DESC",
            vec![],
        )?;
        rows.iter()
            .map(|row| match row.as_slice() {
                [Value::Integer(started), Value::Blob(bytes)] => Ok(Seed {
                    started: Moment::from_millis(*started),
                    bytes: bytes.as_slice().try_into().map_err(|_| LogError::Row)?,
                }),
                _ => Err(LogError::Row),
            })
            .collect()
    }

    fn replace_seeds(&self, seed: &Seed, forget_before: Moment) -> Result<(), LogError> {
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

fn text(digest: Digest) -> Value {
    Value::String(digest.into())
}

fn integer(number: u64) -> Result<Value, LogError> {
    let number = i64::try_from(number).map_err(|_| LogError::Row)?;
    Ok(Value::try_from_i64(number)?)
}
