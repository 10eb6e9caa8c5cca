//! Runs other programs, and reports failures in one line.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Runs a program whose output the user sees.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("can't start `{}`", line_of(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line_of(command));
    }
    Ok(())
}

/// Runs a program whose output matters only when it fails.
///
/// # Errors
/// It can't be started, or ends with failure; what it printed is shown then.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("can't start `{}`", line_of(command)))?;
    if !output.status.success() {
        for printed in [&output.stdout, &output.stderr] {
            eprint!("{}", String::from_utf8_lossy(printed));
        }
        bail!("`{}` ended with {}", line_of(command), output.status);
    }
    Ok(())
}

/// Announces a step, does it, and says how long it took.
pub(crate) fn timed<T>(what: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {what}");
    let start = Instant::now();
    let value = step()?;
    println!("    done in {:.1} s", start.elapsed().as_secs_f32());
    Ok(value)
}

/// The trimmed standard output of a program; `None` if it is missing, fails or prints no UTF-8. For
/// questions such as whether a tool is installed, to which a failure is an answer.
pub(crate) fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let result = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    match result {
        Ok(output) if output.status.success() => match String::from_utf8(output.stdout) {
            Ok(text) => Some(text.trim().to_owned()),
            Err(_) => None,
        },
        _ => None,
    }
}

/// Unpacks a package of PyPI, without its dependencies, into a folder.
pub(crate) fn pip_install(folder: &Path, package: &str) -> Result<()> {
    let python = find(&["python3"]).context("there is no python3")?;
    run_quietly(
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--no-deps"])
            .args(["--disable-pip-version-check", "--upgrade", "--target"])
            .arg(folder)
            .arg(package),
    )
}

/// The first of these programs that is on the `PATH`.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| is_executable(file))
}

/// Whether a path is an executable file.
pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// A command as it would be typed, without quotes.
pub(crate) fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
