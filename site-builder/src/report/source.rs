//! Reads the files of authors from disk. Files are listed in a stable order, and anything that
//! can't be read is a diagnostic.

use super::diagnostic::{Code, Diagnostic, FileId};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::{self, Metadata};
use std::io::Read as _;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Maximum size of a text file in bytes; policies are much smaller.
const MAX_TEXT: u64 = 2 * 1024 * 1024;

/// Maximum size of any other file in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// A file that texts come from.
#[derive(Debug)]
struct SourceFile {
    /// The folder given on the command line, joined with the path of the file below it, with `/`.
    path: Utf8PathBuf,
    /// The text without a byte order mark, while it is in memory.
    text: OnceLock<String>,
    /// The stamp of the file when it was first read.
    stamp: OnceLock<Stamp>,
}

/// All texts of a build. Editions don't stay in memory: each is read when it is loaded, and again
/// when a diagnostic points into it.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// Length and modification time of a file, by which a change is detected without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub length: u64,
    /// Modification time in nanoseconds since 1970; 0 on file systems without one.
    pub modified: u64,
}

impl Stamp {
    /// The stamp of the file at a path; `None` if there is none or its metadata can't be read.
    #[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
    pub fn at(path: &Utf8Path) -> Option<Self> {
        let Ok(metadata) = path.metadata() else {
            return None;
        };
        Some(Self::of(&metadata))
    }

    /// The stamp of an open file.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().map_or(0, nanoseconds_since_1970),
        }
    }
}

/// Saturates: 0 for a time before 1970, `u64::MAX` for one after 2554.
pub fn nanoseconds_since_1970(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

impl Sources {
    /// Adds a text that is in memory already.
    pub fn add(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> FileId {
        let file = self.add_unread(path);
        self.retain(file, text.into());
        file
    }

    /// Adds a file without reading it.
    pub fn add_unread(&mut self, path: impl Into<Utf8PathBuf>) -> FileId {
        self.files.push(SourceFile {
            path: path.into(),
            text: OnceLock::new(),
            stamp: OnceLock::new(),
        });
        FileId(self.files.len() - 1)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a `FileId` is made by `add_unread` alone and files are never removed"
    )]
    fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0]
    }

    /// The text of a file, which then stays in memory. It is empty if the file can't be read any
    /// more: call this only for files that were read before.
    pub fn text(&self, id: FileId) -> &str {
        let file = self.file(id);
        file.text.get_or_init(|| {
            let read = read_at_most(&file.path, MAX_TEXT);
            read.map_or_else(|_| String::new(), |(bytes, _)| lossy(&bytes))
        })
    }

    /// The path of the file.
    pub fn path(&self, id: FileId) -> &Utf8Path {
        &self.file(id).path
    }

    /// The stamp of a file at the first call; `None` if the file is missing.
    pub fn stamp(&self, id: FileId) -> Option<Stamp> {
        let file = self.file(id);
        let stamp = Stamp::at(&file.path)?;
        Some(*file.stamp.get_or_init(|| stamp))
    }

    /// Stores the text of a file in memory.
    pub fn retain(&self, id: FileId, text: String) {
        #[expect(
            clippy::let_underscore_must_use,
            reason = "a text that is in memory already is the same"
        )]
        let _ = self.file(id).text.set(text);
    }

    /// Reads a file and stores its text in memory.
    ///
    /// # Errors
    /// A diagnostic when it can't be read, is too large, isn't UTF-8 or holds a NUL.
    pub fn read(&mut self, path: &Utf8Path) -> Result<FileId, Diagnostic> {
        let file = self.add_unread(path);
        let text = self.load(file)?.into_owned();
        self.retain(file, text);
        Ok(file)
    }

    /// The text of a file, from memory or from disk.
    ///
    /// # Errors
    /// A diagnostic when it can't be read, is too large, isn't UTF-8, holds a NUL, or has changed
    /// since its stamp was first taken (TOCTOU).
    pub fn load(&self, id: FileId) -> Result<Cow<'_, str>, Diagnostic> {
        let file = self.file(id);
        if let Some(text) = file.text.get() {
            return Ok(Cow::Borrowed(text));
        }
        let (bytes, stamp) = read_at_most(&file.path, MAX_TEXT)?;
        if *file.stamp.get_or_init(|| stamp) != stamp {
            return Err(Diagnostic::on(
                Code::UnreadableFile,
                file.path.as_str(),
                format!("`{}` was changed while the site was being built", file.path),
                "build again",
            ));
        }
        // Validating with SIMD and copying is faster than `String::from_utf8` on Cyrillic.
        let text = match simdutf8::compat::from_utf8(&bytes) {
            Ok(text) => text
                .strip_prefix(BYTE_ORDER_MARK)
                .unwrap_or(text)
                .to_owned(),
            Err(error) => {
                let at = error.valid_up_to();
                // The text is stored with U+FFFD for invalid bytes, so that the diagnostic can
                // quote it.
                self.retain(id, lossy(&bytes));
                return Err(Diagnostic::at(
                    Code::InvalidText,
                    id,
                    at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
                    "the file is not UTF-8: here stands a byte that starts no character",
                    "save the file as UTF-8",
                ));
            }
        };
        match text.find('\0') {
            None => Ok(Cow::Owned(text)),
            Some(at) => {
                self.retain(id, text);
                Err(Diagnostic::at(
                    Code::InvalidText,
                    id,
                    at..at + 1,
                    "a NUL character stands in the text",
                    "remove it; is this a text file?",
                ))
            }
        }
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn lossy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(&text)
        .to_owned()
}

/// Reads a file of at most 8 MiB.
///
/// # Errors
/// A diagnostic when it can't be read or is too large.
pub fn read_bytes(path: &Utf8Path) -> Result<Vec<u8>, Diagnostic> {
    read_at_most(path, MAX_FILE).map(|(bytes, _)| bytes)
}

/// Reads a document to import: a file of Word may be larger than a text, because of its pictures.
///
/// # Errors
/// A diagnostic when it can't be read or is too large.
pub fn read_document(path: &Utf8Path) -> Result<Vec<u8>, Diagnostic> {
    read_at_most(path, importer::CONTAINER_LIMIT as u64).map(|(bytes, _)| bytes)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
fn read_at_most(path: &Utf8Path, largest: u64) -> Result<(Vec<u8>, Stamp), Diagnostic> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::on(
            Code::UnreadableFile,
            path.as_str(),
            format!("`{path}` can't be read: {error}"),
            "check that it is there, that it is a file, and that you may read it",
        )
    };
    let file = fs::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
    }
    let stamp = Stamp::of(&metadata);
    let length = stamp.length.min(largest);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(largest + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        return Err(Diagnostic::on(
            Code::FileTooLarge,
            path.as_str(),
            format!("`{path}` is larger than {} MiB", largest / 1024 / 1024),
            "a policy has a few hundred kilobytes at most; is this the right file?",
        ));
    }
    Ok((bytes, stamp))
}

/// Whether a path exists; a broken symbolic link doesn't.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
pub fn exists(path: &Utf8Path) -> bool {
    path.exists()
}

/// Whether a path leads to a file.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
pub fn is_file(path: &Utf8Path) -> bool {
    path.is_file()
}

/// Whether a path leads to a folder.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
pub fn is_folder(path: &Utf8Path) -> bool {
    path.is_dir()
}

/// Whether a name can't lead out of the folder that it is joined to (path traversal).
pub fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':'])
}

/// Names of the folders and of the files in a folder, sorted, without hidden ones. Other entries,
/// and names that aren't UTF-8, are reported.
///
/// # Errors
/// A diagnostic when the folder can't be read.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
pub fn list(folder: &Utf8Path) -> Result<Listing, Diagnostic> {
    let missing = |error: std::io::Error| {
        Diagnostic::on(
            Code::MissingFolder,
            folder.as_str(),
            format!("the folder `{folder}` can't be read: {error}"),
            "check the path, and that you start in the project's folder",
        )
    };
    let mut listing = Listing::default();
    for entry in folder.read_dir_utf8().map_err(missing)? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                listing.refuse(
                    folder,
                    format!("an entry of `{folder}` can't be read: {error}"),
                );
                continue;
            }
        };
        let name = entry.file_name().to_owned();
        // Hidden files belong to editors and operating systems.
        if name.starts_with('.') {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => listing.folders.push(name),
            Ok(kind) if kind.is_file() => listing.files.push(name),
            // Symbolic links are followed to files only, so that there are no cycles of folders.
            Ok(_) if entry.path().is_file() => listing.files.push(name),
            _ => listing.refuse(
                entry.path(),
                format!(
                    "`{}` is neither a file, nor a folder, nor a link to a file",
                    entry.path()
                ),
            ),
        }
    }
    listing.folders.sort_unstable();
    listing.files.sort_unstable();
    Ok(listing)
}

/// The content of a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Names of folders.
    pub folders: Vec<String>,
    /// Names of files.
    pub files: Vec<String>,
    /// Entries that can't be used.
    pub diagnostics: Vec<Diagnostic>,
}

impl Listing {
    fn refuse(&mut self, path: &Utf8Path, message: String) {
        self.diagnostics.push(Diagnostic::on(
            Code::UnreadableFile,
            path.as_str(),
            message,
            "remove it, or put a file in its place",
        ));
    }
}
