//! The result of a check, for people and for programs.

use crate::finding::Finding;
use domain::Timestamp;
use serde::Serialize;

/// The result of a check. Its JSON form is what `--format json` prints.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Whether every check passed and, where only receipts or checkpoints were given, keys were
    /// too.
    pub verified: bool,
    /// The host whose log it is.
    pub site: Option<String>,
    /// How many records are intact and in their place, up to the first that isn't.
    pub records: u64,
    /// Sequence of the first record of the file.
    pub first: Option<u64>,
    /// Sequence of the last record that is intact and in its place.
    pub last: Option<u64>,
    /// Time of the first record.
    pub from: Option<Timestamp>,
    /// Time of the last record.
    pub to: Option<Timestamp>,
    /// Whether signatures were verified: only when keys were given.
    pub signatures_checked: bool,
    /// How many checkpoints of the file agree.
    pub checkpoints: u64,
    /// The last sequence that a checkpoint or receipt agrees with.
    pub attested: u64,
    /// Names of the checkpoints and receipts from earlier; genuine if signatures were verified.
    pub kept: Vec<String>,
    /// Which of them the log agrees with.
    pub agreed: Vec<String>,
    /// Which of them are about records before the first one of the file.
    pub earlier: Vec<String>,
    /// Counts of the lookups in the site's archive; `None` when no archive was given.
    pub texts: Option<TextCounts>,
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
    /// The report for programs: one JSON object on a line.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = match &self.finding {
            Some(finding) => format!("NOT VERIFIED: {}\n", finding.message),
            None if self.verified => "verified\n".to_owned(),
            None => "NOT VERIFIED: without `--keys` nobody can tell who signed this\n".to_owned(),
        };
        for (name, line) in self.lines() {
            text.push_str(&format!("  {name:<12}{line}\n"));
        }
        text
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let Some(site) = &self.site {
            lines.push(("site", site.clone()));
        }
        if let (Some(first), Some(last)) = (self.first, self.last) {
            let whole = if self.finding.is_some() {
                " are whole; what comes after them isn't proved"
            } else {
                ", each whole and in its place"
            };
            lines.push(("records", format!("{first} to {last}{whole}")));
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
        lines.push(("signatures", self.signatures()));
        for (name, words) in [
            (&self.agreed, "the log agrees with it"),
            (&self.earlier, "it is about a record before this file"),
        ] {
            lines.extend(name.iter().map(|name| ("kept", format!("{name}: {words}"))));
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
        lines
    }

    fn signatures(&self) -> String {
        if !self.signatures_checked {
            return "not checked; give the log's public keys with `--keys`".to_owned();
        }
        if self.kept.is_empty() {
            format!(
                "{} checkpoints of the file; none kept from earlier was given, so a log rewritten as a whole by the holder of its key would not show",
                self.checkpoints
            )
        } else {
            format!(
                "{} checkpoints of the file, {} kept from earlier",
                self.checkpoints,
                self.kept.len()
            )
        }
    }
}
