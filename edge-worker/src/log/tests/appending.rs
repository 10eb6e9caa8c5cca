use super::storage::*;
use crate::fixtures;
use crate::log::seeds::SEED_MILLIS;
use crate::log::tree_messages::{Append, Appended, NotLogged};
use domain::tlog::{leaf_hash, root_by_inclusion};
use domain::{Answer, Digest, SubjectId, hashes};

/// An event of a page without a cookie that has this secret.
fn with_secret(number: u64, secret: &str) -> Append {
    Append {
        secret: Digest::of(&[secret.as_bytes()]),
        ..event(number)
    }
}

fn by(request: Append, subject: SubjectId) -> Append {
    Append {
        subject: Some(subject),
        ..request
    }
}

/// `hashesOf` in `tests/bench/worker.mjs` is this number for the worker in JavaScript, with one more
/// for the page's secret, which is hashed before the log is asked.
#[test]
fn an_event_takes_as_many_hashes_as_its_parts_and_the_edge_of_the_tree() {
    let log = TestLog::new();
    log.fill(1..300);
    for number in 300_u64..310 {
        let event = event(number);
        let before = hashes();
        log.logged(&event);
        let joined = (number ^ (number + 1)).count_ones() - 1;
        let in_root = (number + 1).count_ones() - 1;
        // Subject and link twice each, the commitment, the leaf; and the random bytes that the test
        // hands to the log.
        let expected = 6 + joined + in_root + 1;
        assert_eq!(hashes() - before, u64::from(expected), "{number}");
    }
}

#[test]
fn each_event_is_proved_at_once_and_by_every_later_tree() {
    let log = TestLog::new();
    for number in 1..=600 {
        let logged = log.logged(&event(number));
        let entry = &logged.entry;
        assert_eq!((entry.index, entry.size), (number, number + 1));
        let text = entry.record.as_ref().unwrap();
        assert_eq!(entry.leaf, leaf_hash(text.as_bytes()));
        let root = root_by_inclusion(entry.index, entry.size, &entry.leaf, &entry.path);
        assert_eq!(root, Some(logged.root));
    }
    let (head, first) = (log.head(), log.logged(&event(1)));
    let entry = &first.entry;
    assert_eq!((entry.index, entry.size), (1, head.size));
    let root = root_by_inclusion(1, head.size, &entry.leaf, &entry.path);
    assert_eq!(root, Some(head.root));
}

#[test]
fn a_retry_gets_the_first_answer_and_makes_no_second_record() {
    let log = TestLog::new();
    let first = log.logged(&event(1));
    log.now.set(START + 5000);
    // Without a cookie, because the first answer was lost.
    assert_eq!(log.logged(&event(1)), first);
    // With the cookie of the first answer, also much later.
    log.now.set(START + 100 * SEED_MILLIS);
    assert_eq!(log.logged(&by(event(1), first.subject)), first);
    assert_eq!(log.head().size, 2);
}

#[test]
fn an_id_with_other_words_is_refused() {
    let log = TestLog::new();
    log.logged(&event(1));
    let other = of(fixtures::draft_of(id(1), Answer::RejectAll));
    assert!(matches!(log.append(&other), Appended::Taken));
    assert_eq!(log.head().size, 2);
}

/// Ids stand in exports, which auditors read while the seed is still alive.
#[test]
fn whoever_learns_an_id_does_not_become_its_subject() {
    let log = TestLog::new();
    log.logged(&with_secret(1, "of the page"));
    let stranger = SubjectId::from([9; 16]);
    for millis in [1, 2 * SEED_MILLIS] {
        log.now.set(START + millis);
        let other = with_secret(1, "of another page");
        assert!(matches!(log.append(&other), Appended::Taken));
        assert!(matches!(log.append(&by(other, stranger)), Appended::Taken));
    }
    let own = with_secret(1, "of the page");
    assert!(matches!(log.append(&own), Appended::Taken));
}

#[test]
fn two_events_of_a_page_without_a_cookie_are_of_one_visitor() {
    let log = TestLog::new();
    let first = log.logged(&with_secret(1, "of the page")).subject;
    // Also when the seed was replaced in between.
    for (number, millis) in [(2, 1), (3, SEED_MILLIS), (4, 2 * SEED_MILLIS - 1)] {
        log.now.set(START + millis);
        let again = log.logged(&with_secret(number, "of the page")).subject;
        assert_eq!(again, first, "{millis}");
        log.logged(&with_secret(number + 10, "of another page"));
    }
    log.now.set(START + 4 * SEED_MILLIS);
    let late = log.logged(&with_secret(5, "of the page")).subject;
    assert_ne!(late, first, "the seed is gone");
}

#[test]
fn visitors_without_a_cookie_are_strangers_to_each_other() {
    let log = TestLog::new();
    assert_ne!(log.logged(&event(1)).subject, log.logged(&event(2)).subject);
}

/// With the seed, the secret of a page tells whose records they were.
#[test]
fn seeds_are_gone_after_twenty_minutes_though_nobody_comes() {
    let log = TestLog::new();
    log.logged(&event(1));
    let seeds = || log.storage.count("SELECT COUNT(*) FROM seed");
    let alarm = |millis| {
        let due = log.storage.alarm.take().unwrap().millis();
        assert_eq!(due, START + millis);
        let due = domain::Timestamp::from_millis(due);
        log.log.alarm(&log.storage, due).unwrap();
    };
    log.now.set(START + SEED_MILLIS + 5000);
    log.logged(&event(2));
    assert_eq!(seeds(), 2);
    alarm(2 * SEED_MILLIS);
    assert_eq!(seeds(), 1);
    alarm(3 * SEED_MILLIS + 5000);
    assert_eq!(seeds(), 0);
    assert_eq!(log.storage.alarm.get(), None);
}

#[test]
fn an_append_of_a_known_visitor_deletes_old_seeds() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    log.now.set(START + 2 * SEED_MILLIS);
    log.logged(&by(event(2), subject));
    assert_eq!(log.storage.count("SELECT COUNT(*) FROM seed"), 0);
}

#[test]
fn a_late_retry_does_not_pass_for_the_latest_choice() {
    let log = TestLog::new();
    let first = log.logged(&event(1));
    assert!(first.is_latest);
    let withdrawn = log.logged(&by(withdrawal(2), first.subject));
    assert!(withdrawn.is_latest);
    let record = record(withdrawn.entry.record.as_ref());
    assert_eq!(record.withdraws, Some(id(1)));
    assert!(!log.logged(&by(event(1), first.subject)).is_latest);
}

#[test]
fn a_withdrawal_of_nothing_takes_nothing_back() {
    let log = TestLog::new();
    let logged = log.logged(&withdrawal(1));
    assert_eq!(record(logged.entry.record.as_ref()).withdraws, None);
}

#[test]
fn the_cookie_of_an_erased_visitor_links_nothing_new() {
    let log = TestLog::new();
    let erased = log.logged(&event(1)).subject;
    assert_eq!(log.erase(&erased), 1);
    let next = log.logged(&by(event(2), erased)).subject;
    assert_ne!(next, erased);
    assert!(log.records(&erased).entries.is_empty());
    assert_eq!(log.records(&next).entries.len(), 1);
}

#[test]
fn to_erase_nothing_writes_nothing() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    let changes = || log.storage.connection.total_changes();
    let before = changes();
    assert_eq!(log.erase(&SubjectId::from([9; 16])), 0);
    assert_eq!(changes(), before);
    assert_eq!(log.erase(&subject), 1);
    // The link and the entry of the audit trail.
    assert_eq!(changes(), before + 2);
    assert_eq!(log.erase(&subject), 0);
    assert_eq!(changes(), before + 2);
}

#[test]
fn times_never_decrease() {
    let log = TestLog::new();
    log.now.set(START + 5000);
    let first = log.logged(&event(1)).entry;
    log.now.set(START);
    let second = log.logged(&event(2)).entry;
    let time = |text: &Option<String>| record(text.as_ref()).time;
    assert_eq!(time(&second.record), time(&first.record));
}

#[test]
fn a_clock_that_ran_ahead_logs_nothing() {
    let log = TestLog::new();
    let first = log.logged(&event(1));
    log.logged(&event(2));
    log.ahead.set(HOUR + 1);
    let refused = log.append(&event(3));
    assert!(matches!(refused, Appended::Refused(NotLogged::Clock)));
    assert_eq!(log.refuses(), Some(NotLogged::Clock));
    // What is logged already can be answered.
    log.logged(&by(event(1), first.subject));
    log.ahead.set(HOUR);
    let time = record(log.logged(&event(3)).entry.record.as_ref()).time;
    assert_eq!(time.millis(), START + HOUR);
}

#[test]
fn a_full_log_takes_withdrawals_still_and_gets_room_by_a_purge() {
    let limit = 2_000_000;
    let log = TestLog::over(TestStorage::new(), Some(limit));
    let subject = log.logged(&event(1)).subject;
    let mut number = 2;
    let full = loop {
        match log.append(&event(number)) {
            Appended::Logged(_) => number += 1,
            other => break other,
        }
    };
    assert!(matches!(full, Appended::Refused(NotLogged::Full)));
    assert_eq!(log.refuses(), Some(NotLogged::Full));
    let mut withdrawals = 0;
    while let Appended::Logged(_) = log.append(&by(withdrawal(number), subject)) {
        number += 1;
        withdrawals += 1;
    }
    // A fiftieth of the limit.
    assert!(withdrawals > 20, "{withdrawals}");
    assert_eq!(log.erase(&subject), withdrawals + 1);
    let (purged, _) = log.purge(1096 * DAY);
    assert_eq!(purged, log.head().size - 1);
    log.logged(&event(number));
}

#[test]
fn an_event_costs_few_rows() {
    let log = TestLog::new();
    log.fill(1..520);
    let changes = || log.storage.connection.total_changes();
    let before = changes();
    let events = 512;
    log.fill(520..520 + events);
    // Record, link and count, without the index of its id, which isn't counted here; two tiles and
    // twice the one above.
    assert_eq!(changes() - before, 3 * events + 4);
    let statements = log.storage.statements.get();
    log.fill(2000..2001);
    assert!(log.storage.statements.get() - statements <= 12);
}

#[test]
fn a_failure_at_any_statement_leaves_the_log_as_it_was() {
    let log = TestLog::new();
    // The next event fills a tile.
    log.fill(1..254);
    let subject = log.logged(&event(254)).subject;
    let head = log.head();
    let dump = |log: &TestLog| {
        let tables = ["entry", "link", "tile", "count", "day", "meta"];
        tables.map(|table| log.storage.count(&format!("SELECT COUNT(*) FROM {table}")))
    };
    let before = dump(&log);
    for statement in 0.. {
        log.storage.fails_after.set(Some(statement));
        let tried = log.try_ask::<Appended>("/tree/append", &by(event(255), subject));
        if tried.is_ok() {
            assert!(statement > 7, "{statement}");
            break;
        }
        assert_eq!(log.head(), head, "statement {statement}");
        assert_eq!(dump(&log), before, "statement {statement}");
    }
    log.storage.fails_after.set(None);
    let logged = log.logged(&by(event(255), subject));
    let entry = &logged.entry;
    let root = root_by_inclusion(entry.index, entry.size, &entry.leaf, &entry.path);
    assert_eq!(root, Some(log.head().root));
    assert_eq!(log.refuses(), None);
}
