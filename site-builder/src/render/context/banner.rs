//! Data of the banner, and the register in the words of one locale.

use super::SiteContext;
use crate::content::country;
use crate::content::host::Host;
use crate::content::localised::{Localised, in_locale};
use crate::content::register::{Cookie, Service, StorageItem};
use crate::content::settings;
use crate::model::site::{self, Site};
use crate::render::html::value_html;
use crate::render::theme::Strings;
use crate::render::view::{
    BannerView, CategoryView, CookieView, CountryView, OtherLanguage, ServiceView, StorageView,
    TransferView,
};
use domain::{Category, Locale};
use serde_json::json;
use std::collections::BTreeMap;

/// Data of the banner.
pub(super) fn view(
    site: &Site,
    site_context: &SiteContext,
    locale: &Locale,
    strings: Option<&Strings>,
    categories: Vec<CategoryView>,
) -> BannerView {
    let mut in_force = site
        .policies
        .iter()
        .filter(|policy| policy.retired(site_context.today).is_none());
    let named = in_force.clone().find(|policy| policy.is_named("cookies"));
    let policy = named.or_else(|| in_force.next());
    let edition = policy.and_then(|policy| {
        let editions = policy.editions_or_fallback(locale, &site.order);
        site::current(editions, site_context.today)
    });
    let other_language = edition
        .filter(|edition| edition.locale != *locale)
        .map(|edition| OtherLanguage::new(&edition.locale, locale));
    // The theme has words for the usual policy, in each language.
    let usual = policy
        .filter(|policy| policy.is_named("cookies"))
        .and_then(|_| strings?.get("banner.policy"));
    let own = edition.map_or_else(String::new, |edition| edition.front.short_title.clone());
    BannerView {
        revision: site_context.revision.clone(),
        choices_path: format!("/{locale}/choices/"),
        // Empty on a site without policies.
        policy_path: policy.map_or_else(String::new, |policy| {
            format!("/{}/{}/", site.document_locale(locale), policy.slug)
        }),
        policy_title: usual.map_or(own, str::to_owned),
        policy_title_lang: other_language
            .as_ref()
            .filter(|_| usual.is_none())
            .map_or_else(String::new, |language| language.code.clone()),
        policy_language: other_language,
        recipients: each_once(&categories, |service| {
            (!service.own).then_some(&service.provider)
        }),
        countries: each_once(&categories, |service| {
            (!service.transfers.is_empty()).then_some(&service.country)
        }),
        data_html: each_once(&categories, |service| Some(&service.data_html)),
        categories,
        choice_days: *site.settings.choice_days.get_ref(),
        refusal_days: *site.settings.refusal_days.get_ref(),
    }
}

/// What the optional services have of something, each once, in the order of the register.
fn each_once<'c>(
    categories: &'c [CategoryView],
    of: impl Fn(&'c ServiceView) -> Option<&'c String>,
) -> Vec<String> {
    let optional = categories.iter().filter(|category| !category.locked);
    let mut all: Vec<String> = Vec::new();
    for text in optional
        .flat_map(|category| &category.services)
        .filter_map(of)
    {
        if !text.is_empty() && !all.contains(text) {
            all.push(text.clone());
        }
    }
    all
}

/// Categories with their services, in the words of a locale.
pub(super) fn categories(
    chosen: Vec<Category>,
    site: &Site,
    locale: &Locale,
    strings: &Strings,
) -> Vec<CategoryView> {
    let words = Words {
        site,
        locale,
        strings,
    };
    let view = |category: Category| CategoryView {
        id: category.as_str(),
        locked: category == Category::Essential,
        services: site
            .register
            .in_category(category)
            .map(|service| words.service(service))
            .collect(),
    };
    chosen.into_iter().map(view).collect()
}

/// Describes services in the words of a locale.
struct Words<'s> {
    site: &'s Site,
    locale: &'s Locale,
    strings: &'s Strings,
}

impl Words<'_> {
    fn service(&self, service: &Service) -> ServiceView {
        let operator = self.site.settings.operator.get_ref();
        let transfers = service.transfer.get_ref();
        let transfers = transfers.by_law(operator.country.get_ref());
        let cookies = service.cookies.iter();
        let storage = service.storage.iter();
        ServiceView {
            id: service.id.get_ref().clone(),
            name: service.name.clone(),
            provider: service.provider_or(operator.name.get_ref()).to_owned(),
            own: service.provider.is_empty(),
            country: self.country(service.country.get_ref()),
            transfers: transfers
                .map(|(law, basis)| TransferView {
                    law,
                    basis: basis.as_str(),
                })
                .collect(),
            not_in: service
                .excluded_countries()
                .map(|country| CountryView {
                    code: country.to_string(),
                    name: self.country(&country.to_string()),
                })
                .collect(),
            privacy_url: service.privacy_url.get_ref().clone(),
            purpose_html: self.html(service.purpose.get_ref()),
            data_html: self.html(service.data.get_ref()),
            no_cookies: service.sets_no_cookies(),
            switched_off: service.is_switched_off,
            cookies: cookies
                .map(|cookie| self.cookie(cookie.get_ref()))
                .collect(),
            storage: storage.map(|item| self.storage(item.get_ref())).collect(),
        }
    }

    fn cookie(&self, cookie: &Cookie) -> CookieView {
        CookieView {
            name: cookie.name.get_ref().clone(),
            domain: Host::from(cookie.domain.get_ref().clone())
                .shown()
                .to_owned(),
            path: cookie.path.get_ref().clone(),
            purpose_html: self.html(cookie.purpose.get_ref()),
            lifetime: self.lifetime(Some(*cookie.days.get_ref())),
        }
    }

    fn storage(&self, item: &StorageItem) -> StorageView {
        StorageView {
            kind: item.kind.as_str(),
            name: item.name.get_ref().clone(),
            purpose_html: self.html(item.purpose.get_ref()),
            lifetime: self.lifetime(item.lifetime()),
        }
    }

    /// A lifetime in words; empty where the theme lacks them. `None` is without end.
    fn lifetime(&self, days: Option<u32>) -> String {
        let named = |name: &str| self.strings.get(name).unwrap_or("").to_owned();
        match days {
            None => named("lifetime.deleted"),
            Some(0) => named("lifetime.session"),
            Some(days) => self.strings.plural("plural.days", self.locale, days),
        }
    }

    /// The name of a country. A code that names none is reported as an error: nothing is written.
    fn country(&self, code: &str) -> String {
        country::name(code, self.locale).into_iter().collect()
    }

    fn html(&self, texts: &Localised) -> String {
        let (text, language) = in_locale(texts, self.locale, &self.site.order);
        value_html(&settings::FactValue::in_language(text.to_owned(), language))
    }
}

/// See [`super::LocaleContext::placeholder`].
pub(super) fn placeholder(
    site: &Site,
    locale: &Locale,
    strings: &Strings,
    banner: &BannerView,
) -> Option<serde_json::Value> {
    let optional = || banner.categories.iter().filter(|category| !category.locked);
    let categories: BTreeMap<_, _> = optional()
        .map(|category| {
            let name = strings.get(&format!("category.{}.name", category.id))?;
            Some((category.id, name))
        })
        .collect::<Option<_>>()?;
    let services: BTreeMap<_, _> = optional()
        .flat_map(|category| &category.services)
        .map(|service| (&service.id, service_words(site, locale, service)))
        .collect();
    let policy = (!banner.policy_path.is_empty()).then(|| {
        json!({
            "title": banner.policy_title,
            "lang": banner.policy_title_lang,
            "path": banner.policy_path,
            "language": banner.policy_language,
        })
    });
    Some(json!({
        "text": strings.get("hold.text")?,
        "unnamed": strings.get("hold.unnamed")?,
        "once": strings.get("hold.once")?,
        "always": strings.get("hold.always")?,
        "purpose": strings.get("register.purpose")?,
        "category": strings.get("register.category")?,
        "gpc": strings.get("banner.gpc")?,
        "withheld": strings.get("banner.withheld")?,
        "list": strings.get("punctuation.list")?,
        "comma": strings.get("punctuation.comma")?,
        "colon": strings.get("punctuation.colon")?,
        "stop": strings.get("punctuation.stop")?,
        "categories": categories,
        "services": services,
        "policy": policy,
    }))
}

/// What a placeholder says of a service. Its purpose is plain text; `lang` where the locale has none
/// of its own.
fn service_words(site: &Site, locale: &Locale, service: &ServiceView) -> serde_json::Value {
    let registered = site
        .register
        .all()
        .find(|own| *own.id.get_ref() == service.id);
    let (purpose, language) = registered.map_or(("", None), |own| {
        in_locale(own.purpose.get_ref(), locale, &site.order)
    });
    json!({
        "name": service.name,
        "provider": service.provider,
        "country": service.country,
        "purpose": purpose,
        "lang": language,
    })
}
