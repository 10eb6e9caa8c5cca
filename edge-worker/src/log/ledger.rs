//! Appending an event to the log, over any store of rows: recognise a retry, find the head, chain
//! the event to it.
//!
//! A visitor without a cookie gets a subject from the log: the first 16 bytes of SHA-256 over a
//! seed that only the log knows and a secret that only the visitor's page knows. So two events that
//! a browser sends before it has a cookie, and a retry of the first one, whose response was lost,
//! get the same subject. The secret is not recorded: whoever knows an event's id, from an export or
//! as an operator, can't become its subject. Seeds are replaced every ten minutes and deleted after
//! twenty, after which nobody can derive a subject: an erasure is final, also for whoever holds all
//! keys and all records.

use super::messages::RawEntry;
use domain::{Action, Digest, Draft, Entry, EventId, LogHead, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a seed makes subjects. It is deleted after twice as long.
const SEED_MILLIS: i64 = 600_000;
/// The most entries of one page of a subject's records.
pub(crate) const PAGE: usize = 100;

/// An event to be logged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Append {
    pub(crate) draft: Draft,
    /// Absent for a visitor without a cookie.
    pub(crate) subject: Option<SubjectId>,
    /// SHA-256 of the secret of the visitor's page, or of random bytes if it sent none.
    pub(crate) secret: Digest,
}

/// An event that is in the log, added by this request or by an earlier try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logged {
    pub(crate) entry: RawEntry,
    /// The subject of the request's cookie, or one derived from a seed.
    pub(crate) subject: SubjectId,
    /// Nothing of the same subject was logged after it, so its choice is in force.
    pub(crate) is_latest: bool,
}

/// A page of one subject's records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// In the order of the log.
    pub(crate) entries: Vec<RawEntry>,
    /// Present when there is more: the `after` of the next page.
    pub(crate) next: Option<u64>,
}

/// A secret that subjects are derived from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed {
    /// When it was made.
    pub(crate) started: Timestamp,
    pub(crate) bytes: [u8; 32],
}

/// The rows of a log. The caller must run each append in one transaction.
pub(crate) trait Rows {
    /// Why a row could not be read or written.
    type Error: From<serde_json::Error>;

    fn entry(&self, id: &EventId) -> Result<Option<Entry>, Self::Error>;
    /// The head of the chain; `None` when the log has never had an entry.
    fn head(&self) -> Result<Option<LogHead>, Self::Error>;
    /// A subject's last event, with its sequence.
    fn latest(&self, link: &Digest) -> Result<Option<(u64, EventId)>, Self::Error>;
    /// Writes an entry and links it to its subject.
    fn insert(&self, entry: &Entry, link: &Digest) -> Result<(), Self::Error>;
    /// All seeds, the newest first.
    fn seeds(&self) -> Result<Vec<Seed>, Self::Error>;
    /// Adds a seed and deletes those that started before a time.
    fn replace_seeds(&self, seed: &Seed, delete_before: Timestamp) -> Result<(), Self::Error>;
}

/// Logs an event once. `None` when its id belongs to another event, or to the event of another
/// subject.
///
/// # Errors
/// An error of the rows, after which the transaction must be rolled back.
pub(crate) fn append<R: Rows>(
    rows: &R,
    request: Append,
    now: Timestamp,
    random: [u8; 32],
) -> Result<Option<Logged>, R::Error> {
    let Append {
        draft,
        subject,
        secret,
    } = request;
    if let Some(entry) = rows.entry(draft.id())? {
        return retried(rows, &draft, subject, &secret, entry, now);
    }
    let subject = match subject {
        Some(subject) => subject,
        None => newcomer(rows, &secret, now, random)?,
    };
    let link = subject.link();
    // Other actions name no earlier event, which saves the query.
    let latest = if draft.action() == Action::Withdraw {
        rows.latest(&link)?.map(|(_, id)| id)
    } else {
        None
    };
    let head = rows.head()?.unwrap_or_else(|| LogHead::empty(draft.site()));
    let entry = head.append(draft, &subject, latest, now)?;
    rows.insert(&entry, &link)?;
    Ok(Some(Logged {
        entry: RawEntry::new(&entry)?,
        subject,
        is_latest: true,
    }))
}

/// The result for an event that is in the log already: for its subject the same result as the first
/// time, `None` for anybody else who knows the id.
fn retried<R: Rows>(
    rows: &R,
    draft: &Draft,
    subject: Option<SubjectId>,
    secret: &Digest,
    entry: Entry,
    now: Timestamp,
) -> Result<Option<Logged>, R::Error> {
    if !draft.is_same_event(&entry.record) {
        return Ok(None);
    }
    let seeds = living_seeds(rows, now)?.into_iter();
    let made = seeds.map(|seed| new_subject(&seed, secret));
    let owner = subject
        .into_iter()
        .chain(made)
        .find(|candidate| candidate.commitment(draft.id()) == entry.record.commitment);
    let Some(subject) = owner else {
        return Ok(None);
    };
    let latest = rows.latest(&subject.link())?;
    Ok(Some(Logged {
        is_latest: latest.is_some_and(|(sequence, _)| sequence == entry.sequence),
        entry: RawEntry::new(&entry)?,
        subject,
    }))
}

/// The subject of a visitor without a cookie: the one that an earlier event of the same page got, or
/// a new one.
fn newcomer<R: Rows>(
    rows: &R,
    secret: &Digest,
    now: Timestamp,
    random: [u8; 32],
) -> Result<SubjectId, R::Error> {
    let seeds = living_seeds(rows, now)?;
    for seed in &seeds {
        let subject = new_subject(seed, secret);
        if rows.latest(&subject.link())?.is_some() {
            return Ok(subject);
        }
    }
    let recent = seeds.first().filter(|seed| age(seed, now) < SEED_MILLIS);
    let seed = match recent {
        Some(seed) => *seed,
        None => new_seed(rows, now, random)?,
    };
    Ok(new_subject(&seed, secret))
}

/// The seeds from which a page may have got its subject, the newest first.
fn living_seeds<R: Rows>(rows: &R, now: Timestamp) -> Result<Vec<Seed>, R::Error> {
    let mut seeds = rows.seeds()?;
    seeds.retain(|seed| age(seed, now) < 2 * SEED_MILLIS);
    Ok(seeds)
}

fn new_seed<R: Rows>(rows: &R, now: Timestamp, random: [u8; 32]) -> Result<Seed, R::Error> {
    let seed = Seed {
        started: now,
        bytes: random,
    };
    let delete_before = Timestamp::from_millis(now.millis().saturating_sub(2 * SEED_MILLIS));
    rows.replace_seeds(&seed, delete_before)?;
    Ok(seed)
}

/// Absolute, so that a clock that was set back does not prolong a seed's life.
fn age(seed: &Seed, now: Timestamp) -> i64 {
    now.millis()
        .saturating_sub(seed.started.millis())
        .saturating_abs()
}

fn new_subject(seed: &Seed, secret: &Digest) -> SubjectId {
    let digest = Digest::of(&[b"kelisim.subject/2\n", &seed.bytes, secret.as_bytes()]);
    let mut subject = [0; 16];
    for (byte, source) in subject.iter_mut().zip(digest.as_bytes()) {
        *byte = *source;
    }
    SubjectId::from(subject)
}

#[cfg(test)]
pub(crate) mod tests;
