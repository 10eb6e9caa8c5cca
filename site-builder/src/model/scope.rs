//! Scopes: what a visitor agrees to when they grant a category or a single service. A grant counts
//! while everything that the current scope holds was in the scope that was granted.
//!
//! In: the register, and the scopes of archived revisions. Out: the short ids by which the consent
//! cookie names scopes and services.

use crate::content::register::{Register, Service};
use domain::{Category, ShortHash};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// What a visitor agrees to about one service. Words aren't part of it.
///
/// Fields stand in alphabetical order: ids are hashes of canonical JSON (RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceScope {
    category: Category,
    /// ISO 3166-1 alpha-2 of the countries data goes to.
    countries: BTreeSet<String>,
    id: String,
    /// ISO 3166-1 alpha-2 of the countries whose visitors were told that it does not run there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    not_in: BTreeSet<String>,
    /// Empty: the operator.
    provider: String,
    purposes: BTreeSet<String>,
    /// The lifetime in days of everything that it keeps in the browser, by kind, name and domain; 0:
    /// until the browser is closed; `None`: until somebody deletes it.
    stored: BTreeMap<String, Option<u32>>,
}

/// The scopes of all optional services at a revision, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(Vec<ServiceScope>);

/// The keys of a service among the exceptions of the consent cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKeys {
    /// Of a yes to its current scope, then of a yes to earlier ones that cover it.
    pub grants: Vec<ShortHash>,
    /// Of a no to it, whatever its scope.
    pub refusal: ShortHash,
}

/// The ids of current and earlier scopes.
#[derive(Debug, Default)]
pub struct ScopeIndex {
    /// The scopes of each category in use: the current one, then earlier ones that cover it.
    pub categories: BTreeMap<Category, Vec<ShortHash>>,
    /// The scope of each category at each revision.
    pub revisions: BTreeMap<String, BTreeMap<Category, ShortHash>>,
    /// The keys of each service, by its id.
    pub services: BTreeMap<String, ServiceKeys>,
}

/// Two different things that the consent cookie couldn't tell apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Collision {
    /// What has the id: a category or a service.
    pub first: String,
    /// What has the same id.
    pub second: String,
    /// The id of both.
    pub id: ShortHash,
}

impl ServiceScope {
    fn of(service: &Service) -> Self {
        let country = service.country.get_ref();
        let cookies = service.cookies.iter().map(Spanned::get_ref).map(|cookie| {
            let key = format!(
                "cookie {} {}",
                cookie.name.get_ref(),
                cookie.domain.get_ref()
            );
            (key.trim_end().to_owned(), Some(*cookie.days.get_ref()))
        });
        let storage = service.storage.iter().map(Spanned::get_ref).map(|item| {
            let key = format!("{} {}", item.kind.as_str(), item.name.get_ref());
            (key, item.lifetime())
        });
        let mut stored: BTreeMap<String, Option<u32>> = BTreeMap::new();
        for (key, lifetime) in cookies.chain(storage) {
            let known = stored.entry(key).or_insert(lifetime);
            if !is_within(lifetime, *known) {
                *known = lifetime;
            }
        }
        let purposes = service.purposes.iter();
        Self {
            category: service.category,
            countries: (!country.is_empty())
                .then(|| country.clone())
                .into_iter()
                .collect(),
            id: service.id.get_ref().clone(),
            not_in: service
                .excluded_countries()
                .map(|country| country.to_string())
                .collect(),
            provider: service.provider.clone(),
            purposes: purposes.map(|purpose| purpose.get_ref().clone()).collect(),
            stored,
        }
    }

    /// Whether who agreed to this has agreed to the other one: it adds no country, no purpose, no
    /// longer lifetime, and does not begin to run in a country. What it keeps under a new name may stay as long as anything did before.
    fn covers(&self, other: &Self) -> bool {
        let is_known = |(key, lifetime): (&String, &Option<u32>)| match self.stored.get(key) {
            Some(known) => is_within(*lifetime, *known),
            None => self
                .stored
                .values()
                .any(|known| is_within(*lifetime, *known)),
        };
        self.id == other.id
            && self.category == other.category
            && self.provider == other.provider
            && other.countries.is_subset(&self.countries)
            && self.not_in.is_subset(&other.not_in)
            && other.purposes.is_subset(&self.purposes)
            && other.stored.iter().all(is_known)
    }

    /// The key of a yes to it.
    fn grant_key(&self) -> ShortHash {
        let scope = json!(self).to_string();
        ShortHash::of(&[b"kelisim.service/grant ", scope.as_bytes()])
    }
}

/// Whether a lifetime ends no later than another one.
fn is_within(lifetime: Option<u32>, longest: Option<u32>) -> bool {
    match (lifetime, longest) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(days), Some(longest)) => days <= longest,
    }
}

/// The key of a no to a service.
fn refusal_key(id: &str) -> ShortHash {
    ShortHash::of(&[b"kelisim.service/refusal ", id.as_bytes()])
}

impl Scopes {
    /// The current scopes of a register.
    pub fn of(register: &Register) -> Self {
        let optional = register.all().filter(|service| !service.is_essential());
        let mut scopes: Vec<ServiceScope> = optional.map(ServiceScope::of).collect();
        scopes.sort_by(|one, other| one.id.cmp(&other.id));
        Self(scopes)
    }

    /// Reads what [`Self::text`] has written.
    ///
    /// # Errors
    /// The text is of another form.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The scopes as canonical JSON.
    pub fn text(&self) -> String {
        json!(self).to_string()
    }

    fn categories(&self) -> BTreeMap<Category, Vec<&ServiceScope>> {
        let mut categories: BTreeMap<Category, Vec<&ServiceScope>> = BTreeMap::new();
        for service in &self.0 {
            categories
                .entry(service.category)
                .or_default()
                .push(service);
        }
        categories
    }

    /// The id of each category's scope.
    fn ids(&self) -> BTreeMap<Category, ShortHash> {
        let categories = self.categories().into_iter();
        categories
            .map(|(category, services)| (category, category_id(&services)))
            .collect()
    }

    /// Whether who granted a category with this scope has agreed to all services of the other one.
    fn covers(&self, services: &[&ServiceScope]) -> bool {
        let is_covered = |service: &&ServiceScope| self.0.iter().any(|known| known.covers(service));
        services.iter().all(is_covered)
    }
}

/// The id of the scope of a category with these services.
fn category_id(services: &[&ServiceScope]) -> ShortHash {
    ShortHash::of(&[json!(services).to_string().as_bytes()])
}

impl ScopeIndex {
    /// The ids of the current scopes, and of the archived ones, each given with its revision, the
    /// newest first.
    pub fn new(current: &Scopes, revision: &str, archived: &[(String, Scopes)]) -> Self {
        let mut categories = BTreeMap::new();
        for (category, services) in current.categories() {
            let covering = archived
                .iter()
                .filter(|(_, scopes)| scopes.covers(&services));
            let earlier = covering.filter_map(|(_, scopes)| scopes.ids().remove(&category));
            categories.insert(category, distinct(category_id(&services), earlier));
        }
        let services = current.0.iter().map(|service| {
            let known = archived.iter().flat_map(|(_, scopes)| &scopes.0);
            let earlier = known.filter(|known| known.covers(service));
            let keys = ServiceKeys {
                grants: distinct(service.grant_key(), earlier.map(ServiceScope::grant_key)),
                refusal: refusal_key(&service.id),
            };
            (service.id.clone(), keys)
        });
        let revisions = archived.iter().rev();
        Self {
            services: services.collect(),
            categories,
            revisions: revisions
                .map(|(revision, scopes)| (revision.clone(), scopes.ids()))
                .chain([(revision.to_owned(), current.ids())])
                .collect(),
        }
    }
}

fn distinct(first: ShortHash, others: impl Iterator<Item = ShortHash>) -> Vec<ShortHash> {
    let mut all = vec![first];
    for other in others {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

/// The first two different scopes of a category, or keys of services, with one id.
pub fn collision(current: &Scopes, archived: &[(String, Scopes)]) -> Option<Collision> {
    // What has an id, by the text that it is a hash of.
    let mut categories: BTreeMap<(Category, ShortHash), (String, String)> = BTreeMap::new();
    let mut keys: BTreeMap<ShortHash, (String, String)> = BTreeMap::new();
    for scopes in archived.iter().map(|(_, scopes)| scopes).chain([current]) {
        for (category, services) in scopes.categories() {
            let name = format!("the category `{}`", category.as_str());
            let (id, text) = (category_id(&services), json!(services).to_string());
            let known = categories.entry((category, id));
            let known = known.or_insert_with(|| (name.clone(), text.clone()));
            if known.1 != text {
                return Some(Collision {
                    first: known.0.clone(),
                    second: name,
                    id,
                });
            }
        }
        for service in &scopes.0 {
            let name = format!("the service `{}`", service.id);
            let refusal = (refusal_key(&service.id), service.id.clone());
            for (id, text) in [(service.grant_key(), json!(service).to_string()), refusal] {
                let known = keys.entry(id);
                let known = known.or_insert_with(|| (name.clone(), text.clone()));
                if known.1 != text {
                    return Some(Collision {
                        first: known.0.clone(),
                        second: name,
                        id,
                    });
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
