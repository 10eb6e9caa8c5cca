//! The archive: everything that visitors were ever shown when they were asked, each text under the hash of its bytes.
//!
//! A record of the consent log holds the hash of the text on which its visitor decided, and the site's revision. So that both can be
//! opened years later, [`Archive::keep`] writes each new text into `content/<site>/archive/`, which belongs to the site's sources, and every
//! build publishes what stands there, together with what it shows itself, as `/archive/`. Nothing is ever replaced there.
//!
//! Files are plain text to a browser: what they hold are parts of pages that nobody should press a button of any more.

use crate::model::revision;
use crate::output::disk;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use domain::{Digest, Locale};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The folder, of a site's content and of a built site.
pub const FOLDER: &str = "archive";

/// The list of all texts in it.
pub const INDEX: &str = "index.json";

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What a revision is the hash of: register, words of the banner, hashes of the material editions.
    Revision,
    /// The banner with its settings.
    Banner,
    /// The form of the choices page.
    Choices,
    /// The words of placeholders on pages of others.
    Placeholder,
}

/// A line of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The day of the build that was archived first with it; none for what is not archived yet.
    pub first_day: Option<NaiveDate>,
    /// What it is.
    pub kind: Kind,
    /// Its language; a revision is of all.
    pub locale: Option<Locale>,
    /// The revision it was first shown in.
    pub revision: String,
    /// Hash of its bytes, and its name.
    pub sha256: String,
}

impl Listed {
    /// What makes it another text than the rest: the words, and where they stand.
    fn place(&self) -> (&str, Kind, Option<&Locale>) {
        (&self.sha256, self.kind, self.locale.as_ref())
    }
}

/// A text with its line of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its line.
    pub listed: Listed,
    /// The text.
    pub text: String,
}

/// The files of an archive as they were read.
#[derive(Debug)]
pub struct ArchiveFiles {
    /// The name of the site's folder.
    pub site: String,
    /// The folder of the archive.
    pub folder: Utf8PathBuf,
    /// The index.
    pub index: Option<FileId>,
    /// Every text, by the name of its file.
    pub texts: BTreeMap<String, FileId>,
}

/// The name of a text's file.
pub fn name_of(sha256: &str) -> String {
    format!("{sha256}.txt")
}

/// The revision whose text has that hash.
pub fn revision_of(digest: &Digest) -> String {
    revision::short(digest)
}

/// A text that visitors are shown, under its hash. `revision` is the one in force.
pub fn snapshot(kind: Kind, locale: Option<&Locale>, text: &str, revision: &str) -> Snapshot {
    Snapshot {
        listed: Listed {
            first_day: None,
            kind,
            locale: locale.cloned(),
            revision: revision.to_owned(),
            sha256: sha256(text),
        },
        text: text.to_owned(),
    }
}

/// The SHA-256 of a text, in hexadecimal.
fn sha256(text: &str) -> String {
    Digest::of(&[text.as_bytes()]).to_string()
}

/// What a site shows, and showed before.
#[derive(Debug, Default)]
pub struct Archive {
    /// What its content holds.
    pub kept: Vec<Snapshot>,
    /// What it shows and its content doesn't hold.
    pub new: Vec<Snapshot>,
}

/// The archive of a site that shows these texts, with what is wrong with it, and a reminder of what
/// is missing when the site keeps one.
pub fn of(
    files: Option<&ArchiveFiles>,
    sources: &Sources,
    shown: Vec<Snapshot>,
    is_draft: bool,
) -> (Archive, Vec<Diagnostic>) {
    let Some(files) = files else {
        let archive = Archive {
            kept: Vec::new(),
            new: shown,
        };
        return (archive, Vec::new());
    };
    let (kept, mut diagnostics) = kept(files, sources);
    let known: BTreeSet<_> = kept.iter().map(|text| text.listed.place()).collect();
    let mut new = shown;
    new.retain(|text| !known.contains(&text.listed.place()));
    // One diagnostic about a broken archive is enough, and a draft is shown to nobody.
    if diagnostics.is_empty() && !is_draft {
        diagnostics.extend(remind(files, &new));
    }
    (Archive { kept, new }, diagnostics)
}

/// What was archived: each text must be there, and be what its name says. A text that isn't listed is what an interrupted run
/// left, and does no harm.
fn kept(files: &ArchiveFiles, sources: &Sources) -> (Vec<Snapshot>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    for (name, file) in &files.texts {
        if name_of(&sha256(sources.text(*file))) != *name {
            let message = format!("`{name}` was changed: its hash isn't its name any more");
            diagnostics.push(broken(&files.folder.join(name), message));
        }
    }
    let listed: Vec<Listed> = files.index.map_or_else(Vec::new, |index| {
        serde_json::from_str(sources.text(index)).unwrap_or_else(|error| {
            let message = format!("the index of the archive can't be read: {error}");
            diagnostics.push(broken(sources.path(index), message));
            Vec::new()
        })
    });
    let mut snapshots = Vec::new();
    for listed in listed {
        let name = name_of(&listed.sha256);
        match files.texts.get(&name) {
            Some(file) => snapshots.push(Snapshot {
                text: sources.text(*file).to_owned(),
                listed,
            }),
            None => {
                let message = format!("`{name}` is listed in the archive, but isn't there");
                diagnostics.push(broken(&files.folder.join(&name), message));
            }
        }
    }
    (snapshots, diagnostics)
}

fn broken(path: &Utf8Path, message: String) -> Diagnostic {
    Diagnostic::on(
        Code::BrokenArchive,
        path.as_str(),
        message,
        "take the archive back from version control: it is what proves what visitors agreed to",
    )
}

/// Reminds of texts that are not archived, in a site that keeps an archive.
fn remind(files: &ArchiveFiles, unarchived: &[Snapshot]) -> Option<Diagnostic> {
    let first = unarchived.first()?;
    let texts = match unarchived.len() {
        1 => "1 of the texts".to_owned(),
        many => format!("{many} texts"),
    };
    Some(Diagnostic::on(
        Code::UnarchivedText,
        files.folder.as_str(),
        format!(
            "{texts} that visitors are asked with (revision `{}`) are not archived: once the site changes, nobody can produce them",
            first.listed.revision
        ),
        format!(
            "run `site-builder archive --site {}` before you publish, and commit the folder",
            files.site
        ),
    ))
}

impl Archive {
    /// The archive as it is published.
    pub fn files(&self) -> Vec<File> {
        // The same text may be shown in two places: it is one file.
        let texts: BTreeMap<String, &str> = self
            .kept
            .iter()
            .chain(&self.new)
            .map(|text| (name_of(&text.listed.sha256), text.text.as_str()))
            .collect();
        let index = File::json(&format!("{FOLDER}/{INDEX}"), &self.index(None));
        texts
            .into_iter()
            .map(|(name, text)| File::text(&format!("{FOLDER}/{name}"), text.to_owned()))
            .chain([index])
            .collect()
    }

    /// The paths of its texts, those of a revision first, then the newest.
    pub fn paths(&self, revision: &str) -> impl Iterator<Item = String> {
        let mut listed = self.index(None);
        listed.reverse();
        listed.sort_by_key(|listed| listed.revision != revision);
        let mut seen = BTreeSet::new();
        listed
            .into_iter()
            .map(|listed| format!("{FOLDER}/{}", name_of(&listed.sha256)))
            .filter(move |path| seen.insert(path.clone()))
    }

    /// Oldest first, what isn't archived last.
    fn index(&self, first_day: Option<NaiveDate>) -> Vec<Listed> {
        let kept = self.kept.iter().map(|snapshot| snapshot.listed.clone());
        let new = self.new.iter().map(|snapshot| Listed {
            first_day,
            ..snapshot.listed.clone()
        });
        let mut all: Vec<Listed> = kept.chain(new).collect();
        all.sort_by_cached_key(|listed| (listed.first_day.is_none(), listed.clone()));
        all
    }

    /// Writes what is new into the site's content. Texts go first: an index never names what isn't there.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    pub fn keep(&self, folder: &Utf8Path, today: NaiveDate) -> Result<(), Diagnostic> {
        for snapshot in &self.new {
            let path = folder.join(name_of(&snapshot.listed.sha256));
            disk::write_atomically(&path, snapshot.text.as_bytes())?;
        }
        let index = File::json(INDEX, &self.index(Some(today)));
        disk::write_atomically(&folder.join(INDEX), &index.bytes)
    }
}
