//! The result of a check, for people and for programs.

use crate::finding::{Finding, Verdict};
use crate::printable::{printable, printable_json};
use domain::Timestamp;
use serde::Serialize;

/// The result of a check. Its JSON form is what `--format json` prints.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Whether the verdict is [`Verdict::Verified`].
    pub verified: bool,
    /// What the check came to.
    pub verdict: Verdict,
    /// The host whose log it is.
    pub site: Option<String>,
    /// How many records are intact and in their place, up to the first that isn't.
    pub records: u64,
    /// Number of the first record.
    pub first: Option<u64>,
    /// Number of the last record that is intact and in its place.
    pub last: Option<u64>,
    /// Time of the first record.
    pub from: Option<Timestamp>,
    /// Time of the last record.
    pub to: Option<Timestamp>,
    /// How many entries the log has, by its checkpoint: one more than records, because entry 0 is
    /// none.
    pub size: Option<u64>,
    /// The number behind that of the last record that the export promises.
    pub end: Option<u64>,
    /// Whether signatures were verified: only when keys were given.
    pub signatures_checked: bool,
    /// How many checkpoints of the file agree.
    pub checkpoints: u64,
    /// The last record that a checkpoint or receipt agrees with.
    pub attested: u64,
    /// The witnesses of the policy that cosigned the checkpoint, and when.
    pub witnesses: Vec<(String, Timestamp)>,
    /// Names of the checkpoints and receipts from earlier; genuine if signatures were verified.
    pub kept: Vec<String>,
    /// Which of them the log agrees with.
    pub agreed: Vec<String>,
    /// Which of them could not be compared, because they are about what isn't in the file.
    pub not_compared: Vec<String>,
    /// Counts of the lookups in the site's archive; `None` when no archive was given.
    pub texts: Option<TextCounts>,
    /// What else a reader has to know, a sentence each.
    pub remarks: Vec<String>,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
}

/// How many records name texts that the site's archive holds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct TextCounts {
    /// Records whose text is in the archive.
    pub found: u64,
    /// Records whose text isn't.
    pub missing: u64,
}

impl Report {
    /// The report of a check that ended before it began.
    pub(crate) fn with(self, finding: Finding) -> Box<Self> {
        Box::new(Self {
            finding: Some(finding),
            ..self
        })
    }

    /// Draws the verdict from the finding.
    pub(crate) fn conclude(mut self) -> Self {
        let finding = self.finding.as_ref();
        self.verdict = finding.map_or(Verdict::Verified, |finding| finding.kind.verdict());
        self.verified = self.verdict == Verdict::Verified;
        self
    }

    /// The report for programs: one JSON object on a line.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(printable_json(&(serde_json::to_string(self)? + "\n")))
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let headline = match self.verdict {
            Verdict::Verified => "verified",
            Verdict::Wrong => "NOT VERIFIED",
            Verdict::NothingProved => "NOTHING PROVED",
            Verdict::Incomplete => "INCOMPLETE",
        };
        let mut text = match &self.finding {
            Some(finding) => format!("{headline}: {}\n", printable(&finding.message)),
            None => format!("{headline}\n"),
        };
        for (name, line) in self.lines() {
            text.push_str(&format!("  {name:<12}{}\n", printable(&line)));
        }
        text
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let Some(site) = &self.site {
            lines.push(("site", site.clone()));
        }
        lines.extend(self.record_lines());
        lines.push(("signatures", self.signatures()));
        let cosigned = self.witnesses.iter();
        lines.extend(cosigned.map(|(name, time)| ("cosigned", format!("by {name} at {time}"))));
        for (names, words) in [
            (&self.agreed, "the log agrees with it"),
            (
                &self.not_compared,
                "it is about what isn't here, and wasn't compared",
            ),
        ] {
            lines.extend(
                names
                    .iter()
                    .map(|name| ("kept", format!("{name}: {words}"))),
            );
        }
        if let Some(texts) = &self.texts {
            lines.push((
                "texts",
                format!(
                    "{} records with what was shown, {} without",
                    texts.found, texts.missing
                ),
            ));
        }
        lines.extend(self.remarks.iter().map(|remark| ("note", remark.clone())));
        lines
    }

    fn record_lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let (Some(first), Some(last)) = (self.first, self.last) {
            let of = self.size.map_or_else(String::new, |size| {
                format!(" of {}", size.saturating_sub(1).max(last))
            });
            let whole = match self.verdict {
                Verdict::Verified => ", each whole and in its place",
                Verdict::NothingProved => ", each in its place, if the checkpoint is genuine",
                Verdict::Wrong | Verdict::Incomplete => {
                    " were read; what comes after them isn't proved"
                }
            };
            lines.push(("records", format!("{first} to {last}{of}{whole}")));
        }
        if let (Some(from), Some(to)) = (self.from, self.to) {
            lines.push(("time", format!("{from} to {to}")));
        }
        if let Some(first) = self.first.filter(|first| *first > 1) {
            let before = first.saturating_sub(1);
            lines.push((
                "beginning",
                format!(
                    "a checkpoint stands for records 1 to {before}, which are not in this file"
                ),
            ));
        }
        lines
    }

    fn signatures(&self) -> String {
        if !self.signatures_checked {
            return "not checked; give the log's public keys with `--policy` or `--keys`"
                .to_owned();
        }
        if self.kept.is_empty() && self.witnesses.is_empty() {
            format!(
                "{} checkpoints of the log; none kept from earlier was given and no witness cosigned, so a log rewritten as a whole by the holder of its key would not show",
                self.checkpoints
            )
        } else {
            format!(
                "{} checkpoints of the log, {} kept from earlier, {} cosignatures",
                self.checkpoints,
                self.kept.len(),
                self.witnesses.len()
            )
        }
    }
}
