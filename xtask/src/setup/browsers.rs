//! Browsers for the end-to-end tests: installed ones, or else Debian's packages. Without WebKit,
//! which not every system has, its tests are skipped.

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
    /// Path on macOS, where it can be installed there.
    macos: Option<&'static str>,
    /// Further programs on the `PATH` without which it can't be started.
    needs: &'static [&'static str],
    /// Packages of Debian.
    packages: &'static [&'static str],
}

const CHROMIUM: Browser = Browser {
    variable: "CHROME_PATH",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ],
    macos: Some("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    needs: &[],
    packages: &["chromium"],
};

const FIREFOX: Browser = Browser {
    variable: "FIREFOX_PATH",
    names: &["firefox-esr", "firefox"],
    macos: Some("/Applications/Firefox.app/Contents/MacOS/firefox"),
    needs: &[],
    packages: &["firefox-esr"],
};

/// The driver of WebKitGTK: it starts the browser that its package depends on, on a screen that
/// exists in memory alone.
const WEBKIT: Browser = Browser {
    variable: "WEBKIT_DRIVER_PATH",
    names: &["WebKitWebDriver"],
    macos: None,
    needs: &["Xvfb"],
    packages: &["webkit2gtk-driver", "xvfb"],
};

/// Paths of the browsers.
#[derive(Debug)]
pub(crate) struct Browsers {
    chromium: PathBuf,
    firefox: PathBuf,
    /// None where the system has no such package.
    webkit: Option<PathBuf>,
}

impl Browsers {
    /// Sets their environment variables for a program.
    pub(crate) fn export_to(&self, command: &mut Command) {
        command
            .env(CHROMIUM.variable, &self.chromium)
            .env(FIREFOX.variable, &self.firefox);
        if let Some(webkit) = &self.webkit {
            command.env(WEBKIT.variable, webkit);
        }
    }
}

/// Finds the browsers or installs them.
///
/// # Errors
/// A variable is not the path of a program, or the installation of Chromium or Firefox fails.
pub(super) fn install() -> Result<Browsers> {
    Ok(Browsers {
        chromium: CHROMIUM.install()?,
        firefox: FIREFOX.install()?,
        webkit: webkit()?,
    })
}

/// The driver of WebKit; None after a word on what its absence means and the cure.
///
/// # Errors
/// Its variable is not the path of a program.
fn webkit() -> Result<Option<PathBuf>> {
    let is_named = std::env::var_os(WEBKIT.variable).is_some();
    match WEBKIT.install() {
        Ok(driver) => Ok(Some(driver)),
        Err(error) if is_named => Err(error),
        Err(error) => {
            eprintln!("warning: the tests in WebKit are skipped: {error:#}");
            Ok(None)
        }
    }
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
        let packages = self.packages.join(" ");
        debian::install(self.packages, "the tests in a real browser").with_context(|| {
            format!(
                "install {packages} and name it in {}, or run `cargo xtask test --only unit`",
                self.variable
            )
        })?;
        self.find().with_context(|| {
            format!(
                "{packages} was installed but is not on the PATH: name it in {}",
                self.variable
            )
        })
    }

    fn find(&self) -> Option<PathBuf> {
        if !self.needs.iter().all(|name| find(&[name]).is_some()) {
            return None;
        }
        find(self.names).or_else(|| {
            self.macos
                .map(PathBuf::from)
                .filter(|file| is_executable(file))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_without_what_it_needs_is_not_installed() {
        let shell = Browser {
            variable: "KELISIM_NO_SUCH_VARIABLE",
            names: &["sh"],
            macos: None,
            needs: &["env"],
            packages: &[],
        };
        assert!(shell.find().is_some());
        let lacking = Browser {
            needs: &["env", "kelisim-no-such-program"],
            ..shell
        };
        assert_eq!(lacking.find(), None);
    }
}
