//! Records altered, dropped, inserted, moved, dated earlier.

use crate::support::*;
use domain::{LogHead, Timestamp};
use verifier::{FindingKind, MAX_LINE_BYTES};

#[test]
fn an_altered_record_is_named() {
    for sequence in 1..=8_usize {
        let mut lines = log_of(8);
        let record = &mut lines[line_index(sequence)];
        *record = record.replace("\"country\":\"DE\"", "\"country\":\"FR\"");
        let line = line_index(sequence) as u64 + 1;
        assert_eq!(
            finding(&lines, &with_keys()),
            (FindingKind::Altered, Some(sequence as u64), Some(line))
        );
    }
}

#[test]
fn a_record_altered_with_its_hash_is_named() {
    let mut all = entries(8, SITE);
    let mut altered = all[4].clone();
    altered.record.gpc = true;
    altered.hash = domain::chain_hash(&altered.previous, &altered.record.canonical().unwrap());
    all[4] = altered;
    let lines = export(&all, &LogHead::empty(SITE));
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Replaced, Some(5), Some(7))
    );
}

#[test]
fn a_dropped_record_is_named() {
    for sequence in 1..=8_usize {
        let mut lines = log_of(8);
        lines.remove(line_index(sequence));
        let (kind, record, _) = finding(&lines, &with_keys());
        assert_eq!(
            (kind, record),
            (FindingKind::Dropped, Some(sequence as u64))
        );
    }
    let mut lines = log_of(8);
    lines.drain(line_index(5)..line_index(8));
    let report = check(&lines, &with_keys());
    assert_eq!(
        report.finding.unwrap().message,
        "records 5 to 7 are missing: line 7 goes on with record 8"
    );
}

#[test]
fn an_inserted_record_is_named() {
    for sequence in 2..=8_usize {
        let all = entries(8, SITE);
        let forged = next(&all[sequence - 2].head(), draft(99, SITE));
        let mut lines = log_of(8);
        // Behind the record it follows, before the one whose number it claims.
        lines.insert(line_index(sequence), line(&forged));
        let (kind, record, line) = finding(&lines, &with_keys());
        let expected = (FindingKind::Inserted, Some(sequence as u64));
        assert_eq!((kind, record), expected);
        // The last one could be either: nothing follows it.
        if sequence < 8 && sequence != 4 {
            assert_eq!(line, Some(line_index(sequence) as u64 + 1));
        }
    }
}

#[test]
fn a_record_repeated_or_brought_from_elsewhere_is_named() {
    let mut lines = log_of(8);
    lines.insert(line_index(6), lines[line_index(2)].clone());
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Inserted, Some(2), Some(8))
    );
    let mut lines = log_of(8);
    let later = lines.remove(line_index(8));
    lines.insert(line_index(2), later);
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Inserted, Some(8), Some(3))
    );
}

#[test]
fn swapped_records_are_named() {
    let mut lines = log_of(8);
    lines.swap(line_index(6), line_index(7));
    let report = check(&lines, &with_keys());
    assert_eq!(
        report.finding.unwrap().message,
        "record 6 was moved: it stands on line 9, but its place is line 8, before record 7"
    );
    let mut lines = log_of(8);
    lines.swap(line_index(5), line_index(8));
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Moved, Some(5), Some(10))
    );
}

#[test]
fn a_renumbered_record_is_named() {
    let mut lines = log_of(8);
    let index = line_index(3);
    lines[index] = lines[index].replace("\"sequence\":3,", "\"sequence\":4,");
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Altered, Some(3), Some(4))
    );
}

#[test]
fn a_record_in_another_form_is_named() {
    let mut lines = log_of(8);
    lines[line_index(2)] = lines[line_index(2)].replace("\"gpc\":false", "\"gpc\": false");
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Unreadable, Some(2), Some(3))
    );
    let mut lines = log_of(8);
    lines[line_index(2)] =
        lines[line_index(2)].replace("\"gpc\":false", "\"gpc\":false,\"email\":\"a@b\"");
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Unreadable, Some(2), Some(3))
    );
    let mut lines = log_of(8);
    lines[line_index(2)] = "x".repeat(MAX_LINE_BYTES * 3);
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Unreadable, Some(2), Some(3))
    );
}

#[test]
fn a_backdated_record_is_named() {
    let all = entries(3, SITE);
    let mut entry = next(&all[2].head(), draft(4, SITE));
    entry.record.time = Timestamp::from_seconds(5);
    entry.hash = domain::chain_hash(&entry.previous, &entry.record.canonical().unwrap());
    let lines = export(&[all, vec![entry]].concat(), &LogHead::empty(SITE));
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Backdated, Some(4), Some(6))
    );
}
