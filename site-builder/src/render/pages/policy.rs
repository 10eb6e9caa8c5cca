//! The pages of a policy: its current edition, each edition at its dated address, and the
//! comparisons. Its texts are read, parsed and rendered once for all of them.

use super::{Renderer, UnitBuilder};
use crate::check::references::{self, Scope};
use crate::content::document::Document;
use crate::model::parsed::{self, ParsedPolicy};
use crate::model::site::{self, Edition, EditionState, Policy};
use crate::render::context::{self, LocaleContext};
use crate::render::html::{self, Rendered, TextContext};
use crate::render::json_ld;
use crate::render::view::{Alternate, EditionLink, Page, PolicyView, RetiredView, SuccessorView};
use crate::report::diagnostic::or_report;
use chrono::NaiveDate;
use domain::{Digest, Locale};
use minijinja::Value;
use minijinja::value::Serde;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The address at which an edition is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Address {
    /// `/kk/privacy/`: the edition in force.
    Current,
    /// `/kk/privacy/2026-11-20/`: an edition that isn't in force yet, or any more.
    Dated,
}

/// An edition as template values, for all pages that show it.
struct RenderedEdition {
    toc: Value,
    body: Value,
    /// Hexadecimal SHA-256 of its text content.
    sha256: String,
}

/// Rendered editions by locale and the day they come into force.
type RenderedEditions<'t> = BTreeMap<(&'t Locale, NaiveDate), RenderedEdition>;

impl Renderer<'_> {
    /// All pages of a policy.
    pub(super) fn policy_pages(&self, policy: &Policy, builder: &mut UnitBuilder<'_>) {
        let (sources, parsed);
        let texts = match self.retained.get(&policy.slug) {
            Some(texts) => texts,
            None => {
                sources = self.load(policy, builder);
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
        let rendered = self.render_editions(policy, texts, builder);
        for context in self.document_contexts() {
            self.locale_pages(context, policy, &rendered, builder);
            let page = self.changes(context, policy, texts);
            self.render_page("changes.html", context, page, None, builder);
        }
    }

    /// Renders every edition of a policy, for all pages that show it.
    fn render_editions<'t>(
        &self,
        policy: &Policy,
        texts: &'t ParsedPolicy<'_>,
        builder: &mut UnitBuilder<'_>,
    ) -> RenderedEditions<'t> {
        let mut rendered_editions = RenderedEditions::new();
        for (locale, texts) in texts {
            let editions = policy.editions.get(locale).map_or(&[][..], Vec::as_slice);
            for (edition, text) in editions.iter().zip(texts) {
                let rendered = self.render_text(edition, &text.document, editions, policy, builder);
                // The locale has no context: its partial templates failed, which was reported.
                let Some(rendered) = rendered else {
                    continue;
                };
                let words = html::text_content(&rendered.body);
                let rendered = RenderedEdition {
                    toc: Value::from(Serde(&rendered.toc)),
                    body: Value::from(rendered.body),
                    sha256: Digest::of(&[words.as_bytes()]).to_string(),
                };
                rendered_editions.insert((locale, edition.effective), rendered);
            }
        }
        rendered_editions
    }

    /// The pages of a policy's current edition and of its dated editions in a locale.
    fn locale_pages(
        &self,
        context: &LocaleContext,
        policy: &Policy,
        rendered: &RenderedEditions<'_>,
        builder: &mut UnitBuilder<'_>,
    ) {
        let today = self.site_context.today;
        let editions = policy.editions_or_fallback(&context.locale, self.order());
        let current = site::current(editions, today);
        // While an edition is in force, its dated address serves the same file as the policy's.
        let in_force = current.filter(|edition| {
            edition.locale == context.locale
                && site::state(edition, editions, today) == EditionState::Current
        });
        if let Some(edition) = current
            && let Some(text) = rendered.get(&(&edition.locale, edition.effective))
        {
            let page = self.policy(context, policy, edition, text, Address::Current);
            let dated = in_force.map(|edition| dated_path(context, policy, edition));
            self.render_page("policy.html", context, page, dated.as_deref(), builder);
        }
        for edition in policy.editions.get(&context.locale).into_iter().flatten() {
            let Some(text) = rendered.get(&(&context.locale, edition.effective)) else {
                continue;
            };
            let path = dated_path(context, policy, edition);
            builder.entry.texts.insert(path, text.sha256.clone());
            if in_force.is_none_or(|current| current.effective != edition.effective) {
                let page = self.policy(context, policy, edition, text, Address::Dated);
                self.render_page("policy.html", context, page, None, builder);
            }
        }
    }

    /// The texts of a policy with their editions, by locale, oldest first.
    fn load<'p>(
        &self,
        policy: &'p Policy,
        builder: &mut UnitBuilder<'_>,
    ) -> Vec<(&'p Edition, Cow<'_, str>)> {
        let mut texts = Vec::new();
        for edition in policy.editions.values().flatten() {
            let text = or_report(self.sources.load(edition.file), &mut builder.diagnostics);
            texts.extend(text.map(|text| (edition, text)));
        }
        texts
    }

    fn policy(
        &self,
        context: &LocaleContext,
        policy: &Policy,
        edition: &Edition,
        rendered: &RenderedEdition,
        address: Address,
    ) -> Page {
        let is_current_page = address == Address::Current;
        let editions = policy
            .editions
            .get(&edition.locale)
            .map_or(&[][..], Vec::as_slice);
        let state = policy.state(edition, editions, self.site_context.today);
        let locale = &context.locale;
        let current_path = format!("/{locale}/{}/", policy.slug);
        let path = if is_current_page {
            current_path.clone()
        } else {
            dated_path(context, policy, edition)
        };
        let front = &edition.front;
        let mut page = self.base_page(context, "policy", front.title.clone(), path);
        page.description = front.description.clone();
        page.alternates = self.policy_alternates(context, policy, edition, is_current_page);
        if is_current_page {
            page.x_default = format!("{}/{}", self.site_context.site.url, policy.slug);
        }
        if edition.locale != *locale {
            page.canonical = format!(
                "{}/{}/{}/",
                self.site_context.site.url, edition.locale, policy.slug
            );
        }
        let first = editions.first().filter(|_| is_current_page);
        let first_published = first.map_or(front.published, |first| first.front.published);
        let facts = self.site.facts.get(locale);
        page.json_ld = json_ld::policy(&page, edition, first_published, facts);
        page.policy = Some(PolicyView {
            slug: policy.slug.clone(),
            title: front.title.clone(),
            other_language: self.other_language(context, &edition.locale),
            published: context.dates.view(front.published),
            effective: context.dates.view(edition.effective),
            state: state.as_str(),
            upcoming: is_current_page
                .then(|| self.upcoming(context, policy, editions, edition))
                .flatten(),
            correction: self.correction(context, policy, edition),
            retired: self.retired(context, policy),
            changes_path: format!("{current_path}changes/"),
            current_path,
            toc: rendered.toc.clone(),
            body: rendered.body.clone(),
        });
        page
    }

    /// The end of a policy, if it has come.
    fn retired(&self, context: &LocaleContext, policy: &Policy) -> Option<RetiredView> {
        let today = self.site_context.today;
        let end = policy.retired(today)?;
        let named = |name: &String| {
            let mut policies = self.site.policies.iter();
            policies.find(|policy| policy.slug == *name)
        };
        let view = |policy: &Policy| {
            let editions = policy.editions_or_fallback(&context.locale, self.order());
            let edition = site::current(editions, today)?;
            Some(SuccessorView {
                title: edition.front.title.clone(),
                path: format!("/{}/{}/", context.locale, policy.slug),
                other_language: self.other_language(context, &edition.locale),
            })
        };
        Some(RetiredView {
            date: context.dates.view(end.day),
            successor: end.successor.as_ref().and_then(named).and_then(view),
        })
    }

    fn policy_alternates(
        &self,
        context: &LocaleContext,
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
        self.alternates(context, path, has_edition)
    }

    fn upcoming(
        &self,
        context: &LocaleContext,
        policy: &Policy,
        editions: &[Edition],
        current: &Edition,
    ) -> Option<EditionLink> {
        let next = editions.iter().find(|edition| {
            edition.effective > self.site_context.today && edition.effective != current.effective
        })?;
        Some(self.link(context, policy, next))
    }

    /// Checks what a text refers to, then renders it.
    fn render_text(
        &self,
        edition: &Edition,
        document: &Document<'_>,
        editions: &[Edition],
        policy: &Policy,
        builder: &mut UnitBuilder<'_>,
    ) -> Option<Rendered> {
        let today = self.site_context.today;
        let mut locale_contexts = self.locale_contexts.iter();
        let context = locale_contexts.find(|context| context.locale == edition.locale)?;
        let facts = self.site.facts_of(edition, editions, today)?;
        let mut blocks = Cow::Borrowed(&context.blocks);
        if let Cow::Owned(facts) = &facts {
            let past = context::past_blocks(self.theme, self.site_context, context, facts);
            let past = or_report(past, &mut builder.diagnostics);
            blocks.to_mut().extend(past.into_iter().flatten());
        }
        let is_strict = policy.state(edition, editions, today) != EditionState::Past;
        let scope = Scope::new(&facts, &context.links, &policy.slug, is_strict);
        builder
            .diagnostics
            .extend(references::check(document, &scope));
        let text_context = TextContext {
            scope: &scope,
            blocks: &blocks,
            host: self.site.settings.host.get_ref().ascii(),
        };
        Some(html::render(document, &text_context))
    }
}

/// `/kk/privacy/2026-11-20/`
fn dated_path(context: &LocaleContext, policy: &Policy, edition: &Edition) -> String {
    format!("/{}/{}/{}/", context.locale, policy.slug, edition.effective)
}
