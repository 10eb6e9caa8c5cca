//! worker-build and the wasm-bindgen command line, compiled into `.tools/bin`.

use std::process::Command;

use anyhow::Result;

use crate::process::{output, run, timed};
use crate::project::Project;

/// worker-build goes with the `worker` crate of the same version.
const WORKER_BUILD_FOLLOWS: &str = "worker";

/// Installs both tools in exactly the versions that `Cargo.lock` asks for.
///
/// # Errors
/// A tool can't be compiled.
pub(super) fn install(project: &Project) -> Result<()> {
    let worker_build = project.locked_version(WORKER_BUILD_FOLLOWS)?;
    let wasm_bindgen = project.locked_version("wasm-bindgen")?;
    let mut compiled = false;
    for (package, program, version) in [
        ("worker-build", "worker-build", worker_build),
        ("wasm-bindgen-cli", "wasm-bindgen", wasm_bindgen),
    ] {
        let installed = output(project.tool(program), &["--version"]);
        if installed.is_some_and(|text| text.split_whitespace().last() == Some(version.as_str())) {
            continue;
        }
        timed(
            &format!("compiling {package} {version} (one to two minutes)"),
            || {
                // A package's own lock file may name a version that its registry no longer offers.
                cargo_install(project, package, &version, Lock::Keep).or_else(|error| {
                    println!("    {error:#}; trying again without its lock file");
                    cargo_install(project, package, &version, Lock::Ignore)
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

fn cargo_install(project: &Project, package: &str, version: &str, lock: Lock) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args([
            "install",
            "--quiet",
            "--force",
            "--version",
            version,
            package,
        ])
        .arg("--root")
        .arg(project.tools());
    if lock == Lock::Keep {
        command.arg("--locked");
    }
    // They work for less than a second per build: compiling them takes half the time without optimisation.
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off");
    // A folder that stays, so that an interrupted run does not start over.
    command.env("CARGO_TARGET_DIR", compile_folder(project));
    run(&mut command)
}

fn compile_folder(project: &Project) -> std::path::PathBuf {
    project.tools().join("compile")
}
