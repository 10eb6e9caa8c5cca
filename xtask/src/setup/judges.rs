//! Programs that judge the log and that nobody here wrote: Go's checksum database, Sigstore's
//! verifier, and Python's pymerkle, aics-tlog and aics-witness.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{debian, npm};
use crate::files;
use crate::process::{find, output, run_quietly, timed};
use crate::project::Project;

/// Debian's package; Go carries copies of the two packages of its checksum database.
const GO: &str = "golang-go";

const NPM: [&str; 1] = ["@sigstore/verify@4.1.3"];

/// The aics packages ask for Python 3.12 and work with 3.11, which Debian 12 has.
const PYTHON: [&str; 3] = ["aics-tlog==0.2.1", "aics-witness==0.1.0", "pymerkle==7.0.0"];

/// The folders that the judges are in.
#[derive(Debug)]
pub(crate) struct Judges {
    /// A Go module with `main.go` and the two packages.
    pub(crate) go: PathBuf,
    /// A folder with `node_modules`.
    pub(crate) npm: PathBuf,
    /// A folder for `PYTHONPATH`.
    pub(crate) python: PathBuf,
}

/// Installs what is missing.
///
/// # Errors
/// A registry can't be reached, or a program that installs is missing.
pub(crate) fn install(project: &Project) -> Result<Judges> {
    let folder = project.tools().join("judges");
    let judges = Judges {
        go: folder.join("go"),
        npm: folder.join("npm"),
        python: folder.join("python"),
    };
    if find(&["go"]).is_none() {
        debian::install(&[GO], "a judge of the log")?;
    }
    copy_sumdb(project, &judges.go)?;
    npm::install_apart(&judges.npm, &NPM)?;
    install_python(&judges.python)?;
    Ok(judges)
}

/// Makes a module of Go's own copies, so that nothing is downloaded.
fn copy_sumdb(project: &Project, module: &Path) -> Result<()> {
    let root = output("go", &["env", "GOROOT"]).context("`go env GOROOT` fails")?;
    let sumdb = Path::new(&root).join("src/cmd/vendor/golang.org/x/mod/sumdb");
    for package in ["note", "tlog"] {
        let from = sumdb.join(package);
        let to = module.join(package);
        std::fs::create_dir_all(&to)?;
        for file in files::files_under(&from)? {
            let name = file.file_name().context("a file has a name")?;
            // The vendored name of what is in the standard library since Go 1.13.
            let text = files::read(&file)?;
            let text = text.replace("golang.org/x/crypto/ed25519", "crypto/ed25519");
            files::write(&to.join(name), text)?;
        }
    }
    files::write(&module.join("go.mod"), "module judges\n\ngo 1.19\n")?;
    let main = files::read(&project.root.join("tests/judges/go/main.go"))?;
    files::write(&module.join("main.go"), main)
}

fn install_python(folder: &Path) -> Result<()> {
    let stamp = folder.join("installed");
    let wanted = PYTHON.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let Some(python) = find(&["python3"]) else {
        bail!("there is no python3");
    };
    timed(
        &format!("installing {} from PyPI", PYTHON.join(", ")),
        || {
            run_quietly(
                Command::new(python)
                    .args(["-m", "pip", "install", "--quiet", "--upgrade"])
                    .args(["--disable-pip-version-check", "--ignore-requires-python"])
                    .arg("--target")
                    .arg(folder)
                    .args(PYTHON),
            )
        },
    )?;
    files::write(&stamp, wanted)
}
