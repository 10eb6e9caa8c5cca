//! A site that is complete beside its folder, and its way into the folder and back.

use super::disk::{beside, same, write_file, write_link};
use super::file::File;
use super::locked;
use super::sink::Output;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Stamp};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::Mutex;

/// A site on its way. Nothing in its folder has been touched. What is staged is removed with it.
#[derive(Debug)]
pub struct Staged {
    folder: Utf8PathBuf,
    staging: Utf8PathBuf,
    /// What the build before made.
    before: BTreeSet<String>,
    /// There is nothing in the folder: the staged one takes its place as a whole.
    is_fresh: bool,
    progress: Mutex<Progress>,
    /// What has been moved into place.
    moved: Mutex<Vec<Move>>,
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

/// What has been staged so far.
#[derive(Debug, Default)]
struct Progress {
    /// What this build makes.
    names: BTreeSet<String>,
    /// Those of them that differ from what stands in the folder.
    changed: Vec<String>,
    same: usize,
}

/// One file, or folder, on its way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    target: Utf8PathBuf,
    staged: Utf8PathBuf,
    /// Where the file that stood in its place is kept until all is done.
    old: Utf8PathBuf,
}

impl Output for Staged {
    fn put(&self, file: File) -> Result<Option<Stamp>, Diagnostic> {
        let (stamp, _) = self.take(file.path, &file.bytes, None)?;
        Ok(Some(stamp))
    }

    /// The second path is another name of the same file: a policy's page in force and its dated page need be written once.
    fn put_at_both(&self, file: File, second: String) -> Result<[Option<Stamp>; 2], Diagnostic> {
        let (first, staged) = self.take(file.path, &file.bytes, None)?;
        let (again, _) = self.take(second, &file.bytes, staged.as_deref())?;
        Ok([Some(first), Some(again)])
    }

    fn keep(&self, files: &[(String, Stamp)]) -> bool {
        let is_as_before =
            |(path, stamp): &(String, Stamp)| Stamp::at(&self.folder.join(path)) == Some(*stamp);
        let is_kept = !self.is_fresh && files.iter().all(is_as_before);
        if is_kept {
            let mut progress = locked(&self.progress);
            progress.same += files.len();
            progress
                .names
                .extend(files.iter().map(|(path, _)| path.clone()));
        }
        is_kept
    }
}

impl Staged {
    /// Begins to stage a site.
    ///
    /// # Errors
    /// A diagnostic when the folder holds somebody's files, or what an interrupted build left can't be removed.
    pub fn new(folder: &Utf8Path) -> Result<Self, Diagnostic> {
        let site = Self {
            folder: folder.to_owned(),
            staging: beside(folder, "staging"),
            before: inventory(folder)?,
            is_fresh: is_empty(folder),
            progress: Mutex::default(),
            moved: Mutex::default(),
        };
        remove_if_there(&site.staging).map_err(|error| site.unwritable(&error))?;
        Ok(site)
    }

    /// Stages a file if it differs from the one in the folder, and says where. `twin` was just staged and holds the same bytes.
    fn take(
        &self,
        path: String,
        bytes: &[u8],
        twin: Option<&Utf8Path>,
    ) -> Result<(Stamp, Option<Utf8PathBuf>), Diagnostic> {
        let old = if self.is_fresh {
            None
        } else {
            same(&self.folder.join(&path), bytes)
        };
        let (stamp, staged) = match old {
            Some(stamp) => (stamp, None),
            None => {
                let staged = self.staged(&path);
                (self.stage(&path, &staged, bytes, twin)?, Some(staged))
            }
        };
        let mut progress = locked(&self.progress);
        match staged {
            Some(_) => progress.changed.push(path.clone()),
            None => progress.same += 1,
        }
        progress.names.insert(path);
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
        written.map_err(|error| self.unwritable(&error))
    }

    /// Where a file waits.
    fn staged(&self, path: &str) -> Utf8PathBuf {
        self.staging.join("new").join(path)
    }

    /// What has to be moved, in the order of names, the inventory first: should the machine stop half-way, the next build knows what is
    /// its own.
    fn moves(&self) -> io::Result<Vec<Move>> {
        let progress = locked(&self.progress);
        let mut changed = progress.changed.clone();
        changed.sort_unstable();
        let mut moves: Vec<Move> = if self.is_fresh && !changed.is_empty() {
            vec![Move {
                target: self.folder.clone(),
                staged: self.staging.join("new"),
                old: self.staging.join("old-folder"),
            }]
        } else {
            let step = |path: &String| Move {
                target: self.folder.join(path),
                staged: self.staged(path),
                old: self.staging.join("old").join(path),
            };
            changed.iter().map(step).collect()
        };
        let both = list(self.before.union(&progress.names));
        let target = inventory_of(&self.folder);
        if same(&target, both.as_bytes()).is_none() {
            let staged = self.staging.join("inventory");
            write_file(&staged, both.as_bytes())?;
            let old = self.staging.join("old-inventory");
            moves.insert(
                0,
                Move {
                    target,
                    staged,
                    old,
                },
            );
        }
        Ok(moves)
    }

    /// Moves everything into place; when one file can't be moved, all that were are moved back.
    ///
    /// # Errors
    /// The diagnostic of that file.
    pub(super) fn swap(&self) -> Result<(), Diagnostic> {
        let moves = self.moves().map_err(|error| self.unwritable(&error))?;
        for step in moves {
            if let Err(error) = step.forth() {
                self.undo();
                return Err(self.unwritable(&error));
            }
            locked(&self.moved).push(step);
        }
        Ok(())
    }

    /// Moves everything back.
    pub(super) fn undo(&self) {
        locked(&self.moved)
            .drain(..)
            .rev()
            .for_each(|step| step.back());
    }

    /// Deletes what the build before made and this one doesn't.
    pub(super) fn finish(&self) -> Written {
        let progress = locked(&self.progress);
        let stale: Vec<&String> = self.before.difference(&progress.names).collect();
        let deleted = stale
            .iter()
            .filter(|name| delete(&self.folder, name))
            .count();
        // The old inventory names files that are gone; should this fail, the next build finds them missing, no more.
        if !stale.is_empty() {
            let _ = write_file(
                &inventory_of(&self.folder),
                list(progress.names.iter()).as_bytes(),
            );
        }
        Written {
            changed: progress.names.len() - progress.same,
            same: progress.same,
            deleted,
        }
    }

    fn unwritable(&self, error: &io::Error) -> Diagnostic {
        Diagnostic::on(
            Code::Unwritable,
            self.folder.as_str(),
            format!("`{}` can't be written: {error}", self.folder),
            "check free space and rights; the folder is as before",
        )
    }
}

impl Drop for Staged {
    /// Removes what was staged.
    fn drop(&mut self) {
        let _ = remove_if_there(&self.staging);
    }
}

impl Move {
    #[expect(
        clippy::disallowed_methods,
        reason = "this belongs to the module that writes"
    )]
    fn forth(&self) -> io::Result<()> {
        for path in [&self.target, &self.old] {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
        }
        // A second name for the old file, so that readers never find none; where links aren't to be had, a copy. An empty folder is replaced.
        if self.target.is_dir() {
            fs::remove_dir(&self.target)?;
        } else if self.target.exists() {
            fs::hard_link(&self.target, &self.old)
                .or_else(|_| fs::copy(&self.target, &self.old).map(|_| ()))?;
        }
        fs::rename(&self.staged, &self.target)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this belongs to the module that writes"
    )]
    fn back(&self) {
        if fs::rename(&self.old, &self.target).is_err() {
            // Nothing stood there.
            let _ = fs::rename(&self.target, &self.staged);
        }
    }
}

/// The names of a build, one a line.
fn list<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.flat_map(|name| [name.as_str(), "\n"]).collect()
}

/// Lists what a build made, so that the next one knows what is its own. Beside the output: it is no page.
fn inventory_of(folder: &Utf8Path) -> Utf8PathBuf {
    beside(folder, "files")
}

/// What the build before made. A folder that holds anything but has no inventory is somebody else's.
#[expect(
    clippy::disallowed_methods,
    reason = "this belongs to the module that writes"
)]
fn inventory(folder: &Utf8Path) -> Result<BTreeSet<String>, Diagnostic> {
    if let Ok(list) = fs::read_to_string(inventory_of(folder)) {
        return Ok(list.lines().map(str::to_owned).collect());
    }
    if is_empty(folder) {
        return Ok(BTreeSet::new());
    }
    Err(foreign(folder))
}

/// Whether a folder holds nothing, or isn't there.
#[expect(
    clippy::disallowed_methods,
    reason = "this belongs to the module that writes"
)]
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

#[expect(
    clippy::disallowed_methods,
    reason = "this belongs to the module that writes"
)]
fn remove_if_there(folder: &Utf8Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes a file, and the folders that are empty then.
#[expect(
    clippy::disallowed_methods,
    reason = "this belongs to the module that writes"
)]
fn delete(folder: &Utf8Path, name: &str) -> bool {
    // An inventory that was tampered with must not reach outside.
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
