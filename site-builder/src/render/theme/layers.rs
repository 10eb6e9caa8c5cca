//! The folders of a theme: its own and, of an overlay, that of the theme it builds on. `theme.toml`
//! names that one; each file is taken from the first folder that has it,
//! but for strings: of these an overlay has those that differ.

use crate::content::toml_file;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::{self, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// The file of a theme's settings. A theme with neither base nor checked colours does without.
pub(super) const FILE: &str = "theme.toml";

const HELP: &str = "themes/default/README.md says what `theme.toml` may hold";

/// The settings of a theme: `theme.toml`.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeSettings {
    /// The theme whose files it has where it has none of its own: a folder of `themes/`.
    #[schemars(with = "Option<String>")]
    pub base: Option<Spanned<String>>,
    /// Colours on light pages by the name of the base's custom property, without `--`:
    /// `paper = "#fffaf3"`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub light: BTreeMap<String, Spanned<String>>,
    /// Those on dark pages.
    #[schemars(with = "BTreeMap<String, String>")]
    pub dark: BTreeMap<String, Spanned<String>>,
    /// Which colours of the theme stand on which: each needs a contrast of 4.5 : 1.
    pub contrast: Vec<Contrast>,
}

/// Colours that stand on others, by the names of their custom properties, without `--`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// Colours of texts.
    pub text: Vec<String>,
    /// Each of the colours that each of those stands on.
    pub on: Vec<String>,
}

/// The folders of a theme.
#[derive(Debug, Default, Clone)]
pub(super) struct Layers {
    /// Its own first, then that of its base.
    folders: Vec<Utf8PathBuf>,
    /// Its settings; those of the base hold what colours stand on which.
    pub(super) settings: ThemeSettings,
    /// `theme.toml` of its own.
    pub(super) file: Option<FileId>,
}

impl Layers {
    /// Finds the folders of the theme in this one.
    ///
    /// # Errors
    /// The diagnostic of settings or of a base that can't be used.
    pub(super) fn read(sources: &mut Sources, folder: &Utf8Path) -> Result<Self, Diagnostic> {
        let (mut settings, file) = settings(sources, folder)?;
        let mut folders = vec![folder.to_owned()];
        if let (Some(base), Some(file)) = (&settings.base, file) {
            let name = base.get_ref();
            let refuse = |message: String, help: &str| {
                Diagnostic::at(Code::InvalidFact, file, base.span(), message, help)
            };
            let parent = folder.parent().unwrap_or(Utf8Path::new(""));
            let of_base = parent.join(name);
            if !source::is_plain_name(name) || of_base == folder || !source::is_folder(&of_base) {
                return Err(refuse(
                    format!("`{name}` is no other theme"),
                    "write the name of a folder of `themes/`, such as `default`",
                ));
            }
            let (base_settings, _) = self::settings(sources, &of_base)?;
            if base_settings.base.is_some() {
                return Err(refuse(
                    format!("`{name}` has a base itself"),
                    "name the theme that it builds on: a base stands on its own",
                ));
            }
            folders.push(of_base);
            settings.contrast.extend(base_settings.contrast);
        }
        Ok(Self {
            folders,
            settings,
            file,
        })
    }

    /// The folder that all files of a theme can be in: that of the base, if there is one.
    pub(super) fn whole(&self) -> &Utf8Path {
        self.folders
            .last()
            .map_or(Utf8Path::new(""), |folder| folder)
    }

    /// All folders, the theme's own first.
    pub(super) fn folders(&self) -> &[Utf8PathBuf] {
        &self.folders
    }

    /// The path of a file: of the first folder that has it, or of the last.
    pub(super) fn path(&self, name: &str) -> Utf8PathBuf {
        let mut paths = self.folders.iter().map(|folder| folder.join(name));
        let found = paths.find(|path| source::is_file(path));
        found.unwrap_or_else(|| self.whole().join(name))
    }

    /// The path of a file in the folder that all files can be in.
    pub(super) fn path_of_whole(&self, name: &str) -> Utf8PathBuf {
        self.whole().join(name)
    }

    /// Names of the files in a folder, of all layers.
    ///
    /// # Errors
    /// The diagnostic of the last folder, if it can't be read: others may lack it.
    pub(super) fn list(&self, folder: &str) -> Result<BTreeSet<String>, Diagnostic> {
        let mut names = BTreeSet::from_iter(source::list(&self.whole().join(folder))?.files);
        for own in self.overlays() {
            if source::is_folder(&own.join(folder)) {
                names.extend(source::list(&own.join(folder))?.files);
            }
        }
        Ok(names)
    }

    /// The folders before the last.
    pub(super) fn overlays(&self) -> &[Utf8PathBuf] {
        self.folders
            .split_last()
            .map_or(&[], |(_, overlays)| overlays)
    }
}

/// `theme.toml` of a folder, if it has one.
fn settings(
    sources: &mut Sources,
    folder: &Utf8Path,
) -> Result<(ThemeSettings, Option<FileId>), Diagnostic> {
    let path = folder.join(FILE);
    if !source::is_file(&path) {
        return Ok((ThemeSettings::default(), None));
    }
    let file = sources.read(&path)?;
    Ok((toml_file::parse(sources, file, HELP)?, Some(file)))
}
