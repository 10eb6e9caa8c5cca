//! A log on a server: checked, taken home, watched.

use crate::server::{Answer, Request, Server};
use crate::support::*;
use crate::tree::*;
use camino::Utf8PathBuf;
use std::fs;
use std::process::{Command, Output};
use verifier::{FindingKind, Options, Report, verify};

const TOKEN: &str = "token-of-an-auditor-that-is-long-enough";

/// What the worker answers for a log, two records a page.
fn answer(log: &Log, signers: &Signers, request: &Request) -> Answer {
    let is_admin = request.token.as_deref() == Some(TOKEN);
    let path = request.path.as_str();
    if path == "/log/checkpoint" {
        return Answer::ok(log.note(log.size(), signers).to_string());
    }
    if path == "/log/policy" {
        return Answer::ok(policy("quorum none"));
    }
    if path == "/log/info" {
        return Answer::ok(
            r#"{"origin":"cap.kz/log","minimum_index":1,"retention_days":30,"witnesses":[],"schema":"kelisim.log-info/1"}"#,
        );
    }
    if let Some(query) = path.strip_prefix("/api/consent/export") {
        return if is_admin {
            page(log, signers, query)
        } else {
            Answer::refusal(401)
        };
    }
    let Some(name) = path.strip_prefix("/log/tile/") else {
        return Answer::refusal(404);
    };
    if name.starts_with("entries/") && !is_admin {
        return Answer::refusal(401);
    }
    let found = log
        .resources()
        .into_iter()
        .find(|(resource, _)| resource.to_string() == name);
    found.map_or(Answer::refusal(404), |(_, bytes)| Answer::ok(bytes))
}

fn page(log: &Log, signers: &Signers, query: &str) -> Answer {
    let parameter = |name: &str| {
        let mut pairs = query
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.parse::<u64>().unwrap())
    };
    let end = parameter("end").unwrap_or(log.size());
    let from = parameter("cursor");
    let first = from.unwrap_or(1);
    let next = end.min(first + 2);
    let lines = log.export(1, end, signers);
    let mut body = if from.is_none() {
        format!("{}\n", lines[0])
    } else {
        String::new()
    };
    body.extend((first..next).map(|index| format!("{}\n", lines[index as usize])));
    let answer = Answer::ok(body);
    if next == end {
        return answer;
    }
    answer.with(
        "Link",
        &format!("</api/consent/export?cursor={next}&end={end}>; rel=\"next\""),
    )
}

fn serve(log: &Log) -> Server {
    let log = log.clone();
    Server::new(move |request| answer(&log, &Signers::default(), request))
}

fn check(bench: &Bench, server: &Server, with_token: bool) -> Report {
    let token = bench.write("token", format!("{TOKEN}\n").as_bytes());
    let options = Options {
        thing: Some(Utf8PathBuf::from(&server.address)),
        token_file: Some(token).filter(|_| with_token),
        ..bench.options.clone()
    };
    verify(&options, NOW, &mut |_, _| {}).unwrap()
}

/// Calls the program; the token is in `token`.
fn run(bench: &Bench, arguments: &[&str]) -> (Option<i32>, serde_json::Value) {
    bench.write("token", TOKEN.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(bench.path(""))
        .output()
        .unwrap();
    let report = serde_json::from_slice(&stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&stderr)));
    (status.code(), report)
}

#[test]
fn a_live_log_is_verified_with_and_without_its_entries() {
    let server = serve(&Log::new(600));
    let report = check(&Bench::new(), &server, false);
    assert_eq!(
        (report.finding, report.records, report.size),
        (None, 0, Some(601))
    );
    let report = check(&Bench::new(), &server, true);
    assert_eq!((report.finding, report.records), (None, 600));
    // Without a policy, the one it publishes; which the report says.
    let mut bench = Bench::new();
    bench.options.policy = None;
    let report = check(&bench, &server, false);
    assert!(
        report.verified && report.remarks[0].contains("/log/policy"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn a_busy_server_is_asked_again() {
    let log = Log::new(8);
    let mut refused = 0;
    let server = Server::new(move |request| {
        refused += 1;
        match refused % 3 {
            1 => Answer::refusal(429),
            2 => Answer::refusal(503),
            _ => answer(&log, &Signers::default(), request),
        }
    });
    assert!(check(&Bench::new(), &server, true).verified);
    assert_eq!(server.times("/log/checkpoint"), 3);
}

#[test]
fn an_export_is_taken_home_whole() {
    let log = Log::new(9);
    let server = serve(&log);
    let bench = Bench::new();
    let arguments = [
        "export",
        &server.address,
        "--token-file",
        "token",
        "--output",
        "log.ndjson",
    ];
    let (status, report) = run(&bench, &arguments);
    assert_eq!(
        (status, &report["records"]),
        (Some(0), &9.into()),
        "{report}"
    );
    let text = fs::read_to_string(bench.path("log.ndjson")).unwrap();
    assert_eq!(text, joined(&log.export(1, 10, &Signers::default())));
    assert!(!bench.path("log.ndjson.part").exists());
    let (status, _) = run(&bench, &["log.ndjson", "--policy", "log.ndjson.policy"]);
    assert_eq!(status, Some(0));
}

#[test]
fn an_export_that_was_interrupted_is_continued() {
    let log = Log::new(9);
    let lines = joined(&log.export(1, 10, &Signers::default()));
    let header = lines.find('\n').unwrap() + 1;
    // In the first line, after it, in a record, after all.
    for length in [header - 5, header, header + 700, lines.len()] {
        let server = serve(&log);
        let bench = Bench::new();
        bench.write("log.ndjson.part", &lines.as_bytes()[..length]);
        let arguments = [
            "export",
            &server.address,
            "--token-file",
            "token",
            "--output",
            "log.ndjson",
        ];
        let (status, report) = run(&bench, &arguments);
        assert_eq!(status, Some(0), "{report}");
        assert_eq!(fs::read_to_string(bench.path("log.ndjson")).unwrap(), lines);
        let again = server.times("/api/consent/export");
        assert_eq!(again, u32::from(length < header), "{length}");
    }
}

#[test]
fn an_export_that_a_purge_overtakes_is_begun_anew() {
    let log = Log::new(9);
    let mut is_purged = false;
    let server = Server::new(move |request| {
        if request.path.contains("cursor=3") && !is_purged {
            is_purged = true;
            return Answer::refusal(410);
        }
        answer(&log, &Signers::default(), request)
    });
    let bench = Bench::new();
    let arguments = [
        "export",
        &server.address,
        "--token-file",
        "token",
        "--output",
        "log.ndjson",
    ];
    let (status, report) = run(&bench, &arguments);
    assert_eq!(
        (status, &report["records"]),
        (Some(0), &9.into()),
        "{report}"
    );
    assert_eq!(server.times("/api/consent/export"), 2);
}

#[test]
fn an_export_that_is_refused_or_false_gets_no_name() {
    let log = Log::new(9);
    let bench = Bench::new();
    let honest = log.clone();
    let server = Server::new(move |request| {
        if request.path.contains("cursor=5") {
            return Answer::refusal(403);
        }
        answer(&honest, &Signers::default(), request)
    });
    let arguments = [
        "export",
        &server.address,
        "--token-file",
        "token",
        "--output",
        "log.ndjson",
    ];
    let (status, error) = run(&bench, &arguments);
    assert_eq!(
        (status, &error["code"]),
        (Some(2), &"unreachable-log".into())
    );
    assert!(!bench.path("log.ndjson").exists() && bench.path("log.ndjson.part").exists());
    server.become_other(move |request| {
        let mut answer = answer(&log, &Signers::default(), request);
        if request.path.contains("cursor=5") {
            answer.body = String::from_utf8(answer.body)
                .unwrap()
                .replace("\"DE\"", "\"FR\"")
                .into_bytes();
        }
        answer
    });
    let (status, report) = run(&bench, &arguments);
    assert_eq!(
        (status, &report["finding"]["kind"]),
        (Some(1), &"not-in-tree".into())
    );
    assert!(!bench.path("log.ndjson").exists());
}

#[test]
fn a_folder_is_filled_with_what_it_lacks() {
    let log = Log::new(600);
    let server = serve(&log);
    let bench = Bench::new();
    let arguments = [
        "export",
        &server.address,
        "--token-file",
        "token",
        "--output",
        "copy/",
    ];
    let (status, report) = run(&bench, &arguments);
    assert_eq!(
        (status, &report["records"]),
        (Some(0), &600.into()),
        "{report}"
    );
    let (status, report) = run(&bench, &["copy", "--policy", "copy/policy"]);
    assert_eq!(
        (status, &report["records"]),
        (Some(0), &600.into()),
        "{report}"
    );
    // A file that is missing is fetched again, and no other.
    fs::remove_file(bench.path("copy/tile/entries/001")).unwrap();
    fs::remove_file(bench.path("copy/checkpoint")).unwrap();
    let (status, _) = run(&bench, &arguments);
    assert_eq!(status, Some(0));
    assert_eq!(server.times("/log/tile/entries/001"), 2);
    assert_eq!(server.times("/log/tile/entries/000"), 1);
}

#[test]
fn a_token_is_not_sent_where_others_can_read_it() {
    let bench = Bench::new();
    let (status, error) = run(&bench, &["http://cap.kz", "--token-file", "token"]);
    assert_eq!((status, &error["code"]), (Some(2), &"invalid-text".into()));
}

fn monitor(bench: &Bench, server: &Server, more: &[&str]) -> (Option<i32>, String) {
    let arguments = [
        "monitor",
        &server.address,
        "--state",
        "state.json",
        "--once",
    ];
    let (status, report) = run(bench, &[&arguments, more].concat());
    let kind = report["finding"]["kind"].as_str().unwrap_or("");
    (status, kind.to_owned())
}

/// The time of this machine, in seconds.
fn clock() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[test]
fn a_monitor_follows_a_log_and_tells_when_it_breaks() {
    let log = Log::new(300);
    let bench = Bench::new();
    let signers = Signers {
        log_time: Some(clock()),
        ..Signers::default()
    };
    let serve = |log: &Log, signers: &Signers| {
        let (log, signers) = (log.clone(), signers.clone());
        move |request: &Request| answer(&log, &signers, request)
    };
    let mut shorter = log.clone();
    shorter.entries.truncate(200);
    let server = Server::new(serve(&shorter, &signers));
    let fine = (Some(0), String::new());
    assert_eq!(monitor(&bench, &server, &[]), fine);
    assert_eq!(monitor(&bench, &server, &[]), fine);
    server.become_other(serve(&log, &signers));
    assert_eq!(monitor(&bench, &server, &[]), fine);
    // Shrunk, and rewritten; what is wrong isn't remembered.
    server.become_other(serve(&shorter, &signers));
    assert_eq!(
        monitor(&bench, &server, &[]),
        (Some(1), "shrunk".to_owned())
    );
    let mut rewritten = log.clone();
    rewritten.entries[250] = rewritten.entries[250].replace("\"DE\"", "\"FR\"");
    server.become_other(serve(&rewritten, &signers));
    assert_eq!(
        monitor(&bench, &server, &[]),
        (Some(1), "contradicted".to_owned())
    );
    let longer = Log::new(310);
    rewritten.entries.extend_from_slice(&longer.entries[301..]);
    server.become_other(serve(&rewritten, &signers));
    assert_eq!(
        monitor(&bench, &server, &[]),
        (Some(1), "contradicted".to_owned())
    );
    server.become_other(serve(&longer, &signers));
    assert_eq!(monitor(&bench, &server, &[]), fine);
    // What the monitor saw is evidence for a check.
    let text = joined(&longer.export(1, 311, &Signers::default()));
    bench.write("log.ndjson", text.as_bytes());
    let (status, report) = run(
        &bench,
        &[
            "log.ndjson",
            "--policy",
            "policy",
            "--checkpoint",
            "state.json",
        ],
    );
    // These records are dated before the monitor saw the end behind which they stand.
    assert_eq!(
        (status, &report["finding"]["kind"]),
        (Some(1), &"earlier-than-kept-end".into())
    );
    assert_eq!(report["agreed"].as_array().unwrap().len(), 2, "{report}");
}

#[test]
fn a_monitor_tells_of_a_log_that_stands_still_or_forgets_early() {
    let log = Log::new(8);
    let bench = Bench::new();
    let old = Signers {
        log_time: Some(clock() - 3600 * 5),
        ..Signers::default()
    };
    let server = Server::new({
        let log = log.clone();
        move |request| answer(&log, &old, request)
    });
    assert_eq!(monitor(&bench, &server, &[]), (Some(0), String::new()));
    let still = monitor(&bench, &server, &["--stale", "4"]);
    assert_eq!(still, (Some(4), "stale".to_owned()));
    let longer = Log::new(20);
    server.become_other(move |request| {
        if request.path == "/log/info" {
            return Answer::ok(r#"{"minimum_index":12,"retention_days":30}"#);
        }
        answer(&longer, &Signers::default(), request)
    });
    assert_eq!(
        monitor(&bench, &server, &[]),
        (Some(1), "purged-early".to_owned())
    );
}

#[test]
fn a_monitor_demands_the_cosignatures_of_its_policy() {
    let log = Log::new(8);
    let bench = Bench::with_policy(&witnessed_policy(1));
    let server = serve(&log);
    let unmet = monitor(&bench, &server, &["--policy", "policy"]);
    assert_eq!(unmet, (Some(3), "quorum-not-met".to_owned()));
    server.become_other(move |request| {
        let signers = Signers {
            witnesses: witnesses(1, clock()),
            ..Signers::default()
        };
        answer(&log, &signers, request)
    });
    assert_eq!(
        monitor(&bench, &server, &["--policy", "policy"]),
        (Some(0), String::new())
    );
}

#[test]
fn a_kind_that_is_found_has_its_exit_status() {
    let statuses = [
        FindingKind::Altered,
        FindingKind::UnknownKey,
        FindingKind::EndMissing,
    ]
    .map(|kind| kind.verdict().exit_status());
    assert_eq!(statuses, [1, 3, 4]);
}
