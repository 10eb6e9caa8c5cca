//! Checks of `site.toml`.

use super::formats::{RESERVED_SEGMENTS, is_bin, is_e164, is_email, is_host, is_slug};
use super::{Law, MAX_SIX_MONTHS, SLUG_HELP, Settings, policies, regimes, witnesses};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::localised::Localised;
use crate::content::{MAX_COOKIE_DAYS, date};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use chrono::Datelike as _;
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
    if let Some(named) = &settings.witnesses {
        let sites = sites.iter().map(String::as_str);
        let own_hosts: Vec<&str> = sites.chain([settings.host.get_ref().as_str()]).collect();
        witnesses::check(named, &own_hosts, &mut checker.found);
    }
    checker.operator();
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

/// Message and help if a fact of the operator is invalid; `site-builder new` then asks again.
pub fn mistake(name: &str, text: &str) -> Option<(String, &'static str)> {
    let (is_valid, help): (fn(&str) -> bool, _) = match name {
        "operator.bin" => (is_bin, "a BIN has 12 digits, the last one is a check digit"),
        "operator.email" | "dpo.email" => (is_email, "write an address such as `info@cap.kz`"),
        "operator.phone" => (
            is_e164,
            "write it in E.164: `+` and 8 to 15 digits, no spaces",
        ),
        "operator.legal_name" => return legal_name_mistake(name, text),
        "host" => {
            let message = format!("`{text}` is no host name");
            return (!is_host(text)).then_some((message, HOST_HELP));
        }
        _ => return None,
    };
    (!is_valid(text)).then(|| (format!("`{name}` can't be `{text}`"), help))
}

const HOST_HELP: &str = "write the bare name in lower case, such as `cap.kz`";

fn legal_name_mistake(name: &str, text: &str) -> Option<(String, &'static str)> {
    let message = format!("`{name}` doesn't hold `{{name}}`");
    let help = "the bare name stands once, in `operator.name`; write `{name}` where it belongs";
    (!text.contains("{name}")).then_some((message, help))
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
        if let Some((message, help)) = mistake("host", host) {
            self.found
                .add(Code::InvalidFact, &settings.host, message, help);
        } else if folder != host && !folder.starts_with('_') {
            self.found.add(
                Code::InvalidFact,
                &settings.host,
                format!("the folder is named `{folder}`, the host `{host}`"),
                "name the folder after the host",
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
            let name = domain.get_ref();
            if host != name && !host.ends_with(&format!(".{name}")) {
                self.found.add(
                    Code::InvalidFact,
                    domain,
                    format!("`{name}` is neither `{host}` nor a parent of it"),
                    "browsers refuse such a cookie (RFC 6265, 5.3)",
                );
            }
        }
        for origin in &settings.origins {
            let text = origin.get_ref();
            if !text.strip_prefix("https://").is_some_and(is_host) {
                self.found.add(
                    Code::InvalidFact,
                    origin,
                    format!("`{text}` is no origin"),
                    "write `https://` and a host, nothing after it",
                );
            }
        }
    }

    /// Locales and policies share the first part of addresses: `/kk/`, `/privacy`.
    fn addresses(&mut self) {
        let settings = self.settings;
        let mut taken = BTreeSet::new();
        for locale in settings.locales.get_ref() {
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
                (message, "name each locale once")
            };
            self.found
                .add(Code::DuplicateAddress, &settings.locales, message, help);
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

    fn operator(&mut self) {
        let settings = self.settings;
        let operator = settings.operator.get_ref();
        self.localised("operator.legal_name", &operator.legal_name);
        self.localised("operator.form", &operator.form);
        self.localised("operator.address", &operator.address);
        self.localised("authority.name", &settings.authority.get_ref().name);
        let dpo = settings.dpo.get_ref();
        for (name, value) in [
            ("operator.name", &operator.name),
            ("operator.bin", &operator.bin),
            ("operator.email", &operator.email),
            ("operator.phone", &operator.phone),
            ("dpo.email", &dpo.email),
        ] {
            self.required(name, value);
        }
        for (locale, text) in operator.legal_name.get_ref() {
            if let Some((message, help)) =
                legal_name_mistake(&format!("operator.legal_name.{locale}"), text)
            {
                self.found
                    .add(Code::InvalidFact, &operator.legal_name, message, help);
            }
        }
    }

    /// A fact that only a draft may lack (GDPR Art. 13(1)(a)–(b)).
    fn required(&mut self, name: &str, value: &Spanned<String>) {
        let text = value.get_ref();
        if text.is_empty() {
            if !self.draft {
                self.found.add(Code::MissingFact, value, format!("`{name}` is empty"), "visitors have a right to it (GDPR Art. 13(1)); fill it in, or set `draft = true` until you know it");
            }
        } else if let Some((message, help)) = mistake(name, text) {
            self.found.add(Code::InvalidFact, value, message, help);
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

    fn law(&mut self, name: &str, law: &Spanned<Law>) {
        let facts = law.get_ref();
        self.localised(&format!("law.{name}.title"), &facts.title);
        self.localised(&format!("law.{name}.cite"), &facts.cite);
        let Some(day) = date::from_toml(facts.date.get_ref()) else {
            self.found.add(
                Code::InvalidFact,
                &facts.date,
                format!("`law.{name}.date` is no day"),
                "write for example `date = 2013-05-21`",
            );
            return;
        };
        let number = facts.number.get_ref();
        for (locale, cite) in facts.cite.get_ref() {
            for part in [
                number.clone(),
                day.year().to_string(),
                day.day().to_string(),
            ] {
                if !cite.contains(&part) {
                    self.found.add(
                        Code::InvalidFact,
                        &facts.cite,
                        format!("`law.{name}.cite.{locale}` doesn't mention `{part}`"),
                        "number and date of a law are the same in every locale",
                    );
                }
            }
        }
    }
}
