//! Data that pages share, computed once for the whole site and once for each locale.

mod banner;
mod operator;

use crate::archive;
use crate::content::document::Generated;
use crate::content::settings::{Facts, Settings};
use crate::model::links::{self, Links};
use crate::model::revision;
use crate::model::scope::{ScopeIndex, Scopes};
use crate::model::site::{self, Site};
use crate::render::assets::Assets;
use crate::render::brand::{self, BrandFiles};
use crate::render::dates::DateFormatter;
use crate::render::theme::Theme;
use crate::render::view::{
    AdminView, BannerView, BrandView, CategoryView, LocaleView, MenuItem, OperatorView,
    OtherLanguage, Shared, SiteView,
};
use crate::report::diagnostic::{Diagnostic, or_report};
use chrono::NaiveDate;
use domain::{Digest, Locale};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Data that all pages of a site share.
pub struct SiteContext {
    /// Host, address and assets of the site.
    pub site: Shared<SiteView>,
    /// Hosts that ask, by their names in ASCII, which scripts know, those whose readers know others.
    pub host_names: BTreeMap<String, String>,
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
    /// Those in which it asks without having documents in them, likewise.
    pub banner_locales: Vec<(Locale, Shared<LocaleView>)>,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
    /// Paths of all pages, which texts may link to.
    pub paths: Arc<HashSet<String>>,
}

/// Data that all pages of a locale share.
pub struct LocaleContext {
    /// The locale.
    pub locale: Locale,
    /// Whether it has documents, and not the page of choices alone.
    pub has_documents: bool,
    /// The locale as templates see it.
    pub locale_view: Shared<LocaleView>,
    /// The formatter of dates.
    pub dates: DateFormatter,
    /// Policies for the menu.
    pub menu: Shared<Vec<MenuItem>>,
    /// The owner's logo and links.
    pub brand: Shared<BrandView>,
    /// Operator facts.
    pub operator: Shared<OperatorView>,
    /// Data of the banner.
    pub banner: Shared<BannerView>,
    /// HTML of the banner: its first layer where the theme has settings.
    pub banner_html: Arc<str>,
    /// HTML of the banner's settings; `None` where the theme has none.
    pub settings_html: Option<String>,
    /// HTML of the form of the choices page.
    pub choices_html: Arc<str>,
    /// JSON of the words of placeholders: their strings, the names of `categories`, and names,
    /// providers and countries of `services`. `None` where the theme lacks one of the strings.
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
        brand: &BrandFiles,
        archived: &[(String, Scopes)],
        today: NaiveDate,
    ) -> Self {
        let settings = &site.settings;
        let revision_text = revision_text(site, theme, today);
        let revision = domain::revision_of(&Digest::of(&[revision_text.as_bytes()]));
        let scopes = Scopes::of(&site.register);
        Self {
            site: Shared::new(SiteView {
                host: settings.host.get_ref().shown().to_owned(),
                url: settings.url(),
                draft: *settings.draft.get_ref(),
                css: assets.address("site.css"),
                icon: brand.icon.clone(),
                theme_colour: brand.theme_colour.clone(),
                share_image: brand.share_image.clone(),
            }),
            host_names: host_names(settings),
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
            locales: views(site, site.settings.locales.get_ref()),
            banner_locales: views(site, &site.banner_locales),
            paths: Arc::new(links::paths(site)),
            today,
        }
    }

    /// Every locale in which the site asks, those without documents last.
    pub fn all_locales(&self) -> impl Iterator<Item = &(Locale, Shared<LocaleView>)> {
        self.locales.iter().chain(&self.banner_locales)
    }
}

/// Computes the data that the pages of each locale share, those without documents last. A locale
/// whose partial templates fail is diagnosed and left out.
pub fn locale_contexts(
    site: &Site,
    theme: &Theme<'_>,
    site_context: &SiteContext,
    brand: &BrandFiles,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<LocaleContext> {
    let made: Vec<_> = site_context
        .all_locales()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|locale| locale_context(site, theme, site_context, brand, locale))
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

/// The banner's second layer. A theme may do without.
const SETTINGS_TEMPLATE: &str = "partials/settings.html";

/// The variables of partial templates.
#[derive(Clone, Copy, Serialize)]
struct PartialView<'v> {
    site: &'v SiteView,
    locale: &'v LocaleView,
    operator: &'v OperatorView,
    banner: &'v BannerView,
    categories: &'v [CategoryView],
    choices_path: &'v str,
    /// Path of the archived settings, for the banner alone; empty where the theme has none.
    settings: &'v str,
}

/// See [`SiteContext::host_names`].
fn host_names(settings: &Settings) -> BTreeMap<String, String> {
    let own = settings.host.get_ref().clone();
    let hosts = settings.origins().chain([own]);
    hosts
        .filter(|host| host.ascii() != host.shown())
        .map(|host| (host.ascii().to_owned(), host.shown().to_owned()))
        .collect()
}

/// The views of some locales.
fn views(site: &Site, locales: &[Locale]) -> Vec<(Locale, Shared<LocaleView>)> {
    let view = |locale: &Locale| {
        let view = LocaleView::new(locale, site.document_locale(locale));
        (locale.clone(), Shared::new(view))
    };
    locales.iter().map(view).collect()
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
    brand: &BrandFiles,
    (locale, locale_view): &(Locale, Shared<LocaleView>),
) -> Result<LocaleContext, Vec<Diagnostic>> {
    let operator = site
        .facts
        .get(locale)
        .map_or_else(OperatorView::default, operator::view);
    let links = Links::new(site, locale, site_context.today, &site_context.paths);
    let menu = menu(site, locale, site_context.today);
    // A locale without strings has been diagnosed: its theme was not read.
    let strings = theme.strings.get(locale);
    let categories = |chosen| {
        strings.map_or_else(Vec::new, |strings| {
            banner::categories(chosen, site, locale, strings)
        })
    };
    let listed = categories(site.register.listed_categories());
    let asked = categories(site.register.categories());
    let banner = banner::view(site, site_context, locale, strings, asked);
    let view = PartialView {
        site: &site_context.site,
        locale: locale_view,
        operator: &operator,
        banner: &banner,
        categories: &listed,
        choices_path: &links.choices,
        settings: "",
    };
    let mut diagnostics = Vec::new();
    let mut partial = |name: &str, settings: &str| {
        let html = theme.render(name, Some(locale), &PartialView { settings, ..view });
        or_report(html, &mut diagnostics).unwrap_or_else(String::new)
    };
    let settings_html = theme
        .has(SETTINGS_TEMPLATE)
        .then(|| partial(SETTINGS_TEMPLATE, ""));
    // The first layer names the settings, so that its hash covers them.
    let settings = settings_html
        .as_deref()
        .map_or_else(String::new, archive::path_of);
    let banner_html: Arc<str> = partial("partials/banner.html", &settings).into();
    let mut partial = |name: &str| partial(name, "");
    let choices_html: Arc<str> = partial("partials/choices_form.html").into();
    let blocks = Generated::ALL
        .iter()
        .map(|block| (block.variable(), partial(&block_template(*block))))
        .collect();
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(LocaleContext {
        locale: locale.clone(),
        has_documents: site.document_locale(locale) == locale,
        dates: DateFormatter::new(locale),
        menu: Shared::new(menu),
        brand: Shared::new(brand::view(site, brand, locale)),
        operator: Shared::new(operator),
        placeholder: strings
            .and_then(|strings| banner::placeholder(site, locale, strings, &banner)),
        banner: Shared::new(banner),
        banner_html,
        settings_html,
        choices_html,
        blocks,
        links,
        locale_view: locale_view.clone(),
    })
}

/// HTML of the blocks of facts for a past edition, with the facts of its time.
///
/// # Errors
/// The diagnostic of the partial template when it fails.
pub fn past_blocks(
    theme: &Theme<'_>,
    site_context: &SiteContext,
    context: &LocaleContext,
    facts: &Facts,
) -> Result<Vec<(&'static str, String)>, Diagnostic> {
    let view = PartialView {
        site: &site_context.site,
        locale: &context.locale_view,
        operator: &operator::view(facts),
        banner: &context.banner,
        categories: &context.banner.categories,
        choices_path: &context.links.choices,
        settings: "",
    };
    let render = |block: Generated| {
        let html = theme.render(&block_template(block), Some(&context.locale), &view)?;
        Ok((block.variable(), html))
    };
    [Generated::Operator, Generated::Authority]
        .map(render)
        .into_iter()
        .collect()
}

fn block_template(block: Generated) -> String {
    format!("partials/{}.html", block.variable().replace('.', "_"))
}

/// Maximum number of policies in the menu. The start page lists all of them.
const MAX_MENU_ITEMS: usize = 7;

fn menu(site: &Site, locale: &Locale, today: NaiveDate) -> Vec<MenuItem> {
    let documents = site.document_locale(locale);
    let items = site
        .policies
        .iter()
        .filter(|policy| policy.retired(today).is_none())
        .take(MAX_MENU_ITEMS)
        .filter_map(|policy| {
            let editions = policy.editions_or_fallback(locale, &site.order);
            let edition = site::current(editions, today)?;
            let is_other = edition.locale != *locale;
            Some(MenuItem {
                title: edition.front.short_title.clone(),
                path: format!("/{documents}/{}/", policy.slug),
                current: false,
                other_language: is_other.then(|| OtherLanguage::new(&edition.locale, locale)),
            })
        });
    items.collect()
}
