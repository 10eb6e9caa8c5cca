//! What visitors are asked about, as hashes: the revision of a site and the texts it shows.

use crate::content::document::plain_text::plain;
use crate::content::register::Register;
use crate::content::settings::Facts;
use crate::model::parsed::ParsedEdition;
use crate::model::site::Site;
use chrono::NaiveDate;
use domain::{Digest, base64url};

/// The first 48 bits of a hash in base64url: 8 characters that fit into the consent cookie.
pub fn short(digest: &Digest) -> String {
    let [a, b, c, d, e, f, ..] = *digest.as_bytes();
    base64url(&[a, b, c, d, e, f])
}

/// The words of the policies that visitors must be asked about again when they change, as a hash per policy and locale.
pub fn material_text(site: &Site) -> String {
    let mut text = String::new();
    for policy in &site.policies {
        for (locale, hash) in &policy.material {
            text += &format!(
                "{}/{locale} {hash}
",
                policy.slug
            );
        }
    }
    text
}

/// The hash of those words in one locale: of the newest edition in force that its author called material. `texts` are the editions, oldest
/// first.
pub fn material(texts: &[ParsedEdition<'_>], facts: &Facts, today: NaiveDate) -> Option<String> {
    let mut in_force = texts.iter().rev().filter(|text| text.effective <= today);
    let material = in_force.find(|text| text.document.front.material);
    // The first edition counts as material whatever its author says: nobody has been asked before it.
    let text = material.or(texts.first())?;
    let clauses: Vec<String> = text
        .document
        .walk()
        .into_iter()
        .map(|clause| format!("{} {}", clause.anchor, plain(clause, facts)))
        .collect();
    Some(Digest::of(&[clauses.join("\n").as_bytes()]).to_string())
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
