//! The variables about the operator, and about whom visitors turn to. What a site doesn't have has no
//! variable.

use super::{FactValue, Link, RegistrationFact};
use crate::content::localised::in_locale;
use crate::content::settings::fact::Fact;
use crate::content::settings::{Operator, Settings};
use crate::content::{country, names, registration};
use domain::Locale;
use std::collections::BTreeMap;
use toml::Spanned;

/// The variable of all numbers.
pub(super) const REGISTRATION: &str = "operator.registration";

/// Adds the variables in a locale. `order` are the locales in which readers get a text that theirs
/// lacks.
pub(super) fn insert(
    values: &mut BTreeMap<String, FactValue>,
    settings: &Settings,
    locale: &Locale,
    order: &[Locale],
) {
    let operator = settings.operator.get_ref();
    let mut people = People {
        values,
        locale,
        order,
        country: operator.country.get_ref(),
    };
    people.operator(operator);
    if let Some(officer) = &settings.dpo {
        let officer = officer.get_ref();
        people.text("dpo.name", officer.name.as_ref());
        people.linked("dpo.email", Link::Email, Some(&officer.email));
        people.linked("dpo.phone", Link::Phone, officer.phone.as_ref());
        people.fact("dpo.address", officer.address.as_ref());
    }
    if let Some(representative) = &settings.representative {
        let representative = representative.get_ref();
        people.text("representative.name", Some(&representative.name));
        people.fact("representative.address", Some(&representative.address));
        let email = representative.email.as_ref();
        people.linked("representative.email", Link::Email, email);
    }
    if let Some(authority) = &settings.authority {
        let authority = authority.get_ref();
        let name = FactValue::localised(authority.name.get_ref(), locale, order);
        people.insert("authority.name", name);
        people.fact("authority.address", authority.address.as_ref());
        people.linked("authority.url", Link::Web, authority.url.as_ref());
    }
}

struct People<'p> {
    values: &'p mut BTreeMap<String, FactValue>,
    locale: &'p Locale,
    order: &'p [Locale],
    country: &'p str,
}

impl People<'_> {
    fn insert(&mut self, name: &str, value: FactValue) {
        self.values.insert(name.to_owned(), value);
    }

    fn text(&mut self, name: &str, text: Option<&Spanned<String>>) {
        if let Some(text) = text {
            self.insert(name, FactValue::Text(text.get_ref().clone()));
        }
    }

    fn linked(&mut self, name: &str, link: Link, text: Option<&Spanned<String>>) {
        if let Some(text) = text {
            let value = FactValue::address(link, text.get_ref(), self.country);
            self.insert(name, value);
        }
    }

    fn fact(&mut self, name: &str, fact: Option<&Spanned<Fact>>) {
        if let Some(fact) = fact {
            self.insert(name, FactValue::of(fact.get_ref(), self.locale, self.order));
        }
    }

    fn operator(&mut self, operator: &Operator) {
        let (locale, order) = (self.locale, self.order);
        self.insert("operator.name", operator_name(operator, locale, "", ""));
        self.insert("operator.legal_name", legal_name(operator, locale, order));
        if let Some(form) = &operator.form {
            let form = FactValue::localised(form.get_ref(), locale, order);
            self.insert("operator.form", form);
        }
        if let Some(country) = country::name(self.country, locale) {
            self.insert("operator.country", FactValue::Text(country));
        }
        self.registrations(operator);
        let address = FactValue::localised(operator.address.get_ref(), locale, order);
        self.insert("operator.address", address);
        self.linked("operator.email", Link::Email, Some(&operator.email));
        self.linked("operator.phone", Link::Phone, operator.phone.as_ref());
    }

    /// All numbers, and the first of each kind under the name of the kind.
    fn registrations(&mut self, operator: &Operator) {
        let mut numbers = Vec::new();
        for registered in operator.registration.all() {
            let (id, number) = (registered.kind.get_ref(), registered.number.get_ref());
            // An unknown kind has been diagnosed.
            let Some(kind) = registration::kind(id) else {
                continue;
            };
            let value = FactValue::Text(number.clone());
            self.values.entry(format!("operator.{id}")).or_insert(value);
            // A draft may lack its number.
            if !number.is_empty() {
                let (label, lang) = kind.label(self.locale);
                numbers.push(RegistrationFact {
                    kind: id.clone(),
                    label: label.to_owned(),
                    lang,
                    number: number.clone(),
                    is_isolated: names::is_right_to_left(self.locale),
                });
            }
        }
        if !operator.registration.all().is_empty() {
            self.insert(REGISTRATION, FactValue::Registrations(numbers));
        }
    }
}

/// The bare name of the operator with text around it.
fn operator_name(operator: &Operator, locale: &Locale, before: &str, after: &str) -> FactValue {
    let lang = operator.name_lang.get_ref();
    FactValue::Named {
        before: before.to_owned(),
        name: operator.name.get_ref().clone(),
        lang: (lang != locale).then(|| lang.to_string()),
        after: after.to_owned(),
    }
}

fn legal_name(operator: &Operator, locale: &Locale, order: &[Locale]) -> FactValue {
    let Some(texts) = &operator.legal_name else {
        return operator_name(operator, locale, "", "");
    };
    let (text, language) = in_locale(texts.get_ref(), locale, order);
    if language.is_some() {
        let text = text.replace("{name}", operator.name.get_ref());
        return FactValue::in_language(text, language);
    }
    // A name without `{name}` is reported; the bare name then stands for it.
    let (before, after) = text.split_once("{name}").unwrap_or(("", ""));
    operator_name(operator, locale, before, after)
}
