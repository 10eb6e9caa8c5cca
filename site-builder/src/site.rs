//! One site: its settings, its register and every edition of its policies.
//!
//! 1. `read` lists and reads the folder; nothing is understood yet.
//! 2. `assemble` parses every edition and puts them in order.

mod read;

pub use read::{SiteFiles, read};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::document::{self, Document};
use crate::register::{self, Register};
use crate::settings::{self, Facts, Settings};
use crate::source::Sources;
use chrono::NaiveDate;
use domain::Locale;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A site, read and understood.
#[derive(Debug)]
pub struct Site<'s> {
    /// `site.toml`
    pub settings: Settings,
    /// `services.toml`
    pub register: Register,
    /// Variables in each locale.
    pub facts: BTreeMap<Locale, Facts>,
    /// Policies in the order of the menu.
    pub policies: Vec<Policy<'s>>,
}

/// A policy in all its locales.
#[derive(Debug)]
pub struct Policy<'s> {
    /// Short address: `privacy`.
    pub slug: String,
    /// Editions of each locale, oldest first; never an empty list.
    pub texts: BTreeMap<Locale, Vec<Edition<'s>>>,
}

/// A dated version of a policy in one locale.
#[derive(Debug)]
pub struct Edition<'s> {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// Its text.
    pub document: Document<'s>,
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

/// Parses and checks everything of a site.
pub fn assemble<'s>(
    files: &SiteFiles,
    sources: &'s Sources,
) -> (Option<Site<'s>>, Vec<Diagnostic>) {
    let mut diagnostics = files.diagnostics.clone();
    let settings = match settings::read(sources, files.settings, &files.folder) {
        Ok((settings, more)) => {
            diagnostics.extend(more);
            settings
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return (None, diagnostics);
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
    let facts = locales
        .iter()
        .map(|locale| (locale.clone(), Facts::new(&settings, locale)))
        .collect();
    let policies = policies(files, &settings, sources, &mut diagnostics);
    (
        Some(Site {
            settings,
            register,
            facts,
            policies,
        }),
        diagnostics,
    )
}

fn policies<'s>(
    files: &SiteFiles,
    settings: &Settings,
    sources: &'s Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Policy<'s>> {
    let parsed: Vec<_> = files
        .editions
        .par_iter()
        .map(|edition| {
            (
                edition,
                document::parse(sources.text(edition.file), edition.file, &edition.locale),
            )
        })
        .collect();
    let mut by_slug: BTreeMap<&str, BTreeMap<Locale, Vec<Edition<'s>>>> = BTreeMap::new();
    for (edition, (document, more)) in parsed {
        diagnostics.extend(more);
        if let Some(document) = document {
            let texts = by_slug.entry(edition.policy.as_str()).or_default();
            texts
                .entry(edition.locale.clone())
                .or_default()
                .push(Edition {
                    effective: edition.effective,
                    document,
                });
        }
    }
    for texts in by_slug.values_mut() {
        for editions in texts.values_mut() {
            editions.sort_by_key(|edition| edition.effective);
        }
    }
    let mut policies = Vec::new();
    for slug in settings.policies.get_ref() {
        match by_slug.remove(slug.get_ref().as_str()) {
            Some(texts) => policies.push(Policy {
                slug: slug.get_ref().clone(),
                texts,
            }),
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

impl Site<'_> {
    /// The facts that an edition mentions: today's; for one that was replaced, those of its last day.
    pub fn facts_of(
        &self,
        edition: &Edition<'_>,
        editions: &[Edition<'_>],
        today: NaiveDate,
    ) -> Option<Cow<'_, Facts>> {
        let locale = &edition.document.locale;
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

impl<'s> Policy<'s> {
    /// The editions to show in a locale: its own, or those of the first locale that has some.
    pub fn editions(&self, locale: &Locale, order: &[Locale]) -> &[Edition<'s>] {
        self.texts
            .get(locale)
            .or_else(|| order.iter().find_map(|other| self.texts.get(other)))
            .map_or(&[], Vec::as_slice)
    }
}

/// The edition that is in force on a day; before the first one: the first one.
pub fn current<'e, 's>(editions: &'e [Edition<'s>], today: NaiveDate) -> Option<&'e Edition<'s>> {
    editions
        .iter()
        .rev()
        .find(|edition| edition.effective <= today)
        .or_else(|| editions.first())
}

/// Where an edition stands among the others on a day.
pub fn state(edition: &Edition<'_>, editions: &[Edition<'_>], today: NaiveDate) -> State {
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
pub fn untranslated(site: &Site<'_>, files: &SiteFiles) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for policy in &site.policies {
        for locale in site.settings.locales.get_ref() {
            // A text that can't be read has been reported; it isn't missing.
            let is_there = |effective: Option<NaiveDate>| {
                files.editions.iter().any(|file| {
                    file.policy == policy.slug
                        && file.locale == *locale
                        && effective.is_none_or(|day| file.effective == day)
                })
            };
            if !policy.texts.contains_key(locale) {
                if is_there(None) {
                    continue;
                }
                diagnostics.push(Diagnostic::on(
                    Code::UntranslatedPolicy,
                    format!("{}/{locale}/{}", files.root, policy.slug),
                    format!("`{}` has no text in `{locale}`: readers get it in another language, marked as such", policy.slug),
                    "translate it; the clauses keep their numbers",
                ));
                continue;
            }
            for (other, editions) in &policy.texts {
                for edition in editions {
                    if !is_there(Some(edition.effective)) {
                        diagnostics.push(Diagnostic::on(
                            Code::UntranslatedEdition,
                            format!(
                                "{}/{locale}/{}/{}.md",
                                files.root, policy.slug, edition.effective
                            ),
                            format!(
                                "`{}` has an edition of {} in `{other}`, but not in `{locale}`",
                                policy.slug, edition.effective
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
