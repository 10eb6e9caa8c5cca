//! Makes the archive of a release: the site builder, the verifier, the worker and the theme of the
//! same version, with which content can be changed and deployed without Rust. It is unpacked over a
//! copy of this project; `xtask/local/build.mjs` then uses the programs in it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::Profile;
use crate::process::{output, run as run_program};
use crate::project::Project;
use crate::{build, files, setup};

/// The content of the archive besides the programs, relative to the root.
const PARTS: [&str; 4] = [
    "edge-worker/entry.mjs",
    "edge-worker/build/index.js",
    "edge-worker/build/index_bg.wasm",
    "themes/default",
];

/// The programs in the archive.
const PROGRAMS: [&str; 2] = ["site-builder", "verifier"];

/// The folder of the programs in the archive.
const PREBUILT: &str = "prebuilt";

/// Builds and packs; prints the path of the archive.
pub(crate) fn run(project: &Project, profile: Profile, out: Option<&str>) -> Result<()> {
    let installed = setup::run(project, setup::Scope::Build)?;
    build::worker(project, &installed)?;
    let programs = build::programs(project, profile)?;
    let packages = project.target().join("package");
    // A folder of this process: another one may be packing at the same time.
    let stage = packages.join(std::process::id().to_string());
    let folder = stage.join(PREBUILT);
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    for name in PROGRAMS {
        let program = programs.join(name);
        std::fs::copy(&program, folder.join(name))
            .with_context(|| format!("can't copy {}", program.display()))?;
    }
    files::write(&folder.join("VERSION"), version(project))?;
    let archive = match out {
        Some(path) => std::path::absolute(path)?,
        None => packages.join(format!("{}.tar.gz", name()?)),
    };
    pack(project, &stage, &archive)?;
    std::fs::remove_dir_all(&stage).with_context(|| format!("can't remove {}", stage.display()))?;
    println!("{}", archive.display());
    Ok(())
}

/// Owners, times and order are fixed, so that the same files give the same archive. The options
/// need GNU tar.
fn pack(project: &Project, stage: &Path, archive: &Path) -> Result<()> {
    let mut command = Command::new("tar");
    command
        .args(["--create", "--gzip", "--file"])
        .arg(archive)
        .args([
            "--owner=0",
            "--group=0",
            "--mtime=2000-01-01",
            "--sort=name",
        ])
        .arg("--directory")
        .arg(&project.root)
        .args(PARTS)
        .arg("--directory")
        .arg(stage)
        .arg(PREBUILT);
    run_program(&mut command)
}

/// `kelisim-0.1.0-x86_64-unknown-linux-gnu`
fn name() -> Result<String> {
    let about = output("rustc", &["-vV"]).context("can't ask rustc for its host")?;
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    Ok(format!("kelisim-{}-{host}", env!("CARGO_PKG_VERSION")))
}

/// The version, and the commit if this is a clone of the repository.
fn version(project: &Project) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let root = project.root.display().to_string();
    match output("git", &["-C", &root, "rev-parse", "HEAD"]) {
        Some(commit) => format!("{version} {commit}\n"),
        None => format!("{version}\n"),
    }
}
