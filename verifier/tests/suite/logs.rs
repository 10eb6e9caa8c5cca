//! Logs as they were written.

use crate::support::*;
use domain::LogHead;
use verifier::FindingKind;

/// The examples of edge-worker/README.md, made by another program.
#[test]
fn the_documented_signatures_hold() {
    let json = key_set(&SEED, "1");
    assert!(json.contains("6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"));
    let zeros = "0".repeat(64);
    assert_eq!(
        sign(&format!("kelisim.receipt/1\ncap.kz\n1\n{zeros}"), &SEED).ed25519,
        "CD0M4FeB01t7hjVlqn_KatpZVc4dKcQRH4kd6DVSQzOpjYX-74D0_hZVuagdEBuWMu9JTlV4C9IMlGjFLin0Cw"
    );
    let signed = format!(
        r#"{{"site":"cap.kz","sequence":1,"hash":"{zeros}","time":"2026-11-20T09:30:00.000Z","signature":{{"kid":"1","ed25519":"wy2A6KTD6fVBtCuqQLf-IqL8cHAhccqjZmEuiFRqUhhtl7oQDi8f6EPVtSsfPnvzNMJSru1tPItUvxMHO586Cw"}}}}"#
    );
    let evidence = Evidence {
        checkpoint: Some(signed),
        ..with_keys()
    };
    assert!(check_bytes(None, &evidence).verified);
}

#[test]
fn a_log_as_it_was_written_is_verified() {
    let report = check(&log_of(8), &with_keys());
    assert_eq!(report.finding, None);
    assert!(report.verified);
    assert_eq!(
        (report.records, report.first, report.last),
        (8, Some(1), Some(8))
    );
    assert_eq!((report.checkpoints, report.attested), (3, 8));
}

#[test]
fn an_empty_log_is_verified() {
    let report = check(&log_of(0), &with_keys());
    assert!(report.verified, "{:?}", report.finding);
    assert_eq!((report.records, report.first), (0, None));
}

#[test]
fn a_log_that_was_purged_begins_at_its_checkpoint() {
    let all = entries(8, SITE);
    let rest = export(&all[5..], &all[4].head());
    let report = check(&rest, &with_keys());
    assert!(report.verified, "{:?}", report.finding);
    assert_eq!(
        (report.records, report.first, report.last),
        (3, Some(6), Some(8))
    );

    let forged = checkpoint(&all[4].head(), SITE, &OTHER_SEED);
    let lines = [&[forged], &rest[1..]].concat();
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::BadSignature, Some(5), Some(1))
    );
}

#[test]
fn pages_joined_are_an_export() {
    let all = entries(8, SITE);
    let mut lines = export(&all[..5], &LogHead::empty(SITE));
    lines.extend(export(&all[5..], &all[4].head()));
    assert!(check(&lines, &with_keys()).verified);
}
