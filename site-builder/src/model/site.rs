//! One site: its settings, its register and every edition of its policies.

use crate::content::document::{Anchors, FrontMatter};
use crate::content::register::Register;
use crate::content::settings::{Facts, Settings};
use crate::model::fingerprint::Fingerprint;
use crate::report::diagnostic::FileId;
use chrono::NaiveDate;
use domain::Locale;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A site, read and understood.
#[derive(Debug)]
pub struct Site {
    /// `site.toml`
    pub settings: Settings,
    /// `services.toml`
    pub register: Register,
    /// Variables in each locale.
    pub facts: BTreeMap<Locale, Facts>,
    /// Policies in the order of the menu.
    pub policies: Vec<Policy>,
}

/// A policy in all its locales.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policy {
    /// Short address: `privacy`.
    pub slug: String,
    /// Editions of each locale, oldest first; never an empty list.
    pub editions: BTreeMap<Locale, Vec<Edition>>,
    /// SHA-256 of the words that visitors must be asked about again when they change, by locale.
    pub material: BTreeMap<Locale, String>,
    /// Of what its texts were read from; none while that can't be told apart from what it was.
    pub fingerprint: Option<Fingerprint>,
    /// Of what other pages show of it: as long as it stays, they stay.
    pub outline: Fingerprint,
}

/// A dated version of a policy in one locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Edition {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// The file of its text. It is another number in each build.
    #[serde(skip)]
    pub file: FileId,
    /// The language of its text.
    pub locale: Locale,
    /// Its facts.
    pub front: FrontMatter,
    /// Those of its clauses.
    pub anchors: Anchors,
}

/// Where an edition stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionState {
    /// A newer one is in force.
    Past,
    /// In force.
    Current,
    /// Announced.
    Future,
}

impl EditionState {
    /// The name in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Current => "current",
            Self::Future => "future",
        }
    }
}

impl Site {
    /// The facts that an edition mentions: today's; for one that was replaced, those of its last day.
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
            Some(next) if !self.settings.former.is_empty() => {
                Cow::Owned(facts.on(&self.settings, next.effective, locale))
            }
            _ => Cow::Borrowed(facts),
        })
    }
}

impl Policy {
    /// The editions to show in a locale: its own, or those of the first locale that has some.
    pub fn editions_or_fallback(&self, locale: &Locale, order: &[Locale]) -> &[Edition] {
        self.editions
            .get(locale)
            .or_else(|| order.iter().find_map(|other| self.editions.get(other)))
            .map_or(&[], Vec::as_slice)
    }
}

/// The edition that is in force on a day; before the first one: the first one.
pub fn current(editions: &[Edition], today: NaiveDate) -> Option<&Edition> {
    editions
        .iter()
        .rev()
        .find(|edition| edition.effective <= today)
        .or_else(|| editions.first())
}

/// Where an edition stands among the others on a day.
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
