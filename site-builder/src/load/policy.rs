//! Loads one policy: reads, parses and checks its texts, and extracts what other pages need of
//! them.

use super::LoadContext;
use super::read::EditionFile;
use crate::check::parity;
use crate::content::document::Anchors;
use crate::content::settings::Facts;
use crate::model::fingerprint::Fingerprint;
use crate::model::parsed::{self, ParsedEdition, ParsedPolicy};
use crate::model::revision;
use crate::model::site::{Edition, Policy};
use crate::report::diagnostic::{Diagnostic, FileId, Location, or_report};
use domain::{Digest, Locale};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Loads the policies of a site.
pub(super) struct PolicyLoader<'a, 's> {
    /// Locales of the site, the default one first.
    pub(super) locales: &'a [Locale],
    /// Facts in each locale.
    pub(super) facts: &'a BTreeMap<Locale, Facts>,
    /// Fingerprint of all inputs of loading except the texts.
    pub(super) fingerprint: Fingerprint,
    pub(super) context: LoadContext<'s>,
    /// Remaining bytes of text that may be retained, of [`RETAINED_BYTES`].
    pub(super) budget: AtomicUsize,
}

/// Bytes of text that stay in memory, parsed, until their pages are rendered. Texts of other
/// policies are read and parsed a second time. More than most sites have; a parsed text takes
/// several times its length.
pub(super) const RETAINED_BYTES: usize = 2 * 1024 * 1024;

impl<'s> PolicyLoader<'_, 's> {
    /// Loads all editions of a policy; `None` if no text is valid. A policy that was loaded without
    /// diagnostics comes from the cache while its files don't change. Parsed texts are returned
    /// while the budget lasts.
    pub(super) fn load(
        &self,
        slug: &str,
        files: &[&EditionFile],
    ) -> (Option<Policy>, Option<ParsedPolicy<'s>>, Vec<Diagnostic>) {
        let fingerprint = self.fingerprint_of(files);
        let cached = fingerprint.and_then(|found| self.context.cache.policy(slug, found));
        let Some(mut policy) = cached else {
            return self.read(slug, files, fingerprint);
        };
        for edition in policy.editions.values_mut().flatten() {
            let own = files
                .iter()
                .find(|file| file.locale == edition.locale && file.effective == edition.effective);
            edition.file = own.map_or(edition.file, |own| own.file);
        }
        (Some(policy), None, Vec::new())
    }

    /// `None` if a file has no stamp, or was modified so recently that another change might leave
    /// its stamp the same.
    fn fingerprint_of(&self, files: &[&EditionFile]) -> Option<Fingerprint> {
        let mut text = String::new();
        for file in files {
            let stamp = self.context.sources.stamp(file.file)?;
            text += &format!("{} {} {stamp:?}\n", file.locale, file.effective);
            if !self.context.cache.is_stable(stamp) {
                return None;
            }
        }
        Some(Fingerprint::of(&[&self.fingerprint.to_string(), &text]))
    }

    fn read(
        &self,
        slug: &str,
        files: &[&EditionFile],
        fingerprint: Option<Fingerprint>,
    ) -> (Option<Policy>, Option<ParsedPolicy<'s>>, Vec<Diagnostic>) {
        let sources = self.context.sources;
        let mut diagnostics = Vec::new();
        let mut read: Vec<(&EditionFile, Cow<'s, str>)> = Vec::with_capacity(files.len());
        for file in files {
            let text = or_report(sources.load(file.file), &mut diagnostics);
            read.extend(text.map(|text| (*file, text)));
        }
        if self.takes_budget(&read) {
            let retain = |(file, text): (_, Cow<'s, str>)| {
                let file: &EditionFile = file;
                sources.retain(file.file, text.into_owned());
                (file, sources.text(file.file))
            };
            let read: Vec<(&EditionFile, &'s str)> = read.into_iter().map(retain).collect();
            let (policy, texts) = self.parse(slug, &read, fingerprint, &mut diagnostics);
            return (policy, Some(texts), diagnostics);
        }
        let borrowed: Vec<(&EditionFile, &str)> =
            read.iter().map(|(file, text)| (*file, &**text)).collect();
        let (policy, _) = self.parse(slug, &borrowed, fingerprint, &mut diagnostics);
        self.retain_reported(read, &diagnostics);
        (policy, None, diagnostics)
    }

    /// Reserves the bytes of these texts in the budget. Returns false if they don't fit.
    fn takes_budget(&self, read: &[(&EditionFile, Cow<'_, str>)]) -> bool {
        let length: usize = read.iter().map(|(_, text)| text.len()).sum();
        let take = |budget: usize| budget.checked_sub(length);
        self.budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }

    fn parse<'t>(
        &self,
        slug: &str,
        read: &[(&EditionFile, &'t str)],
        fingerprint: Option<Fingerprint>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Option<Policy>, ParsedPolicy<'t>) {
        let texts = read
            .iter()
            .map(|(file, text)| (&file.locale, file.effective, file.file, *text));
        let (parsed, more) = parsed::parse(texts);
        diagnostics.extend(more);
        for edition in parsed.values().flatten() {
            diagnostics.extend(self.context.glossary.check_document(&edition.document));
        }
        diagnostics.extend(parity::check(&parsed, self.locales, self.context.sources));
        let material = |(locale, parsed): (&Locale, &Vec<ParsedEdition<'_>>)| {
            let facts = self.facts.get(locale)?;
            let hash = revision::material(parsed, facts, self.context.today)?;
            Some((locale.clone(), hash))
        };
        let editions: BTreeMap<Locale, Vec<Edition>> = parsed
            .iter()
            .map(|(locale, parsed)| (locale.clone(), parsed.iter().map(edition).collect()))
            .collect();
        let policy = (!editions.is_empty()).then(|| Policy {
            slug: slug.to_owned(),
            former: Vec::new(),
            retirement: None,
            material: parsed.iter().filter_map(material).collect(),
            // Without a fingerprint, a policy with diagnostics is loaded, and so reported, by every
            // build.
            fingerprint: fingerprint.filter(|_| diagnostics.is_empty()),
            summary: summary(slug, editions.values().flatten()),
            editions,
        });
        (policy, parsed)
    }

    /// Retains the texts that diagnostics point into: drawing quotes them.
    fn retain_reported(&self, read: Vec<(&EditionFile, Cow<'_, str>)>, diagnostics: &[Diagnostic]) {
        let reported: BTreeSet<FileId> = diagnostics
            .iter()
            .filter_map(|diagnostic| match &diagnostic.location {
                Location::Span(file, _) => Some(*file),
                Location::Path(_) => None,
            })
            .collect();
        for (file, text) in read {
            if let Cow::Owned(text) = text
                && reported.contains(&file.file)
            {
                self.context.sources.retain(file.file, text);
            }
        }
    }
}

/// The fingerprint of what pages of other policies, the menu and the feed show of a policy.
fn summary<'e>(slug: &str, editions: impl Iterator<Item = &'e Edition>) -> Fingerprint {
    let mut text = slug.to_owned();
    for edition in editions {
        let Edition {
            effective,
            file: _,
            locale,
            sha256: _,
            front,
            anchors,
        } = edition;
        text += &format!("\n{locale} {effective} {front:?} {anchors:?}");
    }
    Fingerprint::of(&[&text])
}

fn edition(text: &ParsedEdition<'_>) -> Edition {
    let document = &text.document;
    Edition {
        effective: text.effective,
        file: document.file,
        anchors: Anchors::new(document.anchors().into_iter()),
        locale: document.locale.clone(),
        sha256: Digest::of(&[document.text.as_bytes()]).to_string(),
        front: document.front.clone(),
    }
}
