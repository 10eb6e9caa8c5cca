//! Data that pages share, computed once for the whole site and once for each locale.

mod banner;

use crate::content::country::format_phone;
use crate::content::document::Generated;
use crate::content::settings::{self, Facts};
use crate::model::links::{self, Links};
use crate::model::revision;
use crate::model::scope::{ScopeIndex, Scopes};
use crate::model::site::{self, Site};
use crate::render::assets::Assets;
use crate::render::dates::DateFormatter;
use crate::render::html::value_html;
use crate::render::theme::Theme;
use crate::render::view::{
    AdminView, BannerView, CategoryView, LocaleView, MenuItem, OperatorView, Shared, SiteView,
};
use crate::report::diagnostic::{Diagnostic, or_report};
use chrono::NaiveDate;
use domain::{Digest, Locale};
use icu_locale::LocaleDirectionality;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Data that all pages of a site share.
pub struct SiteContext {
    /// Host, address and assets of the site.
    pub site: Shared<SiteView>,
    /// Data of the operator's page.
    pub admin: Shared<AdminView>,
    /// Address of the module that starts essential services; empty if there are none.
    pub essential: String,
    /// See [`domain::Manifest::revision`].
    pub revision: String,
    /// The text that the revision is the hash of.
    pub revision_text: String,
    /// The scopes of the revision, as canonical JSON.
    pub scope_text: String,
    /// The ids of the current scopes and of earlier ones.
    pub scopes: ScopeIndex,
    /// The site's locales in their order, with their views.
    pub locales: Vec<(Locale, Shared<LocaleView>)>,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
    /// Paths of all pages, which texts may link to.
    pub paths: Arc<HashSet<String>>,
}

/// Data that all pages of a locale share.
pub struct LocaleContext {
    /// The locale.
    pub locale: Locale,
    /// The locale as templates see it.
    pub locale_view: Shared<LocaleView>,
    /// The formatter of dates.
    pub dates: DateFormatter,
    /// Policies for the menu.
    pub menu: Shared<Vec<MenuItem>>,
    /// Operator facts.
    pub operator: Shared<OperatorView>,
    /// Data of the banner.
    pub banner: Shared<BannerView>,
    /// HTML of the banner.
    pub banner_html: Arc<str>,
    /// HTML of the form of the choices page.
    pub choices_html: Arc<str>,
    /// JSON of the words of placeholders on pages of other sites: their strings as `hold`, and the
    /// names of `categories`. `None` where the theme lacks one of them.
    pub placeholder: Option<serde_json::Value>,
    /// HTML of generated blocks by the name of their variable.
    pub blocks: BTreeMap<&'static str, String>,
    /// Addresses that texts link to.
    pub links: Links,
}

impl SiteContext {
    /// Computes the data that all pages of a site share. `archived` are the scopes of earlier
    /// revisions, the newest first.
    pub fn new(
        site: &Site,
        theme: &Theme<'_>,
        assets: &Assets,
        archived: &[(String, Scopes)],
        today: NaiveDate,
    ) -> Self {
        let settings = &site.settings;
        let revision_text = revision_text(site, theme, today);
        let revision = domain::revision_of(&Digest::of(&[revision_text.as_bytes()]));
        let scopes = Scopes::of(&site.register);
        Self {
            site: Shared::new(SiteView {
                host: settings.host.get_ref().clone(),
                url: settings.url(),
                draft: *settings.draft.get_ref(),
                css: assets.address("site.css"),
                js: assets.address("site.js"),
                icon: assets.address("icon.svg"),
            }),
            admin: Shared::new(AdminView {
                css: assets.address("admin.css"),
                js: assets.address("admin.js"),
                retention_days: *settings.retention_days.get_ref(),
            }),
            essential: assets.essential.clone(),
            scope_text: scopes.text(),
            scopes: ScopeIndex::new(&scopes, &revision, archived),
            revision,
            revision_text,
            locales: locales(site, theme),
            paths: Arc::new(links::paths(site)),
            today,
        }
    }
}

/// Computes the data that the pages of each locale share. A locale whose partial templates fail is
/// diagnosed and left out.
pub fn locale_contexts(
    site: &Site,
    theme: &Theme<'_>,
    site_context: &SiteContext,
    assets: &Assets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<LocaleContext> {
    let made: Vec<_> = site_context
        .locales
        .par_iter()
        .map(|locale| locale_context(site, theme, site_context, locale, assets))
        .collect();
    let mut contexts = Vec::new();
    for result in made {
        match result {
            Ok(context) => contexts.push(context),
            Err(more) => diagnostics.extend(more),
        }
    }
    contexts
}

/// The variables of partial templates.
#[derive(Serialize)]
struct PartialView<'v> {
    site: &'v SiteView,
    locale: &'v LocaleView,
    operator: &'v OperatorView,
    banner: &'v BannerView,
    categories: &'v [CategoryView],
    choices_path: &'v str,
}

/// The views of the site's locales.
fn locales(site: &Site, theme: &Theme<'_>) -> Vec<(Locale, Shared<LocaleView>)> {
    let directions = LocaleDirectionality::new_common();
    let view = |locale: &Locale| {
        // A tag that CLDR can't parse has no known direction: left to right.
        let is_rtl = locale
            .as_str()
            .parse::<icu_locale::Locale>()
            .is_ok_and(|parsed| directions.is_right_to_left(&parsed.id));
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
        .map(|locale| (locale.clone(), Shared::new(view(locale))))
        .collect()
}

/// The text that the revision is the hash of: the register, the words of the banner in every
/// locale, and hashes of the newest material editions.
fn revision_text(site: &Site, theme: &Theme<'_>, today: NaiveDate) -> String {
    let mut text = revision::register_text(&site.register);
    for (locale, strings) in &theme.strings {
        text.push_str(&format!(
            "{locale}\n{}\n{}\n{}\n",
            strings.table_text("banner"),
            strings.table_text("category"),
            strings.table_text("consent")
        ));
    }
    text.push_str(&revision::material_text(site, today));
    text
}

/// Computes the data that the pages of a locale share.
///
/// # Errors
/// Diagnostics of partial templates that fail.
fn locale_context(
    site: &Site,
    theme: &Theme<'_>,
    site_context: &SiteContext,
    (locale, locale_view): &(Locale, Shared<LocaleView>),
    assets: &Assets,
) -> Result<LocaleContext, Vec<Diagnostic>> {
    let operator = site
        .facts
        .get(locale)
        .map_or_else(OperatorView::default, operator_view);
    let links = Links::new(site, locale, site_context.today, &site_context.paths);
    let menu = menu(site, locale, site_context.today);
    let categories = |chosen| {
        theme.strings.get(locale).map_or_else(Vec::new, |strings| {
            banner::categories(chosen, site, &site_context.scopes, locale, strings)
        })
    };
    let listed = categories(site.register.listed_categories());
    let asked = categories(site.register.categories());
    let banner = banner::view(site, site_context, locale, asked, assets);
    let view = PartialView {
        site: &site_context.site,
        locale: locale_view,
        operator: &operator,
        banner: &banner,
        categories: &listed,
        choices_path: &links.choices,
    };
    let mut diagnostics = Vec::new();
    let mut partial = |name: &str| {
        let html = theme.render(name, Some(locale), &view);
        or_report(html, &mut diagnostics).unwrap_or_else(String::new)
    };
    let banner_html: Arc<str> = partial("partials/banner.html").into();
    let choices_html: Arc<str> = partial("partials/choices_form.html").into();
    let blocks = Generated::ALL
        .iter()
        .map(|block| {
            let variable = block.variable();
            let template = format!("partials/{}.html", variable.replace('.', "_"));
            (variable, partial(&template))
        })
        .collect();
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(LocaleContext {
        locale: locale.clone(),
        dates: DateFormatter::new(locale),
        menu: Shared::new(menu),
        operator: Shared::new(operator),
        placeholder: theme
            .strings
            .get(locale)
            .and_then(|strings| banner::placeholder(strings, &banner)),
        banner: Shared::new(banner),
        banner_html,
        choices_html,
        blocks,
        links,
        locale_view: locale_view.clone(),
    })
}

/// HTML of the block of operator facts for a past edition, with the facts of its time.
///
/// # Errors
/// The diagnostic of the partial template when it fails.
pub fn operator_block(
    theme: &Theme<'_>,
    site_context: &SiteContext,
    context: &LocaleContext,
    facts: &Facts,
) -> Result<String, Diagnostic> {
    let view = PartialView {
        site: &site_context.site,
        locale: &context.locale_view,
        operator: &operator_view(facts),
        banner: &context.banner,
        categories: &context.banner.categories,
        choices_path: &context.links.choices,
    };
    theme.render("partials/block_operator.html", Some(&context.locale), &view)
}

fn operator_view(facts: &Facts) -> OperatorView {
    let fact = |name: &str| {
        facts
            .get(name)
            .map_or_else(String::new, settings::FactValue::plain)
    };
    let name_lang = match facts.get("operator.name") {
        Some(settings::FactValue::Named {
            lang: Some(lang), ..
        }) => lang.clone(),
        _ => String::new(),
    };
    let phone = match facts.get("operator.phone") {
        Some(settings::FactValue::Phone(number)) => number.clone(),
        _ => String::new(),
    };
    let html = |name: &str| facts.get(name).map_or_else(String::new, value_html);
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

/// Maximum number of policies in the menu. The start page lists all of them.
const MAX_MENU_ITEMS: usize = 7;

fn menu(site: &Site, locale: &Locale, today: NaiveDate) -> Vec<MenuItem> {
    let order = site.settings.locales.get_ref();
    let items = site
        .policies
        .iter()
        .filter(|policy| policy.retired(today).is_none())
        .take(MAX_MENU_ITEMS)
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
