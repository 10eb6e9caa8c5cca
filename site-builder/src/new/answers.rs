//! What a new site has to know of its operator: given as options, asked on a terminal, or taken from the starter.

use super::questions::{Otherwise, QUESTIONS, Question, Told};
use super::template::{Offered, Template};
use crate::content::settings;
use crate::report::diagnostic::{Code, Diagnostic};
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;

/// A fact by its name in `site.toml`, per locale or in none.
pub type Facts = BTreeMap<(&'static str, Option<Locale>), String>;

/// What was given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Locales, the default one first; empty: not given.
    pub locales: Vec<Locale>,
    /// Facts.
    pub facts: Facts,
    /// Services with their ids; none: not given.
    pub services: Option<Vec<(String, String)>>,
}

/// Everything, checked.
#[derive(Debug, Clone)]
pub struct Answers {
    /// `example.kz`
    pub host: String,
    /// Locales, the default one first.
    pub locales: Vec<Locale>,
    /// Facts, each in every locale that it is told in.
    pub facts: Facts,
    /// Services with their ids.
    pub services: Vec<(String, String)>,
    /// The day on which the policy comes into force.
    pub date: NaiveDate,
}

impl Answers {
    /// The services that were chosen, in the starter's order, with their ids; those that need none
    /// are always there.
    pub(super) fn chosen<'t>(
        &'t self,
        template: &'t Template,
    ) -> impl Iterator<Item = (&'t Offered, &'t str)> {
        template.services.iter().filter_map(|service| {
            let answered = self.services.iter().find(|(id, _)| *id == service.id);
            let tag = answered.map(|(_, tag)| tag.as_str());
            Some((service, tag.or((!service.kind.is_loaded()).then_some(""))?))
        })
    }
}

/// Somebody to ask.
pub trait Respondent {
    /// A line of text; `proposed` when the answer is empty.
    ///
    /// # Errors
    /// The terminal fails, or the person gives up.
    fn line(&mut self, question: &str, proposed: Option<&str>) -> std::io::Result<String>;

    /// Places in a list, in its order.
    ///
    /// # Errors
    /// As of `line`.
    fn several(&mut self, question: &str, of: &[&str], all: bool) -> std::io::Result<Vec<usize>>;

    /// Says what is wrong with the answer before.
    fn tell(&mut self, message: &str, help: &str);
}

/// Puts the answers together. Without a respondent what is missing is told, all at once.
///
/// # Errors
/// Whatever can't be true or is missing.
pub fn complete<'r>(
    host: &str,
    given: Given,
    template: &Template,
    date: NaiveDate,
    respondent: Option<&'r mut (dyn Respondent + 'r)>,
) -> Result<Answers, Vec<Diagnostic>> {
    let mut completion = Completion {
        template,
        respondent,
        wrong: Vec::new(),
    };
    let locales = completion.locales(given.locales);
    let mut facts = Facts::new();
    for question in &QUESTIONS {
        completion.fact(question, &given.facts, &locales, &mut facts);
    }
    let unused = given.facts.keys().filter_map(|(_, locale)| locale.as_ref());
    for locale in unused.filter(|locale| !locales.contains(locale)) {
        completion.refuse(
            locale.as_str(),
            format!("a fact is given in `{locale}`, which the site doesn't have"),
            "add it with `--locale`",
        );
    }
    let services = completion.services(given.services);
    if !completion.wrong.is_empty() {
        return Err(completion.wrong);
    }
    Ok(Answers {
        host: host.to_owned(),
        locales,
        facts,
        services,
        date,
    })
}

struct Completion<'t, 'r> {
    template: &'t Template,
    respondent: Option<&'r mut (dyn Respondent + 'r)>,
    wrong: Vec<Diagnostic>,
}

impl Completion<'_, '_> {
    fn refuse(&mut self, place: &str, message: String, help: &str) {
        self.wrong
            .push(Diagnostic::on(Code::InvalidFact, place, message, help));
    }

    /// An answer; none when nobody can be asked any more.
    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut dyn Respondent) -> std::io::Result<T>,
    ) -> Option<T> {
        let respondent = self.respondent.as_deref_mut()?;
        match question(respondent) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.respondent = None;
                self.refuse("terminal", error.to_string(), "answer as options instead");
                None
            }
        }
    }

    fn locales(&mut self, given: Vec<Locale>) -> Vec<Locale> {
        let offered = &self.template.locales;
        if given.is_empty() {
            let names: Vec<&str> = offered.iter().map(Locale::as_str).collect();
            let question = "Languages of the site";
            let chosen = self.ask(|person| person.several(question, &names, true));
            let mut locales: Vec<Locale> = chosen
                .unwrap_or_default()
                .into_iter()
                .filter_map(|at| offered.get(at).cloned())
                .collect();
            if locales.is_empty() {
                locales.clone_from(offered);
            }
            self.put_default_first(&mut locales);
            return locales;
        }
        for locale in &given {
            if !offered.contains(locale) {
                self.refuse(
                    "--locale",
                    format!("the starter has no text in `{locale}`"),
                    "begin with the locales it has (docs/content.md says how to add another)",
                );
            }
        }
        given
    }

    fn put_default_first(&mut self, locales: &mut [Locale]) {
        while let [first, _, ..] = &*locales {
            let first = first.to_string();
            let Some(answer) = self.ask(|person| person.line("The default language", Some(&first)))
            else {
                return;
            };
            if let Some(at) = locales.iter().position(|locale| locale.as_str() == answer) {
                locales
                    .get_mut(..=at)
                    .into_iter()
                    .for_each(|start| start.rotate_right(1));
                return;
            }
            if let Some(respondent) = self.respondent.as_deref_mut() {
                respondent.tell(&format!("`{answer}` is not among them"), "name one of them");
            }
        }
    }

    fn fact(&mut self, question: &Question, given: &Facts, locales: &[Locale], facts: &mut Facts) {
        let places: Vec<Option<Locale>> = match question.told {
            Told::Once => vec![None],
            Told::InEachLocale => locales.iter().cloned().map(Some).collect(),
        };
        for locale in places {
            let key = (question.name, locale.clone());
            let proposed = match question.otherwise {
                Otherwise::Missing => None,
                Otherwise::Starter => self.template.fact(question.name, locale.as_ref()),
                Otherwise::DefaultLocale => locales.first().map(Locale::as_str),
                Otherwise::Same(other) => facts.get(&(other, None)).map(String::as_str),
            };
            let proposed = proposed.map(str::to_owned);
            let answer = match given.get(&key) {
                Some(text) => {
                    if let Some((message, help)) = wrong(question.name, text, locales) {
                        self.refuse(question.option, message, &help);
                    }
                    Some(text.clone())
                }
                None => self
                    .asked(question, locale.as_ref(), proposed.as_deref(), locales)
                    .or(proposed),
            };
            match answer {
                Some(text) => {
                    facts.insert(key, text);
                }
                None => self.missing(question, locale.as_ref()),
            }
        }
    }

    /// Asks until the answer can be true.
    fn asked(
        &mut self,
        question: &Question,
        locale: Option<&Locale>,
        proposed: Option<&str>,
        locales: &[Locale],
    ) -> Option<String> {
        let words = match locale {
            None => question.words.to_owned(),
            Some(locale) => format!("{} ({locale})", question.words),
        };
        loop {
            let text = self.ask(|person| person.line(&words, proposed))?;
            let text = text.trim().to_owned();
            let Some((message, help)) = wrong(question.name, &text, locales) else {
                return Some(text);
            };
            self.respondent.as_deref_mut()?.tell(&message, &help);
        }
    }

    fn missing(&mut self, question: &Question, locale: Option<&Locale>) {
        let option = question.option;
        let (place, example) = match locale {
            None => (option.to_owned(), format!("{option} …")),
            Some(locale) => (format!("{option} {locale}"), format!("{option} {locale}=…")),
        };
        let message = format!("`{}` is not given", question.name);
        let help = format!("add `{example}`, or answer on a terminal");
        self.refuse(&place, message, &help);
    }

    fn services(&mut self, given: Option<Vec<(String, String)>>) -> Vec<(String, String)> {
        let Some(given) = given else {
            return self.asked_services();
        };
        let template = self.template;
        for (id, tag) in &given {
            match template.service(id) {
                None => {
                    let known: Vec<&str> = template
                        .choices()
                        .map(|service| service.id.as_str())
                        .collect();
                    let help = format!(
                        "the starter knows {}; write any other into services.toml (docs/services.md)",
                        known.join(", ")
                    );
                    self.refuse("--service", format!("there is no service `{id}`"), &help);
                }
                Some(service) => {
                    if let Some((message, help)) = wrong_tag(service, tag) {
                        self.refuse("--service", message, &help);
                    }
                }
            }
        }
        given
    }

    fn asked_services(&mut self) -> Vec<(String, String)> {
        let template = self.template;
        let names: Vec<&str> = template
            .choices()
            .map(|service| service.name.as_str())
            .collect();
        let question = "Services that the site uses (more can be added later)";
        let chosen = self.ask(|person| person.several(question, &names, false));
        let mut services = Vec::new();
        for at in chosen.unwrap_or_default() {
            let Some(service) = template.choices().nth(at) else {
                continue;
            };
            let question = format!("Id of {}: {}", service.name, service.tag().help());
            while let Some(tag) = self.ask(|person| person.line(&question, None)) {
                let tag = tag.trim().to_owned();
                let Some((message, help)) = wrong_tag(service, &tag) else {
                    services.push((service.id.clone(), tag));
                    break;
                };
                if let Some(respondent) = self.respondent.as_deref_mut() {
                    respondent.tell(&message, &help);
                }
            }
        }
        services
    }
}

/// What is wrong with a fact, and the cure.
fn wrong(name: &str, text: &str, locales: &[Locale]) -> Option<(String, String)> {
    if text.is_empty() {
        let help = "visitors have a right to it (GDPR Art. 13(1))";
        return Some((format!("`{name}` is empty"), help.to_owned()));
    }
    if text.chars().any(char::is_control) {
        let message = format!("`{name}` holds a control character");
        return Some((message, "write it on one line".to_owned()));
    }
    if name == "operator.name_lang" && Locale::try_from(text).is_err() {
        let known: Vec<&str> = locales.iter().map(Locale::as_str).collect();
        let message = format!("`{text}` is no language");
        return Some((message, format!("write a tag such as {}", known.join(", "))));
    }
    settings::mistake(name, text).map(|(message, help)| (message, help.to_owned()))
}

fn wrong_tag(service: &Offered, tag: &str) -> Option<(String, String)> {
    let message = format!("`{tag}` can't be the id of {}", service.name);
    (tag.is_empty() || !service.tag().fits(tag)).then(|| (message, service.tag().help()))
}

#[cfg(test)]
mod tests;
