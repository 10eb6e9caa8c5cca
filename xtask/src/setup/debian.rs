//! Debian's package manager, and those that behave like it.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process::{find, output, run, timed};

/// Installs packages of the system, after saying so.
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
            let updated = run(&mut apt(&["update", "-qq"]));
            let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
            words.extend(packages);
            // Its own account of every file goes nowhere; errors are shown.
            let installed = run(apt(&words).stdout(Stdio::null()));
            installed.or_else(|error| updated.and(Err(error)))
        },
    )
}

fn apt(arguments: &[&str]) -> Command {
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let mut command = if is_root {
        Command::new("apt-get")
    } else {
        Command::new("sudo")
    };
    if !is_root {
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    let line: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    println!("    {}", line.join(" "));
    command
}
