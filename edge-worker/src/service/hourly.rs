//! The hourly work (`triggers` in wrangler.toml), in this order: what the log does by itself, such
//! as deleting old seeds; deleting records past their retention; the archive; the checkpoint of the
//! hour. A task that fails is reported and keeps no other from its turn; each is bounded and goes on
//! in the next hour.

use super::bundles::{self, ArchiveFailure};
use super::hourly_platform::{HourlyPlatform, decode, encode};
use super::{Site, witnesses};
use crate::log::tree_messages::{PURGE, Step, TIDY};
use domain::{Manifest, Timestamp};

/// The most steps of one hour in which records are deleted.
const MAX_PURGES: u32 = 100;
/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// What an hour has done; what has failed is on the console.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// How many records were deleted.
    pub(crate) deleted: u64,
    /// How many bundles went to the archive.
    pub(crate) archived: u64,
    /// Size of the checkpoint, 0 if there is none.
    pub(crate) size: u64,
    /// How many witnesses have cosigned it.
    pub(crate) cosignatures: u32,
}

/// Does the work of an hour. `scheduled` says which records are old enough to be moved or deleted,
/// `now` dates the checkpoint.
pub(crate) async fn run(
    site: &Site,
    platform: &dyn HourlyPlatform,
    scheduled: Timestamp,
    now: Timestamp,
) -> Done {
    let mut done = Done::default();
    let tidied = platform.send(TIDY, encode(&())).await;
    note(
        platform,
        "tidy",
        tidied.map_or_else(|failure| Err(failure.into()), |_| Ok(())),
    );
    let purged = purge(&site.manifest, platform, scheduled, &mut done.deleted).await;
    let purge_problem = note(platform, "purge", purged);
    let archived = bundles::archive(&site.manifest, platform, scheduled, &mut done.archived).await;
    let archive_problem = note(platform, "archive", archived);
    let problem = purge_problem.or(archive_problem);
    match witnesses::run(site, platform, now, problem).await {
        Ok(round) => {
            done.size = round.size;
            done.cosignatures = round.cosignatures;
        }
        Err(failure) => {
            note(platform, "checkpoint", Err(failure.into()));
        }
    }
    done
}

/// Deletes records from the front, and before that brings those back that are in the archive. What
/// is due is due since the beginning of the day, in UTC: after records were deleted the log looks
/// for their links among all, once a day and not once an hour.
async fn purge(
    manifest: &Manifest,
    platform: &dyn HourlyPlatform,
    scheduled: Timestamp,
    deleted: &mut u64,
) -> Result<(), ArchiveFailure> {
    let past = Timestamp::from_millis(scheduled.day().saturating_mul(DAY));
    for _ in 0..MAX_PURGES {
        let is_restored = bundles::restore_expired(manifest, platform, past).await?;
        let step: Step = decode(platform.send(PURGE, encode(&past)).await)?;
        *deleted = deleted.saturating_add(step.records);
        if !step.has_more && !is_restored {
            break;
        }
    }
    Ok(())
}

/// Reports a task that has failed; returns why.
fn note(
    platform: &dyn HourlyPlatform,
    task: &str,
    outcome: Result<(), ArchiveFailure>,
) -> Option<String> {
    let problem = outcome.err()?.to_string();
    platform.report("hourly", &format!("{task}: {problem}"));
    Some(problem)
}

#[cfg(test)]
pub(super) mod tests;
