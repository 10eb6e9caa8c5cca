//! typos and cargo-deny, which check spelling and dependencies, in `.tools/bin`.

use std::process::Command;

use anyhow::{Context, Result};

use super::cargo_tools::{self, Tool};
use crate::process::{pip_install, run, timed};
use crate::project::Project;

const TYPOS: &str = "1.52.0";
const CARGO_DENY: &str = "0.20.2";

/// Installs both where they are missing: typos from PyPI, which carries the compiled program, or
/// else from crates.io.
///
/// # Errors
/// A tool can't be compiled, or the dependencies can't be downloaded.
pub(super) fn install(project: &Project) -> Result<()> {
    let typos = Tool {
        package: "typos-cli",
        program: "typos",
        version: TYPOS.to_owned(),
        duration: "three minutes",
    };
    let cargo_deny = Tool {
        package: "cargo-deny",
        program: "cargo-deny",
        version: CARGO_DENY.to_owned(),
        duration: "two minutes",
    };
    if !typos.is_installed(project)
        && let Err(error) = timed(&format!("fetching typos {TYPOS} from PyPI"), || {
            fetch_typos(project)
        })
    {
        println!("    {error:#}; compiling it instead");
    }
    cargo_tools::install(project, &[typos, cargo_deny])?;
    // cargo-deny reads the manifests of all dependencies, also of those that only another system
    // compiles.
    run(Command::new("cargo")
        .args(["fetch", "--quiet", "--locked"])
        .current_dir(&project.root))
}

/// Unpacks the wheel by pip into a temporary folder, and moves only the program out of it.
fn fetch_typos(project: &Project) -> Result<()> {
    let wheel = project.tools().join("typos");
    let program = project.tool("typos");
    let fetched = pip_install(&wheel, &format!("typos=={TYPOS}")).and_then(|()| {
        std::fs::create_dir_all(project.tools().join("bin"))?;
        std::fs::rename(wheel.join("bin/typos"), &program)
            .with_context(|| format!("can't move typos to {}", program.display()))
    });
    if wheel.exists() {
        std::fs::remove_dir_all(&wheel)?;
    }
    fetched
}
