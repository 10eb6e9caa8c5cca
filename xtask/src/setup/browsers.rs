//! Browsers for the end-to-end tests: installed ones, or else Debian's packages.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::debian;
use crate::process::{find, is_executable};

struct Browser {
    /// Environment variable with its path: set by a user whose browser is elsewhere, and for the
    /// tests.
    variable: &'static str,
    /// Names of the program on the `PATH`.
    names: &'static [&'static str],
    /// Path on macOS.
    macos: &'static str,
    /// Package of Debian.
    package: &'static str,
}

const CHROMIUM: Browser = Browser {
    variable: "CHROME_PATH",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ],
    macos: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    package: "chromium",
};

const FIREFOX: Browser = Browser {
    variable: "FIREFOX_PATH",
    names: &["firefox-esr", "firefox"],
    macos: "/Applications/Firefox.app/Contents/MacOS/firefox",
    package: "firefox-esr",
};

/// Paths of the browsers.
#[derive(Debug)]
pub(crate) struct Browsers {
    chromium: PathBuf,
    firefox: PathBuf,
}

impl Browsers {
    /// Sets their environment variables for a program.
    pub(crate) fn export_to(&self, command: &mut Command) {
        command
            .env(CHROMIUM.variable, &self.chromium)
            .env(FIREFOX.variable, &self.firefox);
    }
}

/// Finds the browsers or installs them.
///
/// # Errors
/// A variable is not the path of a program, or an installation fails.
pub(super) fn install() -> Result<Browsers> {
    Ok(Browsers {
        chromium: CHROMIUM.install()?,
        firefox: FIREFOX.install()?,
    })
}

impl Browser {
    fn install(&self) -> Result<PathBuf> {
        if let Some(named) = std::env::var_os(self.variable).map(PathBuf::from) {
            if !is_executable(&named) {
                bail!(
                    "{} names `{}`, which is not a program",
                    self.variable,
                    named.display()
                );
            }
            return Ok(named);
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        debian::install(&[self.package], "the tests in a real browser").with_context(|| {
            format!(
                "install {} and name it in {}, or run `cargo xtask test --only unit`",
                self.package, self.variable
            )
        })?;
        self.find().with_context(|| {
            format!(
                "{} was installed but is not on the PATH: name it in {}",
                self.package, self.variable
            )
        })
    }

    fn find(&self) -> Option<PathBuf> {
        find(self.names)
            .or_else(|| Some(PathBuf::from(self.macos)).filter(|file| is_executable(file)))
    }
}
