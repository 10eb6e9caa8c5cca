//! One policy: its texts are read, parsed and checked, and what other pages need of them is kept.

use super::context::LoadContext;
use super::read::EditionFile;
use crate::check::parity;
use crate::content::document::{self, Anchors};
use crate::content::settings::Facts;
use crate::model::fingerprint::Fingerprint;
use crate::model::revision;
use crate::model::site::{Edition, Policy};
use crate::model::text::{Text, Texts};
use crate::report::diagnostic::{Diagnostic, FileId, Location};
use domain::Locale;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What every policy of a site is loaded with.
pub(super) struct PolicyLoader<'a, 's> {
    /// Locales of the site.
    pub(super) order: &'a [Locale],
    /// Facts in each of them.
    pub(super) facts: &'a BTreeMap<Locale, Facts>,
    /// Of everything but the texts themselves.
    pub(super) fingerprint: Fingerprint,
    /// Where texts come from.
    pub(super) context: LoadContext<'s>,
    /// Bytes of text that may still be retained.
    pub(super) budget: AtomicUsize,
}

/// Bytes of text that stay in memory with their trees until their pages are rendered; the texts of
/// other policies are read and parsed a second time. More than any company has, and little beside
/// what a build takes anyway: a tree takes several times the memory of its text.
pub(super) const RETAINED_BYTES: usize = 2 * 1024 * 1024;

impl<'s> PolicyLoader<'_, 's> {
    /// Loads all editions of a policy; none when no text could be read. What was loaded before
    /// without any diagnostic isn't read again while its files stay as they are. The texts are
    /// returned as long as the budget lasts.
    pub(super) fn load(
        &self,
        slug: &str,
        files: &[&EditionFile],
    ) -> (Option<Policy>, Option<Texts<'s>>, Vec<Diagnostic>) {
        let fingerprint = self.fingerprint_of(files);
        let cached = fingerprint.and_then(|found| self.context.cache.policy(slug, found));
        let Some(mut policy) = cached else {
            return self.read(slug, files, fingerprint);
        };
        for edition in policy.texts.values_mut().flatten() {
            let own = files
                .iter()
                .find(|file| file.locale == edition.locale && file.effective == edition.effective);
            edition.file = own.map_or(edition.file, |own| own.file);
        }
        (Some(policy), None, Vec::new())
    }

    /// None while a file can't be found, or is so new that it might be written once more without
    /// any sign of it.
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
    ) -> (Option<Policy>, Option<Texts<'s>>, Vec<Diagnostic>) {
        let sources = self.context.sources;
        let mut diagnostics = Vec::new();
        let mut read: Vec<(&EditionFile, Cow<'s, str>)> = Vec::with_capacity(files.len());
        for file in files {
            match sources.load(file.file) {
                Ok(text) => read.push((file, text)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
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

    /// Takes the bytes of these texts from the budget, if they fit.
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
    ) -> (Option<Policy>, Texts<'t>) {
        let texts = self.parse_texts(read, diagnostics);
        diagnostics.extend(parity::check(&texts, self.order, self.context.sources));
        let material = |(locale, texts): (&Locale, &Vec<Text<'_>>)| {
            let facts = self.facts.get(locale)?;
            let hash = revision::material(texts, facts, self.context.today)?;
            Some((locale.clone(), hash))
        };
        let editions: BTreeMap<Locale, Vec<Edition>> = texts
            .iter()
            .map(|(locale, texts)| (locale.clone(), texts.iter().map(edition).collect()))
            .collect();
        let policy = (!editions.is_empty()).then(|| Policy {
            slug: slug.to_owned(),
            material: texts.iter().filter_map(material).collect(),
            // Diagnostics are reported by every build, so what has some is loaded by every build.
            fingerprint: fingerprint.filter(|_| diagnostics.is_empty()),
            outline: outline(slug, editions.values().flatten()),
            texts: editions,
        });
        (policy, texts)
    }

    fn parse_texts<'t>(
        &self,
        read: &[(&EditionFile, &'t str)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Texts<'t> {
        let mut texts = Texts::new();
        for (file, text) in read {
            let (document, more) = document::parse(text, file.file, &file.locale);
            diagnostics.extend(more);
            if let Some(document) = document {
                let glossary = self.context.glossary;
                diagnostics.extend(glossary.edition(&file.locale, text, file.file));
                texts.entry(file.locale.clone()).or_default().push(Text {
                    effective: file.effective,
                    document,
                });
            }
        }
        for texts in texts.values_mut() {
            texts.sort_by_key(|text| text.effective);
        }
        texts
    }

    /// Retains the texts that a diagnostic points into, so that it can be drawn.
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

/// Of what pages of other policies, the menu, the feed and the like show of a policy.
fn outline<'e>(slug: &str, editions: impl Iterator<Item = &'e Edition>) -> Fingerprint {
    let mut text = slug.to_owned();
    for edition in editions {
        let Edition {
            effective,
            file: _,
            locale,
            front,
            anchors,
        } = edition;
        text += &format!("\n{locale} {effective} {front:?} {anchors:?}");
    }
    Fingerprint::of(&[&text])
}

fn edition(text: &Text<'_>) -> Edition {
    let document = &text.document;
    let clauses = document.walk().into_iter();
    Edition {
        effective: text.effective,
        file: document.file,
        anchors: Anchors::new(clauses.map(|clause| clause.anchor.as_str())),
        locale: document.locale.clone(),
        front: document.front.clone(),
    }
}
