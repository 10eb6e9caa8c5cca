//! Lays the documents out as a generator wants them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::corpus::{self, Dialect, Tongue};
use crate::project::Project;

/// Our own form: the facts and the register of the starter, all documents as policies with one edition.
///
/// # Errors
/// Something can't be read or written.
pub(super) fn ours(
    project: &Project,
    tongues: &[Tongue],
    documents: u32,
    root: &Path,
) -> Result<()> {
    let site = root.join("content/bench.kz");
    let starter = project.root.join("content/_starter");
    let facts = std::fs::read_to_string(starter.join("site.toml"))?;
    write(
        &site.join("site.toml"),
        &facts
            .replace("host = \"example.kz\"", "host = \"bench.kz\"")
            .replace("[\"privacy\"]", &slugs(documents)),
    )?;
    let register = std::fs::read_to_string(starter.join("services.toml"))?;
    write(&site.join("services.toml"), &register)?;
    for number in 1..=documents {
        for tongue in tongues {
            let document = corpus::document(tongue, number, documents, Dialect::Ours);
            let file = site
                .join(tongue.locale)
                .join(corpus::slug(number))
                .join("2020-01-01.md");
            let front = format!(
                "+++\ntitle = \"{}\"\npublished = 2020-01-01\n+++\n\n",
                document.title
            );
            write(&file, &(front + &document.body))?;
        }
    }
    Ok(())
}

fn slugs(documents: u32) -> String {
    let mut list = String::from("[");
    for number in 1..=documents {
        let _ = write!(list, "\"{}\", ", corpus::slug(number));
    }
    list + "]"
}

/// Gives the first policy an edition that asks nobody again, in every language; the file of one of them.
///
/// # Errors
/// A file can't be read or written.
pub(super) fn add_amendment(root: &Path) -> Result<PathBuf> {
    let of = |locale: &str| {
        root.join("content/bench.kz")
            .join(locale)
            .join(corpus::slug(1))
    };
    for locale in corpus::LOCALES {
        let text = std::fs::read_to_string(of(locale).join("2020-01-01.md"))?;
        let text = text.replacen("\n+++\n", "\nmaterial = false\n+++\n", 1);
        write(&of(locale).join("2021-01-01.md"), &text)?;
    }
    Ok(of("ru").join("2021-01-01.md"))
}

/// Writes a file and the folders it stands in.
///
/// # Errors
/// It can't be written.
pub(super) fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().context("a file stands in a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}

/// Empties a folder.
///
/// # Errors
/// It can't be removed.
pub(super) fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("can't remove {}", folder.display()))?;
    }
    Ok(())
}
