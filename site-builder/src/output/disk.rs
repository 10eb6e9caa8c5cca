//! Writes single files and folders; [`super::staging`] writes whole sites.

use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Stamp;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::{self, Write as _};

/// Writes a file by renaming a temporary one, so that readers see the old bytes or the new ones.
///
/// # Errors
/// A diagnostic when it can't be written; the previous file is left unchanged then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn write_atomically(path: &Utf8Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let temporary = sibling(path, "new");
    let written = write_file(&temporary, bytes).and_then(|_| fs::rename(&temporary, path));
    written.map_err(|error| {
        #[expect(
            clippy::let_underscore_must_use,
            reason = "the first error is reported; the next write replaces what is left"
        )]
        let _ = fs::remove_file(&temporary);
        unwritable(path, &error)
    })
}

/// Moves a folder to an unused path or in place of an empty folder.
///
/// # Errors
/// The diagnostic of a path that is taken or can't be written.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn move_folder(from: &Utf8Path, to: &Utf8Path) -> Result<(), Diagnostic> {
    fs::rename(from, to).map_err(|error| unwritable(to, &error))
}

fn unwritable(path: &Utf8Path, error: &io::Error) -> Diagnostic {
    Diagnostic::on(
        Code::Unwritable,
        path.as_str(),
        format!("`{path}` can't be written: {error}"),
        "check free space and rights",
    )
}

/// Removes a temporary folder.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn discard(folder: &Utf8Path) {
    #[expect(
        clippy::let_underscore_must_use,
        reason = "there may be none, and one that stays is hidden: no build takes it for a site"
    )]
    let _ = fs::remove_dir_all(folder);
}

/// Removes a temporary file.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn discard_file(path: &Utf8Path) {
    #[expect(
        clippy::let_underscore_must_use,
        reason = "there may be none, and one that stays is hidden: no build reads it"
    )]
    let _ = fs::remove_file(path);
}

/// The stamp of a file, if it holds these bytes.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub(super) fn stamp_if_equal(path: &Utf8Path, bytes: &[u8]) -> Option<Stamp> {
    let stamp = Stamp::at(path).filter(|stamp| stamp.length == bytes.len() as u64)?;
    // An unreadable file is written again.
    fs::read(path)
        .is_ok_and(|old| old == bytes)
        .then_some(stamp)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub(super) fn write_file(path: &Utf8Path, bytes: &[u8]) -> io::Result<Stamp> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    Ok(Stamp::of(&file.metadata()?))
}

/// Makes a hard link to a file, or a copy on file systems without hard links.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub(super) fn write_link(from: &Utf8Path, to: &Utf8Path) -> io::Result<Stamp> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))?;
    Ok(Stamp::of(&fs::metadata(to)?))
}

/// The cache of the previous build; empty when it is missing or unreadable, which only makes the
/// build slower.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn read_cache(folder: &Utf8Path) -> Vec<u8> {
    fs::read(sibling(folder, "cache")).unwrap_or_else(|_| Vec::new())
}

/// Stores the cache for the next build next to the output.
pub fn write_cache(folder: &Utf8Path, bytes: &[u8]) {
    #[expect(
        clippy::let_underscore_must_use,
        reason = "a missing cache only makes the next build slower"
    )]
    let _ = write_atomically(&sibling(folder, "cache"), bytes);
}

/// A hidden path in the same folder, so that a rename never crosses file systems.
pub(super) fn sibling(folder: &Utf8Path, kind: &str) -> Utf8PathBuf {
    let name = folder.file_name().unwrap_or("site");
    folder.with_file_name(format!(".{name}.{kind}"))
}
