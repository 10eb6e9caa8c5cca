//! One policy, looked through: its texts are read, parsed and checked, and what other pages need of them is kept.

use super::{Edition, EditionFile, Policy, Reading};
use crate::diagnostic::{Diagnostic, Place};
use crate::document::{self, Anchors, Document};
use crate::memory::{self, Key};
use crate::settings::Facts;
use crate::source::FileId;
use crate::{parity, revision};
use chrono::NaiveDate;
use domain::Locale;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What policies are looked through with.
pub(super) struct Survey<'a, 's> {
    /// Locales of the site.
    pub(super) order: &'a [Locale],
    /// Facts in each of them.
    pub(super) facts: &'a BTreeMap<Locale, Facts>,
    /// Changes with anything but the texts themselves.
    pub(super) key: Key,
    /// Where texts come from.
    pub(super) reading: Reading<'s>,
    /// Bytes of text that may still be kept.
    pub(super) room: AtomicUsize,
}

/// Bytes of text that are kept with their trees between the two readings: more than any company has, and little beside what a build takes
/// anyway. A tree takes several times the memory of its text.
pub(super) const ROOM: usize = 2 * 1024 * 1024;

impl<'s> Survey<'_, 's> {
    /// Looks through all editions of a policy; none when no text could be read. What was looked through before, and nothing was
    /// wrong with, isn't read again while its files stay as they are. The texts come back as long as there is room for them.
    pub(super) fn policy(
        &self,
        slug: &str,
        files: &[&EditionFile],
    ) -> (Option<Policy>, Option<Texts<'s>>, Vec<Diagnostic>) {
        let key = self.key_of(files);
        match key.and_then(|key| self.reading.memory.policy(slug, key)) {
            Some(mut policy) => {
                for edition in policy.texts.values_mut().flatten() {
                    let own = files.iter().find(|file| {
                        file.locale == edition.locale && file.effective == edition.effective
                    });
                    edition.file = own.map_or(edition.file, |own| own.file);
                }
                (Some(policy), None, Vec::new())
            }
            None => self.look_through(slug, files, key.unwrap_or_default()),
        }
    }

    /// None while a file can't be found, or is so new that it might be written once more without any sign of it.
    fn key_of(&self, files: &[&EditionFile]) -> Option<Key> {
        let mut text = String::new();
        for file in files {
            let stamp = self.reading.sources.stamp(file.file)?;
            let _ = writeln!(text, "{} {} {stamp:?}", file.locale, file.effective);
            if !self.reading.memory.is_settled(stamp) {
                return None;
            }
        }
        Some(memory::key(&[&self.key.to_string(), &text]))
    }

    fn look_through(
        &self,
        slug: &str,
        files: &[&EditionFile],
        key: Key,
    ) -> (Option<Policy>, Option<Texts<'s>>, Vec<Diagnostic>) {
        let sources = self.reading.sources;
        let mut diagnostics = Vec::new();
        let mut read: Vec<(&EditionFile, Cow<'s, str>)> = Vec::with_capacity(files.len());
        for file in files {
            match sources.load(file.file) {
                Ok(text) => read.push((file, text)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        if self.has_room(&read) {
            let hold = |(file, text): (_, Cow<'s, str>)| {
                let file: &EditionFile = file;
                sources.keep(file.file, text.into_owned());
                (file, sources.text(file.file))
            };
            let read: Vec<(&EditionFile, &'s str)> = read.into_iter().map(hold).collect();
            let (policy, texts) = self.understand(slug, &read, key, &mut diagnostics);
            return (policy, Some(texts), diagnostics);
        }
        let borrowed: Vec<(&EditionFile, &str)> =
            read.iter().map(|(file, text)| (*file, &**text)).collect();
        let (policy, _) = self.understand(slug, &borrowed, key, &mut diagnostics);
        keep_told(read, &diagnostics, self.reading);
        (policy, None, diagnostics)
    }

    /// Whether these texts may be kept until their pages are made, and takes the room if so.
    fn has_room(&self, read: &[(&EditionFile, Cow<'_, str>)]) -> bool {
        let length: usize = read.iter().map(|(_, text)| text.len()).sum();
        let take = |room: usize| room.checked_sub(length);
        self.room
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }

    fn understand<'t>(
        &self,
        slug: &str,
        read: &[(&EditionFile, &'t str)],
        key: Key,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Option<Policy>, Texts<'t>) {
        let reading = self.reading;
        let mut policy = Policy {
            slug: slug.to_owned(),
            texts: BTreeMap::new(),
            material: BTreeMap::new(),
            key,
            outline: Key::default(),
        };
        let texts = parse(read, reading, diagnostics);
        for (locale, texts) in &texts {
            let own = self.facts.get(locale);
            let material = own.and_then(|facts| revision::material(texts, facts, reading.today));
            policy
                .material
                .extend(material.map(|hash| (locale.clone(), hash)));
            let editions = texts.iter().map(edition).collect();
            policy.texts.insert(locale.clone(), editions);
        }
        diagnostics.extend(parity::check(&texts, self.order, reading.sources));
        policy.outline = outline(&policy);
        // Only what nothing is wrong with is remembered: everything else must be told again.
        if !diagnostics.is_empty() {
            policy.key = Key::default();
        }
        ((!policy.texts.is_empty()).then_some(policy), texts)
    }
}

/// Texts that are kept until their pages are made, by the policy's short address.
pub type Kept<'s> = BTreeMap<String, Texts<'s>>;

/// What pages of other policies, the menu, the feed and the like see of a policy.
fn outline(policy: &Policy) -> Key {
    let mut text = policy.slug.clone();
    for edition in policy.texts.values().flatten() {
        let Edition {
            effective,
            file: _,
            locale,
            front,
            anchors,
        } = edition;
        let _ = write!(text, "\n{locale} {effective} {front:?} {anchors:?}");
    }
    memory::key(&[&text])
}

/// An edition with its text.
#[derive(Debug)]
pub struct Text<'s> {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// What it says.
    pub document: Document<'s>,
}

/// The texts of a policy in each locale, oldest first.
pub type Texts<'s> = BTreeMap<Locale, Vec<Text<'s>>>;

fn parse<'s>(
    read: &[(&EditionFile, &'s str)],
    reading: Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Texts<'s> {
    let mut texts = Texts::new();
    for (file, text) in read {
        let (document, more) = document::parse(text, file.file, &file.locale);
        diagnostics.extend(more);
        if let Some(document) = document {
            diagnostics.extend(reading.glossary.edition(&file.locale, text, file.file));
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

/// Holds the texts that something is told of, so that it can be shown.
fn keep_told(
    read: Vec<(&EditionFile, Cow<'_, str>)>,
    diagnostics: &[Diagnostic],
    reading: Reading<'_>,
) {
    let told: BTreeSet<FileId> = diagnostics
        .iter()
        .filter_map(|diagnostic| match &diagnostic.place {
            Place::Span(file, _) => Some(*file),
            Place::Path(_) => None,
        })
        .collect();
    for (file, text) in read {
        if let Cow::Owned(text) = text
            && told.contains(&file.file)
        {
            reading.sources.keep(file.file, text);
        }
    }
}
