//! Writes the sources of a site in this project's layout.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::corpus::{self, Dialect, Language};
use crate::files::{self, write};
use crate::project::Project;

/// A site with the settings and the register of a pack; every document is a policy with one
/// edition.
pub(super) fn ours(
    project: &Project,
    languages: &[Language],
    documents: u32,
    root: &Path,
) -> Result<()> {
    let site = root.join("content/bench.kz");
    let pack = project.root.join("content/_kz");
    let facts = files::read(&pack.join("site.toml"))?;
    write(
        &site.join("site.toml"),
        facts
            .replace("host = \"example.kz\"", "host = \"bench.kz\"")
            .replace("[\"privacy\", \"cookies\"]", &slugs(documents)),
    )?;
    let register = files::read(&pack.join("services.toml"))?;
    write(&site.join("services.toml"), &register)?;
    for number in 1..=documents {
        for language in languages {
            let document = corpus::document(language, number, documents, Dialect::Ours);
            let file = site
                .join(language.locale)
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
        list.push_str(&format!("\"{}\", ", corpus::slug(number)));
    }
    list + "]"
}

/// Adds an edition that is not material to the first policy, in every language. Returns the file of
/// one of them.
pub(super) fn add_amendment(root: &Path) -> Result<PathBuf> {
    let of = |locale: &str| {
        root.join("content/bench.kz")
            .join(locale)
            .join(corpus::slug(1))
    };
    for locale in corpus::LOCALES {
        let text = files::read(&of(locale).join("2020-01-01.md"))?;
        let text = text.replacen("\n+++\n", "\nmaterial = false\n+++\n", 1);
        write(&of(locale).join("2021-01-01.md"), &text)?;
    }
    Ok(of("ru").join("2021-01-01.md"))
}

/// Removes a folder if it exists.
pub(super) fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("can't remove {}", folder.display()))?;
    }
    Ok(())
}
