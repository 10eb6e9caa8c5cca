//! Editions that were published: each keeps its text and its place for ever. A text may get a
//! correction of a slip, a policy may end or be renamed, and an edition that isn't in force yet may
//! be moved to another day; all of these are said in the content.

use super::difference::{first_change, larger_than_slip};
use super::history::{EditionHistories, EditionText};
use super::{ArchiveFolder, ArchivedTexts, file_name};
use crate::content::document;
use crate::model::revision;
use crate::model::site::{Edition, Policy, Site};
use crate::report::diagnostic::{Code, Diagnostic, FileId, or_report};
use crate::report::source::Sources;
use camino::Utf8Path;
use chrono::NaiveDate;
use domain::Locale;
use domain::archive::{ArchivedEdition, IndexEntry, TextKind};
use std::collections::{BTreeMap, BTreeSet};

/// The files of editions: name of the policy's folder, locale, and the day it comes into force.
pub type EditionFiles<'f> = BTreeSet<(&'f str, &'f Locale, NaiveDate)>;

/// What checks of editions need.
pub struct EditionCheck<'c> {
    /// The archive of the site.
    pub folder: &'c ArchiveFolder,
    /// Its texts.
    pub archived: &'c ArchivedTexts,
    /// Those of editions.
    pub histories: &'c EditionHistories,
    /// The site.
    pub site: &'c Site,
    /// Files of all editions, valid or not.
    pub files: &'c EditionFiles<'c>,
    /// Texts of all files.
    pub sources: &'c Sources,
    /// The day of the build.
    pub today: NaiveDate,
}

/// Reports editions whose day of publication is still to come.
pub fn unpublished(site: &Site, sources: &Sources, today: NaiveDate) -> Vec<Diagnostic> {
    let editions = site
        .policies
        .iter()
        .flat_map(|policy| policy.editions.values().flatten());
    editions
        .filter(|edition| edition.front.published > today)
        .map(|edition| {
            let day = edition.front.published;
            Diagnostic::on(
                Code::UnpublishedEdition,
                sources.path(edition.file).as_str(),
                format!("the edition says that it was published on {day}, which is still to come"),
                format!(
                    "deploy it on {day} or later, or write the day on which you deploy it; to see the site of that day, build with `--today {day}`"
                ),
            )
        })
        .collect()
}

/// Published editions whose texts are not archived, as entries of the archive's index with their
/// files. A draft and a template publish nothing.
pub fn unarchived(
    folder: &str,
    site: &Site,
    histories: &EditionHistories,
    revision: &str,
    today: NaiveDate,
) -> Vec<(IndexEntry, FileId)> {
    if !is_published(folder, site) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for policy in &site.policies {
        for edition in policy.editions.values().flatten() {
            let last = histories.of(policy, edition).last();
            let is_archived = last.is_some_and(|last| last.sha256 == edition.sha256);
            if is_archived || edition.front.published > today {
                continue;
            }
            let entry = IndexEntry {
                first_day: None,
                kind: TextKind::Edition,
                locale: Some(edition.locale.clone()),
                revision: revision.to_owned(),
                sha256: edition.sha256.clone(),
                edition: Some(ArchivedEdition {
                    corrects: last.map(|last| last.sha256.clone()),
                    effective: edition.effective,
                    policy: policy.slug.clone(),
                }),
            };
            found.push((entry, edition.file));
        }
    }
    found
}

/// Whether visitors see the site: folders of templates begin with `_`.
fn is_published(folder: &str, site: &Site) -> bool {
    !*site.settings.draft.get_ref() && !folder.starts_with('_')
}

/// Has corrected editions count in the revision with the texts that were published first: a
/// corrected slip changes nothing for the visitor.
pub fn keep_material(
    site: &mut Site,
    archived: &ArchivedTexts,
    histories: &EditionHistories,
    today: NaiveDate,
) {
    let facts = &site.facts;
    for policy in &mut site.policies {
        let first_hash = |(locale, editions): (&Locale, &Vec<Edition>)| {
            let key = |edition: &Edition| (edition.effective, edition.front.material);
            let edition = revision::newest_material(editions, key, today)?;
            let first = histories.of(policy, edition).first()?;
            if first.sha256 == edition.sha256 {
                return None;
            }
            let text = archived.text(&first.sha256)?;
            let (document, _) = document::parse(text, FileId::default(), locale);
            let hash = revision::text_hash(&document?, facts.get(locale)?);
            Some((locale.clone(), hash))
        };
        let kept: BTreeMap<Locale, String> =
            policy.editions.iter().filter_map(first_hash).collect();
        policy.material.extend(kept);
    }
}

/// Diagnoses what was changed or removed although it was published.
pub fn check(check: &EditionCheck<'_>) -> Vec<Diagnostic> {
    if !check.archived.is_intact || !is_published(&check.folder.site, check.site) {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    for policy in &check.site.policies {
        for edition in policy.editions.values().flatten() {
            let history = check.histories.of(policy, edition);
            if let [first, .., last] | [first @ last] = history
                && last.sha256 != edition.sha256
            {
                let found = check.change(edition, first, last);
                let changed = or_report(found, &mut diagnostics).flatten();
                diagnostics.extend(changed);
            }
        }
    }
    diagnostics.extend(check.removed());
    diagnostics
}

impl EditionCheck<'_> {
    /// The diagnostic of a change that is no corrected slip.
    fn change(
        &self,
        edition: &Edition,
        first: &EditionText,
        last: &EditionText,
    ) -> Result<Option<Diagnostic>, Diagnostic> {
        let text = self.sources.load(edition.file)?;
        let (document, _) = document::parse(&text, edition.file, &edition.locale);
        let parse = |archived: &EditionText| {
            let text = self.archived.text(&archived.sha256)?;
            document::parse(text, FileId::default(), &edition.locale).0
        };
        let facts = self.site.facts.get(&edition.locale);
        let (Some(document), Some(before), Some(facts)) = (document, parse(last), facts) else {
            // A text that can't be read any more can't be compared; that of the edition was
            // reported.
            return Ok(None);
        };
        let first_change = || first_change(&before, &document, facts);
        let what = if document.front.correction.is_empty() {
            first_change()
        } else if document.front.correction == before.front.correction {
            let (span, what) = first_change();
            (
                span,
                format!("{what} after the correction that it tells of"),
            )
        } else {
            let original = parse(first);
            match larger_than_slip(original.as_ref().unwrap_or(&before), &document) {
                None => return Ok(None),
                Some(found) => found,
            }
        };
        let (span, what) = what;
        let state = if edition.effective <= self.today {
            "came into force on"
        } else {
            "is announced for"
        };
        let archived = self.folder.path.join(file_name(&last.sha256));
        Ok(Some(Diagnostic::at(
            Code::ChangedEdition,
            edition.file,
            span,
            format!(
                "{what}, although the edition is published and {state} {}",
                edition.effective
            ),
            format!(
                "take its text back from `{archived}`; what shall hold from now on is a new edition, a file named after the day it comes into force; \
                 a slip, which changes nothing for the visitor, may be corrected with a line in the front matter that says what and when: `correction = \"…\"`"
            ),
        )))
    }

    /// Diagnoses policies and editions of the archive that the content lacks.
    fn removed(&self) -> Vec<Diagnostic> {
        let locales = self.site.settings.locales.get_ref();
        let listed = self.site.settings.policies.get_ref();
        let mut diagnostics = Vec::new();
        let mut removed_policies = BTreeSet::new();
        for (slug, locale, day) in self.histories.0.keys() {
            // A language that the site has no more takes its pages with it.
            if !locales.contains(locale) || self.files.contains(&(slug, locale, *day)) {
                continue;
            }
            if !listed.iter().any(|policy| policy.get_ref() == slug) {
                if removed_policies.insert(slug) {
                    diagnostics.push(self.removed_policy(slug));
                }
                continue;
            }
            let mut policies = self.site.policies.iter();
            let policy = policies.find(|policy| policy.slug == *slug);
            let path = self.path(&format!("{locale}/{slug}/{day}.md"));
            diagnostics.extend(self.moved_or_removed(policy, locale, *day, path));
        }
        diagnostics
    }

    /// The path of a file of the site.
    fn path(&self, file: &str) -> String {
        let root = self.folder.path.parent().unwrap_or(Utf8Path::new(""));
        root.join(file).to_string()
    }

    fn removed_policy(&self, slug: &str) -> Diagnostic {
        Diagnostic::on(
            Code::RemovedEdition,
            self.path("site.toml"),
            format!("the policy `{slug}` was published, and the site has it no more"),
            format!(
                "a policy that ends keeps its texts and its place in `policies`: write `[policy.{slug}]` with `retired = {}` and, if another one replaces it, \
                 `successor = \"…\"`; one that has another name now is found under the old one: write `[policy.<new name>]` with `former = [\"{slug}\"]`",
                self.today
            ),
        )
    }

    /// The diagnostic of an edition that has no file under its archived day, unless it was moved to
    /// another day before that day.
    fn moved_or_removed(
        &self,
        policy: Option<&Policy>,
        locale: &Locale,
        day: NaiveDate,
        path: String,
    ) -> Option<Diagnostic> {
        let mut editions = policy
            .and_then(|policy| policy.editions.get(locale))
            .into_iter()
            .flatten();
        let moved = editions.find(|edition| edition.front.announced.contains(&day));
        let Some((policy, moved)) = policy.zip(moved) else {
            let mut help =
                "take the file back from version control: every edition that was published stays"
                    .to_owned();
            if day > self.today {
                help += &format!(
                    "; one that was moved to another day before it came into force keeps its announced address: \
                     write `announced = [{day}]` into its front matter"
                );
            }
            return Some(Diagnostic::on(
                Code::RemovedEdition,
                path,
                "the edition was published, and the site has it no more",
                help,
            ));
        };
        let first = self.histories.of(policy, moved).first();
        let moved_on = first
            .and_then(|first| first.first_day)
            .unwrap_or(self.today);
        (moved_on >= day).then(|| {
            Diagnostic::on(
                Code::RemovedEdition,
                path,
                format!(
                    "the edition came into force on {day} before it was moved to {}",
                    moved.effective
                ),
                "take the file back from version control, and write what shall hold later as a new edition; \
                 one that is moved in time has to be archived before the day that was announced",
            )
        })
    }
}
