//! Receipts: a proof that a record is in a log (c2sp.org/tlog-proof), alone in a file or beside the
//! readable record in an answer of the worker.

use crate::chain::ChainReceipt;
use crate::finding::{Finding, FindingKind, other_subject};
use crate::kept::KeptHead;
use crate::time::DateLimits;
use crate::trust::{SignedHead, Trust};
use domain::tlog::{Proof, TreeHead, leaf_hash, root_by_inclusion};
use domain::{Digest, Record, SubjectId, Timestamp};
use serde::Deserialize;

/// What a visitor gets of a record: the record to read, and the proof that it is in the log.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        description = "What a visitor gets of a record: the record to read, and the proof \
            that it is in the log. What else the worker's answer holds is no part of it."
    )
)]
pub struct Receipt {
    /// The record, which the receipt contains too.
    record: Record,
    /// Its number, which is its place in the tree.
    index: u64,
    /// The content of a `.tlog-proof` file (c2sp.org/tlog-proof): the record's canonical text as
    /// `extra`, index, inclusion proof, signed checkpoint.
    receipt: String,
}

/// The forms of an answer, old and new.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Many {
        entries: Vec<Receipt>,
        subject: Option<SubjectId>,
    },
    One(Box<Receipt>),
    ChainMany {
        entries: Vec<ChainReceipt>,
    },
    ChainOne(Box<ChainReceipt>),
}

/// A file with receipts.
pub(crate) enum ReceiptFile {
    /// Of a tree, with the readable records where there are some.
    Tree {
        receipts: Vec<(Proof, Option<Receipt>)>,
        /// Whose records the answer says that they are.
        subject: Option<SubjectId>,
    },
    /// Of a chain.
    Chain(Vec<ChainReceipt>),
}

impl ReceiptFile {
    /// Reads a file; `None` when it isn't one with receipts at all.
    ///
    /// # Errors
    /// A sentence that says what is wrong with a receipt.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Self>, String> {
        if bytes.starts_with(b"c2sp.org/tlog-proof@") {
            let text =
                std::str::from_utf8(bytes).map_err(|error| format!("it is no text: {error}"))?;
            return Ok(Some(Self::Tree {
                receipts: vec![(proof(text)?, None)],
                subject: None,
            }));
        }
        let (answers, subject) = match serde_json::from_slice(bytes) {
            Ok(Answer::Many { entries, subject }) => (entries, subject),
            Ok(Answer::One(one)) => (vec![*one], None),
            Ok(Answer::ChainMany { entries }) => return Ok(Some(Self::Chain(entries))),
            Ok(Answer::ChainOne(one)) => return Ok(Some(Self::Chain(vec![*one]))),
            Err(_) => return Ok(None),
        };
        let receipts = answers.into_iter();
        let receipts: Result<Vec<_>, String> = receipts
            .map(|answer| Ok((proof(&answer.receipt)?, Some(answer))))
            .collect();
        Ok(Some(Self::Tree {
            receipts: receipts?,
            subject,
        }))
    }
}

fn proof(text: &str) -> Result<Proof, String> {
    Proof::parse(text).map_err(|error| format!("it is no receipt: {error}"))
}

/// A receipt whose record is in the tree of its checkpoint.
#[derive(Debug)]
pub(crate) struct TreeReceipt {
    pub(crate) index: u64,
    pub(crate) leaf: Digest,
    pub(crate) record: Record,
    pub(crate) signed: SignedHead,
    /// `the receipt of record 5`
    pub(crate) name: String,
}

impl TreeReceipt {
    /// Checks a receipt by itself. `answer` is what stood beside it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(
        proof: Proof,
        answer: Option<&Receipt>,
        trust: &Trust,
        now: Timestamp,
    ) -> Result<Self, Finding> {
        let index = proof.index;
        let name = format!("the receipt of record {index}");
        let bad = |kind, message| Finding::without_line(kind, Some(index), message);
        let signed = trust
            .verify_note(&proof.checkpoint, &format!("the checkpoint of {name}"))
            .map_err(|(kind, message)| bad(kind, message))?;
        let text = proof.extra.as_deref().ok_or_else(|| {
            bad(
                FindingKind::BadReceipt,
                format!("{name} has no line `extra`, in which the record stands"),
            )
        })?;
        let leaf = leaf_hash(text);
        let head = &signed.head;
        if root_by_inclusion(index, head.size, &leaf, &proof.path) != Some(head.root) {
            return Err(bad(
                FindingKind::NotInTree,
                format!(
                    "{name} was altered: its record isn't entry {index} of the tree of its checkpoint"
                ),
            ));
        }
        let record = canonical_record(text).ok_or_else(|| {
            bad(
                FindingKind::Unreadable,
                format!(
                    "{name} is about an entry that is no record of a form that this program knows"
                ),
            )
        })?;
        if TreeHead::origin_of(&record.site) != head.origin {
            return Err(bad(
                FindingKind::Foreign,
                format!(
                    "{name} is of `{}`, but its checkpoint is of `{}`",
                    record.site, head.origin
                ),
            ));
        }
        if answer.is_some_and(|answer| answer.index != index || answer.record != record) {
            return Err(bad(
                FindingKind::BadReceipt,
                format!("{name} proves another record than the readable one beside it"),
            ));
        }
        let kept = KeptHead::new(signed.clone(), None);
        DateLimits::new(&[kept.dated], now).check(index, record.time, "")?;
        Ok(Self {
            index,
            leaf,
            record,
            signed,
            name,
        })
    }

    /// Checks that the record is of that visitor.
    ///
    /// # Errors
    /// It is of somebody else.
    pub(crate) fn expect_subject(&self, subject: &SubjectId) -> Result<(), Finding> {
        if subject.commitment(&self.record.id) == self.record.commitment {
            return Ok(());
        }
        Err(other_subject(self.index))
    }
}

/// A record in exactly the form that is hashed; `None` for anything else.
pub(super) fn canonical_record(bytes: &[u8]) -> Option<Record> {
    let Ok(record) = serde_json::from_slice::<Record>(bytes) else {
        return None;
    };
    let is_canonical = record
        .canonical()
        .is_ok_and(|canonical| canonical.as_bytes() == bytes);
    is_canonical.then_some(record)
}
