//! Checkpoints and receipts of a chain, and the verification of their signatures.

use crate::finding::{Finding, FindingKind, other_subject};
use crate::trust::{Doubt, Trust};
use domain::{
    Digest, Entry, Record, Signature, SignedCheckpoint, SubjectId, Timestamp, receipt_message,
};
use serde::Deserialize;

/// The signed copy of a record that a visitor got from a chain.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ChainReceipt {
    record: Record,
    sequence: u64,
    previous: Digest,
    hash: Digest,
    signature: Signature,
}

impl ChainReceipt {
    /// Checks that the record is of that visitor.
    ///
    /// # Errors
    /// It is of somebody else.
    pub(crate) fn expect_subject(&self, subject: &SubjectId) -> Result<(), Finding> {
        if subject.commitment(&self.record.id) == self.record.commitment {
            return Ok(());
        }
        Err(other_subject(self.sequence))
    }
}

/// A signed statement from earlier: the entry of that sequence has that hash.
#[derive(Debug, Clone)]
pub(crate) struct Attestation {
    pub(crate) site: String,
    pub(crate) sequence: u64,
    pub(crate) hash: Digest,
    /// Hash of the entry before it; `None` for a checkpoint, which does not contain it.
    pub(crate) previous: Option<Digest>,
    /// When a checkpoint was signed: its records were there by then. It says nothing about later
    /// ones, because exports signed checkpoints of any place at any time.
    pub(crate) time: Option<Timestamp>,
    /// The canonical text of a receipt's record.
    pub(crate) text: Option<String>,
    /// `the checkpoint of 2026-11-20T09:30:00.000Z`, `the receipt of record 5`
    pub(crate) name: String,
}

impl Attestation {
    /// What a checkpoint states.
    ///
    /// # Errors
    /// What is wrong with its signature.
    pub(crate) fn from_checkpoint(signed: &SignedCheckpoint, trust: &Trust) -> Result<Self, Doubt> {
        let checkpoint = &signed.checkpoint;
        let name = format!("the checkpoint of {}", checkpoint.time);
        let message = checkpoint.message();
        trust.verify_chain_signature(&checkpoint.site, &message, &signed.signature, &name)?;
        Ok(Self {
            site: checkpoint.site.clone(),
            sequence: checkpoint.sequence,
            hash: checkpoint.hash,
            previous: None,
            time: Some(checkpoint.time),
            text: None,
            name,
        })
    }

    /// What a receipt states.
    ///
    /// # Errors
    /// What is wrong with its hash or signature.
    pub(crate) fn from_receipt(receipt: ChainReceipt, trust: &Trust) -> Result<Self, Finding> {
        let ChainReceipt {
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
        let text = entry.record.canonical();
        let (true, Ok(text)) = (entry.is_intact(), text) else {
            return Err(Finding::without_line(
                FindingKind::BadReceipt,
                Some(sequence),
                format!("{name} was altered: its words don't give the hash that it names"),
            ));
        };
        let site = entry.record.site;
        let message = receipt_message(&site, sequence, &hash.to_string());
        trust
            .verify_chain_signature(&site, &message, &signature, &name)
            .map_err(|(kind, message)| Finding::without_line(kind, Some(sequence), message))?;
        Ok(Self {
            site,
            sequence,
            hash,
            previous: Some(previous),
            time: None,
            text: Some(text),
            name,
        })
    }
}
