//! Builds the sites (`dist/<host>/`) and the worker (`edge-worker/build/`). wrangler's `[build]`
//! calls it too, so that `npx wrangler deploy` builds what it deploys.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::files::{self, files_under};
use crate::process::{run as run_program, run_quietly, timed};
use crate::project::Project;
use crate::setup::{self, Installed};

/// A profile of cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// The profile of the tests.
    Dev,
    /// Optimized.
    Release,
}

/// Environment variable that a caller sets to `skip` when it has just built.
const SKIP_VARIABLE: &str = "KELISIM_BUILD";

/// Inputs of the worker's build, relative to the root.
const WORKER_INPUTS: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    ".tools/stamps/rust",
    "domain",
    "edge-worker",
    "xtask/local/optimize-wasm.mjs",
    "xtask/src/build.rs",
];

/// Outputs of the worker's build, relative to the root.
const WORKER_OUTPUTS: [&str; 2] = ["edge-worker/build/index.js", WORKER_WASM];
/// Flags for a small module: no text of panics, which stop the instance (entry.mjs), no output of
/// `{:?}`. SIMD, which the runtime has, is for SHA-256: it hashes twice as fast and is smaller than
/// without.
const WORKER_FLAGS: &str = "-Zlocation-detail=none -Zfmt-debug=none -Zunstable-options \
                            -Cpanic=immediate-abort -Ctarget-feature=+simd128";

const WORKER_WASM: &str = "edge-worker/build/index_bg.wasm";

/// Installs what is missing and builds all sites, or one, and the worker. `deny` is passed to the
/// site builder.
pub(crate) fn run(project: &Project, site: Option<&str>, deny: Option<&str>) -> Result<()> {
    if std::env::var_os(SKIP_VARIABLE).is_some_and(|value| value == "skip") {
        return Ok(());
    }
    let installed = setup::run(project, setup::Scope::Build)?;
    sites(project, site, deny)?;
    worker(project, &installed)
}

/// Compiles the site builder in the profile of the tests, in which it still builds a site in a
/// tenth of a second, while compiling in a second profile takes minutes. Returns the program.
pub(crate) fn builder(project: &Project) -> Result<PathBuf> {
    let builder = project.target().join("debug/site-builder");
    let compile = || {
        run_program(
            Command::new("cargo")
                .args(["build", "--quiet", "--package", "site-builder"])
                .current_dir(&project.root),
        )
    };
    if builder.exists() {
        compile()?;
    } else {
        timed("compiling the site builder (about a minute)", compile)?;
    }
    Ok(builder)
}

/// Compiles the programs of a release: the site builder and the verifier. Returns their folder.
pub(crate) fn programs(project: &Project, profile: Profile) -> Result<PathBuf> {
    let (folder, flags): (_, &[&str]) = match profile {
        Profile::Dev => ("debug", &[]),
        Profile::Release => ("release", &["--release"]),
    };
    timed("compiling the programs of a release", || {
        run_quietly(
            Command::new("cargo")
                .args([
                    "build",
                    "--package",
                    "site-builder",
                    "--package",
                    "verifier",
                ])
                .args(flags)
                .current_dir(&project.root),
        )
    })?;
    Ok(project.target().join(folder))
}

/// Builds all sites, or one.
///
/// # Errors
/// The builder does not compile, or refuses the content.
pub(crate) fn sites(project: &Project, site: Option<&str>, deny: Option<&str>) -> Result<()> {
    let mut command = Command::new(builder(project)?);
    command.arg("build").current_dir(&project.root);
    if let Some(site) = site {
        command.args(["--site", site]);
    }
    if let Some(deny) = deny {
        command.args(["--deny", deny]);
    }
    run_program(&mut command)
}

/// Builds the worker if its inputs have changed since the last build.
pub(crate) fn worker(project: &Project, installed: &Installed) -> Result<()> {
    let inputs = fingerprint(&project.root)?;
    let stamp = project.stamp("worker");
    let is_built = WORKER_OUTPUTS
        .iter()
        .all(|output| project.root.join(output).exists());
    if is_built && std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == inputs) {
        return Ok(());
    }
    timed(
        "compiling the worker (about a minute the first time)",
        || {
            run_quietly(&mut worker_build(project, installed)?)?;
            shrink(project)
        },
    )?;
    files::write(&stamp, inputs)
}

fn worker_build(project: &Project, installed: &Installed) -> Result<Command> {
    let mut command = Command::new(project.tool("worker-build"));
    command
        .args(["--profile", "worker"])
        .current_dir(project.root.join("edge-worker"))
        .env(
            "PATH",
            path_with(&[
                &installed.wasm_compiler,
                &project.root.join("node_modules/.bin"),
            ])?,
        )
        // A separate target folder: this compiler differs from the native one and would invalidate
        // its cache.
        .env("CARGO_TARGET_DIR", project.root.join("target/worker"))
        // worker-build adds its own flags.
        .env("RUSTFLAGS", WORKER_FLAGS)
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        // With these, worker-build downloads no tool.
        .env("WASM_BINDGEN_BIN", project.tool("wasm-bindgen"))
        .env("WASM_OPT_BIN", project.node_tool("wasm-opt"))
        .env("ESBUILD_BIN", project.node_tool("esbuild"))
        // A syntax error shows the compiler's message, without the backtrace of worker-build.
        .env("CARGO_TERM_QUIET", "true")
        .env("RUST_BACKTRACE", "0")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC");
    Ok(command)
}

/// Removes functions that are never called, and the name section, which worker-build always keeps.
fn shrink(project: &Project) -> Result<()> {
    run_program(&mut project.node(&["xtask/local/optimize-wasm.mjs", WORKER_WASM]))
}

fn path_with(first: &[&Path]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").context("PATH is not set")?;
    let folders = first
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context("a folder for the PATH has a colon in its name")
}

/// A hash of the inputs of the worker: of their contents, because a fresh checkout has new
/// modification times.
fn fingerprint(root: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for input in WORKER_INPUTS {
        let mut files = files_under(&root.join(input))?;
        files.sort();
        for file in files {
            file.strip_prefix(root)?.hash(&mut hasher);
            std::fs::read(&file)
                .with_context(|| format!("can't read {}", file.display()))?
                .hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}
