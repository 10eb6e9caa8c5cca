//! The Durable Object of the log: its entry points, its storage and transactions.

#![expect(
    clippy::disallowed_methods,
    reason = "in the code that `wasm_bindgen` makes, outside of the implementation"
)]

use super::rows::{Database, Storage, Work};
use super::{Call, Log, LogError};
use crate::runtime::js;
use crate::runtime::sql::{Given, SqlRows, Value};
use domain::Timestamp;
use std::cell::RefCell;
use worker::durable::State;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast, JsValue};
use worker::worker_sys::DurableObjectState;

/// Optional: the size of the database, in bytes, at which nothing more is appended.
const LIMIT: &str = "LOG_BYTES";

impl From<JsValue> for LogError {
    fn from(error: JsValue) -> Self {
        Self::from(worker::Error::from(error))
    }
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type DurableStorage;
    /// The SDK has the asynchronous form only, in which requests can interleave.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transact(
        this: &DurableStorage,
        work: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;
    /// Returns a promise that needs no waiting: the runtime holds the response back until the alarm
    /// is set.
    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &DurableStorage, millis: f64) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// What an instance has found damaged, and its object's id. The runtime ends an instance whose
    /// database fails, with what it has written; the worker asks again at once, which starts the next
    /// one here.
    static DAMAGED: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// The log of one site. entry.mjs wraps it in the class that the platform instantiates.
#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
pub struct ConsentLog {
    state: State,
    log: Log,
}

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
impl ConsentLog {
    /// Called by entry.mjs with the object's state, which has the database, and with the bindings.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: &JsValue) -> Self {
        let state = State::from(state);
        let log = Log::new(limit(env));
        let id = state.id().to_string();
        if let Some((_, what)) = DAMAGED.take().filter(|(damaged, _)| *damaged == id) {
            log.note_damage(what);
        }
        Self { state, log }
    }

    /// Answers a request that the worker sent for a site at a time of its own clock. Nothing is
    /// awaited, so requests can't interleave. The runtime holds the response back until what was
    /// written is on disk (output gate).
    ///
    /// # Errors
    /// The request fails; the cause is on the console.
    pub fn answer(
        &self,
        path: &str,
        site: &str,
        now_millis: f64,
        request: &[u8],
    ) -> Result<Vec<u8>, JsValue> {
        let answer = || {
            let call = Call {
                path,
                site,
                sent: Timestamp::from_millis(now_millis as i64),
                now: js::now(),
                random: js::random()?,
                request,
            };
            self.log.answer(&self.storage(), &call)
        };
        self.reported(answer())
    }

    /// The platform calls when the alarm's time has come.
    ///
    /// # Errors
    /// The work fails; the platform calls again.
    pub fn alarm(&self) -> Result<(), JsValue> {
        self.reported(self.log.alarm(&self.storage(), js::now()))
    }
}

impl ConsentLog {
    fn storage(&self) -> ObjectStorage {
        let storage = self.state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        ObjectStorage {
            raw: raw.clone().unchecked_into(),
            rows: SqlRows::new(storage.sql()),
        }
    }

    fn reported<T>(&self, outcome: Result<T, LogError>) -> Result<T, JsValue> {
        outcome.map_err(|error| {
            if let Some(what) = self.log.damage() {
                DAMAGED.set(Some((self.state.id().to_string(), what)));
            }
            js::report("log", &error);
            JsValue::from_str("the log fails")
        })
    }
}

/// The value of [`LIMIT`].
fn limit(env: &JsValue) -> Option<u64> {
    let text = js::member(env, LIMIT).as_string()?;
    match text.parse() {
        Ok(limit) => Some(limit),
        Err(_) => {
            js::report(
                "log",
                &"LOG_BYTES isn't a number of bytes, and has no effect",
            );
            None
        }
    }
}

struct ObjectStorage {
    raw: DurableStorage,
    rows: SqlRows,
}

impl Database for ObjectStorage {
    fn run(&self, statement: &str, values: &[Given<'_>]) -> Result<Vec<Vec<Value>>, LogError> {
        Ok(self.rows.run(statement, values)?)
    }

    fn bytes(&self) -> u64 {
        self.rows.size() as u64
    }
}

impl Storage for ObjectStorage {
    fn transaction(&self, work: Work<'_>) -> Result<Vec<u8>, LogError> {
        let mut result = None;
        let committed = self.raw.transact(&mut || {
            let outcome = work(self);
            let is_ok = outcome.is_ok();
            result = Some(outcome);
            // An exception rolls the transaction back.
            if is_ok { Ok(()) } else { Err(JsValue::NULL) }
        });
        match (result, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(_)) => Ok(value),
            (None, Ok(_)) => Err(LogError::Row),
        }
    }

    fn set_alarm(&self, time: Timestamp) -> Result<(), LogError> {
        self.raw.set_alarm(time.millis() as f64)?;
        Ok(())
    }
}
