//! The chain that a log was before it became a tree, computed from the records that the tree has: old
//! checkpoints and receipts must agree with it.

use super::attestation::Attestation;
use crate::finding::{Finding, FindingKind};
use domain::tlog::{ChainPosition, ChainSummary};
use domain::{Digest, LogHead, chain_hash};
use std::collections::BTreeMap;

/// The hash of the chain as far as its records were read.
#[derive(Debug)]
pub(crate) struct ChainFold {
    sequence: u64,
    hash: Digest,
    end: ChainPosition,
    /// What must agree with it, by sequence: a hash, and what states it.
    expected: BTreeMap<u64, Vec<(Digest, String)>>,
    /// What agreed.
    agreed: Vec<String>,
}

impl ChainFold {
    /// The chain of a site before its first record that the tree still has.
    ///
    /// # Errors
    /// The chain isn't the site's, or ended before what was attested of it.
    pub(crate) fn new(
        site: &str,
        chain: &ChainSummary,
        attestations: &[Attestation],
    ) -> Result<Self, Finding> {
        let ChainSummary { from, to, .. } = chain;
        if from.sequence == 0 && from.hash != LogHead::empty(site).hash {
            return Err(Finding::without_line(
                FindingKind::Contradicted,
                Some(0),
                format!(
                    "the chain that the log says it was isn't one of `{site}`: it begins with another hash"
                ),
            ));
        }
        let mut fold = Self {
            sequence: from.sequence,
            hash: from.hash,
            end: to.clone(),
            expected: BTreeMap::new(),
            agreed: Vec::new(),
        };
        fold.expect(to.sequence, to.hash, "the first entry of the log");
        for attestation in attestations {
            let Attestation {
                sequence,
                hash,
                name,
                ..
            } = attestation;
            if *sequence > to.sequence {
                return Err(Finding::without_line(
                    FindingKind::Shrunk,
                    Some(*sequence),
                    format!(
                        "{name} says that the chain had record {sequence}, but the log says that it ended with record {}",
                        to.sequence
                    ),
                ));
            }
            fold.expect(*sequence, *hash, name);
        }
        fold.compare()?;
        // The end is known without its records.
        if let Some(at_end) = fold.expected.remove(&to.sequence) {
            for (hash, name) in &at_end {
                if *hash != to.hash {
                    return Err(contradiction(to.sequence, name));
                }
            }
            let kept: Vec<_> = at_end.into_iter().map(|(_, name)| name).collect();
            fold.agreed.extend(kept.into_iter().skip(1));
            fold.expect(to.sequence, to.hash, "the first entry of the log");
        }
        Ok(fold)
    }

    fn expect(&mut self, sequence: u64, hash: Digest, name: &str) {
        let same = self.expected.entry(sequence).or_default();
        same.push((hash, name.to_owned()));
    }

    /// Goes on with a record's canonical text. Records that don't follow are skipped: without those
    /// before them nothing can be computed.
    ///
    /// # Errors
    /// The chain has another hash than was attested.
    pub(crate) fn push(&mut self, sequence: u64, canonical: &str) -> Result<(), Finding> {
        if Some(sequence) == self.sequence.checked_add(1) && sequence <= self.end.sequence {
            self.sequence = sequence;
            self.hash = chain_hash(&self.hash, canonical);
            self.compare()?;
        }
        Ok(())
    }

    fn compare(&mut self) -> Result<(), Finding> {
        for (hash, name) in self.expected.remove(&self.sequence).into_iter().flatten() {
            if hash != self.hash {
                return Err(contradiction(self.sequence, &name));
            }
            if self.sequence != self.end.sequence {
                self.agreed.push(name);
            }
        }
        Ok(())
    }

    /// The names of what agreed, and of what could not be compared.
    pub(crate) fn finish(self) -> (Vec<String>, Vec<String>) {
        let left = self.expected.into_iter();
        let left = left.filter(|(sequence, _)| *sequence != self.end.sequence);
        let names = left.flat_map(|(_, same)| same).map(|(_, name)| name);
        (self.agreed, names.collect())
    }
}

fn contradiction(sequence: u64, name: &str) -> Finding {
    Finding::without_line(
        FindingKind::Contradicted,
        Some(sequence),
        format!(
            "the records up to {sequence} aren't those of the chain that the log was: {name} states another hash for record {sequence}"
        ),
    )
}
