//! The nightly work: delete records past their retention, and store a checkpoint of the head.

use super::{LogFailure, Platform, Site};
use crate::log::messages::{Position, PurgeRequest};
use domain::{Checkpoint, SignedCheckpoint, Timestamp};

/// The most purges of one night; what is left waits for the next.
const MAX_PURGES: u32 = 100;

/// What one night has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NightlyOutcome {
    /// How many records were deleted.
    pub(crate) deleted: u64,
    /// Sequence of the stored checkpoint.
    pub(crate) sequence: u64,
}

/// Purges records past the retention that they were logged with, in batches, each up to a signed
/// checkpoint. Then stores a checkpoint of the head.
///
/// # Errors
/// The log fails. Finished batches stay deleted, and the next night continues.
pub(crate) async fn run<P: Platform>(
    site: &Site,
    platform: &P,
    scheduled: Timestamp,
    now: Timestamp,
) -> Result<NightlyOutcome, LogFailure> {
    let mut deleted = 0_u64;
    for _ in 0..MAX_PURGES {
        let Some(point) = platform.purge_point(scheduled).await? else {
            break;
        };
        let checkpoint = signed(site, platform, point, now).await?;
        let purge = PurgeRequest {
            checkpoint,
            past: scheduled,
        };
        let purged = platform.purge(&purge).await?;
        deleted = deleted.saturating_add(purged);
    }
    let head = platform.head(&site.manifest.site).await?;
    let sequence = head.sequence;
    let checkpoint = signed(site, platform, head, now).await?;
    platform.store_checkpoint(&checkpoint).await?;
    Ok(NightlyOutcome { deleted, sequence })
}

/// A signed checkpoint of an entry.
///
/// # Errors
/// Signing fails.
pub(crate) async fn signed<P: Platform>(
    site: &Site,
    platform: &P,
    position: Position,
    now: Timestamp,
) -> Result<SignedCheckpoint, LogFailure> {
    let checkpoint = Checkpoint {
        site: site.manifest.site.clone(),
        sequence: position.sequence,
        hash: position.hash,
        time: now,
    };
    let signature = platform.sign(&checkpoint.message()).await?;
    Ok(SignedCheckpoint {
        checkpoint,
        signature,
    })
}
