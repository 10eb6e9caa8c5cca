//! `services.toml`: the register, the only list of services and of the cookies they set.
//!
//! The cookie table in the policy, the banner's categories, the loader of tags, the list of cookies
//! that withdrawal deletes, the content security policy and the revision are derived from it.

mod check;
mod storage;

pub use storage::{StorageItem, StorageKind};

use crate::content::host;
use crate::content::localised::Localised;
use crate::content::toml_file;
use crate::content::transfer::Transfers;
use crate::content::vendor::options::{self, Options};
use crate::content::vendor::{Hosts, ServiceKind, origin};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use domain::{Category, Country, Locale};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// The name of the file in a site's folder.
pub const FILE: &str = "services.toml";

/// All services of a site.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// In the order of the file.
    #[serde(default, rename = "service")]
    #[schemars(with = "Vec<Service>")]
    pub services: Vec<Spanned<Service>>,
}

/// One vendor's tag, or something the site does itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Unique in the register.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The entry of the catalogue that the other keys add to. There is no catalogue yet, so every
    /// name is an error.
    #[serde(rename = "use")]
    pub catalogue_entry: Option<String>,
    /// What loads it.
    pub kind: ServiceKind,
    /// Proper name, the same in every locale.
    pub name: String,
    /// What the visitor is asked about.
    pub category: Category,
    /// The id that the vendor gives to its customer, or the address of a generic service. Empty:
    /// the service is listed, nothing is loaded.
    #[serde(default = "empty")]
    #[schemars(with = "String")]
    pub tag: Spanned<String>,
    /// Who runs it; empty: the operator.
    #[serde(default)]
    pub provider: String,
    /// ISO 3166-1 alpha-2 of the country data goes to; empty: it stays with the operator.
    #[serde(default = "empty")]
    #[schemars(with = "String")]
    pub country: Spanned<String>,
    /// What allows the transfer: one basis, or several, of which each law on transfers knows some.
    #[schemars(with = "Transfers")]
    pub transfer: Spanned<Transfers>,
    /// ISO 3166-1 alpha-2 of countries whose visitors never get it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub not_in: Vec<Spanned<String>>,
    /// The provider's privacy page.
    #[serde(default = "empty")]
    #[schemars(with = "String")]
    pub privacy_url: Spanned<String>,
    /// The data it receives, per locale.
    #[schemars(with = "Localised")]
    pub data: Spanned<Localised>,
    /// What it is for, per locale.
    #[schemars(with = "Localised")]
    pub purpose: Spanned<Localised>,
    /// Identifiers of its purposes in small letters, digits and hyphens. A further one asks those
    /// who granted the category again; other words in `purpose` don't.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub purposes: Vec<Spanned<String>>,
    /// Options of its kind, by name.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    pub options: Options,
    /// Origins that it needs in addition to those of its kind.
    #[serde(default)]
    pub hosts: Hosts,
    /// What is known of its cookies as a whole. Without it, and without any cookie below, they count
    /// as unknown.
    #[serde(rename = "cookies")]
    #[schemars(with = "Option<CookieStatement>")]
    pub cookie_statement: Option<Spanned<CookieStatement>>,
    /// Cookies it sets.
    #[serde(default, rename = "cookie")]
    #[schemars(with = "Vec<Cookie>")]
    pub cookies: Vec<Spanned<Cookie>>,
    /// What it keeps in other storage of the browser.
    #[serde(default)]
    #[schemars(with = "Vec<StorageItem>")]
    pub storage: Vec<Spanned<StorageItem>>,
    /// Whether the site's settings switch it off, see [`Register::switch_off`].
    #[serde(skip)]
    pub is_switched_off: bool,
}

/// A statement about all cookies of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CookieStatement {
    /// It sets none.
    None,
    /// Nobody has looked yet.
    Unknown,
}

fn empty() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

fn root() -> Spanned<String> {
    Spanned::new(0..0, "/".to_owned())
}

/// A cookie.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// Its name; `*` at the end matches any ending.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The vendor's domain, when it sets the cookie there: the site can neither read nor delete it.
    /// Empty: the site's own.
    #[serde(default = "empty")]
    #[schemars(with = "String")]
    pub domain: Spanned<String>,
    /// The path that it is set for; without it `/`. A cookie is deleted only by its path.
    #[serde(default = "root")]
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// Its lifetime in days; 0: until the browser is closed.
    #[schemars(with = "u32")]
    pub days: Spanned<u32>,
    /// What it is for, per locale.
    #[schemars(with = "Localised")]
    pub purpose: Spanned<Localised>,
}

impl Cookie {
    /// Whether the entry lists the cookie of this name, or every cookie of this pattern.
    pub fn covers(&self, name: &str) -> bool {
        let listed = self.name.get_ref();
        match listed.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => listed == name,
        }
    }
}

impl Service {
    /// Whether pages load it: they load its kind, it has a tag, and it isn't switched off.
    pub fn is_active(&self) -> bool {
        self.kind.is_loaded() && !self.tag.get_ref().is_empty() && !self.is_switched_off
    }

    /// Whether its cookies are known: some are listed, or the entry says that there are none.
    pub fn has_known_cookies(&self) -> bool {
        match &self.cookie_statement {
            Some(statement) => *statement.get_ref() == CookieStatement::None,
            None => !self.cookies.is_empty(),
        }
    }

    /// Whether the entry says that it sets no cookies.
    pub fn sets_no_cookies(&self) -> bool {
        self.has_known_cookies() && self.cookies.is_empty()
    }

    /// Countries whose visitors never get it. Invalid codes are left out: they are reported.
    pub fn excluded_countries(&self) -> impl Iterator<Item = Country> {
        let codes = self.not_in.iter().map(|code| code.get_ref().as_str());
        codes.flat_map(Country::try_from)
    }

    /// Hosts of the frames that show it, by which the placeholder of a frame finds it. `*.` at the
    /// beginning stands for every host below a name.
    pub fn frame_hosts(&self) -> Vec<String> {
        let tag = (self.kind == ServiceKind::Iframe)
            .then(|| origin(self.tag.get_ref()))
            .flatten();
        let listed = self.hosts.frame.iter().map(|host| host.get_ref().clone());
        let mut hosts: Vec<String> = Vec::new();
        for origin in tag.into_iter().chain(listed) {
            let host = origin.strip_prefix("https://").unwrap_or(&origin);
            if !hosts.iter().any(|known| known == host) {
                hosts.push(host.to_owned());
            }
        }
        hosts
    }

    /// Whether it runs without consent.
    pub fn is_essential(&self) -> bool {
        self.category == Category::Essential
    }

    /// Who runs it: its provider, or the operator of that name.
    pub fn provider_or<'s>(&'s self, operator: &'s str) -> &'s str {
        if self.provider.is_empty() {
            operator
        } else {
            &self.provider
        }
    }

    /// Writes hosts as programs compare them, whatever script they are given in.
    fn write_hosts_in_ascii(&mut self) {
        let convert = |text: &mut Spanned<String>| {
            let ascii = host::in_ascii(text.get_ref());
            *text.get_mut() = ascii;
        };
        convert(&mut self.tag);
        for cookie in &mut self.cookies {
            convert(&mut cookie.get_mut().domain);
        }
        let Hosts {
            script,
            connect,
            image,
            frame,
        } = &mut self.hosts;
        for hosts in [script, connect, image, frame] {
            hosts.iter_mut().for_each(convert);
        }
        options::write_hosts_in_ascii(self.kind, &mut self.options);
    }

    /// Cookies on the site's own domain.
    pub fn own_cookies(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies
            .iter()
            .map(Spanned::get_ref)
            .filter(|cookie| cookie.domain.get_ref().is_empty())
    }
}

impl Register {
    /// Categories that visitors are asked about, in the order of the banner. Essential is always
    /// there.
    pub fn categories(&self) -> Vec<Category> {
        self.categories_with(|service| !service.is_switched_off)
    }

    /// Categories of the tables: those of [`Self::categories`], and those that are switched off.
    pub fn listed_categories(&self) -> Vec<Category> {
        self.categories_with(|_| true)
    }

    fn categories_with(&self, counts: impl Fn(&Service) -> bool) -> Vec<Category> {
        let is_used = |category| self.in_category(category).any(&counts);
        Category::ALL
            .into_iter()
            .filter(|category| *category == Category::Essential || is_used(*category))
            .collect()
    }

    /// Switches all services of a category off: visitors aren't asked about them and pages don't
    /// load them. They stay listed, and withdrawal deletes the cookies that they have left.
    pub fn switch_off(&mut self, category: Category) {
        for service in &mut self.services {
            let service = service.get_mut();
            service.is_switched_off |= service.category == category;
        }
    }

    /// Every service.
    pub fn all(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().map(Spanned::get_ref)
    }

    /// Services of a category.
    pub fn in_category(&self, category: Category) -> impl Iterator<Item = &Service> {
        self.all()
            .filter(move |service| service.category == category)
    }

    /// Services that pages load.
    pub fn active(&self) -> impl Iterator<Item = &Service> {
        self.all().filter(|service| service.is_active())
    }

    /// Cookies that withdrawal deletes: those on the site's own domain, except of essential
    /// services.
    pub fn deletable_cookies(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self
            .all()
            .filter(|service| !service.is_essential())
            .flat_map(Service::own_cookies)
            .map(|cookie| cookie.name.get_ref())
            .collect();
        names.into_iter().cloned().collect()
    }
}

/// Help on errors in the keys of `services.toml`.
const HELP: &str = "docs/services.md lists every key of a service";

/// Refuses `use`, before the keys are missed that the catalogue would supply.
///
/// # Errors
/// The diagnostic of the first service that has the key, or of a file that isn't TOML.
fn refuse_catalogue(sources: &Sources, file: FileId) -> Result<(), Diagnostic> {
    #[derive(Deserialize)]
    struct Entries {
        #[serde(default)]
        service: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        r#use: Option<Spanned<toml::Value>>,
    }
    let entries: Entries = toml_file::parse(sources, file, HELP)?;
    match entries
        .service
        .iter()
        .find_map(|entry| entry.r#use.as_ref())
    {
        None => Ok(()),
        Some(name) => Err(Diagnostic::at(
            Code::InvalidService,
            file,
            name.span(),
            format!(
                "there is no {} in the catalogue: this version has none",
                name.get_ref()
            ),
            "take out `use` and describe the service with keys of its own (docs/services.md)",
        )),
    }
}

/// Reads and checks `services.toml`. `home` is the operator's country.
///
/// # Errors
/// The diagnostic of a file that doesn't fit the type.
pub fn read(
    sources: &Sources,
    file: FileId,
    locales: &[Locale],
    home: &str,
) -> Result<(Register, Vec<Diagnostic>), Diagnostic> {
    refuse_catalogue(sources, file)?;
    let mut register: Register = toml_file::parse(sources, file, HELP)?;
    for service in &mut register.services {
        service.get_mut().write_hosts_in_ascii();
    }
    let diagnostics = check::check(&register, file, locales, home);
    Ok((register, diagnostics))
}

#[cfg(test)]
mod tests;
