//! Writes a built site: the last of the two places that touch the disk.
//!
//! Everything is staged beside the output first; only when all of it is there, changed files are moved into place, one
//! rename each, and files of the build before that are no longer made are deleted. Files that did not change are left
//! alone, so that their times stay.

use crate::diagnostic::{Code, Diagnostic};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;

/// A file of the built site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the folder of the site, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// A page by its address: `/kk/` becomes `kk/index.html`.
    pub fn page(address: &str, html: String) -> Self {
        let path = address.trim_start_matches('/');
        let path = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        };
        Self {
            path,
            bytes: html.into_bytes(),
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
pub fn duplicates(files: &[File]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *seen.entry(&file.path).or_default() += 1;
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

/// Writes the files of a site into its folder.
///
/// # Errors
/// A diagnostic when the folder holds files that no build made, or something can't be written. The folder is as before then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn write(folder: &Utf8Path, files: &[File]) -> Result<Written, Diagnostic> {
    let before = inventory(folder)?;
    let staging = staging_of(folder);
    let failed = |error: io::Error| {
        let _ = fs::remove_dir_all(&staging);
        Diagnostic::on(
            Code::Unwritable,
            folder.as_str(),
            format!("`{folder}` can't be written: {error}"),
            "check free space and rights; the folder is as before",
        )
    };
    remove_if_there(&staging).map_err(failed)?;
    let mut written = Written::default();
    let mut changed = Vec::new();
    for file in files {
        let target = folder.join(&file.path);
        if is_same(&target, &file.bytes) {
            written.same += 1;
            continue;
        }
        let staged = staging.join(&file.path);
        write_file(&staged, &file.bytes).map_err(failed)?;
        changed.push((staged, target));
    }
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let list = inventory_text(&names);
    let inventory = inventory_of(folder);
    if !is_same(&inventory, list.as_bytes()) {
        let staged = staging.join(".files");
        write_file(&staged, list.as_bytes()).map_err(failed)?;
        changed.push((staged, inventory));
    }
    for (staged, target) in &changed {
        move_into_place(staged, target).map_err(failed)?;
    }
    written.changed = files.len() - written.same;
    written.deleted = delete_stale(folder, &before, &names);
    let _ = fs::remove_dir_all(&staging);
    Ok(written)
}

/// Writes one file by way of a temporary one beside it.
///
/// # Errors
/// A diagnostic when it can't be written; what was there before is left then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
pub fn write_one(path: &Utf8Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let staged = beside(path, "new");
    let done = write_file(&staged, bytes).and_then(|()| fs::rename(&staged, path));
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

fn inventory_text(names: &[&str]) -> String {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    let mut text = sorted.join("\n");
    text.push('\n');
    text
}

/// Beside the output, so that a rename never crosses file systems.
fn staging_of(folder: &Utf8Path) -> Utf8PathBuf {
    beside(folder, "staging")
}

/// Lists what a build made, so that the next one knows what is its own. Beside the output: it is no page.
fn inventory_of(folder: &Utf8Path) -> Utf8PathBuf {
    beside(folder, "files")
}

fn beside(folder: &Utf8Path, kind: &str) -> Utf8PathBuf {
    let name = folder.file_name().unwrap_or("site");
    folder.with_file_name(format!(".{name}.{kind}"))
}

/// What the build before made. A folder that holds anything but has no inventory is somebody else's.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn inventory(folder: &Utf8Path) -> Result<Vec<String>, Diagnostic> {
    match fs::read_to_string(inventory_of(folder)) {
        Ok(list) => Ok(list.lines().map(str::to_owned).collect()),
        Err(_) => {
            let is_empty =
                fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
            if is_empty {
                return Ok(Vec::new());
            }
            Err(Diagnostic::on(
                Code::ForeignOutput,
                folder.as_str(),
                format!("`{folder}` holds files that no build made"),
                "choose another folder with `--out`, or empty this one yourself",
            ))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn is_same(path: &Utf8Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|old| old == bytes)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn write_file(path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn move_into_place(staged: &Utf8Path, target: &Utf8Path) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(staged, target)
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn remove_if_there(folder: &Utf8Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes what the build before made and this one doesn't, and folders that are empty then.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn delete_stale(folder: &Utf8Path, before: &[String], now: &[&str]) -> usize {
    let now: std::collections::HashSet<&str> = now.iter().copied().collect();
    let mut deleted = 0;
    for path in before.iter().filter(|path| !now.contains(path.as_str())) {
        // An inventory that was tampered with must not reach outside.
        if path.split('/').any(|part| part == ".." || part.is_empty()) {
            continue;
        }
        let target = folder.join(path);
        if fs::remove_file(&target).is_ok() {
            deleted += 1;
        }
        let parents = target
            .ancestors()
            .skip(1)
            .take_while(|parent| *parent != folder);
        for parent in parents {
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
    }
    deleted
}
