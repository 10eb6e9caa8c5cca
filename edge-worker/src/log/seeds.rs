//! Subjects of visitors without a cookie.
//!
//! Such a visitor gets a subject from the log: the first 16 bytes of SHA-256 over a seed that only
//! the log knows and a secret that only the visitor's page knows. So two events that a browser sends
//! before it has a cookie, and a retry of the first one, whose response was lost, get the same
//! subject. The secret is not recorded: whoever knows an event's id, from an export or as an
//! operator, can't become its subject. Seeds are replaced every ten minutes and deleted after twenty,
//! by the object's alarm if nothing else happens. After that nobody can derive a subject: an erasure
//! is final, also for whoever holds all keys and all records.

use super::LogError;
use super::rows::{Database, millis, numbers};
use crate::runtime::sql::Value;
use domain::{Digest, SubjectId, Timestamp};

/// How long a seed makes subjects. It is deleted after twice as long.
pub(super) const SEED_MILLIS: i64 = 600_000;

/// A secret that subjects are derived from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed {
    /// When it was made.
    pub(super) started: Timestamp,
    pub(super) bytes: [u8; 32],
}

impl Seed {
    /// The subject of the page that has this secret.
    pub(super) fn subject(&self, secret: &Digest) -> SubjectId {
        let digest = Digest::of(&[b"kelisim.subject/2\n", &self.bytes, secret.as_bytes()]);
        let mut subject = [0; 16];
        for (byte, source) in subject.iter_mut().zip(digest.as_bytes()) {
            *byte = *source;
        }
        SubjectId::from(subject)
    }

    /// When it must be gone.
    pub(super) fn ends(&self) -> Timestamp {
        Timestamp::from_millis(self.started.millis().saturating_add(2 * SEED_MILLIS))
    }

    /// Absolute, so that a clock that was set back doesn't prolong its life.
    fn age(&self, now: Timestamp) -> i64 {
        let age = now.millis().saturating_sub(self.started.millis());
        age.saturating_abs()
    }

    /// Whether it still makes subjects.
    pub(super) fn is_recent(&self, now: Timestamp) -> bool {
        self.age(now) < SEED_MILLIS
    }
}

/// All seeds, the newest first.
fn all(rows: &dyn Database) -> Result<Vec<Seed>, LogError> {
    let statement = "SELECT started, bytes FROM seed ORDER BY started DESC";
    rows.each(statement, &[], |row| match row {
        [Value::Integer(started), Value::Blob(bytes)] => Ok(Seed {
            started: Timestamp::from_millis(*started),
            bytes: bytes.as_slice().try_into().map_err(|_| LogError::Row)?,
        }),
        _ => Err(LogError::Row),
    })
}

/// The seeds from which a page may have got its subject, the newest first.
pub(super) fn living(rows: &dyn Database, now: Timestamp) -> Result<Vec<Seed>, LogError> {
    let mut seeds = all(rows)?;
    seeds.retain(|seed| seed.age(now) < 2 * SEED_MILLIS);
    Ok(seeds)
}

pub(super) fn insert(rows: &dyn Database, seed: &Seed) -> Result<(), LogError> {
    let row = [millis(seed.started).into(), seed.bytes.as_slice().into()];
    rows.run("INSERT OR REPLACE INTO seed VALUES (?, ?)", &row)?;
    Ok(())
}

/// Deletes the seeds whose time is over.
pub(super) fn delete_old(rows: &dyn Database, now: Timestamp) -> Result<(), LogError> {
    let values = numbers([millis(now), 2 * SEED_MILLIS.cast_unsigned()]);
    rows.run("DELETE FROM seed WHERE abs(? - started) >= ?", &values)?;
    Ok(())
}

/// When the oldest seed must be gone; `None` when there is none.
pub(super) fn next_end(rows: &dyn Database) -> Result<Option<Timestamp>, LogError> {
    Ok(all(rows)?.last().map(Seed::ends))
}
