//! `content/_starter`: the texts of a new site, default facts, and the services to choose from.

use crate::content::register;
use crate::content::review;
use crate::content::toml_file;
use crate::content::vendor::{self, ServiceKind, Tag};
use crate::load::read::{self, SiteFiles};
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Sources;
use camino::Utf8Path;
use domain::{Category, Locale};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, Table};

/// The folder of the starter in `content/`.
pub const FOLDER: &str = "_starter";

/// The file of the services that the starter offers besides those of its register.
pub const MORE_SERVICES: &str = "more-services.toml";

/// The file of [`Pack`].
pub const PACK: &str = "pack.toml";

const PACK_HELP: &str = "take `content/_starter` back from version control";

/// Data that `site-builder new` needs of the starter besides its texts. No site has this file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The facts that name the chosen services of a category as examples.
    pub examples: Vec<Examples>,
}

/// A fact that names services as examples.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// The category of the services.
    pub category: Category,
    /// The name of the fact in `[facts]` of `site.toml`.
    pub fact: String,
    /// The words by locale where no service of the category was chosen.
    pub none: BTreeMap<Locale, String>,
}

/// The starter.
#[derive(Debug)]
pub struct Starter {
    /// `site.toml`
    pub settings: DocumentMut,
    /// All services, in the order of the files.
    pub services: Vec<StarterService>,
    /// `pack.toml`
    pub pack: Pack,
    /// The comment above the register.
    pub register_head: String,
    /// `REVIEW.<locale>.md`, a template in each of its locales; see [`super::review::text`].
    pub reviews: BTreeMap<Locale, String>,
    /// All editions, each with its policy, its locale and its text.
    pub editions: Vec<(String, Locale, String)>,
    /// Its locales.
    pub locales: Vec<Locale>,
    /// Its policies.
    pub policies: Vec<String>,
}

/// A service that a new site may have.
#[derive(Debug, Clone)]
pub struct StarterService {
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

impl StarterService {
    /// The form of the id that its vendor gives.
    pub fn tag(&self) -> &Tag {
        &vendor::of(self.kind).tag
    }
}

/// Reads the starter.
///
/// # Errors
/// The diagnostic of the first file that can't be used.
pub fn read(sources: &mut Sources, content: &Utf8Path) -> Result<Starter, Diagnostic> {
    let mut files = read::read(sources, content, FOLDER)?;
    if !files.diagnostics.is_empty() {
        return Err(files.diagnostics.remove(0));
    }
    let mut reviews = BTreeMap::new();
    for locale in &files.partial_settings.locales {
        let review = sources.read(&files.root.join(review::file_name(locale)))?;
        reviews.insert(locale.clone(), sources.text(review).to_owned());
    }
    let more = sources.read(&files.root.join(MORE_SERVICES))?;
    let pack = sources.read(&files.root.join(PACK))?;
    let pack = toml_file::parse(sources, pack, PACK_HELP)?;
    let register = files.register.ok_or_else(|| no_register(&files))?;
    let mut services = Vec::new();
    for file in [register, more] {
        // A build of the starter reports its warnings.
        let (read, _) = register::read(sources, file, &files.partial_settings.locales)?;
        let tables = toml_file::parse_editable(sources, file)?;
        let tables = tables.get("service").and_then(Item::as_array_of_tables);
        let entries = read.all();
        for (service, table) in entries.zip(tables.into_iter().flatten()) {
            services.push(StarterService {
                id: service.id.get_ref().clone(),
                name: service.name.clone(),
                category: service.category,
                kind: service.kind,
                table: table.clone(),
            });
        }
    }
    let comments = |line: &&str| line.starts_with('#') && !line.starts_with("#:");
    Ok(Starter {
        settings: toml_file::parse_editable(sources, files.settings)?,
        services,
        pack,
        register_head: sources
            .text(register)
            .lines()
            .skip_while(|line| line.starts_with("#:"))
            .take_while(comments)
            .map(|line| format!("{line}\n"))
            .collect(),
        reviews,
        editions: files
            .editions
            .iter()
            .map(|edition| {
                let text = sources.text(edition.file).to_owned();
                (edition.policy.clone(), edition.locale.clone(), text)
            })
            .collect(),
        locales: files.partial_settings.locales,
        policies: files.partial_settings.policies,
    })
}

fn no_register(files: &SiteFiles) -> Diagnostic {
    let path = files.root.join("services.toml");
    Diagnostic::on(
        Code::UnreadableFile,
        path.as_str(),
        format!("`{path}` can't be read"),
        PACK_HELP,
    )
}

impl Starter {
    /// The service of that id that pages can load.
    pub fn service(&self, id: &str) -> Option<&StarterService> {
        self.choices().find(|service| service.id == id)
    }

    /// Services that an operator may want: those with an id from their vendor.
    pub fn choices(&self) -> impl Iterator<Item = &StarterService> {
        self.services
            .iter()
            .filter(|service| service.kind.is_loaded())
    }

    /// The starter's own text of a fact, such as `operator.form` in `kk`.
    pub fn fact(&self, name: &str, locale: Option<&Locale>) -> Option<&str> {
        let mut item = self.settings.as_item();
        for key in name.split('.').chain(locale.map(Locale::as_str)) {
            item = item.get(key)?;
        }
        item.as_str()
    }
}
