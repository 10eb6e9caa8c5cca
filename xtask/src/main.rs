//! Set-up and automation of this repository; no part of the product.
//!
//! 1. `cli` reads the command line.
//! 2. `setup` installs what is missing; the other commands call it first, except `modules`.
//! 3. `build` makes the sites and the worker, `dev` serves them, `test` runs all checks, `modules`
//!    finds circles between modules, `bench` measures, `load` is a load test, `fuzz` looks for
//!    crashes, `judges` has other programs check the log, `screenshots` and `package` make what is
//!    published.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to its user"
)]

mod bench;
mod build;
mod cli;
mod dev;
mod files;
mod fuzz;
mod judges;
mod load;
mod modules;
mod package;
mod process;
mod project;
mod screenshots;
mod setup;
mod test;

use std::process::ExitCode;

use clap::Parser as _;
use cli::{Cli, Command};
use project::Project;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let command = Cli::parse().command;
    let project = Project::find()?;
    match command {
        Command::Setup => setup::run(&project, setup::Scope::Everything).map(drop),
        Command::Build { site, deny } => build::run(&project, site.as_deref(), deny.as_deref()),
        Command::Dev { site, port } => dev::run(&project, &site, port),
        Command::Package { profile, out } => package::run(&project, profile, out.as_deref()),
        Command::Fuzz { targets, minutes } => fuzz::run(&project, &targets, minutes),
        Command::Judges => judges::run(&project),
        Command::Load => load::run(&project),
        Command::Screenshots => screenshots::run(&project),
        Command::Modules { packages, edges } => modules::run(&project, &packages, edges),
        Command::Test {
            integrations: true, ..
        } => test::run_integrations(&project),
        Command::Test { only, .. } => test::run(&project, only),
        Command::Bench(arguments) => bench::run(&project, &arguments.parts, arguments.size()),
    }
}
