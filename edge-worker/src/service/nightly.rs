//! What the clock does to the log once a day: delete what is past its retention, and sign where the chain stands.

use super::{LogFailure, Platform, Site};
use crate::log::messages::{Position, PurgeRequest};
use domain::{Checkpoint, SignedCheckpoint, Timestamp};

/// The most parts deleted in one night; what is left waits for the next.
const MAX_PURGES: u32 = 100;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    /// How many records were deleted.
    pub(crate) deleted: u64,
    /// Where the chain stands.
    pub(crate) sequence: u64,
}

/// Deletes, part by part, what is past the retention that it was logged with; each cut leaves a signed checkpoint. Then keeps one of the end.
///
/// # Errors
/// The log fails. What is done stays done, and the next night goes on.
pub(crate) async fn nightly<W: Platform>(
    site: &Site,
    platform: &W,
    scheduled: Timestamp,
    now: Timestamp,
) -> Result<Done, LogFailure> {
    let mut deleted = 0_u64;
    for _ in 0..MAX_PURGES {
        let Some(cut) = platform.purge_point(scheduled).await? else {
            break;
        };
        let checkpoint = signed(site, platform, cut, now).await?;
        let purge = PurgeRequest {
            checkpoint,
            past: scheduled,
        };
        let purged = platform.purge(&purge).await?;
        deleted = deleted.saturating_add(purged);
    }
    let end = platform.head(&site.manifest.site).await?;
    let sequence = end.sequence;
    platform
        .store_checkpoint(&signed(site, platform, end, now).await?)
        .await?;
    Ok(Done { deleted, sequence })
}

/// A checkpoint of a place in the chain.
///
/// # Errors
/// The key fails.
pub(crate) async fn signed<W: Platform>(
    site: &Site,
    platform: &W,
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
