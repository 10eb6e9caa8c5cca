//! Lists the folder of a site and reads its TOML files. Editions are only listed.

use super::brand::{self, BrandNames, BrandPictures};
use crate::archive::{self, ArchiveFolder};
use crate::content::date;
use crate::content::register;
use crate::content::settings::{self, BRAND_FOLDER, BannerLocales};
use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::{self, Listing, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use chrono::NaiveDate;
use domain::Locale;
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use toml::Spanned;

/// The files of a site.
#[derive(Debug)]
pub struct SiteFiles {
    /// Name of the folder.
    pub folder: String,
    /// Path of the folder.
    pub root: Utf8PathBuf,
    /// `site.toml`
    pub settings: FileId,
    /// `services.toml`; `None` when it can't be read.
    pub register: Option<FileId>,
    /// Every edition; their files have not been read.
    pub editions: Vec<EditionFile>,
    /// Policies with at least one file in any locale, valid or not.
    pub policies_with_files: BTreeSet<String>,
    /// Texts shown earlier; `None` if the site has no archive.
    pub archive: Option<ArchiveFolder>,
    /// Pictures of `[brand]`.
    pub brand: BrandPictures,
    /// Keys of `site.toml` that reading the folder needs.
    pub partial_settings: PartialSettings,
    /// The names of all sites' folders, which are their hosts.
    pub sites: Vec<String>,
    /// Diagnostics of the folder's files.
    pub diagnostics: Vec<Diagnostic>,
}

/// The file of one edition.
#[derive(Debug)]
pub struct EditionFile {
    /// Short address of the policy.
    pub policy: String,
    /// Language of the text.
    pub locale: Locale,
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// The file.
    pub file: FileId,
}

/// Keys of `site.toml` that reading the folder needs; unknown keys are ignored. [`settings::read`]
/// reads and checks the whole file.
#[derive(Debug, Deserialize)]
pub struct PartialSettings {
    /// Locales of the site, the default one first.
    #[serde(default)]
    pub locales: Vec<Locale>,
    /// Languages in which it asks without having documents in them.
    #[serde(default = "settings::no_banner_locales")]
    pub banner_locales: Spanned<BannerLocales>,
    /// A folder of `themes/`.
    #[serde(default = "default_theme")]
    pub theme: Spanned<String>,
    /// Short addresses of its policies.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Names of the owner's pictures.
    #[serde(default)]
    pub brand: BrandNames,
}

fn default_theme() -> Spanned<String> {
    Spanned::new(0..0, "default".to_owned())
}

/// Reads the folder of a site.
///
/// # Errors
/// The diagnostic of a folder that holds no site.
pub fn read(
    sources: &mut Sources,
    content: &Utf8Path,
    folder: &str,
) -> Result<SiteFiles, Diagnostic> {
    let root = content.join(folder);
    if !source::is_plain_name(folder) {
        return Err(Diagnostic::on(
            Code::MissingFolder,
            root.as_str(),
            format!("`{folder}` is no name of a site"),
            "name a folder that stands in `content/`",
        ));
    }
    let settings = sources.read(&root.join("site.toml"))?;
    let partial_settings: PartialSettings = toml_file::parse(sources, settings, settings::HELP)?;
    let mut files = SiteFiles {
        folder: folder.to_owned(),
        root: root.clone(),
        settings,
        register: None,
        editions: Vec::new(),
        policies_with_files: BTreeSet::new(),
        archive: None,
        brand: BrandPictures::default(),
        partial_settings,
        sites: source::list(content)?.folders,
        diagnostics: Vec::new(),
    };
    let register = sources.read(&root.join(register::FILE));
    files.register = or_report(register, &mut files.diagnostics);
    let listing = source::list(&root)?;
    files.diagnostics.extend(listing.diagnostics);
    let pictures = root.join(BRAND_FOLDER);
    let (brand, found) = brand::read(
        sources,
        &pictures,
        &files.partial_settings.brand,
        settings,
        listing.folders.iter().any(|name| name == BRAND_FOLDER),
    );
    files.brand = brand;
    files.diagnostics.extend(found);
    // `settings` reports the missing key; here every folder would be reported as stray.
    if files.partial_settings.locales.is_empty() || files.partial_settings.policies.is_empty() {
        return Ok(files);
    }
    for name in &listing.folders {
        match files
            .partial_settings
            .locales
            .iter()
            .find(|locale| locale.as_str() == name)
        {
            Some(locale) => {
                let locale = locale.clone();
                files.locale(sources, &root.join(name), &locale);
            }
            None if name == BRAND_FOLDER => {}
            None if name == archive::FOLDER => files.archive(sources, &root.join(name)),
            None => files.diagnostics.push(Diagnostic::on(
                Code::StrayFolder,
                root.join(name).as_str(),
                format!("`{name}` is no locale of this site"),
                "add it to `locales` in `site.toml` (those of `banner_locales` have no documents), or move the folder away",
            )),
        }
    }
    Ok(files)
}

impl SiteFiles {
    /// Adds an edition, in place of the one of the same policy, locale and day.
    pub fn add_edition(&mut self, edition: EditionFile) {
        let is_other = |other: &EditionFile| {
            (&other.policy, &other.locale, other.effective)
                != (&edition.policy, &edition.locale, edition.effective)
        };
        self.editions.retain(is_other);
        self.policies_with_files.insert(edition.policy.clone());
        self.editions.push(edition);
    }

    fn archive(&mut self, sources: &mut Sources, folder: &Utf8Path) {
        let mut archive = ArchiveFolder {
            site: self.folder.clone(),
            path: folder.to_owned(),
            index: None,
            files: BTreeMap::new(),
        };
        let Some(listing) = or_report(source::list(folder), &mut self.diagnostics) else {
            return;
        };
        self.diagnostics.extend(listing.diagnostics);
        for name in listing.files {
            let is_index = name == archive::INDEX;
            if !is_index && !name.ends_with(".txt") {
                continue;
            }
            let file = or_report(sources.read(&folder.join(&name)), &mut self.diagnostics);
            if is_index {
                archive.index = file;
            } else {
                archive.files.extend(file.map(|file| (name, file)));
            }
        }
        self.archive = Some(archive);
    }

    fn locale(&mut self, sources: &mut Sources, folder: &Utf8Path, locale: &Locale) {
        let Some(listing) = or_report(source::list(folder), &mut self.diagnostics) else {
            return;
        };
        self.diagnostics.extend(listing.diagnostics);
        for name in listing.files.iter().filter(|name| name.ends_with(".md")) {
            self.diagnostics.push(Diagnostic::on(
                Code::StrayFile,
                folder.join(name).as_str(),
                format!("`{name}` stands outside of the folder of a policy"),
                "move it to where editions are, such as `privacy/2026-11-20.md`",
            ));
        }
        let known: HashSet<String> = self.partial_settings.policies.iter().cloned().collect();
        let inside: Vec<_> = listing
            .folders
            .par_iter()
            .filter(|policy| known.contains(*policy))
            .map(|policy| source::list(&folder.join(policy)))
            .collect();
        let mut inside = inside.into_iter();
        for policy in &listing.folders {
            let inside = known.contains(policy).then(|| inside.next()).flatten();
            if let Some(inside) = inside {
                self.policy(sources, &folder.join(policy), inside, locale, policy);
            } else {
                self.diagnostics.push(Diagnostic::on(
                    Code::StrayFolder,
                    folder.join(policy).as_str(),
                    format!("`{policy}` is no policy of this site"),
                    "add it to `policies` in `site.toml`, or move the folder away",
                ));
            }
        }
    }

    fn policy(
        &mut self,
        sources: &mut Sources,
        folder: &Utf8Path,
        listing: Result<Listing, Diagnostic>,
        locale: &Locale,
        policy: &str,
    ) {
        let Some(listing) = or_report(listing, &mut self.diagnostics) else {
            return;
        };
        self.diagnostics.extend(listing.diagnostics);
        for name in &listing.folders {
            self.diagnostics.push(Diagnostic::on(
                Code::StrayFolder,
                folder.join(name).as_str(),
                format!("the folder `{name}` stands among the editions of `{policy}`"),
                "editions are files; move the folder away",
            ));
        }
        if !listing.files.is_empty() {
            self.policies_with_files.insert(policy.to_owned());
        }
        for name in listing.files {
            let path = folder.join(&name);
            let effective = name.strip_suffix(".md").and_then(date::parse);
            let Some(effective) = effective else {
                self.diagnostics.push(Diagnostic::on(
                    Code::InvalidEditionName,
                    path.as_str(),
                    format!("`{name}` is not named after a day"),
                    "an edition is named after the day it comes into force, such as `2026-11-20.md`",
                ));
                continue;
            };
            self.editions.push(EditionFile {
                policy: policy.to_owned(),
                locale: locale.clone(),
                effective,
                file: sources.add_unread(path),
            });
        }
    }
}
