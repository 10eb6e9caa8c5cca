use super::*;
use crate::fixtures::{self, manifest};
use domain::{Answer, VisitContext, Withdrawal, draft_withdrawal};
use std::cell::RefCell;

/// The rows of a log in memory, for tests.
#[derive(Default)]
pub(crate) struct MemoryRows {
    pub(crate) entries: RefCell<Vec<(Entry, Digest)>>,
    seeds: RefCell<Vec<Seed>>,
}

impl Rows for MemoryRows {
    type Error = serde_json::Error;

    fn entry(&self, id: &EventId) -> Result<Option<Entry>, Self::Error> {
        let entries = self.entries.borrow();
        let found = entries.iter().find(|(entry, _)| entry.record.id == *id);
        Ok(found.map(|(entry, _)| entry.clone()))
    }

    fn head(&self) -> Result<Option<LogHead>, Self::Error> {
        Ok(self.entries.borrow().last().map(|(entry, _)| entry.head()))
    }

    fn latest(&self, link: &Digest) -> Result<Option<(u64, EventId)>, Self::Error> {
        let entries = self.entries.borrow();
        let last = entries.iter().rev().find(|(_, of)| of == link);
        Ok(last.map(|(entry, _)| (entry.sequence, entry.record.id.clone())))
    }

    fn insert(&self, entry: &Entry, link: &Digest) -> Result<(), Self::Error> {
        self.entries.borrow_mut().push((entry.clone(), *link));
        Ok(())
    }

    fn seeds(&self) -> Result<Vec<Seed>, Self::Error> {
        Ok(self.seeds.borrow().clone())
    }

    fn replace_seeds(&self, seed: &Seed, delete_before: Timestamp) -> Result<(), Self::Error> {
        let mut seeds = self.seeds.borrow_mut();
        seeds.retain(|old| old.started >= delete_before);
        seeds.insert(0, *seed);
        Ok(())
    }
}

fn draft(number: u8) -> Draft {
    fixtures::draft(number, Answer::AcceptAll)
}

fn withdrawal(number: u8) -> Draft {
    let withdrawal = Withdrawal {
        id: EventId::from_random([number; 16]),
        locale: None,
        surface: None,
    };
    draft_withdrawal(&withdrawal, &VisitContext::default(), &manifest())
}

const START: i64 = 1_795_167_000_000;

/// Appends at so many milliseconds after the start; the random bytes differ from call to call.
fn append_at(
    rows: &MemoryRows,
    draft: Draft,
    subject: Option<SubjectId>,
    millis: i64,
) -> Option<Logged> {
    let now = Timestamp::from_millis(START + millis);
    let random = *Digest::of(&[&millis.to_be_bytes()]).as_bytes();
    let request = Append {
        secret: Digest::of(&[draft.id().as_str().as_bytes()]),
        draft,
        subject,
    };
    append(rows, request, now, random).unwrap()
}

/// Appends an event of a page without a cookie that has this secret.
fn append_with(rows: &MemoryRows, draft: Draft, secret: &str, millis: i64) -> Option<Logged> {
    let request = Append {
        draft,
        subject: None,
        secret: Digest::of(&[secret.as_bytes()]),
    };
    let now = Timestamp::from_millis(START + millis);
    let random = *Digest::of(&[&millis.to_be_bytes()]).as_bytes();
    append(rows, request, now, random).unwrap()
}

fn logged(outcome: Option<Logged>) -> (Entry, SubjectId, bool) {
    let logged = outcome.expect("the event is logged");
    let raw = logged.entry;
    let entry = Entry {
        record: serde_json::from_str(&raw.record).unwrap(),
        sequence: raw.sequence,
        previous: raw.previous,
        hash: raw.hash,
    };
    (entry, logged.subject, logged.is_latest)
}

#[test]
fn events_are_tied_together_in_their_order() {
    let rows = MemoryRows::default();
    let (first, _, _) = logged(append_at(&rows, draft(1), None, 0));
    let (second, _, _) = logged(append_at(&rows, draft(2), None, 1));
    assert_eq!((first.sequence, second.sequence), (1, 2));
    assert_eq!(first.previous, LogHead::empty("cap.kz").hash);
    assert_eq!(second.previous, first.hash);
    assert!(first.is_intact() && second.is_intact());
}

#[test]
fn a_retry_gets_the_first_answer_and_makes_no_second_record() {
    let rows = MemoryRows::default();
    let first = append_at(&rows, draft(1), None, 0);
    // Without a cookie, because the first answer was lost.
    assert_eq!(append_at(&rows, draft(1), None, 5_000), first);
    // With the cookie of the first answer, also much later.
    let (_, subject, _) = logged(first.clone());
    let later = append_at(&rows, draft(1), Some(subject), 100 * SEED_MILLIS);
    assert_eq!(later, first);
    assert_eq!(rows.entries.borrow().len(), 1);
}

#[test]
fn an_id_with_other_words_is_refused() {
    let rows = MemoryRows::default();
    append_at(&rows, draft(1), None, 0);
    let other = fixtures::draft(1, Answer::RejectAll);
    assert_eq!(append_at(&rows, other, None, 1), None);
    assert_eq!(rows.entries.borrow().len(), 1);
}

/// Ids stand in exports, which auditors read while the seed is still alive.
#[test]
fn whoever_learns_an_id_does_not_become_its_subject() {
    let rows = MemoryRows::default();
    append_with(&rows, draft(1), "of the page", 0);
    let stranger = SubjectId::from([9; 16]);
    for millis in [1, 2 * SEED_MILLIS] {
        assert_eq!(
            append_with(&rows, draft(1), "of another page", millis),
            None
        );
        assert_eq!(append_at(&rows, draft(1), Some(stranger), millis), None);
    }
    assert_eq!(
        append_with(&rows, draft(1), "of the page", 2 * SEED_MILLIS),
        None
    );
}

#[test]
fn two_events_of_a_page_without_a_cookie_are_of_one_visitor() {
    let rows = MemoryRows::default();
    let (_, first, _) = logged(append_with(&rows, draft(1), "of the page", 0));
    // Also when the seed was replaced in between.
    for (number, millis) in [(2, 1), (3, SEED_MILLIS), (4, 2 * SEED_MILLIS - 1)] {
        let (_, subject, _) = logged(append_with(&rows, draft(number), "of the page", millis));
        assert_eq!(subject, first, "{millis}");
        append_with(&rows, draft(number + 10), "of another page", millis);
    }
    let (_, late, _) = logged(append_with(&rows, draft(5), "of the page", 4 * SEED_MILLIS));
    assert_ne!(late, first, "the seed is gone");
}

#[test]
fn a_seed_is_used_for_ten_minutes_and_opens_retries_for_twenty() {
    let rows = MemoryRows::default();
    let first = append_at(&rows, draft(1), None, 0);
    append_at(&rows, draft(2), None, SEED_MILLIS - 1);
    assert_eq!(rows.seeds.borrow().len(), 1);
    append_at(&rows, draft(3), None, SEED_MILLIS);
    assert_eq!(rows.seeds.borrow().len(), 2);
    assert_eq!(append_at(&rows, draft(1), None, 2 * SEED_MILLIS - 1), first);
    append_at(&rows, draft(4), None, 2 * SEED_MILLIS + 1);
    let started: Vec<_> = rows
        .seeds
        .borrow()
        .iter()
        .map(|seed| seed.started.millis() - START)
        .collect();
    assert_eq!(started, [2 * SEED_MILLIS + 1, SEED_MILLIS]);
}

#[test]
fn visitors_without_a_cookie_are_strangers_to_each_other() {
    let rows = MemoryRows::default();
    let (_, first, _) = logged(append_at(&rows, draft(1), None, 0));
    let (_, second, _) = logged(append_at(&rows, draft(2), None, 0));
    assert_ne!(first, second);
}

#[test]
fn a_late_retry_does_not_pass_for_the_latest_choice() {
    let rows = MemoryRows::default();
    let (_, subject, is_latest) = logged(append_at(&rows, draft(1), None, 0));
    assert!(is_latest);
    let (withdrawn, _, is_latest) = logged(append_at(&rows, withdrawal(2), Some(subject), 1));
    assert!(is_latest);
    assert_eq!(withdrawn.record.withdraws, Some(draft(1).id().clone()));
    let (_, _, is_latest) = logged(append_at(&rows, draft(1), Some(subject), 2));
    assert!(!is_latest);
}

#[test]
fn a_withdrawal_of_nothing_takes_nothing_back() {
    let rows = MemoryRows::default();
    let (entry, _, _) = logged(append_at(&rows, withdrawal(1), None, 0));
    assert_eq!(entry.record.withdraws, None);
}
