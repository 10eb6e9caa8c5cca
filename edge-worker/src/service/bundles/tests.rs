//! No interruption loses a record, and nothing that was changed outside passes.

use super::*;
use crate::fixtures::{manifest, ready};
use crate::service::hourly::tests::{Memory, NOW, full_bundle};

const NAME: &str = "cap.kz/log/tile/entries/001";

/// A log with two full bundles.
fn memory() -> Memory {
    let memory = Memory::default();
    let bundles = (0..2).map(|number| (number, full_bundle(number)));
    memory.inside.borrow_mut().extend(bundles);
    memory
}

/// Archives what there is, and counts it.
fn archive_all(memory: &Memory) -> Result<u64, ArchiveFailure> {
    let mut count = 0;
    ready(archive(&manifest(), memory, NOW, &mut count))?;
    Ok(count)
}

/// All bundles, wherever they are.
fn bundles(memory: &Memory) -> Vec<Vec<u8>> {
    let read = |number| match memory.inside.borrow().get(&number) {
        Some(bytes) => bytes.clone(),
        None => ready(bundle(&manifest(), memory, number)).unwrap(),
    };
    (0..2).map(read).collect()
}

#[test]
fn full_bundles_leave_and_are_read_as_before() {
    let memory = memory();
    let before = bundles(&memory);
    archive_all(&memory).unwrap();
    assert!(memory.inside.borrow().is_empty());
    assert_eq!(bundles(&memory), before);
    archive_all(&memory).unwrap();
}

#[test]
fn without_an_archive_nothing_is_asked() {
    let memory = memory();
    memory.has_no_archive.set(true);
    archive_all(&memory).unwrap();
    assert!(memory.calls.take().is_empty());
}

#[test]
fn an_interruption_at_any_point_loses_nothing_and_the_next_hour_goes_on() {
    let calls = {
        let memory = memory();
        archive_all(&memory).unwrap();
        memory.calls.take().len()
    };
    for failing in 1..=calls {
        let memory = memory();
        let before = bundles(&memory);
        memory.calls.take();
        memory.fails_at.set(Some(failing));
        assert!(archive_all(&memory).is_err(), "{failing}");
        memory.fails_at.set(None);
        assert_eq!(bundles(&memory), before, "{failing}");
        archive_all(&memory).unwrap();
        assert!(memory.inside.borrow().is_empty(), "{failing}");
        assert_eq!(bundles(&memory), before, "{failing}");
    }
}

#[test]
fn an_expired_bundle_comes_back_and_leaves_the_archive_whatever_is_interrupted() {
    let expired = || {
        let memory = memory();
        archive_all(&memory).unwrap();
        memory.expired.borrow_mut().push(1);
        memory.calls.take();
        memory
    };
    let memory = expired();
    assert_eq!(ready(restore_expired(&manifest(), &memory, NOW)), Ok(true));
    assert_eq!(ready(restore_expired(&manifest(), &memory, NOW)), Ok(false));
    let calls = memory.calls.take().len();
    for failing in 1..calls {
        let memory = expired();
        memory.fails_at.set(Some(failing));
        let first = ready(restore_expired(&manifest(), &memory, NOW));
        assert!(first.is_err(), "{failing}");
        assert_eq!(bundles(&memory).len(), 2, "{failing}");
        memory.fails_at.set(None);
        while ready(restore_expired(&manifest(), &memory, NOW)).unwrap() {}
        assert!(memory.inside.borrow().contains_key(&1), "{failing}");
        assert!(!memory.bucket.borrow().contains_key(NAME), "{failing}");
        assert!(!memory.outside.borrow().contains_key(&1), "{failing}");
    }
}

#[test]
fn a_bundle_that_was_changed_or_lost_outside_is_an_alarm() {
    let changed = full_bundle(0);
    for (stored, words) in [
        (None, "is not in the archive"),
        (Some(changed), "is not what the log has"),
        (Some(Vec::new()), "is not what the log has"),
        (Some(vec![0]), "is not what the log has"),
    ] {
        let memory = memory();
        archive_all(&memory).unwrap();
        memory.bucket.borrow_mut().remove(NAME);
        let stored = stored.map(|bytes| (NAME.to_owned(), bytes));
        memory.bucket.borrow_mut().extend(stored);
        let failure = ready(bundle(&manifest(), &memory, 1)).unwrap_err();
        let failure = failure.to_string();
        assert!(
            failure.starts_with("ALARM: ") && failure.contains(words),
            "{failure}"
        );
        // It does not come back into the log either.
        memory.expired.borrow_mut().push(1);
        assert!(ready(restore_expired(&manifest(), &memory, NOW)).is_err());
        assert!(!memory.inside.borrow().contains_key(&1));
    }
}

#[test]
fn another_bundle_of_that_name_keeps_the_records_in_the_log() {
    let memory = memory();
    memory
        .bucket
        .borrow_mut()
        .insert(NAME.to_owned(), full_bundle(0));
    let failure = archive_all(&memory).unwrap_err();
    assert_eq!(failure, ArchiveFailure::Changed(NAME.to_owned()));
    let left: Vec<_> = memory.inside.borrow().keys().copied().collect();
    assert_eq!(left, [1]);
}
