use super::storage::*;
use crate::log::LogError;
use crate::log::rows::Database as _;
use crate::log::tree_messages::{
    ARCHIVABLE, ARCHIVED, Appended, Archived, EXPIRED, Entries, Expired, FullBundle, REMOVED,
    RESTORE,
};
use domain::tlog::{leaf_hash, read_bundle, root_by_inclusion};
use domain::{Digest, Timestamp};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

/// Moves what may leave at a time into an archive, as the hourly work does.
fn archive(log: &TestLog, millis: i64) -> Vec<FullBundle> {
    let mut bundles = Vec::new();
    while let Some(bundle) = log.ask::<Option<FullBundle>>(ARCHIVABLE, &at(millis)) {
        let archived = Archived {
            number: bundle.number,
            sha256: Digest::of(&[&bundle.bytes]),
        };
        log.ask::<()>(ARCHIVED, &archived);
        // The answer may be lost.
        log.ask::<()>(ARCHIVED, &archived);
        bundles.push(bundle);
    }
    bundles
}

fn expired(log: &TestLog, millis: i64) -> Option<(u64, bool)> {
    let expired: Option<Expired> = log.ask(EXPIRED, &at(millis));
    expired.map(|expired| (expired.number, expired.is_restored))
}

#[test]
fn full_bundles_leave_after_two_days_and_everything_else_goes_on() {
    let log = TestLog::new();
    let first = log.logged(&event(1));
    log.fill(2..600);
    let head = log.head();
    assert!(archive(&log, 2 * DAY).is_empty());
    let bundles = archive(&log, 2 * DAY + 1);
    assert_eq!(bundles.len(), 2);
    for (number, bundle) in bundles.iter().enumerate() {
        let entries = read_bundle(&bundle.bytes).unwrap();
        assert_eq!((bundle.number, entries.len()), (number as u64, 256));
        assert!(entries.iter().all(|entry| !entry.is_empty()));
        let path = format!("entries/00{number}");
        assert!(matches!(log.entries(&path), Entries::Archived));
    }
    // Rows without a text, but the first entry and the open tile.
    let bodies = log
        .storage
        .count("SELECT COUNT(*) FROM entry WHERE body IS NOT NULL");
    assert_eq!(bodies, 1 + 88);
    let log = log.restarted();
    assert_eq!(log.head(), head);
    let entry = &log.records(&first.subject).entries[0];
    assert_eq!(
        (entry.record.as_ref(), entry.leaf),
        (None, first.entry.leaf)
    );
    let root = root_by_inclusion(1, head.size, &entry.leaf, &entry.path);
    assert_eq!(root, Some(head.root));
    assert_eq!(log.record(300).entries[0].record, None);
    assert_eq!(log.refuses(), None);
    log.fill(600..601);
}

#[test]
fn what_has_left_frees_the_room_that_it_took() {
    let log = TestLog::new();
    let empty = log.storage.bytes();
    log.fill(1..1024);
    let before = log.storage.bytes() - empty;
    let bundles = archive(&log, 3 * DAY);
    assert_eq!(bundles.len(), 4);
    // Ids, links and tiles stay.
    let left = log.storage.bytes() - empty;
    assert!(left < before / 3, "{left} of {before} bytes are left");
}

#[test]
fn a_retry_of_an_archived_event_is_answered_with_its_text() {
    let log = TestLog::new();
    let first = log.logged(&event(1));
    log.fill(2..300);
    let bundles = archive(&log, 3 * DAY);
    let mut again = event(1);
    again.subject = Some(first.subject);
    assert!(matches!(log.append(&again), Appended::Archived(1)));
    let entry = |place: usize| {
        let entries = read_bundle(&bundles[0].bytes).unwrap();
        Some(String::from_utf8(entries[place].to_vec()).unwrap())
    };
    again.archived = entry(1);
    let logged = log.logged(&again);
    assert_eq!(logged.entry.record, first.entry.record);
    assert!(logged.is_latest);
    // The archive can't make an answer up.
    again.archived = entry(2);
    let tried = log.try_ask::<Appended>("/tree/append", &again);
    assert!(matches!(tried, Err(LogError::Archive)));
    assert_eq!(log.refuses(), None);
}

#[test]
fn a_log_whose_newest_bundle_is_archived_knows_its_time() {
    let log = TestLog::new();
    log.now.set(START + HOUR);
    log.fill(1..256);
    assert_eq!(archive(&log, 3 * DAY).len(), 1);
    let log = log.restarted();
    log.now.set(START);
    let next = log.logged(&event(256));
    let time = record(next.entry.record.as_ref()).time;
    assert_eq!(time.millis(), START + HOUR);
}

#[test]
fn what_is_archived_comes_back_to_be_purged() {
    let log = TestLog::new();
    log.fill(1..300);
    let bundles = archive(&log, 3 * DAY);
    let retention = 1095 * DAY;
    assert_eq!(expired(&log, retention), None);
    assert_eq!(expired(&log, retention + 1), Some((0, false)));
    // Nothing is purged that is in the archive, nor what is behind it.
    assert_eq!(log.purge(retention + 1).0, 0);
    log.ask::<()>(RESTORE, &bundles[0]);
    log.ask::<()>(RESTORE, &bundles[0]);
    assert_eq!(expired(&log, retention + 1), Some((0, true)));
    let own = log.record(7).entries.remove(0);
    assert_eq!(leaf_hash(own.record.unwrap().as_bytes()), own.leaf);
    // It does not leave again.
    assert!(archive(&log, 4 * DAY).is_empty());
    log.ask::<()>(REMOVED, &0_u64);
    assert_eq!(expired(&log, retention + 1), None);
    assert!(archive(&log, retention + 1).is_empty());
    assert_eq!(log.purge(retention + 1).0, 299);
}

#[test]
fn nothing_else_than_what_was_logged_leaves_or_comes_back() {
    let log = TestLog::new();
    log.fill(1..300);
    let other = Archived {
        number: 0,
        sha256: Digest::of(&[b"other"]),
    };
    let tried = log.try_ask::<()>(ARCHIVED, &other);
    assert!(matches!(tried, Err(LogError::Archive)));
    let mut bundles = archive(&log, 3 * DAY);
    let bundle = bundles.remove(0);
    let mut changed = bundle.clone();
    let place = changed.bytes.len() / 2;
    changed.bytes[place] ^= 1;
    let cut = FullBundle {
        bytes: bundle.bytes[..bundle.bytes.len() - 1].to_vec(),
        ..bundle
    };
    for bad in [changed, cut] {
        let tried = log.try_ask::<()>(RESTORE, &bad);
        assert!(matches!(tried, Err(LogError::Archive)));
    }
    assert_eq!(log.record(7).entries[0].record, None);
}
