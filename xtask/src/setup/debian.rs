//! Debian's package manager, and those that behave like it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{find, line_of, output, timed};

/// How long to wait while another package manager is at work, as after the start of a machine.
const LOCK_TIMEOUT: Duration = Duration::from_secs(600);

/// Announces packages of the system and installs them.
///
/// # Errors
/// There is no `apt-get`, no right to use it, or it fails.
pub(super) fn install(packages: &[&str], what_for: &str) -> Result<()> {
    let list = packages.join(" ");
    if find(&["apt-get"]).is_none() {
        bail!("{what_for} is missing and this system has no apt-get to install `{list}` with");
    }
    timed(
        &format!(
            "installing {list} with the system's package manager, for {what_for} (up to a minute)"
        ),
        || {
            // The lists of a fresh machine are empty or old; fetching them first costs seconds.
            let updated = run_apt(&["update", "-qq"]);
            let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
            words.extend(packages);
            run_apt(&words).or_else(|error| updated.and(Err(error)))
        },
    )
}

/// Runs apt-get, and retries while another process holds one of its locks. apt waits by itself for
/// dpkg's lock, but not for those of its lists and its downloads.
fn run_apt(arguments: &[&str]) -> Result<()> {
    let start = Instant::now();
    let mut command = apt(arguments);
    let line = line_of(&command);
    println!("    {line}");
    loop {
        let output = command
            .stdout(Stdio::null())
            .output()
            .with_context(|| format!("can't start `{line}`"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return Ok(());
        }
        if !is_locked(&errors) || start.elapsed() > LOCK_TIMEOUT {
            eprint!("{errors}");
            bail!("`{line}` ended with {}", output.status);
        }
        println!("    another package manager is at work; waiting for it");
        std::thread::sleep(Duration::from_secs(5));
    }
}

/// Whether apt-get's messages say that another process holds a lock.
fn is_locked(errors: &str) -> bool {
    errors.contains("Could not get lock")
}

fn apt(arguments: &[&str]) -> Command {
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let mut command = Command::new(if is_root { "env" } else { "sudo" });
    command
        // `is_locked` searches the English messages.
        .args(["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get"])
        .arg(format!(
            "--option=DPkg::Lock::Timeout={}",
            LOCK_TIMEOUT.as_secs()
        ))
        .args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_is_told_from_another_failure() {
        assert!(is_locked(
            "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 31 (apt-get)"
        ));
        assert!(!is_locked("E: Unable to locate package chromium"));
    }
}
