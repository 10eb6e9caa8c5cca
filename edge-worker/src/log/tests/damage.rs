use super::storage::*;
use crate::log::tree_messages::{
    Appended, COUNTS, CountRequest, DayRange, LogCounts, NotLogged, PUBLISH, Publication,
    Published, TIDY,
};
use domain::{Digest, Timestamp};

fn change(log: &TestLog, statement: &str) {
    log.storage
        .change("DROP TRIGGER IF EXISTS entry_is_append_only");
    log.storage.change(statement);
}

/// What statistics say is damaged.
fn said(log: &TestLog) -> Option<String> {
    let request = CountRequest {
        range: DayRange::default(),
        reader: "reader".to_owned(),
    };
    let counts: LogCounts = log.ask(COUNTS, &request);
    let state: serde_json::Value = serde_json::from_str(&counts.log).unwrap();
    state["damaged"].as_str().map(str::to_owned)
}

fn refuses_for_ever(log: TestLog) {
    let log = log.restarted();
    assert_eq!(log.refuses(), Some(NotLogged::Damaged));
    let refused = log.append(&event(99_999));
    assert!(matches!(refused, Appended::Refused(NotLogged::Damaged)));
}

#[test]
fn a_changed_record_is_found_within_as_many_hours_as_there_are_bundles() {
    for (index, hours) in [(1, 1), (256, 2), (600, 3)] {
        let log = TestLog::new();
        log.fill(1..700);
        for _ in 0..7 {
            log.ask::<()>(TIDY, &());
            assert_eq!(log.refuses(), None);
        }
        let log = log.restarted();
        change(
            &log,
            &format!(
                "UPDATE entry SET body = replace(body, 'DE', 'KZ') || ' ' WHERE [index] = {index}"
            ),
        );
        log.storage.change("DELETE FROM meta WHERE key = 'scrub'");
        for hour in 1..=hours {
            assert_eq!(log.refuses(), None, "hour {hour}");
            log.ask::<()>(TIDY, &());
        }
        let expected = format!("record {index} isn't what was logged");
        assert_eq!(said(&log), Some(expected));
        refuses_for_ever(log);
    }
}

#[test]
fn a_missing_record_and_a_changed_tile_are_found() {
    for damage in [
        "DELETE FROM entry WHERE [index] = 5",
        "UPDATE entry SET body = NULL WHERE [index] = 5",
        "UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE key = 0",
        "UPDATE tile SET hashes = substr(hashes, 1, 8160) WHERE key = 0",
        "DELETE FROM tile WHERE key = 0",
    ] {
        let log = TestLog::new();
        log.fill(1..300);
        change(&log, damage);
        assert!(log.try_ask::<()>(TIDY, &()).is_ok() || damage.contains("tile"));
        assert_eq!(log.refuses(), Some(NotLogged::Damaged), "{damage}");
        let refused = log.append(&event(99_999));
        assert!(matches!(refused, Appended::Refused(NotLogged::Damaged)));
    }
}

#[test]
fn a_tree_that_does_not_continue_the_published_one_takes_nothing() {
    for (is_larger, other) in [(false, true), (true, false)] {
        let log = TestLog::new();
        log.fill(1..300);
        let head = log.head();
        let publication = Publication {
            published: Some(Published {
                size: head.size + u64::from(is_larger),
                root: if other {
                    Digest::of(&[b"other"])
                } else {
                    head.root
                },
                note: String::new(),
                cosignatures: 0,
                time: Timestamp::from_millis(START),
            }),
            witnesses: Vec::new(),
            archive_problem: None,
        };
        log.ask::<()>(PUBLISH, &publication);
        log.fill(300..301 - u64::from(is_larger));
        let log = log.restarted();
        // The first request of an instance may be an event.
        let refused = log.append(&event(99_999));
        assert!(matches!(refused, Appended::Refused(NotLogged::Damaged)));
        refuses_for_ever(log);
    }
}

#[test]
fn a_tree_that_continues_the_published_one_goes_on_in_the_next_instance() {
    let log = TestLog::new();
    log.fill(1..300);
    let head = log.head();
    let publication = Publication {
        published: Some(Published {
            size: head.size,
            root: head.root,
            note: String::new(),
            cosignatures: 0,
            time: Timestamp::from_millis(START),
        }),
        witnesses: Vec::new(),
        archive_problem: None,
    };
    log.ask::<()>(PUBLISH, &publication);
    log.fill(300..600);
    log.restarted().fill(600..700);
}

#[test]
fn a_statement_that_meets_a_damaged_page_ends_the_appends() {
    let messages = [
        "database disk image is malformed: SQLITE_CORRUPT",
        "database disk image is malformed",
        "file is not a database: SQLITE_NOTADB",
    ];
    for message in messages {
        let log = TestLog::new();
        log.fill(1..3);
        log.storage.failure.set(message);
        log.storage.fails_after.set(Some(2));
        assert!(log.try_ask::<Appended>("/tree/append", &event(3)).is_err());
        assert_eq!(said(&log), Some("the database can't be read".to_owned()));
        refuses_for_ever(log);
    }
}

#[test]
fn a_full_disk_is_no_damage() {
    let log = TestLog::new();
    log.fill(1..3);
    log.storage.fails_after.set(Some(2));
    assert!(log.try_ask::<Appended>("/tree/append", &event(3)).is_err());
    assert_eq!(log.refuses(), None);
    log.fill(3..4);
}

/// After a page that can't be read, the runtime ends the instance and undoes what it has written.
#[test]
fn what_an_instance_found_before_it_ended_is_stored_by_the_next_one_at_once() {
    for path in ["/tree/append", "/tree/health", "/tree/head"] {
        let log = TestLog::new();
        log.fill(1..3);
        let log = log.restarted();
        log.log.note_damage("a page".to_owned());
        let before = log.storage.statements.get();
        assert!(log.ask_raw(path, &[]).is_ok() == (path != "/tree/head"));
        assert_eq!(log.storage.statements.get(), before + 1, "{path}");
        assert_eq!(said(&log.restarted()), Some("a page".to_owned()));
    }
}
