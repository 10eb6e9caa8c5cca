//! The program `verifier`.

use clap::Parser;
use std::process::ExitCode;

/// Check an export of the consent log, or a receipt, without trusting who runs the log.
#[derive(Debug, Parser)]
#[command(
    name = "verifier",
    version,
    after_help = "Exit code: 0 when nothing is wrong, 1 otherwise. docs/evidence.md says what it proves.\n\nExamples:\n  verifier log.ndjson --keys keys.json\n  verifier log.ndjson --keys keys.json --checkpoint kept.ndjson --site-folder dist/cap.kz\n  verifier --receipt receipt.json --keys keys.json"
)]
struct Cli {
    #[command(flatten)]
    arguments: verifier::cli::Arguments,
}

fn main() -> ExitCode {
    verifier::cli::run(&Cli::parse().arguments, "verifier")
}
