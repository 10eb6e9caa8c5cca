//! What visitors are asked about, as hashes: the revision of a site and the texts it shows.

use crate::html;
use crate::register::Register;
use crate::site::{Policy, Site};
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

/// SHA-256 in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// First 48 bits of a SHA-256 in base64url: 8 characters that fit into the consent cookie.
pub fn short(bytes: &[u8]) -> String {
    shorten(&Sha256::digest(bytes))
}

/// First 48 bits of a hash in base64url.
pub fn shorten(digest: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.get(..6).unwrap_or_default())
}

/// The words of the policies that visitors must be asked about again when they change, as a hash per policy and locale: those
/// of the newest edition in force that its author called material.
pub fn material_text(site: &Site<'_>, today: NaiveDate) -> String {
    let mut text = String::new();
    for policy in &site.policies {
        for (locale, words) in material_of(policy, site, today) {
            let hash = hex(words.as_bytes());
            text.push_str(&format!("{}/{locale} {hash}\n", policy.slug));
        }
    }
    text
}

fn material_of(policy: &Policy<'_>, site: &Site<'_>, today: NaiveDate) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (locale, editions) in &policy.texts {
        let in_force = editions
            .iter()
            .rev()
            .filter(|edition| edition.effective <= today);
        let material = in_force
            .clone()
            .find(|edition| edition.document.front.material);
        // The first edition counts as material whatever its author says: nobody has been asked before it.
        let oldest = editions.first();
        let Some(edition) = material.or(oldest) else {
            continue;
        };
        let Some(facts) = site.facts.get(locale) else {
            continue;
        };
        let clauses: Vec<String> = edition
            .document
            .walk()
            .into_iter()
            .map(|clause| format!("{} {}", clause.anchor, html::plain(clause, facts)))
            .collect();
        all.push((locale.to_string(), clauses.join("\n")));
    }
    all
}

/// The register as visitors understand it: who, for what, which cookies, for how long, to where.
pub fn register_text(register: &Register) -> String {
    let mut text = String::new();
    for service in &register.services {
        let service = service.get_ref();
        text.push_str(&format!(
            "{} {} {} {} {} {} {:?} {:?}\n",
            service.id.get_ref(),
            service.name,
            service.category.as_str(),
            service.provider,
            service.country.get_ref(),
            service.transfer.as_str(),
            service.purpose.get_ref(),
            service.data.get_ref(),
        ));
        for cookie in &service.cookies {
            let cookie = cookie.get_ref();
            text.push_str(&format!(
                "  {} {} {} {:?}\n",
                cookie.name.get_ref(),
                cookie.domain.get_ref(),
                cookie.days.get_ref(),
                cookie.purpose.get_ref()
            ));
        }
    }
    text
}
