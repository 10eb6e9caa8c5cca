//! The command line, of the program `verifier` and of `site-builder verify`: arguments, progress,
//! the printed report, the exit code.

use crate::error::InputError;
pub use crate::progress::{Audience, ProgressBar};
use crate::report::Report;
use crate::verify::{Options, verify};
use crate::witness;
use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;
use clap::{Args, Subcommand, ValueEnum};
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// What to do: to check something, unless a command is named.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a file whose name is that of a command; otherwise the word can be left out.
    Check(CheckArguments),
    /// Cosign the checkpoints of logs, so that they can't show others something else.
    #[command(subcommand)]
    Witness(witness::Command),
}

/// What to check against what, and how to report.
#[derive(Debug, Args)]
struct CheckArguments {
    #[command(flatten)]
    options: Options,
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
        Some(Command::Witness(command)) => witness::run(command),
        None => run_check(&arguments.check, program),
    }
}

/// Checks and prints the report.
fn run_check(arguments: &CheckArguments, program: &str) -> ExitCode {
    let audience = match arguments.format {
        Format::Text => Audience::People,
        Format::Json => Audience::Program,
    };
    let mut progress = ProgressBar::new("checking", 0, audience);
    let checked = verify(&arguments.options, &mut |read, total| {
        progress.update(read, total)
    });
    progress.finish();
    let is_verified = checked.as_ref().is_ok_and(|report| report.verified);
    match print(checked, arguments.format, program) {
        // A reader that closes the pipe, such as `head`, is not an error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            print_error(&format!("the report can't be written: {error}\n"));
            ExitCode::FAILURE
        }
        _ if is_verified => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Writes the report, and an error as JSON, to standard output; an error as text, to standard
/// error.
fn print(checked: Result<Report, InputError>, format: Format, program: &str) -> io::Result<()> {
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

#[expect(
    clippy::let_underscore_must_use,
    reason = "when standard error is closed, there is nowhere left to say so; the exit code still does"
)]
fn print_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
