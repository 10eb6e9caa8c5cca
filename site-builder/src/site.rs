//! One site: its settings, its register and every edition of its policies.
//!
//! 1. `read` lists the folder and reads its settings; nothing is understood yet.
//! 2. `assemble` reads the settings and has every policy looked through by `survey`: one at a time for each thread, so that memory holds
//!    few texts at once. What all pages need of a text is kept, the text itself isn't.

mod read;
mod survey;

pub use read::{EditionFile, SiteFiles, read};
pub use survey::{Kept, Text, Texts};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::document::{Anchors, FrontMatter};
use crate::glossary::Glossary;
use crate::memory::{self, Key, Memory};
use crate::register::{self, Register};
use crate::settings::{self, Facts, Settings};
use crate::source::{FileId, Sources};
use chrono::NaiveDate;
use domain::Locale;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::AtomicUsize;
use survey::Survey;

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
    pub texts: BTreeMap<Locale, Vec<Edition>>,
    /// SHA-256 of the words that visitors must be asked about again when they change, by locale.
    pub material: BTreeMap<Locale, String>,
    /// What its texts were read from; another state of a file is another key.
    pub key: Key,
    /// What other pages need of it: as long as it stays, they stay.
    pub outline: Key,
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
pub enum State {
    /// A newer one is in force.
    Past,
    /// In force.
    Current,
    /// Announced.
    Future,
}

impl State {
    /// The name in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Current => "current",
            Self::Future => "future",
        }
    }
}

/// What a site is read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'r> {
    /// All texts.
    pub sources: &'r Sources,
    /// Words to avoid.
    pub glossary: &'r Glossary,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
    /// What the build before knew.
    pub memory: &'r Memory,
}

/// Parses and checks everything of a site.
pub fn assemble<'r>(
    files: &SiteFiles,
    reading: Reading<'r>,
) -> (Option<Site>, Kept<'r>, Vec<Diagnostic>) {
    let mut diagnostics = files.diagnostics.clone();
    let sources = reading.sources;
    let settings = match settings::read(sources, files.settings, &files.folder) {
        Ok((settings, more)) => {
            diagnostics.extend(more);
            settings
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return (None, Kept::default(), diagnostics);
        }
    };
    let locales = settings.locales.get_ref();
    let register = match files
        .register
        .map(|file| register::read(sources, file, locales))
    {
        Some(Ok((register, more))) => {
            diagnostics.extend(more);
            register
        }
        Some(Err(diagnostic)) => {
            diagnostics.push(diagnostic);
            Register::default()
        }
        None => Register::default(),
    };
    let facts: BTreeMap<Locale, Facts> = locales
        .iter()
        .map(|locale| (locale.clone(), Facts::new(&settings, locale)))
        .collect();
    let mut by_slug: BTreeMap<&str, Vec<&EditionFile>> = BTreeMap::new();
    for edition in &files.editions {
        by_slug.entry(&edition.policy).or_default().push(edition);
    }
    let context = Survey {
        order: locales,
        facts: &facts,
        key: memory::key(&[
            sources.text(files.settings),
            &reading.glossary.text,
            &reading.today.to_string(),
        ]),
        reading,
        room: AtomicUsize::new(survey::ROOM),
    };
    let surveyed: Vec<_> = by_slug
        .into_par_iter()
        .map(|(slug, editions)| context.policy(slug, &editions))
        .collect();
    let mut found = BTreeMap::new();
    let mut kept = Kept::default();
    for (policy, texts, more) in surveyed {
        diagnostics.extend(more);
        if let Some(policy) = policy {
            if let Some(texts) = texts {
                kept.insert(policy.slug.clone(), texts);
            }
            found.insert(policy.slug.clone(), policy);
        }
    }
    let policies = in_order(found, files, &settings, &mut diagnostics);
    (
        Some(Site {
            settings,
            register,
            facts,
            policies,
        }),
        kept,
        diagnostics,
    )
}

/// Policies as the settings list them.
fn in_order(
    mut found: BTreeMap<String, Policy>,
    files: &SiteFiles,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Policy> {
    let mut policies = Vec::new();
    for slug in settings.policies.get_ref() {
        match found.remove(slug.get_ref()) {
            Some(policy) => policies.push(policy),
            // An edition that can't be read has been reported already.
            None if files.begun.contains(slug.get_ref()) => {}
            // Nor is a text asked for where there is no language, or no address, to write it for.
            None if settings.locales.get_ref().is_empty() => {}
            None if diagnostics
                .iter()
                .any(|told| told.place == Place::Span(files.settings, slug.span())) => {}
            None => diagnostics.push(Diagnostic::at(
                Code::MissingPolicy,
                files.settings,
                slug.span(),
                format!("the policy `{}` has no text", slug.get_ref()),
                format!(
                    "write one into `{}/{}/2026-11-20.md`, named after the day it comes into force",
                    settings.default_locale().map_or("kk", Locale::as_str),
                    slug.get_ref()
                ),
            )),
        }
    }
    policies
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
    pub fn editions(&self, locale: &Locale, order: &[Locale]) -> &[Edition] {
        self.texts
            .get(locale)
            .or_else(|| order.iter().find_map(|other| self.texts.get(other)))
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
pub fn state(edition: &Edition, editions: &[Edition], today: NaiveDate) -> State {
    if edition.effective > today {
        return State::Future;
    }
    let newest = current(editions, today).map(|current| current.effective);
    if newest == Some(edition.effective) {
        State::Current
    } else {
        State::Past
    }
}

/// Policies and editions that a locale lacks: its readers see another language there.
pub fn untranslated(site: &Site, files: &SiteFiles) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    // A text that can't be read has been reported; it isn't missing.
    let there: HashSet<(&str, &Locale, NaiveDate)> = files
        .editions
        .iter()
        .map(|file| (file.policy.as_str(), &file.locale, file.effective))
        .collect();
    let begun: HashSet<(&str, &Locale)> = there
        .iter()
        .map(|(policy, locale, _)| (*policy, *locale))
        .collect();
    for policy in &site.policies {
        let slug = policy.slug.as_str();
        for locale in site.settings.locales.get_ref() {
            if !policy.texts.contains_key(locale) {
                if begun.contains(&(slug, locale)) {
                    continue;
                }
                diagnostics.push(Diagnostic::on(
                    Code::UntranslatedPolicy,
                    format!("{}/{locale}/{slug}", files.root),
                    format!("`{slug}` has no text in `{locale}`: readers get it in another language, marked as such"),
                    "translate it; the clauses keep their numbers",
                ));
                continue;
            }
            for (other, editions) in &policy.texts {
                for edition in editions {
                    if !there.contains(&(slug, locale, edition.effective)) {
                        diagnostics.push(Diagnostic::on(
                            Code::UntranslatedEdition,
                            format!("{}/{locale}/{slug}/{}.md", files.root, edition.effective),
                            format!(
                                "`{slug}` has an edition of {} in `{other}`, but not in `{locale}`",
                                edition.effective
                            ),
                            "translate it, so that all readers see the same law",
                        ));
                    }
                }
            }
        }
    }
    diagnostics
}
