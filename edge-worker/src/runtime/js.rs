//! What JavaScript provides: promises, members of objects, the clock, random bytes, the console.

use crate::response::to_json;
use domain::Timestamp;
use serde::Serialize;
use std::fmt::Display;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Promise, Reflect};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Result, console_error};

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn fill(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
    /// A promise that resolves to nothing after so many milliseconds. Fails when the runtime has no
    /// scheduler.
    #[wasm_bindgen(catch, js_namespace = scheduler, js_name = wait)]
    pub(crate) fn timeout(millis: u32) -> Result<JsValue, JsValue>;
}

/// A member of any value; undefined when the value has no members.
pub(crate) fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Awaits a value that must be a promise.
///
/// # Errors
/// The value is not a promise, or the promise is rejected.
pub(crate) async fn await_promise(promise: JsValue) -> Result<JsValue> {
    let promise: Promise = promise.dyn_into()?;
    Ok(JsFuture::from(promise).await?)
}

/// The current time.
pub(crate) fn now() -> Timestamp {
    let millis = worker::Date::now().as_millis();
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// Cryptographically secure random bytes.
///
/// # Errors
/// The runtime has no source of them.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Writes an error as one line of JSON to the console. No caller passes personal data.
pub(crate) fn report(place: &str, problem: &dyn Display) {
    let line = ErrorLine {
        level: "error",
        place,
        problem: &problem.to_string().chars().take(200).collect::<String>(),
    };
    console_error!("{}", to_json(&line));
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    level: &'static str,
    place: &'a str,
    problem: &'a str,
}
