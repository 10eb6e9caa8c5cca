//! Programs that `cargo install` compiles into `.tools/bin`.

use std::process::Command;

use anyhow::Result;

use crate::process::{output, run, timed};
use crate::project::Project;

/// A program of crates.io, in exactly this version.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) package: &'static str,
    pub(super) program: &'static str,
    pub(super) version: String,
    /// Expected time of compilation, for the announcement.
    pub(super) duration: &'static str,
}

impl Tool {
    /// Whether `.tools/bin` has the tool in this version.
    pub(super) fn is_installed(&self, project: &Project) -> bool {
        output(project.tool(self.program), &["--version"])
            .is_some_and(|text| text.split_whitespace().last() == Some(self.version.as_str()))
    }
}

/// The tools that compile the worker. worker-build has to match the version of the `worker` crate.
///
/// # Errors
/// `Cargo.lock` does not name a crate that they belong to.
pub(super) fn for_worker(project: &Project) -> Result<[Tool; 2]> {
    Ok([
        Tool {
            package: "worker-build",
            program: "worker-build",
            version: project.locked_version("worker")?,
            duration: "two minutes",
        },
        Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: project.locked_version("wasm-bindgen")?,
            duration: "one minute",
        },
    ])
}

/// Compiles cargo-fuzz, which is no part of the other set-up, if it is missing.
///
/// # Errors
/// It can't be compiled.
pub(crate) fn install_fuzzer(project: &Project) -> Result<()> {
    let fuzzer = Tool {
        package: "cargo-fuzz",
        program: "cargo-fuzz",
        version: "0.13.2".to_owned(),
        duration: "two minutes",
    };
    install(project, &[fuzzer])
}

/// Compiles the tools that are not installed.
pub(super) fn install(project: &Project, tools: &[Tool]) -> Result<()> {
    let mut compiled = false;
    for tool in tools {
        if tool.is_installed(project) {
            continue;
        }
        let Tool {
            package,
            version,
            duration,
            ..
        } = tool;
        timed(
            &format!("compiling {package} {version} (about {duration})"),
            || {
                // A package's own lock file may name a version that its registry no longer offers.
                cargo_install(project, tool, Lock::Keep).or_else(|error| {
                    println!("    {error:#}; trying again without its lock file");
                    cargo_install(project, tool, Lock::Ignore)
                })
            },
        )?;
        compiled = true;
    }
    if compiled {
        std::fs::remove_dir_all(compile_folder(project))?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lock {
    Keep,
    Ignore,
}

fn cargo_install(project: &Project, tool: &Tool, lock: Lock) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["install", "--quiet", "--force", "--version"])
        .args([tool.version.as_str(), tool.package])
        .arg("--root")
        .arg(project.tools());
    if lock == Lock::Keep {
        command.arg("--locked");
    }
    // Compiled without optimisation, which halves the time: the tools run for seconds at most.
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off");
    // A permanent folder, so that an interrupted compilation continues.
    command.env("CARGO_TARGET_DIR", compile_folder(project));
    run(&mut command)
}

fn compile_folder(project: &Project) -> std::path::PathBuf {
    project.tools().join("compile")
}
