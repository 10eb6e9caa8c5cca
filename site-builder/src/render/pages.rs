//! Renders every page of a site, its feeds and its sitemap.
//!
//! In: a [`Site`], its [`Theme`] and what pages share. Out: [`File`]s, each written as soon as it
//! is rendered, so that memory holds few, and diagnostics of texts and templates.

mod changes;
mod fixed;
mod policy;
mod unit;

use crate::archive::history::EditionHistories;
use crate::model::fingerprint::Fingerprint;
use crate::model::parsed::RetainedTexts;
use crate::model::site::{Edition, Policy, Site};
use crate::output::cache::{BuildCache, CacheEntry};
use crate::output::file::File;
use crate::output::sink::Output;
use crate::render::context::{LocaleContext, SiteContext};
use crate::render::feed::{self, FeedInputs};
use crate::render::machine_files;
use crate::render::minimum;
use crate::render::theme::{ADMIN_TEMPLATE, Theme};
use crate::render::view::{
    Alternate, CorrectionView, EditionLink, LocaleView, MenuItem, OtherLanguage, Page,
    RevisionTracker, Shared,
};
use crate::report::diagnostic::{Code, Diagnostic, or_report};
use crate::report::source::Sources;
use domain::Locale;
use minijinja::Value;
use minijinja::value::Serde;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use unit::{Unit, UnitBuilder};

/// The inputs of rendering.
pub struct Renderer<'r> {
    /// The model.
    pub site: &'r Site,
    /// Source files, from which the texts of policies that `retained` lacks are read again.
    pub sources: &'r Sources,
    /// Compiled templates and strings.
    pub theme: &'r Theme<'r>,
    /// Data that all pages of the site share.
    pub site_context: &'r SiteContext,
    /// Data that the pages of a locale share, in the site's order of locales.
    pub locale_contexts: &'r [LocaleContext],
    /// Address of the script that asks visitors; empty: there is none.
    pub script: &'r str,
    /// Archived texts of editions.
    pub histories: &'r EditionHistories,
    /// Cache entries of the previous build.
    pub cache: &'r BuildCache,
    /// Parsed texts of policies that stayed in memory since loading.
    pub retained: &'r RetainedTexts<'r>,
    /// Hash of all inputs of pages except the texts of policies and the revision.
    pub fingerprint: Fingerprint,
}

/// The results of rendering besides files.
#[derive(Debug, Default)]
pub struct RenderOutcome {
    /// SHA-256 of the words of each edition as shown, by the path of its dated page.
    pub texts: BTreeMap<String, String>,
    /// Diagnostics of texts and templates.
    pub diagnostics: Vec<Diagnostic>,
    /// Cache entries for the next build, by the name of the unit.
    pub entries: BTreeMap<String, Arc<CacheEntry>>,
}

impl<'r> Renderer<'r> {
    /// Renders all pages into an output.
    pub fn render(&self, output: &dyn Output) -> RenderOutcome {
        let units = Unit::all(self);
        let done: Vec<_> = units
            .par_iter()
            .map(|unit| self.render_or_reuse(unit, output))
            .collect();
        let mut outcome = RenderOutcome::default();
        for (unit, (entry, diagnostics)) in units.iter().zip(done) {
            outcome.texts.extend(entry.texts.clone());
            if diagnostics.is_empty() && entry.fingerprint.is_some() {
                outcome.entries.insert(unit.name(), entry);
            }
            for diagnostic in diagnostics {
                // What a template lacks, each of its pages lacks.
                let is_of_template = diagnostic.code == Code::ThemeMinimum;
                if !is_of_template || !outcome.diagnostics.contains(&diagnostic) {
                    outcome.diagnostics.push(diagnostic);
                }
            }
        }
        outcome
    }

    /// Renders a unit, unless the previous build made its files from the same inputs and they are
    /// still there.
    fn render_or_reuse(
        &self,
        unit: &Unit<'r>,
        output: &dyn Output,
    ) -> (Arc<CacheEntry>, Vec<Diagnostic>) {
        if let Some(cached) = self.cache.entry(&unit.name())
            && cached.fingerprint.is_some()
            && cached.fingerprint == self.fingerprint_of(unit, cached.uses_revision)
            && output.reuse(&cached.files)
        {
            return (Arc::clone(cached), Vec::new());
        }
        let mut builder = UnitBuilder::new(output);
        self.build(unit, &mut builder);
        let mut entry = builder.entry;
        entry.uses_revision = builder.revision_use.is_used();
        entry.fingerprint = self.fingerprint_of(unit, entry.uses_revision);
        (Arc::new(entry), builder.diagnostics)
    }

    /// Hash of a unit's inputs; none for units that every build renders.
    fn fingerprint_of(&self, unit: &Unit<'r>, uses_revision: bool) -> Option<Fingerprint> {
        let texts = match unit {
            Unit::Policy(policy) => policy.fingerprint?,
            // `AdminView` is not part of the site's fingerprint.
            Unit::Admin(_) | Unit::AdminLanguage(_) => return None,
            Unit::Language(_)
            | Unit::NotFound(..)
            | Unit::Index(_)
            | Unit::Choices(_)
            // These pages show only the summary of a policy, which is part of the site's
            // fingerprint.
            | Unit::Feed(_)
            | Unit::Sitemap => self.fingerprint,
        };
        let revision = if uses_revision {
            self.site_context.revision.as_str()
        } else {
            ""
        };
        Some(Fingerprint::of(&[
            &self.fingerprint.to_string(),
            &texts.to_string(),
            revision,
        ]))
    }

    fn order(&self) -> &'r [Locale] {
        &self.site.order
    }

    /// The locales that have documents.
    fn document_contexts(&self) -> impl Iterator<Item = &'r LocaleContext> {
        let contexts = self.locale_contexts.iter();
        contexts.filter(|context| context.has_documents)
    }

    fn build(&self, unit: &Unit<'r>, builder: &mut UnitBuilder<'_>) {
        let (template, context, page) = match unit {
            Unit::Language(context) => {
                // At the root too, for hosts without the worker, which leads from there to a
                // language.
                let page = self.language(context);
                return self.render_page("language.html", context, page, Some("/"), builder);
            }
            Unit::AdminLanguage(context) => {
                ("language.html", context, self.admin_language(context))
            }
            Unit::Admin(context) => (ADMIN_TEMPLATE, context, self.admin(context)),
            Unit::NotFound(context, path) => {
                ("not_found.html", context, self.not_found(context, path))
            }
            Unit::Index(context) => {
                // In one language, the site opens with it, for hosts without the worker too.
                let is_only = !self.site.settings.has_choice_of_language();
                let root = is_only.then_some("/");
                return self.render_page("index.html", context, self.index(context), root, builder);
            }
            Unit::Choices(context) => ("choices.html", context, self.choices(context)),
            Unit::Feed(context) => {
                let inputs = FeedInputs {
                    site: self.site,
                    theme: self.theme,
                    site_context: self.site_context,
                    histories: self.histories,
                };
                let file = feed::file(&inputs, context);
                return builder.write_result(file);
            }
            Unit::Sitemap => {
                let file = machine_files::sitemap_file(self.site, self.theme, self.site_context);
                return builder.write_result(file);
            }
            Unit::Policy(policy) => return self.policy_pages(policy, builder),
        };
        self.render_page(template, context, page, None, builder);
    }

    /// Renders a page and writes it, at a second address too if one is given.
    fn render_page(
        &self,
        template: &str,
        context: &LocaleContext,
        mut page: Page,
        second_path: Option<&str>,
        builder: &mut UnitBuilder<'_>,
    ) {
        let path = page.path.clone();
        page.revision_use = builder.revision_use.clone();
        let view = Value::from_object(page);
        let html = self
            .theme
            .render_value(template, Some(&context.locale), view.clone());
        if let Some(html) = or_report(html, &mut builder.diagnostics) {
            if let Some(page) = view.downcast_object_ref::<Page>() {
                let lacking = minimum::check_page(self.theme, template, page, &html);
                builder.diagnostics.extend(lacking);
            }
            builder.write(File::page(&path, html), second_path.map(File::path_of));
        }
    }

    /// A page with the title that the strings of the theme have for its kind.
    fn titled_page(&self, context: &LocaleContext, kind: &'static str, path: String) -> Page {
        let title = self.text(context, &format!("{kind}.title"));
        self.base_page(context, kind, title, path)
    }

    fn base_page(
        &self,
        context: &LocaleContext,
        kind: &'static str,
        title: String,
        path: String,
    ) -> Page {
        Page {
            site: self.site_context.site.clone(),
            locale: context.locale_view.clone(),
            kind,
            title,
            description: String::new(),
            canonical: format!("{}{path}", self.site_context.site.url),
            alternates: Vec::new(),
            x_default: String::new(),
            indexed: true,
            menu: menu(&context.menu, &path),
            brand: context.brand.clone(),
            operator: context.operator.clone(),
            banner: Some(context.banner.clone()),
            banner_html: Value::from(Arc::clone(&context.banner_html)),
            script: self.script.to_owned(),
            essential: self.site_context.essential.clone(),
            policy: None,
            policies: Vec::new(),
            changes: None,
            choices_html: Value::from(Arc::clone(&context.choices_html)),
            date_forms: Vec::new(),
            hosts: None,
            admin: None,
            json_ld: String::new(),
            revision_use: RevisionTracker::default(),
            path,
        }
    }

    /// The same page in each locale that has documents.
    fn alternates(
        &self,
        context: &LocaleContext,
        path: impl Fn(&Locale) -> String,
        is_translated: impl Fn(&Locale) -> bool,
    ) -> Vec<Alternate> {
        let locales = self.site_context.locales.iter();
        self.alternates_in(locales, context, path, is_translated)
    }

    /// The same page in each of some locales.
    fn alternates_in<'l>(
        &self,
        locales: impl Iterator<Item = &'l (Locale, Shared<LocaleView>)>,
        context: &LocaleContext,
        path: impl Fn(&Locale) -> String,
        is_translated: impl Fn(&Locale) -> bool,
    ) -> Vec<Alternate> {
        let view = |(locale, view): &(Locale, Shared<LocaleView>)| {
            let path = path(locale);
            Alternate {
                locale: view.clone(),
                url: format!("{}{path}", self.site_context.site.url),
                path,
                current: *locale == context.locale,
                translated: is_translated(locale),
            }
        };
        locales.map(view).collect()
    }

    /// A link to an edition's dated page.
    fn link(&self, context: &LocaleContext, policy: &Policy, edition: &Edition) -> EditionLink {
        let (locale, day) = (&edition.locale, edition.effective);
        EditionLink {
            path: format!("/{locale}/{}/{day}/", policy.slug),
            effective: context.dates.view(day),
        }
    }

    /// The correction of an edition's text, if it has one.
    fn correction(
        &self,
        context: &LocaleContext,
        policy: &Policy,
        edition: &Edition,
    ) -> Option<CorrectionView> {
        let text = &edition.front.correction;
        let today = self.site_context.today;
        (!text.is_empty()).then(|| CorrectionView {
            text: text.clone(),
            date: self
                .histories
                .corrected_on(policy, edition, today)
                .map(|day| context.dates.view(day)),
        })
    }

    /// A string of the theme; empty where the theme has none.
    fn text(&self, context: &LocaleContext, key: &str) -> String {
        self.theme
            .strings
            .get(&context.locale)
            .and_then(|strings| strings.get(key))
            .unwrap_or("")
            .to_owned()
    }

    /// The language of a text when it isn't the page's.
    fn other_language(&self, context: &LocaleContext, locale: &Locale) -> Option<OtherLanguage> {
        let is_other = *locale != context.locale;
        is_other.then(|| OtherLanguage::new(locale, &context.locale))
    }
}

/// The menu of a page, with the page itself marked.
fn menu(items: &Shared<Vec<MenuItem>>, path: &str) -> Value {
    if items.iter().all(|item| item.path != path) {
        return items.value();
    }
    let marked: Vec<MenuItem> = items
        .iter()
        .map(|item| MenuItem {
            current: item.path == path,
            ..item.clone()
        })
        .collect();
    Value::from(Serde(&marked))
}
