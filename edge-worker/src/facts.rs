//! Reads the platform into values: request, geography, clock, chance.
//!
//! Geography is `request.cf`, which the network makes, and nothing else. It is read field by field as whatever JavaScript holds:
//! the typed getters of the SDK trust their input, and a number where they expect a text takes the whole instance down.

use crate::request::{Address, ConsentRequest};
use crate::response::{Headers, SHARED_HEADERS, to_json};
use crate::route::Route;
use crate::service::{BodyFailure, MAX_BODY_BYTES};
use domain::{Country, Timestamp, VisitContext, gpc_signal};
use serde::Serialize;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use worker::console_error;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{self, ReadableStreamDefaultReader, Request};

/// How much of a body that is too large is read and forgotten, in bytes.
const MAX_DRAINED: usize = 262_144;

/// What the answer at this place needs of the request.
pub(crate) fn read<'a>(
    request: &Request,
    address: &Address<'_>,
    route: Route<'a>,
) -> ConsentRequest<'a> {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).ok().flatten();
    let mut call = ConsentRequest::new(request.method(), route, address.origin);
    call.query = address.query.to_owned();
    match route {
        Route::Policy(_) => call.accept_language = header("Accept-Language"),
        Route::Health | Route::Unknown | Route::Asset => {}
        Route::Keys | Route::Checkpoint => call.origin = header("Origin"),
        Route::Export | Route::Stats | Route::Audit => {
            call.authorization = header("Authorization");
        }
        Route::Consent | Route::Withdraw | Route::Erase | Route::Records => {
            call.origin = header("Origin");
            call.cookie = header("Cookie");
            call.visit = visit(request, gpc_signal(header("Sec-GPC").as_deref()));
            // Tells where the browser keeps the cookie that it has sent.
            if call.cookie.is_some() {
                call.fetch_site = header("Sec-Fetch-Site");
            }
            // Only a request that changes something, or asks for what is private, is looked at more closely.
            if call.method != "GET" || route == Route::Records {
                call.referer = header("Referer");
                call.fetch_site = header("Sec-Fetch-Site");
                call.content_type = header("Content-Type");
                call.content_length = header("Content-Length");
            }
        }
    }
    call
}

// What every question asks for. A getter is a third of the work that looking a member up by its name is.
#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    /// Anything that may have members.
    type Anything;
    #[wasm_bindgen(method, getter, structural)]
    fn cf(this: &Anything) -> Option<Anything>;
    #[wasm_bindgen(method, getter, structural)]
    fn country(this: &Anything) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = isEUCountry)]
    fn is_eu_country(this: &Anything) -> JsValue;
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn fill(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = scheduler)]
    fn wait(millis: u32) -> Result<JsValue, JsValue>;
}

fn visit(request: &Request, gpc: bool) -> VisitContext {
    let cf = request.unchecked_ref::<Anything>().cf();
    let country = cf.as_ref().and_then(|cf| cf.country().as_string());
    let is_eu = cf.map_or(JsValue::UNDEFINED, |cf| cf.is_eu_country());
    VisitContext {
        country: country.and_then(|code| Country::try_from(code).ok()),
        // The network says "1" or nothing. Anything else that is not an empty value counts too: stricter, never lighter.
        is_eu: is_eu.is_truthy() && is_eu.as_string().as_deref() != Some("0"),
        gpc,
    }
}

/// A member of whatever the value is; undefined when it has no members.
pub(crate) fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// The body, as long as it is not too large.
///
/// # Errors
/// [`BodyFailure`] when it is, or when the client breaks off.
pub(crate) async fn body(request: &Request) -> Result<Vec<u8>, BodyFailure> {
    if is_announced_small(request) {
        let promise = request.array_buffer().map_err(|_| BodyFailure::Broken)?;
        let buffer = JsFuture::from(promise)
            .await
            .map_err(|_| BodyFailure::Broken)?;
        let bytes = Uint8Array::new(&buffer);
        let is_small = usize::try_from(bytes.length()).is_ok_and(|length| length <= MAX_BODY_BYTES);
        return is_small
            .then(|| bytes.to_vec())
            .ok_or(BodyFailure::TooLarge);
    }
    let Some(stream) = request.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream
        .get_reader()
        .dyn_into()
        .map_err(|_| BodyFailure::Broken)?;
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    loop {
        let chunk = JsFuture::from(reader.read())
            .await
            .map_err(|_| BodyFailure::Broken)?;
        if member(&chunk, "done").is_truthy() {
            return if length > MAX_BODY_BYTES {
                Err(BodyFailure::TooLarge)
            } else {
                Ok(bytes)
            };
        }
        let value: Uint8Array = member(&chunk, "value")
            .dyn_into()
            .map_err(|_| BodyFailure::Broken)?;
        let more = usize::try_from(value.length()).map_err(|_| BodyFailure::TooLarge)?;
        length = length.saturating_add(more);
        // The limit comes before the copy: a chunk may be as large as the client likes.
        if length <= MAX_BODY_BYTES {
            bytes.extend(value.to_vec());
        }
        // A client that is still sending may miss the refusal, so a little more is read and forgotten. Nobody waits for all of it.
        if length > MAX_DRAINED {
            let _ = JsFuture::from(reader.cancel()).await;
            return Err(BodyFailure::TooLarge);
        }
    }
}

/// Whether the client has said that the body is small. The runtime holds it to that; it is looked at all the same.
fn is_announced_small(request: &Request) -> bool {
    let header = request.headers().get("Content-Length").ok().flatten();
    let length = header.and_then(|text| text.parse::<usize>().ok());
    length.is_some_and(|length| length <= MAX_BODY_BYTES)
}

thread_local! {
    /// Headers that most answers begin with, and their copy on the other side.
    static SHARED_HEADERS_CACHE: RefCell<Option<(Headers, web_sys::Headers)>> = const { RefCell::new(None) };
}

/// The headers of an answer. Those that it has in common with the answer before it are copied from there: each that is set takes two
/// texts across.
///
/// # Errors
/// The runtime refuses one.
pub(crate) fn headers(wanted: &Headers) -> Result<web_sys::Headers, JsValue> {
    let (usual, own) = wanted.split_at(SHARED_HEADERS.min(wanted.len()));
    let kept = SHARED_HEADERS_CACHE.with_borrow(|kept| {
        let (known, copy) = kept.as_ref()?;
        (known == usual).then(|| copy.clone())
    });
    let kept = match kept {
        Some(kept) => kept,
        None => {
            let made = written_headers(web_sys::Headers::new()?, usual)?;
            SHARED_HEADERS_CACHE.set(Some((usual.to_vec(), made.clone())));
            made
        }
    };
    if own.is_empty() {
        // Whoever makes a response of them copies them.
        return Ok(kept);
    }
    written_headers(web_sys::Headers::new_with_headers(&kept)?, own)
}

fn written_headers(
    headers: web_sys::Headers,
    more: &[(&'static str, Cow<'static, str>)],
) -> Result<web_sys::Headers, JsValue> {
    for (name, value) in more {
        headers.append(name, value)?;
    }
    Ok(headers)
}

/// The time.
pub(crate) fn now() -> Timestamp {
    let millis = worker::Date::now().as_millis();
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The time that the platform writes as JavaScript does.
pub(crate) fn moment(millis: f64) -> Timestamp {
    let date = worker::js_sys::Date::new(&JsValue::from_f64(millis));
    let text = date.to_iso_string().as_string();
    text.and_then(|text| Timestamp::try_from(text).ok())
        .unwrap_or(Timestamp::from_millis(0))
}

/// Bytes that nobody can foresee.
///
/// # Errors
/// When the runtime has no source of them.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], worker::Error> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A promise of nothing, after so long.
///
/// # Errors
/// When the runtime has no clock.
pub(crate) fn after(millis: u32) -> Result<JsValue, worker::Error> {
    Ok(wait(millis)?)
}

/// Writes one line for whoever watches the log of the worker: a JSON object with what happened where. It never says anything of a
/// visitor, because nothing that comes here knows one.
pub(crate) fn report(place: &str, problem: &dyn Display) {
    let line = Line {
        level: "error",
        place,
        problem: &problem.to_string().chars().take(200).collect::<String>(),
    };
    console_error!("{}", to_json(&line));
}

#[derive(Serialize)]
struct Line<'a> {
    level: &'static str,
    place: &'a str,
    problem: &'a str,
}

/// Waits for a promise that must be one.
pub(crate) async fn settled(promise: JsValue) -> Result<JsValue, worker::Error> {
    let promise: Promise = promise.dyn_into()?;
    Ok(JsFuture::from(promise).await?)
}
