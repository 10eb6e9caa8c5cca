//! Reads content and themes from disk: the first of the two places that touch it.
//!
//! In: the folder `content/` and one theme. Out: texts in memory, in a stable order, and a diagnostic for every
//! file that can't be used.

use crate::diagnostic::{Code, Diagnostic};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::Read as _;

/// No policy is larger; reading stops here.
const LARGEST_TEXT: u64 = 8 * 1024 * 1024;

/// Names a file of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A text with the path it was read from.
#[derive(Debug)]
pub struct SourceFile {
    /// As given on the command line plus what was found below, with `/`.
    pub path: Utf8PathBuf,
    /// The text, without a byte order mark.
    pub text: String,
}

/// All texts of a build.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text that is in memory already.
    pub fn add(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> FileId {
        self.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
        });
        FileId(self.files.len() - 1)
    }

    /// The file of that name.
    #[expect(
        clippy::indexing_slicing,
        reason = "a `FileId` is made by `add` alone and files are never removed"
    )]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0]
    }

    /// The text of the file.
    pub fn text(&self, id: FileId) -> &str {
        &self.file(id).text
    }

    /// The path of the file.
    pub fn path(&self, id: FileId) -> &Utf8Path {
        &self.file(id).path
    }

    /// Reads a file from disk.
    ///
    /// # Errors
    /// A diagnostic when it can't be read, is too large, isn't UTF-8 or holds a NUL.
    pub fn read(&mut self, path: &Utf8Path) -> Result<FileId, Diagnostic> {
        let text = read_text(path)?;
        Ok(self.add(path, text))
    }
}

/// Reads one text, within bounds.
///
/// # Errors
/// See [`Sources::read`].
pub fn read_text(path: &Utf8Path) -> Result<String, Diagnostic> {
    let bytes = read_bytes(path)?;
    decode(path, bytes)
}

/// Reads one file, within bounds.
///
/// # Errors
/// A diagnostic when it can't be read or is too large.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads")]
pub fn read_bytes(path: &Utf8Path) -> Result<Vec<u8>, Diagnostic> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::on(
            Code::UnreadableFile,
            path.as_str(),
            format!("`{path}` can't be read: {error}"),
            "check that the file exists and that you may read it",
        )
    };
    let file = fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut bytes =
        Vec::with_capacity(usize::try_from(length.min(LARGEST_TEXT)).unwrap_or_default() + 1);
    file.take(LARGEST_TEXT + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        return Err(Diagnostic::on(
            Code::FileTooLarge,
            path.as_str(),
            format!("`{path}` is larger than {} MiB", LARGEST_TEXT / 1024 / 1024),
            "a policy is a few hundred kilobytes at most; is this the right file?",
        ));
    }
    Ok(bytes)
}

fn decode(path: &Utf8Path, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error
            .as_bytes()
            .iter()
            .take(at)
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        Diagnostic::on(
            Code::InvalidText,
            format!("{path}:{line}"),
            format!("`{path}` is not UTF-8: byte {at}, in line {line}, starts no character"),
            "save the file as UTF-8",
        )
    })?;
    if let Some(at) = text.find('\0') {
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        return Err(Diagnostic::on(
            Code::InvalidText,
            format!("{path}:{line}"),
            format!("`{path}` holds a NUL character in line {line}"),
            "remove it; is this a text file?",
        ));
    }
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Names of what stands in a folder, sorted; folders and files apart. Names that aren't UTF-8 are left out: nothing of ours has such.
///
/// # Errors
/// A diagnostic when the folder can't be read.
pub fn list(folder: &Utf8Path) -> Result<Listing, Diagnostic> {
    let entries = folder.read_dir_utf8().map_err(|error| {
        Diagnostic::on(
            Code::MissingFolder,
            folder.as_str(),
            format!("the folder `{folder}` can't be read: {error}"),
            "check the path, and that you start in the project's folder",
        )
    })?;
    let mut listing = Listing::default();
    for entry in entries.flatten() {
        let name = entry.file_name().to_owned();
        // Hidden files belong to editors and systems.
        if name.starts_with('.') {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => listing.folders.push(name),
            Ok(kind) if kind.is_file() => listing.files.push(name),
            // A link is followed once: to a file only, so that no loop of folders can arise.
            Ok(_) if entry.path().is_file() => listing.files.push(name),
            _ => {}
        }
    }
    listing.folders.sort_unstable();
    listing.files.sort_unstable();
    Ok(listing)
}

/// What stands in a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Names of folders.
    pub folders: Vec<String>,
    /// Names of files.
    pub files: Vec<String>,
}
