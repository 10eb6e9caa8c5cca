//! A Rust compiler for wasm32 that unwinds panics, so that one panic kills no other request.
//!
//! worker-build asks for that with `cargo +nightly build -Z build-std`: the standard library is compiled together with the worker. A stable
//! compiler can do it too; all it needs is the library's source. So every machine uses a stable compiler, never a moving nightly:
//!
//! 1. the one of rustup, with the component `rust-src`;
//! 2. where rustup reaches no server, Debian's packages of a matching compiler, source and linker.
//!
//! `.tools/rust/bin` then holds a `cargo` and a `rustc` that stand in for the nightly ones, and `.tools/rust/sysroot` what they compile with.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::debian;
use crate::process::{find, output, run, timed};
use crate::project::Project;

/// The oldest minor version of Rust 1 that the `worker` crate compiles with.
const OLDEST_MINOR: u32 = 91;

const WASM: &str = "wasm32-unknown-unknown";

/// Makes the compiler ready and returns the folder to put first on the `PATH`.
///
/// # Errors
/// No way to a compiler works; the message names the cure.
pub(super) fn install(project: &Project) -> Result<PathBuf> {
    let home = project.tools().join("rust");
    let bin = home.join("bin");
    let stamp = project.stamp("rust");
    let ready = std::fs::read_to_string(&stamp).unwrap_or_default();
    let is_ready = |compiler: &Compiler| compiler.describe() == ready && bin.join("cargo").exists();
    if let Some(rustc) = ready.lines().next()
        && Compiler::examine(Path::new(rustc)).is_some_and(|compiler| is_ready(&compiler))
    {
        return Ok(bin);
    }

    let compiler = match present() {
        Some(compiler) => compiler,
        None => acquire()?,
    };
    println!(
        "==> compiling the worker with {}",
        compiler.describe().replace('\n', ", ")
    );
    compiler.write_sysroot(&home.join("sysroot"))?;
    compiler.write_commands(&bin, &home.join("sysroot"))?;
    super::write_stamp(&stamp, compiler.describe().as_bytes())?;
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

/// A compiler that needs nothing more.
fn present() -> Option<Compiler> {
    let on_path = output("rustc", &["--print", "sysroot"])
        .map(|sysroot| Path::new(&sysroot).join("bin/rustc"));
    on_path
        .into_iter()
        .chain([PathBuf::from("/usr/bin/rustc")])
        .find_map(|rustc| Compiler::examine(&rustc))
}

fn acquire() -> Result<Compiler> {
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
        if let Some(compiler) = present() {
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
    match Compiler::examine(Path::new("/usr/bin/rustc")) {
        Some(compiler) => Ok(compiler),
        None => bail!("Debian's compiler is here, but too old or without source and linker"),
    }
}

impl Compiler {
    /// Looks whether this compiler is new enough and has source and linker.
    fn examine(rustc: &Path) -> Option<Self> {
        let verbose = output(rustc, &["-vV"])?;
        let version = field(&verbose, "release")?.to_owned();
        let host = field(&verbose, "host")?.to_owned();
        let llvm = field(&verbose, "LLVM version")?.split('.').next()?;
        let minor: u32 = version.split('.').nth(1)?.parse().ok()?;
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

    /// The first line is the compiler's path.
    fn describe(&self) -> String {
        format!(
            "{}\nrust {}\n{}",
            self.rustc.display(),
            self.version,
            self.linker.display()
        )
    }

    /// A sysroot of links: the host's libraries, the linker and the source as they are, and a place for wasm32.
    fn write_sysroot(&self, sysroot: &Path) -> Result<()> {
        if sysroot.exists() {
            std::fs::remove_dir_all(sysroot)?;
        }
        let rustlib = sysroot.join("lib/rustlib");
        let host = rustlib.join(&self.host);
        std::fs::create_dir_all(host.join("bin"))?;
        // Stays empty; worker-build only looks whether it is there.
        std::fs::create_dir_all(rustlib.join(WASM).join("lib"))?;
        symlink(self.rustlib.join(&self.host).join("lib"), host.join("lib"))?;
        symlink(&self.linker, host.join("bin/rust-lld"))?;
        symlink(self.rustlib.join("src"), rustlib.join("src"))?;
        Ok(())
    }

    /// `cargo` and `rustc` that answer to `+nightly`, and a `rustup` that confirms what worker-build asks it.
    fn write_commands(&self, bin: &Path, sysroot: &Path) -> Result<()> {
        std::fs::create_dir_all(bin)?;
        let head = "#!/bin/sh\n[ \"$1\" = +nightly ] && shift\nexport RUSTC_BOOTSTRAP=1\n";
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
        let rustup = "#!/bin/sh\necho 'rust-src (installed)'\n".to_owned();
        for (name, script) in [("rustc", rustc), ("cargo", cargo), ("rustup", rustup)] {
            let file = bin.join(name);
            std::fs::write(&file, script)
                .with_context(|| format!("can't write {}", file.display()))?;
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

/// A path as one word of the shell.
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
