//! The page of a policy: of its current edition, or of one edition for ever.

use super::{Renderer, edition_link};
use crate::diagnostic::Diagnostic;
use crate::document::Generated;
use crate::frame::{self, Frame};
use crate::html::{self, Context, Rendered};
use crate::json_ld;
use crate::site::{self, Edition, Policy, State};
use crate::view::{Alternate, EditionLink, Page, PolicyView};
use domain::Locale;
use std::borrow::Cow;

impl<'s> Renderer<'_, 's> {
    pub(super) fn policy(
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
