use super::storage::*;
use crate::fixtures;
use crate::log::LogError;
use crate::log::schema::{MIGRATIONS, VERSIONS};
use crate::log::tree_messages::{
    Append, Appended, COUNTS, CountRequest, DayRange, HEAD, Head, LogCounts, NotLogged,
};
use domain::tlog::{FirstEntry, leaf_hash, purged_entry, root_by_inclusion};
use domain::{Answer, Digest, Entry, LogHead, SubjectId, Timestamp};
use rusqlite::params;

/// The visitor of every seventh record.
fn own() -> SubjectId {
    SubjectId::from([7; 16])
}

/// A database of the version before, whose records 1 to `purged` are gone and which has the next
/// ones up to `last`. A checkpoint was stored every hundred records.
fn chain(purged: u64, last: u64) -> (TestStorage, Vec<Entry>) {
    let storage = TestStorage::new();
    storage.change(VERSIONS);
    for (version, statements) in (1..).zip(&MIGRATIONS[..2]) {
        storage.change(statements);
        storage.change(&format!("INSERT INTO migration VALUES ({version}, 'then')"));
    }
    let mut head = LogHead::empty(SITE);
    let mut entries = Vec::new();
    storage.change("BEGIN");
    let run = |statement: &str, values: &[&dyn rusqlite::ToSql]| {
        storage.connection.execute(statement, values).unwrap();
    };
    for number in 1..=last {
        let answer = if number % 3 == 0 {
            Answer::RejectAll
        } else {
            Answer::AcceptAll
        };
        let subject = if number % 7 == 0 {
            own()
        } else {
            SubjectId::from(
                *Digest::of(&[&number.to_be_bytes()])
                    .as_bytes()
                    .first_chunk()
                    .unwrap(),
            )
        };
        // A thousand records a day.
        let now = Timestamp::from_millis(START + number as i64 * (DAY / 1000));
        let draft = fixtures::draft_of(id(number), answer);
        let entry = head.append(draft, &subject, None, now).unwrap();
        head = entry.head();
        if number % 100 == 0 {
            run(
                "INSERT INTO checkpoint VALUES (?, ?, ?, '1', 'signature')",
                params![number as i64, now.to_string(), head.hash.to_string()],
            );
        }
        if number > purged {
            run(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                params![
                    number as i64,
                    entry.record.id.to_string(),
                    entry.record.canonical().unwrap(),
                    entry.previous.to_string(),
                    entry.hash.to_string()
                ],
            );
            run(
                "INSERT INTO link VALUES (?, ?)",
                params![subject.link().to_string(), number as i64],
            );
        }
        entries.push(entry);
    }
    storage.change("COMMIT");
    (storage, entries)
}

/// Asks until the log is migrated; returns how often.
fn migrate(log: &TestLog) -> u32 {
    for asked in 1.. {
        match log.try_ask::<Head>(HEAD, &()) {
            Ok(_) => return asked,
            Err(error) => assert!(matches!(error, LogError::Migrating), "{error}"),
        }
    }
    0
}

/// That the log holds exactly these records, and everything else that it must.
fn is_whole(log: &TestLog, purged: u64, entries: &[Entry]) {
    let head = log.head();
    let last = entries.len() as u64;
    assert_eq!((head.size, head.first), (last + 1, purged + 1));
    let first = log.record(0).entries.remove(0);
    let begin: FirstEntry = serde_json::from_str(first.record.as_ref().unwrap()).unwrap();
    let chain = begin.chain.unwrap();
    assert_eq!((chain.from.sequence, chain.to.sequence), (purged, last));
    assert_eq!(chain.to.hash, entries.last().unwrap().hash);
    let from = match purged {
        0 => LogHead::empty(SITE).hash,
        purged => entries[purged as usize - 1].hash,
    };
    assert_eq!(chain.from.hash, from);
    assert_eq!(
        chain.checkpoint.map(|known| known.sequence),
        (last >= 100).then_some(last / 100 * 100)
    );
    let mut edge = domain::tlog::Edge::empty();
    edge.push(first.leaf);
    for entry in entries {
        let index = edge.size();
        if index <= purged {
            edge.push(leaf_hash(purged_entry(index).as_bytes()));
            assert!(log.record(index).entries.is_empty());
        } else {
            edge.push(leaf_hash(entry.record.canonical().unwrap().as_bytes()));
        }
    }
    assert_eq!(edge.root(), head.root);
    for entry in &log.records(&own()).entries {
        let root = root_by_inclusion(entry.index, entry.size, &entry.leaf, &entry.path);
        assert_eq!((entry.index % 7, root), (0, Some(head.root)));
    }
    let links = "SELECT COUNT(*) FROM link JOIN entry USING ([index])
        WHERE length(subject) = 16 AND id IS NOT NULL";
    assert_eq!(log.storage.count(links), last - purged);
    let request = CountRequest {
        range: DayRange::default(),
        reader: "reader".to_owned(),
    };
    let counts = log.ask::<LogCounts>(COUNTS, &request).counts;
    let of = |action: &str| -> u64 {
        let own = counts.iter().filter(|count| count.action == action);
        own.map(|count| count.count).sum()
    };
    let rejected = (purged + 1..=last).filter(|number| number % 3 == 0).count() as u64;
    assert_eq!(
        (of("reject_all"), of("accept_all")),
        (rejected, last - purged - rejected)
    );
    let tables = "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'chain_%'";
    assert_eq!(log.storage.count(tables), 0);
    assert_eq!(log.refuses(), None);
}

#[test]
fn a_chain_becomes_a_tree_whose_entries_are_its_records() {
    for (purged, last) in [
        (0, 1),
        (0, 300),
        (1, 255),
        (299, 700),
        (700, 900),
        (0, 4500),
        (2500, 2700),
    ] {
        let (storage, entries) = chain(purged, last);
        let log = TestLog::over(storage, None);
        migrate(&log);
        is_whole(&log, purged, &entries);
        let log = log.restarted();
        is_whole(&log, purged, &entries);
        // Days begin where they did.
        let day = format!("SELECT first FROM day WHERE day = '{}'", "2026-11-21");
        if purged == 0 && last > 1000 {
            assert_eq!(log.storage.count(&day), 605);
        }
        log.now.set(START + 10 * DAY);
        let mut next = event(last + 1);
        next.subject = Some(own());
        assert_eq!(log.logged(&next).entry.index, last + 1);
        // What was logged before is still recognised.
        let again = of(fixtures::draft_of(
            id(last),
            if last % 3 == 0 {
                Answer::RejectAll
            } else {
                Answer::AcceptAll
            },
        ));
        assert!(matches!(log.append(&again), Appended::Taken));
        let (records, _) = log.purge(1200 * DAY);
        assert_eq!(records, last - purged + 1);
    }
}

#[test]
fn a_chain_without_records_left_goes_on_at_its_number() {
    let (storage, entries) = chain(300, 300);
    let log = TestLog::over(storage, None);
    migrate(&log);
    is_whole(&log, 300, &entries);
    log.now.set(START);
    let logged = log.logged(&event(301));
    assert_eq!(logged.entry.index, 301);
    // Times don't go back behind the last checkpoint.
    let time = record(logged.entry.record.as_ref()).time;
    assert_eq!(time, entries.last().unwrap().record.time);
}

#[test]
fn a_chain_that_never_had_a_record_is_a_new_log() {
    let (storage, _) = chain(0, 0);
    let hash = LogHead::empty(SITE).hash;
    let time = Timestamp::from_millis(START);
    storage.change(&format!(
        "INSERT INTO checkpoint VALUES (0, '{time}', '{hash}', '1', 'signature')"
    ));
    let log = TestLog::over(storage, None);
    assert_eq!((migrate(&log), log.head().size), (1, 1));
    let text = log.record(0).entries.remove(0).record.unwrap();
    assert_eq!(text, FirstEntry::new(SITE, None).canonical().unwrap());
}

#[test]
fn each_step_moves_few_rows_and_until_the_last_nothing_is_appended() {
    let (storage, _) = chain(0, 4500);
    let log = TestLog::over(storage, None);
    let changes = || log.storage.connection.total_changes();
    let mut before = changes();
    let mut steps = 0;
    while let Appended::Refused(NotLogged::Migrating) = log.append(&event(9999)) {
        // Deleted, written, and counted.
        let changed = changes() - before;
        assert!(changed < 2 * 2000 + 100, "{changed}");
        before = changes();
        steps += 1;
    }
    // Three of records, three of links; the last one has nothing to refuse any more.
    assert_eq!(steps, 6);
    assert_eq!(log.head().size, 4502);
    log.erase(&log.logged(&event(9999)).subject);
}

#[test]
fn the_alarm_moves_a_chain_though_nobody_comes() {
    let (storage, entries) = chain(10, 4500);
    let log = TestLog::over(storage, None);
    log.append(&event(9999));
    let mut alarms = 0;
    while log.storage.alarm.take().is_some() {
        log.log
            .alarm(&log.storage, Timestamp::from_millis(START))
            .unwrap();
        alarms += 1;
    }
    assert!(alarms > 4, "{alarms}");
    assert_eq!(migrate(&log), 1);
    is_whole(&log, 10, &entries);
}

#[test]
fn a_migration_that_is_killed_anywhere_goes_on() {
    // Every statement in turn of a log that needs all kinds of steps.
    for fails_after in (0..24).chain((24..2400).step_by(149)) {
        let (storage, entries) = chain(257, 520);
        let mut log = TestLog::over(storage, None);
        log.storage.fails_after.set(Some(fails_after));
        loop {
            match log.try_ask::<Head>(HEAD, &()) {
                Ok(_) => break,
                Err(LogError::Migrating) => {}
                Err(_) => log = log.restarted(),
            }
        }
        log.storage.fails_after.set(None);
        is_whole(&log, 257, &entries);
    }
}

/// A full database has no page left.
#[test]
fn a_full_database_is_migrated_in_its_own_room() {
    let (storage, entries) = chain(0, 3000);
    // Room for the new tables themselves and one step's beginning.
    let pages = storage.count("PRAGMA page_count") + 40;
    storage.change(&format!("PRAGMA max_page_count = {pages}"));
    let log = TestLog::over(storage, None);
    migrate(&log);
    is_whole(&log, 0, &entries);
}

#[test]
fn a_missing_record_of_the_chain_keeps_the_others_in_their_place() {
    let (storage, entries) = chain(0, 300);
    storage.change("DELETE FROM record WHERE sequence = 200");
    let log = TestLog::over(storage, None);
    migrate(&log);
    assert!(log.record(200).entries.is_empty());
    let last = log.record(300).entries.remove(0);
    assert_eq!(last.record, Some(entries[299].record.canonical().unwrap()));
    log.logged(&event(301));
}

#[test]
fn a_seed_of_the_version_before_gets_its_alarm() {
    let (storage, _) = chain(0, 3);
    storage.change(&format!("INSERT INTO seed VALUES ({START}, zeroblob(32))"));
    let log = TestLog::over(storage, None);
    migrate(&log);
    let due = log.storage.alarm.get().unwrap().millis();
    assert_eq!(due, START + 20 * 60_000);
}

#[test]
fn the_version_before_can_do_nothing_with_the_tree() {
    let log = TestLog::new();
    let subject = log.logged(&event(1)).subject;
    for statement in [
        "SELECT r.sequence, r.body, r.previous, r.hash FROM record r WHERE r.id = 'x'",
        "INSERT INTO record VALUES (1, 'id', 'body', 'previous', 'hash')",
        "DELETE FROM link WHERE subject = 'x' RETURNING sequence",
        "SELECT sequence FROM checkpoint",
        "DELETE FROM link WHERE sequence <= 9",
    ] {
        assert!(
            log.storage.connection.prepare(statement).is_err(),
            "{statement}"
        );
    }
    assert_eq!(log.records(&subject).entries.len(), 1);
}

#[test]
fn the_schema_of_a_later_version_is_refused() {
    let log = TestLog::new();
    log.fill(1..3);
    log.storage
        .change("INSERT INTO migration VALUES (4, 'later')");
    let log = log.restarted();
    let tried = log.try_ask::<Appended>(
        "/tree/append",
        &Append {
            archived: None,
            ..event(3)
        },
    );
    assert!(matches!(tried, Err(LogError::Newer(4))));
}
