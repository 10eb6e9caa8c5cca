//! An export of a tree: a line that ties it to a signed checkpoint, and a line for each record.

use super::context::Context;
use super::log::TreeLog;
use super::proved::ProvedLeaves;
use super::tiles::Source;
use crate::finding::{Finding, FindingKind, records};
use crate::input::{Line, MAX_LINE_BYTES};
use crate::problem::problem;
use crate::report::Report;
use crate::trust::SignedHead;
use domain::Digest;
use domain::tlog::{Edge, Note, from_base64, leaf_hash, root_by_inclusion, verify_consistency};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What the first line of every export begins with.
const BEGINNING: &[u8] = br#"{"schema":"kelisim.export/2","#;

/// Whether a file that begins so is an export of a tree.
pub(crate) fn is_export(beginning: &[u8]) -> bool {
    beginning.starts_with(BEGINNING)
}

/// The first line.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Header<'l> {
    schema: String,
    origin: String,
    first: u64,
    end: u64,
    edge: Vec<String>,
    consistency: Vec<String>,
    #[serde(borrow)]
    log: &'l RawValue,
    log_proof: Vec<String>,
    checkpoint: String,
}

/// The verification of an export.
pub(crate) struct TreeExport<'c> {
    log: TreeLog<'c>,
    signed: SignedHead,
    consistency: Vec<Digest>,
    /// The number behind that of the last record.
    end: u64,
    /// What each record must be, if the log's tiles were given.
    leaves: Option<ProvedLeaves>,
}

impl<'c> TreeExport<'c> {
    /// Reads the first line. `tiles` are those of the log, if they were given.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(
        context: &'c Context<'c>,
        mut report: Report,
        line: &Line,
        tiles: Option<Box<dyn Source>>,
    ) -> Result<Self, Box<Report>> {
        let (header, signed) = match read_header(context, line) {
            Ok(read) => read,
            Err(finding) => return Err(report.with(finding)),
        };
        report.end = Some(header.end);
        let mut log = TreeLog::new(context, report, signed.clone())?;
        let begin = header.begin(&signed).and_then(|(edge, consistency)| {
            log.first_entry(header.log.get().as_bytes())?;
            log.begin(edge)?;
            Ok(consistency)
        });
        match begin {
            Ok(consistency) => Ok(Self {
                log,
                leaves: tiles.map(|tiles| ProvedLeaves::new(tiles, signed.head.clone())),
                signed,
                consistency,
                end: header.end,
            }),
            Err(finding) => Err(Box::new(log.report(Err(finding), false))),
        }
    }

    /// Verifies the next line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn verify_line(&mut self, line: &Line) -> Result<(), Finding> {
        let (index, number) = (self.log.position(), line.number);
        if line.bytes.len() > MAX_LINE_BYTES {
            return Err(not_a_record(index, number));
        }
        if let Some(problem) = problem(&line.bytes) {
            return Err(Finding::on_line(
                FindingKind::ProblemDocument,
                index,
                number,
                format!(
                    "line {number} is no record but the answer of a server that refused the next page ({problem}); the file has {}",
                    self.extent()
                ),
            ));
        }
        if index >= self.end {
            return Err(Finding::on_line(
                FindingKind::Inserted,
                index,
                number,
                format!(
                    "line {number} was inserted: the export ends with record {}",
                    index.saturating_sub(1)
                ),
            ));
        }
        if !line.is_ended {
            return Err(Finding::on_line(
                FindingKind::EndMissing,
                index,
                number,
                format!("line {number} is cut off; the file has {}", self.extent()),
            ));
        }
        self.expect_leaf(index, line)?;
        self.log.entry(&line.bytes, number)
    }

    /// Compares a record with its leaf in the tiles, if there are some.
    ///
    /// # Errors
    /// It is another one; its neighbours' leaves show what happened.
    fn expect_leaf(&mut self, index: u64, line: &Line) -> Result<(), Finding> {
        let Some(leaves) = &mut self.leaves else {
            return Ok(());
        };
        let leaf = Some(leaf_hash(&line.bytes));
        if leaves.leaf(index)? == leaf {
            return Ok(());
        }
        let number = line.number;
        let before = index.saturating_sub(1);
        let (kind, what) = if leaves.leaf(index.saturating_add(1))? == leaf {
            let next = index.saturating_add(1);
            (
                FindingKind::Dropped,
                format!("record {index} is missing: line {number} has record {next}"),
            )
        } else if leaves.leaf(before)? == leaf {
            (
                FindingKind::Inserted,
                format!("line {number} was inserted: it has record {before} again"),
            )
        } else {
            (
                FindingKind::Altered,
                format!(
                    "record {index} (line {number}) was altered: its leaf in the tree is another"
                ),
            )
        };
        Err(Finding::on_line(kind, index, number, what))
    }

    /// `records up to 120 of 461`
    fn extent(&self) -> String {
        let last = self.log.position().saturating_sub(1);
        format!("records up to {last} of {}", self.end.saturating_sub(1))
    }

    /// The report. `verified` is the result of the lines; if it is `Ok`, the tree is checked as
    /// well.
    pub(crate) fn report(self, verified: Result<(), Finding>) -> Report {
        let checked = verified.and_then(|()| self.check_end());
        let is_whole = self.end == self.signed.head.size;
        self.log.report(checked, is_whole)
    }

    fn check_end(&self) -> Result<(), Finding> {
        let (size, end) = (self.log.position(), self.end);
        if size < end {
            return Err(Finding::without_line(
                FindingKind::EndMissing,
                Some(size),
                if self.leaves.is_some() {
                    format!(
                        "{}: the file was cut short, and is proved as far as it goes",
                        self.extent()
                    )
                } else {
                    format!(
                        "{}: the file was cut short, or records were taken out; without them, or the log's tiles (`--tiles`), nothing of it is proved",
                        self.extent()
                    )
                },
            ));
        }
        let head = &self.signed.head;
        let is_part = self.log.root().is_some_and(|root| {
            verify_consistency(end, &root, head.size, &head.root, &self.consistency)
        });
        if is_part {
            return Ok(());
        }
        let last = end.saturating_sub(1);
        let first = self.log.agreed_size().min(last);
        Err(Finding::without_line(
            FindingKind::NotInTree,
            Some(first),
            format!(
                "something in {} was altered, dropped, inserted or moved, or the proof beside them was: together they aren't the tree of the signed checkpoint; the log's tiles (`--tiles`) show which",
                records(first, last)
            ),
        ))
    }
}

impl Header<'_> {
    /// The edge at which the records begin, and the proof of consistency.
    fn begin(&self, signed: &SignedHead) -> Result<(Edge, Vec<Digest>), Finding> {
        let wrong = |message: String| {
            Finding::on_line(
                FindingKind::Unreadable,
                self.first,
                1,
                format!("line 1 was altered: {message}"),
            )
        };
        let head = &signed.head;
        if self.origin != head.origin {
            return Err(wrong(format!(
                "it is of `{}`, but its checkpoint is of `{}`",
                self.origin, head.origin
            )));
        }
        if self.first == 0 || self.first > self.end || self.end > head.size {
            return Err(wrong(format!(
                "it promises records {} to {} of a log of {} entries",
                self.first,
                self.end.saturating_sub(1),
                head.size
            )));
        }
        let hashes = |texts| {
            digests(texts).ok_or_else(|| wrong("a hash isn't 32 bytes in base64".to_owned()))
        };
        let edge = Edge::new(self.first, hashes(&self.edge)?).ok_or_else(|| {
            wrong(
                "it has another number of hashes than the tree before its first record".to_owned(),
            )
        })?;
        let leaf = leaf_hash(self.log.get().as_bytes());
        let path = hashes(&self.log_proof)?;
        if root_by_inclusion(0, head.size, &leaf, &path) != Some(head.root) {
            return Err(Finding::on_line(
                FindingKind::NotInTree,
                0,
                1,
                "line 1 was altered: the first entry that it names isn't in the tree of its checkpoint".to_owned(),
            ));
        }
        Ok((edge, hashes(&self.consistency)?))
    }
}

fn read_header<'l>(
    context: &Context<'_>,
    line: &'l Line,
) -> Result<(Header<'l>, SignedHead), Finding> {
    if line.bytes.len() > MAX_LINE_BYTES {
        return Err(not_a_header("it is too long".to_owned()));
    }
    let header: Header<'_> =
        serde_json::from_slice(&line.bytes).map_err(|error| not_a_header(error.to_string()))?;
    // One spelling: whatever was changed in it shows.
    if !serde_json::to_vec(&header).is_ok_and(|written| written == line.bytes) {
        return Err(not_a_header("it is written in another way".to_owned()));
    }
    let note = Note::parse(&header.checkpoint)
        .map_err(|error| not_a_header(format!("its checkpoint: {error}")))?;
    let signed = context
        .trust
        .verify_note(&note, "the checkpoint of line 1")
        .map_err(|(kind, message)| Finding {
            line: Some(1),
            ..Finding::without_line(kind, None, message)
        })?;
    Ok((header, signed))
}

fn not_a_header(error: String) -> Finding {
    Finding {
        line: Some(1),
        ..Finding::without_line(
            FindingKind::Unreadable,
            None,
            format!("line 1 isn't what an export begins with: {error}"),
        )
    }
}

fn not_a_record(index: u64, line: u64) -> Finding {
    Finding::on_line(
        FindingKind::Unreadable,
        index,
        line,
        format!(
            "line {line}, where record {index} should stand, isn't what a log writes: it was altered"
        ),
    )
}

fn digests(texts: &[String]) -> Option<Vec<Digest>> {
    let digest = |text: &String| match <[u8; 32]>::try_from(from_base64(text)?) {
        Ok(bytes) => Some(Digest::from(bytes)),
        Err(_) => None,
    };
    texts.iter().map(digest).collect()
}
