//! Runs every check, then prints a table of times and the number of tests.
//!
//! 1. Set-up, then the checks, the quickest first: format, scripts, spelling, dependencies, types,
//!    lints, documentation, unit tests (`--only unit` ends here).
//! 2. Build, then the markup of every page, then the end-to-end tests against the real runtime and
//!    a real browser (`--only e2e` starts here).
//!
//! All checks run, also after one has failed; only a failed build leaves out what needs its pages.
//! A few files of end-to-end tests that failed are run once more, alone; tests that pass only then
//! are counted apart, and whoever sees one twice mends it.
//!
//! The apps of `tests/integrations` whose packages must be installed first have a command of their
//! own, `--integrations`.

mod tally;

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::cli::Suite;
use crate::dev;
use crate::files;
use crate::judges;
use crate::project::Project;
use crate::setup::{self, Installed, Scope};
use tally::Tally;

/// The end-to-end tests, as a pattern for Node's test runner.
const END_TO_END: &str = "tests/**/*.test.mjs";

/// The tests of the apps of all frameworks. Those of `quick.test.mjs` need no packages beyond the
/// project's and are end-to-end tests, too.
const INTEGRATIONS: &str = "tests/integrations/*/{quick.,}test.mjs";

/// Limit of a file of end-to-end tests, in milliseconds: one that hangs fails instead of holding up
/// the rest.
const HANG_LIMIT: &str = "--test-timeout=1200000";

/// Two files at a time: each waits more than it computes, for a browser or for a deadline.
const TWO_FILES: &str = "--test-concurrency=2";

/// One file at a time.
const ONE_FILE: &str = "--test-concurrency=1";

/// Most files of end-to-end tests that are run again after they failed: more than that, and the
/// fault is not in their surroundings.
const MOST_RUN_AGAIN: usize = 4;

/// Seed of the property tests: with it a test passes or fails the same way on every machine.
/// `docs/fuzzing.md` describes the runs with other seeds.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20261121");

/// Workspaces apart from the main one, by the names of the checks of their format.
const APART: [(&str, &str); 2] = [
    ("format of judges", judges::CRATES),
    ("format of fuzzing", "fuzz"),
];

/// Runs the checks, all or a part.
///
/// # Errors
/// Set-up fails, or at least one check does.
pub(crate) fn run(project: &Project, only: Option<Suite>) -> Result<()> {
    let mut report = Report::default();
    let scope = match only {
        None => Scope::Everything,
        Some(Suite::Unit) => Scope::Checks,
        Some(Suite::EndToEnd) => Scope::Browsers,
    };
    let installed = report.step("set-up", || setup::run(project, scope))?;
    if only != Some(Suite::EndToEnd) {
        unit(project, &mut report)?;
    }
    if only != Some(Suite::Unit) {
        end_to_end(project, &installed, &mut report)?;
    }
    report.finish()
}

fn unit(project: &Project, report: &mut Report) -> Result<()> {
    repository(project, report)?;
    rust(project, report)
}

/// Checks that compile nothing.
fn repository(project: &Project, report: &mut Report) -> Result<()> {
    report.check(
        "format",
        cargo(project, &["fmt", "--all", "--check"]),
        "run `cargo fmt --all`",
    )?;
    for (name, folder) in APART {
        report.check(
            name,
            cargo_apart(project, folder, "fmt --check"),
            &format!("run `cargo fmt` in {folder}"),
        )?;
    }
    report.check(
        "scripts",
        project.node(&["node_modules/.bin/biome", "ci", "--error-on-warnings"]),
        "run `node_modules/.bin/biome check --write`, then mend what it still names",
    )?;
    report.check(
        "spelling",
        tool(project, "typos", &[]),
        "run `.tools/bin/typos --write-changes`; a word that is right goes into typos.toml",
    )?;
    report.check(
        "dependencies",
        tool(
            project,
            "cargo-deny",
            &["--offline", "check", "bans", "licenses", "sources"],
        ),
        "deny.toml lists the licences and the duplicate versions that are allowed",
    )?;
    report.check(
        "types",
        project.node(&["node_modules/.bin/tsc", "--project", "."]),
        "mend the JSDoc types that tsc names",
    )
}

fn rust(project: &Project, report: &mut Report) -> Result<()> {
    let lints = "clippy --quiet --workspace --all-targets -- -D warnings";
    report.check(
        "lints",
        cargo(project, &words(lints)),
        "run `cargo clippy --fix --workspace --all-targets`, then mend what it still names",
    )?;
    let documentation = "doc --quiet --workspace --no-deps --document-private-items";
    let mut documentation = cargo(project, &words(documentation));
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    report.check(
        "documentation",
        documentation,
        "mend the links of doc comments that lead nowhere",
    )?;
    report.check(
        "unit tests",
        cargo(project, &words("test --quiet --workspace --no-fail-fast")),
        "run a test alone: `cargo test --package PACKAGE NAME`",
    )?;
    report.check(
        "judges",
        cargo_apart(project, judges::CRATES, "test --quiet --no-fail-fast"),
        "the log's tree, proofs or notes are no longer those of other programs",
    )
}

/// Cargo in a workspace apart, which shares the target folder.
fn cargo_apart(project: &Project, folder: &str, arguments: &str) -> Command {
    let mut command = cargo(project, &words(arguments));
    command
        .current_dir(project.root.join(folder))
        .env("CARGO_TARGET_DIR", project.target());
    command
}

fn words(arguments: &str) -> Vec<&str> {
    arguments.split(' ').collect()
}

fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(&project.root);
    if std::env::var_os(SEED.0).is_none() {
        command.env(SEED.0, SEED.1);
    }
    command
}

fn end_to_end(project: &Project, installed: &Installed, report: &mut Report) -> Result<()> {
    if built(project, installed, report).is_err() {
        return Ok(());
    }
    report.check(
        "markup",
        project.node(&["node_modules/.bin/html-validate", "--ext", "html", "dist"]),
        "mend the template that makes the page; the rules are in .htmlvalidate.mjs",
    )?;
    let failed = project.target().join("failed-tests.txt");
    report.check_again(
        "end-to-end tests",
        browser_tests(project, installed, &[TWO_FILES, END_TO_END], Some(&failed)),
        "run a file alone: `node_modules/.bin/node --test FILE`",
        || {
            let files = files::read(&failed)?;
            let files: Vec<&str> = files.lines().collect();
            if files.is_empty() || files.len() > MOST_RUN_AGAIN {
                return Ok(None);
            }
            println!("==> again, one at a time: {}", files.join(", "));
            let arguments = [&[ONE_FILE], files.as_slice()].concat();
            Ok(Some(browser_tests(project, installed, &arguments, None)))
        },
    )
}

/// Tests the apps of all frameworks. Each test installs and builds its app; one at a time, because
/// the builds use all processors.
///
/// # Errors
/// Set-up fails, or at least one test does.
pub(crate) fn run_integrations(project: &Project) -> Result<()> {
    let mut report = Report::default();
    let installed = report.step("set-up", || setup::run(project, Scope::Browsers))?;
    if built(project, &installed, &mut report).is_ok() {
        report.check(
            "integrations",
            browser_tests(project, &installed, &[ONE_FILE, INTEGRATIONS], None),
            "run an app alone: `node_modules/.bin/node --test FILE`",
        )?;
    }
    report.finish()
}

/// Builds what the tests in browsers are served, and the programs that tests run.
fn built(project: &Project, installed: &Installed, report: &mut Report) -> Result<()> {
    report.step("build", || {
        build::programs(project, build::Profile::Dev)?;
        build::sites(project, None, None)?;
        build::worker(project, installed)?;
        dev::write_local_secrets(project)
    })
}

/// Node's test runner, told where the browsers are; it writes the names of the files with a failed
/// test into `failed`.
fn browser_tests(
    project: &Project,
    installed: &Installed,
    arguments: &[&str],
    failed: Option<&Path>,
) -> Command {
    let mut command = project.node(&["--test", HANG_LIMIT]);
    command.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    if let Some(failed) = failed {
        command
            .arg("--test-reporter=./tests/support/failed-files.mjs")
            .arg(format!("--test-reporter-destination={}", failed.display()));
    }
    command.args(arguments);
    if let Some(browsers) = &installed.browsers {
        browsers.export_to(&mut command);
    }
    command
}

/// A program in `.tools/bin`.
fn tool(project: &Project, name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(project.tool(name));
    command.args(arguments).current_dir(&project.root);
    command
}

/// The results of the checks so far.
#[derive(Default)]
struct Report {
    results: Vec<CheckResult>,
}

struct CheckResult {
    name: &'static str,
    seconds: f32,
    tally: Tally,
    failed: bool,
}

impl Report {
    /// Runs a step that is not a check; its error is shown, counted and returned.
    fn step<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = step();
        if let Err(error) = &result {
            eprintln!("error: {name}: {error:#}");
        }
        self.add(name, start, Tally::default(), result.is_err());
        result
    }

    /// Runs a check, passes its output on and counts the tests in it. Prints `cure` if it fails.
    fn check(&mut self, name: &'static str, command: Command, cure: &str) -> Result<()> {
        self.check_again(name, command, cure, || Ok(None))
    }

    /// As [`Report::check`], but tests that fail are run once more by the command that `again`
    /// returns, with nothing beside them: a page that waits for a busy processor or a browser that
    /// ended is no fault of the project. Tests that pass only then are counted apart.
    fn check_again(
        &mut self,
        name: &'static str,
        mut command: Command,
        cure: &str,
        again: impl FnOnce() -> Result<Option<Command>>,
    ) -> Result<()> {
        println!("==> {name}");
        let start = Instant::now();
        let (mut tally, mut succeeded) = run_and_count(&mut command)?;
        if !succeeded && let Some(mut again) = again()? {
            (_, succeeded) = run_and_count(&mut again)?;
            if succeeded {
                tally.passed_when_run_again();
            }
        }
        if !succeeded {
            eprintln!("error: {name} failed\nhelp: {cure}");
        }
        self.add(name, start, tally, !succeeded);
        Ok(())
    }

    fn add(&mut self, name: &'static str, start: Instant, tally: Tally, failed: bool) {
        self.results.push(CheckResult {
            name,
            seconds: start.elapsed().as_secs_f32(),
            tally,
            failed,
        });
    }

    fn finish(self) -> Result<()> {
        println!();
        for CheckResult {
            name,
            seconds,
            tally,
            failed,
        } in &self.results
        {
            let tests = if tally.is_empty() {
                String::new()
            } else {
                format!("{tally}")
            };
            println!(
                "{} {name:<18}{seconds:>8.1} s  {tests}",
                if *failed { "FAILED" } else { "ok    " }
            );
        }
        println!(
            "{:<25}{:>8.1} s",
            "",
            self.results.iter().map(|line| line.seconds).sum::<f32>()
        );
        let total: Tally = self.results.iter().map(|line| line.tally).sum();
        println!("\n{total}");
        let failed: Vec<&str> = self
            .results
            .iter()
            .filter(|line| line.failed)
            .map(|line| line.name)
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

/// Returns the number of tests, and whether the program succeeded.
fn run_and_count(command: &mut Command) -> Result<(Tally, bool)> {
    if std::io::stdout().is_terminal() {
        command
            .env("CARGO_TERM_COLOR", "always")
            .env("FORCE_COLOR", "1");
    }
    let program = Path::new(command.get_program()).display().to_string();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start `{program}`"))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let text = String::from_utf8_lossy(&line);
            tally.read(&text);
            writeln!(std::io::stdout(), "{text}")?;
        }
    }
    Ok((tally, child.wait()?.success()))
}
