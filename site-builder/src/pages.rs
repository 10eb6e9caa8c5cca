//! Every page of a site.
//!
//! In: a [`Site`], its [`Theme`] and the frames of its locales. Out: [`File`]s in memory and whatever is wrong in texts and
//! templates.

mod changes;

use crate::diagnostic::Diagnostic;
use crate::dist::File;
use crate::document::{Document, Generated};
use crate::frame::{self, Frame, Shared};
use crate::html::{self, Context, Rendered};
use crate::json_ld;
use crate::revision;
use crate::site::{self, Edition, Policy, Site, State};
use crate::theme::Theme;
use crate::view::{
    Alternate, DateView, EditionLink, LocaleView, MenuItem, Page, PolicyCard, PolicyView,
};
use domain::Locale;
use rayon::prelude::*;
use std::borrow::Cow;
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

    fn policy(
        &self,
        frame: &Frame,
        policy: &Policy<'s>,
        edition: &Edition<'s>,
        is_current_page: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Page {
        let document = &edition.document;
        let editions = policy
            .texts
            .get(&document.locale)
            .map_or(&[][..], Vec::as_slice);
        let state = site::state(edition, editions, self.shared.today);
        let rendered = self.render_text(edition, editions, policy);
        // The page of the current edition and its dated page hold the same text: its mistakes are told once.
        if is_current_page && document.locale == frame.locale
            || !is_current_page && state != State::Current
        {
            diagnostics.extend(rendered.diagnostics);
        }
        let locale = &frame.locale;
        let current_path = format!("/{locale}/{}/", policy.slug);
        let dated_path = format!("/{locale}/{}/{}/", policy.slug, edition.effective);
        let path = if is_current_page {
            current_path.clone()
        } else {
            dated_path
        };
        let front = &document.front;
        let mut page = self.base(frame, "policy", front.title.clone(), path);
        page.description = front.description.clone();
        page.alternates = self.policy_alternates(frame, policy, edition, is_current_page);
        page.x_default = if is_current_page {
            format!("{}/{}", self.shared.site.url, policy.slug)
        } else {
            String::new()
        };
        if document.locale != *locale {
            page.canonical = format!(
                "{}/{}/{}/",
                self.shared.site.url, document.locale, policy.slug
            );
        } else if state == State::Current {
            page.canonical = format!("{}{current_path}", self.shared.site.url);
        }
        let first = editions.first().filter(|_| is_current_page);
        page.json_ld = json_ld::policy(&json_ld::Facts {
            page: &page,
            locale: &document.locale,
            version: edition.effective,
            first_published: first.map_or(front.published, |first| first.document.front.published),
            published: front.published,
            facts: self.site.facts.get(locale),
        });
        page.policy = Some(PolicyView {
            slug: policy.slug.clone(),
            title: front.title.clone(),
            other_language: self.other_language(frame, document),
            published: frame.dates.view(front.published),
            effective: frame.dates.view(edition.effective),
            state: state.as_str(),
            upcoming: if is_current_page {
                self.upcoming(frame, policy, editions, edition)
            } else {
                None
            },
            changes_path: format!("{current_path}changes/"),
            current_path,
            toc: rendered.toc,
            body: rendered.body,
        });
        page
    }

    fn policy_alternates(
        &self,
        frame: &Frame,
        policy: &Policy<'s>,
        edition: &Edition<'s>,
        is_current_page: bool,
    ) -> Vec<Alternate> {
        let has_edition = |locale: &Locale| {
            let editions = policy.texts.get(locale);
            editions.is_some_and(|editions| {
                is_current_page
                    || editions
                        .iter()
                        .any(|other| other.effective == edition.effective)
            })
        };
        let path = |locale: &Locale| {
            if is_current_page || !has_edition(locale) {
                format!("/{locale}/{}/", policy.slug)
            } else {
                format!("/{locale}/{}/{}/", policy.slug, edition.effective)
            }
        };
        self.alternates(&frame.locale, path, has_edition)
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

    fn upcoming(
        &self,
        frame: &Frame,
        policy: &Policy<'s>,
        editions: &[Edition<'s>],
        shown: &Edition<'s>,
    ) -> Option<EditionLink> {
        let next = editions.iter().find(|edition| {
            edition.effective > self.shared.today && edition.effective != shown.effective
        })?;
        Some(edition_link(
            &next.document.locale,
            policy,
            next,
            frame.dates.view(next.effective),
        ))
    }

    fn render_text(
        &self,
        edition: &Edition<'s>,
        editions: &[Edition<'s>],
        policy: &Policy<'s>,
    ) -> Rendered {
        let document = &edition.document;
        let today = self.shared.today;
        let own = self
            .frames
            .iter()
            .find(|frame| frame.locale == document.locale);
        let (Some(frame), Some(facts)) = (own, self.site.facts_of(edition, editions, today)) else {
            return Rendered {
                body: String::new(),
                toc: Vec::new(),
                diagnostics: Vec::new(),
            };
        };
        let mut blocks = Cow::Borrowed(&frame.blocks);
        let mut diagnostics = Vec::new();
        if let Cow::Owned(facts) = &facts {
            match frame::operator_block(self.theme, self.shared, frame, facts) {
                Ok(html) => {
                    let name = Generated::Operator.variable();
                    blocks.to_mut().insert(name, html);
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        let context = Context {
            facts: &facts,
            blocks: &blocks,
            links: &frame.links,
            policy: &policy.slug,
            host: &self.shared.site.host,
            is_strict: site::state(edition, editions, today) != State::Past,
        };
        let mut rendered = html::render(document, &context);
        rendered.diagnostics.extend(diagnostics);
        rendered
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
