//! Posts checkpoints to witnesses.

use super::http::read_stream;
use super::js::await_promise;
use worker::js_sys::{Object, Promise, Reflect};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Result, web_sys};

/// How long a witness may take, in milliseconds, with all that it sends.
const TIMEOUT: u32 = 10_000;
/// The longest answer that is read, in bytes.
const MAX_REPLY: usize = 16_384;

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(address: &str, init: &Object) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(millis: u32) -> std::result::Result<JsValue, JsValue>;
}

/// An answer: status, `Content-Type` (empty if there is none) and body; a sentence if there is none.
type Answer = std::result::Result<(u16, String, Vec<u8>), String>;

/// Posts bodies to addresses, all of them before it waits for the first answer.
pub(crate) async fn post_all(requests: impl Iterator<Item = (&str, &str)>) -> Vec<Answer> {
    let sent: Vec<_> = requests
        .map(|(address, body)| post(address, body))
        .collect();
    let mut answers = Vec::new();
    for sent in sent {
        let answer = match sent {
            Ok(promise) => read(promise).await,
            Err(error) => Err(error),
        };
        answers.push(answer.map_err(|error| format!("it doesn't answer: {error}")));
    }
    answers
}

fn post(address: &str, body: &str) -> Result<Promise> {
    let init = Object::new();
    for (name, value) in [
        ("method", "POST".into()),
        ("body", body.into()),
        // An answer from elsewhere is none.
        ("redirect", "manual".into()),
        ("signal", abort_after(TIMEOUT)?),
    ] {
        Reflect::set(&init, &name.into(), &value)?;
    }
    Ok(fetch(address, &init)?)
}

async fn read(promise: Promise) -> Result<(u16, String, Vec<u8>)> {
    let response = await_promise(promise.into()).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let content_type = response.headers().get("Content-Type")?;
    let body = match response.body() {
        None => Vec::new(),
        Some(stream) => read_stream(&stream, MAX_REPLY, MAX_REPLY)
            .await
            .map_err(|failure| failure.to_string())?,
    };
    let content_type = content_type.unwrap_or_else(String::new);
    Ok((response.status(), content_type, body))
}
