//! `REVIEW.md` of a new site: the answers, to be read once more, and the open items of the
//! starter's own list.

use super::answers::Answers;
use super::starter::Starter;

/// Items of the starter's list about its example facts: a new site has its own in their place.
pub const REPLACED: [&str; 3] = ["R1", "R3", "R13"];

/// The text of the file.
pub fn text(starter: &Starter, answers: &Answers) -> String {
    let mut text = format!(
        "# What the owner of {} has to decide\n\n\
         `site-builder new` made this site from a template. A box marked **Blocking** stops the deployment until it is ticked \
         (`- [x] **Blocking**`):\ntick it once the decision is made and the site says so. “Source” below is the template's own.\n",
        answers.host
    );
    for section in starter.review.split("\n## ").skip(1) {
        let body = match section.split_once('.') {
            Some(("R1", _)) => facts(answers),
            Some(("R3", _)) => services(starter, answers),
            Some(("R13", _)) => date(answers),
            Some(_) | None => format!("{}\n", section.trim_end()),
        };
        text.push_str(&format!("\n## {body}"));
    }
    text
}

fn facts(answers: &Answers) -> String {
    let mut text = "R1. Facts of the operator\n".to_owned();
    for ((name, locale), value) in &answers.facts {
        let locale = locale
            .as_ref()
            .map_or_else(String::new, |locale| format!(" ({locale})"));
        text.push_str(&format!("- `{name}`{locale}: {value}\n"));
    }
    text.push_str("- Decide: read each once more, and send a letter to both e-mail addresses: they must be read by somebody.\n- [ ] **Blocking**\n");
    text
}

fn services(starter: &Starter, answers: &Answers) -> String {
    let mut text = "R3. Services and cookies\n".to_owned();
    for (service, tag) in answers.chosen_services(starter) {
        let tag = if tag.is_empty() {
            String::new()
        } else {
            format!(", id `{tag}`")
        };
        let category = service.category.as_str();
        text.push_str(&format!("- {}, {category}{tag}\n", service.name));
    }
    text.push_str("- Decide: add every other service to `services.toml`, and the site's own cookies (sign-in, basket, language).\n- [ ] **Blocking**\n");
    text
}

fn date(answers: &Answers) -> String {
    format!(
        "R13. The date\n- Here: the policy is published and comes into force on {}.\n\
         - Decide: if another day is right, rename the file in every locale to it, and set `published`.\n- [ ] **Blocking**\n",
        answers.date
    )
}
