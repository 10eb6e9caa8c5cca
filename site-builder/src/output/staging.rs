//! Stages a site in a folder next to its own, and commits it: all changed files are moved into
//! place, or none.

mod replacement;

use super::disk::{sibling, stamp_if_equal, write_file, write_link};
use super::file::File;
use super::locked;
use super::sink::Output;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Stamp};
use camino::{Utf8Path, Utf8PathBuf};
use replacement::Replacement;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::Mutex;

/// A site whose changed files are staged in a folder next to its own, which is unchanged until
/// [`commit`]. Dropping it removes the files that are still staged.
#[derive(Debug)]
pub struct StagedOutput {
    folder: Utf8PathBuf,
    staging: Utf8PathBuf,
    /// Paths of the files of the previous build.
    before: BTreeSet<String>,
    /// Whether the folder is empty or missing, so that the staged folder replaces it as a whole.
    is_fresh: bool,
    progress: Mutex<Progress>,
    /// Replacements that [`commit`] has applied so far.
    applied: Mutex<Vec<Replacement>>,
}

/// Numbers of files that a commit wrote, left unchanged and deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteCounts {
    /// Files that are new or changed.
    pub changed: usize,
    /// Files that had the same bytes already.
    pub unchanged: usize,
    /// Files of an earlier build that this one doesn't make.
    pub deleted: usize,
}

/// Moves staged sites into their folders: all of them, or none.
///
/// # Errors
/// A diagnostic when a file can't be moved. All folders are rolled back then.
pub fn commit(sites: &[&StagedOutput]) -> Result<Vec<WriteCounts>, Diagnostic> {
    for (committed, site) in sites.iter().enumerate() {
        if let Err(error) = site.replace_files() {
            let mut rolled_back = Ok(());
            for touched in sites.iter().take(committed + 1).rev() {
                rolled_back = rolled_back.and(touched.roll_back());
            }
            return Err(site.unwritable(&error, rolled_back));
        }
    }
    Ok(sites.iter().map(|site| site.delete_stale()).collect())
}

/// What has been staged so far.
#[derive(Debug, Default)]
struct Progress {
    /// Paths of the files that this build makes.
    paths: BTreeSet<String>,
    /// Those of them that differ from the files in the folder.
    changed: Vec<String>,
    unchanged: usize,
}

impl Output for StagedOutput {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        let (stamp, _) = self.stage_if_changed(file.path, &file.bytes, None)?;
        Ok(Some(stamp))
    }

    /// The second path becomes a hard link: the page in force and its dated page are one file.
    fn put_twice(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        let (first, staged) = self.stage_if_changed(file.path, &file.bytes, None)?;
        let (again, _) = self.stage_if_changed(second, &file.bytes, staged.as_deref())?;
        Ok([Some(first), Some(again)])
    }

    fn reuse(&self, files: &[(String, Stamp)]) -> bool {
        let is_as_before =
            |(path, stamp): &(String, Stamp)| Stamp::at(&self.folder.join(path)) == Some(*stamp);
        let is_reused = !self.is_fresh && files.iter().all(is_as_before);
        if is_reused {
            let mut progress = locked(&self.progress);
            progress.unchanged += files.len();
            progress
                .paths
                .extend(files.iter().map(|(path, _)| path.clone()));
        }
        is_reused
    }
}

impl StagedOutput {
    /// Begins to stage a site.
    ///
    /// # Errors
    /// A diagnostic when the folder holds files that no build made, or when the remains of an
    /// interrupted build can't be removed.
    pub fn new(folder: &Utf8Path) -> Result<Self, Diagnostic> {
        let site = Self {
            folder: folder.to_owned(),
            staging: sibling(folder, "staging"),
            before: inventory(folder)?,
            is_fresh: is_empty(folder),
            progress: Mutex::default(),
            applied: Mutex::default(),
        };
        remove_if_there(&site.staging).map_err(|error| site.unwritable(&error, Ok(())))?;
        Ok(site)
    }

    /// Stages a file if it differs from the one in the folder. Returns where it was staged; `twin`
    /// is a staged file of the same bytes.
    fn stage_if_changed(
        &self,
        path: String,
        bytes: &[u8],
        twin: Option<&Utf8Path>,
    ) -> Result<(Stamp, Option<Utf8PathBuf>), Diagnostic> {
        let old = if self.is_fresh {
            None
        } else {
            stamp_if_equal(&self.folder.join(&path), bytes)
        };
        let (stamp, staged) = match old {
            Some(stamp) => (stamp, None),
            None => {
                let staged = self.staged_path(&path);
                (self.stage(&path, &staged, bytes, twin)?, Some(staged))
            }
        };
        let mut progress = locked(&self.progress);
        match staged {
            Some(_) => progress.changed.push(path.clone()),
            None => progress.unchanged += 1,
        }
        progress.paths.insert(path);
        drop(progress);
        Ok((stamp, staged))
    }

    fn stage(
        &self,
        path: &str,
        staged: &Utf8Path,
        bytes: &[u8],
        twin: Option<&Utf8Path>,
    ) -> Result<Stamp, Diagnostic> {
        let target = self.folder.join(path);
        if !self.is_fresh && source::exists(&target) && !self.before.contains(path) {
            return Err(foreign(&target));
        }
        let written = match twin {
            Some(twin) => write_link(twin, staged),
            None => write_file(staged, bytes),
        };
        written.map_err(|error| self.unwritable(&error, Ok(())))
    }

    fn staged_path(&self, path: &str) -> Utf8PathBuf {
        self.staging.join("new").join(path)
    }

    /// All replacements, sorted by path, that of the inventory first: after a crash half-way, the
    /// next build recognises the files of this one.
    fn replacements(&self) -> io::Result<Vec<Replacement>> {
        let progress = locked(&self.progress);
        let mut changed = progress.changed.clone();
        changed.sort_unstable();
        let mut replacements: Vec<Replacement> = if self.is_fresh && !changed.is_empty() {
            vec![Replacement {
                target: self.folder.clone(),
                staged: self.staging.join("new"),
                backup: self.staging.join("old-folder"),
            }]
        } else {
            let replacement = |path: &String| Replacement {
                target: self.folder.join(path),
                staged: self.staged_path(path),
                backup: self.staging.join("old").join(path),
            };
            changed.iter().map(replacement).collect()
        };
        let both = lines_of(self.before.union(&progress.paths));
        let target = inventory_path(&self.folder);
        if stamp_if_equal(&target, both.as_bytes()).is_none() {
            let staged = self.staging.join("inventory");
            write_file(&staged, both.as_bytes())?;
            let inventory = Replacement {
                target,
                staged,
                backup: self.staging.join("old-inventory"),
            };
            replacements.insert(0, inventory);
        }
        Ok(replacements)
    }

    /// Moves all files into place; stops at the first one that can't be moved.
    fn replace_files(&self) -> io::Result<()> {
        for replacement in self.replacements()? {
            replacement.apply()?;
            locked(&self.applied).push(replacement);
        }
        Ok(())
    }

    /// Reverts as many replacements as possible; returns the first error.
    fn roll_back(&self) -> io::Result<()> {
        let mut result = Ok(());
        for replaced in locked(&self.applied).drain(..).rev() {
            result = result.and(replaced.revert());
        }
        result
    }

    /// Deletes files of the previous build that this one doesn't make.
    fn delete_stale(&self) -> WriteCounts {
        let progress = locked(&self.progress);
        let stale: Vec<&String> = self.before.difference(&progress.paths).collect();
        let deleted = stale
            .iter()
            .filter(|path| delete(&self.folder, path))
            .count();
        if !stale.is_empty() {
            // A file that couldn't be deleted stays in the inventory: the next build tries again.
            let left = stale.into_iter();
            let left = left.filter(|path| source::exists(&self.folder.join(path)));
            let inventory = lines_of(progress.paths.iter().chain(left));
            #[expect(
                clippy::let_underscore_must_use,
                reason = "the old inventory names files that are gone: the next build finds them missing, no more"
            )]
            let _ = write_file(&inventory_path(&self.folder), inventory.as_bytes());
        }
        WriteCounts {
            changed: progress.paths.len() - progress.unchanged,
            unchanged: progress.unchanged,
            deleted,
        }
    }

    fn unwritable(&self, error: &io::Error, rolled_back: io::Result<()>) -> Diagnostic {
        let folder = &self.folder;
        Diagnostic::on(
            Code::Unwritable,
            folder.as_str(),
            format!("`{folder}` can't be written: {error}"),
            match rolled_back {
                Ok(()) => "check free space and rights; the folder is as before".to_owned(),
                Err(error) => format!(
                    "check free space and rights, then build again: not every file could be put back: {error}"
                ),
            },
        )
    }
}

impl Drop for StagedOutput {
    fn drop(&mut self) {
        #[expect(
            clippy::let_underscore_must_use,
            reason = "a destructor can't report; the next build removes it, or reports that it can't"
        )]
        let _ = remove_if_there(&self.staging);
    }
}

fn lines_of<'n>(lines: impl Iterator<Item = &'n String>) -> String {
    lines.flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// The list of a build's files, by which the next build distinguishes them from other files. It is
/// beside the output, because everything in the output is published.
fn inventory_path(folder: &Utf8Path) -> Utf8PathBuf {
    sibling(folder, "files")
}

/// Paths of the files of the previous build. A folder that holds anything but has no inventory
/// wasn't written by the builder.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn inventory(folder: &Utf8Path) -> Result<BTreeSet<String>, Diagnostic> {
    if let Ok(list) = fs::read_to_string(inventory_path(folder)) {
        return Ok(list.lines().map(str::to_owned).collect());
    }
    if is_empty(folder) {
        return Ok(BTreeSet::new());
    }
    Err(foreign(folder))
}

/// Whether a folder is empty or missing.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn is_empty(folder: &Utf8Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

fn foreign(path: &Utf8Path) -> Diagnostic {
    let message = if source::is_folder(path) {
        format!("`{path}` holds files that no build made")
    } else {
        format!("no build made `{path}`, and this one would replace it")
    };
    Diagnostic::on(
        Code::ForeignOutput,
        path.as_str(),
        message,
        "choose another folder with `--out`, or move the files away yourself",
    )
}

#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn remove_if_there(folder: &Utf8Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes a file, and then its parent folders that are empty. Returns false if it can't be
/// deleted.
#[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
fn delete(folder: &Utf8Path, name: &str) -> bool {
    // A tampered inventory must not delete files elsewhere (path traversal).
    if name.split('/').any(|part| part == ".." || part.is_empty()) {
        return false;
    }
    let target = folder.join(name);
    let is_deleted = fs::remove_file(&target).is_ok();
    let parents = target
        .ancestors()
        .skip(1)
        .take_while(|parent| *parent != folder);
    for parent in parents {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
    is_deleted
}
