//! One step of a commit, which can be undone.

use crate::output::disk::write_link;
use camino::Utf8PathBuf;
use std::fs;
use std::io;

/// A file or folder that takes the place of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Replacement {
    pub(super) target: Utf8PathBuf,
    pub(super) staged: Utf8PathBuf,
    /// Path of the replaced file until the commit is done.
    pub(super) backup: Utf8PathBuf,
}

impl Replacement {
    #[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
    pub(super) fn apply(&self) -> io::Result<()> {
        if self.target.is_dir() {
            // A folder is replaced only when it is empty: `remove_dir` fails for others.
            fs::remove_dir(&self.target)?;
        } else if self.target.exists() {
            // The old file gets a second hard link instead of being moved, so that its path always
            // exists.
            write_link(&self.target, &self.backup)?;
        } else if let Some(parent) = self.target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&self.staged, &self.target)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the module that writes")]
    pub(super) fn revert(&self) -> io::Result<()> {
        match fs::rename(&self.backup, &self.target) {
            // There was no file before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::rename(&self.target, &self.staged)
            }
            result => result,
        }
    }
}
