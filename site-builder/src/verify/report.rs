//! What a check came to, for people and for tools.

use super::finding::Finding;
use super::proof::Keys;
use super::walk::{Known, Walk};
use domain::Timestamp;
use serde::Serialize;
use std::fmt::Write as _;

/// What a check came to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Nothing is wrong with what was checked.
    pub verified: bool,
    /// Whose log it is.
    pub site: Option<String>,
    /// How many records are whole and in their place, before anything is wrong.
    pub records: u64,
    /// The first record of the file.
    pub first: Option<u64>,
    /// The last record that is whole and in its place.
    pub last: Option<u64>,
    /// Time of the first record.
    pub from: Option<Timestamp>,
    /// Time of the last record.
    pub to: Option<Timestamp>,
    /// Whether signatures were checked.
    pub signatures_checked: bool,
    /// How many checkpoints of the file agree.
    pub checkpoints: u64,
    /// Up to this record checkpoints or receipts vouch for the log.
    pub attested: u64,
    /// Checkpoints and receipts that were kept, and are genuine if signatures were checked.
    pub kept: Vec<String>,
    /// Which of them the log agrees with.
    pub agreed: Vec<String>,
    /// Which of them are about records before the first one of the file.
    pub earlier: Vec<String>,
    /// Texts of records, when they were looked up.
    pub texts: Option<Lookup>,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
}

/// Texts that records say were shown.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Lookup {
    /// Records whose text is in the archive.
    pub found: u64,
    /// Records whose text isn't.
    pub missing: u64,
}

impl Report {
    pub(super) fn new(keys: &Keys, looks_up: bool) -> Self {
        Self {
            verified: false,
            site: None,
            records: 0,
            first: None,
            last: None,
            from: None,
            to: None,
            signatures_checked: !keys.is_empty(),
            checkpoints: 0,
            attested: 0,
            kept: Vec::new(),
            agreed: Vec::new(),
            earlier: Vec::new(),
            texts: looks_up.then(Lookup::default),
            finding: None,
        }
    }

    pub(super) fn with(self, finding: Finding) -> Self {
        Self {
            verified: false,
            finding: Some(finding),
            ..self
        }
    }

    /// Takes over how far the walk came.
    pub(super) fn take(&mut self, walk: &Walk<'_>) {
        self.site = walk.site().map(str::to_owned);
        self.records = walk.counts.records;
        self.checkpoints = walk.counts.checkpoints;
        self.attested = walk.attested;
        self.agreed = walk.counts.agreed.clone();
        self.from = walk.counts.first;
        if let Some(tail) = walk.tail().filter(|_| self.records > 0) {
            self.first = walk.counts.start.checked_add(1);
            self.last = Some(tail.sequence);
            self.to = Some(tail.time);
        }
        self.texts = walk.texts.as_ref().map(|texts| Lookup {
            found: texts.found,
            missing: texts.missing,
        });
    }

    /// Takes over what shows at the end.
    pub(super) fn finish(mut self, walk: &Walk<'_>) -> Self {
        let missing = walk
            .texts
            .as_ref()
            .and_then(|texts| texts.first_missing.clone());
        match (walk.finish(), missing) {
            (Err(finding), _) | (Ok(_), Some(finding)) => self.with(finding),
            (Ok(earlier), None) => {
                self.earlier = earlier;
                self.verified = true;
                self
            }
        }
    }

    /// Only what was kept is judged.
    pub(super) fn without_log(mut self, known: &Known<'_>) -> Self {
        self.verified = self.signatures_checked;
        self.site = known.witnesses.first().map(|witness| witness.site.clone());
        self
    }

    /// The report for tools: one JSON object.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = match &self.finding {
            Some(finding) => format!("NOT VERIFIED: {}\n", finding.message),
            None if self.verified => "verified\n".to_owned(),
            None => "NOT VERIFIED: without `--keys` nobody can tell who signed this\n".to_owned(),
        };
        for (name, line) in self.lines() {
            let _ = writeln!(text, "  {name:<12}{line}");
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
