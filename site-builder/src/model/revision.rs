//! The revision of a site: what it is a hash of, and its short form.

use crate::content::document::Document;
use crate::content::document::plain_text::{clause_text, push_blocks};
use crate::content::register::Register;
use crate::content::settings::Facts;
use crate::model::parsed::ParsedEdition;
use crate::model::site::{Policy, Site};
use chrono::NaiveDate;
use domain::Digest;
use toml::Spanned;

/// One line for each policy in force and locale with the hash of its material text.
pub fn material_text(site: &Site, today: NaiveDate) -> String {
    let mut text = String::new();
    let in_force = |policy: &&Policy| policy.retired(today).is_none();
    for policy in site.policies.iter().filter(in_force) {
        for (locale, hash) in &policy.material {
            text += &format!("{}/{locale} {hash}\n", policy.first_name());
        }
    }
    text
}

/// The newest edition in force on a day whose front matter says `material`, of those of one locale,
/// oldest first, each given by its day and that key. The first edition is always material: nobody
/// was asked before it.
pub fn newest_material<E>(
    editions: &[E],
    day_and_material: impl Fn(&E) -> (NaiveDate, bool),
    today: NaiveDate,
) -> Option<&E> {
    let is_in_force = |edition: &&E| {
        let (day, material) = day_and_material(edition);
        day <= today && material
    };
    editions
        .iter()
        .rev()
        .find(is_in_force)
        .or_else(|| editions.first())
}

/// The SHA-256 of the newest edition in force whose front matter says `material`, in hexadecimal.
/// It is a part of the revision. `editions` are those of one locale, oldest first.
pub fn material(editions: &[ParsedEdition<'_>], facts: &Facts, today: NaiveDate) -> Option<String> {
    let key = |text: &ParsedEdition<'_>| (text.effective, text.document.front.material);
    let edition = newest_material(editions, key, today)?;
    Some(text_hash(&edition.document, facts))
}

/// The SHA-256 of the clauses and footnotes of a text, in hexadecimal.
pub fn text_hash(document: &Document<'_>, facts: &Facts) -> String {
    let clauses = document.walk().into_iter();
    let clauses =
        clauses.map(|clause| format!("{} {}", clause.anchor, clause_text(clause, facts, "")));
    let footnotes = document.footnotes.iter().map(|footnote| {
        let mut text = format!("{} ", footnote.anchor);
        push_blocks(&footnote.blocks, facts, "", &mut text);
        text
    });
    let clauses: Vec<String> = clauses.chain(footnotes).collect();
    Digest::of(&[clauses.join("\n").as_bytes()]).to_string()
}

/// The facts of the register that visitors consent to, as text to hash: recipients, data, purposes,
/// countries with the bases of transfers, and what is kept in the browser with its lifetimes.
pub fn register_text(register: &Register) -> String {
    let mut text = String::new();
    for service in register.all() {
        text.push_str(&format!(
            "{} {} {} {} {} {:?} {:?} {:?} {:?} {:?}\n",
            service.id.get_ref(),
            service.name,
            service.category.as_str(),
            service.provider,
            service.country.get_ref(),
            service.transfer.get_ref().bases(),
            service.excluded_countries().collect::<Vec<_>>(),
            service
                .purposes
                .iter()
                .map(Spanned::get_ref)
                .collect::<Vec<_>>(),
            service.purpose.get_ref(),
            service.data.get_ref(),
        ));
        if service.is_switched_off {
            text.push_str("  switched off\n");
        }
        for cookie in &service.cookies {
            let cookie = cookie.get_ref();
            text.push_str(&format!(
                "  {} {} {} {} {:?}\n",
                cookie.name.get_ref(),
                cookie.domain.get_ref(),
                cookie.path.get_ref(),
                cookie.days.get_ref(),
                cookie.purpose.get_ref()
            ));
        }
        for item in &service.storage {
            let item = item.get_ref();
            text.push_str(&format!(
                "  {} {} {:?} {:?}\n",
                item.kind.as_str(),
                item.name.get_ref(),
                item.lifetime(),
                item.purpose.get_ref()
            ));
        }
    }
    text
}
