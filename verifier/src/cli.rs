//! The command line, of the program `verifier` and of `site-builder verify`: arguments, progress,
//! the printed report, the exit code.

use crate::check::{Options, verify};
use crate::download::Export;
use crate::error::InputError;
use crate::monitor::Monitor;
pub use crate::progress::{Audience, ProgressBar};
use crate::report::Report;
use crate::witness;
use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;
use clap::{Args, Subcommand, ValueEnum};
use domain::Timestamp;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What `--help` says at its end.
const HELP: &str = "\
Exit status:
  0  verified
  1  wrong: something was altered, contradicts something else, or is dated falsely
  2  the command line is wrong, or something can't be read or fetched
  3  nothing is proved: no keys, unknown keys, or fewer cosignatures than the policy demands
  4  incomplete: nothing contradicts, but a part is missing

Examples:
  verifier cap.kz-42.tlog-proof --policy policy.txt
  verifier https://cap.kz
  verifier log.ndjson --policy policy.txt --checkpoint kept.txt --site-folder dist/cap.kz

docs/evidence.md says what is proved.";

/// What to do: to check something, unless a command is named.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = HELP
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: Reported<Options>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a file whose name is that of a command; otherwise the word can be left out.
    Check(Reported<Options>),
    /// Take a log home: its records into a file, or its tiles and entries into a folder.
    #[command(
        after_help = "It can be interrupted and called again. The file has its name, and the folder its `checkpoint`, when all is there and checked.\n\nExamples:\n  verifier export https://cap.kz --token-file token.txt --output cap.kz.ndjson\n  verifier export https://cap.kz --token-file token.txt --output cap.kz/"
    )]
    Export(Reported<Export>),
    /// Watch a log: remember what it signed, and tell when it doesn't continue that.
    #[command(
        after_help = "Exit status: that of the last look, see `verifier --help`.\n\nExamples:\n  verifier monitor https://cap.kz --state cap.kz.json\n  verifier monitor https://cap.kz --state cap.kz.json --policy policy.txt --once   # hourly, from cron"
    )]
    Monitor(Reported<Monitor>),
    /// Cosign the checkpoints of logs, so that they can't show others something else.
    #[command(subcommand)]
    Witness(witness::Command),
}

/// The arguments of a command whose result is a report.
#[derive(Debug, Args)]
struct Reported<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For tools: one JSON object a line.
    Json,
}

/// Does what the arguments say; `program` is the command line that was called, without its
/// arguments.
pub fn run(arguments: &Arguments, program: &str) -> ExitCode {
    match &arguments.command {
        Some(Command::Check(check)) => run_check(check, program),
        Some(Command::Export(export)) => run_export(export, program),
        Some(Command::Monitor(monitor)) => run_monitor(monitor, program),
        Some(Command::Witness(command)) => witness::run(command),
        None => run_check(&arguments.check, program),
    }
}

/// The exit status when something can't be read, as of a wrong command line.
const UNREADABLE: u8 = 2;

fn run_check(check: &Reported<Options>, program: &str) -> ExitCode {
    let mut progress = ProgressBar::new("checking", 0, check.format.audience());
    let checked = verify(&check.arguments, now(), &mut |done, total| {
        progress.update(done, total)
    });
    progress.finish();
    print(checked, check.format, program)
}

fn run_export(export: &Reported<Export>, program: &str) -> ExitCode {
    let mut progress = ProgressBar::new("fetching", 0, export.format.audience());
    let checked = export
        .arguments
        .run(now(), &mut |done, total| progress.update(done, total));
    progress.finish();
    print(checked, export.format, program)
}

/// Looks once, or until the program is stopped.
fn run_monitor(monitor: &Reported<Monitor>, program: &str) -> ExitCode {
    loop {
        let status = print(monitor.arguments.look(now()), monitor.format, program);
        if monitor.arguments.once {
            return status;
        }
        thread::sleep(Duration::from_secs(
            60 * u64::from(monitor.arguments.interval),
        ));
    }
}

/// Writes the report, and an error as JSON, to standard output; an error as text, to standard
/// error.
fn print(checked: Result<Report, InputError>, format: Format, program: &str) -> ExitCode {
    let status = match &checked {
        Ok(report) => report.verdict.exit_status(),
        Err(_) => UNREADABLE,
    };
    match write(checked, format, program) {
        // A reader that closes the pipe, such as `head`, is not an error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            print_error(&format!("the report can't be written: {error}\n"));
            ExitCode::from(UNREADABLE)
        }
        _ => ExitCode::from(status),
    }
}

fn write(checked: Result<Report, InputError>, format: Format, program: &str) -> io::Result<()> {
    let text = match (checked, format) {
        (Ok(report), Format::Text) => report.text(),
        (Ok(report), Format::Json) => report.json()?,
        (Err(error), Format::Json) => error.json(program)?,
        (Err(error), Format::Text) => {
            let renderer = if io::stderr().is_terminal() {
                Renderer::styled().decor_style(DecorStyle::Unicode)
            } else {
                Renderer::plain()
            };
            print_error(&error.text(program, &renderer));
            print_error("1 error, nothing was checked\n");
            return Ok(());
        }
    };
    io::stdout().write_all(text.as_bytes())
}

/// The time by this machine's clock.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

impl Format {
    const fn audience(self) -> Audience {
        match self {
            Self::Text => Audience::People,
            Self::Json => Audience::Program,
        }
    }
}

#[expect(
    clippy::let_underscore_must_use,
    reason = "when standard error is closed, there is nowhere left to say so; the exit code still does"
)]
fn print_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
