//! Ed25519 by the runtime's own cryptography, which keeps a curve out of the module. Which bytes are signed says
//! `domain::Checkpoint` and README.md.

use crate::facts::{member, settled};
use domain::{InvalidKeys, Keys, Signature};
use serde::Serialize;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result};

/// An Ed25519 key in PKCS #8 is these bytes and the 32 of its seed (RFC 8410).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const ALGORITHM: &str = "Ed25519";

#[wasm_bindgen(wasm_bindgen = ::worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = sign)]
    fn subtle_sign(algorithm: &str, key: &JsValue, message: &[u8]) -> Result<Promise, JsValue>;
}

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

/// Reads `2:<64 hexadecimal digits>,1:public:<43 characters of base64url>`: seeds of keys that sign, and public halves of keys that have
/// signed and whose seeds are no longer kept anywhere. As `x` of the published set writes them.
pub(crate) fn parse(text: &str) -> Result<(Keys, Vec<PublicKey>), InvalidKeys> {
    let mut seeds = Vec::new();
    let mut retired: Vec<PublicKey> = Vec::new();
    for entry in text.split(',').map(str::trim) {
        match entry.split_once(":public:") {
            None => seeds.push(entry),
            Some((number, x)) => retired.push(PublicKey::new(number, x.to_owned())),
        }
    }
    let keys = Keys::parse(&seeds.join(","))?;
    for (place, PublicKey { kid, x, .. }) in retired.iter().enumerate() {
        let is_number = matches!(kid.len(), 1..=3) && kid.bytes().all(|b| b.is_ascii_digit());
        let is_point = x.len() == 43
            && x.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let is_taken = keys.secrets().any(|(number, _)| number == kid)
            || retired.iter().take(place).any(|other| other.kid == *kid);
        if !is_number || !is_point || is_taken {
            return Err(InvalidKeys);
        }
    }
    Ok((keys, retired))
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
    let promise = subtle_sign(ALGORITHM, &key.key, message.as_bytes())?;
    let signature = settled(promise.into()).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retired_key_is_published_without_its_seed() {
        let (seed, x) = ("5".repeat(64), "x".repeat(43));
        let (keys, retired) = parse(&format!("3:{seed},2:public:{x}, 1:public:{x}")).unwrap();
        let numbers: Vec<_> = keys.secrets().map(|(number, _)| number).collect();
        assert_eq!(numbers, ["3"]);
        assert_eq!(
            retired,
            [PublicKey::new("2", x.clone()), PublicKey::new("1", x)]
        );
    }

    #[test]
    fn a_list_must_have_a_key_that_signs_and_each_number_once() {
        let (seed, x) = ("5".repeat(64), "x".repeat(43));
        for bad in [
            format!("1:public:{x}"),
            format!("1:{seed},1:public:{x}"),
            format!("3:{seed},1:public:{x},1:public:{x}"),
            format!("3:{seed},1:public:{seed}"),
            format!("3:{seed},1:public:"),
            format!("3:{seed},:public:{x}"),
            format!("3:{seed},1:public:{}+", x.get(1..).unwrap()),
            String::new(),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }
}
