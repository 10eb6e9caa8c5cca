//! Requests and responses of the runtime, as the plain values that the service takes and gives.
//!
//! The visitor's location is read from `request.cf` alone, which the network sets. Its members are
//! read as untyped values: the SDK's typed getters panic on a number where they expect text.

use super::js::{await_promise, member};
use crate::request::{Address, BodyFailure, ConsentRequest, MAX_BODY_BYTES};
use crate::response::{Body, Headers, Response, SHARED_HEADERS, VARY_CONSENT, VARY_LANGUAGE};
use crate::route::Route;
use domain::{Country, Region, VisitContext, sends_signal};
use std::borrow::Cow;
use std::cell::RefCell;
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys;

/// How much of a body that is too large is read before the stream is cancelled, in bytes.
const MAX_DRAINED: usize = 262_144;

// A getter takes a third of the time of `Reflect::get`, and every request needs these.
#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type Object;
    #[wasm_bindgen(method, getter, structural)]
    fn cf(this: &Object) -> Option<Object>;
    #[wasm_bindgen(method, getter, structural)]
    fn country(this: &Object) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = regionCode)]
    fn region_code(this: &Object) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = isEUCountry)]
    fn is_eu_country(this: &Object) -> JsValue;
}

/// Reads of a request what its route needs. Each header that is read is a call into JavaScript.
pub(crate) fn read<'a>(
    request: &web_sys::Request,
    address: &Address<'_>,
    route: Route<'a>,
) -> ConsentRequest<'a> {
    let headers = request.headers();
    // `get` fails for malformed names only; these are constants.
    let header = |name: &str| headers.get(name).unwrap_or(None);
    let mut read = ConsentRequest::new(request.method(), route, address.origin);
    read.query = address.query.to_owned();
    match route {
        Route::Start | Route::Policy(_) => read.accept_language = header("Accept-Language"),
        Route::Health
        | Route::Keys
        | Route::Checkpoint
        | Route::LogPolicy
        | Route::LogInfo
        | Route::Unknown
        | Route::Asset => {}
        Route::Export | Route::Stats | Route::Audit | Route::Record | Route::Tile(_) => {
            read.authorization = header("Authorization");
        }
        Route::Choices => {
            read.cookie = header("Cookie");
            read.visit = visit(request, sends_signal(header));
        }
        Route::Consent | Route::Withdraw | Route::Erase | Route::Records | Route::Shown => {
            read.origin = header("Origin");
            read.cookie = header("Cookie");
            read.visit = visit(request, sends_signal(header));
            let is_checked = read.method != "GET" || route == Route::Records;
            // A renewed cookie must be partitioned if the one that was sent is, see
            // `CookieContext`; and without an origin a proxy may stand between, see `unproxied`.
            if read.cookie.is_some() || read.origin.is_none() || is_checked {
                read.fetch_site = header("Sec-Fetch-Site");
            }
            if is_checked || read.fetch_site.as_deref() == Some("same-origin") {
                read.referer = header("Referer");
            }
            if is_checked {
                read.content_type = header("Content-Type");
                read.content_length = header("Content-Length");
            }
            if matches!(route, Route::Erase | Route::Records) {
                read.is_navigation = match header("Sec-Fetch-Mode") {
                    Some(mode) => mode == "navigate",
                    // Old browsers.
                    None => header("Accept").is_some_and(|types| types.contains("text/html")),
                };
                read.accept_language = header("Accept-Language");
            }
        }
    }
    read
}

fn visit(request: &web_sys::Request, gpc: bool) -> VisitContext {
    let cf = request.unchecked_ref::<Object>().cf();
    let country = cf.as_ref().and_then(|cf| cf.country().as_string());
    let region = cf.as_ref().and_then(|cf| cf.region_code().as_string());
    let is_eu = cf.map_or(JsValue::UNDEFINED, |cf| cf.is_eu_country());
    VisitContext {
        country: match country.map(Country::try_from) {
            Some(Ok(country)) => Some(country),
            // Unknown or malformed, which includes Tor's `T1`.
            None | Some(Err(_)) => None,
        },
        region: match region.as_deref().map(Region::try_from) {
            Some(Ok(region)) => Some(region),
            None | Some(Err(_)) => None,
        },
        // The network sends "1" or nothing. Any other non-empty value but "0" counts too, because
        // an error must make the regime stricter, never less strict.
        is_eu: is_eu.is_truthy() && is_eu.as_string().as_deref() != Some("0"),
        gpc,
    }
}

/// The body, of at most [`MAX_BODY_BYTES`].
///
/// # Errors
/// [`BodyFailure`] when it is larger, or when the client disconnects.
pub(crate) async fn body(request: &web_sys::Request) -> Result<Vec<u8>, BodyFailure> {
    if is_announced_small(request) {
        let promise = request.array_buffer().map_err(broken)?;
        let buffer = await_promise(promise.into()).await.map_err(broken)?;
        let bytes = Uint8Array::new(&buffer);
        let is_small = usize::try_from(bytes.length()).is_ok_and(|length| length <= MAX_BODY_BYTES);
        return is_small
            .then(|| bytes.to_vec())
            .ok_or(BodyFailure::TooLarge);
    }
    let Some(stream) = request.body() else {
        return Ok(Vec::new());
    };
    // Some clients read no response while they send, so up to `MAX_DRAINED` bytes are drained.
    read_stream(&stream, MAX_BODY_BYTES, MAX_DRAINED).await
}

/// What a stream holds, of at most `limit` bytes. One that is longer is read up to `drained` bytes,
/// and then cancelled.
///
/// # Errors
/// [`BodyFailure`] when it is longer or breaks off.
pub(crate) async fn read_stream(
    stream: &web_sys::ReadableStream,
    limit: usize,
    drained: usize,
) -> Result<Vec<u8>, BodyFailure> {
    let reader: web_sys::ReadableStreamDefaultReader =
        stream.get_reader().dyn_into().map_err(broken)?;
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    loop {
        let chunk = await_promise(reader.read().into()).await.map_err(broken)?;
        if member(&chunk, "done").is_truthy() {
            return if length > limit {
                Err(BodyFailure::TooLarge)
            } else {
                Ok(bytes)
            };
        }
        let value: Uint8Array = member(&chunk, "value").dyn_into().map_err(broken)?;
        let more = usize::try_from(value.length()).map_err(|_| BodyFailure::TooLarge)?;
        length = length.saturating_add(more);
        // Checked before the copy, because a chunk may have any size.
        if length <= limit {
            bytes.extend(value.to_vec());
        }
        if length > drained {
            #[expect(
                clippy::let_underscore_must_use,
                reason = "what is too long is refused whether or not the stream can be cancelled"
            )]
            let _ = await_promise(reader.cancel().into()).await;
            return Err(BodyFailure::TooLarge);
        }
    }
}

fn broken<E>(_: E) -> BodyFailure {
    BodyFailure::Broken
}

/// Whether `Content-Length` is within the limit. The runtime enforces the length; the caller checks
/// it again.
fn is_announced_small(request: &web_sys::Request) -> bool {
    // `get` fails for malformed names only.
    let length = request.headers().get("Content-Length").unwrap_or(None);
    length.is_some_and(|text| {
        text.parse::<usize>()
            .is_ok_and(|length| length <= MAX_BODY_BYTES)
    })
}

/// The response in the runtime's form; to `HEAD` without its body.
///
/// # Errors
/// The runtime refuses a header.
pub(crate) fn respond(
    response: &Response,
    request: &web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(response.status);
    init.set_headers(&headers(&response.headers)?.into());
    let has_body = request.method() != "HEAD";
    Ok(match &response.body {
        Body::Text(text) => {
            let text = Some(text.as_str()).filter(|text| has_body && !text.is_empty());
            web_sys::Response::new_with_opt_str_and_init(text, &init)?
        }
        Body::Bytes(bytes) => {
            let bytes = has_body.then(|| Uint8Array::from(bytes.as_slice()));
            web_sys::Response::new_with_opt_js_u8_array_and_init(bytes.as_ref(), &init)?
        }
    })
}

/// A page of the assets with another text, which is for one visitor alone.
///
/// # Errors
/// The runtime refuses a header.
pub(crate) fn respond_with_page(
    page: &web_sys::Response,
    text: &str,
    request: &web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_headers(&varying(page, VARY_CONSENT)?.into());
    let body = (request.method() != "HEAD").then_some(text);
    Ok(web_sys::Response::new_with_opt_str_and_init(body, &init)?)
}

/// A page of the assets as the answer to an address that doesn't exist.
///
/// # Errors
/// The runtime refuses a header.
pub(crate) fn respond_with_not_found(
    page: &web_sys::Response,
    request: &web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(404);
    init.set_headers(&varying(page, VARY_LANGUAGE)?.into());
    let body = page.body().filter(|_| request.method() != "HEAD");
    Ok(web_sys::Response::new_with_opt_readable_stream_and_init(
        body.as_ref(),
        &init,
    )?)
}

/// The headers of a page of the assets that is another one for other headers of the request.
fn varying(page: &web_sys::Response, vary: &str) -> Result<web_sys::Headers, JsValue> {
    let headers = web_sys::Headers::new_with_headers(&page.headers())?;
    headers.delete("ETag")?;
    headers.delete("Content-Length")?;
    headers.delete("CF-Cache-Status")?;
    headers.set("Cache-Control", "no-store")?;
    headers.set("Vary", vary)?;
    Ok(headers)
}

thread_local! {
    /// The first [`SHARED_HEADERS`] of the last response, and the runtime's object with them.
    static LAST_HEADERS: RefCell<Option<(Headers, web_sys::Headers)>> = const { RefCell::new(None) };
}

/// The runtime's object with these headers. Setting one copies two strings into JavaScript, so
/// those that are the same as in the response before are cloned from its object.
fn headers(wanted: &Headers) -> Result<web_sys::Headers, JsValue> {
    let (shared, own) = wanted.split_at(SHARED_HEADERS.min(wanted.len()));
    let last = LAST_HEADERS.with_borrow(|last| {
        let (known, object) = last.as_ref()?;
        (known == shared).then(|| object.clone())
    });
    let base = match last {
        Some(object) => object,
        None => {
            let object = appended(web_sys::Headers::new()?, shared)?;
            LAST_HEADERS.set(Some((shared.to_vec(), object.clone())));
            object
        }
    };
    if own.is_empty() {
        // The constructor of a response copies its headers, so the object can be given out.
        return Ok(base);
    }
    appended(web_sys::Headers::new_with_headers(&base)?, own)
}

fn appended(
    headers: web_sys::Headers,
    more: &[(&'static str, Cow<'static, str>)],
) -> Result<web_sys::Headers, JsValue> {
    for (name, value) in more {
        headers.append(name, value)?;
    }
    Ok(headers)
}
