//! `cargo xtask modules`: the graph of references between the modules of each workspace crate,
//! which must be acyclic.
//!
//! 1. [`read`] parses every file of a crate, from `lib.rs` or `main.rs` along the `mod`
//!    declarations, into a [`tree`].
//! 2. [`references`] collects the paths in a module: `use`, expressions, types, patterns,
//!    attributes, macro arguments.
//! 3. [`resolve`] finds the module that defines what a path names, through re-exports and globs.
//! 4. [`graph`] lifts each reference to the children of the modules' lowest common ancestor and
//!    searches for circles.

mod graph;
mod read;
mod references;
mod resolve;
#[cfg(test)]
mod tests;
mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::project::Project;
use graph::Graph;
use tree::Tree;

/// How the edges between the top-level modules are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EdgeFormat {
    /// A line for each edge, with the file and line of one reference.
    Text,
    /// A Mermaid flowchart.
    Mermaid,
}

/// Prints the circles of each crate, and its edges if `edges` is given.
///
/// # Errors
/// A source file can't be parsed, or there is a circle.
pub(crate) fn run(project: &Project, packages: &[String], edges: Option<EdgeFormat>) -> Result<()> {
    let crates = crates(&project.root)?;
    if let Some(unknown) = packages
        .iter()
        .find(|package| !crates.iter().any(|member| member.package == **package))
    {
        bail!("the workspace has no package `{unknown}`");
    }
    let mut circles = 0;
    for member in crates
        .iter()
        .filter(|member| packages.is_empty() || packages.contains(&member.package))
    {
        let graph = Graph::new(&Tree::read(&project.root, &member.root_file)?);
        if let Some(format) = edges {
            print_edges(member, &graph, format);
        }
        for circle in graph.circles() {
            circles += 1;
            println!("{}: {circle}", member.label());
        }
    }
    if circles > 0 {
        bail!("circles between modules: {circles}");
    }
    Ok(())
}

fn print_edges(member: &Crate, graph: &Graph, format: EdgeFormat) {
    match format {
        EdgeFormat::Text => {
            println!("{}", member.label());
            for edge in graph.top_level() {
                println!("  {edge}");
            }
        }
        EdgeFormat::Mermaid => {
            println!("%% {}\nflowchart TD", member.label());
            for edge in graph.top_level() {
                println!("    {} --> {}", edge.from, edge.to);
            }
        }
    }
}

/// A library or binary of a workspace package.
#[derive(Debug)]
struct Crate {
    package: String,
    name: String,
    /// `lib.rs` or `main.rs`, relative to the repository's root.
    root_file: PathBuf,
}

impl Crate {
    fn label(&self) -> String {
        format!("{} ({})", self.name, self.root_file.display())
    }
}

/// The part of the output of `cargo metadata` that is used here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

/// All libraries and binaries of the workspace; tests, benchmarks and examples are left out.
fn crates(root: &Path) -> Result<Vec<Crate>> {
    let metadata: Metadata = metadata(root)?;
    let mut crates = Vec::new();
    for package in metadata.packages {
        for target in package.targets {
            let is_program_part = target
                .kind
                .iter()
                .any(|kind| matches!(kind.as_str(), "lib" | "rlib" | "cdylib" | "bin"));
            if is_program_part {
                crates.push(Crate {
                    package: package.name.clone(),
                    name: target.name,
                    root_file: target.src_path.strip_prefix(root)?.to_owned(),
                });
            }
        }
    }
    Ok(crates)
}

/// `cargo metadata` of the workspace's own packages.
fn metadata<T: DeserializeOwned>(root: &Path) -> Result<T> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root)
        .output()
        .context("can't start cargo")?;
    if !output.status.success() {
        bail!(
            "`cargo metadata` failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
