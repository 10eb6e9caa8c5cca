//! What can be done to a file, done to exports and receipts of both forms: none of it passes.

use crate::support::*;
use crate::tree::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::process::Command;
use verifier::{InputError, MAX_LINE_BYTES, Options, Verdict, verify};

/// Both forms of an export and of a receipt, each with a name.
fn files() -> Vec<(&'static str, String)> {
    let log = Log::new(8);
    let cookie = format!("{},", r#""cookie":"not a part of the proof""#);
    vec![
        ("export of a chain", joined(&log_of(8))),
        (
            "export of a tree",
            joined(&log.export(1, 9, &Signers::default())),
        ),
        (
            "receipt of a chain",
            receipt(&entries(8, SITE)[4], &SEED).replace(&cookie, ""),
        ),
        ("receipt of a tree", log.receipt(5, 9, &Signers::default())),
        ("answer of a tree", log.answer(5, 9)),
    ]
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.options.keys = Some(bench.write("keys.json", key_set(&SEED, "1").as_bytes()));
    bench.options.site = Some(SITE.to_owned());
    bench
}

/// What a check of these bytes comes to; a file that is nothing known is no proof either.
fn verdict(bench: &Bench, bytes: &[u8]) -> Option<Verdict> {
    let options = Options {
        thing: Some(bench.write("thing", bytes)),
        ..bench.options.clone()
    };
    match verify(&options, NOW, &mut |_, _| {}) {
        Ok(report) => Some(report.verdict),
        Err(InputError::Invalid(..)) => None,
        Err(error) => panic!("{error}"),
    }
}

/// The lines of a text, each with its line feed.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Whether a line says something: a chain's export repeats checkpoints where pages meet.
fn is_record(line: &str) -> bool {
    !line.starts_with("{\"site\"")
}

#[test]
fn as_they_are_they_pass() {
    let bench = bench();
    for (name, text) in files() {
        assert_eq!(
            verdict(&bench, text.as_bytes()),
            Some(Verdict::Verified),
            "{name}"
        );
    }
}

#[test]
fn no_byte_can_be_changed() {
    let bench = bench();
    for (name, text) in files() {
        // What stands beside a receipt in an answer is no part of it.
        let end = text.find(",\"cookie\"").unwrap_or(text.len() - 1);
        for place in (0..end).step_by(13) {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= [1, 0x20, 0x80][place % 3];
            let found = verdict(&bench, &bytes);
            assert_ne!(found, Some(Verdict::Verified), "{name}, byte {place}");
        }
    }
}

#[test]
fn no_file_can_be_cut() {
    let bench = bench();
    for (name, text) in files() {
        let end = text.trim_end().len();
        for length in (1..end).step_by(29) {
            // A page of a chain's export ends where others could follow.
            let is_page = text.as_bytes()[length - 1] == b'\n' && name == "export of a chain";
            let found = verdict(&bench, &text.as_bytes()[..length]);
            assert!(
                is_page || found != Some(Verdict::Verified),
                "{name}, {length} bytes"
            );
        }
        for start in (1..end).step_by(29) {
            // The checkpoint at the end of a receipt is one for itself.
            let rest = &text.as_bytes()[start..];
            let is_checkpoint = rest
                .trim_ascii_start()
                .starts_with(format!("{SITE}/log\n").as_bytes());
            let found = verdict(&bench, rest);
            assert!(
                is_checkpoint || found != Some(Verdict::Verified),
                "{name}, without {start} bytes"
            );
        }
    }
}

#[test]
fn no_line_can_be_dropped_doubled_or_swapped() {
    let bench = bench();
    for (name, text) in files()
        .into_iter()
        .filter(|(name, _)| name.starts_with("export"))
    {
        let all = lines(&text);
        for place in 0..all.len() {
            let mut changed = Vec::new();
            let mut own = all.clone();
            own.remove(place);
            changed.push(own);
            let mut own = all.clone();
            own.insert(place, all[place]);
            changed.push(own);
            for other in place + 1..all.len() {
                let mut own = all.clone();
                own.swap(place, other);
                changed.push(own);
            }
            for own in changed {
                let is_same = own
                    .iter()
                    .filter(|line| is_record(line))
                    .eq(all.iter().filter(|line| is_record(line)));
                let found = verdict(&bench, own.concat().as_bytes());
                assert!(
                    is_same || found != Some(Verdict::Verified),
                    "{name}, line {place}: {own:#?}"
                );
            }
        }
    }
}

#[test]
fn no_other_spelling_passes() {
    let bench = bench();
    for (name, text) in files() {
        let bytes = text.as_bytes();
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).unwrap();
        let is_answer = name.starts_with("answer") || name == "receipt of a chain";
        let spellings = [
            ("CRLF", text.replace('\n', "\r\n").into_bytes()),
            ("BOM", [b"\xef\xbb\xbf", bytes].concat()),
            ("UTF-16", utf_16),
            ("gzip", gzip.finish().unwrap()),
            ("NUL", [bytes, b"\0"].concat()),
            ("a line more", [bytes, b"{}\n"].concat()),
            ("nothing", Vec::new()),
        ];
        for (spelling, other) in spellings {
            // The answers of a server are JSON, which may be written in many ways.
            if is_answer && other == bytes {
                continue;
            }
            assert_ne!(
                verdict(&bench, &other),
                Some(Verdict::Verified),
                "{name}: {spelling}"
            );
        }
    }
}

/// JSON that other readers take for the same, in records, whose bytes are hashed.
#[test]
fn no_other_json_of_a_record_passes() {
    let bench = bench();
    for (name, text) in files()
        .into_iter()
        .filter(|(name, _)| name.starts_with("export"))
    {
        for (from, to) in [
            ("\"gpc\":false", "\"gpc\" :false".to_owned()),
            ("\"gpc\":false", "\"gpc\":0".to_owned()),
            ("\"gpc\":false", "\"gpc\":false,\"gpc\":false".to_owned()),
            ("\"gpc\":false", "\"\\u0067pc\":false".to_owned()),
            ("\"DE\"", "\"\\u0044E\"".to_owned()),
            ("\"DE\"", "\"DE\",\"email\":\"a@b\"".to_owned()),
            ("\"DE\"", "\"D\u{415}\"".to_owned()),
            (
                "\"DE\"",
                format!("{}{}", "[".repeat(60_000), "]".repeat(60_000)),
            ),
            ("\"DE\"", format!("\"{}\"", "x".repeat(MAX_LINE_BYTES * 3))),
            ("\"DE\"", "3.0".to_owned()),
            ("\"DE\"", "3e0".to_owned()),
            ("\"DE\"", "1e400".to_owned()),
            ("\"DE\"", "18446744073709551616".to_owned()),
            ("\"DE\"", "-0".to_owned()),
            ("\"DE\"", "NaN".to_owned()),
        ] {
            let all = lines(&text);
            for place in 0..all.len() {
                let other = all[place].replacen(from, &to, 1);
                if other == all[place] {
                    continue;
                }
                let mut own = all.clone();
                own[place] = &other;
                let found = verdict(&bench, own.concat().as_bytes());
                assert!(
                    matches!(found, Some(Verdict::Wrong | Verdict::Incomplete)),
                    "{name}, line {place}: {from} -> {to:.60}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn parts_of_two_logs_are_no_log() {
    let bench = bench();
    let log = Log::new(8);
    let mut other = log.clone();
    for entry in &mut other.entries[1..] {
        *entry = entry.replace("\"DE\"", "\"FR\"");
    }
    let (one, two) = (
        log.export(1, 9, &Signers::default()),
        other.export(1, 9, &Signers::default()),
    );
    for place in 1..one.len() {
        let spliced = joined(&[&one[..place], &two[place..]].concat());
        assert_eq!(
            verdict(&bench, spliced.as_bytes()),
            Some(Verdict::Wrong),
            "{place}"
        );
    }
    let foreign = entries(8, "smartustaz.kz");
    let own = entries(8, SITE);
    for place in 1..8 {
        let mixed = export(
            &[&own[..place], &foreign[place..]].concat(),
            &domain::LogHead::empty(SITE),
        );
        assert_eq!(
            verdict(&bench, joined(&mixed).as_bytes()),
            Some(Verdict::Wrong),
            "{place}"
        );
    }
}

/// Whatever has no end is given up, in each place where a file can be named.
#[test]
fn endless_files_end() {
    let status = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_verifier"));
        program.args(arguments).output().unwrap().status.code()
    };
    for option in [
        "--policy",
        "--keys",
        "--checkpoint",
        "--receipt",
        "--site-folder",
    ] {
        assert_eq!(
            status(&["/dev/null", option, "/dev/zero"]),
            Some(2),
            "{option}"
        );
    }
    assert_eq!(
        status(&["https://cap.invalid", "--token-file", "/dev/zero"]),
        Some(2)
    );
    assert_eq!(status(&["/dev/zero"]), Some(1));
    assert_eq!(status(&["/dev/null"]), Some(1));
}

/// A pipe can be read once only, and has no size.
#[test]
fn what_comes_through_a_pipe_is_verified() {
    for (name, text) in files() {
        let bench = bench();
        let pipe = bench.path("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, text)
        });
        let options = Options {
            thing: Some(pipe),
            ..bench.options.clone()
        };
        let report = verify(&options, NOW, &mut |_, _| {}).unwrap();
        writer.join().unwrap().unwrap();
        assert!(report.verified, "{name}: {:?}", report.finding);
    }
}
