//! What is signed: published keys, checkpoints, receipts.

use super::finding::{Finding, Kind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Checkpoint, Digest, Entry, Record, Signature, SignedCheckpoint, receipt_message};
use ed25519_dalek::VerifyingKey;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The keys of a log, by their number. None of them: no signature can be checked.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, VerifyingKey>);

/// A JSON Web Key Set, as far as it matters here.
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

impl Keys {
    /// Reads what `GET /api/consent/keys` answers.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let set: KeySet =
            serde_json::from_slice(json).map_err(|error| format!("it is no key set: {error}"))?;
        let mut keys = BTreeMap::new();
        for key in set.keys {
            let kid = key.kid;
            if key.kty != "OKP" || key.crv != "Ed25519" {
                return Err(format!("key `{kid}` is no Ed25519 key"));
            }
            let point = URL_SAFE_NO_PAD
                .decode(&key.x)
                .ok()
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
                .filter(|point| !point.is_weak())
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

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn check(&self, message: &str, signature: &Signature) -> Result<(), Kind> {
        if self.is_empty() {
            return Ok(());
        }
        let key = self.0.get(&signature.kid).ok_or(Kind::UnknownKey)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(&signature.ed25519)
            .ok()
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .ok_or(Kind::BadSignature)?;
        let bytes = ed25519_dalek::Signature::from_bytes(&bytes);
        key.verify_strict(message.as_bytes(), &bytes)
            .map_err(|_| Kind::BadSignature)
    }

    /// Checks a signature; `what` is whose it is.
    ///
    /// # Errors
    /// The kind of what is wrong and a sentence that says it.
    fn examine(
        &self,
        message: &str,
        signature: &Signature,
        what: &str,
    ) -> Result<(), (Kind, String)> {
        self.check(message, signature).map_err(|kind| {
            let kid = &signature.kid;
            let words = if kind == Kind::UnknownKey {
                format!(
                    "{what} is signed with key `{kid}`, which is not among the published keys"
                )
            } else {
                format!(
                    "the signature of {what} wasn't made with key `{kid}` over these words: it was altered or forged"
                )
            };
            (kind, words)
        })
    }
}

/// The signed copy of a record that a visitor keeps. What else the worker's answer holds is no part of the proof.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Receipt {
    record: Record,
    sequence: u64,
    previous: Digest,
    hash: Digest,
    signature: Signature,
}

/// What a visitor may have kept: one receipt, or the answer of `GET /api/consent/records`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    One(Box<Receipt>),
    Many { entries: Vec<Receipt> },
}

/// Reads what a visitor kept.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn receipts(json: &[u8]) -> Result<Vec<Receipt>, String> {
    match serde_json::from_slice(json) {
        Ok(Kept::One(receipt)) => Ok(vec![*receipt]),
        Ok(Kept::Many { entries }) if !entries.is_empty() => Ok(entries),
        Ok(Kept::Many { .. }) => Err("it holds no receipt".to_owned()),
        Err(_) => Err(
            "it is no receipt: one has `record`, `sequence`, `previous`, `hash` and `signature`"
                .to_owned(),
        ),
    }
}

/// Reads checkpoints: one object a line, or one over several lines.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn checkpoints(json: &[u8]) -> Result<Vec<SignedCheckpoint>, String> {
    let read: Result<Vec<SignedCheckpoint>, _> = serde_json::Deserializer::from_slice(json)
        .into_iter()
        .collect();
    let read = read.map_err(|error| format!("it is no checkpoint: {error}"))?;
    if read.is_empty() {
        return Err("it holds no checkpoint".to_owned());
    }
    Ok(read)
}

/// Something that was signed earlier: the record of that sequence has that hash.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub(super) site: String,
    pub(super) sequence: u64,
    pub(super) hash: Digest,
    /// What that record was tied to, where it is known.
    pub(super) previous: Option<Digest>,
    /// `the checkpoint of 2026-11-20T09:30:00.000Z`, `the receipt of record 5`
    pub(super) name: String,
}

/// A checkpoint as a witness.
///
/// # Errors
/// The kind of what is wrong and a sentence that says it.
pub(super) fn witness(signed: &SignedCheckpoint, keys: &Keys) -> Result<Witness, (Kind, String)> {
    let Checkpoint {
        site,
        sequence,
        hash,
        time,
    } = &signed.checkpoint;
    let name = format!("the checkpoint of {time}");
    keys.examine(&signed.checkpoint.message(), &signed.signature, &name)?;
    Ok(Witness {
        site: site.clone(),
        sequence: *sequence,
        hash: *hash,
        previous: None,
        name,
    })
}

/// A receipt as a witness.
///
/// # Errors
/// What is wrong with the receipt.
pub(super) fn testify(receipt: &Receipt, keys: &Keys) -> Result<Witness, Finding> {
    let name = format!("the receipt of record {}", receipt.sequence);
    let entry = Entry {
        record: receipt.record.clone(),
        sequence: receipt.sequence,
        previous: receipt.previous,
        hash: receipt.hash,
    };
    if !entry.is_intact() {
        return Err(Finding::beside(
            Kind::BadReceipt,
            Some(receipt.sequence),
            format!("{name} was altered: its words don't give the hash that it names"),
        ));
    }
    let site = &receipt.record.site;
    let message = receipt_message(site, receipt.sequence, &receipt.hash.to_string());
    keys.examine(&message, &receipt.signature, &name)
        .map_err(|(kind, message)| Finding::beside(kind, Some(receipt.sequence), message))?;
    Ok(Witness {
        site: site.clone(),
        sequence: receipt.sequence,
        hash: receipt.hash,
        previous: Some(receipt.previous),
        name,
    })
}
