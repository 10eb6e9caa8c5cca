//! Takes the screenshots of the documentation, from the sites as they are now.

use anyhow::Result;

use crate::process::run as run_program;
use crate::project::Project;
use crate::{build, dev, setup};

/// Installs, builds, and takes the screenshots.
///
/// # Errors
/// A step fails, or a picture has too many bytes.
pub(crate) fn run(project: &Project) -> Result<()> {
    let installed = setup::run(project, setup::Scope::Browsers)?;
    build::sites(project, None, None)?;
    build::worker(project, &installed)?;
    dev::write_local_secrets(project)?;
    let mut command = project.node(&["tests/screenshots.mjs"]);
    if let Some(browsers) = &installed.browsers {
        browsers.export_to(&mut command);
    }
    run_program(&mut command)
}
