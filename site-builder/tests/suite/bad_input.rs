//! Malformed and hostile input is reported. Nothing is lost, nothing hangs.

use crate::support::{EDITION, Project, SITE};
use site_builder::report::diagnostic::Code;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::{fs, iter};

/// A recursion of this depth would overflow the stack.
const DEEP: usize = 10_000;

/// The codes that a build of an edition with this body reports.
fn codes(body: &str) -> Vec<Code> {
    let project = Project::good();
    project.write_body(EDITION, &format!("## 1. General provisions\n\n{body}\n"));
    let mut codes: Vec<Code> = project
        .build()
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    codes.dedup();
    codes
}

fn nested(open: &str, close: &str) -> String {
    format!("{}words{}", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn deep_nesting_is_refused() {
    assert!(codes(&nested("> ", "")).contains(&Code::NestingTooDeep));
    assert!(codes(&nested("- ", "")).contains(&Code::NestingTooDeep));
    assert!(codes(&nested("1. ", "")).contains(&Code::NestingTooDeep));
    assert!(codes(&nested("> - ", "")).contains(&Code::NestingTooDeep));
    assert!(codes(&nested("*a _b ", " c_ d*")).contains(&Code::NestingTooDeep));
    let steps = (0..1_000).map(|depth| format!("{}- item\n", "  ".repeat(depth)));
    assert!(codes(&steps.collect::<String>()).contains(&Code::NestingTooDeep));
}

#[test]
fn deep_nesting_that_means_nothing_stays_words() {
    for body in [
        nested("[", "]"),
        nested("[", ""),
        nested("![", ""),
        nested("*", ""),
        nested("`", ""),
        nested("(", ")"),
        nested("\\", ""),
    ] {
        // That the build ends is enough.
        codes(&body);
    }
    codes(&nested("[", "](@1)"));
    codes(&nested("![", "](a.png)"));
    assert_eq!(codes(&nested("<b>", "</b>")), [Code::RawHtml]);
    assert_eq!(codes(&nested("<div>\n", "</div>\n")), [Code::RawHtml]);
}

#[test]
fn tables_may_be_wide_and_long() {
    let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(300));
    let table: String = [row("a"), row("-")]
        .into_iter()
        .chain(iter::repeat_n(row("b"), 300))
        .collect();
    assert_eq!(codes(&table), []);
}

#[test]
fn a_thousand_mistakes_are_a_thousand_reports() {
    let project = Project::good();
    let body = "{{ operator.nobody }} және [орын толтырғыш] ".repeat(1_000);
    project.write_body(EDITION, &format!("## 1. General provisions\n\n{body}\n"));
    let report = project.build();
    assert_eq!(report.diagnostics.len(), 2_000);
    assert_eq!(report.text.matches("error[").count(), 2_000);
    // The position is right and the line, of 60 000 bytes, isn't repeated two thousand times.
    assert!(
        report.text.contains("2026-01-01.md:8:43984"),
        "{}",
        report.text
    );
    assert!(report.text.len() < 2_000_000);
}

#[test]
fn a_line_of_fifty_megabytes_is_not_read() {
    let project = Project::good();
    project.write(EDITION, "x".repeat(50_000_000));
    project.write("themes/tiny/assets/huge.css", "x".repeat(50_000_000));
    let report = project.build();
    let codes: Vec<Code> = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::FileTooLarge, Code::FileTooLarge]);
}

#[test]
fn links_and_pipes_are_reported_and_not_followed() {
    let project = Project::good();
    let policy = project.path().join(SITE).join("en/privacy");
    symlink("..", policy.join("upwards")).unwrap();
    symlink("2026-02-01.md", policy.join("2026-02-01.md")).unwrap();
    symlink("nowhere.md", policy.join("2026-03-01.md")).unwrap();
    let pipe = Command::new("mkfifo")
        .arg(policy.join("2026-04-01.md"))
        .status();
    assert!(pipe.unwrap().success());
    let report = project.build();
    let codes: Vec<Code> = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::UnreadableFile; 4], "{}", report.text);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_fails_while_it_is_read_is_reported() {
    let project = Project::good();
    let edition = project.path().join(SITE).join("en/privacy/2026-02-01.md");
    // The first page of a process can't be read, not even by root.
    symlink("/proc/self/mem", &edition).unwrap();
    let report = project.build();
    assert_eq!(
        report.diagnostics[0].code,
        Code::UnreadableFile,
        "{}",
        report.text
    );
}

#[test]
fn a_name_that_is_not_utf_8_is_reported() {
    let project = Project::good();
    let policy = project.path().join(SITE).join("en/privacy");
    fs::write(
        policy
            .as_std_path()
            .join(OsStr::from_bytes(b"2026-02-01\xff.md")),
        "words",
    )
    .unwrap();
    let report = project.build();
    assert_eq!(
        report.diagnostics[0].code,
        Code::UnreadableFile,
        "{}",
        report.text
    );
}

#[test]
fn names_of_sites_lead_nowhere_else() {
    let project = Project::good();
    project.write(
        "elsewhere/site.toml",
        project.read(&format!("{SITE}/site.toml")),
    );
    for name in [
        "../elsewhere",
        "..",
        ".",
        "",
        "/etc",
        "example.kz/../example.kz",
    ] {
        let output = project.run(&["build", "--site", name]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let report = String::from_utf8(output.stderr).unwrap();
        assert!(
            report.starts_with("error[missing-folder]"),
            "{name}: {report}"
        );
        assert!(!project.path().join("dist").exists());
    }
}
