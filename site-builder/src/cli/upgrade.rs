//! `site-builder upgrade`: registers and settings of earlier versions.

use super::{Format, finish, print};
use crate::build::BuildOutcome;
use crate::report::diagnostic::Diagnostic;
use crate::report::source::Sources;
use crate::upgrade;
use camino::Utf8PathBuf;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct UpgradeArguments {
    /// Upgrade only this site (a folder of `content/`); may be given more than once.
    #[arg(long = "site", value_name = "HOST", value_parser = super::parse_site)]
    sites: Vec<String>,
    /// Folder of the sites.
    #[arg(long, default_value = "content", value_name = "FOLDER")]
    content: Utf8PathBuf,
    /// Say what would be changed and write nothing; the exit code is 1 if anything would be.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &UpgradeArguments) -> ExitCode {
    let mut sources = Sources::default();
    let files = match upgrade::read(&mut sources, &arguments.content, &arguments.sites) {
        Ok(files) => files,
        Err(diagnostics) => return refuse(sources, diagnostics),
    };
    if !arguments.check
        && let Err(diagnostic) = upgrade::write(&files)
    {
        return refuse(sources, vec![diagnostic]);
    }
    let mut is_changed = false;
    for file in &files {
        let path = &file.path;
        for change in &file.changes {
            print::line(&format!("{path}: {change}"));
        }
        let done = match (file.changes.is_empty(), arguments.check) {
            (true, _) => "has today's form",
            (false, true) => "would be rewritten",
            (false, false) => "was rewritten",
        };
        print::line(&format!("{path} {done}"));
        is_changed |= !file.changes.is_empty();
    }
    if arguments.check && is_changed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn refuse(sources: Sources, diagnostics: Vec<Diagnostic>) -> ExitCode {
    let outcome = BuildOutcome {
        sources,
        diagnostics,
        sites: Vec::new(),
    };
    finish(&outcome, Format::Text, "")
}
