//! The npm packages of `package-lock.json`: local runtime, wasm optimiser, Node 22, test tools.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output, run, timed};
use crate::project::Project;

/// The oldest Node that can start the installation; the packages bring the Node that runs the tools.
const OLDEST_NODE: u32 = 20;

/// Installs the locked packages unless these very ones are there.
///
/// # Errors
/// Node or npm is missing or too old, or the installation fails.
pub(super) fn install(project: &Project) -> Result<()> {
    let lock = project.root.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("can't read {}", lock.display()))?;
    let stamp = project.stamp("package-lock.json");
    if project.node_tool("wrangler").exists()
        && std::fs::read(&stamp).is_ok_and(|installed| installed == wanted)
    {
        return Ok(());
    }

    let version = output("node", &["--version"])
        .context("Node is not installed; Node 20 or newer is needed: https://nodejs.org")?;
    if major_of(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!(
            "Node {version} is too old; Node {OLDEST_NODE} or newer is needed: https://nodejs.org"
        );
    }
    if stamp.exists() {
        std::fs::remove_file(&stamp)?;
    }
    timed(
        "installing npm packages into node_modules (about 20 seconds)",
        || {
            run(Command::new("npm")
                .args(["ci", "--loglevel=error"])
                // No package may bring a browser of its own.
                .env("PUPPETEER_SKIP_DOWNLOAD", "1")
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .current_dir(&project.root))
        },
    )?;
    super::write_stamp(&stamp, &wanted)
}

fn major_of(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}
