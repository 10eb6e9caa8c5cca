//! What all pages of a locale share: menu, operator, banner, generated blocks, addresses. Made once, used by every page.

use crate::content::country::format_phone;
use crate::content::localised::{Localised, in_locale};
use crate::content::settings::{self, Facts};
use crate::model::links::{self, Links};
use crate::model::revision;
use crate::model::site::{self, Site};
use crate::render::assets::Assets;
use crate::render::dates::DateFormatter;
use crate::render::theme::{Strings, Theme};
use crate::render::view::{
    AdminView, BannerView, CategoryView, CookieView, LocaleView, MenuItem, OperatorView, Ready,
    ServiceView, SiteView,
};
use crate::report::diagnostic::Diagnostic;
use chrono::NaiveDate;
use domain::{Category, Digest, Locale};
use icu_locale::LocaleDirectionality;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What all pages of a site share.
pub struct Shared {
    /// Facts of the site.
    pub site: Ready<SiteView>,
    /// What the operator's page has.
    pub admin: Ready<AdminView>,
    /// Address of the module that starts essential services; empty: there is none to start.
    pub essential: String,
    /// See [`domain::Manifest::revision`].
    pub revision: String,
    /// What the revision is the hash of.
    pub consent_text: String,
    /// Locales in their order, as pages name them.
    pub locales: Vec<(Locale, Ready<LocaleView>)>,
    /// The day of the build.
    pub today: NaiveDate,
    /// All paths of pages that a text may link to.
    pub paths: Arc<HashSet<String>>,
}

/// What all pages of a locale share.
pub struct Frame {
    /// The locale.
    pub locale: Locale,
    /// The locale as pages name it.
    pub locale_view: Ready<LocaleView>,
    /// Writes dates.
    pub dates: DateFormatter,
    /// Policies for the menu.
    pub menu: Ready<Vec<MenuItem>>,
    /// Operator facts.
    pub operator: Ready<OperatorView>,
    /// The banner's data.
    pub banner: Ready<BannerView>,
    /// The banner.
    pub banner_html: Arc<str>,
    /// The form of the choices page.
    pub choices_html: Arc<str>,
    /// The words of placeholders on pages of others: `hold`, and the names of `categories`. None where the theme has no such words.
    pub placeholder: Option<Value>,
    /// Generated blocks by the name of their variable.
    pub blocks: BTreeMap<&'static str, String>,
    /// Where things are.
    pub links: Links,
}

/// Makes what all pages of a site share.
pub fn shared(site: &Site, theme: &Theme<'_>, assets: &Assets, today: NaiveDate) -> Shared {
    let settings = &site.settings;
    let consent_text = consent_text(site, theme);
    Shared {
        site: Ready::new(SiteView {
            host: settings.host.get_ref().clone(),
            url: settings.url(),
            draft: *settings.draft.get_ref(),
            css: assets.address("site.css"),
            js: assets.address("site.js"),
            icon: assets.address("icon.svg"),
        }),
        admin: Ready::new(AdminView {
            css: assets.address("admin.css"),
            js: assets.address("admin.js"),
            retention_days: *settings.retention_days.get_ref(),
        }),
        essential: assets.essential.clone(),
        revision: revision::short(&Digest::of(&[consent_text.as_bytes()])),
        consent_text,
        locales: locales(site, theme),
        paths: Arc::new(links::paths(site)),
        today,
    }
}

/// Makes what the pages of each locale share; a locale whose partial templates fail is left out.
pub fn frames(
    site: &Site,
    theme: &Theme<'_>,
    shared: &Shared,
    assets: &Assets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Frame> {
    let made: Vec<_> = shared
        .locales
        .par_iter()
        .map(|(locale, _)| frame(site, theme, shared, locale, assets))
        .collect();
    let mut frames = Vec::new();
    for result in made {
        match result {
            Ok(frame) => frames.push(frame),
            Err(more) => diagnostics.extend(more),
        }
    }
    frames
}

/// What partial templates see.
#[derive(Serialize)]
struct PartialView<'v> {
    site: &'v SiteView,
    locale: &'v LocaleView,
    operator: &'v OperatorView,
    banner: &'v BannerView,
    categories: &'v [CategoryView],
    choices_path: &'v str,
}

/// The locales of a site as pages name them.
fn locales(site: &Site, theme: &Theme<'_>) -> Vec<(Locale, Ready<LocaleView>)> {
    let directions = LocaleDirectionality::new_common();
    let view = |locale: &Locale| {
        let parsed = locale.as_str().parse::<icu_locale::Locale>().ok();
        let is_rtl = parsed.is_some_and(|parsed| directions.is_right_to_left(&parsed.id));
        let name = theme
            .strings
            .get(locale)
            .and_then(|strings| strings.get("locale.name"));
        LocaleView {
            code: locale.to_string(),
            name: name.unwrap_or(locale.as_str()).to_owned(),
            dir: if is_rtl { "rtl" } else { "ltr" },
        }
    };
    site.settings
        .locales
        .get_ref()
        .iter()
        .map(|locale| (locale.clone(), Ready::new(view(locale))))
        .collect()
}

/// What visitors are asked about, and the revision is the hash of: register, words of the banner in every locale, material
/// words of the policies.
fn consent_text(site: &Site, theme: &Theme<'_>) -> String {
    let mut shown = revision::register_text(&site.register);
    for (locale, strings) in &theme.strings {
        shown.push_str(&format!(
            "{locale}\n{}\n{}\n",
            strings.table_text("banner"),
            strings.table_text("category")
        ));
    }
    shown.push_str(&revision::material_text(site));
    shown
}

/// Makes the frame of a locale.
///
/// # Errors
/// Diagnostics of partial templates that fail.
fn frame(
    site: &Site,
    theme: &Theme<'_>,
    shared: &Shared,
    locale: &Locale,
    assets: &Assets,
) -> Result<Frame, Vec<Diagnostic>> {
    let locale_view = shared
        .locales
        .iter()
        .find(|(known, _)| known == locale)
        .map_or_else(
            || {
                Ready::new(LocaleView {
                    code: locale.to_string(),
                    name: locale.to_string(),
                    dir: "ltr",
                })
            },
            |(_, view)| view.clone(),
        );
    let operator = site.facts.get(locale).map(operator).unwrap_or_default();
    let links = Links::new(site, locale, shared.today, &shared.paths);
    let menu = menu(site, locale, shared.today);
    let categories = theme
        .strings
        .get(locale)
        .map_or_else(Vec::new, |strings| categories(site, locale, strings));
    let banner = banner(site, shared, locale, categories, assets);
    let view = PartialView {
        site: &shared.site,
        locale: &locale_view,
        operator: &operator,
        banner: &banner,
        categories: &banner.categories,
        choices_path: &links.choices,
    };
    let mut diagnostics = Vec::new();
    let mut partial = |name: &str| match theme.render(name, Some(locale), &view) {
        Ok(html) => html,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            String::new()
        }
    };
    let banner_html: Arc<str> = partial("partials/banner.html").into();
    let choices_html: Arc<str> = partial("partials/choices_form.html").into();
    let blocks = BTreeMap::from([
        ("block.operator", partial("partials/block_operator.html")),
        ("block.cookies", partial("partials/block_cookies.html")),
        ("block.services", partial("partials/block_services.html")),
        ("block.choices", partial("partials/block_choices.html")),
    ]);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(Frame {
        locale: locale.clone(),
        dates: DateFormatter::new(locale),
        menu: Ready::new(menu),
        operator: Ready::new(operator),
        placeholder: theme
            .strings
            .get(locale)
            .and_then(|strings| placeholder(strings, &banner)),
        banner: Ready::new(banner),
        banner_html,
        choices_html,
        blocks,
        links,
        locale_view,
    })
}

fn placeholder(strings: &Strings, banner: &BannerView) -> Option<Value> {
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

/// The block of the operator's facts as they were, for an edition of that time.
///
/// # Errors
/// The diagnostic of the partial template when it fails.
pub fn operator_block(
    theme: &Theme<'_>,
    shared: &Shared,
    frame: &Frame,
    facts: &Facts,
) -> Result<String, Diagnostic> {
    let view = PartialView {
        site: &shared.site,
        locale: &frame.locale_view,
        operator: &operator(facts),
        banner: &frame.banner,
        categories: &frame.banner.categories,
        choices_path: &frame.links.choices,
    };
    theme.render("partials/block_operator.html", Some(&frame.locale), &view)
}

fn operator(facts: &Facts) -> OperatorView {
    let fact = |name: &str| {
        facts
            .get(name)
            .map(settings::FactValue::plain)
            .unwrap_or_default()
    };
    let name_lang = match facts.get("operator.name") {
        Some(settings::FactValue::Named { lang, .. }) => lang.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let phone = match facts.get("operator.phone") {
        Some(settings::FactValue::Phone(number)) => number.clone(),
        _ => String::new(),
    };
    let html = |name: &str| {
        let value = facts.get(name);
        value
            .map(crate::render::html::value_html)
            .unwrap_or_default()
    };
    OperatorView {
        name: fact("operator.name"),
        name_lang,
        legal_name_html: html("operator.legal_name"),
        bin: fact("operator.bin"),
        address: fact("operator.address"),
        address_html: html("operator.address"),
        email: fact("operator.email"),
        phone_text: format_phone(&phone),
        phone,
        dpo_email: fact("dpo.email"),
        authority_html: html("authority.name"),
    }
}

/// The start page lists all policies; a menu that carried hundreds of them would help nobody.
const LONGEST_MENU: usize = 7;

fn menu(site: &Site, locale: &Locale, today: NaiveDate) -> Vec<MenuItem> {
    let order = site.settings.locales.get_ref();
    let items = site
        .policies
        .iter()
        .take(LONGEST_MENU)
        .filter_map(|policy| {
            let edition = site::current(policy.editions_or_fallback(locale, order), today)?;
            let title = edition.front.short_title.clone();
            Some(MenuItem {
                title,
                path: format!("/{locale}/{}/", policy.slug),
                current: false,
            })
        });
    items.collect()
}

fn banner(
    site: &Site,
    shared: &Shared,
    locale: &Locale,
    categories: Vec<CategoryView>,
    assets: &Assets,
) -> BannerView {
    let order = site.settings.locales.get_ref();
    let named = site.policies.iter().find(|policy| policy.slug == "cookies");
    let policy = named.or_else(|| site.policies.first());
    let edition = policy
        .and_then(|policy| site::current(policy.editions_or_fallback(locale, order), shared.today));
    BannerView {
        revision: shared.revision.clone(),
        choices_path: format!("/{locale}/choices/"),
        policy_path: policy
            .map(|policy| format!("/{locale}/{}/", policy.slug))
            .unwrap_or_default(),
        policy_title: edition
            .map(|edition| edition.front.short_title.clone())
            .unwrap_or_default(),
        categories,
        choice_days: *site.settings.choice_days.get_ref(),
        script: assets.address("dialog.js"),
        tags: assets.tags.clone(),
        deletable: site.register.deletable_cookies(),
    }
}

/// The register in one locale.
fn categories(site: &Site, locale: &Locale, strings: &Strings) -> Vec<CategoryView> {
    let view = |category: Category| CategoryView {
        id: category.as_str(),
        locked: category == Category::Essential,
        services: site
            .register
            .in_category(category)
            .map(|service| service_view(service, site, locale, strings))
            .collect(),
    };
    site.register.categories().into_iter().map(view).collect()
}

fn service_view(
    service: &crate::content::register::Service,
    site: &Site,
    locale: &Locale,
    strings: &Strings,
) -> ServiceView {
    let operator = site.settings.operator.get_ref().name.get_ref();
    let order = site.settings.locales.get_ref();
    let html = |texts: &Localised| {
        let (text, language) = in_locale(texts, locale, order);
        crate::render::html::value_html(&settings::FactValue::in_language(
            text.to_owned(),
            language,
        ))
    };
    let country = service.country.get_ref();
    let cookies = service.cookies.iter().map(|cookie| {
        let cookie = cookie.get_ref();
        let days = *cookie.days.get_ref();
        let lifetime = if days == 0 {
            strings.get("lifetime.session").map(str::to_owned)
        } else {
            strings.plural("plural.days", locale, days)
        };
        CookieView {
            name: cookie.name.get_ref().clone(),
            domain: cookie.domain.get_ref().clone(),
            purpose_html: html(cookie.purpose.get_ref()),
            lifetime: lifetime.unwrap_or_default(),
        }
    });
    ServiceView {
        id: service.id.get_ref().clone(),
        name: service.name.clone(),
        provider: if service.provider.is_empty() {
            operator.clone()
        } else {
            service.provider.clone()
        },
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
        cookies: cookies.collect(),
    }
}
