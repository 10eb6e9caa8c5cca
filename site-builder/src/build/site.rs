//! The pipeline of one site, one line a stage.

use super::{BuiltSite, Destination, SiteInput};
use crate::archive::editions::{self, EditionCheck, EditionFiles};
use crate::archive::history::EditionHistories;
use crate::archive::{self, Archive, ArchivedTexts};
use crate::check::glossary;
use crate::load::LoadContext;
use crate::load::assemble;
use crate::load::read::SiteFiles;
use crate::model::fingerprint::Fingerprint;
use crate::model::parsed::RetainedTexts;
use crate::model::scope::{self, Scopes};
use crate::model::site::Site;
use crate::output::cache::{BuildCache, CacheEntry};
use crate::output::file::File;
use crate::output::sink::{MemoryOutput, NullOutput, Output, TrackedOutput};
use crate::output::staging::StagedOutput;
use crate::render::assets::{self, Assets};
use crate::render::brand;
use crate::render::context::{self, LocaleContext, SiteContext};
use crate::render::pages::Renderer;
use crate::render::theme::{Theme, ThemeFiles};
use crate::render::{embed, headers, machine_files, minimum, snapshots};
use crate::report::diagnostic::{Code, Diagnostic, has_error, or_report};
use crate::report::source::Sources;
use camino::Utf8Path;
use domain::Manifest;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Builds one site, stage by stage. A stage whose input is missing ends the build of the site: what
/// is wrong with it has been reported by then.
pub(super) fn build(
    input: &SiteInput,
    context: LoadContext<'_>,
    out: &Utf8Path,
    destination: Destination,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BuiltSite> {
    let files = &input.files;
    let loaded = load(files, input.theme.as_ref(), context, diagnostics);
    let theme_files = input.theme.as_ref()?;
    let theme = compile(theme_files, context.sources, diagnostics);
    let (mut site, retained) = loaded?;
    let theme = theme?;
    check_services(files, theme_files, &theme, &site, diagnostics);
    let (theme_files, found) = brand::recoloured(theme_files, &site.settings.brand, files.settings);
    let theme_files = &theme_files;
    diagnostics.extend(found);
    let mut assets = Assets::new(theme_files, &site.register);
    let brand = brand::files(&files.brand, theme_files, &mut assets);
    let brand = or_report(brand, diagnostics)?;
    let archived = files.archive.as_ref();
    let (mut archived_texts, found) = archive::read(archived, context.sources);
    diagnostics.extend(found);
    let histories = EditionHistories::new(&archived_texts.texts, &site.policies);
    editions::keep_material(&mut site, &archived_texts, &histories, context.today);
    let found = check_editions(files, &site, &archived_texts, &histories, context);
    archived_texts.is_intact &= !has_error(&found);
    diagnostics.extend(found);
    diagnostics.extend(check_scopes(files, &site, &archived_texts.scopes));
    let site_context = SiteContext::new(
        &site,
        &theme,
        &assets,
        &brand,
        &archived_texts.scopes,
        context.today,
    );
    let locale_contexts =
        context::locale_contexts(&site, &theme, &site_context, &brand, diagnostics);
    // The data that all pages share has errors, which each page would only repeat.
    if locale_contexts.is_empty() {
        return None;
    }
    diagnostics.extend(minimum::check(&theme, &locale_contexts));
    let shown = snapshots::consent_texts(&site_context, &locale_contexts);
    let unarchived = editions::unarchived(
        &files.folder,
        &site,
        &histories,
        &site_context.revision,
        context.today,
    );
    let is_draft = site_context.site.draft;
    let (archive, warnings) =
        archive::compare(archived, archived_texts, shown, unarchived, is_draft);
    diagnostics.extend(warnings);
    let manifest = machine_files::manifest(&site, &site_context, &locale_contexts)?;
    let (embed, script) = embed::script(
        &site_context,
        theme_files,
        &mut assets,
        &site.register,
        &manifest,
        &locale_contexts,
    )
    .unzip();
    let script = script.as_deref().unwrap_or("");
    let fingerprint = fingerprint_of(
        files,
        theme_files,
        &site,
        &site_context,
        &locale_contexts,
        [&format!("{histories:?}"), script],
        context,
    );
    let renderer = Renderer {
        site: &site,
        sources: context.sources,
        theme: &theme,
        site_context: &site_context,
        locale_contexts: &locale_contexts,
        script,
        histories: &histories,
        cache: context.cache,
        retained: &retained,
        fingerprint,
    };
    let static_files = assets
        .files
        .into_iter()
        .chain(embed)
        .chain(brand.files)
        .collect();
    let render = |output: &dyn Output, diagnostics: &mut Vec<Diagnostic>| {
        render_files(
            output,
            &renderer,
            &manifest,
            &archive,
            static_files,
            diagnostics,
        )
    };
    let (files_in_memory, staged, entries) = render_to(destination, out, render, diagnostics);
    let cache = match staged {
        Some(_) => context.cache.successor(site.policies, entries),
        None => BuildCache::default(),
    };
    Some(BuiltSite {
        folder: files.folder.clone(),
        files: files_in_memory,
        staged,
        archive,
        cache,
    })
}

/// Cache entries for the next build, by the name of the unit.
type Entries = BTreeMap<String, Arc<CacheEntry>>;

/// Renders to a destination: files in memory, or staged ones.
fn render_to(
    destination: Destination,
    out: &Utf8Path,
    render: impl FnOnce(&dyn Output, &mut Vec<Diagnostic>) -> Entries,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<File>, Option<StagedOutput>, Entries) {
    match destination {
        Destination::Memory => {
            let output = MemoryOutput::default();
            let entries = render(&output, diagnostics);
            (output.into_files(), None, entries)
        }
        Destination::Folder if !has_error(diagnostics) => {
            let staged = or_report(StagedOutput::new(out), diagnostics);
            let entries = staged.as_ref().map(|output| render(output, diagnostics));
            (Vec::new(), staged, entries.into_iter().flatten().collect())
        }
        // Nothing will be written where there is an error; pages are rendered to find more of them.
        Destination::Folder | Destination::Null => {
            (Vec::new(), None, render(&NullOutput, diagnostics))
        }
    }
}

/// Loads the model and checks it against translations and the glossary.
fn load<'c>(
    files: &SiteFiles,
    theme_files: Option<&ThemeFiles>,
    context: LoadContext<'c>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Site, RetainedTexts<'c>)> {
    let banner_locales = theme_files.map_or(&[][..], |theme| &theme.banner_locales);
    let (site, retained, more) = assemble::assemble(files, banner_locales, context);
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

/// Compiles a theme; `None` when it has errors, which every page would repeat.
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

/// Checks that the theme can load the services, and that the header can name their hosts.
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

/// Checks that the consent cookie can tell scopes and services apart by their short ids.
fn check_scopes(
    files: &SiteFiles,
    site: &Site,
    archived: &[(String, Scopes)],
) -> Option<Diagnostic> {
    let file = files.register?;
    let found = scope::collision(&Scopes::of(&site.register), archived)?;
    Some(Diagnostic::at(
        Code::InvalidService,
        file,
        0..0,
        format!(
            "{} and {} have the same id `{}` in the consent cookie, now or at an earlier revision",
            found.first, found.second, found.id
        ),
        "give a service another `id`, or add an identifier to its `purposes`",
    ))
}

/// Checks editions against the archive, and that their days of publication have come.
fn check_editions(
    files: &SiteFiles,
    site: &Site,
    archived: &ArchivedTexts,
    histories: &EditionHistories,
    context: LoadContext<'_>,
) -> Vec<Diagnostic> {
    let LoadContext { sources, today, .. } = context;
    let mut diagnostics = editions::unpublished(site, sources, today);
    if let Some(folder) = &files.archive {
        let files: EditionFiles<'_> = files
            .editions
            .iter()
            .map(|file| (file.policy.as_str(), &file.locale, file.effective))
            .collect();
        diagnostics.extend(editions::check(&EditionCheck {
            folder,
            archived,
            histories,
            site,
            files: &files,
            sources,
            today,
        }));
    }
    diagnostics
}

/// Renders all files of a site into an output.
fn render_files(
    output: &dyn Output,
    renderer: &Renderer<'_>,
    manifest: &Manifest,
    archive: &Archive,
    static_files: Vec<File>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Entries {
    let output = TrackedOutput::new(output);
    let rendered = renderer.render(&output);
    diagnostics.extend(rendered.diagnostics);
    let immutable = static_files
        .iter()
        .map(|file| file.path.clone())
        .filter(|path| path.starts_with("assets/"));
    let machine = machine_files::files(
        renderer.site,
        renderer.site_context,
        manifest,
        renderer.histories,
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

/// The fingerprint of all inputs of pages except the texts of policies and the revision. `derived`
/// are the histories of editions and the address of the script.
fn fingerprint_of(
    files: &SiteFiles,
    theme_files: &ThemeFiles,
    site: &Site,
    site_context: &SiteContext,
    locale_contexts: &[LocaleContext],
    derived: [&str; 2],
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
    parts.extend(derived);
    parts.extend(files.register.map(|file| sources.text(file)));
    for (name, file) in theme_files.texts() {
        parts.extend([name, sources.text(file)]);
    }
    // Names of assets contain the hashes of their bytes.
    let shared = format!("{:?}", site_context.site);
    let logo = locale_contexts
        .first()
        .map(|context| format!("{:?}", context.brand));
    parts.extend([shared.as_str(), &site_context.essential]);
    parts.extend(logo.as_deref());
    for locale_context in locale_contexts {
        parts.push(&locale_context.banner_html);
        for (name, block) in &locale_context.blocks {
            parts.extend([*name, block]);
        }
    }
    Fingerprint::of(&parts)
}
