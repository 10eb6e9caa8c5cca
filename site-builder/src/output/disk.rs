//! Writes to disk. With [`super::staging`] the only module of the crate that does.

use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Stamp;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::{self, Write as _};

/// Writes one file by way of a temporary one beside it.
///
/// # Errors
/// A diagnostic when it can't be written; what was there before is left then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn write_one(path: &Utf8Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let staged = beside(path, "new");
    let done = write_file(&staged, bytes).and_then(|_| fs::rename(&staged, path));
    done.map_err(|error| {
        let _ = fs::remove_file(&staged);
        Diagnostic::on(
            Code::Unwritable,
            path.as_str(),
            format!("`{path}` can't be written: {error}"),
            "check free space and rights",
        )
    })
}

/// Moves a folder to a place where nothing is.
///
/// # Errors
/// The diagnostic of a place that is taken or can't be written.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn move_folder(from: &Utf8Path, to: &Utf8Path) -> Result<(), Diagnostic> {
    fs::rename(from, to).map_err(|error| {
        Diagnostic::on(
            Code::Unwritable,
            to.as_str(),
            format!("`{to}` can't be written: {error}"),
            "check free space and rights",
        )
    })
}

/// Removes a folder of work that is done. What can't be removed does no harm.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn discard(folder: &Utf8Path) {
    let _ = fs::remove_dir_all(folder);
}

/// The stamp of a file that holds these bytes already.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub(super) fn same(path: &Utf8Path, bytes: &[u8]) -> Option<Stamp> {
    let stamp = Stamp::at(path).filter(|stamp| stamp.length == bytes.len() as u64)?;
    let old = fs::read(path).ok()?;
    (old == bytes).then_some(stamp)
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

/// Gives a file a second name; where the system has no such thing, a copy.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub(super) fn write_link(from: &Utf8Path, to: &Utf8Path) -> io::Result<Stamp> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))?;
    Ok(Stamp::of(&fs::metadata(to)?))
}

/// What the build before left for this one; empty when nothing is there.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn read_cache(folder: &Utf8Path) -> Vec<u8> {
    fs::read(beside(folder, "cache")).unwrap_or_default()
}

/// Leaves something for the next build, beside the output. A failure only makes that one slower.
pub fn write_cache(folder: &Utf8Path, bytes: &[u8]) {
    let _ = write_one(&beside(folder, "cache"), bytes);
}

/// Beside the output, so that a rename never crosses file systems.
pub(super) fn beside(folder: &Utf8Path, kind: &str) -> Utf8PathBuf {
    let name = folder.file_name().unwrap_or("site");
    folder.with_file_name(format!(".{name}.{kind}"))
}
