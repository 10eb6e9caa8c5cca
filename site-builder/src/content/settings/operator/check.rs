//! Checks of the tables about people and bodies.

use super::super::Settings;
use super::super::fact::Fact;
use super::super::formats::ascii_email;
use super::{Operator, Registration, Registrations};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::localised::Localised;
use crate::content::phone::Phone;
use crate::content::{country, host, registration, vendor};
use crate::report::diagnostic::Code;
use domain::Locale;
use toml::Spanned;

/// Message and help if a fact is invalid; `site-builder new` then asks again. `country` is the
/// operator's, empty if it isn't known. A registration is written `KIND=NUMBER`.
pub fn mistake(name: &str, text: &str, country: &str) -> Option<(String, String)> {
    let (is_valid, help) = match name {
        "host" => return host::mistake(text),
        "operator.legal_name" => return legal_name_mistake(name, text),
        "operator.registration" => {
            let (kind, number) = text.split_once('=').unwrap_or((text, ""));
            return registration_mistake(kind, number, country);
        }
        "operator.country" => (
            country::is_country(text) || country::is_user_assigned(text),
            "write the two letters of ISO 3166-1, such as `KZ`",
        ),
        "operator.email" | "dpo.email" | "representative.email" => (
            ascii_email(text).is_some(),
            "write an address such as `info@cap.kz`",
        ),
        "operator.phone" | "dpo.phone" => (
            Phone::parse(text, country).is_some(),
            "write the whole number, best with the code of its country, such as `+7 727 338 39 93`",
        ),
        "authority.url" => (
            vendor::Tag::Address.fits(text),
            "write the whole address, such as `https://www.cnil.fr/`",
        ),
        _ => return None,
    };
    (!is_valid).then(|| (format!("`{name}` can't be `{text}`"), help.to_owned()))
}

fn legal_name_mistake(name: &str, text: &str) -> Option<(String, String)> {
    let message = format!("`{name}` doesn't hold `{{name}}`");
    let help = "the bare name stands once, in `operator.name`; write `{name}` where it belongs";
    (!text.contains("{name}")).then(|| (message, help.to_owned()))
}

fn registration_mistake(kind: &str, number: &str, country: &str) -> Option<(String, String)> {
    match registration::kind(kind) {
        None => Some(registration::unknown_kind(kind, country)),
        Some(kind) => kind.mistake(number),
    }
}

/// Diagnoses facts that are missing or invalid.
pub(in super::super) fn check(settings: &Settings, found: &mut FileDiagnostics) {
    let operator = settings.operator.get_ref();
    let mut checker = Checker {
        is_draft: *settings.draft.get_ref(),
        locales: settings.locales.get_ref(),
        country: operator.country.get_ref(),
        found,
    };
    checker.text("operator.name", &operator.name);
    checker.text("operator.country", &operator.country);
    checker.registrations(&operator.registration);
    checker.text("operator.email", &operator.email);
    checker.optional("operator.phone", operator.phone.as_ref());
    checker.quotation_marks(operator);
    for (name, texts) in [
        ("operator.legal_name", &operator.legal_name),
        ("operator.form", &operator.form),
    ] {
        if let Some(texts) = texts {
            checker.localised(name, texts);
        }
    }
    checker.localised("operator.address", &operator.address);
    if let Some(texts) = &operator.legal_name {
        for (locale, text) in texts.get_ref() {
            let wrong = legal_name_mistake(&format!("operator.legal_name.{locale}"), text);
            if let Some((message, help)) = wrong {
                checker.found.add(Code::InvalidFact, texts, message, help);
            }
        }
    }
    if let Some(officer) = &settings.dpo {
        let officer = officer.get_ref();
        checker.optional("dpo.name", officer.name.as_ref());
        checker.text("dpo.email", &officer.email);
        checker.optional("dpo.phone", officer.phone.as_ref());
        checker.fact("dpo.address", officer.address.as_ref());
    }
    if let Some(representative) = &settings.representative {
        let representative = representative.get_ref();
        checker.text("representative.name", &representative.name);
        checker.fact("representative.address", Some(&representative.address));
        checker.optional("representative.email", representative.email.as_ref());
    }
    if let Some(authority) = &settings.authority {
        let authority = authority.get_ref();
        checker.localised("authority.name", &authority.name);
        checker.fact("authority.address", authority.address.as_ref());
        checker.optional("authority.url", authority.url.as_ref());
    }
}

struct Checker<'c> {
    is_draft: bool,
    locales: &'c [Locale],
    country: &'c str,
    found: &'c mut FileDiagnostics,
}

/// Help on a fact that is empty.
const EMPTY: &str = "visitors have a right to it (GDPR Art. 13(1)); fill it in, or set `draft = true` until you know it";

/// Help on a fact that is empty and need not be there.
const EMPTY_OPTIONAL: &str =
    "fill it in, remove it if there is none, or set `draft = true` until you know it";

impl Checker<'_> {
    /// A fact that only a draft may lack (GDPR Art. 13(1)(a)–(b)).
    fn text(&mut self, name: &str, value: &Spanned<String>) {
        self.value(name, value, EMPTY);
    }

    /// A fact that need not be there; if it is, only a draft may leave it empty.
    fn optional(&mut self, name: &str, value: Option<&Spanned<String>>) {
        if let Some(value) = value {
            self.value(name, value, EMPTY_OPTIONAL);
        }
    }

    fn value(&mut self, name: &str, value: &Spanned<String>, empty: &str) {
        let text = value.get_ref();
        if !text.is_empty() {
            if let Some((message, help)) = mistake(name, text, self.country) {
                self.found.add(Code::InvalidFact, value, message, help);
            }
        } else if !self.is_draft {
            let message = format!("`{name}` is empty");
            self.found.add(Code::MissingFact, value, message, empty);
        }
    }

    /// Where the law of names wants quotation marks, a name without them is no part of a sentence.
    fn quotation_marks(&mut self, operator: &Operator) {
        let name = operator.name.get_ref();
        let mut kinds = operator.registration.0.iter();
        let is_quoted = |one: &Registration| {
            registration::kind(one.kind.get_ref()).is_some_and(|kind| kind.has_quoted_name)
        };
        let marks = ['«', '»', '"', '“', '”', '„'];
        if operator.legal_name.is_some()
            && kinds.any(is_quoted)
            && !name.is_empty()
            && !name.contains(marks)
        {
            self.found.add(
                Code::UnquotedName,
                &operator.name,
                format!("the name `{name}` stands without quotation marks"),
                format!("write `«{name}»`: texts put it after the legal form as it is"),
            );
        }
    }

    fn registrations(&mut self, registrations: &Registrations) {
        for Registration { kind, number } in registrations.all() {
            let (id, text) = (kind.get_ref(), number.get_ref());
            if let Some(known) = registration::kind(id) {
                if text.is_empty() {
                    self.value("operator.registration.number", number, EMPTY_OPTIONAL);
                } else if let Some((message, help)) = known.mistake(text) {
                    self.found.add(Code::InvalidFact, number, message, help);
                }
            } else {
                let (message, help) = registration::unknown_kind(id, self.country);
                self.found.add(Code::InvalidFact, kind, message, help);
            }
        }
    }

    /// A text for every locale, or one in each.
    fn fact(&mut self, name: &str, fact: Option<&Spanned<Fact>>) {
        let Some(fact) = fact else {
            return;
        };
        match fact.get_ref() {
            Fact::Text(text) => {
                let text = Spanned::new(fact.span(), text.clone());
                self.value(name, &text, EMPTY_OPTIONAL);
            }
            Fact::Localised(texts) => {
                self.localised(name, &Spanned::new(fact.span(), texts.clone()));
            }
        }
    }

    fn localised(&mut self, name: &str, texts: &Spanned<Localised>) {
        let is_empty = texts.get_ref().values().all(String::is_empty);
        if !is_empty {
            self.found
                .add_untranslated(&format!("`{name}`"), texts, self.locales);
        } else if !self.is_draft {
            self.found.add(
                Code::MissingFact,
                texts,
                format!("`{name}` is empty"),
                "write it in each locale, or set `draft = true` until you know it",
            );
        }
    }
}
