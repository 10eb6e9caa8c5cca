//! Looks up, in the archive of the built site, the texts that visitors were shown.

use crate::error::InputError;
use crate::finding::{Finding, FindingKind};
use crate::report::TextCounts;
use domain::archive::{IndexEntry, TextKind, file_name};
use domain::{Digest, Record, Surface, revision_of};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The archive of a site; the SHA-256 of each text was checked against its file name.
#[derive(Debug)]
pub(crate) struct Archive {
    texts: BTreeMap<Digest, Vec<IndexEntry>>,
    revisions: BTreeSet<String>,
}

impl Archive {
    /// Checks what the index lists; `read` reads a file of the archive by its name.
    ///
    /// # Errors
    /// A sentence about the first file whose content does not match its name.
    pub(crate) fn new(
        index: Vec<IndexEntry>,
        read: impl Fn(&str) -> Result<Vec<u8>, InputError>,
    ) -> Result<Self, String> {
        let mut archive = Self {
            texts: BTreeMap::new(),
            revisions: BTreeSet::new(),
        };
        for entry in index {
            let name = file_name(&entry.sha256);
            let expected = Digest::try_from(entry.sha256.as_str())
                .map_err(|error| format!("`{}`: {error}", entry.sha256))?;
            let bytes = read(&name).map_err(|error| match error {
                InputError::Unreadable(_, error) if error.kind() == io::ErrorKind::NotFound => {
                    format!("`{name}` is listed, but isn't there")
                }
                other => format!("`{name}` is listed, but can't be checked: {other}"),
            })?;
            let digest = Digest::of(&[&bytes]);
            if digest != expected {
                return Err(format!("`{name}` was altered: its hash is `{digest}`"));
            }
            if entry.kind == TextKind::Revision {
                if revision_of(&expected) != entry.revision {
                    return Err(format!(
                        "`{name}` isn't the text of revision `{}`",
                        entry.revision
                    ));
                }
                archive.revisions.insert(entry.revision.clone());
            }
            archive.texts.entry(expected).or_default().push(entry);
        }
        Ok(archive)
    }

    /// Looks up the text of a record and counts it.
    pub(crate) fn look_up(
        &self,
        record: &Record,
        index: u64,
        line: Option<u64>,
        counts: &mut TextCounts,
    ) -> Option<Finding> {
        let Some(what) = self.missing_text(record) else {
            counts.found = counts.found.saturating_add(1);
            return None;
        };
        counts.missing = counts.missing.saturating_add(1);
        let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
        Some(Finding {
            kind: FindingKind::UnknownText,
            index: Some(index),
            line,
            message: format!(
                "what record {index}{place} says was shown can't be produced: {what} isn't in the site's archive for this language and place"
            ),
        })
    }

    /// Names the revision or text that a record refers to and the archive lacks; `None` if it has
    /// both.
    fn missing_text(&self, record: &Record) -> Option<String> {
        let (text, surface) = record.text.zip(record.surface)?;
        if !self.revisions.contains(&record.revision) {
            return Some(format!("the revision `{}`", record.revision));
        }
        let kind = match surface {
            Surface::Banner => TextKind::Banner,
            Surface::Choices => TextKind::Choices,
            Surface::Placeholder => TextKind::Placeholder,
        };
        let mut entries = self.texts.get(&text).into_iter().flatten();
        let is_archived = entries.any(|entry| entry.kind == kind && entry.locale == record.locale);
        (!is_archived).then(|| format!("the text `{text}`"))
    }
}
