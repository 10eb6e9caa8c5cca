//! Ed25519 by WebCrypto, so that the wasm module needs no implementation. What is signed is described
//! in README.md, "Signatures".

use super::js::{await_promise, member};
use crate::keys::{ALGORITHM, PublicKey, PublicKeys};
use worker::js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result};

/// An Ed25519 private key in PKCS #8 is these bytes and the 32 of its seed (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = sign)]
    fn subtle_sign(algorithm: &str, key: &JsValue, message: &[u8]) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = verify)]
    fn subtle_verify(
        algorithm: &str,
        key: &JsValue,
        signature: &[u8],
        message: &[u8],
    ) -> Result<Promise, JsValue>;
}

/// A private key that WebCrypto holds and does not export.
#[derive(Debug, Clone)]
pub(crate) struct SigningKey(JsValue);

/// Imports seeds with their numbers; returns keys that sign and their public halves, in the same
/// order.
///
/// # Errors
/// WebCrypto refuses a seed.
pub(crate) async fn import(seeds: &[(&str, [u8; 32])]) -> Result<(Vec<SigningKey>, PublicKeys)> {
    let mut signing = Vec::new();
    let mut keys = Vec::new();
    for (number, seed) in seeds {
        let pkcs8 = [PKCS8_PREFIX.as_slice(), seed.as_slice()].concat();
        let bytes = Uint8Array::from(pkcs8.as_slice());
        // WebCrypto gives the public half only in an export, so each seed is imported as
        // exportable, and a second time, as not exportable, to sign.
        let exportable = call("importKey", &key_arguments(&bytes, true)).await?;
        let exported = call("exportKey", &Array::of2(&"jwk".into(), &exportable)).await?;
        let x = member(&exported, "x").as_string();
        keys.push(PublicKey::new(number, x.ok_or(Error::BadEncoding)?));
        let key = call("importKey", &key_arguments(&bytes, false)).await?;
        signing.push(SigningKey(key));
    }
    Ok((signing, PublicKeys { keys }))
}

/// Signs a message: 64 bytes.
///
/// # Errors
/// WebCrypto fails.
pub(crate) async fn sign(key: &SigningKey, message: &str) -> Result<Vec<u8>> {
    let promise = subtle_sign(ALGORITHM, &key.0, message.as_bytes())?;
    let signature = await_promise(promise.into()).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// Whether a signature verifies under a public key. The caller must know that the key is none of
/// the weak ones, which WebCrypto accepts.
///
/// # Errors
/// WebCrypto fails.
pub(crate) async fn verify(key: &[u8; 32], message: &str, signature: &[u8; 64]) -> Result<bool> {
    let bytes = Uint8Array::from(key.as_slice());
    let key = call(
        "importKey",
        &import_arguments("raw", &bytes, false, "verify"),
    )
    .await?;
    let promise = subtle_verify(ALGORITHM, &key, signature, message.as_bytes())?;
    Ok(await_promise(promise.into()).await?.is_truthy())
}

fn key_arguments(bytes: &Uint8Array, is_extractable: bool) -> Array {
    import_arguments("pkcs8", bytes, is_extractable, "sign")
}

fn import_arguments(format: &str, bytes: &Uint8Array, is_extractable: bool, usage: &str) -> Array {
    let usages = Array::of1(&usage.into());
    let (format, algorithm) = (format.into(), ALGORITHM.into());
    Array::of5(&format, bytes, &algorithm, &is_extractable.into(), &usages)
}

/// Calls a function of `crypto.subtle`.
async fn call(name: &str, arguments: &Array) -> Result<JsValue> {
    let subtle: Object = member(&member(&global(), "crypto"), "subtle").dyn_into()?;
    let function: Function = member(&subtle, name).dyn_into()?;
    await_promise(Reflect::apply(&function, &subtle, arguments)?).await
}
