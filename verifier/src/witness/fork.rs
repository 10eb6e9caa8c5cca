//! Evidence that a log signed two trees of the same size: both notes, each in a file of its own, for
//! whoever has to be told.

use super::state::write_whole;
use domain::Digest;
use domain::tlog::Note;
use std::io;
use std::path::{Path, PathBuf};

/// How many files are kept. A log can sign any number of trees; two prove as much as thousands.
const MAX_FILES: usize = 100;

/// Writes both notes into the folder beside the state, unless they are there. Returns the new
/// files.
///
/// # Errors
/// The folder or a file can't be written.
pub(super) fn keep(state: &Path, notes: &[&Note; 2]) -> io::Result<Vec<PathBuf>> {
    let mut folder = state.as_os_str().to_owned();
    folder.push(".forks");
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    let mut written = Vec::new();
    for note in notes {
        let name = Digest::of(&[note.text.as_bytes()]).to_string();
        let file = folder.join(format!("{name}.note"));
        if file.try_exists()? || std::fs::read_dir(&folder)?.count() >= MAX_FILES {
            continue;
        }
        write_whole(&file, note.to_string().as_bytes())?;
        written.push(file);
    }
    Ok(written)
}
