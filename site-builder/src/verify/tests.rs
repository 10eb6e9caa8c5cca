//! A log is built as the worker builds it, then harmed in every way that comes to mind.
#![expect(
    clippy::disallowed_methods,
    reason = "tests lay out files to be checked"
)]

mod chance;
mod harm;
mod kept;

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{
    Action, Checkpoint, Choice, Country, Draft, Entry, EventId, Locale, LogHead, Regime, Signature,
    SignedCheckpoint, SubjectId, Surface, Timestamp, receipt_message,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;

const SITE: &str = "cap.kz";
const SEED: [u8; 32] = [7; 32];
const OTHER_SEED: [u8; 32] = [8; 32];

fn draft(number: u64, site: &str) -> Draft {
    let [.., low] = number.to_be_bytes();
    Draft {
        action: Action::Custom,
        choice: Choice {
            analytics: number.is_multiple_of(2),
            ..Choice::NONE
        },
        country: Country::try_from("DE").ok(),
        gpc: false,
        id: EventId::from_random([low; 16]),
        locale: Locale::try_from("kk").ok(),
        regime: Regime::OptIn,
        retention: "P1095D".to_owned(),
        revision: "aB3-_xYz".to_owned(),
        site: site.to_owned(),
        surface: Some(Surface::Banner),
        text: Some(Digest::of(&[b"text"])),
        validity: "P180D".to_owned(),
    }
}

fn next(tail: &LogHead, draft: Draft) -> Entry {
    let now = Timestamp::from_seconds(1_795_167_000 + i64::try_from(tail.sequence).unwrap());
    tail.append(draft, &SubjectId::from([7; 16]), None, now)
        .unwrap()
}

fn entries(count: u64, site: &str) -> Vec<Entry> {
    let mut tail = LogHead::empty(site);
    let mut entries = Vec::new();
    for number in 1..=count {
        let entry = next(&tail, draft(number, site));
        tail = entry.head();
        entries.push(entry);
    }
    entries
}

fn sign(message: &str, seed: &[u8; 32]) -> Signature {
    let signature = SigningKey::from_bytes(seed).sign(message.as_bytes());
    Signature {
        kid: "1".to_owned(),
        ed25519: URL_SAFE_NO_PAD.encode(signature.to_bytes()),
    }
}

fn checkpoint(tail: &LogHead, site: &str, seed: &[u8; 32]) -> String {
    let checkpoint = Checkpoint {
        site: site.to_owned(),
        sequence: tail.sequence,
        hash: tail.hash,
        time: Timestamp::from_seconds(1_800_000_000),
    };
    let signature = sign(&checkpoint.message(), seed);
    serde_json::to_string(&SignedCheckpoint {
        checkpoint,
        signature,
    })
    .unwrap()
}

fn line(entry: &Entry) -> String {
    serde_json::to_string(entry).unwrap()
}

fn receipt(entry: &Entry, seed: &[u8; 32]) -> String {
    let message = receipt_message(SITE, entry.sequence, &entry.hash.to_string());
    let mut value = serde_json::to_value(entry).unwrap();
    value["signature"] = serde_json::to_value(sign(&message, seed)).unwrap();
    value["cookie"] = "not a part of the proof".into();
    value.to_string()
}

fn key_set(seed: &[u8; 32], kid: &str) -> String {
    let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(seed).verifying_key().as_bytes());
    format!(
        r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"{kid}","x":"{x}"}}]}}"#
    )
}

/// An export of these entries, with a checkpoint in the middle as joined pages have it.
fn export(entries: &[Entry], start: &LogHead) -> Vec<String> {
    let mut lines = vec![checkpoint(start, SITE, &SEED)];
    let mut tail = start.clone();
    for (index, entry) in entries.iter().enumerate() {
        lines.push(line(entry));
        tail = entry.head();
        if index + 1 == entries.len() / 2 {
            lines.push(checkpoint(&tail, SITE, &SEED));
        }
    }
    lines.push(checkpoint(&tail, SITE, &SEED));
    lines
}

fn whole(count: u64) -> Vec<String> {
    static EIGHT: LazyLock<Vec<String>> =
        LazyLock::new(|| export(&entries(8, SITE), &LogHead::empty(SITE)));
    if count == 8 {
        return EIGHT.clone();
    }
    export(&entries(count, SITE), &LogHead::empty(SITE))
}

/// What is kept beside an export.
#[derive(Default)]
struct Beside {
    keys: Option<String>,
    checkpoint: Option<String>,
    receipt: Option<String>,
    site: Option<String>,
}

fn with_keys() -> Beside {
    Beside {
        keys: Some(key_set(&SEED, "1")),
        ..Beside::default()
    }
}

fn check_bytes(bytes: Option<&[u8]>, beside: &Beside) -> Report {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = Utf8Path::from_path(folder.path()).unwrap().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let text =
        |name: &str, text: &Option<String>| text.as_ref().map(|text| write(name, text.as_bytes()));
    let options = Options {
        log: bytes.map(|bytes| write("log.ndjson", bytes)),
        keys: text("keys.json", &beside.keys),
        checkpoints: text("kept.ndjson", &beside.checkpoint)
            .into_iter()
            .collect(),
        receipts: text("receipt.json", &beside.receipt).into_iter().collect(),
        site_folder: None,
        site: beside.site.clone(),
    };
    verify(&options, &mut |_| {}).unwrap()
}

fn check(lines: &[String], beside: &Beside) -> Report {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    check_bytes(Some(text.as_bytes()), beside)
}

/// Kind, record and line of what is found.
#[track_caller]
fn found(lines: &[String], beside: &Beside) -> (Kind, Option<u64>, Option<u64>) {
    let report = check(lines, beside);
    assert!(!report.verified);
    let finding = report.finding.expect("something is wrong");
    (finding.kind, finding.sequence, finding.line)
}

/// The index of a record's line in [`whole`] of eight: the checkpoint in the middle stands behind the fourth.
fn at(sequence: usize) -> usize {
    if sequence > 4 { sequence + 1 } else { sequence }
}

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
    let keys = Keys::parse(json.as_bytes()).unwrap();
    let signed = checkpoints(signed.as_bytes()).unwrap();
    assert!(witness(&signed[0], &keys).is_ok());
}

#[test]
fn a_log_as_it_was_written_is_verified() {
    let report = check(&whole(8), &with_keys());
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
    let report = check(&whole(0), &with_keys());
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
        found(&lines, &with_keys()),
        (Kind::BadSignature, Some(5), Some(1))
    );
}

#[test]
fn pages_joined_are_an_export() {
    let all = entries(8, SITE);
    let mut lines = export(&all[..5], &LogHead::empty(SITE));
    lines.extend(export(&all[5..], &all[4].head()));
    assert!(check(&lines, &with_keys()).verified);
}
