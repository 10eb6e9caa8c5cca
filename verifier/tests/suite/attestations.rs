//! Checkpoints and receipts that were kept from earlier, and the keys that signed them.

use crate::support::*;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use domain::LogHead;
use verifier::{FindingKind, InputError, Options, verify};

#[test]
fn a_file_that_was_cut_is_noticed() {
    let lines = log_of(8);
    for kept in 0..lines.len() {
        let report = check(&lines[..kept], &with_keys());
        // What ends with a checkpoint is whole as far as it goes: only a kept one shows that more
        // was there.
        let is_closed = kept > 0 && lines[kept - 1].starts_with("{\"site\"");
        assert_eq!(report.verified, is_closed, "{kept}: {:?}", report.finding);
        let evidence = Evidence {
            checkpoint: lines.last().cloned(),
            ..with_keys()
        };
        assert!(!check(&lines[..kept], &evidence).verified, "{kept}");
    }
    let evidence = Evidence {
        checkpoint: lines.last().cloned(),
        ..with_keys()
    };
    assert_eq!(
        finding(&lines[..6], &evidence),
        (FindingKind::EndMissing, Some(5), None)
    );
    assert!(check(&lines, &evidence).verified);
}

#[test]
fn a_log_rewritten_as_a_whole_contradicts_a_kept_checkpoint() {
    let mut tail = LogHead::empty(SITE);
    let mut rewritten = Vec::new();
    for number in 1..=8 {
        let manifest = manifest(SITE, "aB3-_xYz", "text");
        let entry = next(&tail, draft_on(&manifest, number, number == 3));
        tail = entry.head();
        rewritten.push(entry);
    }
    let lines = export(&rewritten, &LogHead::empty(SITE));
    assert!(check(&lines, &with_keys()).verified, "alone it looks whole");
    let all = entries(8, SITE);
    let evidence = Evidence {
        checkpoint: Some(format!(
            "{}\n{}\n",
            checkpoint(&all[1].head(), SITE, &SEED),
            checkpoint(&all[5].head(), SITE, &SEED)
        )),
        ..with_keys()
    };
    // Between the kept checkpoint that agrees and the one that doesn't.
    assert_eq!(finding(&lines, &evidence).0, FindingKind::Contradicted);
    assert_eq!(finding(&lines, &evidence).1, Some(3));
    let evidence = Evidence {
        receipt: Some(receipt(&all[2], &SEED)),
        ..with_keys()
    };
    assert_eq!(
        finding(&lines, &evidence),
        (FindingKind::Contradicted, Some(3), Some(4))
    );
}

#[test]
fn a_receipt_proves_its_record() {
    let all = entries(8, SITE);
    let evidence = Evidence {
        receipt: Some(receipt(&all[2], &SEED)),
        ..with_keys()
    };
    let report = check(&log_of(8), &evidence);
    assert!(report.verified, "{:?}", report.finding);
    assert_eq!(report.agreed, ["the receipt of record 3"]);
    let alone = check_bytes(None, &evidence);
    assert!(alone.verified, "{:?}", alone.finding);
    assert!(
        !check_bytes(
            None,
            &Evidence {
                keys: None,
                ..evidence
            }
        )
        .verified
    );
}

#[test]
fn all_receipts_of_a_visitor_are_checked() {
    let all = entries(8, SITE);
    let two = format!(
        r#"{{"entries":[{},{}],"next":null}}"#,
        receipt(&all[2], &SEED),
        receipt(&all[6], &SEED)
    );
    let evidence = Evidence {
        receipt: Some(two),
        ..with_keys()
    };
    assert_eq!(check(&log_of(8), &evidence).agreed.len(), 2);
    assert_eq!(
        finding(&log_of(5), &evidence),
        (FindingKind::EndMissing, Some(6), None)
    );
}

#[test]
fn a_forged_receipt_is_refused() {
    let all = entries(8, SITE);
    let evidence = |receipt: String| Evidence {
        receipt: Some(receipt),
        ..with_keys()
    };
    let forged = evidence(receipt(&all[2], &OTHER_SEED));
    assert_eq!(
        finding(&log_of(8), &forged),
        (FindingKind::BadSignature, Some(3), None)
    );
    let altered = receipt(&all[2], &SEED).replace("\"DE\"", "\"KZ\"");
    assert_eq!(
        finding(&log_of(8), &evidence(altered)),
        (FindingKind::BadReceipt, Some(3), None)
    );
    // A true signature under another number.
    let moved = receipt(&all[2], &SEED).replace("\"sequence\":3", "\"sequence\":4");
    assert_eq!(
        finding(&log_of(8), &evidence(moved)),
        (FindingKind::BadSignature, Some(4), None)
    );
}

#[test]
fn another_key_is_refused() {
    let evidence = |keys| Evidence {
        keys: Some(keys),
        ..Evidence::default()
    };
    let other = evidence(key_set(&OTHER_SEED, "1"));
    assert_eq!(
        finding(&log_of(2), &other),
        (FindingKind::BadSignature, Some(0), Some(1))
    );
    let unknown = evidence(key_set(&SEED, "2"));
    assert_eq!(
        finding(&log_of(2), &unknown),
        (FindingKind::UnknownKey, Some(0), Some(1))
    );
}

#[test]
fn another_site_is_refused() {
    let evidence = Evidence {
        site: Some("smartustaz.kz".to_owned()),
        ..with_keys()
    };
    assert_eq!(finding(&log_of(8), &evidence).0, FindingKind::Foreign);
    let evidence = Evidence {
        checkpoint: Some(checkpoint(
            &LogHead::empty("smartustaz.kz"),
            "smartustaz.kz",
            &SEED,
        )),
        ..with_keys()
    };
    assert_eq!(
        finding(&log_of(8), &evidence),
        (FindingKind::Foreign, Some(0), None)
    );
    // The beginning of another log under this name.
    let mut tail = LogHead::empty("smartustaz.kz");
    let lines = [checkpoint(&tail, SITE, &SEED)];
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Contradicted, Some(0), Some(1))
    );
    // A record of another site, tied to this log.
    tail = LogHead::empty(SITE);
    let stranger = next(&tail, draft(1, "smartustaz.kz"));
    let lines = [checkpoint(&tail, SITE, &SEED), line(&stranger)];
    assert_eq!(
        finding(&lines, &with_keys()),
        (FindingKind::Foreign, Some(1), Some(2))
    );
}

#[test]
fn without_keys_the_report_says_so() {
    let report = check(&log_of(2), &Evidence::default());
    assert_eq!(
        report.finding.as_ref().unwrap().kind,
        FindingKind::MissingKeys
    );
    assert!(!report.signatures_checked);
    assert!(
        report.text().starts_with("NOTHING PROVED: without keys"),
        "{}",
        report.text()
    );
}

/// Why these keys are refused.
fn keys_error(keys: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let path = camino::Utf8Path::from_path(folder.path())
        .unwrap()
        .join("keys.json");
    std::fs::write(&path, keys).unwrap();
    let options = Options {
        thing: Some(path.clone()),
        keys: Some(path),
        ..Options::default()
    };
    match verify(&options, NOW, &mut |_, _| {}) {
        Err(InputError::Invalid(_, message)) => message,
        other => panic!("these keys pass: {other:?}"),
    }
}

#[test]
fn keys_that_prove_nothing_are_refused() {
    // The neutral element: its holder can sign anything for anybody.
    let weak = Base64UrlUnpadded::encode_string(&[&[1_u8][..], &[0; 31]].concat());
    let set =
        |x: &str| format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"1","x":"{x}"}}]}}"#);
    for bad in [
        set(&weak),
        set("AA"),
        set("!"),
        r#"{"keys":[]}"#.to_owned(),
        "[]".to_owned(),
    ] {
        assert!(!keys_error(&bad).is_empty(), "{bad}");
    }
    // One byte short: some of these would be points if a zero were added.
    for first in 0..8 {
        let short = Base64UrlUnpadded::encode_string(&[&[first][..], &[0; 30]].concat());
        assert!(!keys_error(&set(&short)).is_empty(), "{short}");
    }
    let twice = key_set(&SEED, "1").replace("]}", "")
        + ","
        + key_set(&SEED, "1").trim_start_matches("{\"keys\":[");
    assert!(keys_error(&twice).contains("two keys"));
}

#[test]
fn the_report_for_tools_names_the_finding() {
    let mut lines = log_of(8);
    lines.remove(line_index(5));
    let json: serde_json::Value =
        serde_json::from_str(&check(&lines, &with_keys()).json().unwrap()).unwrap();
    assert_eq!(json["verified"], false);
    assert_eq!(json["finding"]["kind"], "dropped");
    assert_eq!(json["finding"]["index"], 5);
    assert_eq!((&json["records"], &json["last"]), (&4.into(), &4.into()));
}
