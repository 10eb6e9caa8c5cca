//! Data of the banner, and the register in the words of one locale.

use super::SiteContext;
use crate::content::localised::{Localised, in_locale};
use crate::content::register::{Cookie, Service};
use crate::content::settings;
use crate::model::site::{self, Site};
use crate::render::assets::Assets;
use crate::render::html::value_html;
use crate::render::theme::Strings;
use crate::render::view::{BannerView, CategoryView, CookieView, ServiceView};
use domain::{Category, Locale};
use serde_json::json;
use std::collections::BTreeMap;

/// Data of the banner.
pub(super) fn view(
    site: &Site,
    site_context: &SiteContext,
    locale: &Locale,
    categories: Vec<CategoryView>,
    assets: &Assets,
) -> BannerView {
    let order = site.settings.locales.get_ref();
    let named = site.policies.iter().find(|policy| policy.slug == "cookies");
    let policy = named.or_else(|| site.policies.first());
    let edition = policy.and_then(|policy| {
        site::current(
            policy.editions_or_fallback(locale, order),
            site_context.today,
        )
    });
    BannerView {
        revision: site_context.revision.clone(),
        choices_path: format!("/{locale}/choices/"),
        // Empty on a site without policies.
        policy_path: policy
            .map_or_else(String::new, |policy| format!("/{locale}/{}/", policy.slug)),
        policy_title: edition.map_or_else(String::new, |edition| edition.front.short_title.clone()),
        categories,
        choice_days: *site.settings.choice_days.get_ref(),
        script: assets.address("dialog.js"),
        tags: assets.tags.clone(),
        deletable: site.register.deletable_cookies(),
    }
}

/// Categories with their services, in the words of a locale.
pub(super) fn categories(
    chosen: Vec<Category>,
    site: &Site,
    locale: &Locale,
    strings: &Strings,
) -> Vec<CategoryView> {
    let view = |category: Category| CategoryView {
        id: category.as_str(),
        locked: category == Category::Essential,
        services: site
            .register
            .in_category(category)
            .map(|service| service_view(service, site, locale, strings))
            .collect(),
    };
    chosen.into_iter().map(view).collect()
}

fn service_view(service: &Service, site: &Site, locale: &Locale, strings: &Strings) -> ServiceView {
    let operator = site.settings.operator.get_ref().name.get_ref();
    let order = site.settings.locales.get_ref();
    let html = |texts: &Localised| {
        let (text, language) = in_locale(texts, locale, order);
        value_html(&settings::FactValue::in_language(text.to_owned(), language))
    };
    let country = service.country.get_ref();
    ServiceView {
        id: service.id.get_ref().clone(),
        name: service.name.clone(),
        provider: service.provider_or(operator).to_owned(),
        own: service.provider.is_empty(),
        country: strings
            .get(&format!("country.{country}"))
            .unwrap_or(country)
            .to_owned(),
        transfer: service.transfer.as_str(),
        privacy_url: service.privacy_url.get_ref().clone(),
        purpose_html: html(service.purpose.get_ref()),
        data_html: html(service.data.get_ref()),
        no_cookies: service.no_cookies.is_some(),
        switched_off: service.is_switched_off,
        cookies: service
            .cookies
            .iter()
            .map(|cookie| cookie_view(cookie.get_ref(), locale, strings, html))
            .collect(),
    }
}

fn cookie_view(
    cookie: &Cookie,
    locale: &Locale,
    strings: &Strings,
    html: impl Fn(&Localised) -> String,
) -> CookieView {
    let days = *cookie.days.get_ref();
    // Empty where the theme has no such string.
    let lifetime = if days == 0 {
        strings.get("lifetime.session").unwrap_or("").to_owned()
    } else {
        strings.plural("plural.days", locale, days)
    };
    CookieView {
        name: cookie.name.get_ref().clone(),
        domain: cookie.domain.get_ref().clone(),
        purpose_html: html(cookie.purpose.get_ref()),
        lifetime,
    }
}

/// See [`super::LocaleContext::placeholder`].
pub(super) fn placeholder(strings: &Strings, banner: &BannerView) -> Option<serde_json::Value> {
    let categories: BTreeMap<_, _> = banner
        .categories
        .iter()
        .filter(|category| !category.locked)
        .map(|category| {
            let name = strings.get(&format!("category.{}.name", category.id))?;
            Some((category.id, name))
        })
        .collect::<Option<_>>()?;
    Some(json!({
        "hold": {
            "text": strings.get("hold.text")?,
            "once": strings.get("hold.once")?,
            "always": strings.get("hold.always")?,
        },
        "categories": categories,
    }))
}
