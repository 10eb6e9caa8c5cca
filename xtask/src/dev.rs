//! Serves a site on this machine, with the local runtime, a consent log and host names for visitors
//! from other countries.

use std::fmt::Write as _;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::{build, files, setup};

/// Installs, builds and serves. Returns only with an error: the server replaces this process
/// (`exec`).
///
/// # Errors
/// The port is taken, or a step before the server fails.
pub(crate) fn run(project: &Project, site: &str, port: u16) -> Result<()> {
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!(
            "port {port} is taken\nhelp: stop what uses it (`ss -ltnp 'sport = :{port}'` names it), or take another: \
             cargo xtask dev --port {}",
            port.wrapping_add(1)
        );
    }
    let installed = setup::run(project, setup::Scope::Build)?;
    build::sites(project, Some(site), None)?;
    build::worker(project, &installed)?;
    write_local_secrets(project)?;
    println!("==> starting the local runtime");
    // `exec`, so that Ctrl-C and other signals reach the process that ends its children.
    let error = project
        .node(&["xtask/local/dev.mjs", "--site", site])
        .args(["--port", &port.to_string()])
        .exec();
    Err(error).context("can't start the local server")
}

/// Names of the worker's secrets, each with the prefix before its random digits: keys are numbered.
const SECRETS: [(&str, &str); 3] = [
    ("CONSENT_KEYS", "1:"),
    ("RECEIPT_KEYS", "1:"),
    ("ADMIN_TOKEN", ""),
];

/// Writes `.dev.vars`, the worker's secrets on this machine. Existing secrets stay and missing ones
/// are added, so that a newer worker starts with an older file.
pub(crate) fn write_local_secrets(project: &Project) -> Result<()> {
    let file = project.root.join(".dev.vars");
    let mut content = if file.exists() {
        files::read(&file)?
    } else {
        "# Secrets of the local runtime, made at random; see .dev.vars.example.\n".to_owned()
    };
    let before = content.len();
    for (name, prefix) in SECRETS {
        let is_there = content
            .lines()
            .any(|line| line.split('=').next().map(str::trim) == Some(name));
        if !is_there {
            if !content.ends_with('\n') {
                content.push('\n');
            }
            writeln!(content, "{name}=\"{prefix}{}\"", random_hex()?)?;
        }
    }
    if content.len() == before {
        return Ok(());
    }
    files::write(&file, content)?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
    Ok(())
}

/// 32 random bytes in hexadecimal.
fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 32];
    std::fs::File::open("/dev/urandom")?
        .read_exact(&mut bytes)
        .context("can't read random bytes")?;
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{byte:02x}")?;
    }
    Ok(hex)
}
