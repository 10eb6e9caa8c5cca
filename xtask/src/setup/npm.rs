//! The npm packages of `package-lock.json`: local runtime, wasm optimiser, Node 22, test tools.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::files;
use crate::process::{output, run, run_quietly, timed};
use crate::project::Project;

/// The oldest Node that runs npm well enough; the packages contain the Node that runs the tools.
const OLDEST_NODE: u32 = 20;

/// Installs the locked packages, unless they were installed from the same lock file.
///
/// # Errors
/// Node or npm is missing or too old, or the installation fails.
pub(super) fn install(project: &Project) -> Result<()> {
    let lock = project.root.join("package-lock.json");
    let wanted = files::read(&lock)?;
    let stamp = project.stamp("package-lock.json");
    if project.node_tool("wrangler").exists()
        && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
    {
        return Ok(());
    }

    let version = output("node", &["--version"])
        .context("Node is not installed; Node 20 or newer is needed: https://nodejs.org")?;
    if major_of(&version)? < OLDEST_NODE {
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
    files::write(&stamp, wanted)
}

/// Installs packages in exactly these versions into a folder of their own, if they are missing.
///
/// # Errors
/// npm is missing, or the registry can't be reached.
pub(crate) fn install_apart(folder: &Path, packages: &[&str]) -> Result<()> {
    let stamp = folder.join("installed");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
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
                    .current_dir(folder),
            )
        },
    )?;
    files::write(&stamp, wanted)
}

/// The major version: 20 for `v20.11.1`.
fn major_of(version: &str) -> Result<u32> {
    let unexpected = || format!("`node --version` printed `{version}`");
    let numbers = version.strip_prefix('v').with_context(unexpected)?;
    let (major, _) = numbers.split_once('.').with_context(unexpected)?;
    major.parse().with_context(unexpected)
}
