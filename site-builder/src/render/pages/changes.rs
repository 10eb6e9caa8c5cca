//! The page of a policy's editions, each compared with the one before.

use super::Renderer;
use crate::compare::markup::{self, Labels};
use crate::compare::{self, Change, ChangeKind, Provision};
use crate::content::document::Generated;
use crate::model::parsed::ParsedPolicy;
use crate::model::site::{self, Edition, Policy};
use crate::render::context::LocaleContext;
use crate::render::view::{
    ChangesView, ClauseChange, ComparisonView, EditionLink, EditionView, Page,
};

impl Renderer<'_> {
    pub(super) fn changes(
        &self,
        context: &LocaleContext,
        policy: &Policy,
        texts: &ParsedPolicy<'_>,
    ) -> Page {
        let editions = policy.editions_or_fallback(&context.locale, self.order());
        let current = site::current(editions, self.site_context.today);
        // A policy without an edition in this locale has no title; its list of editions is empty.
        let title = current.map_or_else(String::new, |edition| edition.front.title.clone());
        let current_path = format!("/{}/{}/", context.locale, policy.slug);
        let mut page = self.titled_page(context, "changes", format!("{current_path}changes/"));
        page.title = page.title.replace("{policy}", &title);
        page.description = self.text(context, "changes.description");
        page.alternates = self.alternates(
            context,
            |locale| format!("/{locale}/{}/changes/", policy.slug),
            |locale| policy.editions.contains_key(locale),
        );
        let provisions = self.provisions(context, editions, texts);
        let mut views: Vec<EditionView> = Vec::with_capacity(editions.len());
        for (at, edition) in editions.iter().enumerate() {
            let neighbours = at.checked_sub(1).and_then(|before| {
                Some((
                    editions.get(before)?,
                    provisions.get(before)?,
                    provisions.get(at)?,
                ))
            });
            let comparison = neighbours.map(|(older, before, after)| {
                let before_link = self.link(context, policy, older);
                let after_link = self.link(context, policy, edition);
                self.comparison(context, (before_link, before), (&after_link, after))
            });
            let front = &edition.front;
            views.push(EditionView {
                link: self.link(context, policy, edition),
                published: context.dates.view(front.published),
                summary: front.summary.clone(),
                state: policy
                    .state(edition, editions, self.site_context.today)
                    .as_str(),
                material: front.material,
                correction: self.correction(context, policy, edition),
                comparison,
            });
        }
        views.reverse();
        page.changes = Some(ChangesView {
            policy_title: title,
            other_language: current
                .and_then(|edition| self.other_language(context, &edition.locale)),
            current_path,
            editions: views,
        });
        page
    }

    fn comparison(
        &self,
        context: &LocaleContext,
        (before_link, before): (EditionLink, &[Provision]),
        (after_link, after): (&EditionLink, &[Provision]),
    ) -> ComparisonView {
        let clauses = compare::compare(before, after)
            .iter()
            .filter(|change| change.kind != ChangeKind::Unchanged)
            .map(|change| self.change(context, change, &before_link, after_link))
            .collect();
        ComparisonView {
            before: before_link,
            clauses,
        }
    }

    /// The provisions of each edition, with the facts of its own language and time; none for a
    /// single edition, which is compared with nothing.
    fn provisions(
        &self,
        context: &LocaleContext,
        editions: &[Edition],
        texts: &ParsedPolicy<'_>,
    ) -> Vec<Vec<Provision>> {
        let [_, _, ..] = editions else {
            return Vec::new();
        };
        let of_edition = |edition: &Edition| {
            let own = texts.get(&edition.locale).into_iter().flatten();
            let text = own
                .into_iter()
                .find(|text| text.effective == edition.effective)?;
            let facts = self
                .site
                .facts_of(edition, editions, self.site_context.today)?;
            let name = |generated| self.text(context, block_key(generated));
            Some(compare::provisions(&text.document, &facts, name))
        };
        editions
            .iter()
            // An edition whose text failed to load was reported: nothing is written.
            .map(|edition| of_edition(edition).unwrap_or_else(Vec::new))
            .collect()
    }

    fn change(
        &self,
        context: &LocaleContext,
        change: &Change<'_>,
        before: &EditionLink,
        after: &EditionLink,
    ) -> ClauseChange {
        let labels = Labels {
            inserted: &self.text(context, "changes.mark.inserted"),
            deleted: &self.text(context, "changes.mark.deleted"),
        };
        let number =
            |side: Option<&Provision>| side.map_or_else(String::new, |one| one.number.clone());
        let (link, provision) = match (change.after, change.before) {
            (Some(provision), _) => (after, Some(provision)),
            (None, provision) => (before, provision),
        };
        let anchor = provision.map_or("", |provision| provision.anchor.as_str());
        // A moved clause is shown with its text, because readers look for it at its old place; a
        // clause that was only renumbered is where it was.
        let shows_text = change.is_edited()
            || matches!(
                change.kind,
                ChangeKind::Added | ChangeKind::Removed | ChangeKind::Moved
            );
        ClauseChange {
            kind: change.kind.as_str(),
            edited: change.is_edited(),
            before: number(change.before),
            after: number(change.after),
            worded: provision.is_some_and(|provision| provision.is_worded),
            path: if anchor.is_empty() {
                link.path.clone()
            } else {
                format!("{}#{anchor}", link.path)
            },
            html: if shows_text {
                markup::html(&change.runs, labels)
            } else {
                String::new()
            },
        }
    }
}

/// The key of the string that replaces a generated block in a comparison.
fn block_key(generated: Generated) -> &'static str {
    match generated {
        Generated::Operator => "changes.block.operator",
        Generated::Authority => "changes.block.authority",
        Generated::Cookies => "changes.block.cookies",
        Generated::Services => "changes.block.services",
        Generated::Choices => "changes.block.choices",
    }
}
