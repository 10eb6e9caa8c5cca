//! The entries of a log, one after the other: their form, whose they are, their dates, the texts that
//! they name, and the chain that they may once have been.

use super::context::Context;
use super::receipt::canonical_record;
use crate::chain::{Attestation, ChainFold};
use crate::finding::{Finding, FindingKind};
use crate::report::TextCounts;
use crate::time::{DateLimits, Dated};
use domain::tlog::{ChainSummary, FirstEntry, purged_entry};
use domain::{Checkpoint, Record, Signature, SignedCheckpoint, Timestamp};

/// The entries of a site's log as far as they were read.
pub(super) struct Entries<'c> {
    context: &'c Context<'c>,
    site: String,
    limits: DateLimits,
    /// What entry 0 says of the chain.
    chain: Option<(ChainSummary, ChainFold)>,
    pub(super) records: u64,
    pub(super) first: Option<(u64, Timestamp)>,
    pub(super) last: Option<(u64, Timestamp)>,
    pub(super) texts: Option<TextCounts>,
    /// The first record whose text the archive lacks.
    pub(super) first_missing: Option<Finding>,
}

impl<'c> Entries<'c> {
    /// `dated` are the checkpoints of this log whose time is known.
    pub(super) fn new(context: &'c Context<'c>, site: &str, mut dated: Vec<Dated>) -> Self {
        dated.extend(context.chain.iter().map(|attestation| Dated {
            size: attestation.sequence.saturating_add(1),
            by_log: None,
            by_others: None,
            as_part: attestation.time,
            name: attestation.name.clone(),
        }));
        Self {
            context,
            site: site.to_owned(),
            limits: DateLimits::new(&dated, context.now),
            chain: None,
            records: 0,
            first: None,
            last: None,
            texts: context.archive.map(|_| TextCounts::default()),
            first_missing: None,
        }
    }

    /// Reads the next entry. `line` is its line in an export.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        &mut self,
        index: u64,
        bytes: &[u8],
        line: Option<u64>,
    ) -> Result<(), Finding> {
        let read = if index == 0 {
            self.read_first(bytes)
        } else {
            self.read_record(index, bytes, line)
        };
        read.map_err(|finding| Finding {
            line: finding.line.or(line),
            ..finding
        })
    }

    /// Reads entry 0.
    ///
    /// # Errors
    /// It isn't that of this site's log, or contradicts what is known of its chain.
    fn read_first(&mut self, bytes: &[u8]) -> Result<(), Finding> {
        let wrong = |kind, message: String| Finding::without_line(kind, Some(0), message);
        let first = parse_first(bytes).ok_or_else(|| {
            wrong(
                FindingKind::Unreadable,
                "entry 0 isn't what a log begins with".to_owned(),
            )
        })?;
        if first.site != self.site {
            return Err(wrong(
                FindingKind::Foreign,
                format!(
                    "entry 0 is of the log of `{}`, not of `{}`",
                    first.site, self.site
                ),
            ));
        }
        let Some(chain) = first.chain else {
            return match self.context.chain.first() {
                None => Ok(()),
                Some(kept) => Err(wrong(
                    FindingKind::Contradicted,
                    format!(
                        "{} is of a chain, but the log says that it never was one",
                        kept.name
                    ),
                )),
            };
        };
        let mut attestations = self.context.chain.to_vec();
        attestations.extend(self.own_checkpoint(&chain)?);
        let fold = ChainFold::new(&self.site, &chain, &attestations)?;
        self.chain = Some((chain, fold));
        Ok(())
    }

    /// The chain's last checkpoint, which entry 0 has kept.
    fn own_checkpoint(&self, chain: &ChainSummary) -> Result<Option<Attestation>, Finding> {
        let Some(checkpoint) = &chain.checkpoint else {
            return Ok(None);
        };
        let signed = SignedCheckpoint {
            checkpoint: Checkpoint {
                site: self.site.clone(),
                sequence: checkpoint.sequence,
                hash: checkpoint.hash,
                time: checkpoint.time,
            },
            signature: Signature {
                kid: checkpoint.kid.clone(),
                ed25519: checkpoint.ed25519.clone(),
            },
        };
        match Attestation::from_checkpoint(&signed, self.context.trust) {
            Ok(attestation) => Ok(Some(attestation)),
            Err((kind, message)) => Err(Finding::without_line(
                kind,
                Some(checkpoint.sequence),
                format!("{message} (the chain's last one, in entry 0)"),
            )),
        }
    }

    fn read_record(&mut self, index: u64, bytes: &[u8], line: Option<u64>) -> Result<(), Finding> {
        if self.is_purged(index, bytes) {
            return Ok(());
        }
        let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
        let record = canonical_record(bytes).ok_or_else(|| {
            Finding::without_line(
                FindingKind::Unreadable,
                Some(index),
                format!("record {index}{place} isn't what a log writes: it was altered or cut"),
            )
        })?;
        self.check_record(index, &record, &place)?;
        if let Some((_, fold)) = &mut self.chain {
            // The bytes are canonical, so they are text.
            fold.push(index, &String::from_utf8_lossy(bytes))?;
        }
        if let (Some(archive), Some(counts)) = (self.context.archive, &mut self.texts) {
            let missing = archive.look_up(&record, index, line, counts);
            self.first_missing = self.first_missing.take().or(missing);
        }
        self.records = self.records.saturating_add(1);
        self.first.get_or_insert((index, record.time));
        self.last = Some((index, record.time));
        Ok(())
    }

    fn check_record(&self, index: u64, record: &Record, place: &str) -> Result<(), Finding> {
        let wrong = |kind, message: String| Finding::without_line(kind, Some(index), message);
        if record.site != self.site {
            return Err(wrong(
                FindingKind::Foreign,
                format!(
                    "record {index}{place} is from the log of `{}`, not of `{}`",
                    record.site, self.site
                ),
            ));
        }
        if let Some((before, time)) = self.last.filter(|(_, time)| record.time < *time) {
            return Err(wrong(
                FindingKind::Backdated,
                format!(
                    "record {index}{place} is dated {}, before record {before} ({time}): it wasn't written when it says",
                    record.time
                ),
            ));
        }
        self.limits.check(index, record.time, place)
    }

    /// Whether the entry stands for a record that was purged from the chain before it was a tree.
    fn is_purged(&self, index: u64, bytes: &[u8]) -> bool {
        let purged = self
            .chain
            .as_ref()
            .map_or(0, |(chain, _)| chain.from.sequence);
        index <= purged && bytes == purged_entry(index).as_bytes()
    }

    /// The names of what was kept of the chain: what agrees, and what could not be compared.
    pub(super) fn finish_chain(&mut self) -> (Vec<String>, Vec<String>) {
        match self.chain.take() {
            Some((_, fold)) => fold.finish(),
            None => {
                let names = self.context.chain.iter().map(|kept| kept.name.clone());
                (Vec::new(), names.collect())
            }
        }
    }
}

fn parse_first(bytes: &[u8]) -> Option<FirstEntry> {
    let Ok(first) = serde_json::from_slice::<FirstEntry>(bytes) else {
        return None;
    };
    // A schema of another version may mean something else.
    let expected = FirstEntry::new(&first.site, first.chain.clone());
    let is_canonical = expected
        .canonical()
        .is_ok_and(|canonical| canonical.as_bytes() == bytes);
    is_canonical.then_some(first)
}
