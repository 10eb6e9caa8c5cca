//! The Ed25519 keys of checkpoints: how the secret lists them, and the two forms in which they are
//! published, JSON Web Keys and those of c2sp.org/signed-note.

use domain::tlog::{KeyKind, TreeHead, VerifierKey, from_base64};
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

/// The keys of a site's log in notes, those that sign first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogKeys {
    /// Name of the log and of all its keys: `cap.kz/log`.
    pub(crate) origin: String,
    /// The keys that sign, in the order of their seeds.
    pub(crate) signing: Vec<KeyIds>,
    /// Every key that signs or has signed, as in a policy.
    pub(crate) all: Vec<String>,
}

/// By what a note names the signatures of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyIds {
    /// Of the text of a note.
    pub(crate) signature: [u8; 4],
    /// Of the text and a time.
    pub(crate) cosignature: [u8; 4],
}

impl LogKeys {
    /// The names of a site's keys, of which the first `signing` have seeds.
    ///
    /// # Errors
    /// A point is not 32 bytes of base64url.
    pub(crate) fn new(site: &str, keys: &PublicKeys, signing: usize) -> Result<Self, InvalidKeys> {
        let origin = TreeHead::origin_of(site);
        let mut named = Vec::new();
        for PublicKey { x, .. } in &keys.keys {
            let key = point(x).ok_or(InvalidKeys)?;
            named.push(VerifierKey {
                name: origin.clone(),
                kind: KeyKind::Log,
                key,
            });
        }
        let ids = |key: &VerifierKey| {
            let cosigner = VerifierKey {
                kind: KeyKind::Cosigner,
                ..key.clone()
            };
            KeyIds {
                signature: key.id(),
                cosignature: cosigner.id(),
            }
        };
        Ok(Self {
            origin,
            signing: named.iter().take(signing).map(ids).collect(),
            all: named.iter().map(VerifierKey::to_string).collect(),
        })
    }
}

/// The 32 bytes of a point in base64url without padding.
fn point(x: &str) -> Option<[u8; 32]> {
    let padded = [x, "="].concat().replace('-', "+").replace('_', "/");
    let Ok(point) = <[u8; 32]>::try_from(from_base64(&padded)?) else {
        return None;
    };
    Some(point)
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
        let is_taken = keys.secrets().any(|(number, _)| number == kid)
            || retired.iter().take(place).any(|other| other.kid == *kid);
        if !is_number || point(x).is_none() || is_taken {
            return Err(InvalidKeys);
        }
    }
    Ok((keys, retired))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the seed of 32 bytes 0x07.
    const X: &str = "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw";

    #[test]
    fn keys_are_named_after_the_log_and_the_first_sign() {
        let keys = PublicKeys {
            keys: ["2", "1"]
                .map(|number| PublicKey::new(number, X.to_owned()))
                .into(),
        };
        let named = LogKeys::new("cap.kz", &keys, 1).unwrap();
        let [key, retired] = &named.all[..] else {
            panic!("{named:?}");
        };
        assert_eq!(key, retired);
        let key = VerifierKey::parse(key).unwrap();
        assert_eq!((key.name.as_str(), key.kind), ("cap.kz/log", KeyKind::Log));
        assert_eq!(domain::base64url(&key.key), X);
        let [ids] = named.signing[..] else {
            panic!("{named:?}");
        };
        assert_eq!(ids.signature, key.id());
        assert_ne!(ids.cosignature, key.id());
    }

    #[test]
    fn a_retired_key_is_published_without_its_seed() {
        let (seed, x) = ("5".repeat(64), X.to_owned());
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
        let (seed, x) = ("5".repeat(64), X.to_owned());
        for bad in [
            format!("1:public:{x}"),
            format!("1:{seed},1:public:{x}"),
            format!("3:{seed},1:public:{x},1:public:{x}"),
            format!("3:{seed},1:public:{seed}"),
            format!("3:{seed},1:public:"),
            format!("3:{seed},:public:{x}"),
            format!("3:{seed},1:public:{}+", x.get(1..).unwrap()),
            // 43 characters hold two bits more than 32 bytes.
            format!("3:{seed},1:public:{}x", x.get(1..).unwrap()),
            String::new(),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }
}
