use super::storage::*;
use crate::log::tree_messages::{Append, Appended};
use domain::tlog::root_by_inclusion;

const RETENTION: i64 = 1095 * DAY;

#[test]
fn what_is_past_its_retention_is_gone_with_its_links_and_proofs_go_on() {
    for (before, after) in [(1, 1), (5, 300), (254, 2), (255, 1), (256, 255), (600, 10)] {
        let log = TestLog::new();
        let subject = log.logged(&event(0)).subject;
        log.fill(1..before);
        log.now.set(START + DAY);
        let kept = log.logged(&event(before)).subject;
        log.fill(before + 1..before + after);
        let head = log.head();
        assert_eq!(log.purge(RETENTION).0, 0);
        assert_eq!(log.purge(RETENTION + HOUR).0, before);
        assert_eq!(log.purge(RETENTION + HOUR), (0, 1));
        assert_eq!(log.storage.count("SELECT COUNT(*) FROM link"), after);
        let bodies = "SELECT COUNT(*) FROM entry WHERE body IS NOT NULL OR id IS NOT NULL";
        assert_eq!(log.storage.count(bodies), after + 1);
        assert!(log.records(&subject).entries.is_empty());
        let log = log.restarted();
        let mut purged = head.clone();
        purged.first = before + 1;
        assert_eq!(log.head(), purged);
        assert!(log.record(before).entries.is_empty());
        let entry = &log.records(&kept).entries[0];
        let root = root_by_inclusion(entry.index, entry.size, &entry.leaf, &entry.path);
        assert_eq!((entry.index, root), (before + 1, Some(head.root)));
    }
}

#[test]
fn a_log_that_is_empty_after_a_purge_goes_on_where_it_was() {
    // In the open tile, at the end of a tile, and behind it.
    for events in [10, 255, 256, 511, 600] {
        let log = TestLog::new();
        log.now.set(START + HOUR);
        log.fill(1..events + 1);
        let head = log.head();
        assert_eq!(log.purge(2000 * DAY).0, events);
        let log = log.restarted();
        assert_eq!((log.head().size, log.head().root), (head.size, head.root));
        assert_eq!(log.head().first, head.size);
        // Its clock may be behind that of the records that are gone.
        log.now.set(START);
        let next = log.logged(&event(9999));
        assert_eq!(next.entry.index, head.size);
        let time = record(next.entry.record.as_ref()).time;
        assert_eq!(time.millis(), START + HOUR);
        log.fill(10_000..10_300);
        assert_eq!(log.purge(2000 * DAY).0, 301);
        let rows = log.storage.count("SELECT COUNT(*) FROM entry");
        assert!(rows <= 257, "{rows} rows are left");
    }
}

#[test]
fn a_record_is_kept_as_long_as_it_says() {
    let log = TestLog::new();
    log.fill(1..3);
    let text =
        log.storage
            .connection
            .query_row("SELECT body FROM entry WHERE [index] = 1", (), |row| {
                row.get::<_, String>(0)
            });
    let short = text.unwrap().replace("P1095D", "P10D");
    log.storage.change("DROP TRIGGER entry_is_append_only");
    let statement = "UPDATE entry SET body = ? WHERE [index] = 2";
    log.storage.connection.execute(statement, [&short]).unwrap();
    // The shorter one is over, but stands behind one that isn't.
    assert_eq!(log.purge(11 * DAY).0, 0);
    assert_eq!(log.purge(RETENTION + 1).0, 2);
}

#[test]
fn much_goes_in_several_steps() {
    let log = TestLog::new();
    log.fill(1..4101);
    let (records, steps) = log.purge(2000 * DAY);
    assert_eq!(records, 4100);
    // Three of records, and the links.
    assert_eq!(steps, 4);
    let purges = "SELECT COUNT(*) FROM audit WHERE action = 'purge'";
    assert_eq!(log.storage.count(purges), 3);
}

#[test]
fn an_id_may_come_again_when_its_record_is_purged() {
    let log = TestLog::new();
    log.fill(1..4);
    log.purge(2000 * DAY);
    assert_eq!(log.logged(&event(2)).entry.index, 4);
}

/// A subject all of whose records were purged is like an erased one, though a sweep of links is
/// still to come.
#[test]
fn a_purged_visitor_is_somebody_new() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    log.ask::<crate::log::tree_messages::Step>(
        crate::log::tree_messages::PURGE,
        &domain::Timestamp::from_millis(START + 2000 * DAY),
    );
    assert_eq!(log.storage.count("SELECT COUNT(*) FROM link"), 1);
    log.now.set(START + DAY);
    let request = Append {
        subject: Some(subject),
        ..event(2)
    };
    let Appended::Logged(logged) = log.append(&request) else {
        panic!("not logged");
    };
    assert_ne!(logged.subject, subject);
}

/// At a full disk the first thing is to delete.
#[test]
fn a_purge_deletes_before_it_writes() {
    let log = TestLog::new();
    log.fill(1..600);
    let pages = log.storage.count("PRAGMA page_count");
    log.storage
        .change(&format!("PRAGMA max_page_count = {pages}"));
    assert_eq!(log.purge(2000 * DAY).0, 599);
    assert_eq!(log.refuses(), None);
}
