//! `docs/diagnostics.md` is generated from the fixtures by `UPDATE_DOCS=1 cargo test -p
//! site-builder`.

use crate::cases::{Case, Change, Special, fixture, path_of};
use crate::support::{EDITION, SITE, fixtures, front_matter, repository};
use site_builder::report::diagnostic::{Code, Severity};
use std::env;
use std::fmt::Write as _;
use std::fs;

const INTRODUCTION: &str = "\
# What the builder tells an author

<!-- Made from `site-builder/tests/fixtures/diagnostics` by `UPDATE_DOCS=1 cargo test -p site-builder`. -->

Every mistake has a code, a sentence, a place and help. `site-builder check` looks for them and writes nothing; `build` writes
only when there is no error. All mistakes are reported at once, errors before warnings, from the top of the first file down.

- An **error** forbids to write: the exit code is 1 and the output folder stays as it was, byte for byte.
- A **warning** forbids nothing, unless `--deny warnings` says so.
- `--format json` prints one object a line on standard output: `severity`, `code`, `message`, `file`, `help`, and where the
  place is a part of a file `line`, `column`, `end_line`, `end_column`. Both count from 1, columns count characters, the end
  is behind the last character.

Each example changes one thing of a small site: the bad form is reported as shown below it, the good one is not
reported.
";

#[test]
fn the_page_of_diagnostics_shows_what_the_fixtures_show() {
    let path = repository().join("docs/diagnostics.md");
    let page = page();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, page).unwrap();
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/diagnostics.md is out of date: run `UPDATE_DOCS=1 cargo test -p site-builder`"
    );
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| code | | what is wrong |\n|---|---|---|\n");
    for code in Code::ALL {
        let name = code.as_str();
        writeln!(
            page,
            "| [`{name}`](#{name}) | {} | {} |",
            severity(*code),
            code.description().trim_end_matches('.')
        )
        .unwrap();
    }
    for code in Code::ALL {
        push_code(&mut page, *code);
    }
    page
}

fn severity(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn push_code(page: &mut String, code: Code) {
    let cases = fixture(code.as_str()).unwrap().case;
    let (first, others) = cases.split_first().unwrap();
    writeln!(page, "\n## {}\n\n{}\n", code.as_str(), code.description()).unwrap();
    push_case(page, first);
    if !others.is_empty() {
        page.push_str("\nAlso reported:\n\n");
        for case in others {
            writeln!(page, "- {}", case.name).unwrap();
        }
    }
}

fn push_case(page: &mut String, case: &Case) {
    for also in case.also.iter().filter(|also| also.from.is_none()) {
        writeln!(page, "Where `{}` says:\n", shown_path(&also.file)).unwrap();
        push_block(page, &also.file, &also.to);
        page.push('\n');
    }
    let since = if case.published {
        " after `site-builder archive`"
    } else {
        ""
    };
    writeln!(page, "Bad, in `{}`{since}:\n", shown_path(&case.file)).unwrap();
    match &case.bad {
        Change::Text(text) if text.trim().is_empty() => page.push_str("(nothing)\n"),
        Change::Text(text) => push_block(page, &case.file, text),
        Change::Special(special) => {
            writeln!(page, "{}", described(special)).unwrap();
        }
        Change::Nothing => page.push_str("(as in the good site)\n"),
    }
    page.push('\n');
    push_block(page, "report.text", case.build_bad().text.trim_end());
    page.push_str("\nGood:\n\n");
    match good(case) {
        Some(text) => push_block(page, &case.file, &text),
        None => page.push_str("(nothing)\n"),
    }
}

/// The text without the mistake; none when the file should be missing.
fn good(case: &Case) -> Option<String> {
    if let Some(text) = case.good.as_ref().or(case.from.as_ref()) {
        return Some(text.clone());
    }
    let path = path_of(&case.file);
    let text = fs::read_to_string(fixtures().join("site").join(&path)).ok()?;
    if path == EDITION {
        return text.strip_prefix(&front_matter(&text)).map(str::to_owned);
    }
    Some(text)
}

fn described(special: &Special) -> String {
    match special {
        Special::Bytes(bytes) => {
            let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("(the bytes `{}`)", bytes.join(" "))
        }
        Special::Link(to) => format!("(a symbolic link to `{to}`)"),
        Special::Repeat(words, times) => format!("(`{words}`, {times} times)"),
        Special::Gone(_) => "(it isn't there)".to_owned(),
    }
}

fn shown_path(file: &str) -> String {
    let path = path_of(file);
    path.strip_prefix(&format!("{SITE}/"))
        .unwrap_or(&path)
        .to_owned()
}

fn push_block(page: &mut String, file: &str, text: &str) {
    let language = match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("md") => "markdown",
        Some("toml") => "toml",
        Some("html") => "html",
        _ => "text",
    };
    writeln!(page, "```{language}\n{}\n```", text.trim_matches('\n')).unwrap();
}
