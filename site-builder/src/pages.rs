//! Every page of a site.
//!
//! In: a [`Site`], its [`Theme`] and the frames of its locales. Out: [`File`]s in memory and whatever is wrong in texts and
//! templates.

mod changes;
mod policy;

use crate::diagnostic::Diagnostic;
use crate::dist::File;
use crate::document::Document;
use crate::frame::{Frame, Shared};
use crate::html;
use crate::revision;
use crate::site::{self, Edition, Policy, Site};
use crate::theme::Theme;
use crate::view::{Alternate, DateView, EditionLink, LocaleView, MenuItem, Page, PolicyCard};
use domain::Locale;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that pages are made from.
pub struct Renderer<'r, 's> {
    /// The site.
    pub site: &'r Site<'s>,
    /// Its theme.
    pub theme: &'r Theme<'s>,
    /// What all pages share.
    pub shared: &'r Shared,
    /// One frame a locale, in the order of the site.
    pub frames: &'r [Frame],
}

/// Pages in memory.
#[derive(Debug, Default)]
pub struct Pages {
    /// The pages.
    pub files: Vec<File>,
    /// SHA-256 of the words of each edition as shown, by the path of its dated page.
    pub texts: BTreeMap<String, String>,
    /// What is wrong in texts and templates.
    pub diagnostics: Vec<Diagnostic>,
}

/// One page to make.
enum Job<'r, 's> {
    Language,
    NotFound(&'r Frame, String),
    Index(&'r Frame),
    Choices(&'r Frame),
    Changes(&'r Frame, &'r Policy<'s>),
    /// The page of a policy, with the edition in force.
    Current(&'r Frame, &'r Policy<'s>, &'r Edition<'s>),
    /// The page of one edition for ever.
    Dated(&'r Frame, &'r Policy<'s>, &'r Edition<'s>),
}

impl<'r, 's> Renderer<'r, 's> {
    /// Renders all pages.
    pub fn render(&self) -> Pages {
        let made: Vec<Pages> = self.jobs().par_iter().map(|job| self.page(job)).collect();
        let mut pages = Pages::default();
        for more in made {
            pages.files.extend(more.files);
            pages.texts.extend(more.texts);
            pages.diagnostics.extend(more.diagnostics);
        }
        pages
    }

    fn jobs(&self) -> Vec<Job<'r, 's>> {
        let mut jobs = vec![Job::Language];
        if let Some(frame) = self.frames.first() {
            jobs.push(Job::NotFound(frame, "/404.html".to_owned()));
        }
        for frame in self.frames {
            jobs.push(Job::Index(frame));
            jobs.push(Job::Choices(frame));
            jobs.push(Job::NotFound(frame, format!("/{}/404.html", frame.locale)));
            for policy in &self.site.policies {
                let editions = policy.editions(&frame.locale, self.order());
                if let Some(edition) = site::current(editions, self.shared.today) {
                    jobs.push(Job::Current(frame, policy, edition));
                }
                jobs.push(Job::Changes(frame, policy));
                let own = policy.texts.get(&frame.locale).into_iter().flatten();
                jobs.extend(own.map(|edition| Job::Dated(frame, policy, edition)));
            }
        }
        jobs
    }

    fn order(&self) -> &'r [Locale] {
        self.site.settings.locales.get_ref()
    }

    fn page(&self, job: &Job<'r, 's>) -> Pages {
        let mut pages = Pages::default();
        let diagnostics = &mut pages.diagnostics;
        let (template, locale, page) = match job {
            Job::Language => match self.frames.first() {
                Some(frame) => ("language.html", &frame.locale, self.language(frame)),
                None => return pages,
            },
            Job::NotFound(frame, path) => {
                ("not_found.html", &frame.locale, self.not_found(frame, path))
            }
            Job::Index(frame) => ("index.html", &frame.locale, self.index(frame)),
            Job::Choices(frame) => ("choices.html", &frame.locale, self.choices(frame)),
            Job::Changes(frame, policy) => {
                ("changes.html", &frame.locale, self.changes(frame, policy))
            }
            Job::Current(frame, policy, edition) => (
                "policy.html",
                &frame.locale,
                self.policy(frame, policy, edition, true, diagnostics),
            ),
            Job::Dated(frame, policy, edition) => (
                "policy.html",
                &frame.locale,
                self.policy(frame, policy, edition, false, diagnostics),
            ),
        };
        let path = page.path.clone();
        if let (Job::Dated(..), Some(policy)) = (job, &page.policy) {
            let text = html::text_content(&policy.body);
            pages
                .texts
                .insert(path.clone(), revision::hex(text.as_bytes()));
        }
        match self.theme.render(template, Some(locale), &page) {
            Ok(html) => pages.files.push(File::page(&path, html)),
            Err(diagnostic) => pages.diagnostics.push(diagnostic),
        }
        pages
    }

    fn base(&self, frame: &Frame, kind: &'static str, title: String, path: String) -> Page {
        Page {
            site: Arc::clone(&self.shared.site),
            locale: frame.locale_view.clone(),
            kind,
            title,
            description: String::new(),
            canonical: format!("{}{path}", self.shared.site.url),
            alternates: Vec::new(),
            x_default: String::new(),
            indexed: true,
            menu: frame
                .menu
                .iter()
                .map(|item| MenuItem {
                    current: item.path == path,
                    ..item.clone()
                })
                .collect(),
            operator: Arc::clone(&frame.operator),
            banner: Some(Arc::clone(&frame.banner)),
            banner_html: Arc::clone(&frame.banner_html),
            policy: None,
            policies: Vec::new(),
            changes: None,
            choices_html: Arc::clone(&frame.choices_html),
            json_ld: String::new(),
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
        let view = |(locale, view): &(Locale, LocaleView)| {
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
        page.menu = Vec::new();
        page.banner = None;
        page.banner_html = Arc::from("");
        page
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

    fn card(&self, frame: &Frame, policy: &Policy<'s>) -> Option<PolicyCard> {
        let edition = site::current(
            policy.editions(&frame.locale, self.order()),
            self.shared.today,
        )?;
        let front = &edition.document.front;
        Some(PolicyCard {
            title: front.title.clone(),
            description: front.description.clone(),
            path: format!("/{}/{}/", frame.locale, policy.slug),
            effective: frame.dates.view(edition.effective),
            other_language: self.other_language(frame, &edition.document),
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

    fn other_language(&self, frame: &Frame, document: &Document<'_>) -> Option<LocaleView> {
        if document.locale == frame.locale {
            return None;
        }
        self.shared
            .locales
            .iter()
            .find(|(locale, _)| *locale == document.locale)
            .map(|(_, view)| view.clone())
    }
}

fn edition_link(
    locale: &Locale,
    policy: &Policy<'_>,
    edition: &Edition<'_>,
    effective: DateView,
) -> EditionLink {
    EditionLink {
        path: format!("/{locale}/{}/{}/", policy.slug, edition.effective),
        effective,
    }
}
