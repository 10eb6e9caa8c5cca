//! Entry 0 of a log: whose it is, and what became of the hash chain that the log was before it was a
//! tree.

use crate::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

/// [`FirstEntry::schema`]
const SCHEMA: &str = "kelisim.log/1";

/// Entry 0. Its fields, and those below, are in the order of their names, which makes its JSON
/// canonical (RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstEntry {
    /// The chain whose records are the entries 1 to `to.sequence`; absent in a log that began as a
    /// tree.
    pub chain: Option<ChainSummary>,
    /// `kelisim.log/1`
    pub schema: String,
    /// The host, [`crate::Manifest::site`].
    pub site: String,
}

/// A hash chain as it was when it became a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChainSummary {
    /// The last checkpoint that it signed.
    pub checkpoint: Option<ChainCheckpoint>,
    /// Its last purged record, or sequence 0 with `hash(0)`. Entries up to here are
    /// [`purged_entry`].
    pub from: ChainPosition,
    /// Its last record.
    pub to: ChainPosition,
}

/// A place in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChainPosition {
    /// Hash of the record at that place.
    pub hash: Digest,
    /// The record's number.
    pub sequence: u64,
}

/// A signed [`crate::Checkpoint`] of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChainCheckpoint {
    /// The signature, [`crate::Signature::ed25519`].
    pub ed25519: String,
    /// Hash of the record.
    pub hash: Digest,
    /// Number of the key that signed.
    pub kid: String,
    /// The record's number.
    pub sequence: u64,
    /// When it was signed.
    pub time: Timestamp,
}

impl FirstEntry {
    /// Entry 0 of a site's log.
    pub fn new(site: &str, chain: Option<ChainSummary>) -> Self {
        Self {
            chain,
            schema: SCHEMA.to_owned(),
            site: site.to_owned(),
        }
    }

    /// The bytes that are hashed.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The entry in the place of a record that had been purged from the chain before it became a tree.
/// Its hash was not kept, so this stands for it: entry n stays record n.
pub fn purged_entry(sequence: u64) -> String {
    format!(r#"{{"purged":{sequence}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form is a contract with every log that has begun with it.
    #[test]
    fn the_canonical_form_is_fixed() {
        let new = FirstEntry::new("cap.kz", None);
        let expected = r#"{"chain":null,"schema":"kelisim.log/1","site":"cap.kz"}"#;
        assert_eq!(new.canonical().unwrap(), expected);
        let position = |sequence| ChainPosition {
            hash: Digest::from([0; 32]),
            sequence,
        };
        let migrated = FirstEntry::new(
            "cap.kz",
            Some(ChainSummary {
                checkpoint: Some(ChainCheckpoint {
                    ed25519: "x".to_owned(),
                    hash: Digest::from([0; 32]),
                    kid: "1".to_owned(),
                    sequence: 7,
                    time: Timestamp::from_seconds(1_795_167_000),
                }),
                from: position(2),
                to: position(9),
            }),
        );
        let text = migrated.canonical().unwrap();
        // serde_json's own map is sorted.
        let sorted: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(sorted.to_string(), text);
        assert_eq!(serde_json::from_str::<FirstEntry>(&text).unwrap(), migrated);
        assert_eq!(purged_entry(12), r#"{"purged":12}"#);
    }
}
