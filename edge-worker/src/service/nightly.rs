//! The nightly work: delete records past their retention.

use super::{LogFailure, Platform};
use domain::Timestamp;

/// The most steps of one night; what is left waits for the next.
const MAX_PURGES: u32 = 100;

/// What one night has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NightlyOutcome {
    /// How many records were deleted.
    pub(crate) deleted: u64,
}

/// Purges records past the retention that they were logged with, in bounded steps.
///
/// # Errors
/// The log fails. Finished steps stay done, and the next night continues.
pub(crate) async fn run<P: Platform>(
    platform: &P,
    scheduled: Timestamp,
) -> Result<NightlyOutcome, LogFailure> {
    let mut deleted = 0_u64;
    for _ in 0..MAX_PURGES {
        let step = platform.purge(scheduled).await?;
        deleted = deleted.saturating_add(step.records);
        if !step.has_more {
            break;
        }
    }
    Ok(NightlyOutcome { deleted })
}
