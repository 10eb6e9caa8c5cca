//! The program `site-builder`.

use std::process::ExitCode;

fn main() -> ExitCode {
    site_builder::cli::run()
}
