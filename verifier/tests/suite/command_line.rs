//! The program: what it prints where, and its exit code.

use crate::support::*;
use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs the program in a folder with `log.ndjson` of eight records, and `keys.json`.
fn run(arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let log = log_of(8).join("\n") + "\n";
    fs::write(folder.path().join("log.ndjson"), log).unwrap();
    fs::write(folder.path().join("keys.json"), key_set(&SEED, "1")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_verifier"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap()
}

/// Exit code, standard output, standard error.
fn printed(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = run(arguments);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_verified_log_is_reported_on_standard_output() {
    let report = "\
verified
  site        cap.kz
  records     1 to 8, each whole and in its place
  time        2026-11-20T09:30:00.000Z to 2026-11-20T09:30:07.000Z
  signatures  3 checkpoints of the log; none kept from earlier was given and no witness cosigned, so a log rewritten as a whole by the holder of its key would not show
";
    assert_eq!(
        printed(&["log.ndjson", "--keys", "keys.json"]),
        (Some(0), report.to_owned(), String::new())
    );
}

#[test]
fn a_log_of_another_site_fails() {
    let (code, report, _) = printed(&["log.ndjson", "--site", "smartustaz.kz"]);
    assert_eq!(code, Some(1));
    assert!(report.starts_with("NOT VERIFIED: line 1 is from the log of `cap.kz`"));
}

#[test]
fn a_file_that_is_not_there_is_an_error_with_its_cure() {
    let error = "\
error[unreadable-file]: `none.json` can't be read: No such file or directory (os error 2)
--> none.json
 = help: check that it is there, that it is a file, and that you may read it

1 error, nothing was checked
";
    assert_eq!(
        printed(&["log.ndjson", "--keys", "none.json"]),
        (Some(2), String::new(), error.to_owned())
    );
}

#[test]
fn programs_get_errors_as_json_on_standard_output() {
    let error = r#"{"severity":"error","code":"invalid-text","message":"`log.ndjson`: it is no key set: missing field `keys` at line 1 column 261","file":"log.ndjson","help":"`verifier --help` says what each file is and where it comes from"}
"#;
    let (code, output, rest) = printed(&["log.ndjson", "--keys", "log.ndjson", "--format", "json"]);
    assert_eq!((code, rest.as_str()), (Some(2), ""));
    assert_eq!(output, error);
}

#[test]
fn an_id_may_begin_with_a_hyphen() {
    let id = "-9AAAAAAAAAAAAAAAAAAAA";
    let outcome = run(&["nothing.tlog-proof", "--subject", id]);
    let told = String::from_utf8(outcome.stderr).unwrap();
    assert!(told.contains("nothing.tlog-proof"), "{told}");
}
