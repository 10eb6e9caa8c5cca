//! Lists and reads the folder of a site.

use crate::date;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{self, FileId, Sources};
use crate::toml_file;
use camino::Utf8Path;
use chrono::NaiveDate;
use domain::Locale;
use serde::Deserialize;

/// The files of a site.
#[derive(Debug)]
pub struct SiteFiles {
    /// The name of the folder.
    pub folder: String,
    /// `site.toml`
    pub settings: FileId,
    /// `services.toml`; none when it can't be read.
    pub register: Option<FileId>,
    /// Every edition.
    pub editions: Vec<EditionFile>,
    /// Locales of the site, the theme and its folder, needed before anything is understood.
    pub outline: Outline,
    /// What went wrong so far.
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

/// What has to be known of `site.toml` before the folder can be read. `settings` reads it again, strictly.
#[derive(Debug, Default, Deserialize)]
pub struct Outline {
    /// Locales of the site.
    #[serde(default)]
    pub locales: Vec<Locale>,
    /// Its theme.
    #[serde(default = "default_theme")]
    pub theme: String,
    /// Its policies.
    #[serde(default)]
    pub policies: Vec<String>,
}

fn default_theme() -> String {
    "default".to_owned()
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
    let settings = sources.read(&root.join("site.toml"))?;
    // What doesn't fit here is reported by `settings`, with its place.
    let outline: Outline = toml_file::parse(sources, settings).unwrap_or_default();
    let mut files = SiteFiles {
        folder: folder.to_owned(),
        settings,
        register: None,
        editions: Vec::new(),
        outline,
        diagnostics: Vec::new(),
    };
    match sources.read(&root.join("services.toml")) {
        Ok(file) => files.register = Some(file),
        Err(diagnostic) => files.diagnostics.push(diagnostic),
    }
    let listing = source::list(&root)?;
    for name in &listing.folders {
        match files
            .outline
            .locales
            .iter()
            .find(|locale| locale.as_str() == name)
        {
            Some(locale) => {
                let locale = locale.clone();
                files.locale(sources, &root.join(name), &locale);
            }
            None => files.diagnostics.push(Diagnostic::on(
                Code::StrayFolder,
                root.join(name).as_str(),
                format!("`{name}` is no locale of this site"),
                "add it to `locales` in `site.toml`, or move the folder away",
            )),
        }
    }
    Ok(files)
}

impl SiteFiles {
    fn locale(&mut self, sources: &mut Sources, folder: &Utf8Path, locale: &Locale) {
        let listing = match source::list(folder) {
            Ok(listing) => listing,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return;
            }
        };
        for policy in &listing.folders {
            if self.outline.policies.contains(policy) {
                self.policy(sources, &folder.join(policy), locale, policy);
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

    fn policy(&mut self, sources: &mut Sources, folder: &Utf8Path, locale: &Locale, policy: &str) {
        let listing = match source::list(folder) {
            Ok(listing) => listing,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return;
            }
        };
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
            match sources.read(&path) {
                Ok(file) => self.editions.push(EditionFile {
                    policy: policy.to_owned(),
                    locale: locale.clone(),
                    effective,
                    file,
                }),
                Err(diagnostic) => self.diagnostics.push(diagnostic),
            }
        }
    }
}
