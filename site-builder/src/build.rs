//! Builds sites: reads their files, builds each from them, and writes what was built.

mod site;

use crate::archive::Archive;
use crate::check::glossary::{self, Glossary};
use crate::load::LoadContext;
use crate::load::read::{self, EditionFile, PartialSettings, SiteFiles};
use crate::output::cache::BuildCache;
use crate::output::file::File;
use crate::output::sink::Output as _;
use crate::output::staging::{self, StagedOutput, WriteCounts};
use crate::render::theme::{self, ThemeFiles};
use crate::report::diagnostic::{Code, Diagnostic, has_error, or_report};
use crate::report::draw;
use crate::report::source::{self, Sources};
use camino::Utf8PathBuf;
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The inputs of a build: sites, folders and the day.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The folder of all themes.
    pub themes: Utf8PathBuf,
    /// The folder that gets a folder per site.
    pub out: Utf8PathBuf,
    /// Names of the folders of the sites to build; empty: all whose name doesn't start with `_`.
    pub sites: Vec<String>,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
}

/// A site that was built.
#[derive(Debug)]
pub struct BuiltSite {
    /// Name of its folder in `content/`.
    pub folder: String,
    /// Its files, if they were built into memory.
    pub files: Vec<File>,
    /// Its files, if they were staged for its folder.
    staged: Option<StagedOutput>,
    /// The texts with which visitors are or were asked for consent.
    pub archive: Archive,
    /// The cache to store once the site has been written.
    pub cache: BuildCache,
}

/// The sites of a build and what is wrong with them.
#[derive(Debug, Default)]
pub struct BuildOutcome {
    /// Texts that diagnostics point into.
    pub sources: Sources,
    /// Everything that is wrong, sorted by file and position.
    pub diagnostics: Vec<Diagnostic>,
    /// The sites; complete only when no diagnostic is an error.
    pub sites: Vec<BuiltSite>,
}

impl From<Vec<Diagnostic>> for BuildOutcome {
    /// A build that ended before it read any text.
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            diagnostics,
            ..Self::default()
        }
    }
}

impl From<Diagnostic> for BuildOutcome {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic].into()
    }
}

/// The destination of the files of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// Into [`BuiltSite::files`]: for tests.
    Memory,
    /// Into a folder next to that of the site, until [`write()`] commits them.
    Folder,
    /// Nowhere: only the diagnostics are wanted.
    Null,
}

/// Builds in memory; the disk is only read.
pub fn build(options: &BuildOptions) -> BuildOutcome {
    build_to(options, Destination::Memory)
}

/// Builds; the folders of sites stay as they are.
pub fn build_to(options: &BuildOptions, destination: Destination) -> BuildOutcome {
    build_with_cache(options, destination, |_| Arc::default())
}

/// An edition that isn't written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwrittenEdition {
    /// Short address of its policy.
    pub policy: String,
    /// Language of its text.
    pub locale: Locale,
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// The path of the file that it will be.
    pub path: Utf8PathBuf,
    /// The whole text of that file.
    pub text: String,
}

/// What would be wrong if these editions stood among those of each site that is built.
pub fn check_unwritten(options: &BuildOptions, editions: &[UnwrittenEdition]) -> BuildOutcome {
    build_from(options, Destination::Null, editions, |_| Arc::default())
}

/// Builds with the cache of each site, by the name of its folder.
pub fn build_with_cache(
    options: &BuildOptions,
    destination: Destination,
    load_cache: impl FnMut(&str) -> Arc<BuildCache>,
) -> BuildOutcome {
    build_from(options, destination, &[], load_cache)
}

fn build_from(
    options: &BuildOptions,
    destination: Destination,
    unwritten: &[UnwrittenEdition],
    mut load_cache: impl FnMut(&str) -> Arc<BuildCache>,
) -> BuildOutcome {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let mut inputs = read_files(options, &mut sources, &mut diagnostics);
    for input in &mut inputs {
        for edition in unwritten {
            let file = sources.add(edition.path.clone(), edition.text.clone());
            input.files.add_edition(EditionFile {
                policy: edition.policy.clone(),
                locale: edition.locale.clone(),
                effective: edition.effective,
                file,
            });
        }
    }
    let glossary = glossary::read(&mut sources, &options.content);
    let glossary = or_report(glossary, &mut diagnostics).unwrap_or_else(Glossary::default);
    let mut sites = Vec::new();
    for input in &inputs {
        let folder = &input.files.folder;
        let cache = load_cache(folder);
        let context = LoadContext {
            sources: &sources,
            glossary: &glossary,
            today: options.today,
            cache: &cache,
        };
        let out = options.out.join(folder);
        let mut found = Vec::new();
        sites.extend(site::build(input, context, &out, destination, &mut found));
        diagnostics.extend(found);
    }
    draw::sort(&mut diagnostics, &sources);
    BuildOutcome {
        sources,
        diagnostics,
        sites,
    }
}

/// Writes what was built, with the folder of each site. Does nothing when any diagnostic is an
/// error.
///
/// # Errors
/// The diagnostic of the first folder that can't be written; all are rolled back then.
pub fn write(
    outcome: &BuildOutcome,
    options: &BuildOptions,
) -> Result<Vec<(String, WriteCounts)>, Diagnostic> {
    if has_error(&outcome.diagnostics) {
        return Ok(Vec::new());
    }
    let mut from_memory = Vec::new();
    for site in outcome.sites.iter().filter(|site| site.staged.is_none()) {
        let staged = StagedOutput::new(&options.out.join(&site.folder))?;
        for file in &site.files {
            staged.put(file.clone())?;
        }
        from_memory.push(staged);
    }
    let mut rest = from_memory.iter();
    let staged: Vec<&StagedOutput> = outcome
        .sites
        .iter()
        .filter_map(|site| site.staged.as_ref().or_else(|| rest.next()))
        .collect();
    let folders = outcome.sites.iter().map(|site| site.folder.clone());
    Ok(folders.zip(staging::commit(&staged)?).collect())
}

/// The folders of the sites to build, sorted.
///
/// # Errors
/// The diagnostic of a `content/` that can't be listed.
pub fn site_folders(options: &BuildOptions) -> Result<Vec<String>, Diagnostic> {
    if !options.sites.is_empty() {
        let named: BTreeSet<&String> = options.sites.iter().collect();
        return Ok(named.into_iter().cloned().collect());
    }
    let mut folders = source::list(&options.content)?.folders;
    folders.retain(|name| !name.starts_with('_'));
    Ok(folders)
}

/// The files that a site is built from.
struct SiteInput {
    files: SiteFiles,
    /// `None` when the theme can't be read, which has been reported.
    theme: Option<ThemeFiles>,
}

fn read_files(
    options: &BuildOptions,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<SiteInput> {
    let folders = or_report(site_folders(options), diagnostics);
    let mut inputs = Vec::new();
    for folder in folders.into_iter().flatten() {
        let files = read::read(sources, &options.content, &folder);
        let Some(files) = or_report(files, diagnostics) else {
            continue;
        };
        let theme = match read_theme(options, sources, &files) {
            Ok(theme) => Some(theme),
            Err(more) => {
                diagnostics.extend(more);
                None
            }
        };
        inputs.push(SiteInput { files, theme });
    }
    inputs
}

fn read_theme(
    options: &BuildOptions,
    sources: &mut Sources,
    files: &SiteFiles,
) -> Result<ThemeFiles, Vec<Diagnostic>> {
    let name = &files.partial_settings.theme;
    // A name, never a path: nothing outside of `themes/` is read.
    if !source::is_plain_name(name.get_ref()) {
        return Err(vec![Diagnostic::at(
            Code::InvalidFact,
            files.settings,
            name.span(),
            format!("`{}` is no name of a theme", name.get_ref()),
            "write the name of a folder of `themes/`, such as `default`",
        )]);
    }
    let folder = options.themes.join(name.get_ref());
    let PartialSettings {
        locales,
        banner_locales,
        ..
    } = &files.partial_settings;
    theme::read(sources, &folder, locales, banner_locales.get_ref())
}
