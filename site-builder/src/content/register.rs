//! `services.toml`: the register, the only list of services and of the cookies they set.
//!
//! From it come the cookie table in the policy, the banner's categories, the loader of tags, the list of cookies that
//! withdrawal deletes, the content security policy, and the revision.

mod check;

use crate::content::settings::Localised;
use crate::content::toml_file;
use crate::content::vendor::ServiceKind;
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use crate::report::source::Sources;
use domain::{Category, Locale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Browsers keep no cookie longer (RFC 6265bis, 5.5), in days.
const LONGEST_COOKIE: u32 = 400;

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
    /// The id that the vendor gives to its customer, or the address of a generic service. Empty: the service is listed,
    /// nothing is loaded.
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
    /// What it learns, per locale.
    #[schemars(with = "Localised")]
    pub data: Spanned<Localised>,
    /// What it is for, per locale.
    #[schemars(with = "Localised")]
    pub purpose: Spanned<Localised>,
    /// Origins that it needs beside those known of its kind.
    #[serde(default)]
    pub hosts: Hosts,
    /// That it sets no cookies, by somebody who has looked. Without this word, and without any cookie below, they are not known yet.
    #[serde(rename = "cookies")]
    #[schemars(with = "Option<NoCookies>")]
    pub no_cookies: Option<Spanned<NoCookies>>,
    /// Cookies it sets.
    #[serde(default, rename = "cookie")]
    #[schemars(with = "Vec<Cookie>")]
    pub cookies: Vec<Spanned<Cookie>>,
}

/// What can be said of a service's cookies as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoCookies {
    /// It sets none.
    None,
}

fn empty() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

/// Origins (`https://cdn.example.org`) by the directive of the content security policy that has to allow them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hosts {
    /// Scripts come from there.
    #[schemars(with = "Vec<String>")]
    pub script: Vec<Spanned<String>>,
    /// Scripts talk to them.
    #[schemars(with = "Vec<String>")]
    pub connect: Vec<Spanned<String>>,
    /// Images come from there.
    #[schemars(with = "Vec<String>")]
    pub image: Vec<Spanned<String>>,
    /// Embedded pages come from there.
    #[schemars(with = "Vec<String>")]
    pub frame: Vec<Spanned<String>>,
}

/// A cookie.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// Name; a `*` at its end stands for any ending.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The vendor's domain, when it sets the cookie there: the site can neither read nor delete it. Empty: the site's own.
    #[serde(default = "empty")]
    #[schemars(with = "String")]
    pub domain: Spanned<String>,
    /// How long it lives; 0: until the browser is closed.
    #[schemars(with = "u32")]
    pub days: Spanned<u32>,
    /// What it is for, per locale.
    #[schemars(with = "Localised")]
    pub purpose: Spanned<Localised>,
}

impl Cookie {
    /// Whether the entry stands for a cookie of this name, or for all of a pattern.
    pub fn covers(&self, name: &str) -> bool {
        let listed = self.name.get_ref();
        match listed.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => listed == name,
        }
    }
}

/// What allows data to leave for another country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// Nothing leaves.
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
    /// Whether pages load it: it has an id, or needs none to be loaded.
    pub fn is_active(&self) -> bool {
        self.kind.is_loaded() && !self.tag.get_ref().is_empty()
    }

    /// Whether somebody knows its cookies: they are listed, or there are none.
    pub fn has_known_cookies(&self) -> bool {
        self.no_cookies.is_some() || !self.cookies.is_empty()
    }

    /// Whether it runs without being asked about.
    pub fn is_essential(&self) -> bool {
        self.category == Category::Essential
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
                *category == Category::Essential || self.of(*category).next().is_some()
            })
            .collect()
    }

    /// Services of a category.
    pub fn of(&self, category: Category) -> impl Iterator<Item = &Service> {
        self.services
            .iter()
            .map(Spanned::get_ref)
            .filter(move |service| service.category == category)
    }

    /// Services that pages load.
    pub fn active(&self) -> impl Iterator<Item = &Service> {
        self.services
            .iter()
            .map(Spanned::get_ref)
            .filter(|service| service.is_active())
    }

    /// Cookies that withdrawal deletes: those of the site's own domain, but for essential services.
    pub fn deletable_cookies(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self
            .services
            .iter()
            .map(Spanned::get_ref)
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
/// The diagnostic of a text that is no register at all.
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
    let mut checker = Checker {
        file,
        locales,
        diagnostics: Vec::new(),
    };
    let mut ids = BTreeSet::new();
    for service in &register.services {
        checker.service(service.get_ref());
        let id = &service.get_ref().id;
        if !ids.insert(id.get_ref()) {
            checker.refuse(
                Code::InvalidService,
                id,
                format!("there are two services `{}`", id.get_ref()),
                "give each an id of its own",
            );
        }
    }
    checker.same_address(&register);
    Ok((register, checker.diagnostics))
}

struct Checker<'l> {
    file: FileId,
    locales: &'l [Locale],
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn refuse<T>(&mut self, code: Code, place: &Spanned<T>, message: String, help: &str) {
        self.diagnostics
            .push(Diagnostic::at(code, self.file, place.span(), message, help));
    }

    fn service(&mut self, service: &Service) {
        let id = service.id.get_ref();
        self.localised(&format!("purpose of `{id}`"), &service.purpose);
        self.localised(&format!("data of `{id}`"), &service.data);
        if service.kind.is_loaded() && service.tag.get_ref().is_empty() {
            self.refuse(
                Code::ServiceWithoutTag,
                &service.id,
                format!("`{id}` has no id from its vendor: it is listed, but nothing is loaded"),
                "write it into `tag`, or remove the service",
            );
        }
        if !service.has_known_cookies() {
            self.refuse(
                Code::UnknownCookies,
                &service.id,
                format!("`{id}` lists no cookies: visitors read that they are not known yet"),
                "list each as a `[[service.cookie]]`, or write `cookies = \"none\"` after you have looked in a browser that has used it",
            );
        }
        let url = service.privacy_url.get_ref();
        if !service.provider.is_empty() && !url.starts_with("https://") {
            self.refuse(
                Code::InvalidService,
                &service.id,
                format!("`{id}` has no privacy page of its provider"),
                "write the address into `privacy_url` (GDPR Art. 13(1)(e))",
            );
        }
        let country = service.country.get_ref();
        let is_country =
            country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        if !country.is_empty() && !is_country {
            self.refuse(
                Code::InvalidService,
                &service.country,
                format!("`{country}` is no country"),
                "write the two letters of ISO 3166-1, such as `US`",
            );
        }
        if is_country && country != "KZ" && service.transfer == Transfer::None {
            self.refuse(
                Code::InvalidService,
                &service.country,
                format!("`{id}` sends data to {country} on no basis"),
                "name what allows it: `adequacy`, `scc` or `consent` (GDPR Art. 44–49)",
            );
        }
        self.diagnostics.extend(check::check(self.file, service));
        for cookie in &service.cookies {
            self.cookie(cookie.get_ref());
        }
    }

    /// A loader knows its services by their tags: one that is in two categories would be stopped by one and wanted by the other.
    fn same_address(&mut self, register: &Register) {
        let mut seen: BTreeMap<(ServiceKind, &str), &Service> = BTreeMap::new();
        for service in register.active() {
            let first = *seen
                .entry((service.kind, service.tag.get_ref()))
                .or_insert(service);
            if first.category != service.category {
                self.refuse(
                    Code::InvalidService,
                    &service.tag,
                    format!(
                        "`{}` loads the same as `{}`, in another category",
                        service.id.get_ref(),
                        first.id.get_ref()
                    ),
                    "list it once, in the category of the purpose that needs permission most",
                );
            }
        }
    }

    fn cookie(&mut self, cookie: &Cookie) {
        let name = cookie.name.get_ref();
        // The characters of a token (RFC 6265, 4.1.1), and a `*` at the end.
        let bare = name.strip_suffix('*').unwrap_or(name);
        let is_token = !bare.is_empty()
            && bare
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte));
        if !is_token {
            self.refuse(
                Code::InvalidService,
                &cookie.name,
                format!("`{name}` is no cookie name"),
                "write the name, with `*` for any ending",
            );
        }
        let days = *cookie.days.get_ref();
        if days > LONGEST_COOKIE {
            self.refuse(
                Code::InvalidService,
                &cookie.days,
                format!("`{name}` can't live for {days} days"),
                "browsers keep no cookie longer than 400 days (RFC 6265bis)",
            );
        }
        self.localised(&format!("purpose of cookie `{name}`"), &cookie.purpose);
    }

    fn localised(&mut self, name: &str, texts: &Spanned<Localised>) {
        for locale in self.locales {
            if texts
                .get_ref()
                .get(locale.as_str())
                .is_none_or(String::is_empty)
            {
                self.refuse(
                    Code::MissingTranslation,
                    texts,
                    format!("the {name} has no text in `{locale}`"),
                    "add it; until then readers get it in another language",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
