//! Writes a built site: the last of the two places that touch the disk.
//!
//! Each file is staged beside the output as soon as it is made ([`Staged`]); only when all are there and nothing is wrong, changed files
//! are moved into place, one rename each, and files of the build before that are no longer made are deleted. Should a file not move, those
//! that did are moved back. Files that did not change are left alone, so that their times stay.

mod staged;

pub use staged::Staged;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Stamp;
use camino::Utf8Path;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::sync::Mutex;

/// A file of the built site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the folder of the site, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// A page by its address.
    pub fn page(address: &str, html: String) -> Self {
        Self {
            path: Self::path_of(address),
            bytes: html.into_bytes(),
        }
    }

    /// The path of a page by its address: `/kk/` becomes `kk/index.html`.
    pub fn path_of(address: &str) -> String {
        let path = address.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        }
    }

    /// A text.
    pub fn text(path: &str, text: String) -> Self {
        Self {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// JSON, readable by people too.
    pub fn json(path: &str, value: &impl Serialize) -> Self {
        // Our values are plain structs with string keys: they always serialise.
        let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
        bytes.push(b'\n');
        Self {
            path: path.to_owned(),
            bytes,
        }
    }
}

/// Takes files as soon as they are made, from several threads at once.
pub trait Output: Sync {
    /// Takes a file. What comes back is its stamp, where it was written.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic>;

    /// Takes a file that has a second path. The stamps are those of both.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    fn put_at_both(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        let again = File {
            path: second,
            bytes: file.bytes.clone(),
        };
        Ok([self.put(file)?, self.put(again)?])
    }

    /// Keeps files as they were written before, if all of them still are; nothing is kept otherwise.
    fn keep(&self, files: &[(String, Stamp)]) -> bool;
}

/// Holds all files.
#[derive(Debug, Default)]
pub struct Held(Mutex<Vec<File>>);

impl Held {
    /// The files, sorted by their paths.
    pub fn into_files(self) -> Vec<File> {
        let mut files = self.0.into_inner().unwrap_or_default();
        files.sort_by(|before, after| before.path.cmp(&after.path));
        files
    }
}

impl Output for Held {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        if let Ok(mut files) = self.0.lock() {
            files.push(file);
        }
        Ok(None)
    }

    fn keep(&self, _: &[(String, Stamp)]) -> bool {
        false
    }
}

/// Lets all files go: for builds that only look for mistakes.
#[derive(Debug)]
pub struct Nowhere;

impl Output for Nowhere {
    fn put(&self, _: File) -> Result<Option<Stamp>, Diagnostic> {
        Ok(None)
    }

    fn keep(&self, _: &[(String, Stamp)]) -> bool {
        false
    }
}

/// Passes files on and remembers their paths.
pub struct Noted<'o> {
    output: &'o dyn Output,
    paths: Mutex<Vec<String>>,
}

impl<'o> Noted<'o> {
    /// Passes files on to an output.
    pub fn new(output: &'o dyn Output) -> Self {
        Self {
            output,
            paths: Mutex::default(),
        }
    }

    /// Two files with one address.
    pub fn duplicates(&self) -> Vec<Diagnostic> {
        let paths = self.paths.lock();
        paths.map_or_else(|_| Vec::new(), |paths| duplicates(&paths))
    }
}

impl Output for Noted<'_> {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        if let Ok(mut paths) = self.paths.lock() {
            paths.push(file.path.clone());
        }
        self.output.put(file)
    }

    fn put_at_both(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        if let Ok(mut paths) = self.paths.lock() {
            paths.extend([file.path.clone(), second.clone()]);
        }
        self.output.put_at_both(file, second)
    }

    fn keep(&self, files: &[(String, Stamp)]) -> bool {
        let is_kept = self.output.keep(files);
        if is_kept && let Ok(mut paths) = self.paths.lock() {
            paths.extend(files.iter().map(|(path, _)| path.clone()));
        }
        is_kept
    }
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or changed.
    pub changed: usize,
    /// Files that were the same already.
    pub same: usize,
    /// Files of an earlier build that were deleted.
    pub deleted: usize,
}

/// Two files with one address.
fn duplicates(paths: &[String]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        *seen.entry(path).or_default() += 1;
    }
    seen.into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(path, count)| {
            Diagnostic::on(
                Code::DuplicateAddress,
                path,
                format!("{count} pages have the address `/{path}`"),
                "rename a policy or an asset of the theme",
            )
        })
        .collect()
}

/// Moves staged sites into their folders: all of them, or none.
///
/// # Errors
/// A diagnostic when something can't be moved. All folders are as before then.
pub fn swap(sites: &[&Staged]) -> Result<Vec<Written>, Diagnostic> {
    for (swapped, site) in sites.iter().enumerate() {
        if let Err(diagnostic) = site.swap() {
            sites
                .iter()
                .take(swapped)
                .rev()
                .for_each(|site| site.undo());
            return Err(diagnostic);
        }
    }
    Ok(sites.iter().map(|site| site.finish()).collect())
}

/// Writes one file by way of a temporary one beside it.
///
/// # Errors
/// A diagnostic when it can't be written; what was there before is left then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn write_one(path: &Utf8Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let staged = staged::beside(path, "new");
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
fn same(path: &Utf8Path, bytes: &[u8]) -> Option<Stamp> {
    let stamp = Stamp::at(path).filter(|stamp| stamp.length == bytes.len() as u64)?;
    let old = fs::read(path).ok()?;
    (old == bytes).then_some(stamp)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn write_file(path: &Utf8Path, bytes: &[u8]) -> io::Result<Stamp> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    Ok(Stamp::of(&file.metadata()?))
}

/// Gives a file a second name; where the system has no such thing, a copy.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn write_link(from: &Utf8Path, to: &Utf8Path) -> io::Result<Stamp> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))?;
    Ok(Stamp::of(&fs::metadata(to)?))
}

/// What the build before left for this one; empty when nothing is there.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn recall(folder: &Utf8Path) -> Vec<u8> {
    fs::read(staged::beside(folder, "cache")).unwrap_or_default()
}

/// Leaves something for the next build, beside the output. A failure only makes that one slower.
pub fn remember(folder: &Utf8Path, bytes: &[u8]) {
    let _ = write_one(&staged::beside(folder, "cache"), bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_address_are_told_of_once() {
        let noted = Noted::new(&Nowhere);
        for address in ["/kk/", "/ru/", "/kk/", "/kk/index.html"] {
            noted.put(File::page(address, String::new())).unwrap();
        }
        let told = noted.duplicates();
        let told: Vec<(Code, &str)> = told
            .iter()
            .map(|told| (told.code, told.message.as_str()))
            .collect();
        let message = "3 pages have the address `/kk/index.html`";
        assert_eq!(told, [(Code::DuplicateAddress, message)]);
    }
}
