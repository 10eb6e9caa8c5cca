//! Has programs that nobody here wrote judge two logs: one that `domain::tlog` and `verifier witness`
//! make without a worker, and one that the worker writes and serves over HTTP.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::run as run_program;
use crate::project::Project;
use crate::setup::{self, Judges};
use crate::{build, cli};

/// Foreign crates that judge the log, in a workspace of their own.
pub(crate) const CRATES: &str = "tests/judges/crates";

/// Installs the judges, makes both logs, and has each judge look at each.
///
/// # Errors
/// A step fails, or a judge refuses a log.
pub(crate) fn run(project: &Project) -> Result<()> {
    let installed = setup::run(project, setup::Scope::Build)?;
    let judges = setup::install_judges(project)?;
    let logs = project.target().join("judges");
    if logs.exists() {
        std::fs::remove_dir_all(&logs)?;
    }
    let (native, served) = (logs.join("native"), logs.join("served"));

    let mut make = crates(project, &["run", "--quiet", "--bin", "specimen", "--"]);
    run_program(make.arg(&native))?;
    judge(project, &judges, &native)?;
    run_program(
        Command::new("cargo")
            .args(["build", "--quiet", "--package", "verifier"])
            .current_dir(&project.root),
    )?;
    let mut compare = python(project, &judges, "tests/judges/witness.py");
    let verifier = project.target().join("debug/verifier");
    run_program(compare.arg(&native).arg(&verifier))?;

    build::sites(project, Some(cli::DEFAULT_SITE), None)?;
    build::worker(project, &installed)?;
    let mut serve = project.node(&["tests/judges/served-log.mjs"]);
    run_program(serve.arg(&served).arg(&verifier))?;
    judge(project, &judges, &served)
}

/// Has all judges look at a log in files.
fn judge(project: &Project, judges: &Judges, log: &Path) -> Result<()> {
    println!("==> {}", log.display());
    let mut rust = crates(project, &["run", "--quiet", "--bin", "judge", "--"]);
    run_program(rust.arg(log))?;
    let mut go = Command::new("go");
    go.args(["run", "."]).arg(log).current_dir(&judges.go);
    run_program(&mut go)?;
    let mut sigstore = project.node(&["tests/judges/sigstore.mjs"]);
    run_program(sigstore.arg(log).arg(&judges.npm))?;
    let mut both = python(project, judges, "tests/judges/python.py");
    run_program(both.arg(log))
}

/// Cargo in the workspace of the foreign crates, which shares the target folder.
pub(crate) fn crates(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(arguments)
        .current_dir(project.root.join(CRATES))
        .env("CARGO_TARGET_DIR", project.target());
    command
}

fn python(project: &Project, judges: &Judges, script: &str) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(script)
        .current_dir(&project.root)
        .env("PYTHONPATH", &judges.python);
    command
}
