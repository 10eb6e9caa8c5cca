//! The cache of this place of the network (the Cache API of Workers).

use super::js::{await_promise, member};
use worker::js_sys::{ArrayBuffer, Promise, Uint8Array, global};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Result, web_sys};

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    type Cache;
    #[wasm_bindgen(method, catch, js_name = match)]
    fn find(this: &Cache, url: &str) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(
        this: &Cache,
        url: &str,
        response: &web_sys::Response,
    ) -> std::result::Result<Promise, JsValue>;
}

fn cache() -> Cache {
    member(&member(&global(), "caches"), "default").unchecked_into()
}

/// What is kept under an address.
///
/// # Errors
/// The cache fails.
pub(crate) async fn get(url: &str) -> Result<Option<Vec<u8>>> {
    let found = cache().find(url)?;
    let found = await_promise(found.into()).await?;
    let Some(response) = found.dyn_ref::<web_sys::Response>() else {
        return Ok(None);
    };
    let buffer = await_promise(response.array_buffer()?.into()).await?;
    let buffer: ArrayBuffer = buffer.dyn_into()?;
    Ok(Some(Uint8Array::new(&buffer).to_vec()))
}

/// Keeps bytes that never change under an address.
///
/// # Errors
/// The cache fails.
pub(crate) async fn put(url: &str, bytes: &[u8]) -> Result<()> {
    let headers = web_sys::Headers::new()?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers.into());
    let bytes = Uint8Array::from(bytes);
    let response = web_sys::Response::new_with_opt_js_u8_array_and_init(Some(&bytes), &init)?;
    let kept = cache().put(url, &response)?;
    await_promise(kept.into()).await?;
    Ok(())
}
