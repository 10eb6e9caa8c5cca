//! Paths in the repository, and versions from its lock file.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::files;

/// The repository this tool was built in.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
}

impl Project {
    /// Finds the repository from the place of this crate.
    ///
    /// # Errors
    /// The crate has been moved out of the repository.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no folder above it")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Cargo's target folder.
    pub(crate) fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder))
    }

    /// Tools that belong to this project only; git ignores the folder.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// An executable that `cargo install` put into the project.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.tools().join("bin").join(name)
    }

    /// The file in which a finished step records its input.
    pub(crate) fn stamp(&self, step: &str) -> PathBuf {
        self.tools().join("stamps").join(step)
    }

    /// An executable of an npm package.
    pub(crate) fn node_tool(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }

    /// A command that runs the Node 22 of the npm packages, in the root; the machine's own may be
    /// older.
    pub(crate) fn node(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.node_tool("node"));
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The version of a crate in `Cargo.lock`.
    ///
    /// # Errors
    /// The lock file can't be read or does not name the crate.
    pub(crate) fn locked_version(&self, name: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        version_in_lock(&files::read(&path)?, name)
            .with_context(|| format!("`{name}` is not in {}", path.display()))
    }
}

fn version_in_lock(lock: &str, name: &str) -> Option<String> {
    let name_line = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name_line).skip(1);
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_crate_stands_under_its_name() {
        let lock = "[[package]]\nname = \"worker-macros\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n";
        assert_eq!(version_in_lock(lock, "worker").as_deref(), Some("0.8.7"));
        assert_eq!(version_in_lock(lock, "wor"), None);
    }
}
