//! One site: its settings, its register and every edition of its policies.

use crate::content::document::{Anchors, FrontMatter};
use crate::content::register::Register;
use crate::content::settings::{Facts, Retirement, Settings};
use crate::model::fingerprint::Fingerprint;
use crate::report::diagnostic::FileId;
use chrono::NaiveDate;
use domain::Locale;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A site whose files have been parsed and checked.
#[derive(Debug)]
pub struct Site {
    /// `site.toml`
    pub settings: Settings,
    /// `services.toml`
    pub register: Register,
    /// Languages in which visitors are asked, but that have no documents.
    pub banner_locales: Vec<Locale>,
    /// The locales of documents in the order in which readers get a text that theirs lacks.
    pub order: Vec<Locale>,
    /// Facts in each locale, those without documents included.
    pub facts: BTreeMap<Locale, Facts>,
    /// Policies in the order of the menu.
    pub policies: Vec<Policy>,
}

/// A policy in all its locales.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policy {
    /// Short address: `privacy`.
    pub slug: String,
    /// Short addresses that it had before, the oldest first.
    #[serde(skip)]
    pub former: Vec<String>,
    /// Its end, which may be still to come.
    #[serde(skip)]
    pub retirement: Option<Retirement>,
    /// Editions of each locale, oldest first; never an empty list.
    pub editions: BTreeMap<Locale, Vec<Edition>>,
    /// SHA-256 of the text in force, by locale (see [`super::revision::material`]).
    pub material: BTreeMap<Locale, String>,
    /// Fingerprint of its files; `None` if a later change of them might go undetected.
    pub fingerprint: Option<Fingerprint>,
    /// Fingerprint of what other pages show of it.
    pub summary: Fingerprint,
}

/// A dated version of a policy in one locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Edition {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// The file of its text. Ids differ between builds.
    #[serde(skip)]
    pub file: FileId,
    /// The language of its text.
    pub locale: Locale,
    /// SHA-256 of the file's text in hexadecimal.
    pub sha256: String,
    /// Its front matter.
    pub front: FrontMatter,
    /// Anchors of its clauses.
    pub anchors: Anchors,
}

/// Whether an edition is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionState {
    /// Replaced by a newer one.
    Past,
    /// In force.
    Current,
    /// Not in force yet.
    Future,
}

impl EditionState {
    /// Its name in templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Current => "current",
            Self::Future => "future",
        }
    }
}

impl Site {
    /// The locale of the documents that pages in a locale lead to: itself, or the fallback where it
    /// has none.
    pub fn document_locale<'s>(&'s self, locale: &'s Locale) -> &'s Locale {
        let has_documents = !self.banner_locales.contains(locale);
        let fallback = self.order.first().filter(|_| !has_documents);
        fallback.unwrap_or(locale)
    }

    /// The facts that hold for an edition: today's, or those of the day it was replaced.
    pub fn facts_of(
        &self,
        edition: &Edition,
        editions: &[Edition],
        today: NaiveDate,
    ) -> Option<Cow<'_, Facts>> {
        let locale = &edition.locale;
        let facts = self.facts.get(locale)?;
        let next = editions
            .iter()
            .find(|next| next.effective > edition.effective && next.effective <= today);
        Some(match next {
            Some(next) if !self.settings.past_facts.is_empty() => {
                Cow::Owned(facts.on(&self.settings, next.effective, locale))
            }
            _ => Cow::Borrowed(facts),
        })
    }
}

impl Policy {
    /// The name under which it was published first. Ids are made of it, which outlive a renaming.
    pub fn first_name(&self) -> &str {
        self.former.first().unwrap_or(&self.slug)
    }

    /// Whether it has or had this short address.
    pub fn is_named(&self, name: &str) -> bool {
        self.slug == name || self.former.iter().any(|former| former == name)
    }

    /// Its end, if it has come.
    pub fn retired(&self, today: NaiveDate) -> Option<&Retirement> {
        self.retirement.as_ref().filter(|end| end.day <= today)
    }

    /// The state of an edition on a day; a retired policy has none in force. `editions` are all of
    /// its locale, sorted by day.
    pub fn state(&self, edition: &Edition, editions: &[Edition], today: NaiveDate) -> EditionState {
        match state(edition, editions, today) {
            EditionState::Current if self.retired(today).is_some() => EditionState::Past,
            state => state,
        }
    }

    /// The editions in a locale, or in the first of `locales` that has some.
    pub fn editions_or_fallback(&self, locale: &Locale, locales: &[Locale]) -> &[Edition] {
        self.editions
            .get(locale)
            .or_else(|| locales.iter().find_map(|other| self.editions.get(other)))
            .map_or(&[], Vec::as_slice)
    }
}

/// The edition in force on a day, or the first one if none is. `editions` are sorted by day.
pub fn current(editions: &[Edition], today: NaiveDate) -> Option<&Edition> {
    editions
        .iter()
        .rev()
        .find(|edition| edition.effective <= today)
        .or_else(|| editions.first())
}

/// The state of an edition on a day. `editions` are all of its policy and locale, sorted by day.
pub fn state(edition: &Edition, editions: &[Edition], today: NaiveDate) -> EditionState {
    if edition.effective > today {
        return EditionState::Future;
    }
    let newest = current(editions, today).map(|current| current.effective);
    if newest == Some(edition.effective) {
        EditionState::Current
    } else {
        EditionState::Past
    }
}
