//! The review of a new site: the open items of the pack, with the operator's answers to be read once
//! more.

use super::answers::Answers;
use super::words::fill;

/// Fills in a review of the pack: `{host}`, `{date}`, and the lists `{services}` and `{facts}`.
pub fn text(template: &str, answers: &Answers<'_>) -> String {
    let values = [
        ("host", answers.host.shown()),
        ("date", &answers.date.to_string()),
        ("services", &services(answers)),
        ("facts", &facts(answers)),
    ];
    fill(template, &values)
}

fn facts(answers: &Answers<'_>) -> String {
    let country = format!("- `operator.country`: {}", answers.country);
    let facts = answers.facts.iter().map(|((name, locale), value)| {
        let locale = locale
            .as_ref()
            .map_or_else(String::new, |locale| format!(" ({locale})"));
        format!("- `{name}`{locale}: {value}")
    });
    let registrations = answers.registrations.iter();
    let registrations =
        registrations.map(|(kind, number)| format!("- `operator.registration` ({kind}): {number}"));
    let authority = answers.authority.and_then(|authority| {
        let locale = answers.locales.first()?;
        let url = authority.url.as_deref().unwrap_or("");
        let name = authority.name_in(locale);
        Some(format!("- `authority`: {name} {url}").trim_end().to_owned())
    });
    let all = std::iter::once(country).chain(facts).chain(registrations);
    all.chain(authority).collect::<Vec<_>>().join("\n")
}

fn services(answers: &Answers<'_>) -> String {
    let services = answers.chosen_services().map(|(service, tag)| {
        let tag = if tag.is_empty() {
            String::new()
        } else {
            format!(", `{tag}`")
        };
        format!("- {} (`{}`){tag}", service.name, service.category.as_str())
    });
    services.collect::<Vec<_>>().join("\n")
}
