//! `services.toml`: the register, the only list of services and of the cookies they set.
//!
//! The cookie table in the policy, the banner's categories, the loader of tags, the list of cookies
//! that withdrawal deletes, the content security policy and the revision are derived from it.

mod check;

use crate::content::localised::Localised;
use crate::content::toml_file;
use crate::content::vendor::options::Options;
use crate::content::vendor::{Hosts, ServiceKind};
use crate::report::diagnostic::{Diagnostic, FileId};
use crate::report::source::Sources;
use domain::{Category, Locale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use toml::Spanned;

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
    /// What allows the transfer (GDPR Art. 44–49).
    pub transfer: Transfer,
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
    /// Options of its kind, by name.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    pub options: Options,
    /// Origins that it needs in addition to those of its kind.
    #[serde(default)]
    pub hosts: Hosts,
    /// `none` if it sets no cookies. Without it, and without any cookie below, its cookies count as
    /// unknown.
    #[serde(rename = "cookies")]
    #[schemars(with = "Option<NoCookies>")]
    pub no_cookies: Option<Spanned<NoCookies>>,
    /// Cookies it sets.
    #[serde(default, rename = "cookie")]
    #[schemars(with = "Vec<Cookie>")]
    pub cookies: Vec<Spanned<Cookie>>,
}

/// A statement about all cookies of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoCookies {
    /// It sets none.
    None,
}

fn empty() -> Spanned<String> {
    Spanned::new(0..0, String::new())
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

/// The legal basis of a transfer to another country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// No transfer.
    None,
    /// Decision that the country protects data well enough (GDPR Art. 45).
    Adequacy,
    /// Standard contractual clauses (GDPR Art. 46(2)(c)).
    Scc,
    /// Explicit consent (GDPR Art. 49(1)(a)).
    Consent,
}

impl Transfer {
    /// The key of its name among the theme's strings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Adequacy => "adequacy",
            Self::Scc => "scc",
            Self::Consent => "consent",
        }
    }
}

impl Service {
    /// Whether pages load it: they load its kind, and it has a tag.
    pub fn is_active(&self) -> bool {
        self.kind.is_loaded() && !self.tag.get_ref().is_empty()
    }

    /// Whether its cookies are known: some are listed, or the entry says that there are none.
    pub fn has_known_cookies(&self) -> bool {
        self.no_cookies.is_some() || !self.cookies.is_empty()
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

    /// Cookies on the site's own domain.
    pub fn own_cookies(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies
            .iter()
            .map(Spanned::get_ref)
            .filter(|cookie| cookie.domain.get_ref().is_empty())
    }
}

impl Register {
    /// Categories in use, in the order of the banner. Essential is always there.
    pub fn categories(&self) -> Vec<Category> {
        Category::ALL
            .into_iter()
            .filter(|category| {
                *category == Category::Essential || self.in_category(*category).next().is_some()
            })
            .collect()
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

/// Reads and checks `services.toml`.
///
/// # Errors
/// The diagnostic of a file that doesn't fit the type.
pub fn read(
    sources: &Sources,
    file: FileId,
    locales: &[Locale],
) -> Result<(Register, Vec<Diagnostic>), Diagnostic> {
    let register: Register = toml_file::parse(
        sources,
        file,
        "`content/_starter/services.toml` shows every key of a service and of a cookie",
    )?;
    let diagnostics = check::check(&register, file, locales);
    Ok((register, diagnostics))
}

#[cfg(test)]
mod tests;
