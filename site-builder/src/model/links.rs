//! Addresses of a site that texts may link to.

use super::site::{self, Policy, Site};
use crate::content::document::Anchors;
use chrono::NaiveDate;
use domain::Locale;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The page on which readers choose a language.
pub const LANGUAGES: &str = "/languages/";

/// Addresses in one locale.
#[derive(Debug, Default)]
pub struct Links {
    /// Path of the choices page: `/kk/choices/`.
    pub choices: String,
    /// Path and anchors of each policy, by its short address.
    pub policies: BTreeMap<String, PolicyLinks>,
    /// Short addresses of policies by those that they had before.
    pub former: BTreeMap<String, String>,
    /// All paths of the site, in every locale.
    pub paths: Arc<HashSet<String>>,
}

/// The address of a policy, and the anchors of its current edition.
#[derive(Debug, Default)]
pub struct PolicyLinks {
    /// `/kk/privacy/`
    pub path: String,
    /// Anchors of its clauses.
    pub anchors: Anchors,
}

impl Links {
    /// The address of a policy by its name, or by one that it had before: texts that bind keep the
    /// name that they were published with.
    pub fn policy(&self, name: &str) -> Option<&PolicyLinks> {
        let name = self.former.get(name).map_or(name, String::as_str);
        self.policies.get(name)
    }

    /// The addresses in a locale on a day. `paths` is the result of [`paths`], shared by all
    /// locales.
    pub fn new(
        site: &Site,
        locale: &Locale,
        today: NaiveDate,
        paths: &Arc<HashSet<String>>,
    ) -> Self {
        let documents = site.document_locale(locale);
        let policies = site.policies.iter().map(|policy| {
            let current = site::current(policy.editions_or_fallback(locale, &site.order), today);
            let links = PolicyLinks {
                path: format!("/{documents}/{}/", policy.slug),
                // A policy without an edition has no clauses.
                anchors: current.map_or_else(Anchors::default, |edition| edition.anchors.clone()),
            };
            (policy.slug.clone(), links)
        });
        Self {
            choices: format!("/{locale}/choices/"),
            policies: policies.collect(),
            former: former(site),
            paths: Arc::clone(paths),
        }
    }
}

/// All paths of pages that a text may link to.
pub fn paths(site: &Site) -> HashSet<String> {
    let mut paths = HashSet::from(["/".to_owned()]);
    if site.settings.has_choice_of_language() {
        paths.insert(LANGUAGES.to_owned());
    }
    paths.extend(
        site.banner_locales
            .iter()
            .map(|locale| format!("/{locale}/choices/")),
    );
    for locale in site.settings.locales.get_ref() {
        paths.insert(format!("/{locale}/"));
        paths.insert(format!("/{locale}/choices/"));
        for policy in &site.policies {
            // Former names lead to today's, and announced days to the edition that was moved.
            for name in std::iter::once(&policy.slug).chain(&policy.former) {
                paths.insert(format!("/{name}"));
                paths.insert(format!("/{locale}/{name}/"));
                paths.insert(format!("/{locale}/{name}/changes/"));
                for edition in policy.editions.get(locale).into_iter().flatten() {
                    for day in std::iter::once(&edition.effective).chain(&edition.front.announced) {
                        paths.insert(format!("/{locale}/{name}/{day}/"));
                    }
                }
            }
        }
    }
    paths
}

fn former(site: &Site) -> BTreeMap<String, String> {
    let names = |policy: &Policy| {
        let slug = policy.slug.clone();
        policy
            .former
            .clone()
            .into_iter()
            .map(move |name| (name, slug.clone()))
    };
    site.policies.iter().flat_map(names).collect()
}
