//! Reads, writes and lists files, with the path in every error.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub(crate) fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))
}

/// Writes a file, and creates its folders.
pub(crate) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let folder = file.parent().context("a file stands in a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(file, content).with_context(|| format!("can't write {}", file.display()))
}

/// The file itself, or all files of a folder except in folders named `build` or `target`.
pub(crate) fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(path).with_context(|| format!("can't read {}", path.display()))?
    {
        let entry = entry?;
        if entry.file_name() != "build" && entry.file_name() != "target" {
            files.extend(files_under(&entry.path())?);
        }
    }
    Ok(files)
}
