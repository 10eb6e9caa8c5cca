//! `site-builder new`: a site of one's own from `content/_starter`.
//!
//! 1. [`answers`] puts together what was given as options and what is asked on a terminal, checked by the rules of `settings`.
//! 2. [`compose`] makes the files of the site from those of the starter, [`review`] what its owner has to decide.
//! 3. The site is built from a folder beside its place; only when nothing is wrong with it, the folder is moved there.
//! 4. [`environment`] adds what `wrangler.toml` needs to deploy it.

pub mod answers;
pub mod compose;
pub mod environment;
mod questions;
pub mod review;
pub mod template;

use crate::archive;
use crate::build::{self, Outcome};
use crate::output::disk;
use crate::output::file::File;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use answers::Answers;
use camino::{Utf8Path, Utf8PathBuf};
use template::Template;

/// The folder that new sites are made from.
pub const STARTER: &str = "_starter";

/// Where a new site is made before it is known to be whole. A dot: no build takes it for a site.
const STAGE: &str = ".new";

/// Where things are.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The folder of all themes.
    pub themes: Utf8PathBuf,
    /// `wrangler.toml`
    pub wrangler: Utf8PathBuf,
}

/// What became of `wrangler.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deployment {
    /// It has the environment of that name now.
    Added(String),
    /// There is no such file; these lines belong into it.
    Missing(String, String),
}

/// Refuses a host that is none, or has a site already.
///
/// # Errors
/// The diagnostic of the host.
pub fn check_host(folders: &Folders, host: &str) -> Result<(), Diagnostic> {
    if let Some((message, help)) = crate::content::settings::mistake("host", host) {
        return Err(Diagnostic::on(Code::InvalidFact, host, message, help));
    }
    let folder = folders.content.join(host);
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

/// Makes the site and its environment.
///
/// # Errors
/// Everything that is wrong with the site. Nothing was written then.
pub fn make(
    folders: &Folders,
    template: &Template,
    answers: &Answers,
) -> Result<Deployment, Outcome> {
    let (name, wrangler) =
        environment::add(&folders.wrangler, answers, template).map_err(refusal)?;
    let stage = folders.content.join(STAGE);
    let made = stage_site(folders, &stage, template, answers).and_then(|()| {
        let target = folders.content.join(&answers.host);
        disk::move_folder(&stage.join(&answers.host), &target).map_err(refusal)
    });
    disk::discard(&stage);
    made?;
    if wrangler.is_new_file {
        return Ok(Deployment::Missing(name, wrangler.text));
    }
    disk::write_one(&folders.wrangler, wrangler.text.as_bytes()).map_err(refusal)?;
    Ok(Deployment::Added(name))
}

/// Writes the site into the stage, builds it there and archives what its visitors will be asked with.
fn stage_site(
    folders: &Folders,
    stage: &Utf8Path,
    template: &Template,
    answers: &Answers,
) -> Result<(), Outcome> {
    let root = stage.join(&answers.host);
    let write = |file: &File| disk::write_one(&root.join(&file.path), &file.bytes);
    let files = compose::files(template, answers).map_err(refusal)?;
    files.iter().try_for_each(write).map_err(refusal)?;
    let options = build::Options {
        content: stage.to_owned(),
        themes: folders.themes.clone(),
        out: Utf8PathBuf::new(),
        sites: vec![answers.host.clone()],
        today: answers.date,
    };
    let outcome = build::build(&options);
    if !outcome.diagnostics.is_empty() {
        return Err(outcome);
    }
    let mut kept = outcome.built.iter().map(|built| {
        built
            .archive
            .keep(&root.join(archive::FOLDER), answers.date)
    });
    kept.try_for_each(|kept| kept).map_err(refusal)
}

fn refusal(diagnostic: Diagnostic) -> Outcome {
    Outcome {
        sources: Sources::default(),
        diagnostics: vec![diagnostic],
        built: Vec::new(),
    }
}
