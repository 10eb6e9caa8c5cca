//! The public keys of a site as a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).

use super::{decode, policy::point};
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The keys, by their `kid`.
#[derive(Debug)]
pub(crate) struct WebKeys(BTreeMap<String, VerifyingKey>);

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<WebKey>,
}

#[derive(Deserialize)]
struct WebKey {
    kty: String,
    crv: String,
    kid: String,
    x: String,
}

impl WebKeys {
    /// Reads what `GET /api/consent/keys` answers.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let set: KeySet =
            serde_json::from_slice(json).map_err(|error| format!("it is no key set: {error}"))?;
        let mut keys = BTreeMap::new();
        for key in set.keys {
            let kid = key.kid;
            if key.kty != "OKP" || key.crv != "Ed25519" {
                return Err(format!("key `{kid}` is no Ed25519 key"));
            }
            let point = decode(&key.x)
                .and_then(|bytes| point(&bytes))
                .ok_or_else(|| format!("key `{kid}` holds no usable point in `x`"))?;
            if keys.insert(kid.clone(), point).is_some() {
                return Err(format!("two keys have the number `{kid}`"));
            }
        }
        if keys.is_empty() {
            return Err("it holds no key".to_owned());
        }
        Ok(Self(keys))
    }

    pub(super) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.get(kid)
    }

    pub(super) fn points(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.0.values()
    }
}
