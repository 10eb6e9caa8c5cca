//! Builds sites: one line a stage.

use crate::archive::Archive;
use crate::assets::{self, Assets};
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::dist::{self, File, Held, Noted, Nowhere, Output, Staged, Written};
use crate::frame::{self, Frame, Shared};
use crate::glossary::{self, Glossary};
use crate::memory::{self, Key, Memory, Unit};
use crate::pages::Renderer;
use crate::site::{self, Kept, Reading, Site, SiteFiles};
use crate::source::{self, Sources};
use crate::theme::{self, Theme, ThemeFiles};
use crate::view::{AdminView, Ready, SiteView};
use crate::{archive, embed, extras, headers, revision};
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to build, from where to where, on which day.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The folder of all themes.
    pub themes: Utf8PathBuf,
    /// The folder that gets a folder per site.
    pub out: Utf8PathBuf,
    /// Sites to build; empty: all whose folder doesn't start with `_`.
    pub sites: Vec<String>,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
}

/// A site that was built.
#[derive(Debug)]
pub struct Built {
    /// Its folder in `content/`.
    pub folder: String,
    /// Everything it consists of, when it was built into memory.
    pub files: Vec<File>,
    /// Everything it consists of, when it was built for its folder.
    staged: Option<Staged>,
    /// What it shows, and showed before.
    pub archive: Archive,
    /// What the next build is to remember, once this one has been written.
    pub memory: Memory,
}

/// What a build came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Texts that diagnostics point into.
    pub sources: Sources,
    /// Everything that is wrong, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Sites in memory; complete only when no diagnostic is an error.
    pub built: Vec<Built>,
}

/// Where the files of a build go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// They are held: for tests.
    Memory,
    /// They are staged beside their folder, until [`write`] moves them into it.
    Folder,
    /// Nowhere: what is wrong is all that counts.
    Nowhere,
}

/// Builds in memory; the disk is only read.
pub fn build(options: &Options) -> Outcome {
    build_to(options, Destination::Memory)
}

/// Builds; the folders of sites stay as they are.
pub fn build_to(options: &Options, destination: Destination) -> Outcome {
    build_from(options, destination, |_| Arc::default())
}

/// Builds with what is remembered of each site, by the name of its folder.
pub fn build_from(
    options: &Options,
    destination: Destination,
    mut recall: impl FnMut(&str) -> Arc<Memory>,
) -> Outcome {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let inputs = read(options, &mut sources, &mut diagnostics);
    let glossary = glossary::read(&mut sources, &options.content).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Glossary::default()
    });
    let mut built = Vec::new();
    for (files, theme_files) in &inputs {
        let memory = recall(&files.folder);
        let reading = Reading {
            sources: &sources,
            glossary: &glossary,
            today: options.today,
            memory: &memory,
        };
        let folder = options.out.join(&files.folder);
        let (site, more) = build_site(files, theme_files.as_ref(), reading, &folder, destination);
        diagnostics.extend(more);
        built.extend(site);
    }
    crate::report::sort(&mut diagnostics, &sources);
    Outcome {
        sources,
        diagnostics,
        built,
    }
}

/// Writes what was built. Does nothing when anything is wrong.
///
/// # Errors
/// The diagnostic of the first folder that can't be written.
pub fn write(outcome: &Outcome, options: &Options) -> Result<Vec<(String, Written)>, Diagnostic> {
    if has_error(&outcome.diagnostics) {
        return Ok(Vec::new());
    }
    let mut from_memory = Vec::new();
    for built in outcome.built.iter().filter(|built| built.staged.is_none()) {
        let staged = Staged::new(&options.out.join(&built.folder))?;
        for file in &built.files {
            staged.put(file.clone())?;
        }
        from_memory.push(staged);
    }
    let mut rest = from_memory.iter();
    let staged: Vec<&Staged> = outcome
        .built
        .iter()
        .filter_map(|built| built.staged.as_ref().or_else(|| rest.next()))
        .collect();
    let folders = outcome.built.iter().map(|built| built.folder.clone());
    Ok(folders.zip(dist::swap(&staged)?).collect())
}

/// The folders of the sites that are meant, sorted.
///
/// # Errors
/// The diagnostic of a `content/` that can't be listed.
pub fn folders(options: &Options) -> Result<Vec<String>, Diagnostic> {
    if !options.sites.is_empty() {
        let named: BTreeSet<&String> = options.sites.iter().collect();
        return Ok(named.into_iter().cloned().collect());
    }
    let mut folders = source::list(&options.content)?.folders;
    folders.retain(|name| !name.starts_with('_'));
    Ok(folders)
}

fn read(
    options: &Options,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(SiteFiles, Option<ThemeFiles>)> {
    let folders = folders(options).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Vec::new()
    });
    let mut inputs = Vec::new();
    for folder in folders {
        let files = match site::read(sources, &options.content, &folder) {
            Ok(files) => files,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let theme = match read_theme(options, sources, &files) {
            Ok(theme) => Some(theme),
            Err(more) => {
                diagnostics.extend(more);
                None
            }
        };
        inputs.push((files, theme));
    }
    inputs
}

fn read_theme(
    options: &Options,
    sources: &mut Sources,
    files: &SiteFiles,
) -> Result<ThemeFiles, Vec<Diagnostic>> {
    let name = &files.outline.theme;
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
    theme::read(sources, &folder, &files.outline.locales)
}

fn build_site(
    files: &SiteFiles,
    theme_files: Option<&ThemeFiles>,
    reading: Reading<'_>,
    folder: &Utf8Path,
    destination: Destination,
) -> (Option<Built>, Vec<Diagnostic>) {
    let sources = reading.sources;
    let (site, kept, mut diagnostics) = site::assemble(files, reading);
    if let Some(site) = &site {
        diagnostics.extend(site::untranslated(site, files));
        let strings = theme_files.map(ThemeFiles::strings);
        diagnostics.extend(glossary::check(
            reading.glossary,
            site,
            strings,
            files.register,
            sources,
        ));
    }
    let Some(theme_files) = theme_files else {
        return (None, diagnostics);
    };
    let (theme, more) = Theme::new(theme_files, sources);
    let is_theme_whole = !has_error(&more);
    diagnostics.extend(more);
    // Pages from a theme that isn't whole would only repeat the same mistake many times.
    let Some(site) = site.filter(|_| is_theme_whole) else {
        return (None, diagnostics);
    };
    if let Some(register) = files.register {
        diagnostics.extend(assets::unloaded(
            theme_files,
            &theme,
            &site.register,
            register,
        ));
        diagnostics.extend(headers::check(&site.register, register));
    }
    let assets = Assets::new(theme_files, &site.register);
    let shared = shared(&site, &theme, &assets, reading.today);
    let (frames, more) = frames(&site, &theme, &shared, &assets);
    diagnostics.extend(more);
    if frames.is_empty() {
        return (None, diagnostics);
    }
    let (archive, more) = archive::of(files, sources, &shared, &frames);
    diagnostics.extend(more);
    let mut built = Built {
        folder: files.folder.clone(),
        files: Vec::new(),
        staged: None,
        archive,
        memory: Memory::default(),
    };
    let parts = Parts {
        key: key_of(files, theme_files, &site, &shared, &frames, reading),
        memory: reading.memory,
        kept: &kept,
        site: &site,
        sources,
        theme: &theme,
        shared: &shared,
        frames: &frames,
        archive: &built.archive,
        assets: assets
            .files
            .into_iter()
            .chain(embed::file(&shared, theme_files, &frames))
            .collect(),
    };
    // Nothing will be written where anything is wrong; the rest is only looked through for more.
    match destination {
        Destination::Memory => {
            let held = Held::default();
            parts.make(&held, &mut diagnostics);
            built.files = held.into_files();
        }
        Destination::Folder if !has_error(&diagnostics) => match Staged::new(folder) {
            Ok(staged) => {
                let units = parts.make(&staged, &mut diagnostics);
                built.staged = Some(staged);
                built.memory = reading.memory.next(site.policies, units);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        },
        Destination::Folder | Destination::Nowhere => {
            parts.make(&Nowhere, &mut diagnostics);
        }
    }
    (Some(built), diagnostics)
}

/// What the files of a site are made from.
struct Parts<'p> {
    site: &'p Site,
    sources: &'p Sources,
    theme: &'p Theme<'p>,
    shared: &'p Shared,
    frames: &'p [Frame],
    archive: &'p Archive,
    assets: Vec<File>,
    memory: &'p Memory,
    kept: &'p Kept<'p>,
    key: Key,
}

impl Parts<'_> {
    /// Makes all files; what comes back is for the next build.
    fn make(
        self,
        output: &dyn Output,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> BTreeMap<String, Arc<Unit>> {
        let output = Noted::new(output);
        let Self {
            site,
            sources,
            theme,
            shared,
            frames,
            archive,
            assets,
            memory,
            kept,
            key,
        } = self;
        let made = Renderer {
            site,
            sources,
            theme,
            shared,
            frames,
            output: &output,
            memory,
            kept,
            key,
        }
        .render();
        diagnostics.extend(made.diagnostics);
        let forever = assets
            .iter()
            .map(|file| file.path.clone())
            .filter(|path| path.starts_with("assets/"))
            .chain(archive.paths(&shared.revision));
        let machine = extras::files(site, shared, frames, &made.texts, forever).into_iter();
        for file in machine.chain(archive.files()).chain(assets) {
            diagnostics.extend(output.put(file).err());
        }
        if !has_error(diagnostics) {
            diagnostics.extend(output.duplicates());
        }
        made.units
    }
}

/// Changes with anything that any page is made from, but the texts of policies and the revision.
fn key_of(
    files: &SiteFiles,
    theme_files: &ThemeFiles,
    site: &Site,
    shared: &Shared,
    frames: &[Frame],
    reading: Reading<'_>,
) -> Key {
    let sources = reading.sources;
    let today = reading.today.to_string();
    let mut outlines = String::new();
    for policy in &site.policies {
        outlines.push_str(&policy.outline.to_string());
    }
    let mut parts = vec![today.as_str(), &outlines, sources.text(files.settings)];
    parts.extend(files.register.map(|file| sources.text(file)));
    for (name, file) in theme_files.texts() {
        parts.extend([name, sources.text(file)]);
    }
    // Assets carry their hashes in their names.
    parts.extend([shared.site.css.as_str(), &shared.site.js, &shared.site.icon]);
    parts.push(&shared.essential);
    for frame in frames {
        parts.extend([&*frame.banner_html, &frame.banner.tags]);
        for (name, block) in &frame.blocks {
            parts.extend([*name, block]);
        }
    }
    memory::key(&parts)
}

fn shared(site: &Site, theme: &Theme<'_>, assets: &Assets, today: NaiveDate) -> Shared {
    let settings = &site.settings;
    let asked = frame::asked(site, theme);
    Shared {
        site: Ready::new(SiteView {
            host: settings.host.get_ref().clone(),
            url: settings.url(),
            draft: *settings.draft.get_ref(),
            css: assets.address("site.css"),
            js: assets.address("site.js"),
            icon: assets.address("icon.svg"),
        }),
        admin: Ready::new(AdminView {
            css: assets.address("admin.css"),
            js: assets.address("admin.js"),
            retention_days: *settings.retention_days.get_ref(),
        }),
        essential: assets.essential.clone(),
        revision: revision::short(asked.as_bytes()),
        asked,
        locales: frame::locales(site, theme),
        paths: Arc::new(frame::paths(site)),
        today,
    }
}

fn frames(
    site: &Site,
    theme: &Theme<'_>,
    shared: &Shared,
    assets: &Assets,
) -> (Vec<Frame>, Vec<Diagnostic>) {
    let made: Vec<_> = shared
        .locales
        .par_iter()
        .map(|(locale, _)| frame::frame(site, theme, shared, locale, assets))
        .collect();
    let mut frames = Vec::new();
    let mut diagnostics = Vec::new();
    for result in made {
        match result {
            Ok(frame) => frames.push(frame),
            Err(more) => diagnostics.extend(more),
        }
    }
    (frames, diagnostics)
}
