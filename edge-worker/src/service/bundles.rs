//! The archive of the log: bundles of 256 entries that have left it for a bucket, whose names are
//! those of c2sp.org/tlog-tiles below the site's host. They leave when nobody asks for them often
//! any more, and come back when the first of their records is to be deleted, so that records are
//! deleted in one place.
//!
//! A bundle is read back before its records leave the log, and the log compares it with its own
//! rows in the transaction that deletes them. Every step can be the last one of an hour: the next
//! begins with what the log has.

use super::LogFailure;
use super::hourly_platform::{HourlyPlatform, LogPlatform, decode, encode};
use crate::log::tree_messages::{
    ARCHIVABLE, ARCHIVED, Archived, EXPIRED, Expired, FullBundle, REMOVED, RESTORE, TILE,
};
use domain::tlog::{Resource, ResourceKind, TILE_WIDTH, leaf_hash, read_bundle};
use domain::{Digest, Manifest, Timestamp};

/// The most bundles that are archived in an hour. Each takes four of the thousand calls that the
/// platform grants to one run.
const MAX_ARCHIVED: u64 = 100;

/// Why a bundle can't be archived or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArchiveFailure {
    /// The log or the archive doesn't answer.
    #[error(transparent)]
    Platform(#[from] LogFailure),
    /// There is none of that name.
    #[error("ALARM: {0} is not in the archive, though its records have left the log")]
    Lost(String),
    /// Its entries don't have the hashes that the log has.
    #[error("ALARM: {0} in the archive is not what the log has")]
    Changed(String),
}

/// Moves full bundles whose records are old enough to the archive, and counts them.
///
/// # Errors
/// The log or the archive fails, or the archive has another bundle of that name.
pub(crate) async fn archive(
    manifest: &Manifest,
    platform: &dyn HourlyPlatform,
    scheduled: Timestamp,
    count: &mut u64,
) -> Result<(), ArchiveFailure> {
    while platform.has_archive() && *count < MAX_ARCHIVED {
        let next = platform.send(ARCHIVABLE, encode(&scheduled)).await;
        let Some(bundle): Option<FullBundle> = decode(next)? else {
            break;
        };
        let name = name(manifest, bundle.number);
        platform.add_bundle(&name, &bundle.bytes).await?;
        // It may be there since an hour that ended between these lines.
        if platform.bundle(&name).await?.as_ref() != Some(&bundle.bytes) {
            return Err(ArchiveFailure::Changed(name));
        }
        let archived = Archived {
            number: bundle.number,
            sha256: Digest::of(&[&bundle.bytes]),
        };
        platform.send(ARCHIVED, encode(&archived)).await?;
        *count = count.saturating_add(1);
    }
    Ok(())
}

/// Brings back the oldest archived bundle, if the retention of its first record has ended at a time;
/// returns whether it did. The bundle is removed from the archive when the log has it.
///
/// # Errors
/// The log or the archive fails, or the archive has lost or changed the bundle.
pub(crate) async fn restore_expired(
    manifest: &Manifest,
    platform: &dyn HourlyPlatform,
    past: Timestamp,
) -> Result<bool, ArchiveFailure> {
    let Some(expired): Option<Expired> = decode(platform.send(EXPIRED, encode(&past)).await)?
    else {
        return Ok(false);
    };
    let Expired {
        number,
        is_restored,
    } = expired;
    if !is_restored {
        let bytes = bundle(manifest, platform, number).await?;
        let restored = FullBundle { number, bytes };
        platform.send(RESTORE, encode(&restored)).await?;
    }
    platform.remove_bundle(&name(manifest, number)).await?;
    platform.send(REMOVED, encode(&number)).await?;
    Ok(true)
}

/// An archived bundle, checked against the hashes of its entries, which are still in the log.
///
/// # Errors
/// The log or the archive fails, or the archive has lost or changed the bundle.
pub(crate) async fn bundle(
    manifest: &Manifest,
    platform: &dyn LogPlatform,
    number: u64,
) -> Result<Vec<u8>, ArchiveFailure> {
    let name = name(manifest, number);
    let tile = Resource {
        kind: ResourceKind::Tile(0),
        number,
        width: TILE_WIDTH,
    };
    let hashes: Option<Vec<u8>> = decode(platform.send(TILE, encode(&tile)).await)?;
    let failure = match platform.bundle(&name).await? {
        None => ArchiveFailure::Lost(name),
        Some(bytes) if hashes.is_some() && hashes_of(&bytes) == hashes => return Ok(bytes),
        Some(_) => ArchiveFailure::Changed(name),
    };
    platform.report("archive", &failure);
    Err(failure)
}

/// The hashes of a bundle's entries, as a tile has them.
fn hashes_of(bundle: &[u8]) -> Option<Vec<u8>> {
    let entries = read_bundle(bundle)?;
    let hashes = entries.into_iter().map(leaf_hash);
    Some(hashes.flat_map(|hash| *hash.as_bytes()).collect())
}

/// The name of a bundle in the archive.
fn name(manifest: &Manifest, number: u64) -> String {
    let resource = Resource {
        kind: ResourceKind::Entries,
        number,
        width: TILE_WIDTH,
    };
    format!("{}/log/tile/{resource}", manifest.site)
}

#[cfg(test)]
mod tests;
