//! Filter lists of ad blockers for the tests, from Debian's package of one: downloaded without
//! installing it, which needs no special rights. They are optional: where they can't be downloaded,
//! their tests are reported as skipped.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::files::files_under;
use crate::process::find;
use crate::project::Project;

const PACKAGE: &str = "webext-ublock-origin-firefox";

/// The folder in the package below which the lists are.
const INSIDE: &str = "usr/share/mozilla/extensions";

const LISTS: [&str; 2] = ["easylist.txt", "easyprivacy.txt"];

/// Fetches the lists into `.tools/filter-lists/` if they are missing, or prints why it can't.
pub(super) fn install(project: &Project) {
    let folder = project.tools().join("filter-lists");
    if LISTS.iter().all(|list| folder.join(list).exists()) {
        return;
    }
    if let Err(error) = fetch(&folder) {
        println!("    no filter lists, their tests are skipped: {error:#}");
    }
}

fn fetch(folder: &Path) -> Result<()> {
    if find(&["apt-get"]).is_none() || find(&["dpkg-deb"]).is_none() {
        bail!("they come from a package of Debian");
    }
    println!("==> fetching the filter lists of {PACKAGE} (3 MB)");
    let scratch = folder.join("package");
    std::fs::create_dir_all(&scratch)?;
    let fetched = unpack(folder, &scratch);
    std::fs::remove_dir_all(&scratch)?;
    fetched
}

/// Downloads and unpacks the package in the scratch folder, and moves the lists to the other one.
fn unpack(folder: &Path, scratch: &Path) -> Result<()> {
    quiet(
        Command::new("apt-get")
            .args(["download", "-qq", PACKAGE])
            .current_dir(scratch),
    )?;
    let archive = files_under(scratch)?
        .into_iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "deb"))
        .context("nothing was downloaded")?;
    quiet(Command::new("dpkg-deb").arg("-x").arg(archive).arg(scratch))?;
    let files = files_under(&scratch.join(INSIDE))?;
    for list in LISTS {
        let found = files
            .iter()
            .find(|file| file.file_name().is_some_and(|name| name == list))
            .with_context(|| format!("the package has no {list}"))?;
        std::fs::rename(found, folder.join(list))?;
    }
    Ok(())
}

fn quiet(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("can't start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}
