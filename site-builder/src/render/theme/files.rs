//! The files of a theme, read but not yet compiled.

use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use domain::Locale;
use icu_locale::subtags::Region;
use icu_locale::{LanguageIdentifier, LocaleExpander};
use std::collections::BTreeMap;

/// The template of the operator's page. A theme may do without.
pub const ADMIN_TEMPLATE: &str = "admin.html";

/// The language of strings on the operator's page that a locale lacks.
pub(super) const ADMIN_FALLBACK: &str = "en";

/// Maximum depth of folders below `templates/` and `assets/`.
const MAX_FOLDER_DEPTH: usize = 4;

/// The files of a theme.
#[derive(Debug)]
pub struct ThemeFiles {
    pub(super) folder: Utf8PathBuf,
    /// Templates by their path below `templates/`.
    pub(super) templates: BTreeMap<String, FileId>,
    pub(super) strings: StringFiles,
    /// Contents of `assets/` by path below it.
    pub assets: BTreeMap<String, Vec<u8>>,
}

/// The files of strings by locale.
#[derive(Debug, Default)]
pub(super) struct StringFiles {
    /// `strings/visitor/`, of each locale of the site.
    pub(super) visitor: BTreeMap<Locale, FileId>,
    /// `strings/admin/`, of English and of those locales of the site that have a file there. Empty
    /// where the theme has no [`ADMIN_TEMPLATE`].
    pub(super) admin: BTreeMap<Locale, FileId>,
}

impl ThemeFiles {
    /// Every file of strings with its locale.
    pub fn strings(&self) -> impl Iterator<Item = (&Locale, FileId)> {
        let StringFiles { visitor, admin } = &self.strings;
        let all = visitor.iter().chain(admin);
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

/// Reads the files of a theme.
///
/// # Errors
/// A diagnostic for each file that can't be read.
pub fn read(
    sources: &mut Sources,
    folder: &Utf8Path,
    locales: &[Locale],
) -> Result<ThemeFiles, Vec<Diagnostic>> {
    // A missing theme is one mistake, not one for each of its folders.
    let mut diagnostics = source::list(folder)
        .map_err(|missing| vec![missing])?
        .diagnostics;
    let mut templates = BTreeMap::new();
    for name in files_below(&folder.join("templates"), &mut diagnostics) {
        let file = sources.read(&folder.join("templates").join(&name));
        templates.extend(or_report(file, &mut diagnostics).map(|file| (name, file)));
    }
    let mut strings = StringFiles::default();
    let visitor = folder.join("strings/visitor");
    for locale in locales {
        let file = sources
            .read(&visitor.join(format!("{locale}.toml")))
            .map_err(|missing| without_strings(missing, &visitor, locale));
        let file = or_report(file, &mut diagnostics);
        strings
            .visitor
            .extend(file.map(|file| (locale.clone(), file)));
    }
    if templates.contains_key(ADMIN_TEMPLATE) {
        let files = read_admin_strings(sources, &folder.join("strings/admin"), locales);
        strings
            .admin
            .extend(or_report(files, &mut diagnostics).into_iter().flatten());
    }
    let mut assets = BTreeMap::new();
    for name in files_below(&folder.join("assets"), &mut diagnostics) {
        let bytes = source::read_bytes(&folder.join("assets").join(&name));
        assets.extend(or_report(bytes, &mut diagnostics).map(|bytes| (name, bytes)));
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(ThemeFiles {
        folder: folder.to_owned(),
        templates,
        strings,
        assets,
    })
}

/// Reads the strings of the operator's page: English, and the site's locales that have a file.
///
/// # Errors
/// A diagnostic when the folder, English or another file can't be read.
fn read_admin_strings(
    sources: &mut Sources,
    folder: &Utf8Path,
    locales: &[Locale],
) -> Result<BTreeMap<Locale, FileId>, Diagnostic> {
    #[expect(clippy::expect_used, reason = "a constant that is a language tag")]
    let fallback = Locale::try_from(ADMIN_FALLBACK).expect("`en` is a language tag");
    let names = source::list(folder)?.files;
    let mut files = BTreeMap::new();
    for locale in locales {
        let name = format!("{locale}.toml");
        if *locale != fallback && names.contains(&name) {
            files.insert(locale.clone(), sources.read(&folder.join(name))?);
        }
    }
    let english = sources.read(&folder.join(format!("{fallback}.toml")))?;
    files.insert(fallback, english);
    Ok(files)
}

/// Adds help to the diagnostic of a locale without strings: which locales the theme has, or the
/// language that is meant where the tag is the code of a country.
fn without_strings(missing: Diagnostic, folder: &Utf8Path, locale: &Locale) -> Diagnostic {
    let listing = source::list(folder);
    let files = listing.map_or_else(|_| Vec::new(), |listing| listing.files);
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
            "`{locale}` is a country; its language is written `{language}`: correct `locales` in `site.toml`"
        ),
        None => format!(
            "the theme has words in `{}`: write `strings/visitor/{locale}.toml`, or correct `locales` in `site.toml`",
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
