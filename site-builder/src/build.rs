//! Builds sites: one line a stage.

use crate::archive::Archive;
use crate::assets::Assets;
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::dist::{self, File, Written};
use crate::frame::{self, Frame, Shared};
use crate::glossary::{self, Glossary};
use crate::pages::Renderer;
use crate::site::{self, Site, SiteFiles};
use crate::source::{self, Sources};
use crate::theme::{self, Theme, ThemeFiles};
use crate::view::SiteView;
use crate::{archive, embed, extras, feed, parity, revision};
use camino::Utf8PathBuf;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeSet;
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
    /// Everything it consists of.
    pub files: Vec<File>,
    /// What it shows, and showed before.
    pub archive: Archive,
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

/// Builds in memory; the disk is only read.
pub fn build(options: &Options) -> Outcome {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let inputs = read(options, &mut sources, &mut diagnostics);
    let glossary = glossary::read(&mut sources, &options.content).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Glossary::default()
    });
    let mut built = Vec::new();
    for (files, theme_files) in &inputs {
        let (site, more) = build_site(
            files,
            theme_files.as_ref(),
            &glossary,
            &sources,
            options.today,
        );
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
    let sites: Vec<(Utf8PathBuf, &[File])> = outcome
        .built
        .iter()
        .map(|built| (options.out.join(&built.folder), built.files.as_slice()))
        .collect();
    let folders = outcome.built.iter().map(|built| built.folder.clone());
    Ok(folders.zip(dist::write(&sites)?).collect())
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
    glossary: &Glossary,
    sources: &Sources,
    today: NaiveDate,
) -> (Option<Built>, Vec<Diagnostic>) {
    let (site, mut diagnostics) = site::assemble(files, sources);
    if let Some(site) = &site {
        diagnostics.extend(site::untranslated(site, files));
        diagnostics.extend(parity::check(site, sources));
        let strings = theme_files.map(ThemeFiles::strings);
        diagnostics.extend(glossary::check(
            glossary,
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
    let assets = Assets::new(theme_files, &site.register);
    let shared = shared(&site, &theme, &assets, today);
    let (frames, more) = frames(&site, &theme, &shared, &assets.tags);
    diagnostics.extend(more);
    if frames.is_empty() {
        return (None, diagnostics);
    }
    let (mut pages, more) = render(&site, &theme, &shared, &frames);
    diagnostics.extend(more);
    let (archive, more) = archive::of(files, sources, &shared, &frames);
    diagnostics.extend(more);
    pages.extend(archive.files());
    pages.extend(assets.files);
    pages.extend(embed::file(&shared.site, theme_files, &theme, &frames));
    pages.sort_by(|before, after| before.path.cmp(&after.path));
    if !has_error(&diagnostics) {
        diagnostics.extend(dist::duplicates(&pages));
    }
    let built = Built {
        folder: files.folder.clone(),
        files: pages,
        archive,
    };
    (Some(built), diagnostics)
}

/// All pages, and what machines read.
fn render(
    site: &Site<'_>,
    theme: &Theme<'_>,
    shared: &Shared,
    frames: &[Frame],
) -> (Vec<File>, Vec<Diagnostic>) {
    let made = Renderer {
        site,
        theme,
        shared,
        frames,
    }
    .render();
    let mut pages = made.files;
    let mut diagnostics = made.diagnostics;
    let machine = extras::files(site, theme, shared, frames, &made.texts);
    let feeds = feed::files(site, theme, shared, frames);
    for (files, more) in [machine, feeds] {
        pages.extend(files);
        diagnostics.extend(more);
    }
    (pages, diagnostics)
}

fn shared(site: &Site<'_>, theme: &Theme<'_>, assets: &Assets, today: NaiveDate) -> Shared {
    let settings = &site.settings;
    let asked = frame::asked(site, theme, today);
    Shared {
        site: Arc::new(SiteView {
            host: settings.host.get_ref().clone(),
            url: settings.url(),
            draft: *settings.draft.get_ref(),
            css: assets.address("site.css"),
            js: assets.address("site.js"),
            icon: assets.address("icon.svg"),
        }),
        revision: revision::short(asked.as_bytes()),
        asked,
        locales: frame::locales(site, theme),
        today,
    }
}

fn frames(
    site: &Site<'_>,
    theme: &Theme<'_>,
    shared: &Shared,
    tags: &str,
) -> (Vec<Frame>, Vec<Diagnostic>) {
    let made: Vec<_> = shared
        .locales
        .par_iter()
        .map(|(locale, _)| frame::frame(site, theme, shared, locale, tags))
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
