//! npm packages that are only measured, installed below `.tools/` and not among the project's
//! packages; and the scripts that measure them, which print one JSON object a line.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use crate::project::Project;
use crate::setup::{self, Scope};

/// Installs packages in exactly these versions if they are missing. Returns their folder.
///
/// # Errors
/// npm is missing, or the registry can't be reached.
pub(super) fn install(project: &Project, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = project.tools().join("bench").join(name);
    setup::install_npm_apart(&folder, packages)?;
    Ok(folder)
}

/// Runs `node <script> <peers> <amount>`.
///
/// # Errors
/// A browser is missing, or the script fails.
pub(super) fn measure<T: DeserializeOwned>(
    project: &Project,
    script: &str,
    peers: &Path,
    amount: &str,
) -> Result<Vec<T>> {
    let installed = setup::run(project, Scope::Browsers)?;
    let mut command = project.node(&[script]);
    command.arg(peers).arg(amount);
    if let Some(browsers) = &installed.browsers {
        browsers.export_to(&mut command);
    }
    let output = command.output().context("can't start Node")?;
    if !output.status.success() {
        bail!("{script}: {}", String::from_utf8_lossy(&output.stderr));
    }
    read(&String::from_utf8(output.stdout)?)
}

/// Parses the output of such a script.
pub(super) fn read<T: DeserializeOwned>(lines: &str) -> Result<Vec<T>> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("no figures: {line}")))
        .collect()
}
