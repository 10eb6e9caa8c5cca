//! Builds sites: one line a stage.

use crate::archive::{self, Archive};
use crate::check::glossary::{self, Glossary};
use crate::load::assemble;
use crate::load::context::LoadContext;
use crate::load::read::{self, SiteFiles};
use crate::model::fingerprint::Fingerprint;
use crate::model::parsed::RetainedTexts;
use crate::model::site::Site;
use crate::output::cache::{BuildCache, CacheEntry};
use crate::output::file::File;
use crate::output::sink::{MemoryOutput, NullOutput, Output, TrackedOutput};
use crate::output::staging::{self, Staged, Written};
use crate::render::assets::{self, Assets};
use crate::render::context::{self, LocaleContext, SiteContext};
use crate::render::pages::Renderer;
use crate::render::theme::{self, Theme, ThemeFiles};
use crate::render::{embed, headers, machine_files, snapshots};
use crate::report::diagnostic::{Code, Diagnostic, has_error};
use crate::report::draw;
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
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
    /// What this build leaves for the next one, once it has been written.
    pub cache: BuildCache,
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

/// Builds with what the build before left of each site, by the name of its folder.
pub fn build_from(
    options: &Options,
    destination: Destination,
    mut load_cache: impl FnMut(&str) -> Arc<BuildCache>,
) -> Outcome {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let inputs = read_files(options, &mut sources, &mut diagnostics);
    let glossary = glossary::read(&mut sources, &options.content).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Glossary::default()
    });
    let mut built = Vec::new();
    for (files, theme_files) in &inputs {
        let cache = load_cache(&files.folder);
        let context = LoadContext {
            sources: &sources,
            glossary: &glossary,
            today: options.today,
            cache: &cache,
        };
        let folder = options.out.join(&files.folder);
        let (site, more) = build_site(files, theme_files.as_ref(), context, &folder, destination);
        diagnostics.extend(more);
        built.extend(site);
    }
    draw::sort(&mut diagnostics, &sources);
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
    Ok(folders.zip(staging::swap(&staged)?).collect())
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

fn read_files(
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
        let files = match read::read(sources, &options.content, &folder) {
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
    theme::read(sources, &folder, &files.partial_settings.locales)
}

/// One site, stage by stage. A stage whose input is missing ends the build of the site; what is
/// wrong so far has been reported then.
fn build_site(
    files: &SiteFiles,
    theme_files: Option<&ThemeFiles>,
    context: LoadContext<'_>,
    folder: &Utf8Path,
    destination: Destination,
) -> (Option<Built>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let loaded = load(files, theme_files, context, &mut diagnostics);
    let theme = theme_files.and_then(|files| compile(files, context.sources, &mut diagnostics));
    let built = loaded
        .zip(theme)
        .zip(theme_files)
        .and_then(|((loaded, theme), theme_files)| {
            let (site, retained) = loaded;
            check_services(files, theme_files, &theme, &site, &mut diagnostics);
            let assets = Assets::new(theme_files, &site.register);
            let site_context = SiteContext::new(&site, &theme, &assets, context.today);
            let locale_contexts =
                context::locale_contexts(&site, &theme, &site_context, &assets, &mut diagnostics);
            // Pages without what all of them share would only repeat what was reported of it.
            if locale_contexts.is_empty() {
                return None;
            }
            let shown = snapshots::consent_texts(&site_context, &locale_contexts);
            let archived = files.archive.as_ref();
            let (archive, more) =
                archive::load(archived, context.sources, shown, site_context.site.draft);
            diagnostics.extend(more);
            let fingerprint = fingerprint_of(
                files,
                theme_files,
                &site,
                &site_context,
                &locale_contexts,
                context,
            );
            let renderer = Renderer {
                site: &site,
                sources: context.sources,
                theme: &theme,
                site_context: &site_context,
                locale_contexts: &locale_contexts,
                cache: context.cache,
                retained: &retained,
                fingerprint,
            };
            let embed = embed::file(&site_context, theme_files, &locale_contexts);
            let static_files = assets.files.into_iter().chain(embed).collect();
            let mut built = Built {
                folder: files.folder.clone(),
                files: Vec::new(),
                staged: None,
                archive,
                cache: BuildCache::default(),
            };
            match destination {
                Destination::Memory => {
                    let output = MemoryOutput::default();
                    write_to(
                        &output,
                        &renderer,
                        &built.archive,
                        static_files,
                        &mut diagnostics,
                    );
                    built.files = output.into_files();
                }
                Destination::Folder if !has_error(&diagnostics) => match Staged::new(folder) {
                    Ok(output) => {
                        let archive = &built.archive;
                        let entries =
                            write_to(&output, &renderer, archive, static_files, &mut diagnostics);
                        built.staged = Some(output);
                        built.cache = context.cache.next(site.policies, entries);
                    }
                    Err(diagnostic) => diagnostics.push(diagnostic),
                },
                // Nothing will be written where anything is wrong; pages are rendered only to find
                // more of it.
                Destination::Folder | Destination::Nowhere => {
                    let archive = &built.archive;
                    write_to(
                        &NullOutput,
                        &renderer,
                        archive,
                        static_files,
                        &mut diagnostics,
                    );
                }
            }
            Some(built)
        });
    (built, diagnostics)
}

/// Loads the model and checks it against translations and the glossary.
fn load<'c>(
    files: &SiteFiles,
    theme_files: Option<&ThemeFiles>,
    context: LoadContext<'c>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Site, RetainedTexts<'c>)> {
    let (site, retained, more) = assemble::assemble(files, context);
    diagnostics.extend(more);
    let site = site?;
    diagnostics.extend(assemble::untranslated(&site, files));
    let strings: Vec<_> = theme_files
        .into_iter()
        .flat_map(ThemeFiles::strings)
        .collect();
    diagnostics.extend(glossary::check(
        context.glossary,
        &site,
        &strings,
        files.register,
        context.sources,
    ));
    Some((site, retained))
}

/// Compiles a theme; none when anything is wrong with it: pages would only repeat it many times.
fn compile<'s>(
    files: &ThemeFiles,
    sources: &'s Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Theme<'s>> {
    let (theme, more) = Theme::new(files, sources);
    let is_whole = !has_error(&more);
    diagnostics.extend(more);
    is_whole.then_some(theme)
}

/// Whether the theme can load the services, and the header can name their hosts.
fn check_services(
    files: &SiteFiles,
    theme_files: &ThemeFiles,
    theme: &Theme<'_>,
    site: &Site,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(file) = files.register {
        diagnostics.extend(assets::check_loaders(
            theme_files,
            theme,
            &site.register,
            file,
        ));
        diagnostics.extend(headers::check(&site.register, file));
    }
}

/// Makes all files of a site. Returns what the next build can reuse.
fn write_to(
    output: &dyn Output,
    renderer: &Renderer<'_>,
    archive: &Archive,
    static_files: Vec<File>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Arc<CacheEntry>> {
    let output = TrackedOutput::new(output);
    let rendered = renderer.render(&output);
    diagnostics.extend(rendered.diagnostics);
    let Renderer {
        site,
        site_context,
        locale_contexts,
        ..
    } = renderer;
    let immutable = static_files
        .iter()
        .map(|file| file.path.clone())
        .filter(|path| path.starts_with("assets/"))
        .chain(archive.paths(&site_context.revision));
    let machine = machine_files::files(
        site,
        site_context,
        locale_contexts,
        &rendered.texts,
        immutable,
    );
    for file in machine
        .into_iter()
        .chain(archive.files())
        .chain(static_files)
    {
        diagnostics.extend(output.put(file).err());
    }
    if !has_error(diagnostics) {
        diagnostics.extend(output.duplicates());
    }
    rendered.entries
}

/// Of everything that any page is made from, but the texts of policies and the revision.
fn fingerprint_of(
    files: &SiteFiles,
    theme_files: &ThemeFiles,
    site: &Site,
    site_context: &SiteContext,
    locale_contexts: &[LocaleContext],
    context: LoadContext<'_>,
) -> Fingerprint {
    let sources = context.sources;
    let today = context.today.to_string();
    let summaries: String = site
        .policies
        .iter()
        .map(|policy| policy.summary.to_string())
        .collect();
    let mut parts = vec![today.as_str(), &summaries, sources.text(files.settings)];
    parts.extend(files.register.map(|file| sources.text(file)));
    for (name, file) in theme_files.texts() {
        parts.extend([name, sources.text(file)]);
    }
    // Assets carry their hashes in their names.
    parts.extend([
        site_context.site.css.as_str(),
        &site_context.site.js,
        &site_context.site.icon,
    ]);
    parts.push(&site_context.essential);
    for locale_context in locale_contexts {
        parts.extend([&*locale_context.banner_html, &locale_context.banner.tags]);
        for (name, block) in &locale_context.blocks {
            parts.extend([*name, block]);
        }
    }
    Fingerprint::of(&parts)
}
