//! The review of a new site: the open items of the starter, with the operator's answers to be read
//! once more.

use super::answers::Answers;
use super::starter::Starter;

/// Fills in a review of the starter: `{host}`, `{date}`, and the lists `{services}` and `{facts}`.
pub fn text(template: &str, starter: &Starter, answers: &Answers) -> String {
    template
        .replace("{host}", &answers.host)
        .replace("{date}", &answers.date.to_string())
        .replace("{services}", &services(starter, answers))
        // Last: facts may contain braces.
        .replace("{facts}", &facts(answers))
}

fn facts(answers: &Answers) -> String {
    let facts = answers.facts.iter().map(|((name, locale), value)| {
        let locale = locale
            .as_ref()
            .map_or_else(String::new, |locale| format!(" ({locale})"));
        format!("- `{name}`{locale}: {value}")
    });
    facts.collect::<Vec<_>>().join("\n")
}

fn services(starter: &Starter, answers: &Answers) -> String {
    let services = answers.chosen_services(starter).map(|(service, tag)| {
        let tag = if tag.is_empty() {
            String::new()
        } else {
            format!(", `{tag}`")
        };
        format!("- {} (`{}`){tag}", service.name, service.category.as_str())
    });
    services.collect::<Vec<_>>().join("\n")
}
