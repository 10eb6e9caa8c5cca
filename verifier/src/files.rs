//! Writes files: what a command keeps is there whole or not at all.

use crate::error::InputError;
use camino::Utf8Path;
use std::fs;

/// Writes a file, whose folder is made if it isn't there: first under another name, so that nobody
/// ever finds half of it.
///
/// # Errors
/// It can't be written.
pub(crate) fn write(path: &Utf8Path, bytes: &[u8]) -> Result<(), InputError> {
    let unwritable = |error| InputError::Unwritable(path.to_owned(), error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let temporary = path.with_extension("new");
    fs::write(&temporary, bytes).map_err(unwritable)?;
    fs::rename(&temporary, path).map_err(unwritable)
}
