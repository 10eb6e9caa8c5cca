//! A site that is complete beside its folder, and its way into the folder and back.

use super::{File, Written, is_same, write_file};
use crate::diagnostic::{Code, Diagnostic};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;
use std::io;

/// A staged site. Nothing in its folder has been touched.
pub(super) struct Staged<'f> {
    folder: &'f Utf8Path,
    staging: Utf8PathBuf,
    /// What the build before made.
    before: BTreeSet<String>,
    /// What this one makes.
    names: BTreeSet<&'f str>,
    moves: Vec<Move>,
    same: usize,
}

/// One file on its way.
struct Move {
    staged: Utf8PathBuf,
    target: Utf8PathBuf,
    /// Where the file that stood in its place is kept until all is done.
    old: Utf8PathBuf,
}

impl<'f> Staged<'f> {
    /// Stages the files that differ from those in the folder.
    ///
    /// # Errors
    /// A diagnostic when the folder holds somebody's files, or there is no space.
    pub(super) fn new(folder: &'f Utf8Path, files: &'f [File]) -> Result<Self, Diagnostic> {
        let mut site = Self {
            folder,
            staging: beside(folder, "staging"),
            before: inventory(folder)?,
            names: files.iter().map(|file| file.path.as_str()).collect(),
            moves: Vec::new(),
            same: 0,
        };
        match site.fill(files) {
            Ok(None) => Ok(site),
            Ok(Some(foreign)) => {
                site.clean();
                Err(foreign)
            }
            Err(error) => {
                site.clean();
                Err(site.unwritable(&error))
            }
        }
    }

    fn fill(&mut self, files: &[File]) -> io::Result<Option<Diagnostic>> {
        remove_if_there(&self.staging)?;
        // The inventory goes first and names both builds: should the machine stop half-way, the next build knows what is its own.
        let both: BTreeSet<&str> = self.before.iter().map(String::as_str).collect();
        let both: BTreeSet<&str> = both.union(&self.names).copied().collect();
        self.stage(".files", inventory_of(self.folder), list(&both).as_bytes())?;
        for file in files {
            let target = self.folder.join(&file.path);
            if is_same(&target, &file.bytes) {
                self.same += 1;
            } else if target.exists() && !self.before.contains(&file.path) {
                return Ok(Some(foreign(&target)));
            } else {
                self.stage(&file.path, target, &file.bytes)?;
            }
        }
        Ok(None)
    }

    fn stage(&mut self, name: &str, target: Utf8PathBuf, bytes: &[u8]) -> io::Result<()> {
        if is_same(&target, bytes) {
            return Ok(());
        }
        let staged = self.staging.join("new").join(name);
        write_file(&staged, bytes)?;
        let old = self.staging.join("old").join(name);
        self.moves.push(Move {
            staged,
            target,
            old,
        });
        Ok(())
    }

    /// Moves everything into place; when one file can't be moved, all that were are moved back.
    ///
    /// # Errors
    /// The diagnostic of that file.
    pub(super) fn swap(&self) -> Result<(), Diagnostic> {
        for (at, step) in self.moves.iter().enumerate() {
            if let Err(error) = step.forth() {
                self.back(at);
                return Err(self.unwritable(&error));
            }
        }
        Ok(())
    }

    /// Moves everything back.
    pub(super) fn undo(&self) {
        self.back(self.moves.len());
    }

    fn back(&self, moved: usize) {
        for step in self.moves.iter().take(moved).rev() {
            step.back();
        }
    }

    /// Deletes what the build before made and this one doesn't.
    pub(super) fn finish(&self) -> Written {
        let stale = self
            .before
            .iter()
            .filter(|name| !self.names.contains(name.as_str()));
        let deleted = stale.filter(|name| delete(self.folder, name)).count();
        // The old inventory names files that are gone; should this fail, the next build finds them missing, no more.
        let _ = write_file(&inventory_of(self.folder), list(&self.names).as_bytes());
        self.clean();
        Written {
            changed: self.names.len() - self.same,
            same: self.same,
            deleted,
        }
    }

    /// Removes what was staged.
    pub(super) fn clean(&self) {
        let _ = remove_if_there(&self.staging);
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
        // A second name for the old file, so that readers never find none; where links aren't to be had, a copy.
        if self.target.exists() {
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
            let _ = fs::remove_file(&self.target);
        }
    }
}

/// The names of a build, one a line.
fn list(names: &BTreeSet<&str>) -> String {
    names.iter().map(|name| format!("{name}\n")).collect()
}

/// Lists what a build made, so that the next one knows what is its own. Beside the output: it is no page.
fn inventory_of(folder: &Utf8Path) -> Utf8PathBuf {
    beside(folder, "files")
}

/// Beside the output, so that a rename never crosses file systems.
pub(super) fn beside(folder: &Utf8Path, kind: &str) -> Utf8PathBuf {
    let name = folder.file_name().unwrap_or("site");
    folder.with_file_name(format!(".{name}.{kind}"))
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
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if is_empty {
        return Ok(BTreeSet::new());
    }
    Err(foreign(folder))
}

fn foreign(path: &Utf8Path) -> Diagnostic {
    let message = if path.is_dir() {
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
