//! A folder with a log: `checkpoint`, `tile/0/000`, `tile/entries/000` and so on, as
//! c2sp.org/tlog-tiles names them; a file may be compressed with gzip.

use crate::error::InputError;
use crate::input::{self, gunzip};
use crate::tree::Source;
use camino::{Utf8Path, Utf8PathBuf};
use domain::tlog::{Resource, ResourceKind, TILE_WIDTH, read_bundle};
use std::io;

/// Limit of a bundle's length in bytes: 256 entries of the greatest length.
pub(crate) const MAX_BUNDLE_BYTES: usize = 256 * (2 + 65_535);

/// The checkpoint's name in a folder.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// The folder of tiles in a folder, and in the address of a log.
pub(crate) const TILES: &str = "tile";

/// A folder.
#[derive(Debug)]
pub(crate) struct Folder {
    path: Utf8PathBuf,
    has_entries: bool,
}

impl Folder {
    /// The log in a folder.
    pub(crate) fn new(path: &Utf8Path) -> Self {
        Self {
            path: path.to_owned(),
            has_entries: path.join(TILES).join("entries").is_dir(),
        }
    }

    /// The signed note of the log's checkpoint.
    ///
    /// # Errors
    /// It can't be read.
    pub(crate) fn checkpoint(&self) -> Result<Vec<u8>, InputError> {
        input::read(&self.path.join(CHECKPOINT))
    }

    /// A file of the folder as it is; `None` when it isn't there.
    fn file(&self, resource: &Resource) -> Result<Option<Vec<u8>>, InputError> {
        let path = self.path.join(TILES).join(resource.to_string());
        match input::read_up_to(&path, MAX_BUNDLE_BYTES as u64) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(InputError::Unreadable(_, error)) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Source for Folder {
    fn read(&mut self, resource: &Resource) -> Result<Option<Vec<u8>>, InputError> {
        let mut bytes = self.file(resource)?;
        if bytes.is_none() {
            // Whoever copied the log later may have the full one only.
            bytes = self.file(&Resource {
                width: TILE_WIDTH,
                ..*resource
            })?;
        }
        Ok(bytes.map(|bytes| plain(resource.kind, bytes)))
    }

    fn has_entries(&self) -> bool {
        self.has_entries
    }
}

/// The content of a resource that may be compressed. What is neither stays as it is, and is found
/// when it is read.
pub(crate) fn plain(kind: ResourceKind, bytes: Vec<u8>) -> Vec<u8> {
    let is_plain = match kind {
        // A gzip file has a checksum, which hashes that begin as it does don't have.
        ResourceKind::Tile(_) => {
            !bytes.starts_with(&[0x1f, 0x8b]) || gunzip(&bytes, 8192).is_none()
        }
        ResourceKind::Entries => read_bundle(&bytes).is_some(),
    };
    if is_plain {
        return bytes;
    }
    gunzip(&bytes, MAX_BUNDLE_BYTES).unwrap_or(bytes)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
