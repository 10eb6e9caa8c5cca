//! Receipts of logs that are trees.

use crate::support::*;
use crate::tree::*;
use domain::SubjectId;
use verifier::{FindingKind, InputError, Options, Report, Verdict, verify};

fn unsigned() -> Signers {
    Signers::default()
}

fn kind(report: &Report) -> Option<FindingKind> {
    report.finding.as_ref().map(|finding| finding.kind)
}

#[test]
fn a_receipt_proves_its_record_in_a_file_and_in_an_answer() {
    for size in [2, 3, 8, 9] {
        let log = Log::new(size - 1);
        for index in 1..size {
            let report = Bench::new().check_bytes(log.receipt(index, size, &unsigned()).as_bytes());
            assert!(report.verified, "{index} of {size}: {:?}", report.finding);
            assert_eq!((report.first, report.records), (Some(index), 1));
            let report = Bench::new().check_bytes(log.answer(index, size).as_bytes());
            assert!(report.verified, "{index} of {size}: {:?}", report.finding);
        }
    }
    let log = Log::new(8);
    let subject = SubjectId::from([7; 16]).to_string();
    let records = |subject: &str| {
        format!(
            r#"{{"site":"cap.kz","subject":"{subject}","entries":[{},{}],"next":null}}"#,
            log.answer(2, 9),
            log.answer(7, 9)
        )
    };
    let report = Bench::new().check_bytes(records(&subject).as_bytes());
    assert_eq!((report.finding, report.records), (None, 2));
    let stranger = SubjectId::from([8; 16]).to_string();
    let report = Bench::new().check_bytes(records(&stranger).as_bytes());
    assert_eq!(kind(&report), Some(FindingKind::OtherSubject));
}

#[test]
fn the_commitment_opens_for_its_visitor_alone() {
    let log = Log::new(8);
    let check = |subject, receipt: &str| {
        let mut bench = Bench::new();
        bench.options.subject = Some(SubjectId::from([subject; 16]));
        bench.options.keys = Some(bench.write("keys.json", key_set(&SEED, "1").as_bytes()));
        kind(&bench.check_bytes(receipt.as_bytes()))
    };
    for receipt in [
        log.receipt(3, 9, &unsigned()),
        log.answer(3, 9),
        receipt(&entries(8, SITE)[2], &SEED),
    ] {
        assert_eq!(check(7, &receipt), None);
        assert_eq!(check(8, &receipt), Some(FindingKind::OtherSubject));
    }
}

#[test]
fn a_receipt_that_was_altered_is_refused() {
    let log = Log::new(8);
    let whole = log.receipt(5, 9, &unsigned());
    let bench = Bench::new();
    let verdict = |text: &str| {
        let path = bench.write("receipt", text.as_bytes());
        let options = Options {
            thing: Some(path),
            ..bench.options.clone()
        };
        match verify(&options, NOW, &mut |_, _| {}) {
            Ok(report) => report.verdict,
            Err(InputError::Invalid(..)) => Verdict::Wrong,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(verdict(&whole), Verdict::Verified);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for line in 0..lines.len() {
        let mut own = lines.clone();
        own.remove(line);
        assert_ne!(
            verdict(&own.concat()),
            Verdict::Verified,
            "without line {line}"
        );
        let mut own = lines.clone();
        own.insert(line, lines[line]);
        let doubled = verdict(&own.concat());
        // A signature line twice says nothing new.
        assert_eq!(
            doubled == Verdict::Verified,
            line + 1 == lines.len(),
            "line {line} twice"
        );
        let cut: String = lines[..line].concat();
        assert_ne!(verdict(&cut), Verdict::Verified, "cut before line {line}");
    }
    for other in [
        whole.replace("index 5", "index 4"),
        whole.replace("index 5", "index 05"),
        whole.replace("index 5", "index +5"),
        whole.replace("\n9\n", "\n8\n"),
        whole.replace('\n', "\r\n"),
        format!("\u{feff}{whole}"),
        log.receipt(5, 9, &unsigned()).replace("extra ", "extra  "),
        log.answer(5, 9)
            .replace("\"country\":\"DE\"", "\"country\":\"FR\""),
        log.answer(5, 9).replace("\"index\":5", "\"index\":4"),
    ] {
        assert_ne!(other, whole);
        assert_ne!(verdict(&other), Verdict::Verified, "{other}");
    }
    // Without the record nobody knows what is proved.
    let report = bench.check_bytes([&[lines[0]], &lines[2..]].concat().concat().as_bytes());
    assert_eq!(kind(&report), Some(FindingKind::BadReceipt));
}

#[test]
fn a_receipt_is_dated_before_its_checkpoint() {
    let mut log = Log::new(8);
    let signers = Signers {
        log_time: Some(second(9)),
        ..unsigned()
    };
    let check = |log: &Log| kind(&Bench::new().check_bytes(log.receipt(8, 9, &signers).as_bytes()));
    assert_eq!(check(&log), None);
    log.date(8, second(9) as i64 + 601);
    assert_eq!(check(&log), Some(FindingKind::LaterThanCheckpoint));
}

#[test]
fn a_receipt_needs_keys_and_the_cosignatures_of_the_policy() {
    let log = Log::new(8);
    let cosigned = Signers {
        witnesses: witnesses(1, second(9)),
        ..unsigned()
    };
    let check = |signers: &Signers, bench: Bench| {
        let report = bench.check_bytes(log.receipt(8, 9, signers).as_bytes());
        (report.verdict, kind(&report))
    };
    let quorum = || Bench::with_policy(&witnessed_policy(1));
    assert_eq!(check(&cosigned, quorum()), (Verdict::Verified, None));
    assert_eq!(
        check(&unsigned(), quorum()),
        (Verdict::NothingProved, Some(FindingKind::QuorumNotMet))
    );
    let mut bench = Bench::new();
    bench.options.policy = None;
    assert_eq!(
        check(&cosigned, bench),
        (Verdict::NothingProved, Some(FindingKind::MissingKeys))
    );
}

#[test]
fn receipts_of_two_logs_of_the_same_name_accuse_it() {
    let log = Log::new(8);
    let mut other = log.clone();
    other.date(8, second(8) as i64 + 1);
    let bench = Bench::new().receipt(&log.receipt(3, 9, &unsigned()));
    let report = bench.check_bytes(other.receipt(5, 9, &unsigned()).as_bytes());
    assert_eq!(kind(&report), Some(FindingKind::Contradicted));
}

#[test]
fn kept_checkpoints_alone_are_verified() {
    let log = Log::new(8);
    let notes = format!("{}{}", log.note(3, &unsigned()), log.note(9, &unsigned()));
    let report = Bench::new().check_bytes(notes.as_bytes());
    assert_eq!((report.finding, report.checkpoints), (None, 2));
    let forged = sign_head(&log.head(9), &OTHER_SEED, &unsigned()).to_string();
    let report = Bench::new().check_bytes(forged.as_bytes());
    assert_eq!(report.verdict, Verdict::NothingProved);
}
