//! Records whose text is in the archive of the log.

use super::{Platform, unreadable};
use crate::rejection::Rejection;
use domain::Digest;
use domain::tlog::{TILE_WIDTH, leaf_hash, read_bundle};

/// Reads records from the archive, each bundle once as long as the next record is in it too.
pub(super) struct ArchivedRecords<'a, P> {
    platform: &'a P,
    /// Number and bytes of the last bundle.
    bundle: Option<(u64, Vec<u8>)>,
}

impl<'a, P: Platform> ArchivedRecords<'a, P> {
    pub(super) const fn new(platform: &'a P) -> Self {
        Self {
            platform,
            bundle: None,
        }
    }

    /// The canonical text of a record.
    ///
    /// # Errors
    /// The archive can't be read, or has not this record.
    pub(super) async fn record(&mut self, index: u64) -> Result<String, Rejection> {
        let failure = Rejection::Unavailable("the archive of the log can't be read");
        let number = index / TILE_WIDTH;
        let bytes = match &mut self.bundle {
            Some((known, bytes)) if *known == number => bytes,
            slot => {
                let read = self.platform.archived_bundle(number).await;
                let bytes = read.map_err(|_| failure.clone())?;
                &mut slot.insert((number, bytes)).1
            }
        };
        let entries = read_bundle(bytes).ok_or(failure.clone())?;
        let place = (index % TILE_WIDTH) as usize;
        let entry = entries.get(place).filter(|entry| !entry.is_empty());
        let text = entry.map(|entry| std::str::from_utf8(entry));
        match text {
            Some(Ok(text)) => Ok(text.to_owned()),
            None | Some(Err(_)) => Err(failure),
        }
    }

    /// The canonical text of a record with this leaf.
    ///
    /// # Errors
    /// As [`Self::record`], and when the archive has another text.
    pub(super) async fn proven(&mut self, index: u64, leaf: &Digest) -> Result<String, Rejection> {
        let text = self.record(index).await?;
        if leaf_hash(text.as_bytes()) == *leaf {
            Ok(text)
        } else {
            Err(unreadable(()))
        }
    }
}
