//! The R2 bucket of the archive, whose objects are compressed. By its own few functions, because the
//! SDK's types for it are larger than all else that the worker does with the archive.

use super::http::read_stream;
use super::js::await_promise;
use worker::js_sys::{JSON, Promise, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, web_sys};

/// The longest bundle that is read: 256 entries of 8 KiB, several times what any record has.
const MAX_BYTES: usize = 2 << 20;

/// Of `put`: nothing is replaced.
const OPTIONS: &str = r#"{"onlyIf":{"etagDoesNotMatch":"*"},"httpMetadata":{"contentType":"application/octet-stream","contentEncoding":"gzip"}}"#;

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    /// `R2Bucket` of the platform.
    pub(crate) type Bucket;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Bucket, name: &str) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(
        this: &Bucket,
        name: &str,
        bytes: &JsValue,
        options: &JsValue,
    ) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Bucket, name: &str) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = CompressionStream)]
    type Gzip;
    #[wasm_bindgen(constructor, js_class = "CompressionStream")]
    fn new(format: &str) -> Gzip;
    #[wasm_bindgen(js_name = DecompressionStream)]
    type Gunzip;
    #[wasm_bindgen(constructor, js_class = "DecompressionStream")]
    fn new(format: &str) -> Gunzip;

    /// A response around bytes or a stream, or an object of the bucket.
    #[wasm_bindgen(js_name = Response)]
    type Holder;
    #[wasm_bindgen(constructor, js_class = "Response")]
    fn new(body: &JsValue) -> Holder;
    #[wasm_bindgen(method, getter, structural)]
    fn body(this: &Holder) -> Option<Stream>;
    #[wasm_bindgen(method, catch, structural, js_name = arrayBuffer)]
    fn array_buffer(this: &Holder) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Stream;
    #[wasm_bindgen(method, catch, structural, js_name = pipeThrough)]
    fn pipe_through(
        this: &Stream,
        transform: &JsValue,
    ) -> std::result::Result<web_sys::ReadableStream, JsValue>;
}

impl Bucket {
    /// The bucket of a binding, if it is there.
    pub(crate) fn of(binding: JsValue) -> Option<Self> {
        binding.is_object().then(|| binding.unchecked_into())
    }
}

/// The bytes of an object; `None` if there is none of that name.
///
/// # Errors
/// The bucket fails, or the object is not compressed or too long.
pub(crate) async fn get(bucket: &Bucket, name: &str) -> Result<Option<Vec<u8>>> {
    let object = await_promise(bucket.get(name)?.into()).await?;
    if object.is_null() {
        return Ok(None);
    }
    let stream = object.unchecked_into::<Holder>().body();
    let stream = stream.ok_or_else(|| Error::from("the object has no body"))?;
    let unpacked = stream.pipe_through(&Gunzip::new("gzip"))?;
    match read_stream(&unpacked, MAX_BYTES, MAX_BYTES).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(failure) => Err(Error::from(format!("{name}: {failure}"))),
    }
}

/// Puts an object into the bucket unless there is one of that name.
///
/// # Errors
/// The bucket fails.
pub(crate) async fn add(bucket: &Bucket, name: &str, bytes: &[u8]) -> Result<()> {
    let plain = Holder::new(&Uint8Array::from(bytes)).body();
    let plain = plain.ok_or_else(|| Error::from("there are no bytes"))?;
    let packed = Holder::new(&plain.pipe_through(&Gzip::new("gzip"))?.into());
    // The bucket must know the length before.
    let packed = await_promise(packed.array_buffer()?.into()).await?;
    let options = JSON::parse(OPTIONS)?;
    await_promise(bucket.put(name, &packed, &options)?.into()).await?;
    Ok(())
}

/// Removes an object, which need not be there.
///
/// # Errors
/// The bucket fails.
pub(crate) async fn remove(bucket: &Bucket, name: &str) -> Result<()> {
    await_promise(bucket.delete(name)?.into()).await?;
    Ok(())
}
