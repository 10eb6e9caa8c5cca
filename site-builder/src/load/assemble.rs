//! Puts a site together from its files.

use super::context::LoadContext;
use super::policy::{PolicyLoader, RETAINED_BYTES};
use super::read::{EditionFile, SiteFiles};
use crate::content::register::{self, Register};
use crate::content::settings::{self, Facts, Settings};
use crate::model::fingerprint::Fingerprint;
use crate::model::site::{Policy, Site};
use crate::model::text::RetainedTexts;
use crate::report::diagnostic::{Code, Diagnostic, Location};
use chrono::NaiveDate;
use domain::Locale;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::AtomicUsize;

/// Parses and checks everything of a site.
pub fn assemble<'r>(
    files: &SiteFiles,
    context: LoadContext<'r>,
) -> (Option<Site>, RetainedTexts<'r>, Vec<Diagnostic>) {
    let mut diagnostics = files.diagnostics.clone();
    let sources = context.sources;
    let settings = match settings::read(sources, files.settings, &files.folder) {
        Ok((settings, more)) => {
            diagnostics.extend(more);
            settings
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return (None, RetainedTexts::default(), diagnostics);
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
    let loader = PolicyLoader {
        order: locales,
        facts: &facts,
        fingerprint: Fingerprint::of(&[
            sources.text(files.settings),
            &context.glossary.text,
            &context.today.to_string(),
        ]),
        context,
        budget: AtomicUsize::new(RETAINED_BYTES),
    };
    let loaded: Vec<_> = by_slug
        .into_par_iter()
        .map(|(slug, editions)| loader.load(slug, &editions))
        .collect();
    let mut found = BTreeMap::new();
    let mut retained = RetainedTexts::default();
    for (policy, texts, more) in loaded {
        diagnostics.extend(more);
        if let Some(policy) = policy {
            if let Some(texts) = texts {
                retained.insert(policy.slug.clone(), texts);
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
        retained,
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
            None if diagnostics.iter().any(|reported| {
                reported.location == Location::Span(files.settings, slug.span())
            }) => {}
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
