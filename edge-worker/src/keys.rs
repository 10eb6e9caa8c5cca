//! The Ed25519 keys of receipts and checkpoints: how the secret lists them, and how they are
//! published.

use domain::{InvalidKeys, Keys};
use serde::Serialize;

/// Name of the signature algorithm, in WebCrypto and in JSON Web Keys.
pub(crate) const ALGORITHM: &str = "Ed25519";

/// A JSON Web Key Set (RFC 7517) of keys after RFC 8037.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PublicKeys {
    /// The key that signs comes first.
    pub(crate) keys: Vec<PublicKey>,
}

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
    /// A key by its number and its public point in base64url.
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

/// Reads `2:<64 hexadecimal digits>,1:public:<43 characters of base64url>`: the seeds of keys, and
/// the public halves of retired keys whose seeds no longer exist, in the form of `x` in the
/// published set.
///
/// # Errors
/// An entry has another form, a number occurs twice, or there is no seed.
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
