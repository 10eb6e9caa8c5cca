//! The operator, and whom visitors turn to, as templates see them.

use crate::content::registration;
use crate::content::settings::{FactValue, Facts};
use crate::render::html::{label_html, number_html, value_html};
use crate::render::view::{ContactView, OperatorView, RegistrationView};

/// The view of the facts of a locale.
pub(super) fn view(facts: &Facts) -> OperatorView {
    let name_lang = match facts.get("operator.name") {
        Some(FactValue::Named {
            lang: Some(lang), ..
        }) => lang.clone(),
        _ => String::new(),
    };
    let numbers = match facts.get("operator.registration") {
        Some(FactValue::Registrations(numbers)) => numbers.as_slice(),
        _ => &[],
    };
    let registrations = numbers.iter().map(|fact| RegistrationView {
        kind: fact.kind.clone(),
        label_html: label_html(fact),
        number: fact.number.clone(),
        number_html: number_html(fact),
    });
    let mut kinds = numbers
        .iter()
        .filter_map(|fact| registration::kind(&fact.kind));
    let law = kinds.find_map(|kind| kind.consent.as_deref());
    let (email, email_text) = address(facts, "operator.email");
    let (phone, phone_text) = address(facts, "operator.phone");
    OperatorView {
        name: text(facts, "operator.name"),
        name_lang,
        legal_name_html: html(facts, "operator.legal_name"),
        registrations: registrations.collect(),
        registration_html: html(facts, "operator.registration"),
        consent_law: law.unwrap_or(""),
        address: text(facts, "operator.address"),
        address_html: html(facts, "operator.address"),
        email,
        email_text,
        phone,
        phone_text,
        dpo: contact(facts, "dpo"),
        representative: contact(facts, "representative"),
        authority: contact(facts, "authority"),
    }
}

fn contact(facts: &Facts, table: &str) -> ContactView {
    let name = |fact: &str| format!("{table}.{fact}");
    let (email, email_text) = address(facts, &name("email"));
    let (phone, phone_text) = address(facts, &name("phone"));
    let mut contact = ContactView {
        exists: false,
        name_html: html(facts, &name("name")),
        address_html: html(facts, &name("address")),
        email,
        email_text,
        phone,
        phone_text,
        url: address(facts, &name("url")).0,
    };
    let parts = [
        &contact.name_html,
        &contact.address_html,
        &contact.email,
        &contact.phone,
        &contact.url,
    ];
    contact.exists = parts.iter().any(|part| !part.is_empty());
    contact
}

fn text(facts: &Facts, name: &str) -> String {
    facts.get(name).map_or_else(String::new, FactValue::plain)
}

fn html(facts: &Facts, name: &str) -> String {
    facts.get(name).map_or_else(String::new, value_html)
}

/// What links lead to, and what they say.
fn address(facts: &Facts, name: &str) -> (String, String) {
    let Some(fact) = facts.get(name) else {
        return (String::new(), String::new());
    };
    (fact.in_address(), fact.plain())
}
