//! Whether the facts of `site.toml` can be true.

use super::{Law, Localised, Settings};
use crate::date;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use chrono::Datelike as _;
use std::collections::BTreeSet;
use toml::Spanned;

/// Every fact that is missing or can't be true.
pub(super) fn check(settings: &Settings, file: FileId, folder: &str) -> Vec<Diagnostic> {
    let mut checker = Checker {
        file,
        draft: settings.draft,
        settings,
        diagnostics: Vec::new(),
    };
    checker.site(folder);
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
    checker.diagnostics
}

struct Checker<'s> {
    file: FileId,
    draft: bool,
    settings: &'s Settings,
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn refuse<T>(&mut self, code: Code, place: &Spanned<T>, message: String, help: &str) {
        self.diagnostics
            .push(Diagnostic::at(code, self.file, place.span(), message, help));
    }

    fn site(&mut self, folder: &str) {
        let settings = self.settings;
        let host = settings.host.get_ref();
        if !is_host(host) {
            self.refuse(
                Code::InvalidFact,
                &settings.host,
                format!("`{host}` is no host name"),
                "write the bare name in lower case, such as `cap.kz`",
            );
        } else if folder != host && !folder.starts_with('_') {
            self.refuse(
                Code::InvalidFact,
                &settings.host,
                format!("the folder is named `{folder}`, the host `{host}`"),
                "name the folder after the host",
            );
        }
        if settings.locales.get_ref().is_empty() {
            self.refuse(
                Code::MissingFact,
                &settings.locales,
                "the site has no locale".to_owned(),
                "write for example `locales = [\"kk\", \"ru\", \"en\"]`",
            );
        }
        if settings.policies.get_ref().is_empty() {
            self.refuse(
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
                self.refuse(Code::InvalidFact, policy, format!("`{slug}` can't be a policy's address"), "use lower-case Latin letters, digits and hyphens; `choices`, `words`, `assets`, `changes`, `admin` and `api` are taken");
            }
        }
        let days = *settings.choice_days.get_ref();
        if !(1..=400).contains(&days) {
            self.refuse(Code::InvalidFact, &settings.choice_days, format!("a choice can't be remembered for {days} days"), "browsers keep cookies for 400 days at most (RFC 6265bis); 180 is what authorities advise");
        }
        let retention = *settings.retention_days.get_ref();
        if retention < days {
            self.refuse(
                Code::InvalidFact,
                &settings.retention_days,
                format!(
                    "records would be deleted after {retention} days, while a choice lives {days}"
                ),
                "keep records longer than choices",
            );
        }
        if let Some(domain) = &settings.cookie_domain {
            let name = domain.get_ref();
            if host != name && !host.ends_with(&format!(".{name}")) {
                self.refuse(
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
                self.refuse(
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
            if !taken.insert(locale.as_str()) {
                self.refuse(
                    Code::DuplicateAddress,
                    &settings.locales,
                    format!("the locale `{locale}` is named twice"),
                    "name each locale once",
                );
            }
        }
        for policy in settings.policies.get_ref() {
            let slug = policy.get_ref();
            if !taken.insert(slug.as_str()) {
                self.refuse(
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
        self.required("operator.name", &operator.name, |_| true, "");
        self.required(
            "operator.bin",
            &operator.bin,
            is_bin,
            "a BIN has 12 digits, the last one is a check digit",
        );
        self.required(
            "operator.email",
            &operator.email,
            is_email,
            "write an address such as `info@cap.kz`",
        );
        self.required(
            "operator.phone",
            &operator.phone,
            is_e164,
            "write it in E.164: `+` and 8 to 15 digits, no spaces",
        );
        self.required(
            "dpo.email",
            &settings.dpo.get_ref().email,
            is_email,
            "write an address such as `info@cap.kz`",
        );
        for (locale, text) in operator.legal_name.get_ref() {
            if !text.contains("{name}") {
                self.refuse(Code::InvalidFact, &operator.legal_name, format!("`operator.legal_name.{locale}` doesn't hold `{{name}}`"), "the bare name stands once, in `operator.name`; write `{name}` where it belongs");
            }
        }
    }

    /// A fact that visitors have a right to (GDPR Art. 13(1)(a)–(b)); only a draft may lack it.
    fn required(
        &mut self,
        name: &str,
        value: &Spanned<String>,
        is_valid: fn(&str) -> bool,
        help: &str,
    ) {
        let text = value.get_ref();
        if text.is_empty() {
            if !self.draft {
                self.refuse(Code::MissingFact, value, format!("`{name}` is empty"), "visitors have a right to it (GDPR Art. 13(1)); fill it in, or set `draft = true` until you know it");
            }
        } else if !is_valid(text) {
            self.refuse(
                Code::InvalidFact,
                value,
                format!("`{name}` can't be `{text}`"),
                help,
            );
        }
    }

    fn localised(&mut self, name: &str, texts: &Spanned<Localised>) {
        let locales = self.settings.locales.get_ref();
        let all_empty = texts.get_ref().values().all(String::is_empty);
        if self.draft && all_empty {
            return;
        }
        for locale in locales {
            if texts
                .get_ref()
                .get(locale.as_str())
                .is_none_or(String::is_empty)
            {
                self.refuse(
                    Code::MissingTranslation,
                    texts,
                    format!("`{name}` has no text in `{locale}`"),
                    "add it, or take the locale out of `locales`",
                );
            }
        }
    }

    fn law(&mut self, name: &str, law: &Spanned<Law>) {
        let facts = law.get_ref();
        self.localised(&format!("law.{name}.title"), &facts.title);
        self.localised(&format!("law.{name}.cite"), &facts.cite);
        let Some(day) = date::from_toml(facts.date.get_ref()) else {
            self.refuse(
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
                    self.refuse(
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

/// Lower-case DNS name with at least one dot (RFC 1123 letters, digits, hyphens).
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn is_slug(text: &str) -> bool {
    let taken = ["choices", "words", "assets", "api", "changes", "admin"];
    !text.is_empty()
        && text.len() <= 60
        && !taken.contains(&text)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else {
        return false;
    };
    !user.is_empty()
        && is_host(host)
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// ITU-T E.164: `+`, then at most 15 digits, the first no zero.
fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// BIN and IIN of Kazakhstan: the twelfth digit is the weighted sum of the others modulo 11; where that is 10, the
/// sum is taken again with weights that start at 3.
fn is_bin(text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|character| character.to_digit(10))
        .collect();
    let (12, 12, Some((check, number))) = (text.len(), digits.len(), digits.split_last()) else {
        return false;
    };
    let sum = |weights: [u32; 11]| {
        number
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum::<u32>()
            % 11
    };
    let first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let expected = if first == 10 {
        sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
    } else {
        first
    };
    expected < 10 && *check == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_is_checked_by_its_last_digit() {
        assert!(is_bin("171240017760"));
        for bad in [
            "171240017761",
            "17124001776",
            "1712400177600",
            "17124001776x",
            "",
        ] {
            assert!(!is_bin(bad), "{bad}");
        }
    }

    #[test]
    fn telephones_are_e164() {
        assert!(is_e164("+77273383993"));
        for bad in [
            "77273383993",
            "+7 727 338 39 93",
            "+0123456789",
            "+1234567890123456",
            "+",
        ] {
            assert!(!is_e164(bad), "{bad}");
        }
    }

    #[test]
    fn hosts_and_addresses_are_plain() {
        assert!(is_host("cap.kz") && is_email("info@cap.kz"));
        for bad in [
            "cap",
            "Cap.kz",
            "cap..kz",
            "-a.kz",
            "cap.kz/x",
            "https://cap.kz",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
        for bad in ["@cap.kz", "info@", "in fo@cap.kz", "info@cap", "info"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
