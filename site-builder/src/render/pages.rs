//! Every page of a site, and the lists of its pages.
//!
//! In: a [`Site`], its [`Theme`] and the frames of its locales. Out: [`File`]s, each handed over as soon as it is made so that memory
//! holds few, and whatever is wrong in texts and templates.

mod changes;
mod job;
mod policy;

use crate::model::fingerprint::Fingerprint;
use crate::model::site::{self, Edition, Policy, Site};
use crate::model::text::RetainedTexts;
use crate::output::cache::{BuildCache, CacheEntry};
use crate::output::file::File;
use crate::output::sink::Output;
use crate::render::context::{Frame, Shared};
use crate::render::theme::Theme;
use crate::render::view::{
    Alternate, DateView, EditionLink, LocaleView, MenuItem, Page, PolicyCard, Ready,
};
use crate::render::{feed, machine_files};
use crate::report::diagnostic::Diagnostic;
use crate::report::source::Sources;
use domain::Locale;
use job::{Job, UnitBuilder};
use minijinja::Value;
use minijinja::value::Serde;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The template of the operator's page. A theme may do without.
const ADMIN: &str = "admin.html";

/// Everything that pages are made from.
pub struct Renderer<'r> {
    /// The site.
    pub site: &'r Site,
    /// Its texts; those that weren't retained are read again one policy after the other.
    pub sources: &'r Sources,
    /// Its theme.
    pub theme: &'r Theme<'r>,
    /// What all pages share.
    pub shared: &'r Shared,
    /// One frame a locale, in the order of the site.
    pub frames: &'r [Frame],
    /// What the build before left.
    pub cache: &'r BuildCache,
    /// Texts that needn't be read again.
    pub retained: &'r RetainedTexts<'r>,
    /// Of everything that any page is made from, but texts of policies and the revision.
    pub fingerprint: Fingerprint,
}

/// What remains of rendered pages.
#[derive(Debug, Default)]
pub struct RenderOutcome {
    /// SHA-256 of the words of each edition as shown, by the path of its dated page.
    pub texts: BTreeMap<String, String>,
    /// What is wrong in texts and templates.
    pub diagnostics: Vec<Diagnostic>,
    /// For the next build, by the name of the unit.
    pub entries: BTreeMap<String, Arc<CacheEntry>>,
}

impl<'r> Renderer<'r> {
    /// Renders all pages into an output.
    pub fn render(&self, output: &dyn Output) -> RenderOutcome {
        let jobs = Job::all(self);
        let done: Vec<_> = jobs
            .par_iter()
            .map(|job| self.render_or_reuse(job, output))
            .collect();
        let mut outcome = RenderOutcome::default();
        for (job, (entry, diagnostics)) in jobs.iter().zip(done) {
            outcome.texts.extend(entry.texts.clone());
            if diagnostics.is_empty() && entry.fingerprint.is_some() {
                outcome.entries.insert(job.name(), entry);
            }
            outcome.diagnostics.extend(diagnostics);
        }
        outcome
    }

    /// Renders a unit, unless its files are there and were made from the same.
    fn render_or_reuse(
        &self,
        job: &Job<'r>,
        output: &dyn Output,
    ) -> (Arc<CacheEntry>, Vec<Diagnostic>) {
        if let Some(cached) = self.cache.entry(&job.name())
            && cached.fingerprint.is_some()
            && cached.fingerprint == self.fingerprint_of(job, cached.uses_revision)
            && output.reuse(&cached.files)
        {
            return (Arc::clone(cached), Vec::new());
        }
        let mut unit = UnitBuilder::new(output);
        self.make(job, &mut unit);
        let (mut entry, diagnostics) = unit.finish();
        entry.fingerprint = self.fingerprint_of(job, entry.uses_revision);
        (Arc::new(entry), diagnostics)
    }

    /// Of what a unit is made from; none for what has to be rendered by every build.
    fn fingerprint_of(&self, job: &Job<'r>, uses_revision: bool) -> Option<Fingerprint> {
        let texts = match job {
            Job::Policy(policy) => policy.fingerprint?,
            // What the operator's page gets is not part of the site's fingerprint.
            Job::Admin(_) | Job::AdminLanguage(_) => return None,
            Job::Language(_) | Job::NotFound(..) | Job::Index(_) | Job::Choices(_) => {
                self.fingerprint
            }
            // All that they show of a policy is its outline, which is part of it.
            Job::Feed(_) | Job::Sitemap => self.fingerprint,
        };
        let revision = if uses_revision {
            self.shared.revision.as_str()
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
        self.site.settings.locales.get_ref()
    }

    fn make(&self, job: &Job<'r>, unit: &mut UnitBuilder<'_>) {
        match job {
            Job::Language(frame) => {
                self.put("language.html", frame, self.language(frame), unit);
            }
            Job::AdminLanguage(frame) => {
                self.put("language.html", frame, self.admin_language(frame), unit);
            }
            Job::Admin(frame) => self.put(ADMIN, frame, self.admin(frame), unit),
            Job::NotFound(frame, path) => {
                self.put("not_found.html", frame, self.not_found(frame, path), unit);
            }
            Job::Index(frame) => self.put("index.html", frame, self.index(frame), unit),
            Job::Choices(frame) => self.put("choices.html", frame, self.choices(frame), unit),
            Job::Feed(frame) => {
                let file = feed::file(self.site, self.theme, self.shared, frame);
                match file {
                    Ok(file) => unit.put(file, None),
                    Err(diagnostic) => unit.diagnostics.push(diagnostic),
                }
            }
            Job::Sitemap => {
                let file = machine_files::sitemap_file(self.site, self.theme, self.shared);
                match file {
                    Ok(file) => unit.put(file, None),
                    Err(diagnostic) => unit.diagnostics.push(diagnostic),
                }
            }
            Job::Policy(policy) => self.policy_pages(policy, unit),
        }
    }

    /// Renders a page and lets it go.
    fn put(&self, template: &str, frame: &Frame, page: Page, unit: &mut UnitBuilder<'_>) {
        self.put_at(template, frame, page, None, unit);
    }

    /// The same for a page that has a second address.
    fn put_at(
        &self,
        template: &str,
        frame: &Frame,
        mut page: Page,
        second: Option<&str>,
        unit: &mut UnitBuilder<'_>,
    ) {
        let path = page.path.clone();
        page.uses_revision = Arc::clone(&unit.uses_revision);
        let view = Value::from_object(page);
        match self.theme.render_value(template, Some(&frame.locale), view) {
            Ok(html) => unit.put(File::page(&path, html), second.map(File::path_of)),
            Err(diagnostic) => unit.diagnostics.push(diagnostic),
        }
    }

    fn base(&self, frame: &Frame, kind: &'static str, title: String, path: String) -> Page {
        Page {
            site: self.shared.site.clone(),
            locale: frame.locale_view.clone(),
            kind,
            title,
            description: String::new(),
            canonical: format!("{}{path}", self.shared.site.url),
            alternates: Vec::new(),
            x_default: String::new(),
            indexed: true,
            menu: menu(&frame.menu, &path),
            operator: frame.operator.clone(),
            banner: Some(frame.banner.clone()),
            banner_html: Value::from(Arc::clone(&frame.banner_html)),
            essential: self.shared.essential.clone(),
            policy: None,
            policies: Vec::new(),
            changes: None,
            choices_html: Value::from(Arc::clone(&frame.choices_html)),
            admin: None,
            json_ld: String::new(),
            uses_revision: Arc::default(),
            path,
        }
    }

    /// The same page in each locale.
    fn alternates(
        &self,
        current: &Locale,
        path: impl Fn(&Locale) -> String,
        is_translated: impl Fn(&Locale) -> bool,
    ) -> Vec<Alternate> {
        let view = |(locale, view): &(Locale, Ready<LocaleView>)| {
            let path = path(locale);
            Alternate {
                locale: view.clone(),
                url: format!("{}{path}", self.shared.site.url),
                path,
                current: locale == current,
                translated: is_translated(locale),
            }
        };
        self.shared.locales.iter().map(view).collect()
    }

    fn text(&self, frame: &Frame, key: &str) -> String {
        self.theme
            .strings
            .get(&frame.locale)
            .and_then(|strings| strings.get(key))
            .unwrap_or_default()
            .to_owned()
    }

    fn language(&self, frame: &Frame) -> Page {
        let mut page = self.base(
            frame,
            "language",
            self.text(frame, "language.title"),
            "/".to_owned(),
        );
        page.description = self
            .text(frame, "language.description")
            .replace("{operator}", &frame.operator.name);
        page.alternates = self.alternates(&frame.locale, |locale| format!("/{locale}/"), |_| true);
        page.x_default = page.canonical.clone();
        page.menu = Value::from(Vec::<Value>::new());
        page.banner = None;
        page.banner_html = Value::from("");
        page
    }

    /// The operator's page: for nobody else, so nothing announces it, and nothing of a visitor's page runs beside a token.
    fn admin(&self, frame: &Frame) -> Page {
        let path = format!("/{}/admin/", frame.locale);
        let mut page = self.base(frame, "admin", self.text(frame, "admin.title"), path);
        page.indexed = false;
        page.alternates = self.admin_alternates(frame);
        page.menu = Value::from(Vec::<Value>::new());
        page.banner = None;
        page.banner_html = Value::from("");
        page.essential = String::new();
        page.admin = Some(self.shared.admin.clone());
        page
    }

    fn admin_language(&self, frame: &Frame) -> Page {
        let mut page = self.language(frame);
        page.path = "/admin/".to_owned();
        page.canonical = format!("{}/admin/", self.shared.site.url);
        page.essential = String::new();
        page.alternates = self.admin_alternates(frame);
        page.x_default = String::new();
        page.indexed = false;
        page
    }

    fn admin_alternates(&self, frame: &Frame) -> Vec<Alternate> {
        self.alternates(
            &frame.locale,
            |locale| format!("/{locale}/admin/"),
            |_| false,
        )
    }

    fn not_found(&self, frame: &Frame, path: &str) -> Page {
        let mut page = self.base(
            frame,
            "not_found",
            self.text(frame, "not_found.title"),
            path.to_owned(),
        );
        page.indexed = false;
        page.alternates = self.alternates(&frame.locale, |locale| format!("/{locale}/"), |_| false);
        page
    }

    fn index(&self, frame: &Frame) -> Page {
        let mut page = self.base(
            frame,
            "index",
            self.text(frame, "index.title"),
            format!("/{}/", frame.locale),
        );
        page.description = self
            .text(frame, "index.description")
            .replace("{host}", &self.shared.site.host);
        page.alternates = self.alternates(&frame.locale, |locale| format!("/{locale}/"), |_| true);
        page.x_default = format!("{}/", self.shared.site.url);
        page.policies = self
            .site
            .policies
            .iter()
            .filter_map(|policy| self.card(frame, policy))
            .collect();
        page
    }

    fn card(&self, frame: &Frame, policy: &Policy) -> Option<PolicyCard> {
        let edition = site::current(
            policy.editions(&frame.locale, self.order()),
            self.shared.today,
        )?;
        let front = &edition.front;
        Some(PolicyCard {
            title: front.title.clone(),
            description: front.description.clone(),
            path: format!("/{}/{}/", frame.locale, policy.slug),
            effective: frame.dates.view(edition.effective),
            other_language: self.other_language(frame, &edition.locale),
        })
    }

    fn choices(&self, frame: &Frame) -> Page {
        let mut page = self.base(
            frame,
            "choices",
            self.text(frame, "choices.title"),
            frame.links.choices.clone(),
        );
        page.description = self.text(frame, "choices.description");
        page.alternates = self.alternates(
            &frame.locale,
            |locale| format!("/{locale}/choices/"),
            |_| true,
        );
        page
    }

    /// The locale of a text when it isn't the page's.
    fn other_language(&self, frame: &Frame, locale: &Locale) -> Option<Ready<LocaleView>> {
        if *locale == frame.locale {
            return None;
        }
        self.shared
            .locales
            .iter()
            .find(|(known, _)| known == locale)
            .map(|(_, view)| view.clone())
    }
}

/// The menu of a page, which marks the page itself.
fn menu(items: &Ready<Vec<MenuItem>>, path: &str) -> Value {
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

fn edition_link(
    locale: &Locale,
    policy: &Policy,
    edition: &Edition,
    effective: DateView,
) -> EditionLink {
    EditionLink {
        path: format!("/{locale}/{}/{}/", policy.slug, edition.effective),
        effective,
    }
}
