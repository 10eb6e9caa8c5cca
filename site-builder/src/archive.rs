//! The archive: every text with which a site has ever asked for consent, and every edition that it
//! has published, each in a file named after its SHA-256.
//!
//! A consent record holds the hash of the text that was shown and the site's revision. To make both
//! available years later, [`Archive::store`] writes new texts into `content/<site>/archive/`, which
//! is committed with the site's sources. Every build publishes that folder and the texts that its
//! own visitors are asked with as `/archive/`. Files are never replaced. [`editions`] compares the
//! content with the editions of the archive; [`history`] knows the texts of each.
//!
//! Files end with `.txt` so that browsers don't render their HTML: its buttons must not work.

mod difference;
pub mod editions;
pub mod history;

use crate::model::scope::Scopes;
use crate::output::disk;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
pub use domain::archive::{FOLDER, INDEX, file_name};
use domain::archive::{IndexEntry, TextKind};
use domain::{Digest, Locale};
use std::collections::{BTreeMap, BTreeSet};

/// Entries with equal keys describe the same text. Scopes are looked up by their revision, so equal
/// ones of two revisions are two entries.
fn key(entry: &IndexEntry) -> (&str, TextKind, Option<&Locale>, Option<&str>) {
    let revision = (entry.kind == TextKind::Scope).then_some(entry.revision.as_str());
    (&entry.sha256, entry.kind, entry.locale.as_ref(), revision)
}

/// A text with its entry of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its entry in the index.
    pub entry: IndexEntry,
    /// The text.
    pub text: String,
}

/// The archive of a site's content as it was read.
#[derive(Debug)]
pub struct ArchiveFolder {
    /// Name of the site's folder.
    pub site: String,
    /// Path of the archive.
    pub path: Utf8PathBuf,
    /// The index.
    pub index: Option<FileId>,
    /// Files of all texts, by file name.
    pub files: BTreeMap<String, FileId>,
}

impl Snapshot {
    /// A text of the build that isn't archived yet. `revision` is that of the site.
    pub fn new(kind: TextKind, locale: Option<&Locale>, text: &str, revision: &str) -> Self {
        Self {
            entry: IndexEntry {
                first_day: None,
                kind,
                locale: locale.cloned(),
                revision: revision.to_owned(),
                sha256: sha256(text),
                edition: None,
            },
            text: text.to_owned(),
        }
    }
}

/// The path, from the site's root, at which a text is published.
pub fn path_of(text: &str) -> String {
    format!("/{FOLDER}/{}", file_name(&sha256(text)))
}

fn sha256(text: &str) -> String {
    Digest::of(&[text.as_bytes()]).to_string()
}

/// The texts of a site, archived or not.
#[derive(Debug, Default)]
pub struct Archive {
    /// Texts of the site's content.
    pub archived: Vec<Snapshot>,
    /// Texts that visitors are asked with and that are not archived.
    pub new: Vec<Snapshot>,
    /// Published editions that are not archived, with their files.
    pub new_editions: Vec<(IndexEntry, FileId)>,
    /// The reminder to archive them, if the site keeps an archive.
    pub unarchived_edition: Option<Diagnostic>,
}

/// The texts that a site has archived, as they were read.
#[derive(Debug, Default)]
pub struct ArchivedTexts {
    /// The texts, oldest first.
    pub texts: Vec<Snapshot>,
    /// Scopes by their revision, the newest first.
    pub scopes: Vec<(String, Scopes)>,
    /// Which texts are missing is known only if the archive is intact, and the content agrees with it.
    pub is_intact: bool,
}

impl ArchivedTexts {
    /// The text with that hash.
    fn text(&self, sha256: &str) -> Option<&str> {
        let mut texts = self.texts.iter();
        let found = texts.find(|text| text.entry.sha256 == sha256)?;
        Some(&found.text)
    }
}

/// Reads and checks the archive of a site.
pub fn read(folder: Option<&ArchiveFolder>, sources: &Sources) -> (ArchivedTexts, Vec<Diagnostic>) {
    let Some(folder) = folder else {
        return (ArchivedTexts::default(), Vec::new());
    };
    let (texts, mut diagnostics) = read_texts(folder, sources);
    let mut scopes = Vec::new();
    for text in texts
        .iter()
        .rev()
        .filter(|text| text.entry.kind == TextKind::Scope)
    {
        match Scopes::parse(&text.text) {
            Ok(parsed) => scopes.push((text.entry.revision.clone(), parsed)),
            Err(error) => {
                let name = file_name(&text.entry.sha256);
                let message = format!("the scopes in `{name}` can't be read: {error}");
                diagnostics.push(broken(&folder.path.join(&name), message));
            }
        }
    }
    let archived = ArchivedTexts {
        texts,
        scopes,
        is_intact: diagnostics.is_empty(),
    };
    (archived, diagnostics)
}

/// The archive of a site that shows these texts. Warns if some are not archived, unless the site has
/// no archive or is a draft. `new_editions` are published and not archived: a new site is reminded of
/// them when it is deployed, one whose archive has editions by each build.
pub fn compare(
    folder: Option<&ArchiveFolder>,
    archived: ArchivedTexts,
    shown: Vec<Snapshot>,
    new_editions: Vec<(IndexEntry, FileId)>,
    is_draft: bool,
) -> (Archive, Vec<Diagnostic>) {
    let keys: BTreeSet<_> = archived.texts.iter().map(|text| key(&text.entry)).collect();
    let mut new = shown;
    new.retain(|text| !keys.contains(&key(&text.entry)));
    let folder = folder.filter(|_| archived.is_intact && !is_draft);
    let warning = folder.and_then(|folder| unarchived_warning(folder, &new));
    let mut warnings: Vec<Diagnostic> = warning.into_iter().collect();
    let unarchived_edition = folder.and_then(|folder| unarchived_edition(folder, &new_editions));
    let mut texts = archived.texts.iter();
    if texts.any(|text| text.entry.kind == TextKind::Edition) {
        warnings.extend(unarchived_edition.clone());
    }
    let archive = Archive {
        archived: archived.texts,
        new,
        new_editions,
        unarchived_edition,
    };
    (archive, warnings)
}

/// Reads the listed texts and checks that no file was changed and none is missing. A file that
/// isn't listed is what an interrupted [`Archive::store`] left; it does no harm.
fn read_texts(folder: &ArchiveFolder, sources: &Sources) -> (Vec<Snapshot>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    for (name, file) in &folder.files {
        if file_name(&sha256(sources.text(*file))) != *name {
            let message = format!("`{name}` was changed: its hash isn't its name any more");
            diagnostics.push(broken(&folder.path.join(name), message));
        }
    }
    let entries: Vec<IndexEntry> = folder.index.map_or_else(Vec::new, |index| {
        serde_json::from_str(sources.text(index)).unwrap_or_else(|error| {
            let message = format!("the index of the archive can't be read: {error}");
            diagnostics.push(broken(sources.path(index), message));
            Vec::new()
        })
    });
    let mut snapshots = Vec::new();
    for entry in entries {
        let name = file_name(&entry.sha256);
        match folder.files.get(&name) {
            Some(file) => snapshots.push(Snapshot {
                text: sources.text(*file).to_owned(),
                entry,
            }),
            None => {
                let message = format!("`{name}` is listed in the archive, but isn't there");
                diagnostics.push(broken(&folder.path.join(&name), message));
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

fn unarchived_warning(folder: &ArchiveFolder, unarchived: &[Snapshot]) -> Option<Diagnostic> {
    let first = unarchived.first()?;
    let texts = match unarchived.len() {
        1 => "1 of the texts".to_owned(),
        many => format!("{many} texts"),
    };
    Some(Diagnostic::on(
        Code::UnarchivedText,
        folder.path.as_str(),
        format!(
            "{texts} that visitors are asked with (revision `{}`) are not archived: once the site changes, nobody can produce them",
            first.entry.revision
        ),
        format!(
            "run `site-builder archive --site {}` before you publish, and commit the folder",
            folder.site
        ),
    ))
}

fn unarchived_edition(
    folder: &ArchiveFolder,
    editions: &[(IndexEntry, FileId)],
) -> Option<Diagnostic> {
    let names = editions.iter().filter_map(|(entry, _)| {
        let edition = entry.edition.as_ref()?;
        let locale = entry.locale.as_ref()?;
        Some(format!(
            "`{locale}/{}/{}.md`",
            edition.policy, edition.effective
        ))
    });
    let names: Vec<String> = names.collect();
    let (first, rest) = names.split_first()?;
    let more = match rest.len() {
        0 => "is".to_owned(),
        more => format!("and {more} more are"),
    };
    Some(Diagnostic::on(
        Code::UnarchivedEdition,
        folder.path.as_str(),
        format!("{first} {more} published and not archived: a later change of it could be denied"),
        format!(
            "run `site-builder archive --site {}` before you publish, and commit the folder",
            folder.site
        ),
    ))
}

impl Archive {
    /// Adds the editions that are not archived to the texts that [`Self::store`] writes.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be read.
    pub fn add_editions(&mut self, sources: &Sources) -> Result<(), Diagnostic> {
        for (entry, file) in std::mem::take(&mut self.new_editions) {
            let text = sources.load(file)?.into_owned();
            self.new.push(Snapshot { entry, text });
        }
        Ok(())
    }

    /// The files of the published archive.
    pub fn files(&self) -> Vec<File> {
        // A text shown in two places is one file.
        let texts: BTreeMap<String, &str> = self
            .archived
            .iter()
            .chain(&self.new)
            .map(|text| (file_name(&text.entry.sha256), text.text.as_str()))
            .collect();
        let index = File::json(&format!("{FOLDER}/{INDEX}"), &self.index(None));
        texts
            .into_iter()
            .map(|(name, text)| File::text(&format!("{FOLDER}/{name}"), text.to_owned()))
            .chain([index])
            .collect()
    }

    /// All entries, oldest first, those that aren't archived last; they get `first_day`.
    fn index(&self, first_day: Option<NaiveDate>) -> Vec<IndexEntry> {
        let archived = self.archived.iter().map(|text| text.entry.clone());
        let new = self.new.iter().map(|text| IndexEntry {
            first_day,
            ..text.entry.clone()
        });
        let mut entries: Vec<IndexEntry> = archived.chain(new).collect();
        entries.sort_by_cached_key(|entry| (entry.first_day.is_none(), entry.clone()));
        entries
    }

    /// Writes new texts into the archive at that path, the index last: it never lists a missing
    /// file.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    pub fn store(&self, path: &Utf8Path, today: NaiveDate) -> Result<(), Diagnostic> {
        for text in &self.new {
            let file = path.join(file_name(&text.entry.sha256));
            disk::write_atomically(&file, text.text.as_bytes())?;
        }
        let index = File::json(INDEX, &self.index(Some(today)));
        disk::write_atomically(&path.join(INDEX), &index.bytes)
    }
}
