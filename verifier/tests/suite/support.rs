//! Builds logs as the worker builds them, and checks them with what was kept beside them.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use camino::Utf8Path;
use domain::{
    Answer, Checkpoint, Choice, Country, Digest, Draft, Entry, EventId, Locale, LogHead, Manifest,
    Signature, SignedCheckpoint, SubjectId, Submission, Surface, Timestamp, VecMap, VisitContext,
    draft_choice, receipt_message,
};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;
use verifier::{FindingKind, Options, Report, verify};

pub(crate) const SITE: &str = "cap.kz";
/// When the tests check.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const SEED: [u8; 32] = [7; 32];
pub(crate) const OTHER_SEED: [u8; 32] = [8; 32];

/// What the worker knows of a site whose banner shows a text in Kazakh.
pub(crate) fn manifest(site: &str, revision: &str, banner: &str) -> Manifest {
    let banner = Digest::of(&[banner.as_bytes()]).to_string();
    serde_json::from_value(json!({
        "site": site,
        "locales": ["kk"],
        "fallback": "kk",
        "ranges": {},
        "policies": [],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": revision,
        "shown": { "kk": { "banner": banner, "choices": "" } },
        "choice_days": 180,
        "refusal_days": 184,
        "scopes": {},
        "revisions": {},
        "services": [],
        "retention_days": 1095,
        "regimes": [],
        "origins": [],
        "cookies": [],
        "hsts_subdomains": false,
        "count_shown": false,
    }))
    .unwrap()
}

/// An answer to the banner in Germany.
pub(crate) fn draft_on(manifest: &Manifest, number: u64, gpc: bool) -> Draft {
    let [.., low] = number.to_be_bytes();
    let analytics = number.is_multiple_of(2);
    let submission = Submission {
        id: EventId::from_random([low; 16]),
        revision: manifest.revision.clone(),
        locale: Locale::try_from("kk").unwrap(),
        surface: Surface::Banner,
        answer: Answer::Custom(
            Choice {
                analytics,
                ..Choice::NONE
            },
            VecMap::from_iter([]),
        ),
    };
    let visit = VisitContext {
        country: Some(Country::try_from("DE").unwrap()),
        is_eu: true,
        gpc,
        ..VisitContext::default()
    };
    draft_choice(
        &submission,
        &visit,
        manifest,
        None,
        Timestamp::from_seconds(0),
    )
    .unwrap()
}

pub(crate) fn draft(number: u64, site: &str) -> Draft {
    draft_on(&manifest(site, "aB3-_xYz", "text"), number, false)
}

pub(crate) fn next(tail: &LogHead, draft: Draft) -> Entry {
    let now = Timestamp::from_seconds(1_795_167_000 + i64::try_from(tail.sequence).unwrap());
    tail.append(draft, &SubjectId::from([7; 16]), None, now)
        .unwrap()
}

pub(crate) fn entries(count: u64, site: &str) -> Vec<Entry> {
    let mut tail = LogHead::empty(site);
    let mut entries = Vec::new();
    for number in 1..=count {
        let entry = next(&tail, draft(number, site));
        tail = entry.head();
        entries.push(entry);
    }
    entries
}

pub(crate) fn sign(message: &str, seed: &[u8; 32]) -> Signature {
    let signature = SigningKey::from_bytes(seed).sign(message.as_bytes());
    Signature {
        kid: "1".to_owned(),
        ed25519: Base64UrlUnpadded::encode_string(&signature.to_bytes()),
    }
}

pub(crate) fn checkpoint(tail: &LogHead, site: &str, seed: &[u8; 32]) -> String {
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

pub(crate) fn line(entry: &Entry) -> String {
    serde_json::to_string(entry).unwrap()
}

pub(crate) fn receipt(entry: &Entry, seed: &[u8; 32]) -> String {
    let message = receipt_message(SITE, entry.sequence, &entry.hash.to_string());
    let mut value = serde_json::to_value(entry).unwrap();
    value["signature"] = serde_json::to_value(sign(&message, seed)).unwrap();
    value["cookie"] = "not a part of the proof".into();
    value.to_string()
}

pub(crate) fn key_set(seed: &[u8; 32], kid: &str) -> String {
    let x =
        Base64UrlUnpadded::encode_string(SigningKey::from_bytes(seed).verifying_key().as_bytes());
    format!(
        r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"{kid}","x":"{x}"}}]}}"#
    )
}

/// An export of these entries, with a checkpoint in the middle as joined pages have it.
pub(crate) fn export(entries: &[Entry], start: &LogHead) -> Vec<String> {
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

pub(crate) fn log_of(count: u64) -> Vec<String> {
    static EIGHT: LazyLock<Vec<String>> =
        LazyLock::new(|| export(&entries(8, SITE), &LogHead::empty(SITE)));
    if count == 8 {
        return EIGHT.clone();
    }
    export(&entries(count, SITE), &LogHead::empty(SITE))
}

/// What is kept beside an export: the texts of files, and the host of the site.
#[derive(Default)]
pub(crate) struct Evidence {
    pub(crate) keys: Option<String>,
    pub(crate) checkpoint: Option<String>,
    pub(crate) receipt: Option<String>,
    pub(crate) site: Option<String>,
}

pub(crate) fn with_keys() -> Evidence {
    Evidence {
        keys: Some(key_set(&SEED, "1")),
        ..Evidence::default()
    }
}

/// Writes everything into files and checks them; without bytes there is no log.
pub(crate) fn check_bytes(bytes: Option<&[u8]>, evidence: &Evidence) -> Report {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = Utf8Path::from_path(folder.path()).unwrap().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let text =
        |name: &str, text: &Option<String>| text.as_ref().map(|text| write(name, text.as_bytes()));
    let options = Options {
        thing: bytes.map(|bytes| write("log.ndjson", bytes)),
        keys: text("keys.json", &evidence.keys),
        checkpoints: text("kept.ndjson", &evidence.checkpoint)
            .into_iter()
            .collect(),
        receipts: text("receipt.json", &evidence.receipt)
            .into_iter()
            .collect(),
        site: evidence.site.clone(),
        ..Options::default()
    };
    verify(&options, NOW, &mut |_, _| {}).unwrap()
}

pub(crate) fn check(lines: &[String], evidence: &Evidence) -> Report {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    check_bytes(Some(text.as_bytes()), evidence)
}

/// Kind, record and line of what is found.
#[track_caller]
pub(crate) fn finding(
    lines: &[String],
    evidence: &Evidence,
) -> (FindingKind, Option<u64>, Option<u64>) {
    let report = check(lines, evidence);
    assert!(!report.verified);
    let finding = report.finding.expect("something is wrong");
    (finding.kind, finding.index, finding.line)
}

/// The index of a record's line in [`log_of`] of eight: the checkpoint in the middle stands after
/// the fourth.
pub(crate) fn line_index(sequence: usize) -> usize {
    if sequence > 4 { sequence + 1 } else { sequence }
}
