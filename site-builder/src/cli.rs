//! The command line.

use crate::build::{self, Options, Outcome};
use crate::date;
use crate::diagnostic::{Diagnostic, Severity, has_error};
use crate::report::{self, Style};
use camino::Utf8PathBuf;
use chrono::{NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

/// Turns legal texts into a fast multilingual policy site.
#[derive(Debug, Parser)]
#[command(name = "site-builder", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build sites into `dist/`.
    #[command(
        after_help = "Examples:\n  site-builder build\n  site-builder build --site cap.kz --out dist\n  site-builder build --today 2027-01-01   # what will be in force then"
    )]
    Build(BuildArguments),
    /// Check sites without writing anything.
    #[command(
        after_help = "Examples:\n  site-builder check\n  site-builder check --deny warnings --format json"
    )]
    Check(CheckArguments),
}

#[derive(Debug, Args)]
struct Inputs {
    /// Build only this site (a folder of `content/`); may be given more than once.
    #[arg(long = "site", value_name = "HOST")]
    sites: Vec<String>,
    /// Folder of the sites.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// Folder of the themes.
    #[arg(long, default_value = "themes", value_name = "FOLDER")]
    themes: Utf8PathBuf,
    /// The day that decides which editions are in force [default: today in UTC].
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    today: Option<NaiveDate>,
    /// How to report mistakes.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat warnings as errors.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Debug, Args)]
struct BuildArguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Folder that gets a folder per site.
    #[arg(long, default_value = "dist", value_name = "FOLDER")]
    out: Utf8PathBuf,
}

#[derive(Debug, Args)]
struct CheckArguments {
    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For tools: one JSON object a line.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings forbid to write.
    Warnings,
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).ok_or_else(|| format!("`{text}` is no day; write it as 2026-11-20"))
}

/// Runs the program.
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Build(arguments) => build(&arguments),
        Command::Check(arguments) => check(&arguments),
    }
}

fn options(inputs: &Inputs, out: Utf8PathBuf) -> Options {
    Options {
        content: inputs.content.clone(),
        themes: inputs.themes.clone(),
        out,
        sites: inputs.sites.clone(),
        today: inputs.today.unwrap_or_else(|| Utc::now().date_naive()),
    }
}

fn build(arguments: &BuildArguments) -> ExitCode {
    let start = Instant::now();
    let options = options(&arguments.inputs, arguments.out.clone());
    let mut outcome = build_denying(&options, arguments.inputs.deny);
    if has_error(&outcome.diagnostics) {
        return finish(&outcome, arguments.inputs.format, "nothing was written");
    }
    let written = match build::write(&outcome, &options) {
        Ok(written) => written,
        Err(diagnostic) => {
            outcome.diagnostics.push(diagnostic);
            return finish(&outcome, arguments.inputs.format, "the folder is as before");
        }
    };
    let code = finish(&outcome, arguments.inputs.format, "");
    for (site, written) in written {
        let line = format!(
            "{}: {} files, {} written, {} unchanged, {} deleted, {} ms",
            options.out.join(site),
            written.changed + written.same,
            written.changed,
            written.same,
            written.deleted,
            start.elapsed().as_millis()
        );
        tell(&line);
    }
    code
}

fn check(arguments: &CheckArguments) -> ExitCode {
    let options = options(&arguments.inputs, Utf8PathBuf::new());
    let outcome = build_denying(&options, arguments.inputs.deny);
    finish(&outcome, arguments.inputs.format, "")
}

fn build_denying(options: &Options, deny: Option<Deny>) -> Outcome {
    let mut outcome = build::build(options);
    if deny == Some(Deny::Warnings) {
        for diagnostic in &mut outcome.diagnostics {
            diagnostic.severity = Severity::Error;
        }
    }
    outcome
}

/// Reports what is wrong; the exit code says whether anything forbids to go on.
fn finish(outcome: &Outcome, format: Format, consequence: &str) -> ExitCode {
    let diagnostics = &outcome.diagnostics;
    match format {
        Format::Json => emit(&report::json(diagnostics, &outcome.sources)),
        Format::Text => {
            let style = if std::io::stderr().is_terminal() {
                Style::Colour
            } else {
                Style::Plain
            };
            emit(&report::draw(diagnostics, &outcome.sources, style));
            let line = summary(diagnostics, consequence);
            if !line.is_empty() {
                tell(&line);
            }
        }
    }
    if has_error(diagnostics) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn summary(diagnostics: &[Diagnostic], consequence: &str) -> String {
    let count = |severity: Severity| {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let mut parts = Vec::new();
    for (number, name) in [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
    ] {
        if number > 0 {
            parts.push(format!(
                "{number} {name}{}",
                if number == 1 { "" } else { "s" }
            ));
        }
    }
    if !parts.is_empty() && !consequence.is_empty() {
        parts.push(consequence.to_owned());
    }
    parts.join(", ")
}

/// Reports go to standard error; a closed pipe is no reason to fail.
fn emit(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn tell(line: &str) {
    emit(&format!("{line}\n"));
}
