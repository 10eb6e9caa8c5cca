//! The command line: the arguments and the output of each command.

mod build;
pub mod deploy;
mod import;
mod new;
mod print;
mod upgrade;
mod watch;

use crate::archive;
use crate::build::{BuildOptions, BuildOutcome, Destination};
use crate::content::{date, host};
use crate::report::diagnostic::{Code, Diagnostic, Severity, has_error};
use crate::report::draw::{self, Style};
use build::BuildArguments;
use camino::Utf8PathBuf;
use chrono::{NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{InvalidLocale, Locale};
use import::ImportArguments;
use new::NewArguments;
use std::convert::Infallible;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use upgrade::UpgradeArguments;

/// Turns legal texts into a fast multilingual policy site.
#[derive(Debug, Parser)]
#[command(name = "site-builder", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a site: its folder in `content/` and its environment in `wrangler.toml`.
    #[command(
        after_help = "On a terminal it asks for what is not given; elsewhere, or with --yes, everything must be given.\n\nExamples:\n  site-builder new example.kz\n  site-builder new example.kz --yes --locale ru --locale en --name '«Example»' --registration bin=250440000004 \\\n    --address ru='Алматы, улица Улги, 1' --address en='1 Ulgi Street, Almaty' --phone +77000000000 \\\n    --email privacy@example.kz --service google-analytics-4=G-ABC123"
    )]
    New(Box<NewArguments>),
    /// Build sites into `dist/`.
    #[command(
        after_help = "Examples:\n  site-builder build\n  site-builder build --site cap.kz --out dist\n  site-builder build --today 2027-01-01   # what will be in force then\n  site-builder build --site cap.kz --watch"
    )]
    Build(BuildArguments),
    /// Check sites without writing anything.
    #[command(
        after_help = "Examples:\n  site-builder check\n  site-builder check --deny warnings --format json"
    )]
    Check(Inputs),
    /// Turn documents that exist already, of Word, LibreOffice, Markdown or HTML, into editions.
    #[command(after_help = import::HELP)]
    Import(Box<ImportArguments>),
    /// Keep what visitors are shown now in `content/<site>/archive/`, so that it can be produced in
    /// later years.
    #[command(
        after_help = "Run it before you publish, and commit the folder. Nothing in it is ever replaced.\n\nExamples:\n  site-builder archive\n  site-builder archive --site cap.kz"
    )]
    Archive(Inputs),
    /// Rewrite registers and settings of earlier versions (`services.toml`, `site.toml`) in today's
    /// form.
    #[command(
        after_help = "Comments and order stay; a file in today's form is not touched. docs/upgrading.md says what changes.\n\nExamples:\n  site-builder upgrade --check   # what would be changed\n  site-builder upgrade\n  site-builder upgrade --site cap.kz"
    )]
    Upgrade(UpgradeArguments),
    /// Check a log of consents without trusting who runs it; the program `verifier` is the same.
    #[command(
        after_help = "`verifier --help` says what the exit status means.\n\nExamples:\n  site-builder verify cap.kz-42.tlog-proof --policy policy.txt\n  site-builder verify https://cap.kz"
    )]
    Verify(Box<verifier::cli::Arguments>),
}

#[derive(Debug, Args)]
struct Inputs {
    /// Build only this site (a folder of `content/`); may be given more than once.
    #[arg(long = "site", value_name = "HOST", value_parser = parse_site)]
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
    /// What else forbids to write: any warning, or what must not be deployed; may be given more
    /// than once.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Vec<Deny>,
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
    /// Any warning.
    Warnings,
    /// Whatever forbids a deployment: `draft = true`, a service without its id, a blocking item
    /// of `REVIEW.<locale>.md` that isn't ticked.
    Drafts,
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    date::parse(text).ok_or_else(|| format!("`{text}` is no day; write it as 2026-11-20"))
}

/// The name of a site's folder: that of a host in ASCII, whatever script it is given in.
fn parse_site(text: &str) -> Result<String, Infallible> {
    let ascii = (!text.is_ascii()).then(|| host::to_ascii(text)).flatten();
    Ok(ascii.unwrap_or_else(|| text.to_owned()))
}

fn parse_locale(text: &str) -> Result<Locale, InvalidLocale> {
    Locale::try_from(text)
}

/// Runs the program.
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Command::New(arguments) => new::new(*arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Check(inputs) => check(&inputs),
        Command::Import(arguments) => import::import(&arguments),
        Command::Archive(inputs) => archive(&inputs),
        Command::Upgrade(arguments) => upgrade::run(&arguments),
        Command::Verify(arguments) => verifier::cli::run(&arguments, "site-builder verify"),
    }
}

fn options(inputs: &Inputs, out: Utf8PathBuf) -> BuildOptions {
    BuildOptions {
        content: inputs.content.clone(),
        themes: inputs.themes.clone(),
        out,
        sites: inputs.sites.clone(),
        today: inputs.today.unwrap_or_else(|| Utc::now().date_naive()),
    }
}

fn check(inputs: &Inputs) -> ExitCode {
    let options = options(inputs, Utf8PathBuf::new());
    let outcome = build_without_writing(&options, &inputs.deny);
    finish(&outcome, inputs.format, "")
}

fn archive(inputs: &Inputs) -> ExitCode {
    let options = options(inputs, Utf8PathBuf::new());
    let format = inputs.format;
    let mut outcome = build_without_writing(&options, &inputs.deny);
    // `archive` resolves these warnings.
    outcome.diagnostics.retain(|diagnostic| {
        !matches!(
            diagnostic.code,
            Code::UnarchivedText | Code::UnarchivedEdition
        )
    });
    if has_error(&outcome.diagnostics) {
        return finish(&outcome, format, "nothing was archived");
    }
    for site in &mut outcome.sites {
        let folder = options.content.join(&site.folder).join(archive::FOLDER);
        let archive = &mut site.archive;
        let stored = archive
            .add_editions(&outcome.sources)
            .and_then(|()| archive.store(&folder, options.today));
        if let Err(diagnostic) = stored {
            outcome.diagnostics.push(diagnostic);
            return finish(&outcome, format, "");
        }
        print::line(&format!(
            "{folder}: {} texts kept, {} new",
            archive.archived.len() + archive.new.len(),
            archive.new.len()
        ));
    }
    finish(&outcome, format, "")
}

fn build_without_writing(options: &BuildOptions, deny: &[Deny]) -> BuildOutcome {
    let mut outcome = crate::build::build_to(options, Destination::Null);
    deny_as_asked(&mut outcome, options, deny);
    outcome
}

/// Turns the diagnostics that `--deny` names into errors.
fn deny_as_asked(outcome: &mut BuildOutcome, options: &BuildOptions, deny: &[Deny]) {
    if deny.contains(&Deny::Drafts) {
        deploy::guard(outcome, options);
    }
    if deny.contains(&Deny::Warnings) {
        for diagnostic in &mut outcome.diagnostics {
            diagnostic.severity = Severity::Error;
        }
        draw::sort(&mut outcome.diagnostics, &outcome.sources);
    }
}

/// Prints the diagnostics and how many there are, followed by the consequence. The exit code is a
/// failure if any is an error.
fn finish(outcome: &BuildOutcome, format: Format, consequence: &str) -> ExitCode {
    let diagnostics = &outcome.diagnostics;
    match format {
        Format::Json => print::data(&draw::json(diagnostics, &outcome.sources)),
        Format::Text => {
            let style = if std::io::stderr().is_terminal() {
                Style::Colour
            } else {
                Style::Plain
            };
            print::text(&draw::text(diagnostics, &outcome.sources, style));
            let line = summary(diagnostics, consequence);
            if !line.is_empty() {
                print::line(&line);
            }
        }
    }
    if has_error(diagnostics) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// `2 errors, 1 warning, nothing was written`; empty when there is no diagnostic.
fn summary(diagnostics: &[Diagnostic], consequence: &str) -> String {
    let mut parts = Vec::new();
    for (severity, name) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let of_severity = |diagnostic: &&Diagnostic| diagnostic.severity == severity;
        match diagnostics.iter().filter(of_severity).count() {
            0 => {}
            1 => parts.push(format!("1 {name}")),
            number => parts.push(format!("{number} {name}s")),
        }
    }
    if !parts.is_empty() && !consequence.is_empty() {
        parts.push(consequence.to_owned());
    }
    parts.join(", ")
}
