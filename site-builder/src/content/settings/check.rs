//! Checks of `site.toml`.

use super::formats::{RESERVED_SEGMENTS, is_slug};
use super::{
    BannerLocales, Law, MAX_SIX_MONTHS, SLUG_HELP, Settings, brand, operator, origin_host,
    policies, regimes, witnesses,
};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::localised::Localised;
use crate::content::{MAX_COOKIE_DAYS, date, host};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use chrono::Datelike as _;
use domain::is_in_domain;
use std::collections::BTreeSet;
use toml::Spanned;

/// Diagnoses every fact that is missing or invalid.
pub(super) fn check(
    settings: &Settings,
    file: FileId,
    folder: &str,
    sites: &[String],
) -> Vec<Diagnostic> {
    let mut checker = Checker {
        draft: *settings.draft.get_ref(),
        settings,
        found: FileDiagnostics::new(file),
    };
    checker.host(folder);
    checker.lists();
    policies::check(settings, &mut checker.found);
    checker.durations();
    checker.origins();
    regimes::check(settings, &mut checker.found);
    brand::check(settings, &mut checker.found);
    if let Some(named) = &settings.witnesses {
        let sites = sites.iter().map(String::as_str);
        let own_hosts: Vec<&str> = sites.chain([settings.host.get_ref().ascii()]).collect();
        witnesses::check(named, &own_hosts, &mut checker.found);
    }
    operator::check(settings, &mut checker.found);
    for (name, law) in &settings.law {
        checker.law(name, law);
    }
    for (name, fact) in &settings.facts {
        if let super::Fact::Localised(texts) = fact.get_ref() {
            checker.localised(
                &format!("facts.{name}"),
                &Spanned::new(fact.span(), texts.clone()),
            );
        }
    }
    checker.found.list
}

struct Checker<'s> {
    draft: bool,
    settings: &'s Settings,
    found: FileDiagnostics,
}

impl Checker<'_> {
    fn host(&mut self, folder: &str) {
        let settings = self.settings;
        if self.draft {
            self.found.add(
                Code::Draft,
                &settings.draft,
                "the site is a draft: it can be looked at, but not be deployed".to_owned(),
                "fill in the facts that are missing, then remove `draft`",
            );
        }
        let host = settings.host.get_ref();
        if let Some((message, help)) = host::mistake(host.written()) {
            self.found
                .add(Code::InvalidFact, &settings.host, message, help);
        } else if folder != host.ascii() && !folder.starts_with('_') {
            let (written, ascii) = (host.written(), host.ascii());
            self.found.add(
                Code::InvalidFact,
                &settings.host,
                format!("the folder is named `{folder}`, the host `{written}`"),
                format!("name the folder after the host: `{ascii}`"),
            );
        }
    }

    /// Locales and policies.
    fn lists(&mut self) {
        let settings = self.settings;
        if settings.locales.get_ref().is_empty() {
            self.found.add(
                Code::MissingFact,
                &settings.locales,
                "the site has no locale".to_owned(),
                "write for example `locales = [\"kk\", \"ru\", \"en\"]`",
            );
        }
        if settings.policies.get_ref().is_empty() {
            self.found.add(
                Code::MissingFact,
                &settings.policies,
                "the site has no policy".to_owned(),
                "write for example `policies = [\"privacy\"]`",
            );
        }
        self.fallback();
        self.addresses();
        for policy in settings.policies.get_ref() {
            let slug = policy.get_ref();
            if !is_slug(slug) {
                self.found.add(
                    Code::InvalidFact,
                    policy,
                    format!("`{slug}` can't be a policy's address"),
                    SLUG_HELP,
                );
            }
        }
    }

    /// Visitors whose languages the site lacks have to find documents in the fallback.
    fn fallback(&mut self) {
        let locales = self.settings.locales.get_ref();
        let Some(fallback) = &self.settings.fallback else {
            return;
        };
        let locale = fallback.get_ref();
        if !locales.contains(locale) {
            self.found.add(
                Code::InvalidFact,
                fallback,
                format!("the site has no documents in `{locale}`, so it can't be the fallback"),
                "name one of `locales`",
            );
        }
    }

    fn durations(&mut self) {
        let settings = self.settings;
        let days = *settings.choice_days.get_ref();
        if !(1..=MAX_SIX_MONTHS).contains(&days) {
            self.found.add(
                Code::InvalidFact,
                &settings.choice_days,
                format!("a choice can't be in force for {days} days"),
                "write 1 to 184 days: authorities advise to ask again after six months (CNIL, recommendation on cookies, deliberation 2020-092)",
            );
        }
        let refusal = *settings.refusal_days.get_ref();
        if !(MAX_SIX_MONTHS..=MAX_COOKIE_DAYS).contains(&refusal) {
            self.found.add(
                Code::InvalidFact,
                &settings.refusal_days,
                format!("a refusal can't hold for {refusal} days"),
                "write 184 to 400 days: nobody is asked again within six months (Garante, guidelines on cookies of 10 June 2021), and browsers keep cookies for 400 days at most (RFC 6265bis)",
            );
        }
        let retention = *settings.retention_days.get_ref();
        let longest = days.max(refusal);
        if retention < longest {
            self.found.add(
                Code::InvalidFact,
                &settings.retention_days,
                format!(
                    "records would be deleted after {retention} days, while a choice holds for {longest}"
                ),
                "keep records longer than choices",
            );
        }
    }

    /// The domain of the cookie, and the origins that may ask.
    fn origins(&mut self) {
        let settings = self.settings;
        let host = settings.host.get_ref();
        if let Some(domain) = &settings.cookie_domain {
            let name = domain.get_ref().written();
            if !is_in_domain(host.ascii(), domain.get_ref().ascii()) {
                self.found.add(
                    Code::InvalidFact,
                    domain,
                    format!(
                        "`{name}` is neither `{}` nor a parent of it",
                        host.written()
                    ),
                    "browsers refuse such a cookie (RFC 6265, 5.3)",
                );
            }
        }
        for origin in &settings.origins {
            let text = origin.get_ref();
            if origin_host(text).is_some() {
                continue;
            }
            let help = if text.starts_with("http://") {
                "pages under development need no entry: `cargo xtask dev` answers any page of plain http; published ones need `https://`"
            } else {
                "write `https://` and a host, nothing after it"
            };
            let message = format!("`{text}` is no origin");
            self.found.add(Code::InvalidFact, origin, message, help);
        }
    }

    /// Locales and policies share the first part of addresses: `/kk/`, `/privacy`.
    fn addresses(&mut self) {
        let settings = self.settings;
        let mut taken = BTreeSet::new();
        let locales = settings.locales.get_ref().iter();
        let locales = locales.map(|locale| (locale, settings.locales.span()));
        let banner_locales = match settings.banner_locales.get_ref() {
            BannerLocales::All(_) => &[][..],
            BannerLocales::Listed(listed) => listed,
        };
        let banner_locales = banner_locales.iter();
        let banner_locales = banner_locales.map(|locale| (locale, settings.banner_locales.span()));
        for (locale, span) in locales.chain(banner_locales) {
            let tag = locale.as_str();
            let (message, help) = if RESERVED_SEGMENTS.contains(&tag) {
                let message = format!(
                    "pages of the locale `{tag}` would stand where `/{tag}/` has another meaning"
                );
                (
                    message,
                    "write the tag with a region or script, such as `log-CD`",
                )
            } else if taken.insert(tag) {
                continue;
            } else {
                let message = format!("the locale `{tag}` is named twice");
                (
                    message,
                    "name each locale once: in `locales` if it has documents, else in `banner_locales`",
                )
            };
            let place = Spanned::new(span, ());
            self.found
                .add(Code::DuplicateAddress, &place, message, help);
        }
        for policy in settings.policies.get_ref() {
            let slug = policy.get_ref();
            if !taken.insert(slug.as_str()) {
                self.found.add(
                    Code::DuplicateAddress,
                    policy,
                    format!("the address `/{slug}` is taken already"),
                    "name each policy once, and none like a locale",
                );
            }
        }
    }

    fn localised(&mut self, name: &str, texts: &Spanned<Localised>) {
        let locales = self.settings.locales.get_ref();
        let all_empty = texts.get_ref().values().all(String::is_empty);
        if all_empty {
            if !self.draft {
                self.found.add(
                    Code::MissingFact,
                    texts,
                    format!("`{name}` is empty"),
                    "write it in each locale, or set `draft = true` until you know it",
                );
            }
            return;
        }
        self.found
            .add_untranslated(&format!("`{name}`"), texts, locales);
    }

    /// A law that is cited by number and day is so in each locale.
    fn law(&mut self, name: &str, law: &Spanned<Law>) {
        let facts = law.get_ref();
        self.localised(&format!("law.{name}.title"), &facts.title);
        if let Some(cite) = &facts.cite {
            self.localised(&format!("law.{name}.cite"), cite);
        }
        let mut parts: Vec<String> = Vec::new();
        parts.extend(facts.number.as_ref().map(|number| number.get_ref().clone()));
        if let Some(date) = &facts.date {
            let Some(day) = date::from_toml(date.get_ref()) else {
                self.found.add(
                    Code::InvalidFact,
                    date,
                    format!("`law.{name}.date` is no day"),
                    "write for example `date = 2013-05-21`",
                );
                return;
            };
            parts.extend([day.year().to_string(), day.day().to_string()]);
        }
        if let Some(cites) = &facts.cite {
            for (locale, cite) in cites.get_ref() {
                for part in parts.iter().filter(|part| !cite.contains(*part)) {
                    self.found.add(
                        Code::InvalidFact,
                        cites,
                        format!("`law.{name}.cite.{locale}` doesn't mention `{part}`"),
                        "number and date of a law are the same in every locale",
                    );
                }
            }
        }
    }
}
