//! Peers from npm, for measuring only: in a folder of their own below `.tools/`, never among the project's packages.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{run_quietly, timed};
use crate::project::Project;

/// Installs these very versions, unless they are there, and says where.
///
/// # Errors
/// npm is missing, or the registry can't be reached.
pub(super) fn install(project: &Project, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = project.tools().join("bench").join(name);
    let stamp = folder.join("installed");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    timed(
        &format!("installing {} from npm", packages.join(", ")),
        || {
            run_quietly(
                Command::new("npm")
                    .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
                    .args(packages)
                    // No package may bring a browser of its own.
                    .env("PUPPETEER_SKIP_DOWNLOAD", "1")
                    .current_dir(&folder),
            )
        },
    )?;
    std::fs::write(&stamp, wanted)?;
    Ok(folder)
}
