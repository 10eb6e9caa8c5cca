//! Every page of a site, and the lists of its pages.
//!
//! In: a [`Site`], its [`Theme`] and the frames of its locales. Out: [`File`]s, each handed over as soon as it is made so that memory
//! holds few, and whatever is wrong in texts and templates.

mod changes;
mod job;
mod policy;

use crate::diagnostic::Diagnostic;
use crate::dist::{File, Output};
use crate::frame::{Frame, Shared};
use crate::memory::{self, Key, Memory, Unit};
use crate::site::{self, Edition, Kept, Policy, Site};
use crate::source::Sources;
use crate::theme::Theme;
use crate::view::{
    Alternate, DateView, EditionLink, LocaleView, MenuItem, Page, PolicyCard, Ready,
};
use crate::{extras, feed};
use domain::Locale;
use job::{Job, Making, Put};
use minijinja::Value;
use minijinja::value::Serde;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The template of the operator's page. A theme may do without.
const ADMIN: &str = "admin.html";

/// Everything that pages are made from.
pub struct Renderer<'r> {
    /// The site.
    pub site: &'r Site,
    /// Its texts; those that weren't kept are read again one policy after the other.
    pub sources: &'r Sources,
    /// Its theme.
    pub theme: &'r Theme<'r>,
    /// What all pages share.
    pub shared: &'r Shared,
    /// One frame a locale, in the order of the site.
    pub frames: &'r [Frame],
    /// Where pages go as soon as they are made.
    pub output: &'r dyn Output,
    /// What the build before knew.
    pub memory: &'r Memory,
    /// Texts that needn't be read again.
    pub kept: &'r Kept<'r>,
    /// Changes with anything that any page is made from, but texts of policies and the revision.
    pub key: Key,
}

/// What is left of pages that have gone.
#[derive(Debug, Default)]
pub struct Made {
    /// SHA-256 of the words of each edition as shown, by the path of its dated page.
    pub texts: BTreeMap<String, String>,
    /// What is wrong in texts and templates.
    pub diagnostics: Vec<Diagnostic>,
    /// For the next build.
    pub units: BTreeMap<String, Arc<Unit>>,
}

impl<'r> Renderer<'r> {
    /// Renders all pages.
    pub fn render(&self) -> Made {
        let jobs = Job::all(self);
        let done: Vec<_> = jobs.par_iter().map(|job| self.unit(job)).collect();
        let mut made = Made::default();
        for (job, (unit, diagnostics)) in jobs.iter().zip(done) {
            made.texts.extend(unit.texts.clone());
            if diagnostics.is_empty() && unit.key.is_some() {
                made.units.insert(job.name(), unit);
            }
            made.diagnostics.extend(diagnostics);
        }
        made
    }

    /// Makes a unit, unless it is there and was made from the same.
    fn unit(&self, job: &Job<'r>) -> (Arc<Unit>, Vec<Diagnostic>) {
        if let Some(before) = self.memory.unit(&job.name())
            && before.key == self.key_of(job, before.sees_revision)
            && before.key.is_some()
            && self.output.keep(&before.files)
        {
            return (Arc::clone(before), Vec::new());
        }
        let mut making = Making::default();
        self.make(job, &mut making);
        let Making {
            mut unit,
            diagnostics,
            sees_revision,
        } = making;
        unit.sees_revision = sees_revision.load(Ordering::Relaxed);
        unit.key = self.key_of(job, unit.sees_revision);
        (Arc::new(unit), diagnostics)
    }

    /// What a unit is made from; no key for what can't be told.
    fn key_of(&self, job: &Job<'r>, sees_revision: bool) -> Key {
        let texts = match job {
            Job::Policy(policy) if !policy.key.is_some() => return Key::default(),
            Job::Policy(policy) => policy.key,
            // What the operator's page is told stands in no key.
            Job::Admin(_) | Job::AdminLanguage(_) => return Key::default(),
            Job::Language(_) | Job::NotFound(..) | Job::Index(_) | Job::Choices(_) => self.key,
            // All that they say of a policy is its outline.
            Job::Feed(_) | Job::Sitemap => self.key,
        };
        let revision = if sees_revision {
            self.shared.revision.as_str()
        } else {
            ""
        };
        memory::key(&[&self.key.to_string(), &texts.to_string(), revision])
    }

    fn order(&self) -> &'r [Locale] {
        self.site.settings.locales.get_ref()
    }

    fn make(&self, job: &Job<'r>, made: &mut Making) {
        match job {
            Job::Language(frame) => {
                self.put("language.html", frame, self.language(frame), made);
            }
            Job::AdminLanguage(frame) => {
                self.put("language.html", frame, self.admin_language(frame), made);
            }
            Job::Admin(frame) => self.put(ADMIN, frame, self.admin(frame), made),
            Job::NotFound(frame, path) => {
                self.put("not_found.html", frame, self.not_found(frame, path), made);
            }
            Job::Index(frame) => self.put("index.html", frame, self.index(frame), made),
            Job::Choices(frame) => self.put("choices.html", frame, self.choices(frame), made),
            Job::Feed(frame) => {
                let file = feed::file(self.site, self.theme, self.shared, frame);
                made.take(file.and_then(|file| self.put_file(file)));
            }
            Job::Sitemap => {
                let file = extras::sitemap_file(self.site, self.theme, self.shared);
                made.take(file.and_then(|file| self.put_file(file)));
            }
            Job::Policy(policy) => self.policy_pages(policy, made),
        }
    }

    /// Renders a page and lets it go.
    fn put(&self, template: &str, frame: &Frame, page: Page, made: &mut Making) {
        self.put_at(template, frame, page, None, made);
    }

    /// The same for a page that has a second address.
    fn put_at(
        &self,
        template: &str,
        frame: &Frame,
        mut page: Page,
        second: Option<&str>,
        made: &mut Making,
    ) {
        let path = page.path.clone();
        page.sees_revision = Arc::clone(&made.sees_revision);
        let view = Value::from_object(page);
        let put = self
            .theme
            .render_value(template, Some(&frame.locale), view)
            .and_then(|html| {
                let file = File::page(&path, html);
                let Some(second) = second.map(File::path_of) else {
                    return self.put_file(file);
                };
                let first = file.path.clone();
                let [one, other] = self.output.put_at_both(file, second.clone())?;
                Ok(vec![(first, one), (second, other)])
            });
        made.take(put);
    }

    fn put_file(&self, file: File) -> Result<Vec<Put>, Diagnostic> {
        let name = file.path.clone();
        Ok(vec![(name, self.output.put(file)?)])
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
            sees_revision: Arc::default(),
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
