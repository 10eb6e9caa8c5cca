//! What a person sees of a form: a question, and all answers in the end.

use crate::content::country;
use crate::content::names;
use crate::content::registration;
use crate::new::form::{Form, Step};
use crate::new::questions::{Each, Kind};
use crate::new::words::{Words, fill};
use domain::Locale;

/// A question with what it is asked about.
pub(super) fn question(form: &Form, words: &Words, step: &Step) -> String {
    let text = &words.question(step.question).text;
    let Some(about) = &step.about else {
        return text.clone();
    };
    let about = match step.question.each {
        Each::Language => Locale::try_from(about.as_str()).map_or_else(
            |_| about.clone(),
            |locale| names::language(&locale, &form.locale),
        ),
        Each::Service => {
            let service = form.pack().and_then(|pack| pack.service(about));
            service.map_or_else(|| about.clone(), |service| service.name.clone())
        }
        Each::Registration => registration::kind(about).map_or_else(
            || about.clone(),
            |kind| kind.label(&form.locale).0.to_owned(),
        ),
        Each::Once => about.clone(),
    };
    fill(&words.in_language, &[("text", text), ("language", &about)])
}

/// What an answer looks like.
pub(super) fn hint(form: &Form, words: &Words, step: &Step) -> String {
    let hint = &words.question(step.question).hint;
    let (Each::Service, Some(id)) = (step.question.each, &step.about) else {
        return hint.clone();
    };
    let service = form.pack().and_then(|pack| pack.service(id));
    service.map_or_else(
        || hint.clone(),
        |service| format!("{}; {hint}", words.tag(service.tag())),
    )
}

/// All answers, numbered, and what follows from them.
pub(super) fn summary(form: &Form, words: &Words, steps: &[Step]) -> String {
    let mut lines = vec![String::new(), words.summary.clone()];
    let name = form.given.get("name").map_or("", String::as_str);
    for (at, step) in steps.iter().enumerate() {
        let number = at + 1;
        let answer = form.given.get(&step.key()).map_or("", String::as_str);
        let chosen = step.choices.iter().find(|choice| choice.value == answer);
        let shown = match step.question.kind {
            _ if answer.is_empty() => words.none.clone(),
            Kind::Fact("operator.legal_name") => fill(answer, &[("name", name)]),
            Kind::Country => match country::name(answer, &form.locale) {
                Some(name) => format!("{name} ({answer})"),
                None => answer.to_owned(),
            },
            _ => match chosen {
                Some(choice) if choice.label != answer => format!("{} ({answer})", choice.label),
                Some(_) | None => answer.to_owned(),
            },
        };
        lines.push(format!(
            "{number:>4}  {}: {shown}",
            question(form, words, step)
        ));
    }
    if let Some(authority) = form.authority() {
        let url = authority.url.as_deref().unwrap_or("");
        let values = [("name", authority.name_in(&form.locale)), ("url", url)];
        lines.push(fill(&words.authority, &values).trim_end().to_owned());
        if !authority.confirmed {
            lines.push(words.unconfirmed.clone());
        }
    }
    let reviewed = form.pack().map_or("", |pack| &pack.data.reviewed);
    lines.push(if reviewed.is_empty() {
        words.unreviewed.clone()
    } else {
        fill(&words.reviewed, &[("reviewed", reviewed)])
    });
    lines.join("\n")
}
