//! `REVIEW.md` of a new site: what was answered, to be read once more, and what the starter's own list leaves to decide.

use super::answers::Answers;
use super::template::Template;
use std::fmt::Write as _;

/// Items of the starter's list that speak of its example facts. A new site has its own in their place.
pub const REPLACED: [&str; 3] = ["R1", "R3", "R13"];

/// The list of a new site.
pub fn text(template: &Template, answers: &Answers) -> String {
    let mut text = format!(
        "# What the owner of {} has to decide\n\n\
         `site-builder new` made this site from a template. A box marked **Blocking** stops the deployment until it is ticked \
         (`- [x] **Blocking**`):\ntick it once the decision is made and the site says so. “Source” below is the template's own.\n",
        answers.host
    );
    for section in template.review.split("\n## ").skip(1) {
        let number = section.split('.').next().unwrap_or_default();
        let body = match number {
            "R1" => facts(answers),
            "R3" => services(template, answers),
            "R13" => date(answers),
            _ => format!("{}\n", section.trim_end()),
        };
        let _ = write!(text, "\n## {body}");
    }
    text
}

fn facts(answers: &Answers) -> String {
    let mut text = "R1. Facts of the operator\n".to_owned();
    for ((name, locale), value) in &answers.facts {
        let locale = locale.as_ref().map(|locale| format!(" ({locale})"));
        let _ = writeln!(text, "- `{name}`{}: {value}", locale.unwrap_or_default());
    }
    text.push_str("- Decide: read each once more, and send a letter to both e-mail addresses: they must be read by somebody.\n- [ ] **Blocking**\n");
    text
}

fn services(template: &Template, answers: &Answers) -> String {
    let mut text = "R3. Services and cookies\n".to_owned();
    for (service, tag) in answers.chosen(template) {
        let tag = if tag.is_empty() {
            String::new()
        } else {
            format!(", id `{tag}`")
        };
        let _ = writeln!(
            text,
            "- {}, {}{tag}",
            service.name,
            service.category.as_str()
        );
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
