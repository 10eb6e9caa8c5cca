//! Builds the model of a site from its files.

use super::LoadContext;
use super::policy::{PolicyLoader, RETAINED_BYTES};
use super::read::{EditionFile, SiteFiles};
use crate::content::register::{self, Register};
use crate::content::settings::{self, Facts, Settings};
use crate::model::fingerprint::Fingerprint;
use crate::model::parsed::RetainedTexts;
use crate::model::site::{Policy, Site};
use crate::report::diagnostic::{Code, Diagnostic, Location, or_report};
use crate::report::source::Sources;
use chrono::NaiveDate;
use domain::{Category, Locale};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::AtomicUsize;

/// Parses and checks all files of a site, which asks in `banner_locales` without having documents in
/// them. `None` if `site.toml` is invalid.
pub fn assemble<'r>(
    files: &SiteFiles,
    banner_locales: &[Locale],
    context: LoadContext<'r>,
) -> (Option<Site>, RetainedTexts<'r>, Vec<Diagnostic>) {
    let mut diagnostics = files.diagnostics.clone();
    let sources = context.sources;
    let settings = settings::read(sources, files.settings, &files.folder, &files.sites);
    let Some((settings, more)) = or_report(settings, &mut diagnostics) else {
        return (None, RetainedTexts::default(), diagnostics);
    };
    diagnostics.extend(more);
    let locales = settings.locales.get_ref();
    let mut register = read_register(files, context, &settings, &mut diagnostics);
    if settings.minors {
        register.switch_off(Category::Marketing);
    }
    let facts: BTreeMap<Locale, Facts> = locales
        .iter()
        .chain(banner_locales)
        .map(|locale| (locale.clone(), Facts::new(&settings, locale)))
        .collect();
    let loader = PolicyLoader {
        locales,
        facts: &facts,
        fingerprint: Fingerprint::of(&[
            sources.text(files.settings),
            &context.glossary.text,
            &context.today.to_string(),
        ]),
        context,
        budget: AtomicUsize::new(RETAINED_BYTES),
    };
    let (policies, retained) = load_policies(files, &loader, &mut diagnostics);
    let policies = in_order(policies, files, &settings, sources, &mut diagnostics);
    let site = Site {
        order: settings.fallback_order(),
        banner_locales: banner_locales.to_vec(),
        settings,
        register,
        facts,
        policies,
    };
    (Some(site), retained, diagnostics)
}

/// The register; empty if it can't be read, which is reported.
fn read_register(
    files: &SiteFiles,
    context: LoadContext<'_>,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Register {
    let Some(file) = files.register else {
        return Register::default();
    };
    let locales = settings.locales.get_ref();
    let home = settings.operator.get_ref().country.get_ref();
    let read = register::read(context.sources, file, locales, home);
    let Some((register, more)) = or_report(read, diagnostics) else {
        return Register::default();
    };
    diagnostics.extend(more);
    register
}

/// Loads all policies in parallel. Returns them by their short addresses.
fn load_policies<'r>(
    files: &SiteFiles,
    loader: &PolicyLoader<'_, 'r>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (BTreeMap<String, Policy>, RetainedTexts<'r>) {
    let mut by_slug: BTreeMap<&str, Vec<&EditionFile>> = BTreeMap::new();
    for edition in &files.editions {
        by_slug.entry(&edition.policy).or_default().push(edition);
    }
    let loaded: Vec<_> = by_slug
        .into_par_iter()
        .map(|(slug, editions)| loader.load(slug, &editions))
        .collect();
    let mut policies = BTreeMap::new();
    let mut retained = RetainedTexts::default();
    for (policy, texts, more) in loaded {
        diagnostics.extend(more);
        if let Some(policy) = policy {
            if let Some(texts) = texts {
                retained.insert(policy.slug.clone(), texts);
            }
            policies.insert(policy.slug.clone(), policy);
        }
    }
    (policies, retained)
}

/// Policies in the order of the settings. Reports those without a file.
fn in_order(
    mut found: BTreeMap<String, Policy>,
    files: &SiteFiles,
    settings: &Settings,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Policy> {
    let mut policies = Vec::new();
    for slug in settings.policies.get_ref() {
        if let Some(mut policy) = found.remove(slug.get_ref()) {
            if let Some(history) = settings.policy.get(slug.get_ref()) {
                let history = history.get_ref();
                let former = history.former.iter().map(|name| name.get_ref().clone());
                policy.former = former.collect();
                policy.retirement = history.retirement();
            }
            diagnostics.extend(edition_after_end(&policy, files, settings));
            diagnostics.extend(announced_twice(&policy, sources));
            policies.push(policy);
            continue;
        }
        let place = Location::Span(files.settings, slug.span());
        // The missing locale, invalid editions or an invalid address have been reported.
        let Some(locale) = settings.default_locale() else {
            continue;
        };
        if files.policies_with_files.contains(slug.get_ref())
            || diagnostics
                .iter()
                .any(|reported| reported.location == place)
        {
            continue;
        }
        diagnostics.push(Diagnostic::at(
            Code::MissingPolicy,
            files.settings,
            slug.span(),
            format!("the policy `{}` has no text", slug.get_ref()),
            format!(
                "write one into `{locale}/{}/2026-11-20.md`, named after the day it comes into force",
                slug.get_ref()
            ),
        ));
    }
    policies
}

/// Reports an edition that would come into force when its policy is retired.
fn edition_after_end(
    policy: &Policy,
    files: &SiteFiles,
    settings: &Settings,
) -> Option<Diagnostic> {
    let end = policy.retirement.as_ref()?.day;
    let retired = settings
        .policy
        .get(&policy.slug)?
        .get_ref()
        .retired
        .as_ref()?;
    let mut editions = policy.editions.values().flatten();
    let late = editions.find(|edition| edition.effective >= end)?;
    Some(Diagnostic::at(
        Code::InvalidFact,
        files.settings,
        retired.span(),
        format!(
            "`{}` is retired on {end}, and has an edition that comes into force on {}",
            policy.slug, late.effective
        ),
        "retire the policy on a later day, or move the edition to an earlier one",
    ))
}

/// Reports announced days whose address another edition has.
fn announced_twice(policy: &Policy, sources: &Sources) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for editions in policy.editions.values() {
        let mut taken: BTreeSet<NaiveDate> =
            editions.iter().map(|edition| edition.effective).collect();
        for edition in editions {
            for day in &edition.front.announced {
                if !taken.insert(*day) {
                    diagnostics.push(Diagnostic::on(
                        Code::DuplicateAddress,
                        sources.path(edition.file).as_str(),
                        format!("`{day}` in `announced` is the day of another edition"),
                        "`announced` lists days that were announced for this edition alone, and are no longer those of any file",
                    ));
                }
            }
        }
    }
    diagnostics
}

/// Reports policies and editions that a locale lacks; readers get them in another language.
pub fn untranslated(site: &Site, files: &SiteFiles) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    // Invalid texts have been reported; they aren't missing.
    let existing: HashSet<(&str, &Locale, NaiveDate)> = files
        .editions
        .iter()
        .map(|file| (file.policy.as_str(), &file.locale, file.effective))
        .collect();
    let translated: HashSet<(&str, &Locale)> = existing
        .iter()
        .map(|(policy, locale, _)| (*policy, *locale))
        .collect();
    for policy in &site.policies {
        let slug = policy.slug.as_str();
        for locale in site.settings.locales.get_ref() {
            if !policy.editions.contains_key(locale) {
                if translated.contains(&(slug, locale)) {
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
            for (other, editions) in &policy.editions {
                for edition in editions {
                    if !existing.contains(&(slug, locale, edition.effective)) {
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
