//! The Durable Object of the log: its entry point, migrations and transactions.

#![expect(
    clippy::disallowed_methods,
    reason = "in the code that `wasm_bindgen` makes, outside of the implementation"
)]

use super::schema;
use super::{LogError, READING, answer};
use crate::runtime::js;
use crate::runtime::sql::{SqlRows, Value};
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use worker::durable::State;
use worker::js_sys::{Function, Reflect};
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::worker_sys::DurableObjectState;

impl From<JsValue> for LogError {
    fn from(error: JsValue) -> Self {
        Self::Runtime(error.into())
    }
}

/// The log of one site. entry.mjs wraps it in the class that the platform instantiates.
#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
pub struct ConsentLog {
    state: State,
    /// Atomic, though there is one thread: it must be unwind-safe, because a panic ends one request
    /// and the object lives on.
    is_migrated: AtomicBool,
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
impl ConsentLog {
    /// Called by entry.mjs with the object's state, which has the database.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, _env: JsValue) -> Self {
        Self {
            state: State::from(state),
            is_migrated: AtomicBool::new(false),
        }
    }

    /// Answers a request. Nothing is awaited, so requests can't interleave. The runtime holds the
    /// response back until what was written is on disk (output gate).
    ///
    /// # Errors
    /// The request fails; the cause is on the console.
    pub fn answer(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        self.try_answer(path, request).map_err(|error| {
            js::report("log", &error);
            JsValue::from_str("the log fails")
        })
    }
}

impl ConsentLog {
    fn try_answer(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, LogError> {
        self.migrate()?;
        let now = js::now();
        if READING.contains(&path) {
            return answer(&self.rows(), path, &request, now, [0; 32]);
        }
        let random = js::random()?;
        let path = path.to_owned();
        let work = move |rows: &SqlRows| answer(rows, &path, &request, now, random);
        self.transaction(Box::new(work))
    }

    fn rows(&self) -> SqlRows {
        SqlRows::new(self.state.storage().sql())
    }

    /// Runs the migrations that have not run, once in the life of the instance.
    fn migrate(&self) -> Result<(), LogError> {
        if self.is_migrated.load(Ordering::Relaxed) {
            return Ok(());
        }
        let rows = self.rows();
        rows.run(schema::VERSIONS, vec![])?;
        let latest = rows.run("SELECT MAX(version) FROM migration", vec![])?;
        let newest = match latest.first().map(Vec::as_slice) {
            Some([Value::Integer(version)]) => *version,
            Some([Value::Null]) => 0,
            _ => return Err(LogError::Row),
        };
        for (version, statements) in (1_i64..).zip(schema::MIGRATIONS) {
            if version > newest {
                let applied = js::now().to_string();
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

    /// Runs the work in one transaction, which is rolled back when the work fails.
    fn transaction(&self, work: Work) -> Result<Vec<u8>, LogError> {
        let storage = self.state.storage();
        let storage: &JsValue = storage.as_raw().as_ref();
        let rows = self.rows();
        let outcome = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&outcome);
        let callback = Closure::once_into_js(AssertUnwindSafe(move || -> Result<(), JsValue> {
            let result = work(&rows);
            let is_ok = result.is_ok();
            *slot.borrow_mut() = Some(result);
            // An exception rolls the transaction back.
            if is_ok { Ok(()) } else { Err(JsValue::NULL) }
        }));
        // The SDK has the asynchronous form only, in which requests can interleave.
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

type Work = Box<dyn FnOnce(&SqlRows) -> Result<Vec<u8>, LogError>>;
