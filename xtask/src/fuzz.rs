//! Runs the fuzz targets, one after the other. `docs/fuzzing.md` records what was found.

use std::process::Command;

use anyhow::Result;

use crate::files::files_under;
use crate::process::{run as run_program, timed};
use crate::project::Project;
use crate::setup;

/// The longest input in bytes, above what the readers accept.
const MAX_LENGTH: &str = "-max_len=8192";

/// A run that takes longer than this for one input has failed, in seconds.
const TIMEOUT: &str = "-timeout=10";

/// Runs each target, all if none is named, for some minutes. What they find out stays in
/// `fuzz/corpus/`, so that the next run goes on from there.
///
/// # Errors
/// The fuzzer can't be installed, or has found an input that fails: `fuzz/artifacts/` has it.
pub(crate) fn run(project: &Project, targets: &[String], minutes: u64) -> Result<()> {
    setup::install_fuzzer(project)?;
    let named = if targets.is_empty() {
        all(project)?
    } else {
        targets.to_vec()
    };
    for target in named {
        let (corpus, seeds) = (
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        );
        for folder in [&corpus, &seeds] {
            std::fs::create_dir_all(project.root.join(folder))?;
        }
        timed(&format!("{target}, {minutes} minutes"), || {
            // Without a sanitizer, which needs a nightly compiler: the code has no `unsafe`.
            run_program(
                Command::new(project.tool("cargo-fuzz"))
                    .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir", "fuzz"])
                    .arg("--target-dir")
                    .arg(project.target().join("fuzz"))
                    .args([&target, &corpus, &seeds, "--", MAX_LENGTH, TIMEOUT])
                    .arg(format!("-max_total_time={}", minutes.saturating_mul(60)))
                    .args(["-verbosity=1", "-print_final_stats=1"])
                    .current_dir(&project.root),
            )
        })?;
    }
    Ok(())
}

/// The names of all targets.
fn all(project: &Project) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in files_under(&project.root.join("fuzz/fuzz_targets"))? {
        if let Some(name) = file.file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
