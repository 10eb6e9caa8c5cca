//! Load test of the consent log: many clients, while writes to its storage fail at times and the
//! runtime is killed.

use std::process::Command;

use anyhow::Result;

use crate::process::run as run_program;
use crate::project::Project;
use crate::{build, setup};

/// Installs, builds, and runs `tests/worker/load.mjs`.
///
/// # Errors
/// A step fails, an acknowledged event was lost or stored twice, or the export does not verify.
pub(crate) fn run(project: &Project) -> Result<()> {
    let installed = setup::run(project, setup::Scope::Build)?;
    build::sites(project, Some(crate::cli::DEFAULT_SITE), None)?;
    build::worker(project, &installed)?;
    run_program(
        Command::new(project.node_tool("node"))
            .arg("tests/worker/load.mjs")
            .current_dir(&project.root),
    )
}
