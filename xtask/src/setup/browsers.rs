//! Browsers for the end-to-end tests: those that are there, else Debian's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::debian;
use crate::process::{find, is_executable};

/// A browser, and how to come by it.
struct Kind {
    /// Variable that names one that is somewhere else, and tells the tests where it is.
    variable: &'static str,
    /// Names under which it is installed.
    names: &'static [&'static str],
    /// Where macOS keeps it.
    macos: &'static str,
    /// Debian's package.
    package: &'static str,
}

const CHROMIUM: Kind = Kind {
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

const FIREFOX: Kind = Kind {
    variable: "FIREFOX_PATH",
    names: &["firefox-esr", "firefox"],
    macos: "/Applications/Firefox.app/Contents/MacOS/firefox",
    package: "firefox-esr",
};

/// Where the browsers are.
#[derive(Debug)]
pub(crate) struct Browsers {
    chromium: PathBuf,
    firefox: PathBuf,
}

impl Browsers {
    /// Tells a program where they are.
    pub(crate) fn name_to(&self, command: &mut Command) {
        command
            .env(CHROMIUM.variable, &self.chromium)
            .env(FIREFOX.variable, &self.firefox);
    }
}

/// Finds the browsers or installs them.
///
/// # Errors
/// A variable names no program, or an installation fails.
pub(super) fn install() -> Result<Browsers> {
    Ok(Browsers {
        chromium: CHROMIUM.install()?,
        firefox: FIREFOX.install()?,
    })
}

impl Kind {
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
        if let Some(found) = self.present() {
            return Ok(found);
        }
        debian::install(&[self.package], "the tests in a real browser").with_context(|| {
            format!(
                "install {} and name it in {}, or run `cargo xtask test --only unit`",
                self.package, self.variable
            )
        })?;
        self.present().with_context(|| {
            format!(
                "{} was installed but is not on the PATH: name it in {}",
                self.package, self.variable
            )
        })
    }

    fn present(&self) -> Option<PathBuf> {
        find(self.names)
            .or_else(|| Some(PathBuf::from(self.macos)).filter(|file| is_executable(file)))
    }
}
