//! Packs: folders of `content/` with the texts of new sites, the services to choose from, and in
//! `pack.toml` what their law proposes for an operator of a country.

mod data;

pub use data::{Authority, ByCountry, Examples, Need, PackData, PackLaw};

use crate::content::register;
use crate::content::review;
use crate::content::toml_file;
use crate::content::vendor::{self, ServiceKind, Tag};
use crate::load::read::{self, EditionFile, SiteFiles};
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::{self, Sources};
use camino::Utf8Path;
use domain::{Category, Country, Locale};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, Table};

/// How the names of packs begin; no host begins so.
const PREFIX: char = '_';

/// The file of the services that a pack offers besides those of its register.
pub const MORE_SERVICES: &str = "more-services.toml";

/// The file of [`PackData`].
pub const FILE: &str = "pack.toml";

/// A pack.
#[derive(Debug)]
pub struct Pack {
    /// The name of its folder.
    pub folder: String,
    /// `pack.toml`
    pub data: PackData,
    /// The laws of `pack.toml` as they are written there.
    pub laws: Table,
    /// `site.toml`, an example that can be built.
    pub settings: DocumentMut,
    /// All services, in the order of the files.
    pub services: Vec<PackService>,
    /// The comment above the register.
    pub register_head: String,
    /// `REVIEW.<locale>.md`, a template in each of its locales; see [`super::review::text`].
    pub reviews: BTreeMap<Locale, String>,
    /// The newest edition of each policy in each locale: policy, locale, text.
    pub editions: Vec<(String, Locale, String)>,
    /// Its policies.
    pub policies: Vec<String>,
}

/// A service that a new site may have.
#[derive(Debug, Clone)]
pub struct PackService {
    /// `google-analytics-4`
    pub id: String,
    /// `Google Analytics 4`
    pub name: String,
    /// The category that visitors consent to.
    pub category: Category,
    /// The vendor's kind of service.
    pub kind: ServiceKind,
    /// Its entry in the register.
    pub table: Table,
}

impl PackService {
    /// The form of the id that its vendor gives.
    pub fn tag(&self) -> &Tag {
        &vendor::of(self.kind).tag
    }
}

/// Help on a pack that can't be used.
pub(super) fn help(folder: &str) -> String {
    format!(
        "put `{folder}` right, or take it back from version control; docs/packs.md describes packs"
    )
}

/// Reads all packs, those for particular countries first.
///
/// # Errors
/// The diagnostic of the first file that can't be used, or of a folder without packs.
pub fn read_all(sources: &mut Sources, content: &Utf8Path) -> Result<Vec<Pack>, Diagnostic> {
    let mut packs = Vec::new();
    for folder in source::list(content)?.folders {
        if folder.starts_with(PREFIX) {
            packs.push(read(sources, content, &folder)?);
        }
    }
    if packs.is_empty() {
        return Err(Diagnostic::on(
            Code::MissingFolder,
            content.as_str(),
            format!("`{content}` has no pack"),
            "a pack is a folder that begins with `_` and holds `pack.toml` (docs/packs.md)",
        ));
    }
    // The sort is stable: within each kind packs stay in the order of their names.
    packs.sort_by_key(|pack| pack.data.countries.is_empty());
    Ok(packs)
}

/// Reads a pack.
fn read(sources: &mut Sources, content: &Utf8Path, folder: &str) -> Result<Pack, Diagnostic> {
    let path = content.join(folder);
    let help = help(path.as_str());
    let mut files = read::read(sources, content, folder)?;
    if !files.diagnostics.is_empty() {
        return Err(files.diagnostics.remove(0));
    }
    let pack = sources.read(&path.join(FILE))?;
    let data: PackData = toml_file::parse(sources, pack, &help)?;
    let written = toml_file::parse_editable(sources, pack)?;
    let settings = toml_file::parse_editable(sources, files.settings)?;
    let offered = services(sources, &mut files, &help)?;
    data.check(pack, &files.partial_settings.locales, &settings)?;
    let mut reviews = BTreeMap::new();
    for locale in data.locales.get_ref() {
        let review = sources.read(&path.join(review::file_name(locale)))?;
        reviews.insert(locale.clone(), sources.text(review).to_owned());
    }
    let laws = written.get("laws").and_then(Item::as_table);
    Ok(Pack {
        folder: folder.to_owned(),
        laws: laws.map_or_else(Table::new, Table::clone),
        data,
        settings,
        services: offered,
        register_head: register_head(sources, &files),
        reviews,
        editions: newest_editions(sources, &files),
        policies: files.partial_settings.policies,
    })
}

/// The services of the register, and those that the pack offers besides.
fn services(
    sources: &mut Sources,
    files: &mut SiteFiles,
    help: &str,
) -> Result<Vec<PackService>, Diagnostic> {
    let more = sources.read(&files.root.join(MORE_SERVICES))?;
    let register = files.register.ok_or_else(|| {
        let path = files.root.join(register::FILE);
        let message = format!("`{path}` can't be read");
        Diagnostic::on(Code::UnreadableFile, path.as_str(), message, help)
    })?;
    let mut services = Vec::new();
    for file in [register, more] {
        // A build of the pack reports its warnings.
        let locales = &files.partial_settings.locales;
        let (read, _) = register::read(sources, file, locales, "")?;
        let tables = toml_file::parse_editable(sources, file)?;
        let tables = tables.get("service").and_then(Item::as_array_of_tables);
        let entries = read.all();
        for (service, table) in entries.zip(tables.into_iter().flatten()) {
            services.push(PackService {
                id: service.id.get_ref().clone(),
                name: service.name.clone(),
                category: service.category,
                kind: service.kind,
                table: table.clone(),
            });
        }
    }
    Ok(services)
}

/// The comment above the register, without the line that names its schema.
fn register_head(sources: &Sources, files: &SiteFiles) -> String {
    let comments = |line: &&str| line.starts_with('#') && !line.starts_with("#:");
    let text = files.register.map_or("", |register| sources.text(register));
    text.lines()
        .skip_while(|line| line.starts_with("#:"))
        .take_while(comments)
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The newest edition of each policy in each locale.
fn newest_editions(sources: &Sources, files: &SiteFiles) -> Vec<(String, Locale, String)> {
    let mut newest: BTreeMap<(&str, &Locale), &EditionFile> = BTreeMap::new();
    for edition in &files.editions {
        let known = newest
            .entry((&edition.policy, &edition.locale))
            .or_insert(edition);
        if edition.effective > known.effective {
            *known = edition;
        }
    }
    let editions = newest.into_iter().map(|((policy, locale), edition)| {
        let text = sources.text(edition.file).to_owned();
        (policy.to_owned(), locale.clone(), text)
    });
    editions.collect()
}

impl Pack {
    /// Whether it is offered to operators of a country: it names the country, or none at all.
    pub fn fits(&self, country: Country) -> bool {
        self.data.countries.is_empty() || self.data.countries.contains(&country)
    }

    /// Its name in a language.
    pub fn title(&self, locale: &Locale) -> &str {
        self.data
            .title
            .get(locale)
            .map_or(&self.folder, String::as_str)
    }

    /// The service of that id that pages can load.
    pub fn service(&self, id: &str) -> Option<&PackService> {
        self.choices().find(|service| service.id == id)
    }

    /// Services that an operator may want: those with an id from their vendor.
    pub fn choices(&self) -> impl Iterator<Item = &PackService> {
        self.services
            .iter()
            .filter(|service| service.kind.is_loaded())
    }

    /// The example's text of a fact that a new site takes over unless its operator says otherwise,
    /// such as `operator.form` in `kk`.
    pub fn proposal(&self, name: &str, locale: Option<&Locale>) -> Option<&str> {
        if !self.data.proposed.iter().any(|proposed| proposed == name) {
            return None;
        }
        let mut item = self.settings.as_item();
        for key in name.split('.').chain(locale.map(Locale::as_str)) {
            item = item.get(key)?;
        }
        item.as_str()
    }
}
