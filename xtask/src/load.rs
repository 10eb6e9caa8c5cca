//! Load test of the consent log: many clients, while writes to its storage fail at times and the
//! runtime is killed.

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
    run_program(&mut project.node(&["tests/worker/load.mjs"]))
}
