//! A browser for the end-to-end tests: one that is there, else Debian's Chromium.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::debian;
use crate::process::{find, is_executable};

/// Names under which Chrome and Chromium are installed.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Where macOS keeps it.
const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Finds a browser or installs one. `CHROME_PATH` names one that is somewhere else.
///
/// # Errors
/// `CHROME_PATH` names no program, or the installation fails.
pub(super) fn install() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME_PATH").map(PathBuf::from) {
        if !is_executable(&named) {
            bail!(
                "CHROME_PATH names `{}`, which is not a program",
                named.display()
            );
        }
        return Ok(named);
    }
    if let Some(found) = present() {
        return Ok(found);
    }
    debian::install(&["chromium"], "the tests in a real browser")
        .context("install Chrome or Chromium and name it in CHROME_PATH, or run `cargo xtask test --only unit`")?;
    present().context("chromium was installed but is not on the PATH")
}

fn present() -> Option<PathBuf> {
    find(&NAMES).or_else(|| Some(PathBuf::from(MACOS)).filter(|file| is_executable(file)))
}
