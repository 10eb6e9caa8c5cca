//! Ed25519 by the runtime's own cryptography, which keeps a curve out of the module. Which bytes are signed says
//! `domain::Checkpoint` and README.md.

use crate::facts::{member, settled};
use domain::Signature;
use serde::Serialize;
use worker::js_sys::{Array, Function, Object, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result};

/// An Ed25519 key in PKCS #8 is these bytes and the 32 of its seed (RFC 8410).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const ALGORITHM: &str = "Ed25519";

/// The key that signs.
#[derive(Debug, Clone)]
pub(crate) struct SigningKey {
    number: String,
    key: JsValue,
}

/// A JSON Web Key Set (RFC 7517) of keys after RFC 8037.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PublicKeys {
    /// The current one first.
    pub(crate) keys: Vec<PublicKey>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: String,
    x: String,
}

impl PublicKey {
    /// The key of a number, by its point in base64url.
    pub(crate) fn new(number: &str, x: String) -> Self {
        Self {
            kty: "OKP",
            crv: ALGORITHM,
            r#use: "sig",
            alg: "EdDSA",
            kid: number.to_owned(),
            x,
        }
    }
}

/// Makes keys of seeds with their numbers; the first signs, all are published.
///
/// # Errors
/// There is none, or the runtime refuses.
pub(crate) async fn import(seeds: &[(&str, [u8; 32])]) -> Result<(SigningKey, PublicKeys)> {
    let mut signing = None;
    let mut keys = Vec::new();
    for (number, seed) in seeds {
        let bytes = Uint8Array::from([PKCS8.as_slice(), seed.as_slice()].concat().as_slice());
        // The public half is nowhere but in an exported key; the one that signs can't be exported.
        let open = call("importKey", &key_arguments(&bytes, true)).await?;
        let exported = call("exportKey", &Array::of2(&"jwk".into(), &open)).await?;
        let x = member(&exported, "x")
            .as_string()
            .ok_or(Error::BadEncoding)?;
        keys.push(PublicKey::new(number, x));
        if signing.is_none() {
            signing = Some(SigningKey {
                number: (*number).to_owned(),
                key: call("importKey", &key_arguments(&bytes, false)).await?,
            });
        }
    }
    let signing = signing.ok_or_else(|| Error::from("there is no key"))?;
    Ok((signing, PublicKeys { keys }))
}

/// Signs a text.
///
/// # Errors
/// The runtime refuses.
pub(crate) async fn sign(key: &SigningKey, message: &str) -> Result<Signature> {
    let bytes = Uint8Array::from(message.as_bytes());
    let arguments = Array::of3(&ALGORITHM.into(), &key.key, &bytes);
    let signature = call("sign", &arguments).await?;
    Ok(Signature {
        kid: key.number.clone(),
        ed25519: domain::base64url(&Uint8Array::new(&signature).to_vec()),
    })
}

fn key_arguments(bytes: &Uint8Array, is_extractable: bool) -> Array {
    let usages = Array::of1(&"sign".into());
    [
        "pkcs8".into(),
        JsValue::from(bytes),
        ALGORITHM.into(),
        is_extractable.into(),
        usages.into(),
    ]
    .into_iter()
    .collect()
}

/// Calls a function of `crypto.subtle`.
async fn call(name: &str, arguments: &Array) -> Result<JsValue> {
    let subtle: Object = member(&member(&global(), "crypto"), "subtle").dyn_into()?;
    let function: Function = member(&subtle, name).dyn_into()?;
    settled(Reflect::apply(&function, &subtle, arguments)?).await
}
