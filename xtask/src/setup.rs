//! Installs what is missing and returns where it is. Each step is skipped if its result is there: a
//! run on a ready machine takes less than a second, and an interrupted run continues where it
//! stopped.
//!
//! Inside the project (`.tools/`, `node_modules/`, both ignored by git): npm packages, tools
//! compiled by cargo, a sysroot for wasm32. Outside of it only what rustup and the system's package
//! manager install, announced first.

mod browsers;
mod cargo_tools;
mod check_tools;
mod debian;
mod filter_lists;
mod judges;
mod npm;
mod rust;

use std::path::PathBuf;

use anyhow::Result;

use crate::project::Project;
pub(crate) use browsers::Browsers;
pub(crate) use cargo_tools::install_fuzzer;
pub(crate) use judges::{Judges, install as install_judges};
pub(crate) use npm::install_apart as install_npm_apart;

/// Which tools to install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The tools for building and serving.
    Build,
    /// Those of `Build`, and the tools that check spelling and dependencies.
    Checks,
    /// Those of `Build`, and browsers.
    Browsers,
    Everything,
}

/// Paths of the tools that were found or installed.
#[derive(Debug)]
pub(crate) struct Installed {
    /// A folder with `cargo` and `rustc` that can compile for wasm32; to be put first on the
    /// `PATH`.
    pub(crate) wasm_compiler: PathBuf,
    /// The browsers, when the scope asks for them.
    pub(crate) browsers: Option<Browsers>,
}

/// Installs what is missing.
pub(crate) fn run(project: &Project, scope: Scope) -> Result<Installed> {
    npm::install(project)?;
    let wasm_compiler = rust::install(project)?;
    cargo_tools::install(project, &cargo_tools::for_worker(project)?)?;
    if matches!(scope, Scope::Checks | Scope::Everything) {
        check_tools::install(project)?;
    }
    let browsers = if matches!(scope, Scope::Browsers | Scope::Everything) {
        let browsers = browsers::install()?;
        filter_lists::install(project);
        Some(browsers)
    } else {
        None
    };
    Ok(Installed {
        wasm_compiler,
        browsers,
    })
}
