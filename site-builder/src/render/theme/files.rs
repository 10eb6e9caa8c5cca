//! The files of a theme, read but not yet compiled.

use super::layers::Layers;
use super::overlay;
use super::palette::STYLE;
use crate::content::settings::BannerLocales;
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use domain::Locale;
use icu_locale::subtags::Region;
use icu_locale::{LanguageIdentifier, LocaleExpander};
use std::collections::{BTreeMap, BTreeSet};

/// The template of the operator's page. A theme may do without.
pub const ADMIN_TEMPLATE: &str = "admin.html";

/// The script that pages name, below `assets/`. A theme may do without.
pub const SCRIPT: &str = "embed.js";

/// The parts that the script loads when they are needed, each `<name>.js` below `assets/`.
pub const SCRIPT_PARTS: [&str; 10] = [
    "cleanup",
    "consult",
    "dialog",
    "frames",
    "markup",
    "page",
    "question",
    "reopen",
    "shims",
    "surroundings",
];

/// The part that deletes what refused services have stored, below `assets/`.
pub const CLEANUP: &str = "cleanup.js";

/// The part for what pages bring themselves, below `assets/`.
pub const SURROUNDINGS: &str = "surroundings.js";

/// The language that translations are compared with, and in which the operator's page has what a
/// locale lacks.
pub(super) const REFERENCE: &str = "en";

/// Help on a file of strings.
pub(super) const HELP: &str = "a string stands in quotes: `title = \"Cookies\"`";

/// The folder of the words for visitors.
const VISITOR: &str = "strings/visitor";

/// Maximum depth of folders below `templates/` and `assets/`.
const MAX_FOLDER_DEPTH: usize = 4;

/// The files of a theme.
#[derive(Debug, Clone)]
pub struct ThemeFiles {
    pub(super) folder: Utf8PathBuf,
    /// Templates by their path below `templates/`.
    pub(super) templates: BTreeMap<String, FileId>,
    pub(super) strings: StringFiles,
    /// Languages in which the site asks without having documents in them.
    pub banner_locales: Vec<Locale>,
    /// Contents of `assets/` by path below it. Style sheets and scripts have the overlay's colours.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// The style sheet of the pages: that of the theme, and that of an overlay.
    pub(super) styles: Vec<FileId>,
    /// Its folders, and its settings with what its base says of contrasts.
    pub(super) layers: Layers,
}

/// The files of strings by locale.
#[derive(Debug, Default, Clone)]
pub(super) struct StringFiles {
    /// `strings/visitor/`, of each locale in which the site has documents or asks.
    pub(super) visitor: BTreeMap<Locale, FileId>,
    /// `strings/admin/`, of English and of those locales of the site that have a file there. Empty
    /// where the theme has no [`ADMIN_TEMPLATE`].
    pub(super) admin: BTreeMap<Locale, FileId>,
    /// `strings/visitor/`, of English, whether the site has it or not.
    pub(super) reference: Option<FileId>,
    /// `strings/names.toml` of each layer: what translations may leave in English.
    pub(super) names: Vec<FileId>,
    /// Those of an overlay, which has only the strings that differ.
    pub(super) changed: ChangedStrings,
}

/// The files of an overlay that change strings of its base, by locale.
#[derive(Debug, Default, Clone)]
pub(super) struct ChangedStrings {
    /// `strings/visitor/`
    pub(super) visitor: BTreeMap<Locale, FileId>,
    /// `strings/admin/`
    pub(super) admin: BTreeMap<Locale, FileId>,
}

impl ThemeFiles {
    /// The path of a file, in the theme's own folder or in that of its base.
    pub fn path(&self, name: &str) -> Utf8PathBuf {
        self.layers.path(name)
    }

    /// Every file of strings with its locale.
    pub fn strings(&self) -> impl Iterator<Item = (&Locale, FileId)> {
        let StringFiles {
            visitor,
            admin,
            changed,
            ..
        } = &self.strings;
        let changed = changed.visitor.iter().chain(&changed.admin);
        let all = visitor.iter().chain(admin).chain(changed);
        all.map(|(locale, file)| (locale, *file))
    }

    /// Every template with its name, and every file of strings with its locale.
    pub fn texts(&self) -> impl Iterator<Item = (&str, FileId)> {
        let templates = self
            .templates
            .iter()
            .map(|(name, file)| (name.as_str(), *file));
        templates.chain(self.strings().map(|(locale, file)| (locale.as_str(), file)))
    }
}

/// Reads the files of a theme for a site with these locales.
///
/// # Errors
/// A diagnostic for each file that can't be read.
pub fn read(
    sources: &mut Sources,
    folder: &Utf8Path,
    locales: &[Locale],
    banner_locales: &BannerLocales,
) -> Result<ThemeFiles, Vec<Diagnostic>> {
    // A missing theme is one mistake, not one for each of its folders.
    let mut diagnostics = source::list(folder)
        .map_err(|missing| vec![missing])?
        .diagnostics;
    let layers = Layers::read(sources, folder).map_err(|fault| vec![fault])?;
    let mut templates = BTreeMap::new();
    for name in files_of(&layers, "templates", &mut diagnostics) {
        let file = sources.read(&layers.path(&format!("templates/{name}")));
        templates.extend(or_report(file, &mut diagnostics).map(|file| (name, file)));
    }
    let mut strings = StringFiles::default();
    let banner_locales = match banner_locales {
        BannerLocales::Listed(listed) => listed.clone(),
        BannerLocales::All(_) => other_languages(&layers, locales, &mut diagnostics),
    };
    for locale in locales.iter().chain(&banner_locales) {
        let files = read_strings(sources, &layers, VISITOR, locale)
            .map_err(|missing| without_strings(missing, &layers, locale));
        if let Some((whole, changed)) = or_report(files, &mut diagnostics) {
            strings.visitor.insert(locale.clone(), whole);
            let changed = changed.map(|file| (locale.clone(), file));
            strings.changed.visitor.extend(changed);
        }
    }
    let path = layers.path_of_whole(&format!("{VISITOR}/{REFERENCE}.toml"));
    if source::is_file(&path) {
        strings.reference = or_report(sources.read(&path), &mut diagnostics);
    }
    for folder in layers.folders() {
        let path = folder.join("strings/names.toml");
        if source::is_file(&path) {
            let file = sources.read(&path);
            strings.names.extend(or_report(file, &mut diagnostics));
        }
    }
    if templates.contains_key(ADMIN_TEMPLATE) {
        let read = read_admin_strings(sources, &layers, locales, &mut strings);
        _ = or_report(read, &mut diagnostics);
    }
    let mut assets = BTreeMap::new();
    for name in files_of(&layers, "assets", &mut diagnostics) {
        let bytes = source::read_bytes(&layers.path(&format!("assets/{name}")));
        assets.extend(or_report(bytes, &mut diagnostics).map(|bytes| (name, bytes)));
    }
    let styles = add_styles(sources, &layers, &mut assets, &mut diagnostics);
    diagnostics.extend(missing_parts(&layers, &assets));
    let recoloured = overlay::recolour(&layers, &mut assets);
    diagnostics.extend(recoloured);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(ThemeFiles {
        folder: folder.to_owned(),
        templates,
        strings,
        banner_locales,
        assets,
        styles,
        layers,
    })
}

/// Reads the theme's style sheet as a text, and appends that of an overlay to it: `site.css` beside
/// `theme.toml`. Returns the texts.
fn add_styles(
    sources: &mut Sources,
    layers: &Layers,
    assets: &mut BTreeMap<String, Vec<u8>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<FileId> {
    let mut styles = Vec::new();
    if let Some(bytes) = assets.get_mut(STYLE) {
        let base = layers.path(&format!("assets/{STYLE}"));
        styles.extend(or_report(sources.read(&base), diagnostics));
        for path in layers.overlays().iter().map(|folder| folder.join(STYLE)) {
            if source::is_file(&path)
                && let Some(file) = or_report(sources.read(&path), diagnostics)
            {
                bytes.extend(sources.text(file).as_bytes());
                styles.push(file);
            }
        }
    }
    styles
}

/// The languages that a theme has words in, besides those of `locales`.
fn other_languages(
    layers: &Layers,
    locales: &[Locale],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Locale> {
    let names = or_report(layers.list(VISITOR), diagnostics);
    let mut others = Vec::new();
    for name in names.into_iter().flatten() {
        let Some(tag) = name.strip_suffix(".toml") else {
            continue;
        };
        match Locale::try_from(tag) {
            Ok(locale) if locales.contains(&locale) => {}
            Ok(locale) => others.push(locale),
            Err(error) => diagnostics.push(Diagnostic::on(
                Code::InvalidFact,
                layers.path(&format!("{VISITOR}/{name}")).as_str(),
                format!("`{tag}` is no locale: {error}"),
                "name the file after its language, or name the languages in `banner_locales`",
            )),
        }
    }
    others.sort();
    others
}

/// Diagnoses a script without one of its parts: a theme has all of them or no script.
fn missing_parts<'a>(
    layers: &'a Layers,
    assets: &'a BTreeMap<String, Vec<u8>>,
) -> impl Iterator<Item = Diagnostic> {
    let names = SCRIPT_PARTS.iter().map(|part| format!("{part}.js"));
    names
        .filter(|name| assets.contains_key(SCRIPT) && !assets.contains_key(name))
        .map(|name| {
            let path = layers.path(&format!("assets/{name}"));
            Diagnostic::on(
                Code::UnreadableFile,
                path.as_str(),
                format!("the theme has `{SCRIPT}`, but not its part `{name}`"),
                format!(
                    "make `{path}`, or delete `{SCRIPT}`: a theme has the whole script or none"
                ),
            )
        })
}

/// The files of strings of one locale: the whole one, and that of an overlay with what differs. A
/// language that only an overlay has is whole there.
///
/// # Errors
/// The diagnostic of a file that can't be read.
fn read_strings(
    sources: &mut Sources,
    layers: &Layers,
    folder: &str,
    locale: &Locale,
) -> Result<(FileId, Option<FileId>), Diagnostic> {
    let name = format!("{folder}/{locale}.toml");
    let own = layers.path(&name);
    let whole = layers.path_of_whole(&name);
    if own == whole || !source::is_file(&whole) {
        return Ok((sources.read(&own)?, None));
    }
    Ok((sources.read(&whole)?, Some(sources.read(&own)?)))
}

/// Reads the strings of the operator's page: English, and the site's locales that have a file.
///
/// # Errors
/// A diagnostic when the folder, English or another file can't be read.
fn read_admin_strings(
    sources: &mut Sources,
    layers: &Layers,
    locales: &[Locale],
    strings: &mut StringFiles,
) -> Result<(), Diagnostic> {
    const ADMIN: &str = "strings/admin";
    #[expect(clippy::expect_used, reason = "a constant that is a language tag")]
    let fallback = Locale::try_from(REFERENCE).expect("`en` is a language tag");
    let names = layers.list(ADMIN)?;
    let has_file = |locale: &&Locale| names.contains(&format!("{locale}.toml"));
    let others = locales.iter().filter(|locale| **locale != fallback);
    for locale in others.filter(has_file).chain([&fallback]) {
        let (whole, changed) = read_strings(sources, layers, ADMIN, locale)?;
        strings.admin.insert(locale.clone(), whole);
        let changed = changed.map(|file| (locale.clone(), file));
        strings.changed.admin.extend(changed);
    }
    Ok(())
}

/// Adds help to the diagnostic of a locale without strings: which locales the theme has, or the
/// language that is meant where the tag is the code of a country.
fn without_strings(missing: Diagnostic, layers: &Layers, locale: &Locale) -> Diagnostic {
    let files = layers.list(VISITOR).unwrap_or_else(|_| BTreeSet::new());
    let known: Vec<&str> = files
        .iter()
        .filter_map(|file| file.strip_suffix(".toml"))
        .collect();
    if known.is_empty() || known.contains(&locale.as_str()) {
        return missing;
    }
    let help = match known
        .iter()
        .find(|name| is_main_country(name, locale.as_str()))
    {
        Some(language) => format!(
            "`{locale}` is a country; its language is written `{language}`: correct `site.toml`"
        ),
        None => format!(
            "the theme has words in `{}`: write `strings/visitor/{locale}.toml`, or correct `locales` and `banner_locales` in `site.toml`",
            known.join("`, `")
        ),
    };
    Diagnostic { help, ..missing }
}

/// Whether the country is the one where most speakers of the language live (CLDR, likely subtags).
fn is_main_country(language: &str, country: &str) -> bool {
    let (Ok(mut language), Ok(country)) = (
        language.parse::<LanguageIdentifier>(),
        country.parse::<Region>(),
    ) else {
        return false;
    };
    LocaleExpander::new_common().maximize(&mut language);
    language.region == Some(country)
}

/// Paths of all files below a folder of the theme, of all its layers. An overlay may lack the folder.
fn files_of(layers: &Layers, folder: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeSet<String> {
    let roots = layers
        .folders()
        .iter()
        .map(|layer| (layer.join(folder), layer == layers.whole()));
    let mut names = BTreeSet::new();
    for (root, is_whole) in roots {
        if is_whole || source::is_folder(&root) {
            names.extend(files_below(&root, diagnostics));
        }
    }
    names
}

/// Paths of all files below a folder, with `/`. A folder that is too deep is diagnosed.
fn files_below(root: &Utf8Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut paths = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        if prefix.matches('/').count() > MAX_FOLDER_DEPTH {
            diagnostics.push(Diagnostic::on(
                Code::UnreadableFile,
                folder.as_str(),
                format!("`{folder}` is more than {MAX_FOLDER_DEPTH} folders below `{root}`"),
                "move its files up",
            ));
            continue;
        }
        if let Some(listing) = or_report(source::list(&folder), diagnostics) {
            diagnostics.extend(listing.diagnostics);
            paths.extend(listing.files.iter().map(|name| format!("{prefix}{name}")));
            let inner = |name: String| (folder.join(&name), format!("{prefix}{name}/"));
            folders.extend(listing.folders.into_iter().map(inner));
        }
    }
    paths
}
