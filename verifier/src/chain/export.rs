//! Verifies an export of a chain line by line and stops at the first thing that is wrong.

use super::attestation::Attestation;
use super::classify::{self, ChainEnd};
use super::line::{Content, EntryLine, entries, expect_earlier, expect_site, unreadable_line};
use crate::finding::{Finding, FindingKind, are, missing_keys, records};
use crate::input::Line;
use crate::report::Report;
use crate::texts::Archive;
use crate::trust::Trust;
use domain::{Digest, LogHead, SignedCheckpoint, Timestamp};
use std::collections::BTreeMap;

/// The verification of a chain's export.
pub(crate) struct ChainExport<'k> {
    /// The report so far. Its `site` is the host whose log is expected; when it is `None`, the
    /// first line sets it.
    report: Report,
    trust: &'k Trust,
    /// The attestations that were not compared with the log yet, by sequence.
    attestations: BTreeMap<u64, Vec<Attestation>>,
    end: Option<ChainEnd>,
    /// The last sequence that a separately given attestation agrees with, at first that of the
    /// first line.
    attested_earlier: u64,
    /// Whether the last line read was a checkpoint; a complete export ends with one.
    ends_with_checkpoint: bool,
    archive: Option<&'k Archive>,
    /// When this check is made: no record is later.
    now: Timestamp,
    /// The first record whose text the archive lacks.
    first_missing: Option<Finding>,
}

impl<'k> ChainExport<'k> {
    pub(crate) fn new(
        report: Report,
        trust: &'k Trust,
        attestations: Vec<Attestation>,
        archive: Option<&'k Archive>,
        now: Timestamp,
    ) -> Self {
        let mut by_sequence: BTreeMap<u64, Vec<Attestation>> = BTreeMap::new();
        for attestation in attestations {
            let same = by_sequence.entry(attestation.sequence).or_default();
            same.push(attestation);
        }
        Self {
            report,
            trust,
            attestations: by_sequence,
            end: None,
            attested_earlier: 0,
            ends_with_checkpoint: false,
            archive,
            now,
            first_missing: None,
        }
    }

    /// The end of the log as far as it was read.
    fn tail(&self) -> Option<&LogHead> {
        self.end.as_ref().map(|end| &end.tail)
    }

    /// Verifies the next line. `rest` are the lines after it; they are read only when something is
    /// wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn verify_line(
        &mut self,
        line: &Line,
        rest: &mut dyn Iterator<Item = Line>,
    ) -> Result<(), Finding> {
        let wanted = self
            .tail()
            .map_or(1, |tail| tail.sequence.saturating_add(1));
        match Content::parse(line) {
            None => Err(unreadable_line(line, wanted)),
            Some(Content::Checkpoint(signed)) => self.verify_checkpoint(&signed, line.number),
            Some(Content::Entry(entry)) => {
                let found = EntryLine {
                    entry: *entry,
                    line: line.number,
                };
                self.verify_entry(found, &mut entries(rest))
            }
        }
    }

    fn verify_checkpoint(&mut self, signed: &SignedCheckpoint, line: u64) -> Result<(), Finding> {
        let at = signed.checkpoint.sequence;
        let attestation =
            Attestation::from_checkpoint(signed, self.trust).map_err(|(kind, message)| {
                Finding::on_line(kind, at, line, format!("{message} (line {line})"))
            })?;
        expect_site(&mut self.report.site, &attestation.site, at, line)?;
        let Some(end) = &self.end else {
            return self.begin(&attestation, line);
        };
        let tail = &end.tail;
        if at > tail.sequence {
            let first = tail.sequence.saturating_add(1);
            // Each page of an export begins and ends with a checkpoint. Between two pages records
            // may have come to the end of their retention.
            let (kind, why) = if self.ends_with_checkpoint {
                (
                    FindingKind::Gap,
                    "they were purged while the export was taken, or taken out of it; an export taken anew shows which",
                )
            } else {
                (FindingKind::Dropped, "somebody took them out")
            };
            return Err(Finding::on_line(
                kind,
                first,
                line,
                format!(
                    "{} {} missing before line {line}: {} says that there were {at} records, so {why}",
                    records(first, at),
                    are(first, at),
                    attestation.name
                ),
            ));
        }
        if at < tail.sequence {
            return Err(Finding::on_line(
                FindingKind::Inserted,
                at,
                line,
                format!(
                    "line {line} was inserted: {} is about record {at} and doesn't belong behind record {}",
                    attestation.name, tail.sequence
                ),
            ));
        }
        if attestation.hash != tail.hash {
            return Err(self.contradiction(&attestation, self.report.attested, line));
        }
        expect_earlier(tail, attestation.time, &attestation.name)?;
        self.ends_with_checkpoint = true;
        self.report.attested = at;
        self.report.checkpoints = self.report.checkpoints.saturating_add(1);
        Ok(())
    }

    /// The first line is the checkpoint at which the chain of the file begins.
    fn begin(&mut self, attestation: &Attestation, line: u64) -> Result<(), Finding> {
        let mut kept = self.attestations.values().flatten();
        if let Some(stranger) = kept.find(|kept| kept.site != attestation.site) {
            return Err(Finding::without_line(
                FindingKind::Foreign,
                Some(stranger.sequence),
                format!(
                    "{} is from the log of `{}`, not of `{}`",
                    stranger.name, stranger.site, attestation.site
                ),
            ));
        }
        let nothing = LogHead::empty(&attestation.site);
        if attestation.sequence == 0 && attestation.hash != nothing.hash {
            return Err(Finding::on_line(
                FindingKind::Contradicted,
                0,
                line,
                format!(
                    "line {line} isn't the beginning of a log of `{}`: its hash is another",
                    attestation.site
                ),
            ));
        }
        let tail = LogHead {
            sequence: attestation.sequence,
            hash: attestation.hash,
            ..nothing
        };
        self.ends_with_checkpoint = true;
        self.attested_earlier = attestation.sequence;
        self.report.attested = attestation.sequence;
        self.report.checkpoints = 1;
        self.advance(tail, None, line)
    }

    fn verify_entry(
        &mut self,
        found: EntryLine,
        rest: &mut dyn Iterator<Item = EntryLine>,
    ) -> Result<(), Finding> {
        let EntryLine { entry, line } = &found;
        let Some(end) = &self.end else {
            return Err(Finding::on_line(
                FindingKind::BeginningMissing,
                entry.sequence,
                *line,
                "the file doesn't begin with a checkpoint: its first lines are missing".to_owned(),
            ));
        };
        if !entry.is_intact() {
            return Err(classify::altered_record(end, &found, rest.next().as_ref()));
        }
        let site = &entry.record.site;
        expect_site(&mut self.report.site, site, entry.sequence, *line)?;
        let is_next = Some(entry.sequence) == end.tail.sequence.checked_add(1);
        if entry.previous != end.tail.hash || !is_next {
            return Err(classify::misplaced_record(end, &found, rest));
        }
        if entry.record.time < end.tail.time {
            return Err(Finding::on_line(
                FindingKind::Backdated,
                entry.sequence,
                *line,
                format!(
                    "record {} (line {line}) is dated {}, before the record it follows ({}): it wasn't written when it says",
                    entry.sequence, entry.record.time, end.tail.time
                ),
            ));
        }
        expect_earlier(&entry.head(), Some(self.now), "this check")?;
        self.report.records = self.report.records.saturating_add(1);
        self.report.first.get_or_insert(entry.sequence);
        self.report.from.get_or_insert(entry.record.time);
        self.report.last = Some(entry.sequence);
        self.report.to = Some(entry.record.time);
        if let (Some(archive), Some(counts)) = (self.archive, &mut self.report.texts) {
            let missing = archive.look_up(&entry.record, entry.sequence, Some(*line), counts);
            self.first_missing = self.first_missing.take().or(missing);
        }
        self.ends_with_checkpoint = false;
        self.advance(entry.head(), Some(entry.previous), *line)
    }

    /// Moves the end of the chain and compares it with the attestations of its sequence.
    fn advance(
        &mut self,
        tail: LogHead,
        previous: Option<Digest>,
        line: u64,
    ) -> Result<(), Finding> {
        let LogHead { sequence, hash, .. } = tail;
        let end = tail.clone();
        self.end = Some(ChainEnd {
            tail,
            previous,
            line,
        });
        let attestations = self.attestations.remove(&sequence);
        for attestation in attestations.into_iter().flatten() {
            if attestation.hash != hash {
                return Err(self.contradiction(&attestation, self.attested_earlier, line));
            }
            expect_earlier(&end, attestation.time, &attestation.name)?;
            self.attested_earlier = sequence;
            self.report.attested = sequence;
            self.report.agreed.push(attestation.name);
        }
        Ok(())
    }

    /// The log has another hash than the attestation: something after the record `since` was
    /// rewritten.
    fn contradiction(&self, attestation: &Attestation, since: u64, line: u64) -> Finding {
        let last = attestation.sequence;
        let previous = self.end.as_ref().and_then(|end| end.previous);
        let first = if attestation.previous.is_some() && attestation.previous == previous {
            last
        } else {
            since.saturating_add(1).min(last)
        };
        let what = if first < last {
            format!("something in {} was rewritten", records(first, last))
        } else {
            format!("record {last} was rewritten")
        };
        Finding::on_line(
            FindingKind::Contradicted,
            first,
            line,
            format!(
                "{what} since {} was signed: it names another hash for record {last}",
                attestation.name
            ),
        )
    }

    /// The report. `verified` is the result of the lines; if it is `Ok`, the end of the file is
    /// checked as well.
    pub(crate) fn report(mut self, verified: Result<(), Finding>) -> Report {
        match (verified.and_then(|()| self.check_end()), self.first_missing) {
            (Err(finding), _) | (Ok(_), Some(finding)) => self.report.finding = Some(finding),
            (Ok(earlier), None) => {
                self.report.not_compared = earlier;
                if self.trust.is_empty() {
                    self.report.finding = Some(missing_keys());
                }
            }
        }
        self.report
    }

    /// Checks after the last line that the file is complete and holds every attested record.
    /// Returns the names of the attestations about records before the file's first one.
    ///
    /// # Errors
    /// What is wrong.
    fn check_end(&self) -> Result<Vec<String>, Finding> {
        let Some(tail) = self.tail() else {
            return Err(Finding::without_line(
                FindingKind::BeginningMissing,
                None,
                "the file is empty; an export has at least one line".to_owned(),
            ));
        };
        let mut earlier = Vec::new();
        for attestation in self.attestations.values().flatten() {
            if attestation.sequence > tail.sequence {
                let first = tail.sequence.saturating_add(1);
                return Err(Finding::without_line(
                    FindingKind::EndMissing,
                    Some(first),
                    format!(
                        "{} {} missing at the end: {} says that record {} is in the log",
                        records(first, attestation.sequence),
                        are(first, attestation.sequence),
                        attestation.name,
                        attestation.sequence
                    ),
                ));
            }
            earlier.push(attestation.name.clone());
        }
        if !self.ends_with_checkpoint {
            return Err(Finding::without_line(
                FindingKind::EndMissing,
                tail.sequence.checked_add(1),
                format!(
                    "the end is missing: behind record {} should stand a checkpoint",
                    tail.sequence
                ),
            ));
        }
        Ok(earlier)
    }
}
