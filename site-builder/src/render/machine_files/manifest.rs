//! `/manifest.json`.

use crate::content::register::Service;
use crate::model::ranges;
use crate::model::scope::ScopeIndex;
use crate::model::site::Site;
use crate::render::context::{LocaleContext, SiteContext};
use domain::{
    Digest, Manifest, ManifestService, Place, RegimeOverride, ShownText, VecMap, WitnessPolicy,
};
use std::collections::BTreeMap;

/// `/manifest.json`: the data of the site that the worker needs. `None` of a site without locales,
/// which has been diagnosed.
pub fn manifest(
    site: &Site,
    site_context: &SiteContext,
    locale_contexts: &[LocaleContext],
) -> Option<Manifest> {
    let settings = &site.settings;
    let scopes = &site_context.scopes;
    let shown = |context: &LocaleContext| ShownText {
        banner: Digest::of(&[context.banner_html.as_bytes()]).to_string(),
        choices: Digest::of(&[context.choices_html.as_bytes()]).to_string(),
        placeholder: context
            .placeholder
            .as_ref()
            .map(|words| Digest::of(&[words.to_string().as_bytes()]).to_string()),
    };
    Some(Manifest {
        site: settings.host.get_ref().ascii().to_owned(),
        locales: settings.locales.get_ref().clone(),
        fallback: site.order.first()?.clone(),
        ranges: ranges::ranges(settings.locales.get_ref(), &site.banner_locales),
        policies: site
            .policies
            .iter()
            .map(|policy| policy.slug.clone())
            .collect(),
        categories: site.register.categories(),
        revision: site_context.revision.clone(),
        shown: locale_contexts
            .iter()
            .map(|context| (context.locale.clone(), shown(context)))
            .collect(),
        choice_days: *settings.choice_days.get_ref(),
        refusal_days: *settings.refusal_days.get_ref(),
        scopes: to_vec_map(&scopes.categories),
        revisions: scopes
            .revisions
            .iter()
            .map(|(revision, ids)| (revision.clone(), to_vec_map(ids)))
            .collect(),
        services: optional_services(site, scopes),
        retention_days: *settings.retention_days.get_ref(),
        // An invalid place has been diagnosed as an error: nothing is written then.
        regimes: settings
            .regimes
            .iter()
            .filter_map(|(name, rules)| {
                let rules = rules.get_ref();
                match Place::try_from(name.clone()) {
                    Ok(place) => Some(RegimeOverride {
                        place,
                        regime: rules.regime,
                        link_only: rules.link_only,
                    }),
                    Err(_) => None,
                }
            })
            .collect(),
        cookie_domain: settings
            .cookie_domain
            .as_ref()
            .map(|domain| domain.get_ref().ascii().to_owned()),
        origins: settings
            .origins()
            .map(|host| format!("https://{}", host.ascii()))
            .collect(),
        cookies: site.register.deletable_cookies(),
        hsts_subdomains: settings.hsts_subdomains,
        count_shown: settings.count_shown,
        witnesses: settings
            .witnesses
            .as_ref()
            .map_or_else(WitnessPolicy::default, WitnessPolicy::from),
    })
}

fn to_vec_map<K: Clone + Ord, V: Clone>(map: &BTreeMap<K, V>) -> VecMap<K, V> {
    let members = map.iter();
    members
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn optional_services(site: &Site, scopes: &ScopeIndex) -> Vec<ManifestService> {
    let service = |service: &Service| {
        // Essential services have no keys.
        let keys = scopes.services.get(service.id.get_ref())?;
        Some(ManifestService {
            id: service.id.get_ref().clone(),
            category: service.category,
            grants: keys.grants.clone(),
            refusal: keys.refusal,
            own: service.provider.is_empty(),
            not_in: service.excluded_countries().collect(),
            hosts: service.frame_hosts(),
        })
    };
    site.register.all().filter_map(service).collect()
}
