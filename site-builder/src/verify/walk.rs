//! Walks along an export, one line after the other, and stops at the first thing that is wrong.

use super::explain::{self, End};
use super::finding::{Finding, Kind, Placed, are, records};
use super::proof::{Keys, Witness, witness};
use super::texts::Texts;
use crate::source::{LONGEST_LINE, Line};
use domain::{Entry, LogHead, SignedCheckpoint, Timestamp};
use std::collections::BTreeMap;

/// What is known of a log before it is read.
pub(super) struct Known<'k> {
    /// Whose log it must be.
    pub(super) site: Option<String>,
    /// The published keys.
    pub(super) keys: &'k Keys,
    /// What was signed earlier.
    pub(super) witnesses: Vec<Witness>,
}

/// How far the walk has come.
pub(super) struct Walk<'k> {
    keys: &'k Keys,
    witnesses: BTreeMap<u64, Vec<Witness>>,
    site: Option<String>,
    end: Option<End>,
    /// Up to where checkpoints and receipts vouch for the log.
    pub(super) attested: u64,
    /// Up to where those do that were kept elsewhere.
    vouched: u64,
    /// The line on which the last thing stood that was whole, when that was a checkpoint.
    closed: bool,
    pub(super) counts: Counts,
    pub(super) texts: Option<Texts>,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Records.
    pub(super) records: u64,
    /// Checkpoint lines.
    pub(super) checkpoints: u64,
    /// The record before the first one.
    pub(super) start: u64,
    /// Time of the first record.
    pub(super) first: Option<Timestamp>,
    /// Witnesses that were met and agreed.
    pub(super) agreed: Vec<String>,
}

/// What a line holds.
enum Content {
    Entry(Box<Entry>),
    Checkpoint(SignedCheckpoint),
}

impl Content {
    /// None when the line is anything else than exactly what the log writes.
    fn read(line: &Line) -> Option<Self> {
        if line.bytes.len() > LONGEST_LINE {
            return None;
        }
        let (content, written) = if line.bytes.starts_with(b"{\"record\":") {
            let entry: Entry = serde_json::from_slice(&line.bytes).ok()?;
            let written = serde_json::to_vec(&entry).ok()?;
            (Self::Entry(Box::new(entry)), written)
        } else {
            let checkpoint: SignedCheckpoint = serde_json::from_slice(&line.bytes).ok()?;
            let written = serde_json::to_vec(&checkpoint).ok()?;
            (Self::Checkpoint(checkpoint), written)
        };
        // What was hashed is these bytes: another order of fields or a space more is a change too.
        (written == line.bytes).then_some(content)
    }
}

/// Lines as records; anything else is passed over.
fn entries<'l>(lines: &'l mut dyn Iterator<Item = Line>) -> impl Iterator<Item = Placed> + 'l {
    lines.filter_map(|line| match Content::read(&line)? {
        Content::Entry(entry) => Some(Placed {
            entry: *entry,
            line: line.number,
        }),
        Content::Checkpoint(_) => None,
    })
}

impl<'k> Walk<'k> {
    pub(super) fn new(known: Known<'k>, texts: Option<Texts>) -> Self {
        let mut witnesses: BTreeMap<u64, Vec<Witness>> = BTreeMap::new();
        for witness in known.witnesses {
            witnesses.entry(witness.sequence).or_default().push(witness);
        }
        Self {
            keys: known.keys,
            witnesses,
            site: known.site,
            end: None,
            attested: 0,
            vouched: 0,
            closed: false,
            counts: Counts::default(),
            texts,
        }
    }

    /// The end of the log as far as it was read.
    pub(super) fn tail(&self) -> Option<&LogHead> {
        self.end.as_ref().map(|end| &end.tail)
    }

    /// Whose log it is.
    pub(super) fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// One step. `rest` is what stands behind the line; it is read only when something is wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn step(
        &mut self,
        line: &Line,
        rest: &mut dyn Iterator<Item = Line>,
    ) -> Result<(), Finding> {
        let wanted = self
            .tail()
            .map_or(1, |tail| tail.sequence.saturating_add(1));
        match Content::read(line) {
            None => Err(Finding {
                kind: Kind::Unreadable,
                sequence: Some(wanted),
                line: Some(line.number),
                message: format!(
                    "line {}, where record {wanted} or a checkpoint should stand, isn't what a log writes: it was altered or cut",
                    line.number
                ),
            }),
            Some(Content::Checkpoint(signed)) => self.checkpoint(&signed, line.number),
            Some(Content::Entry(entry)) => {
                let placed = Placed {
                    entry: *entry,
                    line: line.number,
                };
                self.entry(placed, &mut entries(rest))
            }
        }
    }

    fn checkpoint(&mut self, signed: &SignedCheckpoint, line: u64) -> Result<(), Finding> {
        let at = signed.checkpoint.sequence;
        let witness = witness(signed, self.keys).map_err(|(kind, message)| {
            Finding::at(kind, at, line, format!("{message} (line {line})"))
        })?;
        same_site(&mut self.site, &witness.site, at, line)?;
        let Some(end) = &self.end else {
            self.begin(&witness, line)?;
            return self.met(line);
        };
        let tail = &end.tail;
        if at > tail.sequence {
            let first = tail.sequence.saturating_add(1);
            return Err(Finding::at(
                Kind::Dropped,
                first,
                line,
                format!(
                    "{} {} missing before line {line}: {} says that there were {at} records",
                    records(first, at),
                    are(first, at),
                    witness.name
                ),
            ));
        }
        if at < tail.sequence {
            return Err(Finding::at(
                Kind::Inserted,
                at,
                line,
                format!(
                    "line {line} was inserted: {} is about record {at} and doesn't belong behind record {}",
                    witness.name, tail.sequence
                ),
            ));
        }
        if witness.hash != tail.hash {
            return Err(self.contradiction(&witness, self.attested, line));
        }
        self.closed = true;
        self.attested = at;
        self.counts.checkpoints = self.counts.checkpoints.saturating_add(1);
        Ok(())
    }

    /// The first line says from where on the chain is checked.
    fn begin(&mut self, witness: &Witness, line: u64) -> Result<(), Finding> {
        let mut kept = self.witnesses.values().flatten();
        if let Some(stranger) = kept.find(|kept| kept.site != witness.site) {
            return Err(Finding::beside(
                Kind::Foreign,
                Some(stranger.sequence),
                format!(
                    "{} is from the log of `{}`, not of `{}`",
                    stranger.name, stranger.site, witness.site
                ),
            ));
        }
        let nothing = LogHead::empty(&witness.site);
        if witness.sequence == 0 && witness.hash != nothing.hash {
            return Err(Finding::at(
                Kind::Contradicted,
                0,
                line,
                format!(
                    "line {line} isn't the beginning of a log of `{}`: its hash is another",
                    witness.site
                ),
            ));
        }
        self.end = Some(End {
            tail: LogHead {
                sequence: witness.sequence,
                hash: witness.hash,
                ..nothing
            },
            previous: None,
            line,
        });
        self.closed = true;
        self.attested = witness.sequence;
        self.vouched = witness.sequence;
        self.counts.start = witness.sequence;
        self.counts.checkpoints = 1;
        Ok(())
    }

    fn entry(
        &mut self,
        placed: Placed,
        rest: &mut dyn Iterator<Item = Placed>,
    ) -> Result<(), Finding> {
        let Placed { entry, line } = &placed;
        let Some(end) = &self.end else {
            return Err(Finding::at(
                Kind::BeginningMissing,
                entry.sequence,
                *line,
                "the file doesn't begin with a checkpoint: its first lines are missing".to_owned(),
            ));
        };
        if !entry.is_intact() {
            return Err(explain::altered(end, &placed, rest.next().as_ref()));
        }
        same_site(&mut self.site, &entry.record.site, entry.sequence, *line)?;
        let is_next = Some(entry.sequence) == end.tail.sequence.checked_add(1);
        if entry.previous != end.tail.hash || !is_next {
            return Err(explain::misplaced(end, &placed, rest));
        }
        if entry.record.time < end.tail.time {
            return Err(Finding::at(
                Kind::Backdated,
                entry.sequence,
                *line,
                format!(
                    "record {} (line {line}) is dated {}, before the record it follows ({}): it wasn't written when it says",
                    entry.sequence, entry.record.time, end.tail.time
                ),
            ));
        }
        self.counts.records = self.counts.records.saturating_add(1);
        self.counts.first.get_or_insert(entry.record.time);
        if let Some(texts) = &mut self.texts {
            texts.look_up(&placed);
        }
        self.end = Some(End {
            tail: entry.head(),
            previous: Some(entry.previous),
            line: *line,
        });
        self.closed = false;
        self.met(placed.line)
    }

    /// Compares the end with what was signed about it earlier.
    fn met(&mut self, line: u64) -> Result<(), Finding> {
        let Some(tail) = self.tail().cloned() else {
            return Ok(());
        };
        for witness in self.witnesses.remove(&tail.sequence).unwrap_or_default() {
            if witness.hash != tail.hash {
                return Err(self.contradiction(&witness, self.vouched, line));
            }
            self.attested = tail.sequence;
            self.vouched = tail.sequence;
            self.counts.agreed.push(witness.name);
        }
        Ok(())
    }

    /// Something was rewritten behind the record `since` and signed anew, or not at all.
    fn contradiction(&self, witness: &Witness, since: u64, line: u64) -> Finding {
        let last = witness.sequence;
        let previous = self.end.as_ref().and_then(|end| end.previous);
        let first = if witness.previous.is_some() && witness.previous == previous {
            last
        } else {
            since.saturating_add(1).min(last)
        };
        let what = if first < last {
            format!("something in {} was rewritten", records(first, last))
        } else {
            format!("record {last} was rewritten")
        };
        Finding::at(
            Kind::Contradicted,
            first,
            line,
            format!(
                "{what} since {} was signed: it names another hash for record {last}",
                witness.name
            ),
        )
    }

    /// What only shows at the end: a file that was cut, witnesses of records that aren't there. Answers the names of those
    /// that are about records before the file's first one.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn finish(&self) -> Result<Vec<String>, Finding> {
        let Some(tail) = self.tail() else {
            return Err(Finding::beside(
                Kind::BeginningMissing,
                None,
                "the file is empty; an export has at least one line".to_owned(),
            ));
        };
        let mut earlier = Vec::new();
        for witness in self.witnesses.values().flatten() {
            if witness.sequence > tail.sequence {
                let first = tail.sequence.saturating_add(1);
                return Err(Finding::beside(
                    Kind::EndMissing,
                    Some(first),
                    format!(
                        "{} {} missing at the end: {} says that record {} is in the log",
                        records(first, witness.sequence),
                        are(first, witness.sequence),
                        witness.name,
                        witness.sequence
                    ),
                ));
            }
            earlier.push(witness.name.clone());
        }
        if !self.closed {
            return Err(Finding::beside(
                Kind::EndMissing,
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

/// Whose log it is, the first thing read decides, where nobody has said it.
fn same_site(
    own: &mut Option<String>,
    site: &str,
    sequence: u64,
    line: u64,
) -> Result<(), Finding> {
    let own = own.get_or_insert_with(|| site.to_owned());
    if own == site {
        return Ok(());
    }
    Err(Finding::at(
        Kind::Foreign,
        sequence,
        line,
        format!("line {line} is from the log of `{site}`, not of `{own}`"),
    ))
}
