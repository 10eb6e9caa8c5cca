//! A Rust compiler for wasm32 that compiles the standard library together with the worker, which is
//! why a panic costs the worker no code (`-Cpanic=immediate-abort`).
//!
//! A stable compiler can do it, if it has the source of the library and is told to accept unstable
//! options. So every machine uses a stable compiler:
//!
//! 1. the one of rustup, with the component `rust-src`;
//! 2. where rustup reaches no server, Debian's packages of a matching compiler, source and linker.
//!
//! `.tools/rust/bin` then has wrappers of `cargo` and `rustc` that accept unstable options, and
//! `.tools/rust/sysroot` is the sysroot that they use.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::debian;
use crate::files;
use crate::process::{find, output, run, timed};
use crate::project::Project;

/// The oldest minor version of Rust 1 that has `-Cpanic=immediate-abort`.
const OLDEST_MINOR: u32 = 92;

const WASM: &str = "wasm32-unknown-unknown";

/// Finds or installs a compiler, and returns the folder to put first on the `PATH`.
///
/// # Errors
/// There is no such compiler and none can be installed; the message says what to do.
pub(super) fn install(project: &Project) -> Result<PathBuf> {
    let home = project.tools().join("rust");
    let bin = home.join("bin");
    let stamp = project.stamp("rust");
    if stamp.exists() {
        let stamped = files::read(&stamp)?;
        if let Some(rustc) = stamped.lines().next()
            && Compiler::probe(Path::new(rustc))
                .is_some_and(|compiler| compiler.describe() == stamped)
            && bin.join("cargo").exists()
        {
            return Ok(bin);
        }
    }

    let compiler = match find_compiler() {
        Some(compiler) => compiler,
        None => install_compiler()?,
    };
    println!(
        "==> compiling the worker with {}",
        compiler.describe().replace('\n', ", ")
    );
    compiler.write_sysroot(&home.join("sysroot"))?;
    compiler.write_commands(&bin, &home.join("sysroot"))?;
    files::write(&stamp, compiler.describe())?;
    Ok(bin)
}

/// A compiler that can build the standard library for wasm32.
#[derive(Debug)]
struct Compiler {
    rustc: PathBuf,
    cargo: PathBuf,
    rustlib: PathBuf,
    host: String,
    linker: PathBuf,
    version: String,
}

/// A usable compiler on this machine.
fn find_compiler() -> Option<Compiler> {
    let on_path = output("rustc", &["--print", "sysroot"])
        .map(|sysroot| Path::new(&sysroot).join("bin/rustc"));
    on_path
        .into_iter()
        .chain([PathBuf::from("/usr/bin/rustc")])
        .find_map(|rustc| Compiler::probe(&rustc))
}

fn install_compiler() -> Result<Compiler> {
    if find(&["rustup"]).is_some() {
        let added = timed(
            "adding the source of the standard library: rustup component add rust-src",
            || {
                run(Command::new("rustup")
                    .args(["component", "add", "rust-src"])
                    .env("RUST_BACKTRACE", "0"))
            },
        );
        if let Err(error) = added {
            println!("    {error:#}");
        }
        if let Some(compiler) = find_compiler() {
            return Ok(compiler);
        }
        println!("    rustup's compiler can't be used for the worker; taking Debian's");
    }
    from_debian().context(
        "no Rust compiler here can build for wasm32. With rustup: `rustup component add rust-src`. On Debian 12 or newer: \
         `apt-get install rustc-web cargo-web rust-web-src`, and the package lld-N for the N that `/usr/bin/rustc -vV` calls LLVM version",
    )
}

fn from_debian() -> Result<Compiler> {
    debian::install(
        &["rustc-web", "cargo-web", "rust-web-src"],
        "compiling the worker",
    )?;
    let verbose = output("/usr/bin/rustc", &["-vV"]).context("/usr/bin/rustc does not run")?;
    let llvm = field(&verbose, "LLVM version")
        .and_then(|version| version.split('.').next())
        .context("rustc names no LLVM version")?;
    debian::install(&[&format!("lld-{llvm}")], "linking the worker")?;
    match Compiler::probe(Path::new("/usr/bin/rustc")) {
        Some(compiler) => Ok(compiler),
        None => bail!("Debian's compiler is here, but too old or without source and linker"),
    }
}

impl Compiler {
    /// The compiler, if it is new enough and has the source of the library and a linker.
    fn probe(rustc: &Path) -> Option<Self> {
        let verbose = output(rustc, &["-vV"])?;
        let version = field(&verbose, "release")?.to_owned();
        let host = field(&verbose, "host")?.to_owned();
        let llvm = field(&verbose, "LLVM version")?.split('.').next()?;
        let Ok(minor) = version.split('.').nth(1)?.parse::<u32>() else {
            return None;
        };
        let rustlib = PathBuf::from(output(rustc, &["--print", "sysroot"])?).join("lib/rustlib");
        let linkers = [
            rustlib.join(&host).join("bin/rust-lld"),
            PathBuf::from(format!("/usr/lib/llvm-{llvm}/bin/lld")),
        ];
        let compiler = Self {
            cargo: rustc.with_file_name("cargo"),
            rustc: rustc.to_owned(),
            linker: linkers.into_iter().find(|linker| linker.exists())?,
            rustlib,
            host,
            version,
        };
        let has_source = compiler
            .rustlib
            .join("src/rust/library/std/Cargo.toml")
            .exists();
        (minor >= OLDEST_MINOR && has_source && compiler.cargo.exists()).then_some(compiler)
    }

    /// The content of the stamp; its first line is the path of the compiler.
    fn describe(&self) -> String {
        format!(
            "{}\nrust {}\n{}",
            self.rustc.display(),
            self.version,
            self.linker.display()
        )
    }

    /// A sysroot of symbolic links to the host's libraries, the linker and the source.
    fn write_sysroot(&self, sysroot: &Path) -> Result<()> {
        if sysroot.exists() {
            std::fs::remove_dir_all(sysroot)?;
        }
        let rustlib = sysroot.join("lib/rustlib");
        let host = rustlib.join(&self.host);
        std::fs::create_dir_all(host.join("bin"))?;
        // Stays empty; worker-build only checks that it exists.
        std::fs::create_dir_all(rustlib.join(WASM).join("lib"))?;
        symlink(self.rustlib.join(&self.host).join("lib"), host.join("lib"))?;
        symlink(&self.linker, host.join("bin/rust-lld"))?;
        symlink(self.rustlib.join("src"), rustlib.join("src"))?;
        Ok(())
    }

    /// Wrappers of `cargo` and `rustc` that accept unstable options.
    fn write_commands(&self, bin: &Path, sysroot: &Path) -> Result<()> {
        let head = "#!/bin/sh\nexport RUSTC_BOOTSTRAP=1\n";
        let rustc = format!(
            "{head}exec {} --sysroot {} \"$@\"\n",
            quote(&self.rustc),
            quote(sysroot)
        );
        let cargo = format!(
            "{head}export RUSTC={}\nexec {} \"$@\"\n",
            quote(&bin.join("rustc")),
            quote(&self.cargo)
        );
        for (name, script) in [("rustc", rustc), ("cargo", cargo)] {
            let file = bin.join(name);
            files::write(&file, script)?;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }
}

/// A line `name: value` of `rustc -vV`.
fn field<'text>(verbose: &'text str, name: &str) -> Option<&'text str> {
    verbose
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A path quoted for the shell.
fn quote(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_verbose_version_are_read() {
        let verbose = "rustc 1.96.0 (x)\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.4";
        assert_eq!(field(verbose, "release"), Some("1.96.0"));
        assert_eq!(field(verbose, "LLVM version"), Some("22.1.4"));
        assert_eq!(field(verbose, "LLVM"), None);
    }

    #[test]
    fn a_path_with_an_apostrophe_stays_one_word() {
        assert_eq!(
            quote(Path::new("/home/o'neil/x y")),
            r"'/home/o'\''neil/x y'"
        );
    }
}
