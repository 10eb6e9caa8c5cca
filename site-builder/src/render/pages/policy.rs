//! The pages of a policy: of its current edition, of each edition for ever, and of their comparisons. Its texts are read, parsed and rendered once
//! for all of them.

use super::{Renderer, UnitBuilder, edition_link};
use crate::check::references::{self, Scope};
use crate::content::document::{Document, Generated};
use crate::model::parsed;
use crate::model::site::{self, Edition, EditionState, Policy};
use crate::render::context::{self, Frame};
use crate::render::html::{self, Context, Rendered};
use crate::render::json_ld;
use crate::render::view::{Alternate, EditionLink, Page, PolicyView};
use domain::{Digest, Locale};
use minijinja::Value;
use minijinja::value::Serde;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Which page of an edition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Address {
    /// The page of the policy, while the edition is in force.
    Current,
    /// The page of an edition that isn't in force, or not any more.
    Dated,
}

/// An edition as HTML, for all pages that show it.
struct Shown {
    toc: Value,
    body: Value,
    /// SHA-256 of its words.
    sha256: String,
}

impl Renderer<'_> {
    /// All pages of a policy.
    pub(super) fn policy_pages(&self, policy: &Policy, unit: &mut UnitBuilder<'_>) {
        let (sources, parsed);
        let texts = match self.retained.get(&policy.slug) {
            Some(texts) => texts,
            None => {
                sources = self.load(policy, unit);
                let texts = sources
                    .iter()
                    .map(|(edition, text): &(&Edition, Cow<'_, str>)| {
                        (&edition.locale, edition.effective, edition.file, &**text)
                    });
                // Diagnostics of texts were reported when the site was loaded.
                (parsed, _) = parsed::parse(texts);
                &parsed
            }
        };
        let mut shown = BTreeMap::new();
        for (locale, texts) in texts {
            let editions = policy.editions.get(locale).map_or(&[][..], Vec::as_slice);
            for (edition, text) in editions.iter().zip(texts) {
                let rendered = self.render_text(edition, &text.document, editions, policy, unit);
                // What all pages of the locale share has failed, and that was reported.
                let Some(rendered) = rendered else {
                    continue;
                };
                let words = html::text_content(&rendered.body);
                let ready = Shown {
                    toc: Value::from(Serde(&rendered.toc)),
                    body: Value::from(rendered.body),
                    sha256: Digest::of(&[words.as_bytes()]).to_string(),
                };
                shown.insert((locale, edition.effective), ready);
            }
        }
        for frame in self.frames {
            let editions = policy.editions_or_fallback(&frame.locale, self.order());
            let current = site::current(editions, self.shared.today);
            // While an edition is in force, its dated address shows the very page of the policy.
            let in_force = current.filter(|edition| {
                edition.locale == frame.locale
                    && site::state(edition, editions, self.shared.today) == EditionState::Current
            });
            if let Some(edition) = current
                && let Some(text) = shown.get(&(&edition.locale, edition.effective))
            {
                let page = self.policy(frame, policy, edition, text, Address::Current);
                let dated = in_force.map(|edition| dated_path(frame, policy, edition));
                self.put_at("policy.html", frame, page, dated.as_deref(), unit);
            }
            let page = self.changes(frame, policy, texts);
            self.put("changes.html", frame, page, unit);
            for edition in policy.editions.get(&frame.locale).into_iter().flatten() {
                let Some(text) = shown.get(&(&frame.locale, edition.effective)) else {
                    continue;
                };
                let hashes = &mut unit.entry.texts;
                hashes.insert(dated_path(frame, policy, edition), text.sha256.clone());
                if in_force.is_none_or(|current| current.effective != edition.effective) {
                    let page = self.policy(frame, policy, edition, text, Address::Dated);
                    self.put("policy.html", frame, page, unit);
                }
            }
        }
    }

    /// The texts of a policy with their editions, by locale, oldest first.
    fn load<'p>(
        &self,
        policy: &'p Policy,
        unit: &mut UnitBuilder<'_>,
    ) -> Vec<(&'p Edition, Cow<'_, str>)> {
        let mut texts = Vec::new();
        for edition in policy.editions.values().flatten() {
            match self.sources.load(edition.file) {
                Ok(text) => texts.push((edition, text)),
                Err(diagnostic) => unit.diagnostics.push(diagnostic),
            }
        }
        texts
    }

    fn policy(
        &self,
        frame: &Frame,
        policy: &Policy,
        edition: &Edition,
        text: &Shown,
        address: Address,
    ) -> Page {
        let is_current_page = address == Address::Current;
        let editions = policy
            .editions
            .get(&edition.locale)
            .map_or(&[][..], Vec::as_slice);
        let state = site::state(edition, editions, self.shared.today);
        let locale = &frame.locale;
        let current_path = format!("/{locale}/{}/", policy.slug);
        let path = if is_current_page {
            current_path.clone()
        } else {
            dated_path(frame, policy, edition)
        };
        let front = &edition.front;
        let mut page = self.base(frame, "policy", front.title.clone(), path);
        page.description = front.description.clone();
        page.alternates = self.policy_alternates(frame, policy, edition, is_current_page);
        page.x_default = if is_current_page {
            format!("{}/{}", self.shared.site.url, policy.slug)
        } else {
            String::new()
        };
        if edition.locale != *locale {
            page.canonical = format!(
                "{}/{}/{}/",
                self.shared.site.url, edition.locale, policy.slug
            );
        }
        let first = editions.first().filter(|_| is_current_page);
        page.json_ld = json_ld::policy(&json_ld::Facts {
            page: &page,
            locale: &edition.locale,
            version: edition.effective,
            first_published: first.map_or(front.published, |first| first.front.published),
            published: front.published,
            facts: self.site.facts.get(locale),
        });
        page.policy = Some(PolicyView {
            slug: policy.slug.clone(),
            title: front.title.clone(),
            other_language: self.other_language(frame, &edition.locale),
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
            toc: text.toc.clone(),
            body: text.body.clone(),
        });
        page
    }

    fn policy_alternates(
        &self,
        frame: &Frame,
        policy: &Policy,
        edition: &Edition,
        is_current_page: bool,
    ) -> Vec<Alternate> {
        let has_edition = |locale: &Locale| {
            let editions = policy.editions.get(locale);
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
        policy: &Policy,
        editions: &[Edition],
        shown: &Edition,
    ) -> Option<EditionLink> {
        let next = editions.iter().find(|edition| {
            edition.effective > self.shared.today && edition.effective != shown.effective
        })?;
        Some(edition_link(
            &next.locale,
            policy,
            next,
            frame.dates.view(next.effective),
        ))
    }

    /// Checks what a text refers to, then renders it.
    fn render_text(
        &self,
        edition: &Edition,
        document: &Document<'_>,
        editions: &[Edition],
        policy: &Policy,
        unit: &mut UnitBuilder<'_>,
    ) -> Option<Rendered> {
        let today = self.shared.today;
        let mut frames = self.frames.iter();
        let frame = frames.find(|frame| frame.locale == edition.locale)?;
        let facts = self.site.facts_of(edition, editions, today)?;
        let mut blocks = Cow::Borrowed(&frame.blocks);
        if let Cow::Owned(facts) = &facts {
            match context::operator_block(self.theme, self.shared, frame, facts) {
                Ok(html) => {
                    let name = Generated::Operator.variable();
                    blocks.to_mut().insert(name, html);
                }
                Err(diagnostic) => unit.diagnostics.push(diagnostic),
            }
        }
        let is_strict = site::state(edition, editions, today) != EditionState::Past;
        let scope = Scope::new(document, &facts, &frame.links, &policy.slug, is_strict);
        unit.diagnostics.extend(references::check(document, &scope));
        let context = Context {
            scope: &scope,
            blocks: &blocks,
            host: &self.shared.site.host,
        };
        Some(html::render(document, &context))
    }
}

/// `/kk/privacy/2026-11-20/`
fn dated_path(frame: &Frame, policy: &Policy, edition: &Edition) -> String {
    format!("/{}/{}/{}/", frame.locale, policy.slug, edition.effective)
}
