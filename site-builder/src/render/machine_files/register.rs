//! `/register.json`: the register for machines.

use crate::content::localised::Localised;
use crate::content::register::{Cookie, Service, StorageItem, StorageKind};
use crate::content::transfer::Transfer;
use crate::model::site::Site;
use domain::{Category, Country};
use schemars::JsonSchema;
use serde::Serialize;
use toml::Spanned;

/// `/register.json`: the register for machines.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterJson<'r> {
    /// The host, in ASCII.
    site: &'r str,
    /// Every service, in the order of the register.
    services: Vec<ServiceJson<'r>>,
}

/// A service.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ServiceJson<'r> {
    /// Unique on the site.
    id: &'r str,
    /// Its proper name.
    name: &'r str,
    /// What the visitor is asked about.
    category: Category,
    /// Who runs it.
    provider: &'r str,
    /// ISO 3166-1 alpha-2 of the country data goes to; empty: it stays with the operator.
    country: &'r str,
    /// What allows the transfer; each law knows some of these bases.
    transfer: &'r [Transfer],
    /// Countries whose visitors never get it.
    not_in: Vec<Country>,
    /// The provider's privacy page; empty for the operator's own services.
    privacy_url: &'r str,
    /// Whether pages load it: at once when it is essential, else when it is allowed.
    active: bool,
    /// What it is for, per locale.
    purpose: &'r Localised,
    /// Identifiers of its purposes.
    purposes: Vec<&'r str>,
    /// What it learns, per locale.
    data: &'r Localised,
    /// Cookies it sets. Empty: it sets none. Null: they are not known yet.
    cookies: Option<Vec<CookieJson<'r>>>,
    /// What it keeps in other storage of the browser.
    storage: Vec<StorageJson<'r>>,
}

/// A cookie.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CookieJson<'r> {
    /// Its name; a `*` at the end stands for any ending.
    name: &'r str,
    /// Only where a vendor sets the cookie on its own domain.
    #[serde(skip_serializing_if = "str::is_empty")]
    domain: &'r str,
    /// The path that it is set for.
    path: &'r str,
    /// How long it lives; 0: until the browser is closed.
    days: u32,
    /// What it is for, per locale.
    purpose: &'r Localised,
}

/// Something in other storage than cookies.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StorageJson<'r> {
    /// Where it is.
    kind: StorageKind,
    /// Its name; a `*` at the end stands for any ending.
    name: &'r str,
    /// How long it stays; 0: until the browser is closed. Null: until somebody deletes it.
    days: Option<u32>,
    /// What it is for, per locale.
    purpose: &'r Localised,
}

impl<'r> RegisterJson<'r> {
    /// The register of a site.
    pub(super) fn new(site: &'r Site) -> Self {
        let operator = site.settings.operator.get_ref().name.get_ref();
        let services = site.register.all();
        Self {
            site: site.settings.host.get_ref().ascii(),
            services: services
                .map(|service| service_json(service, operator))
                .collect(),
        }
    }
}

fn service_json<'r>(service: &'r Service, operator: &'r str) -> ServiceJson<'r> {
    let purposes = service.purposes.iter();
    ServiceJson {
        id: service.id.get_ref(),
        name: &service.name,
        category: service.category,
        provider: service.provider_or(operator),
        country: service.country.get_ref(),
        transfer: service.transfer.get_ref().bases(),
        not_in: service.excluded_countries().collect(),
        privacy_url: service.privacy_url.get_ref(),
        active: service.is_active(),
        purpose: service.purpose.get_ref(),
        purposes: purposes.map(|purpose| purpose.get_ref().as_str()).collect(),
        data: service.data.get_ref(),
        cookies: service
            .has_known_cookies()
            .then(|| service.cookies.iter().map(cookie_json).collect()),
        storage: service.storage.iter().map(storage_json).collect(),
    }
}

fn cookie_json(cookie: &Spanned<Cookie>) -> CookieJson<'_> {
    let cookie = cookie.get_ref();
    CookieJson {
        name: cookie.name.get_ref(),
        domain: cookie.domain.get_ref(),
        path: cookie.path.get_ref(),
        days: *cookie.days.get_ref(),
        purpose: cookie.purpose.get_ref(),
    }
}

fn storage_json(item: &Spanned<StorageItem>) -> StorageJson<'_> {
    let item = item.get_ref();
    StorageJson {
        kind: item.kind,
        name: item.name.get_ref(),
        days: item.lifetime(),
        purpose: item.purpose.get_ref(),
    }
}
