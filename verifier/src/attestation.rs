//! Checkpoints and receipts, which a log's keys sign, and the verification of their signatures.

use crate::finding::{Finding, FindingKind};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use domain::{Digest, Entry, Record, Signature, SignedCheckpoint, receipt_message};
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The public keys of a log, by their `kid`. When there is none, no signature is verified.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, VerifyingKey>);

/// A JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).
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
            let point = decode(&key.x)
                .and_then(|bytes| parse_point(&bytes))
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

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Verifies a signature; without keys every signature passes unverified. `what` names the
    /// signed object in the error.
    ///
    /// # Errors
    /// The kind of the finding, and its sentence.
    fn verify_signature(
        &self,
        message: &str,
        signature: &Signature,
        what: &str,
    ) -> Result<(), (FindingKind, String)> {
        if self.is_empty() {
            return Ok(());
        }
        let kid = &signature.kid;
        let Some(key) = self.0.get(kid) else {
            return Err((
                FindingKind::UnknownKey,
                format!("{what} is signed with key `{kid}`, which is not among the published keys"),
            ));
        };
        let is_genuine = decode(&signature.ed25519).is_some_and(|bytes| {
            let signature = ed25519_dalek::Signature::from_bytes(&bytes);
            key.verify_strict(message.as_bytes(), &signature).is_ok()
        });
        if is_genuine {
            return Ok(());
        }
        Err((
            FindingKind::BadSignature,
            format!(
                "the signature of {what} wasn't made with key `{kid}` over these words: it was altered or forged"
            ),
        ))
    }
}

/// Exactly `N` bytes from base64url without padding.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut buffer = [0; N];
    match Base64UrlUnpadded::decode(text, &mut buffer) {
        Ok(bytes) if bytes.len() == N => Some(buffer),
        _ => None,
    }
}

/// A public key; `None` for a point of small order, for which one signature can be valid for many
/// messages.
fn parse_point(bytes: &[u8; 32]) -> Option<VerifyingKey> {
    match VerifyingKey::from_bytes(bytes) {
        Ok(point) if !point.is_weak() => Some(point),
        _ => None,
    }
}

/// The signed copy of a record that a visitor keeps, without what else the worker's answer holds.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(description = "The signed copy of a record that a visitor keeps. \
            What else the worker's answer holds is no part of the proof.")
)]
pub struct Receipt {
    record: Record,
    sequence: u64,
    previous: Digest,
    hash: Digest,
    signature: Signature,
}

/// One receipt, or the answer of `GET /api/consent/records`.
#[derive(Deserialize)]
#[serde(untagged)]
enum ReceiptFile {
    One(Box<Receipt>),
    Many { entries: Vec<Receipt> },
}

/// Reads one receipt or many.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn receipts(json: &[u8]) -> Result<Vec<Receipt>, String> {
    match serde_json::from_slice(json) {
        Ok(ReceiptFile::One(receipt)) => Ok(vec![*receipt]),
        Ok(ReceiptFile::Many { entries }) if !entries.is_empty() => Ok(entries),
        Ok(ReceiptFile::Many { .. }) => Err("it holds no receipt".to_owned()),
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
pub(crate) fn checkpoints(json: &[u8]) -> Result<Vec<SignedCheckpoint>, String> {
    let read: Result<Vec<SignedCheckpoint>, _> = serde_json::Deserializer::from_slice(json)
        .into_iter()
        .collect();
    let read = read.map_err(|error| format!("it is no checkpoint: {error}"))?;
    if read.is_empty() {
        return Err("it holds no checkpoint".to_owned());
    }
    Ok(read)
}

/// A signed statement from earlier: the entry of that sequence has that hash.
#[derive(Debug, Clone)]
pub(crate) struct Attestation {
    pub(crate) site: String,
    pub(crate) sequence: u64,
    pub(crate) hash: Digest,
    /// Hash of the entry before it; `None` for a checkpoint, which does not contain it.
    pub(crate) previous: Option<Digest>,
    /// `the checkpoint of 2026-11-20T09:30:00.000Z`, `the receipt of record 5`
    pub(crate) name: String,
}

impl Attestation {
    /// What a checkpoint states.
    ///
    /// # Errors
    /// The kind of the finding about its signature, and its sentence.
    pub(crate) fn from_checkpoint(
        signed: &SignedCheckpoint,
        keys: &Keys,
    ) -> Result<Self, (FindingKind, String)> {
        let checkpoint = &signed.checkpoint;
        let name = format!("the checkpoint of {}", checkpoint.time);
        keys.verify_signature(&checkpoint.message(), &signed.signature, &name)?;
        Ok(Self {
            site: checkpoint.site.clone(),
            sequence: checkpoint.sequence,
            hash: checkpoint.hash,
            previous: None,
            name,
        })
    }

    /// What a receipt states.
    ///
    /// # Errors
    /// What is wrong with its hash or signature.
    pub(crate) fn from_receipt(receipt: Receipt, keys: &Keys) -> Result<Self, Finding> {
        let Receipt {
            record,
            sequence,
            previous,
            hash,
            signature,
        } = receipt;
        let name = format!("the receipt of record {sequence}");
        let entry = Entry {
            record,
            sequence,
            previous,
            hash,
        };
        if !entry.is_intact() {
            return Err(Finding::without_line(
                FindingKind::BadReceipt,
                Some(sequence),
                format!("{name} was altered: its words don't give the hash that it names"),
            ));
        }
        let site = entry.record.site;
        let message = receipt_message(&site, sequence, &hash.to_string());
        keys.verify_signature(&message, &signature, &name)
            .map_err(|(kind, message)| Finding::without_line(kind, Some(sequence), message))?;
        Ok(Self {
            site,
            sequence,
            hash,
            previous: Some(previous),
            name,
        })
    }
}
