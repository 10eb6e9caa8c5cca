//! Receipts and checkpoints: the statements that are signed so that a log can be verified without
//! trusting its operator. The signed bytes are lines of ASCII, never JSON; edge-worker/README.md,
//! "Signatures", has an example. The worker signs them.

use crate::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

/// An Ed25519 signature with the number of its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Number of the key in the published set.
    pub kid: String,
    /// 64 bytes in base64url without padding.
    pub ed25519: String,
}

/// The head of a log at a point in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The host, name of the log.
    pub site: String,
    /// Number of the newest entry, which is also how many records had been logged.
    pub sequence: u64,
    /// Hash of that entry; for 0 the site's `hash(0)`.
    pub hash: Digest,
    /// When it was signed.
    pub time: Timestamp,
}

/// A checkpoint with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Flat", into = "Flat")]
pub struct SignedCheckpoint {
    /// What the signature covers, see [`Checkpoint::message`].
    pub checkpoint: Checkpoint,
    /// Made with one of the site's published keys.
    pub signature: Signature,
}

/// The JSON form of a signed checkpoint. `#[serde(flatten)]` would buffer the members as untyped
/// values, and the code for that would enlarge the worker.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    site: String,
    sequence: u64,
    hash: Digest,
    time: Timestamp,
    signature: Signature,
}

impl From<SignedCheckpoint> for Flat {
    fn from(signed: SignedCheckpoint) -> Self {
        let Checkpoint {
            site,
            sequence,
            hash,
            time,
        } = signed.checkpoint;
        Self {
            site,
            sequence,
            hash,
            time,
            signature: signed.signature,
        }
    }
}

impl From<Flat> for SignedCheckpoint {
    fn from(flat: Flat) -> Self {
        Self {
            checkpoint: Checkpoint {
                site: flat.site,
                sequence: flat.sequence,
                hash: flat.hash,
                time: flat.time,
            },
            signature: flat.signature,
        }
    }
}

impl Checkpoint {
    /// The bytes that are signed.
    pub fn message(&self) -> String {
        let Self {
            site,
            sequence,
            hash,
            time,
        } = self;
        format!("kelisim.checkpoint/1\n{site}\n{sequence}\n{hash}\n{time}")
    }
}

/// The bytes that a receipt's signature covers.
pub fn receipt_message(site: &str, sequence: u64, hash: &str) -> String {
    format!("kelisim.receipt/1\n{site}\n{sequence}\n{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form is a contract with every receipt and checkpoint that is already in someone's hands.
    #[test]
    fn the_signed_bytes_are_fixed() {
        let hash = Digest::from([0; 32]);
        let zeros = "0".repeat(64);
        assert_eq!(
            receipt_message("cap.kz", 42, &hash.to_string()),
            format!("kelisim.receipt/1\ncap.kz\n42\n{zeros}")
        );
        let checkpoint = Checkpoint {
            site: "cap.kz".to_owned(),
            sequence: 42,
            hash,
            time: Timestamp::from_seconds(1_795_167_000),
        };
        assert_eq!(
            checkpoint.message(),
            format!("kelisim.checkpoint/1\ncap.kz\n42\n{zeros}\n2026-11-20T09:30:00.000Z")
        );
    }

    #[test]
    fn a_signed_checkpoint_is_one_flat_object() {
        let zeros = "0".repeat(64);
        let text = format!(
            r#"{{"site":"cap.kz","sequence":0,"hash":"{zeros}","time":"2026-11-20T09:30:00.000Z","signature":{{"kid":"1","ed25519":"x"}}}}"#
        );
        let signed: SignedCheckpoint = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&signed).unwrap(), text);
    }
}
