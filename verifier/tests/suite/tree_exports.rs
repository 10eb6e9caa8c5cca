//! Exports of logs that are trees.

use crate::support::*;
use crate::tree::*;
use verifier::{FindingKind, Options, Verdict, verify};

fn unsigned() -> Signers {
    Signers::default()
}

#[test]
fn an_export_as_it_was_written_is_verified() {
    let log = Log::new(8);
    let report = Bench::new().check(&log.export(1, 9, &unsigned()));
    assert_eq!(report.finding, None);
    assert_eq!(
        (report.records, report.first, report.last, report.size),
        (8, Some(1), Some(8), Some(9))
    );
    assert!(
        report.text().contains("1 to 8 of 8, each whole"),
        "{}",
        report.text()
    );
    // Every part of every log.
    for size in 2..=9 {
        let log = Log::new(size - 1);
        for first in 1..=size {
            for end in first..=size {
                let lines = log.export(first, end, &unsigned());
                assert_eq!(
                    Bench::new().check(&lines).finding,
                    None,
                    "{first}..{end} of {size}"
                );
            }
        }
    }
}

#[test]
fn the_keys_of_the_site_suffice() {
    let mut bench = Bench::new();
    bench.options.policy = None;
    bench.options.keys = Some(bench.write("keys.json", key_set(&SEED, "1").as_bytes()));
    assert!(bench.check(&Log::new(8).export(1, 9, &unsigned())).verified);
}

#[test]
fn an_altered_record_is_found_and_without_a_finding_nothing_is_altered() {
    let log = Log::new(8);
    let lines = log.export(1, 9, &unsigned());
    let bench = Bench::new();
    for line in 1..lines.len() {
        let mut own = lines.clone();
        own[line] = own[line].replace("\"country\":\"DE\"", "\"country\":\"FR\"");
        assert_eq!(bench.kind(&own), Some(FindingKind::NotInTree));
        let mut own = lines.clone();
        own.remove(line);
        assert_eq!(bench.kind(&own), Some(FindingKind::EndMissing));
        let mut own = lines.clone();
        own.insert(line, own[line].clone());
        assert_eq!(
            bench.finding(&own),
            (FindingKind::Inserted, Some(9), Some(10))
        );
        if line > 1 {
            let mut own = lines.clone();
            own.swap(line, line - 1);
            assert_eq!(bench.kind(&own), Some(FindingKind::Backdated));
        }
        let mut own = lines.clone();
        own[line] = own[line].replace("\"gpc\":false", "\"gpc\": false");
        let index = Some(line as u64);
        assert_eq!(
            bench.finding(&own),
            (FindingKind::Unreadable, index, index.map(|line| line + 1))
        );
    }
}

#[test]
fn with_the_tiles_of_the_log_the_record_is_named() {
    let log = Log::new(600);
    let lines = log.export(5, 590, &unsigned());
    let mut bench = Bench::new();
    log.write(&bench.path("log"), &unsigned());
    bench.options.tiles = Some(bench.path("log"));
    assert!(bench.check(&lines).verified);
    // A record n stands on line n - 3.
    for index in [5, 255, 256, 300, 511, 512, 588] {
        let line = index as usize - 4;
        let named = |kind, index: u64, line: usize| (kind, Some(index), Some(line as u64 + 1));
        let mut own = lines.clone();
        own[line] = own[line].replace("\"DE\"", "\"FR\"");
        assert_eq!(
            bench.finding(&own),
            named(FindingKind::Altered, index, line)
        );
        let mut own = lines.clone();
        own.remove(line);
        assert_eq!(
            bench.finding(&own),
            named(FindingKind::Dropped, index, line)
        );
        let mut own = lines.clone();
        own.insert(line, own[line].clone());
        assert_eq!(
            bench.finding(&own),
            named(FindingKind::Inserted, index + 1, line + 1)
        );
        let report = bench.check(&lines[..line]);
        assert_eq!(report.verdict, Verdict::Incomplete);
        let message = report.finding.unwrap().message;
        assert!(message.contains("proved as far as it goes"), "{message}");
    }
    // False tiles accuse themselves.
    let tile = bench.path("log").join("tile/0/001");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    assert_eq!(bench.kind(&lines), Some(FindingKind::AlteredTile));
    std::fs::remove_file(&tile).unwrap();
    assert_eq!(bench.kind(&lines), Some(FindingKind::MissingTile));
}

#[test]
fn an_export_cut_short_is_incomplete_and_no_more() {
    let lines = Log::new(8).export(1, 9, &unsigned());
    let bench = Bench::new();
    for kept in 1..lines.len() {
        let report = bench.check(&lines[..kept]);
        assert_eq!(report.verdict, Verdict::Incomplete);
        let message = report.finding.unwrap().message;
        let extent = format!("records up to {} of 8: ", kept - 1);
        assert!(message.starts_with(&extent), "{message}");
    }
    // In the middle of a line.
    let text = joined(&lines);
    for length in (lines[0].len() + 2..text.len()).step_by(29) {
        let report = bench.check_bytes(&text.as_bytes()[..length]);
        assert_eq!(report.verdict, Verdict::Incomplete, "{length}");
    }
}

#[test]
fn a_refused_page_is_named() {
    let mut lines = Log::new(8).export(1, 9, &unsigned());
    lines.truncate(6);
    lines.push(r#"{"type":"about:blank","title":"Too Many Requests","status":429,"code":"too_many","detail":"wait"}"#.to_owned());
    let report = Bench::new().check(&lines);
    let finding = report.finding.clone().unwrap();
    assert_eq!(
        (finding.kind, finding.line),
        (FindingKind::ProblemDocument, Some(7))
    );
    assert!(
        finding.message.contains("429 Too Many Requests"),
        "{}",
        finding.message
    );
    assert!(
        finding.message.contains("records up to 5 of 8"),
        "{}",
        finding.message
    );
    assert_eq!(report.verdict, Verdict::Incomplete);
}

#[test]
fn a_kept_checkpoint_agrees_or_accuses() {
    let log = Log::new(8);
    let lines = log.export(1, 9, &unsigned());
    for size in 1..=9 {
        let bench = Bench::new().keep(&log.note(size, &unsigned()).to_string());
        let report = bench.check(&lines);
        assert!(report.verified, "{size}: {:?}", report.finding);
        assert_eq!(report.agreed.len(), 1);
    }
    // Rewritten as a whole, from record 3 on.
    let mut rewritten = log.clone();
    rewritten.date(3, second(3) as i64 + 1);
    let lines = rewritten.export(1, 9, &unsigned());
    assert!(Bench::new().check(&lines).verified, "alone it looks whole");
    for size in 1..=9 {
        let bench = Bench::new().keep(&log.note(size, &unsigned()).to_string());
        let expected = (size > 3).then_some(FindingKind::Contradicted);
        assert_eq!(bench.kind(&lines), expected, "{size}");
    }
    let bench = Bench::new()
        .keep(&log.note(2, &unsigned()).to_string())
        .keep(&log.note(6, &unsigned()).to_string());
    assert_eq!(
        bench.finding(&lines),
        (FindingKind::Contradicted, Some(2), Some(6))
    );
    let bench = Bench::new().receipt(&log.receipt(3, 4, &unsigned()));
    assert_eq!(
        bench.finding(&lines),
        (FindingKind::Contradicted, Some(3), Some(4))
    );
}

#[test]
fn what_a_part_lacks_accuses_nobody() {
    let log = Log::new(8);
    let whole = log.note(9, &unsigned()).to_string();
    // `to=`, with a checkpoint that is as new as the file's, and a newer one.
    let range = log.export(1, 5, &unsigned());
    assert!(Bench::new().keep(&whole).check(&range).verified);
    let mut earlier = log.clone();
    earlier.entries.truncate(7);
    let report = Bench::new()
        .keep(&whole)
        .check(&earlier.export(1, 5, &unsigned()));
    assert!(report.verified, "{:?}", report.finding);
    assert_eq!(report.not_compared.len(), 1);
    // Purged, with checkpoints and receipts of what is gone.
    let bench = Bench::new()
        .keep(&log.note(3, &unsigned()).to_string())
        .receipt(&log.receipt(2, 4, &unsigned()));
    let report = bench.check(&log.export(6, 9, &unsigned()));
    assert!(report.verified, "{:?}", report.finding);
    assert_eq!(report.not_compared.len(), 3);
    assert_eq!((report.first, report.last), (Some(6), Some(8)));
}

#[test]
fn an_end_that_was_cut_off_shows_by_what_was_kept() {
    let log = Log::new(8);
    let mut short = log.clone();
    short.entries.truncate(7);
    let signers = |hours: u64| Signers {
        log_time: Some(second(20) + 3600 * hours),
        ..unsigned()
    };
    let lines = short.export(1, 7, &signers(1));
    let report = Bench::new()
        .keep(&log.note(9, &signers(2)).to_string())
        .check(&lines);
    let finding = report.finding.unwrap();
    assert_eq!(
        (report.verdict, finding.kind),
        (Verdict::Incomplete, FindingKind::EndMissing)
    );
    assert!(
        finding.message.starts_with("records up to 6 of 8"),
        "{}",
        finding.message
    );
    // Its checkpoint is newer than the kept one, and has fewer records.
    let bench = Bench::new().keep(&log.note(9, &signers(0)).to_string());
    assert_eq!(bench.kind(&lines), Some(FindingKind::Shrunk));
}

#[test]
fn dates_lie_between_the_ends_that_were_signed() {
    let log = Log::new(8);
    let ended = |size: u64, hours: u64| {
        let log_time = Some(second(size) + 3600 * hours);
        log.note(
            size,
            &Signers {
                log_time,
                ..unsigned()
            },
        )
        .to_string()
    };
    // Record 6 follows an end that the log signed an hour after record 5.
    let lines = log.export(1, 9, &unsigned());
    let bench = Bench::new().keep(&ended(6, 1));
    assert_eq!(
        bench.finding(&lines),
        (FindingKind::EarlierThanKeptEnd, Some(6), Some(7))
    );
    assert!(Bench::new().keep(&ended(6, 0)).check(&lines).verified);
    // In the file itself.
    let mut later = log.clone();
    later.date(8, second(8) as i64 + 7200);
    let signers = |hours: u64| Signers {
        log_time: Some(second(8) + 3600 * hours),
        ..unsigned()
    };
    let kind = |log: &Log, hours| Bench::new().kind(&log.export(1, 9, &signers(hours)));
    assert_eq!(kind(&later, 1), Some(FindingKind::LaterThanCheckpoint));
    assert_eq!(kind(&later, 2), None);
    // A kept checkpoint that covers it, though the file's own is later.
    let bench = Bench::new().keep(&later.note(9, &signers(1)).to_string());
    assert_eq!(
        bench.finding(&later.export(1, 9, &signers(3))),
        (FindingKind::LaterThanCheckpoint, Some(8), Some(9))
    );
    // The year 9999, with no signed time at all.
    later.date(8, 253_402_300_799);
    assert_eq!(
        Bench::new().kind(&later.export(1, 9, &unsigned())),
        Some(FindingKind::LaterThanCheckpoint)
    );
}

#[test]
fn witnesses_bound_dates_where_the_log_says_nothing() {
    let log = Log::new(8);
    let lines = log.export(
        1,
        9,
        &Signers {
            witnesses: witnesses(2, second(9)),
            ..unsigned()
        },
    );
    let seen = |size: u64, hours: u64, count| {
        let witnesses = witnesses(count, second(size) + 3600 * hours);
        log.note(
            size,
            &Signers {
                witnesses,
                ..unsigned()
            },
        )
        .to_string()
    };
    let kind = |kept: &str| {
        Bench::with_policy(&witnessed_policy(2))
            .keep(kept)
            .kind(&lines)
    };
    assert_eq!(
        kind(&seen(6, 3, 2)),
        Some(FindingKind::EarlierThanCosignature)
    );
    // Within the hours in which a witness may have signed an older end again.
    assert_eq!(kind(&seen(6, 1, 2)), None);
    // One of two that are demanded bounds nothing.
    assert_eq!(kind(&seen(6, 3, 1)), None);
    let mut later = log.clone();
    later.date(8, second(8) as i64 + 7200);
    let lines = later.export(
        1,
        9,
        &Signers {
            witnesses: witnesses(2, second(9)),
            ..unsigned()
        },
    );
    assert_eq!(
        Bench::with_policy(&witnessed_policy(2)).kind(&lines),
        Some(FindingKind::LaterThanCheckpoint)
    );
}

#[test]
fn a_policy_demands_its_quorum() {
    let log = Log::new(8);
    let cosigned = |count| {
        log.export(
            1,
            9,
            &Signers {
                witnesses: witnesses(count, second(9)),
                ..unsigned()
            },
        )
    };
    let verdict = |quorum, count| {
        Bench::with_policy(&witnessed_policy(quorum))
            .check(&cosigned(count))
            .verdict
    };
    assert_eq!(verdict(2, 2), Verdict::Verified);
    assert_eq!(verdict(1, 1), Verdict::Verified);
    assert_eq!(verdict(2, 1), Verdict::NothingProved);
    let bench = Bench::with_policy(&witnessed_policy(2));
    assert_eq!(bench.kind(&cosigned(1)), Some(FindingKind::QuorumNotMet));
    // A false cosignature is worse than none: here its time was changed.
    let mut note = log.note(
        9,
        &Signers {
            witnesses: witnesses(2, second(9)),
            ..unsigned()
        },
    );
    note.signatures[1].bytes[7] ^= 1;
    let kind = bench.kind(&log.export_of(1, 9, &note));
    assert_eq!(kind, Some(FindingKind::BadSignature));
}

#[test]
fn a_witness_with_a_key_of_the_log_counts_for_nothing() {
    let log = Log::new(8);
    let witness = key("w1.example", domain::tlog::KeyKind::Cosigner, &SEED);
    let policy = policy(&format!("witness w1 {witness}\nquorum w1"));
    let signers = Signers {
        witnesses: vec![("w1.example", SEED, second(9))],
        ..unsigned()
    };
    let bench = Bench::with_policy(&policy);
    assert_eq!(
        bench.kind(&log.export(1, 9, &signers)),
        Some(FindingKind::QuorumNotMet)
    );
}

#[test]
fn without_the_right_keys_nothing_is_proved() {
    let log = Log::new(8);
    let lines = log.export(1, 9, &unsigned());
    let mut bench = Bench::new();
    bench.options.policy = None;
    let report = bench.check(&lines);
    assert_eq!(report.verdict, Verdict::NothingProved);
    assert_eq!(report.finding.unwrap().kind, FindingKind::MissingKeys);
    // What contradicts itself is wrong, whoever signed it.
    let mut own = lines.clone();
    own.swap(3, 4);
    assert_eq!(bench.check(&own).verdict, Verdict::Wrong);
    let stranger = key("smartustaz.kz/log", domain::tlog::KeyKind::Log, &SEED);
    let bench = Bench::with_policy(&format!("log {stranger}\nquorum none\n"));
    assert_eq!(bench.kind(&lines), Some(FindingKind::UnknownKey));
    let note = sign_head(&log.head(9), &OTHER_SEED, &unsigned());
    let forged = log.export_of(1, 9, &note);
    assert_eq!(Bench::new().kind(&forged), Some(FindingKind::UnknownKey));
    // Under the id of the right key.
    let mut note = log.note(9, &unsigned());
    note.signatures[0].bytes[5] ^= 1;
    assert_eq!(
        Bench::new().kind(&log.export_of(1, 9, &note)),
        Some(FindingKind::BadSignature)
    );
}

#[test]
fn another_site_is_refused() {
    let log = Log::new(8);
    let mut bench = Bench::new();
    bench.options.site = Some("smartustaz.kz".to_owned());
    let lines = log.export(1, 9, &unsigned());
    assert_eq!(bench.kind(&lines), Some(FindingKind::Foreign));
    // Records of another site in this log.
    let mut mixed = log.clone();
    mixed.entries[4] = mixed.entries[4].replace("\"site\":\"cap.kz\"", "\"site\":\"a.kz\"");
    let lines = mixed.export(1, 9, &unsigned());
    assert_eq!(
        Bench::new().finding(&lines),
        (FindingKind::Foreign, Some(4), Some(5))
    );
    // The first entry of another one.
    let mut mixed = log;
    mixed.entries[0] = mixed.entries[0].replace("cap.kz", "a.kz");
    let lines = mixed.export(1, 9, &unsigned());
    assert_eq!(Bench::new().kind(&lines), Some(FindingKind::Foreign));
}

#[test]
fn the_first_line_is_checked_as_a_whole() {
    let log = Log::new(8);
    let lines = log.export(3, 7, &unsigned());
    let bench = Bench::new();
    assert!(bench.check(&lines).verified);
    let hash = base64(&log.head(2).root);
    for (from, to) in [
        ("\"first\":3", "\"first\":4".to_owned()),
        ("\"first\":3", "\"first\":0".to_owned()),
        ("\"first\":3", "\"first\":18446744073709551615".to_owned()),
        ("\"first\":3", "\"first\":18446744073709551616".to_owned()),
        ("\"first\":3", "\"first\":3.0".to_owned()),
        ("\"first\":3", "\"first\":3e0".to_owned()),
        ("\"first\":3", "\"first\":1e400".to_owned()),
        ("\"first\":3", "\"first\":-0".to_owned()),
        ("\"first\":3", "\"first\":3,\"first\":3".to_owned()),
        ("\"first\":3", "\"\\u0066irst\":3".to_owned()),
        ("\"end\":7", "\"end\":6".to_owned()),
        ("\"end\":7", "\"end\":8".to_owned()),
        ("\"end\":7", "\"end\":10".to_owned()),
        (
            "\"origin\":\"cap.kz/log\"",
            "\"origin\":\"a.kz/log\"".to_owned(),
        ),
        ("\"edge\":[\"", format!("\"edge\":[\"{hash}\",\"")),
        (
            "\"consistency\":[\"",
            format!("\"consistency\":[\"{hash}\",\""),
        ),
        ("\"log_proof\":[\"", format!("\"log_proof\":[\"{hash}\",\"")),
        ("\"chain\":null", "\"chain\": null".to_owned()),
        ("kelisim.log/1", "kelisim.log/2".to_owned()),
        ("kelisim.export/2\",", "kelisim.export/2\", ".to_owned()),
    ] {
        let mut own = lines.clone();
        own[0] = own[0].replacen(from, &to, 1);
        assert_ne!(own[0], lines[0], "{from}");
        let report = bench.check(&own);
        assert!(
            matches!(report.verdict, Verdict::Wrong | Verdict::Incomplete),
            "{from} -> {to}: {:?}",
            report.finding
        );
    }
}

#[test]
fn nothing_in_a_file_reaches_a_terminal_as_it_is() {
    let log = Log::new(2);
    let hostile = "\u{1b}[2J\u{1b}[Hverified\u{9b}8m\u{202e}";
    let head = domain::tlog::TreeHead {
        origin: format!("{hostile}/log"),
        ..log.head(3)
    };
    let note = format!("{head}\n— x/log {}\n", base64(&log.head(2).root));
    let escaped = serde_json::to_string(&note).unwrap();
    let mut lines = log.export(1, 3, &unsigned());
    lines[0] = lines[0].replace(
        &serde_json::to_string(&log.note(3, &unsigned()).to_string()).unwrap(),
        &escaped,
    );
    let mut texts = vec![joined(&lines)];
    texts.push(
        joined(&log.export(1, 3, &unsigned()))
            .replace("\"cap.kz\"", &serde_json::to_string(hostile).unwrap()),
    );
    texts.push(checkpoint(&domain::LogHead::empty(hostile), hostile, &SEED) + "\n");
    texts.push(format!(
        r#"{{"title":{},"status":429}}"#,
        serde_json::to_string(hostile).unwrap()
    ));
    // What isn't understood is quoted in an error.
    let bench = Bench::with_policy(&format!("{}\u{9b}8m none", "log".repeat(3)));
    let error = verify(&bench.options, NOW, &mut |_, _| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(r"\u{9b}") && !error.contains('\u{9b}'),
        "{error:?}"
    );
    for (number, text) in texts.iter().enumerate() {
        let bench = Bench::new();
        let path = bench.write(&format!("a{number}\u{1b}[2J"), text.as_bytes());
        for with_keys in [true, false] {
            let options = Options {
                thing: Some(path.clone()),
                checkpoints: if number == 2 {
                    vec![path.clone()]
                } else {
                    Vec::new()
                },
                policy: bench.options.policy.clone().filter(|_| with_keys),
                ..Options::default()
            };
            let report = verify(&options, NOW, &mut |_, _| {}).unwrap();
            for printed in [report.text(), report.json().unwrap()] {
                assert!(
                    !printed.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
                    "{printed:?}"
                );
            }
        }
    }
}
