//! The consent log: one object per site with a database of its own. A single writer ties each record to the one before it where
//! the row is written, so the chain has no race; nothing is answered before the row is on disk.
//!
//! The worker reaches it by a call of [`ConsentLog::answer`] with a question that postcard writes, see the constants. No one else can.

mod admin_queries;
pub(crate) mod ledger;
pub(crate) mod messages;
mod rows;
pub(crate) mod schema;

use crate::facts;
use crate::json::InvalidJson;
use domain::{Digest, Timestamp};
use ledger::Rows;
use rows::SqlRows;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use worker::SqlStorageValue as Value;
use worker::durable::State;
use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::worker_sys::DurableObjectState;

/// Logs a [`ledger::Append`], answers a [`ledger::Logged`] or null.
pub(crate) const APPEND: &str = "/append";
/// Reads a [`PageRequest`], answers a [`ledger::Page`].
pub(crate) const RECORDS: &str = "/records";
/// Answers how many records there are.
pub(crate) const HEALTH: &str = "/health";
/// Does what a [`messages::Erase`] says, answers how many records it was about.
pub(crate) const ERASE: &str = "/erase";
/// Reads a [`messages::ExportRequest`], answers a [`messages::ExportPage`].
pub(crate) const EXPORT: &str = "/export";
/// Reads a [`messages::CountRequest`], answers [`messages::LogCounts`].
pub(crate) const COUNTS: &str = "/counts";
/// Reads a [`messages::AuditRequest`], answers a list of [`messages::AuditEntry`].
pub(crate) const AUDIT: &str = "/audit";
/// Reads the site's name, answers the end of its chain, a [`messages::Position`].
pub(crate) const HEAD: &str = "/end";
/// Keeps a [`domain::SignedCheckpoint`].
pub(crate) const STORE_CHECKPOINT: &str = "/keep";
/// Reads a [`messages::PurgePointRequest`], answers a [`messages::Position`] or null.
pub(crate) const PURGE_POINT: &str = "/cut";
/// Does what a [`messages::Purge`] says, answers how many records are gone.
pub(crate) const PURGE: &str = "/purge";

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
    /// A record can't be written.
    Form(serde_json::Error),
    /// A stored record has another form than it must have.
    Stored(InvalidJson),
    /// A question has.
    Message(postcard::Error),
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
            Self::Stored(error) => error.fmt(formatter),
            Self::Message(error) => error.fmt(formatter),
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

impl From<InvalidJson> for LogError {
    fn from(error: InvalidJson) -> Self {
        Self::Stored(error)
    }
}

impl From<postcard::Error> for LogError {
    fn from(error: postcard::Error) -> Self {
        Self::Message(error)
    }
}

/// The log of one site, an object of the platform's; entry.mjs gives it its class.
#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
pub struct ConsentLog {
    state: State,
    /// Atomic because a request that panics must leave it whole; there is one thread.
    is_migrated: AtomicBool,
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
impl ConsentLog {
    /// The object of a site, with its database.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, _env: JsValue) -> Self {
        Self {
            state: State::from(state),
            is_migrated: AtomicBool::new(false),
        }
    }

    /// Answers a question. Nothing is awaited, so no other question comes in between; and the runtime holds the answer back until what was
    /// written is on disk.
    ///
    /// # Errors
    /// The log can't. Why is on the console.
    pub fn answer(&self, path: &str, question: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        self.answered(path, question).map_err(|error| {
            facts::report("log", &error);
            JsValue::from_str("the log fails")
        })
    }
}

impl ConsentLog {
    fn answered(&self, path: &str, question: Vec<u8>) -> Result<Vec<u8>, LogError> {
        self.migrate()?;
        let now = facts::now();
        if [RECORDS, HEALTH, AUDIT, HEAD, PURGE_POINT].contains(&path) {
            let random = [0; 32];
            return answer(&self.rows(), path, &question, RequestInputs { now, random });
        }
        let random = facts::random()?;
        let path = path.to_owned();
        let work =
            move |rows: &SqlRows| answer(rows, &path, &question, RequestInputs { now, random });
        self.transaction(Box::new(work))
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

/// Time and chance, as values. What only reads takes no chance.
#[derive(Clone, Copy)]
struct RequestInputs {
    now: Timestamp,
    random: [u8; 32],
}

/// Answers a question; the caller sees to the transaction.
fn answer(
    rows: &SqlRows,
    path: &str,
    question: &[u8],
    RequestInputs { now, random }: RequestInputs,
) -> Result<Vec<u8>, LogError> {
    match path {
        APPEND => written(&ledger::append(rows, read(question)?, now, random)?),
        RECORDS => written(&rows.page(&read(question)?)?),
        HEALTH => written(&rows.head()?.map_or(0, |head| head.sequence)),
        ERASE => written(&admin_queries::erase(rows, &read(question)?, now)?),
        EXPORT => written(&admin_queries::export(rows, &read(question)?, now)?),
        COUNTS => written(&admin_queries::counts(rows, &read(question)?, now)?),
        STORE_CHECKPOINT => written(&admin_queries::store_checkpoint(rows, &read(question)?)?),
        PURGE => written(&admin_queries::purge(rows, &read(question)?, now)?),
        AUDIT => written(&admin_queries::audit_entries(rows, &read(question)?)?),
        HEAD => written(&admin_queries::head(rows, &read::<String>(question)?)?),
        PURGE_POINT => written(&admin_queries::purge_point(rows, &read(question)?)?),
        _ => Err(LogError::Question),
    }
}

fn written(answer: &impl Serialize) -> Result<Vec<u8>, LogError> {
    Ok(postcard::to_allocvec(answer)?)
}

fn read<Q: DeserializeOwned>(question: &[u8]) -> Result<Q, LogError> {
    Ok(postcard::from_bytes(question)?)
}
