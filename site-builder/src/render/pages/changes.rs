//! The page of a policy's editions, each compared with the one before.

use super::{Renderer, edition_link};
use crate::compare::markup::{self, Labels};
use crate::compare::{self, Change, Kind, Provision};
use crate::content::document::Generated;
use crate::model::parsed::ParsedPolicy;
use crate::model::site::{self, Edition, Policy};
use crate::render::context::Frame;
use crate::render::view::{
    ChangesView, ClauseChange, ComparisonView, EditionLink, EditionView, Page,
};

impl Renderer<'_> {
    pub(super) fn changes(&self, frame: &Frame, policy: &Policy, texts: &ParsedPolicy<'_>) -> Page {
        let editions = policy.editions_or_fallback(&frame.locale, self.order());
        let current = site::current(editions, self.shared.today);
        let title = current
            .map(|edition| edition.front.title.clone())
            .unwrap_or_default();
        let current_path = format!("/{}/{}/", frame.locale, policy.slug);
        let heading = self
            .text(frame, "changes.title")
            .replace("{policy}", &title);
        let mut page = self.base(frame, "changes", heading, format!("{current_path}changes/"));
        page.description = self.text(frame, "changes.description");
        page.alternates = self.alternates(
            &frame.locale,
            |locale| format!("/{locale}/{}/changes/", policy.slug),
            |locale| policy.editions.contains_key(locale),
        );
        let said = self.said(frame, editions, texts);
        let mut views: Vec<EditionView> = Vec::with_capacity(editions.len());
        for (at, edition) in editions.iter().enumerate() {
            let neighbours = at
                .checked_sub(1)
                .and_then(|before| Some((editions.get(before)?, said.get(before)?, said.get(at)?)));
            let comparison = neighbours.map(|(older, before, after)| {
                let before_link = self.link(frame, policy, older);
                let after_link = self.link(frame, policy, edition);
                let clauses = compare::compare(before, after)
                    .iter()
                    .filter(|change| change.kind != Kind::Kept)
                    .map(|change| self.change(frame, change, &before_link, &after_link))
                    .collect();
                ComparisonView {
                    before: before_link,
                    clauses,
                }
            });
            let front = &edition.front;
            views.push(EditionView {
                link: self.link(frame, policy, edition),
                published: frame.dates.view(front.published),
                summary: front.summary.clone(),
                state: site::state(edition, editions, self.shared.today).as_str(),
                material: front.material,
                comparison,
            });
        }
        views.reverse();
        page.changes = Some(ChangesView {
            policy_title: title,
            other_language: current.and_then(|edition| self.other_language(frame, &edition.locale)),
            current_path,
            editions: views,
        });
        page
    }

    fn link(&self, frame: &Frame, policy: &Policy, edition: &Edition) -> EditionLink {
        let effective = frame.dates.view(edition.effective);
        edition_link(&edition.locale, policy, edition, effective)
    }

    /// What each edition says, with the facts of its own language and time; nothing where there is nothing to compare.
    fn said(
        &self,
        frame: &Frame,
        editions: &[Edition],
        texts: &ParsedPolicy<'_>,
    ) -> Vec<Vec<Provision>> {
        let [_, _, ..] = editions else {
            return Vec::new();
        };
        let provisions = |edition: &Edition| {
            let own = texts.get(&edition.locale).into_iter().flatten();
            let text = own
                .into_iter()
                .find(|text| text.effective == edition.effective)?;
            let facts = self.site.facts_of(edition, editions, self.shared.today)?;
            let name = |generated| self.text(frame, name_of(generated));
            Some(compare::provisions(&text.document, &facts, name))
        };
        editions
            .iter()
            .map(|edition| provisions(edition).unwrap_or_default())
            .collect()
    }

    fn change(
        &self,
        frame: &Frame,
        change: &Change<'_>,
        before: &EditionLink,
        after: &EditionLink,
    ) -> ClauseChange {
        let labels = Labels {
            inserted: &self.text(frame, "changes.mark.inserted"),
            deleted: &self.text(frame, "changes.mark.deleted"),
        };
        let number = |side: Option<&Provision>| side.map(|found| found.number.clone());
        let (link, there) = match (change.after, change.before) {
            (Some(there), _) => (after, Some(there)),
            (None, there) => (before, there),
        };
        let anchor = there.map_or("", |found| found.anchor.as_str());
        // Where it stood before, nobody finds it any more; a clause that only counts on stands where it stood.
        let has_words =
            change.is_edited() || matches!(change.kind, Kind::Added | Kind::Removed | Kind::Moved);
        ClauseChange {
            kind: change.kind.as_str(),
            edited: change.is_edited(),
            before: number(change.before).unwrap_or_default(),
            after: number(change.after).unwrap_or_default(),
            path: if anchor.is_empty() {
                link.path.clone()
            } else {
                format!("{}#{anchor}", link.path)
            },
            html: if has_words {
                markup::html(&change.runs, labels)
            } else {
                String::new()
            },
        }
    }
}

/// The string that stands for a generated block in a comparison.
fn name_of(generated: Generated) -> &'static str {
    match generated {
        Generated::Operator => "changes.block.operator",
        Generated::Cookies => "changes.block.cookies",
        Generated::Services => "changes.block.services",
        Generated::Choices => "changes.block.choices",
    }
}
