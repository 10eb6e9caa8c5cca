//! The questions that a new site leaves open, and the answers to them so far.
//!
//! Answers are texts by keys: the option of the question, and what it is asked about behind a point
//! (`address.de`). [`Form::steps`] lists all questions that the answers so far lead to, and
//! [`Form::check`] turns an answer into the form in which it is kept.

mod check;

pub use check::Refusal;

use super::answers::Answers;
use super::pack::{Authority, Need, Pack};
use super::questions::{AnswerNeed, Each, Kind, Proposal, QUESTIONS, Question};
use crate::content::host::Host;
use crate::content::names;
use chrono::NaiveDate;
use domain::{Country, Locale};
use std::collections::BTreeMap;

/// Answers by their keys.
pub type Given = BTreeMap<String, String>;

/// The key of an answer.
pub fn key(option: &str, about: Option<&str>) -> String {
    about.map_or_else(|| option.to_owned(), |about| format!("{option}.{about}"))
}

/// The option of the command line that gives the answer of a key: `--address de`
pub fn option(key: &str) -> String {
    let (option, about) = key.split_once('.').unwrap_or((key, ""));
    format!("--{option} {about}").trim_end().to_owned()
}

/// A question that is to be answered.
#[derive(Debug)]
pub struct Step {
    /// The question.
    pub question: &'static Question,
    /// What it is asked about, if more than once: a language, a kind of registration, a service.
    pub about: Option<String>,
    /// What is proposed.
    pub proposal: Option<String>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// The answers to choose from; empty if the answer is free.
    pub choices: Vec<Choice>,
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// How it is kept.
    pub value: String,
    /// What it is called.
    pub label: String,
}

impl Step {
    /// The key of the answer.
    pub fn key(&self) -> String {
        key(self.question.option, self.about.as_deref())
    }

    /// The option that gives the answer: `--address de`
    pub fn option(&self) -> String {
        option(&self.key())
    }

    /// How the answer is given on the command line: `--address de=…`
    pub fn example(&self) -> String {
        let sign = if self.about.is_some() { "=" } else { " " };
        format!("{}{sign}…", self.option())
    }
}

/// Questions and answers.
#[derive(Debug)]
pub struct Form {
    /// All packs, those of particular countries first.
    pub packs: Vec<Pack>,
    /// The answers so far. Those that no question asks for (any more) are left alone.
    pub given: Given,
    /// The language of whoever answers.
    pub locale: Locale,
    /// The day of today.
    pub today: NaiveDate,
}

impl Form {
    /// The valid answer to a question that is asked once.
    fn answer(&self, option: &str) -> Option<&str> {
        self.given.get(option).map(String::as_str)
    }

    /// Whether a question that is asked once has an answer that isn't left out.
    fn is_given(&self, option: &str) -> bool {
        self.answer(option).is_some_and(|answer| !answer.is_empty())
    }

    /// The operator's country, once it is answered.
    pub fn country(&self) -> Option<Country> {
        let answer = self.answer("country")?;
        self.find_country(answer)
    }

    /// The pack, once country and pack are answered.
    pub fn pack(&self) -> Option<&Pack> {
        let country = self.country()?;
        let folder = self.answer("pack")?;
        self.packs
            .iter()
            .find(|pack| pack.folder == folder && pack.fits(country))
    }

    /// The languages of the site, once they are answered.
    fn languages(&self) -> Vec<Locale> {
        let answer = self.answer("languages").unwrap_or("");
        check::languages(answer).unwrap_or_else(|_| Vec::new())
    }

    /// The services that were chosen, by their ids.
    fn services(&self) -> impl Iterator<Item = &str> {
        check::listed(self.answer("services").unwrap_or(""))
    }

    /// The first list about the operator's country that isn't empty: that of the chosen pack, or
    /// else of another. Facts of a country don't depend on the texts that an operator chooses.
    fn of_country<'f, T>(&'f self, list: impl Fn(&'f Pack, Country) -> Vec<T>) -> Vec<T> {
        let (Some(chosen), Some(country)) = (self.pack(), self.country()) else {
            return Vec::new();
        };
        let mut lists = std::iter::once(chosen)
            .chain(&self.packs)
            .map(|pack| list(pack, country));
        let found = lists.find(|list| !list.is_empty());
        found.into_iter().flatten().collect()
    }

    /// The authorities of the operator's country.
    fn authorities(&self) -> Vec<&Authority> {
        self.of_country(|pack, country| {
            let all = pack.data.authorities.iter();
            all.filter(|authority| authority.country == country)
                .collect()
        })
    }

    /// The authority that is responsible for the operator, if a pack names it.
    pub fn authority(&self) -> Option<&Authority> {
        let part = self.answer("subdivision").filter(|part| !part.is_empty());
        let all = self.authorities();
        let find = |part: Option<&str>| {
            let mut all = all.iter();
            all.find(|authority| authority.subdivision.as_deref() == part)
        };
        find(part).or_else(|| find(None)).copied()
    }

    /// The part of the country that the registrations name, where they name one alone.
    fn registered_part(&self) -> Option<String> {
        let prefix = key("registration", Some(""));
        let given = self.given.iter();
        let registrations: Vec<&String> = given
            .filter_map(|(key, answer)| key.starts_with(&prefix).then_some(answer))
            .collect();
        let authorities = self.authorities().into_iter();
        let mut parts: Vec<&str> = authorities
            .filter(|one| registrations.iter().any(|text| one.keeps_register(text)))
            .filter_map(|one| one.subdivision.as_deref())
            .collect();
        parts.dedup();
        match parts[..] {
            [part] => Some(part.to_owned()),
            _ => None,
        }
    }

    /// All questions that the answers so far lead to, in their order.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for question in QUESTIONS {
            for about in self.subjects(question) {
                steps.extend(self.step(question, about));
            }
        }
        steps
    }

    /// What a question is asked about; `None` for one that is asked once.
    fn subjects(&self, question: &Question) -> Vec<Option<String>> {
        match question.each {
            Each::Once => vec![None],
            Each::Language => {
                let languages = self.languages().into_iter();
                languages.map(|locale| Some(locale.to_string())).collect()
            }
            Each::Registration => self.registrations().into_iter().map(Some).collect(),
            Each::Service => {
                let services = self.services();
                let offered = services
                    .filter(|id| self.pack().is_some_and(|pack| pack.service(id).is_some()));
                offered.map(|id| Some(id.to_owned())).collect()
            }
        }
    }

    /// The kinds of registration that are proposed in the country, then others that are given.
    fn registrations(&self) -> Vec<String> {
        let mut kinds = self.of_country(|pack, country| {
            if pack.fits(country) {
                pack.data.registration.of(country).to_vec()
            } else {
                Vec::new()
            }
        });
        let prefix = key("registration", Some(""));
        for kind in self
            .given
            .keys()
            .filter_map(|key| key.strip_prefix(&prefix))
        {
            if !kinds.iter().any(|known| known == kind) {
                kinds.push(kind.to_owned());
            }
        }
        kinds
    }

    /// `None` if the pack or its country leaves nothing to ask.
    fn step(&self, question: &'static Question, about: Option<String>) -> Option<Step> {
        let choices = self.choices(question);
        let need = match question.need {
            AnswerNeed::Required => Need::Required,
            AnswerNeed::Optional => Need::Optional,
            AnswerNeed::Officer => self.pack().map_or(Need::None, |pack| pack.data.dpo),
            AnswerNeed::RequiredWith(other) if self.is_given(other) => Need::Required,
            AnswerNeed::OptionalWith(other) if self.is_given(other) => Need::Optional,
            AnswerNeed::RequiredWith(_) | AnswerNeed::OptionalWith(_) => Need::None,
            AnswerNeed::Representative => self
                .pack()
                .map_or(Need::None, |pack| pack.data.representative),
        };
        let is_asked = match question.kind {
            Kind::Pack => !choices.is_empty(),
            Kind::Subdivision => {
                let mut all = self.authorities().into_iter();
                all.any(|authority| authority.subdivision.is_some())
            }
            Kind::Services => self.pack().is_some(),
            Kind::Country | Kind::Languages | Kind::Fact(_) => true,
            Kind::Registration | Kind::ServiceId | Kind::Date => true,
        };
        if !is_asked || need == Need::None {
            return None;
        }
        // Who is responsible for the whole country is so where no part is named.
        let has_whole = question.kind == Kind::Subdivision
            && self
                .authorities()
                .iter()
                .any(|authority| authority.subdivision.is_none());
        let proposal = self.proposal(question, about.as_deref(), &choices, need);
        Some(Step {
            question,
            proposal,
            is_optional: need == Need::Optional || has_whole,
            about,
            choices,
        })
    }

    fn choices(&self, question: &Question) -> Vec<Choice> {
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        match question.kind {
            Kind::Pack => self.country().map_or_else(Vec::new, |country| {
                let packs = self.packs.iter().filter(|pack| pack.fits(country));
                packs
                    .map(|pack| choice(&pack.folder, pack.title(&self.locale)))
                    .collect()
            }),
            Kind::Languages => self.pack().map_or_else(Vec::new, |pack| {
                let locales = pack.data.locales.get_ref().iter();
                locales
                    .map(|locale| choice(locale.as_str(), &names::language(locale, &self.locale)))
                    .collect()
            }),
            Kind::Subdivision => {
                let all = self.authorities().into_iter();
                all.filter_map(|authority| {
                    let part = authority.subdivision.as_deref()?;
                    Some(choice(part, authority.name_in(&self.locale)))
                })
                .collect()
            }
            Kind::Services => self.pack().map_or_else(Vec::new, |pack| {
                let services = pack.choices();
                services
                    .map(|service| choice(&service.id, &service.name))
                    .collect()
            }),
            Kind::Country | Kind::Fact(_) | Kind::Registration | Kind::ServiceId | Kind::Date => {
                Vec::new()
            }
        }
    }

    fn proposal(
        &self,
        question: &Question,
        about: Option<&str>,
        choices: &[Choice],
        need: Need,
    ) -> Option<String> {
        let languages = self.languages();
        match question.proposal {
            Proposal::None => None,
            Proposal::Register => self.registered_part(),
            Proposal::FirstChoice => choices.first().map(|choice| choice.value.clone()),
            Proposal::Languages => {
                let pack = self.pack()?;
                let own = pack.data.languages.of(self.country()?);
                let all = pack.data.locales.get_ref();
                let proposed = if own.is_empty() { all } else { own };
                let tags: Vec<&str> = proposed.iter().map(Locale::as_str).collect();
                Some(tags.join(","))
            }
            Proposal::Pack(otherwise) => {
                let Kind::Fact(name) = question.kind else {
                    return None;
                };
                let locale = languages
                    .iter()
                    .find(|locale| Some(locale.as_str()) == about);
                let own = self.pack().and_then(|pack| pack.proposal(name, locale));
                own.or(otherwise).map(str::to_owned)
            }
            Proposal::FirstLanguage => {
                let first = languages.first().map(Locale::as_str);
                let answer = self.given.get(&key(question.option, first));
                answer.filter(|_| about != first).cloned()
            }
            Proposal::DefaultLanguage => languages.first().map(Locale::to_string),
            // Nobody is named who need not be, unless somebody says so.
            Proposal::Answer(_) if need == Need::Optional => None,
            Proposal::Answer(option) => self.answer(option).map(str::to_owned),
            Proposal::Today => Some(self.today.to_string()),
        }
    }

    /// The complete answers; `None` while one is missing.
    pub fn answers(&self, host: &Host) -> Option<Answers<'_>> {
        let mut answers = Answers {
            host: host.clone(),
            pack: self.pack()?,
            country: self.country()?,
            locales: self.languages(),
            facts: BTreeMap::new(),
            registrations: Vec::new(),
            authority: self.authority(),
            services: Vec::new(),
            date: self.today,
        };
        for step in self.steps() {
            let answer = self.given.get(&step.key())?.clone();
            let about = step.about.as_deref();
            let locale = answers
                .locales
                .iter()
                .find(|locale| Some(locale.as_str()) == about);
            // Left out.
            if answer.is_empty() {
                continue;
            }
            match (step.question.kind, step.about.clone()) {
                (Kind::Fact(name), _) => {
                    answers.facts.insert((name, locale.cloned()), answer);
                }
                (Kind::Registration, Some(kind)) => {
                    answers.registrations.push((kind, answer));
                }
                (Kind::ServiceId, Some(service)) => answers.services.push((service, answer)),
                (Kind::Date, _) => answers.date = crate::content::date::parse(&answer)?,
                (Kind::Country | Kind::Pack | Kind::Languages | Kind::Subdivision, _)
                | (Kind::Registration | Kind::Services | Kind::ServiceId, _) => {}
            }
        }
        Some(answers)
    }
}
