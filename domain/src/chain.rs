//! The hash chain of a log: altering, dropping, inserting or moving a record changes every hash
//! after it.
//!
//! ```text
//! hash(0) = SHA-256("kelisim.chain/1" LF site)
//! hash(n) = SHA-256(hash(n-1) || canonical bytes of record n)        n = 1, 2, 3, …
//! ```
//!
//! A hash enters the next one as its 32 bytes, not as text. The chain holds commitments to subjects
//! instead of subjects, so that erasing the link between a record and a person does not change it.
//! Records past their retention are deleted from the front; the hash of the last deleted one is
//! kept, and the rest is verified from there.

use crate::{Digest, Draft, EventId, Record, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// The newest entry of a log, which the next record is chained to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// Number of the newest entry, which is also how many there have been.
    pub sequence: u64,
    /// Its hash; of an empty log `hash(0)`.
    pub hash: Digest,
    /// Its time; of an empty log the beginning of 1970.
    pub time: Timestamp,
}

/// A record with its position in the chain: a line of an export, and the part of a receipt that is
/// signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What is logged.
    pub record: Record,
    /// Counted from 1, without gaps.
    pub sequence: u64,
    /// Hash of the entry before, or `hash(0)`.
    pub previous: Digest,
    /// [`chain_hash`] of `previous` and the record's canonical bytes.
    pub hash: Digest,
}

impl LogHead {
    /// The head of an empty log.
    pub fn empty(site: &str) -> Self {
        Self {
            sequence: 0,
            hash: Digest::of(&[b"kelisim.chain/1\n", site.as_bytes()]),
            time: Timestamp::from_millis(0),
        }
    }

    /// Makes the next entry from a draft; `latest` is the subject's last event. Times never
    /// decrease: if the clock was set back, the entry gets the time of the newest one.
    ///
    /// # Errors
    /// None in practice: every record has a JSON form.
    pub fn append(
        &self,
        draft: Draft,
        subject: &SubjectId,
        latest: Option<EventId>,
        now: Timestamp,
    ) -> Result<Entry, serde_json::Error> {
        let record = draft.complete(subject, now.max(self.time), latest);
        let hash = chain_hash(&self.hash, &record.canonical()?);
        Ok(Entry {
            record,
            sequence: self.sequence.saturating_add(1),
            previous: self.hash,
            hash,
        })
    }
}

impl Entry {
    /// Whether `hash` is the [`chain_hash`] of `previous` and the record.
    pub fn is_intact(&self) -> bool {
        self.record
            .canonical()
            .is_ok_and(|canonical| chain_hash(&self.previous, &canonical) == self.hash)
    }

    /// The head of a log whose newest entry this is.
    pub fn head(&self) -> LogHead {
        LogHead {
            sequence: self.sequence,
            hash: self.hash,
            time: self.record.time,
        }
    }
}

/// The hash of an entry: SHA-256 of the previous hash (32 bytes) followed by the record's canonical
/// text.
pub fn chain_hash(previous: &Digest, canonical: &str) -> Digest {
    Digest::of(&[previous.as_bytes(), canonical.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::draft;

    fn entries() -> Vec<Entry> {
        let subject = SubjectId::from([7; 16]);
        let mut head = LogHead::empty("cap.kz");
        let mut entries = Vec::new();
        for number in 1..=4_u8 {
            let draft = Draft(Record {
                id: EventId::from_random([number; 16]),
                ..draft().0
            });
            let now = Timestamp::from_seconds(i64::from(number));
            let entry = head.append(draft, &subject, None, now).unwrap();
            head = entry.head();
            entries.push(entry);
        }
        entries
    }

    /// Whether the entries are a whole log of the site.
    fn holds(entries: &[Entry]) -> bool {
        let mut head = LogHead::empty("cap.kz");
        for entry in entries {
            if entry.previous != head.hash
                || entry.sequence != head.sequence + 1
                || !entry.is_intact()
            {
                return false;
            }
            head = entry.head();
        }
        true
    }

    #[test]
    fn what_was_appended_holds() {
        assert!(holds(&entries()));
    }

    #[test]
    fn a_change_of_any_record_is_seen() {
        for index in 0..4 {
            let mut altered = entries();
            altered[index].record.gpc = true;
            assert!(!holds(&altered), "altered {index}");
            let mut dropped = entries();
            dropped.remove(index);
            assert_eq!(holds(&dropped), index == 3, "dropped {index}");
            let mut doubled = entries();
            let entry = doubled[index].clone();
            doubled.insert(index, entry);
            assert!(!holds(&doubled), "doubled {index}");
        }
        let mut swapped = entries();
        swapped.swap(1, 2);
        assert!(!holds(&swapped));
    }

    #[test]
    fn a_log_of_another_site_does_not_pass_for_this_one() {
        let other = LogHead::empty("smartustaz.kz");
        let entry = other
            .append(
                draft(),
                &SubjectId::from([7; 16]),
                None,
                Timestamp::from_millis(1),
            )
            .unwrap();
        assert!(entry.is_intact() && !holds(&[entry]));
    }

    #[test]
    fn time_does_not_run_backwards() {
        let last = entries().pop().unwrap();
        let next = last
            .head()
            .append(
                draft(),
                &SubjectId::from([7; 16]),
                None,
                Timestamp::from_millis(1),
            )
            .unwrap();
        assert_eq!(next.record.time, last.record.time);
    }

    #[test]
    fn the_hash_is_that_of_the_formula() {
        let first = entries().swap_remove(0);
        let start = Digest::of(&[b"kelisim.chain/1\ncap.kz"]);
        let canonical = first.record.canonical().unwrap();
        assert_eq!(
            first.hash,
            Digest::of(&[start.as_bytes(), canonical.as_bytes()])
        );
    }
}
