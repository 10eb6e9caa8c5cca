//! Completes a form: by asking a person, who may go back, see all answers and change them, or
//! without one by what is proposed.

mod shown;

use super::form::{self, Form, Given, Refusal, Step, key};
use super::questions::Kind;
use super::words::{Words, fill};
use crate::report::diagnostic::{Code, Diagnostic};
use shown::{hint, question, summary};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The answer that goes back to the question before.
const BACK: &str = "<";

/// The answer that leaves out what may be left out.
const LEAVE_OUT: &str = "-";

/// Asks a person.
pub trait Prompter {
    /// Asks for a line of text; an empty answer is the default.
    ///
    /// # Errors
    /// The terminal fails, or the person gives up.
    fn ask(&mut self, question: &str, default: Option<&str>) -> io::Result<String>;

    /// Shows a text.
    fn show(&mut self, text: &str);
}

/// Stores the answers of an interview that may be interrupted.
pub trait Keeper {
    /// Stores them in place of those stored before.
    ///
    /// # Errors
    /// The diagnostic of a file that can't be written.
    fn keep(&mut self, given: &Given) -> Result<(), Diagnostic>;

    /// Where they are.
    fn place(&self) -> &str;
}

/// What a person decides in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The site is to be written.
    Write,
    /// Not now.
    Stop,
}

/// A form, and whoever completes it.
pub struct Interview<'r> {
    /// The form.
    pub form: Form,
    words: &'static Words,
    person: Option<Person<'r>>,
    /// Questions whose answer is wrong or missing, which was reported.
    reported: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

/// Somebody who answers on a terminal, and where the answers are kept meanwhile.
pub struct Person<'r> {
    /// Who is asked.
    pub prompter: &'r mut dyn Prompter,
    /// Who keeps the answers.
    pub keeper: &'r mut dyn Keeper,
    /// Answers that are to be given anew, which are proposed.
    pub former: BTreeMap<String, String>,
}

/// What a person says to a question.
enum Said {
    Answer(String),
    Back,
}

impl<'r> Interview<'r> {
    /// Begins; without a person, nobody is asked.
    pub fn new(form: Form, words: &'static Words, person: Option<Person<'r>>) -> Self {
        Self {
            form,
            words,
            person,
            reported: BTreeSet::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Greets, and offers to go on with the answers of an earlier run.
    pub fn begin(&mut self, host: &str, kept: Given) {
        let words = self.words;
        let Some(person) = &mut self.person else {
            return;
        };
        let place = person.keeper.place().to_owned();
        let intro = fill(&words.intro, &[("host", host), ("file", &place)]);
        person.prompter.show(&intro);
        if kept.is_empty() {
            return;
        }
        let values = [
            ("file", place.as_str()),
            ("yes", &words.yes),
            ("no", &words.no),
        ];
        let question = fill(&words.resume, &values);
        // Anything but these two words is a slip, by which nobody loses their answers.
        while let Some(answer) = self.ask_person(&question, Some(&words.yes)) {
            if is_word(&answer, &words.yes, "y") {
                // What the command line says now comes first.
                let given = std::mem::replace(&mut self.form.given, kept);
                self.form.given.extend(given);
                return;
            }
            if is_word(&answer, &words.no, "n") {
                return;
            }
        }
    }

    /// Completes the form.
    ///
    /// # Errors
    /// A diagnostic for each answer that is wrong or missing.
    pub fn complete(&mut self) -> Result<Decision, Vec<Diagnostic>> {
        loop {
            if let Some(step) = self.next_step() {
                self.take_step(&step);
                continue;
            }
            if self.person.is_none() {
                self.report_unused();
                let found = std::mem::take(&mut self.diagnostics);
                return if found.is_empty() {
                    Ok(Decision::Write)
                } else {
                    Err(found)
                };
            }
            if let Some(decision) = self.summary() {
                return Ok(decision);
            }
        }
    }

    /// The first question whose answer is missing or wrong. Answers before it are brought into the
    /// form in which they are kept.
    fn next_step(&mut self) -> Option<Step> {
        'all: loop {
            for step in self.form.steps() {
                let key = step.key();
                if self.reported.contains(&key) {
                    continue;
                }
                let Some(answer) = self.form.given.get(&key).cloned() else {
                    return Some(step);
                };
                match self.form.check(&step, &answer) {
                    Ok(kept) if kept == answer => {}
                    Ok(kept) => {
                        self.form.given.insert(key, kept);
                        continue 'all;
                    }
                    Err(refusal) => {
                        self.refuse(&step, &refusal, &answer);
                        if self.person.is_some() {
                            self.form.given.remove(&key);
                            return Some(step);
                        }
                    }
                }
            }
            return None;
        }
    }

    fn refuse(&mut self, step: &Step, refusal: &Refusal, answer: &str) {
        let (message, help) = refusal.words(self.words, step, answer);
        if let Some(person) = &mut self.person {
            person.prompter.show(&format!("{message}\n{help}"));
        } else {
            self.report(step, message, help);
        }
    }

    fn report(&mut self, step: &Step, message: String, help: String) {
        self.reported.insert(step.key());
        let option = step.option();
        self.diagnostics
            .push(Diagnostic::on(Code::InvalidFact, &option, message, help));
    }

    /// Asks a question, or takes what is proposed.
    fn take_step(&mut self, step: &Step) {
        if self.person.is_some() && is_open(step) {
            match self.ask(step) {
                Some(Said::Answer(answer)) => self.keep(step, answer),
                Some(Said::Back) => self.go_back(step),
                // Nobody is there any more.
                None => {}
            }
            return;
        }
        let nothing = step.is_optional.then(String::new);
        if let Some(answer) = step.proposal.clone().or(nothing) {
            self.form.given.insert(step.key(), answer);
            return;
        }
        let refused = &self.words.refused;
        let option = step.option();
        let message = fill(&refused.missing, &[("option", &option)]);
        let mut help = fill(&refused.missing_help, &[("option", &step.example())]);
        if !step.choices.is_empty() {
            help = format!("{help}; {}", step.offer(self.words));
        }
        self.report(step, message, help);
    }

    fn keep(&mut self, step: &Step, answer: String) {
        self.form.given.insert(step.key(), answer);
        let Some(person) = &mut self.person else {
            return;
        };
        if let Err(diagnostic) = person.keeper.keep(&self.form.given) {
            self.diagnostics.push(diagnostic);
            self.person = None;
        }
    }

    /// Asks until the answer is right.
    fn ask(&mut self, step: &Step) -> Option<Said> {
        let person = self.person.as_mut()?;
        let former = person
            .former
            .get(&step.key())
            .filter(|text| !text.is_empty());
        let default = former.or(step.proposal.as_ref()).cloned();
        // A blank line between questions.
        person.prompter.show("");
        for (at, choice) in step.choices.iter().enumerate() {
            let number = at + 1;
            person
                .prompter
                .show(&format!("{number:>4}  {}  {}", choice.value, choice.label));
        }
        let hint = hint(&self.form, self.words, step);
        person.prompter.show(&hint);
        let question = question(&self.form, self.words, step);
        loop {
            let text = self.ask_person(&question, default.as_deref())?;
            let text = match text.trim() {
                BACK => return Some(Said::Back),
                LEAVE_OUT => "",
                text => text,
            };
            match self.form.check(step, text) {
                Ok(answer) => return Some(Said::Answer(answer)),
                Err(refusal) => self.refuse(step, &refusal, text),
            }
        }
    }

    /// `None` once the terminal has failed: then there is nobody to ask.
    fn ask_person(&mut self, question: &str, default: Option<&str>) -> Option<String> {
        let person = self.person.as_mut()?;
        match person.prompter.ask(question, default) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.person = None;
                let help = "answer as options instead (`--help`)";
                let message = error.to_string();
                self.diagnostics
                    .push(Diagnostic::on(Code::InvalidFact, "terminal", message, help));
                None
            }
        }
    }

    /// Opens the question before one, or the last of all.
    fn go_back(&mut self, from: &Step) {
        let from = from.key();
        let steps = self.form.steps();
        let before = steps.iter().take_while(|step| step.key() != from);
        if let Some(step) = before.filter(|step| is_open(step)).last() {
            self.open(&step.key());
        } else if let Some(person) = &mut self.person {
            person.prompter.show(&self.words.first);
        }
    }

    /// Takes an answer back; it is proposed when the question is asked again.
    fn open(&mut self, key: &str) {
        if let (Some(person), Some(answer)) = (&mut self.person, self.form.given.remove(key)) {
            person.former.insert(key.to_owned(), answer);
        }
    }

    /// Shows all answers. `None` if one of them is to be changed, or nobody is there any more.
    fn summary(&mut self) -> Option<Decision> {
        let words = self.words;
        let steps = self.form.steps();
        let text = summary(&self.form, words, &steps);
        let person = self.person.as_mut()?;
        person.prompter.show(&text);
        let question = fill(&words.confirm, &[("yes", &words.yes), ("no", &words.no)]);
        let answer = self.ask_person(&question, Some(&words.yes))?;
        if is_word(&answer, &words.yes, "y") {
            return Some(Decision::Write);
        }
        if is_word(&answer, &words.no, "n") {
            return Some(Decision::Stop);
        }
        let numbered = answer.trim().parse::<usize>();
        let chosen = match (answer.trim(), numbered) {
            (BACK, _) => steps.iter().rfind(|step| is_open(step)),
            (_, Ok(number)) => number.checked_sub(1).and_then(|at| steps.get(at)),
            (_, Err(_)) => None,
        };
        if let Some(step) = chosen {
            self.open(&step.key());
        }
        None
    }

    /// Options that no question asks for are mistakes: somebody meant something by them.
    fn report_unused(&mut self) {
        if self.form.pack().is_none() {
            return;
        }
        let asked: BTreeSet<String> = self.form.steps().iter().map(Step::key).collect();
        // A service that the pack doesn't offer is reported as a choice.
        let chosen = key("service", Some(""));
        let refused = &self.words.refused;
        for unused in self.form.given.keys().filter(|key| !asked.contains(*key)) {
            if unused.starts_with(&chosen) {
                continue;
            }
            let option = form::option(unused);
            let message = fill(&refused.unused, &[("option", &option)]);
            self.diagnostics.push(Diagnostic::on(
                Code::InvalidFact,
                &option,
                message,
                refused.unused_help.clone(),
            ));
        }
    }
}

/// Whether there is more than one answer.
fn is_open(step: &Step) -> bool {
    step.question.kind != Kind::Pack || step.choices.len() > 1
}

/// Whether an answer is the word of the language, or the English letter.
fn is_word(answer: &str, word: &str, english: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    answer == word || answer == english
}

/// The services that are given with their ids are chosen.
pub fn choose_given_services(given: &mut Given) {
    let prefix = key("service", Some(""));
    let ids: Vec<&str> = given
        .keys()
        .filter_map(|key| key.strip_prefix(&prefix))
        .collect();
    if !ids.is_empty() && !given.contains_key("services") {
        let ids = ids.join(",");
        given.insert("services".to_owned(), ids);
    }
}

#[cfg(test)]
mod tests;
