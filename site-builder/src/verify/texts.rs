//! What was shown: the archive of the built site, whose files are named after the hash of their bytes.

use super::finding::{Finding, Kind, Placed};
use crate::archive::{IndexEntry, TextKind, file_name};
use domain::{Digest, Record, Surface};
use std::collections::{BTreeMap, BTreeSet};

/// The archive of a site.
#[derive(Debug)]
pub struct Archive {
    texts: BTreeMap<Digest, Vec<IndexEntry>>,
    revisions: BTreeSet<String>,
}

/// How many records' texts were found.
#[derive(Debug)]
pub(super) struct Texts {
    archive: Archive,
    pub(super) found: u64,
    pub(super) missing: u64,
    pub(super) first_missing: Option<Finding>,
}

impl Archive {
    /// Takes what the index lists; `digest_of` hashes the bytes of a file of the archive, none when it isn't there.
    ///
    /// # Errors
    /// A sentence about the first file that isn't what its name says.
    pub fn new(
        listed: Vec<IndexEntry>,
        digest_of: impl Fn(&str) -> Option<Digest>,
    ) -> Result<Self, String> {
        let mut archive = Self {
            texts: BTreeMap::new(),
            revisions: BTreeSet::new(),
        };
        for text in listed {
            let name = file_name(&text.sha256);
            let expected = Digest::try_from(text.sha256.as_str())
                .map_err(|error| format!("`{}`: {error}", text.sha256))?;
            match digest_of(&name) {
                None => return Err(format!("`{name}` is listed, but isn't there")),
                Some(digest) if digest != expected => {
                    return Err(format!("`{name}` was altered: its hash is `{digest}`"));
                }
                Some(_) => {}
            }
            if text.kind == TextKind::Revision {
                if crate::archive::revision_of(&expected) != text.revision {
                    return Err(format!(
                        "`{name}` isn't the text of revision `{}`",
                        text.revision
                    ));
                }
                archive.revisions.insert(text.revision.clone());
            }
            archive.texts.entry(expected).or_default().push(text);
        }
        Ok(archive)
    }

    /// What of a record can't be shown to have been shown; none when all of it can.
    fn gap(&self, record: &Record) -> Option<String> {
        let (text, surface) = record.text.zip(record.surface)?;
        if !self.revisions.contains(&record.revision) {
            return Some(format!("the revision `{}`", record.revision));
        }
        let kind = match surface {
            Surface::Banner => TextKind::Banner,
            Surface::Choices => TextKind::Choices,
            Surface::Placeholder => TextKind::Placeholder,
        };
        let mut listed = self.texts.get(&text).into_iter().flatten();
        let is_it = listed.any(|listed| listed.kind == kind && listed.locale == record.locale);
        (!is_it).then(|| format!("the text `{text}`"))
    }
}

impl Texts {
    pub(super) const fn new(archive: Archive) -> Self {
        Self {
            archive,
            found: 0,
            missing: 0,
            first_missing: None,
        }
    }

    /// Looks up what a record says was shown.
    pub(super) fn look_up(&mut self, placed: &Placed) {
        let Some(what) = self.archive.gap(&placed.entry.record) else {
            self.found = self.found.saturating_add(1);
            return;
        };
        self.missing = self.missing.saturating_add(1);
        self.first_missing.get_or_insert_with(|| {
            let sequence = placed.entry.sequence;
            Finding::at(
                Kind::UnknownText,
                sequence,
                placed.line,
                format!(
                    "what record {sequence} (line {}) says was shown can't be produced: {what} isn't in the site's archive for this language and place",
                    placed.line
                ),
            )
        });
    }
}
