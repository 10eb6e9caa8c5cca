//! `site-builder new`: a new site from a pack, a folder of `content/` that begins with `_`.
//!
//! 1. [`pack`] reads the packs.
//! 2. [`form`] lists the [`questions`] that are open, in the [`words`] of whoever answers;
//!    [`interview`] completes it by asking, or by what the pack proposes. Until the site is written,
//!    the answers are [`kept`].
//! 3. [`compose`] makes the files of the site from those of the pack, [`review`] what its owner has
//!    to decide, in each language.
//! 4. The site is built from a temporary folder, which is renamed only if the build has no
//!    diagnostic.
//! 5. [`environment`] adds what `wrangler.toml` needs to deploy it.

pub mod answers;
pub mod compose;
pub mod environment;
pub mod form;
pub mod interview;
pub mod kept;
pub mod pack;
pub mod questions;
pub mod review;
pub mod words;

use crate::archive;
use crate::build::{self, BuildOptions, BuildOutcome};
use crate::content::host::Host;
use crate::output::disk;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source;
use answers::Answers;
use camino::{Utf8Path, Utf8PathBuf};
use environment::NewEnvironment;

/// A temporary folder of `content/`; builds ignore names that begin with a dot.
const STAGING: &str = ".new";

/// The inputs and outputs of the command.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The folder of all themes.
    pub themes: Utf8PathBuf,
    /// `wrangler.toml`
    pub wrangler: Utf8PathBuf,
}

/// Checks a host. Its folder is named as addresses name it, in ASCII.
///
/// # Errors
/// A diagnostic when it is no host name or has a site already.
pub fn check_host(paths: &Paths, host: &Host) -> Result<(), Diagnostic> {
    if let Some((message, help)) = crate::content::host::mistake(host.written()) {
        return Err(Diagnostic::on(
            Code::InvalidFact,
            host.written(),
            message,
            help,
        ));
    }
    let folder = paths.content.join(host.ascii());
    if source::exists(&folder) {
        return Err(Diagnostic::on(
            Code::ForeignOutput,
            folder.as_str(),
            format!("`{folder}` is there already, and nothing of it is replaced"),
            "change its files by hand, or remove the folder first",
        ));
    }
    Ok(())
}

/// Writes the site, and its environment if there is a `wrangler.toml`.
///
/// # Errors
/// Everything that is wrong with the site. Nothing was written then.
pub fn create(paths: &Paths, answers: &Answers<'_>) -> Result<NewEnvironment, BuildOutcome> {
    let environment = environment::add(&paths.wrangler, answers)?;
    let staging = paths.content.join(STAGING);
    let moved = stage_site(paths, &staging, answers).and_then(|()| {
        let folder = answers.host.ascii();
        Ok(disk::move_folder(
            &staging.join(folder),
            &paths.content.join(folder),
        )?)
    });
    disk::discard(&staging);
    moved?;
    disk::discard_file(&kept::file(&paths.content, answers.host.ascii()));
    if !environment.is_file_missing {
        disk::write_atomically(&paths.wrangler, environment.text.as_bytes())?;
    }
    Ok(environment)
}

/// Writes the site below the staging folder, builds it there, and archives the texts that its
/// visitors will be asked with.
fn stage_site(
    paths: &Paths,
    staging: &Utf8Path,
    answers: &Answers<'_>,
) -> Result<(), BuildOutcome> {
    let root = staging.join(answers.host.ascii());
    for file in compose::files(answers)? {
        disk::write_atomically(&root.join(&file.path), &file.bytes)?;
    }
    let outcome = build::build(&BuildOptions {
        content: staging.to_owned(),
        themes: paths.themes.clone(),
        out: Utf8PathBuf::new(),
        sites: vec![answers.host.ascii().to_owned()],
        today: answers.date,
    });
    if !outcome.diagnostics.is_empty() {
        return Err(outcome);
    }
    for site in &outcome.sites {
        let archive = root.join(archive::FOLDER);
        site.archive.store(&archive, answers.date)?;
    }
    Ok(())
}
