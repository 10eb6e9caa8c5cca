//! The answers that a new site needs from its operator: options of the command line, answers on a
//! terminal, or defaults of the starter.

use super::questions::{Fallback, QUESTIONS, Question, Scope};
use super::starter::{Starter, StarterService};
use crate::content::settings;
use crate::report::diagnostic::{Code, Diagnostic};
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;
use std::io;

/// Facts by their names in `site.toml`, and by locale if their scope is one.
pub type OperatorFacts = BTreeMap<(&'static str, Option<Locale>), String>;

/// The answers that the command line gives.
#[derive(Debug, Clone, Default)]
pub struct CliAnswers {
    /// The default one first; empty if not given.
    pub locales: Vec<Locale>,
    /// The facts that are given.
    pub facts: OperatorFacts,
    /// Services with the ids that their vendors give; `None` if not given.
    pub services: Option<Vec<(String, String)>>,
}

/// The complete answers, checked.
#[derive(Debug, Clone)]
pub struct Answers {
    /// `example.kz`
    pub host: String,
    /// Locales, the default one first.
    pub locales: Vec<Locale>,
    /// Every fact, in each locale if that is its scope.
    pub facts: OperatorFacts,
    /// Services with the ids that their vendors give.
    pub services: Vec<(String, String)>,
    /// The day on which the policy comes into force.
    pub date: NaiveDate,
}

impl Answers {
    /// The chosen services with their ids, in the starter's order, and those that need no id.
    pub(super) fn chosen_services<'t>(
        &'t self,
        starter: &'t Starter,
    ) -> impl Iterator<Item = (&'t StarterService, &'t str)> {
        starter.services.iter().filter_map(|service| {
            let answered = self.services.iter().find(|(id, _)| *id == service.id);
            let tag = answered.map(|(_, tag)| tag.as_str());
            Some((service, tag.or((!service.kind.is_loaded()).then_some(""))?))
        })
    }
}

/// Asks a person.
pub trait Prompter {
    /// Asks for a line of text; an empty answer is the default.
    ///
    /// # Errors
    /// The terminal fails, or the person gives up.
    fn ask_text(&mut self, question: &str, default: Option<&str>) -> io::Result<String>;

    /// Asks for a selection. Returns indexes of the options, in their order.
    ///
    /// # Errors
    /// The same as those of [`Self::ask_text`].
    fn select(
        &mut self,
        question: &str,
        options: &[&str],
        preselected: Preselected,
    ) -> io::Result<Vec<usize>>;

    /// Shows why the last answer was refused.
    fn show_error(&mut self, message: &str, help: &str);
}

/// The options that are selected at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preselected {
    /// All options.
    All,
    /// No option.
    None,
}

/// Completes the answers by asking a person, if there is one to ask.
///
/// # Errors
/// A diagnostic for each answer that is invalid or missing.
pub fn complete<'r>(
    host: &str,
    given: CliAnswers,
    starter: &Starter,
    date: NaiveDate,
    prompter: Option<&'r mut (dyn Prompter + 'r)>,
) -> Result<Answers, Vec<Diagnostic>> {
    let mut completion = Completion {
        starter,
        prompter,
        diagnostics: Vec::new(),
    };
    let locales = completion.locales(given.locales);
    let mut facts = OperatorFacts::new();
    for question in &QUESTIONS {
        completion.fact(question, &given.facts, &locales, &mut facts);
    }
    let unused = given.facts.keys().filter_map(|(_, locale)| locale.as_ref());
    for locale in unused.filter(|locale| !locales.contains(locale)) {
        completion.error(
            locale.as_str(),
            format!("a fact is given in `{locale}`, which the site doesn't have"),
            "add it with `--locale`",
        );
    }
    let services = completion.services(given.services);
    if !completion.diagnostics.is_empty() {
        return Err(completion.diagnostics);
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
    starter: &'t Starter,
    prompter: Option<&'r mut (dyn Prompter + 'r)>,
    diagnostics: Vec<Diagnostic>,
}

impl Completion<'_, '_> {
    fn error(&mut self, path: &str, message: String, help: &str) {
        self.diagnostics
            .push(Diagnostic::on(Code::InvalidFact, path, message, help));
    }

    /// Asks a person; `None` without a terminal, or once it has failed.
    fn ask<T>(&mut self, question: impl FnOnce(&mut dyn Prompter) -> io::Result<T>) -> Option<T> {
        let prompter = self.prompter.as_deref_mut()?;
        match question(prompter) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.prompter = None;
                self.error("terminal", error.to_string(), "answer as options instead");
                None
            }
        }
    }

    fn locales(&mut self, given: Vec<Locale>) -> Vec<Locale> {
        let offered = &self.starter.locales;
        if given.is_empty() {
            let names: Vec<&str> = offered.iter().map(Locale::as_str).collect();
            let question = "Languages of the site";
            let chosen = self.ask(|person| person.select(question, &names, Preselected::All));
            let mut locales: Vec<Locale> = chosen
                .into_iter()
                .flatten()
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
                self.error(
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
            let Some(answer) =
                self.ask(|person| person.ask_text("The default language", Some(&first)))
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
            if let Some(prompter) = self.prompter.as_deref_mut() {
                prompter.show_error(&format!("`{answer}` is not among them"), "name one of them");
            }
        }
    }

    fn fact(
        &mut self,
        question: &Question,
        given: &OperatorFacts,
        locales: &[Locale],
        facts: &mut OperatorFacts,
    ) {
        let scopes: Vec<Option<Locale>> = match question.scope {
            Scope::Site => vec![None],
            Scope::Locale => locales.iter().cloned().map(Some).collect(),
        };
        for locale in scopes {
            let key = (question.name, locale.clone());
            let default = match question.fallback {
                Fallback::Required => None,
                Fallback::Starter => self.starter.fact(question.name, locale.as_ref()),
                Fallback::DefaultLocale => locales.first().map(Locale::as_str),
                Fallback::Fact(other) => facts.get(&(other, None)).map(String::as_str),
            };
            let default = default.map(str::to_owned);
            let answer = match given.get(&key) {
                Some(text) => {
                    if let Some((message, help)) = fact_error(question.name, text, locales) {
                        self.error(question.option, message, &help);
                    }
                    Some(text.clone())
                }
                None => self
                    .ask_fact(question, locale.as_ref(), default.as_deref(), locales)
                    .or(default),
            };
            match answer {
                Some(text) => {
                    facts.insert(key, text);
                }
                None => self.missing(question, locale.as_ref()),
            }
        }
    }

    /// Asks until `error` finds nothing wrong with the answer.
    fn ask_until_valid(
        &mut self,
        prompt: &str,
        default: Option<&str>,
        error: impl Fn(&str) -> Option<(String, String)>,
    ) -> Option<String> {
        loop {
            let text = self.ask(|person| person.ask_text(prompt, default))?;
            let text = text.trim().to_owned();
            let Some((message, help)) = error(&text) else {
                return Some(text);
            };
            self.prompter.as_deref_mut()?.show_error(&message, &help);
        }
    }

    fn ask_fact(
        &mut self,
        question: &Question,
        locale: Option<&Locale>,
        default: Option<&str>,
        locales: &[Locale],
    ) -> Option<String> {
        let prompt = match locale {
            None => question.text.to_owned(),
            Some(locale) => format!("{} ({locale})", question.text),
        };
        let error = |text: &str| fact_error(question.name, text, locales);
        self.ask_until_valid(&prompt, default, error)
    }

    fn missing(&mut self, question: &Question, locale: Option<&Locale>) {
        let option = question.option;
        let (option, example) = match locale {
            None => (option.to_owned(), format!("{option} …")),
            Some(locale) => (format!("{option} {locale}"), format!("{option} {locale}=…")),
        };
        let message = format!("`{}` is not given", question.name);
        let help = format!("add `{example}`, or answer on a terminal");
        self.error(&option, message, &help);
    }

    fn services(&mut self, given: Option<Vec<(String, String)>>) -> Vec<(String, String)> {
        let Some(given) = given else {
            return self.ask_services();
        };
        let starter = self.starter;
        for (id, tag) in &given {
            match starter.service(id) {
                None => {
                    let known: Vec<&str> = starter
                        .choices()
                        .map(|service| service.id.as_str())
                        .collect();
                    let help = format!(
                        "the starter knows {}; write any other into services.toml (docs/services.md)",
                        known.join(", ")
                    );
                    self.error("--service", format!("there is no service `{id}`"), &help);
                }
                Some(service) => {
                    if let Some((message, help)) = tag_error(service, tag) {
                        self.error("--service", message, &help);
                    }
                }
            }
        }
        given
    }

    fn ask_services(&mut self) -> Vec<(String, String)> {
        let starter = self.starter;
        let names: Vec<&str> = starter
            .choices()
            .map(|service| service.name.as_str())
            .collect();
        let question = "Services that the site uses (more can be added later)";
        let chosen = self.ask(|person| person.select(question, &names, Preselected::None));
        let mut services = Vec::new();
        for at in chosen.into_iter().flatten() {
            let Some(service) = starter.choices().nth(at) else {
                continue;
            };
            let question = format!("Id of {}: {}", service.name, service.tag().help());
            let tag = self.ask_until_valid(&question, None, |tag| tag_error(service, tag));
            services.extend(tag.map(|tag| (service.id.clone(), tag)));
        }
        services
    }
}

/// Message and help on an invalid fact; `None` if it is valid.
fn fact_error(name: &str, text: &str, locales: &[Locale]) -> Option<(String, String)> {
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

fn tag_error(service: &StarterService, tag: &str) -> Option<(String, String)> {
    let message = format!("`{tag}` can't be the id of {}", service.name);
    (tag.is_empty() || !service.tag().fits(tag)).then(|| (message, service.tag().help()))
}

#[cfg(test)]
mod tests;
