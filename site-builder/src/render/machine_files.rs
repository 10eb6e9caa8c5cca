//! Files for programs: manifest, register, policies, sitemap, robots, headers, redirects.

mod manifest;
mod policies;
mod register;

pub use manifest::manifest;
pub(crate) use policies::PoliciesJson;
pub(crate) use register::RegisterJson;

use crate::archive::history::EditionHistories;
use crate::model::links::LANGUAGES;
use crate::model::site::{self, Site};
use crate::output::file::File;
use crate::render::context::SiteContext;
use crate::render::headers;
use crate::render::theme::Theme;
use crate::report::diagnostic::Diagnostic;
use domain::{Locale, Manifest};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Makes all files for programs except the sitemap. `texts` are the hashes of editions by the path
/// of their page, `immutable` the paths of files whose bytes never change under their name.
pub fn files(
    site: &Site,
    site_context: &SiteContext,
    manifest: &Manifest,
    histories: &EditionHistories,
    texts: &BTreeMap<String, String>,
    immutable: impl Iterator<Item = String>,
) -> Vec<File> {
    vec![
        File::json("manifest.json", manifest),
        File::json("register.json", &RegisterJson::new(site)),
        File::json(
            "policies.json",
            &policies::policies(site, site_context, histories, texts),
        ),
        // Global Privacy Control (W3C).
        File::json(
            ".well-known/gpc.json",
            &json!({ "gpc": true, "lastUpdate": newest_date(site, site_context) }),
        ),
        File::text(
            "robots.txt",
            format!(
                "User-agent: *\nAllow: /\nDisallow: /api/\nSitemap: {}/sitemap.xml\n",
                site_context.site.url
            ),
        ),
        File::text("_headers", headers::text(site, immutable)),
        File::text("_redirects", redirects(site)),
    ]
}

/// Makes the sitemap.
///
/// # Errors
/// The diagnostic of a template that fails.
pub fn sitemap_file(
    site: &Site,
    theme: &Theme<'_>,
    site_context: &SiteContext,
) -> Result<File, Diagnostic> {
    let pages = sitemap(site, site_context);
    let text = theme.render("sitemap.xml", None, &Sitemap { pages })?;
    Ok(File::text("sitemap.xml", text))
}

/// The day on which the newest edition came into force.
fn newest_date(site: &Site, site_context: &SiteContext) -> String {
    let editions = site
        .policies
        .iter()
        .flat_map(|policy| policy.editions.values().flatten());
    let newest = editions
        .map(|edition| edition.effective)
        .filter(|day| *day <= site_context.today)
        .max();
    newest.unwrap_or(site_context.today).to_string()
}

/// A page of the sitemap.
#[derive(Serialize)]
struct SitemapPage {
    url: String,
    date: String,
    alternates: Vec<SitemapAlternate>,
    x_default: String,
}

#[derive(Serialize, Clone)]
struct SitemapAlternate {
    code: String,
    url: String,
}

#[derive(Serialize)]
struct Sitemap {
    pages: Vec<SitemapPage>,
}

/// Every page that search engines may list, with its addresses in other languages.
fn sitemap(site: &Site, site_context: &SiteContext) -> Vec<SitemapPage> {
    let url = &site_context.site.url;
    let newest = newest_date(site, site_context);
    let locales = site.settings.locales.get_ref();
    let dated = |locale| (locale, newest.clone());
    let everywhere: Vec<_> = locales.iter().map(dated).collect();
    let asking: Vec<_> = locales
        .iter()
        .chain(&site.banner_locales)
        .map(dated)
        .collect();
    let choice = if site.settings.has_choice_of_language() {
        format!("{url}{LANGUAGES}")
    } else {
        String::new()
    };
    let mut pages = translations(url, "", &everywhere, &choice);
    pages.extend(translations(url, "choices/", &asking, ""));
    for policy in &site.policies {
        let published = |locale| {
            let current = site::current(policy.editions.get(locale)?, site_context.today)?;
            Some((locale, current.front.published.to_string()))
        };
        let published: Vec<_> = locales.iter().filter_map(published).collect();
        let x_default = format!("{url}/{}", policy.slug);
        let path = format!("{}/", policy.slug);
        pages.extend(translations(url, &path, &published, &x_default));
    }
    pages
}

/// A page in each of these locales, given with its date. `path` is what follows the locale.
fn translations(
    url: &str,
    path: &str,
    dates: &[(&Locale, String)],
    x_default: &str,
) -> Vec<SitemapPage> {
    let alternate = |(locale, _): &(&Locale, String)| SitemapAlternate {
        code: locale.to_string(),
        url: format!("{url}/{locale}/{path}"),
    };
    let alternates: Vec<_> = dates.iter().map(alternate).collect();
    let page = |(alternate, (_, date)): (&SitemapAlternate, &(_, String))| SitemapPage {
        url: alternate.url.clone(),
        date: date.clone(),
        alternates: alternates.clone(),
        x_default: x_default.to_owned(),
    };
    alternates.iter().zip(dates).map(page).collect()
}

/// `/_redirects`: short addresses of policies for hosts without the worker, which answers them in
/// the visitor's language; addresses that policies and editions had before; on a site in one
/// language, those of the choice of language. Browsers keep the
/// fragment of an address, so that anchors still lead to their clauses.
fn redirects(site: &Site) -> String {
    let Some(default) = site.settings.default_locale() else {
        return String::new();
    };
    let mut fixed = String::new();
    if !site.settings.has_choice_of_language() {
        fixed += &format!("{LANGUAGES} /{default}/ 302\n/admin/ /{default}/admin/ 302\n");
    }
    // At the end, because Cloudflare counts every rule after one with `*` among those with `*`, of
    // which it takes 100.
    let mut patterns = String::new();
    for policy in &site.policies {
        let slug = &policy.slug;
        fixed += &format!("/{slug} /{default}/{slug}/ 302\n");
        for name in &policy.former {
            fixed += &format!("/{name} /{slug} 301\n/{name}/ /{slug} 301\n");
            for locale in site.settings.locales.get_ref() {
                fixed += &format!("/{locale}/{name} /{locale}/{slug}/ 301\n");
                patterns += &format!("/{locale}/{name}/* /{locale}/{slug}/:splat 301\n");
            }
        }
        for edition in policy.editions.values().flatten() {
            let base = format!("/{}/{slug}", edition.locale);
            let day = edition.effective;
            for announced in &edition.front.announced {
                for end in ["", "/"] {
                    fixed += &format!("{base}/{announced}{end} {base}/{day}/ 301\n");
                }
            }
        }
    }
    fixed + &patterns
}
