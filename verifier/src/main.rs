//! The program `verifier`.

use clap::Parser;
use std::process::ExitCode;

/// Check a log of consents without trusting who runs it: a receipt, an export, a copy, or the log
/// itself.
#[derive(Debug, Parser)]
#[command(name = "verifier", version)]
struct Cli {
    #[command(flatten)]
    arguments: verifier::cli::Arguments,
}

fn main() -> ExitCode {
    verifier::cli::run(&Cli::parse().arguments, "verifier")
}
