//! Checks answers, and brings them into the form in which they are kept.

use super::{Choice, Form, Step};
use crate::content::vendor::Tag;
use crate::content::{country, date, host, registration, settings};
use crate::new::questions::Kind;
use crate::new::words::{Words, fill};
use domain::{Country, InvalidLocale, Locale};

/// Why an answer is refused.
#[derive(Debug)]
pub enum Refusal {
    /// It is empty, and has to be given.
    Empty,
    /// It holds a control character.
    ControlCharacter,
    /// It is none of the choices.
    NoChoice(String),
    /// It has another form than the vendor's ids.
    NoTag(Tag),
    /// It is shorter than any of the vendor's ids: part of one, or an example.
    ShortTag,
    /// There is no such kind of registration; those of this country come first.
    NoKind(Option<Country>),
    /// It is no number of this kind; examples of this country are shown.
    NoRegistration(&'static registration::Kind, Option<Country>),
    /// It can't be the answer to this question.
    Invalid,
}

/// The entries of a list that a person writes, with commas or blanks between them.
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|entry| !entry.is_empty())
}

/// The languages that an answer lists, each once.
pub(super) fn languages(text: &str) -> Result<Vec<Locale>, InvalidLocale> {
    let mut all = Vec::new();
    for tag in listed(text) {
        let locale = Locale::try_from(tag)?;
        if !all.contains(&locale) {
            all.push(locale);
        }
    }
    Ok(all)
}

/// Shorter parts of names mean nothing for sure.
const LEAST_PART: usize = 4;

/// The choice that is meant: by its value, its name, its number, or words that no other name has.
fn choose<'c>(choices: &'c [Choice], text: &str) -> Option<&'c Choice> {
    let is_meant = |choice: &&Choice| {
        choice.value.eq_ignore_ascii_case(text)
            || choice.label.to_lowercase() == text.to_lowercase()
    };
    let by_number = || {
        let Ok(number) = text.parse::<usize>() else {
            return None;
        };
        choices.get(number.checked_sub(1)?)
    };
    let by_part = || {
        let part = text.to_lowercase();
        let has_part = |choice: &&Choice| choice.label.to_lowercase().contains(&part);
        let mut found = choices.iter().filter(has_part);
        let only = found
            .next()
            .filter(|_| part.chars().count() >= LEAST_PART)?;
        found.next().is_none().then_some(only)
    };
    let meant = choices.iter().find(is_meant);
    meant.or_else(by_number).or_else(by_part)
}

impl Form {
    /// The form in which an answer is kept; empty if it may be left out and is.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn check(&self, step: &Step, text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return if step.is_optional {
                Ok(String::new())
            } else {
                Err(Refusal::Empty)
            };
        }
        if text.chars().any(char::is_control) {
            return Err(Refusal::ControlCharacter);
        }
        let one = |text: &str| {
            let chosen = choose(&step.choices, text);
            let value = chosen.map(|choice| choice.value.clone());
            value.ok_or_else(|| Refusal::NoChoice(text.to_owned()))
        };
        match step.question.kind {
            Kind::Country => {
                let country = self.find_country(text).ok_or(Refusal::Invalid)?;
                Ok(country.to_string())
            }
            Kind::Pack | Kind::Subdivision => one(text),
            // Without a pack, which languages there are is not known yet.
            Kind::Languages if self.pack().is_none() => {
                let all = languages(text).map_err(|_| Refusal::Invalid)?;
                let tags: Vec<&str> = all.iter().map(Locale::as_str).collect();
                Ok(tags.join(","))
            }
            Kind::Languages | Kind::Services => {
                let mut all: Vec<String> = Vec::new();
                for entry in listed(text) {
                    let value = one(entry)?;
                    if !all.contains(&value) {
                        all.push(value);
                    }
                }
                Ok(all.join(","))
            }
            Kind::Fact(name) => self
                .is_fact(name, text)
                .then(|| text.to_owned())
                .ok_or(Refusal::Invalid),
            Kind::Registration => self.check_registration(step, text),
            Kind::ServiceId => self.check_tag(step, text),
            Kind::Date => {
                let day = date::parse(text).ok_or(Refusal::Invalid)?;
                Ok(day.to_string())
            }
        }
    }

    fn check_registration(&self, step: &Step, text: &str) -> Result<String, Refusal> {
        let id = step.about.as_deref().unwrap_or("");
        let Some(kind) = registration::kind(id) else {
            return Err(Refusal::NoKind(self.country()));
        };
        if kind.mistake(text).is_some() {
            return Err(Refusal::NoRegistration(kind, self.country()));
        }
        Ok(text.to_owned())
    }

    /// Whether a text can be a fact of `site.toml`.
    fn is_fact(&self, name: &str, text: &str) -> bool {
        if name == "operator.name_lang" {
            return Locale::try_from(text).is_ok();
        }
        let country = self.country().map(|country| country.to_string());
        settings::mistake(name, text, country.as_deref().unwrap_or("")).is_none()
    }

    fn check_tag(&self, step: &Step, text: &str) -> Result<String, Refusal> {
        let service = step.about.as_deref().unwrap_or("");
        let service = self.pack().and_then(|pack| pack.service(service));
        // The host of an address.
        let text = &host::in_ascii(text);
        match service.map(crate::new::pack::PackService::tag) {
            Some(tag) if !tag.fits(text) => Err(Refusal::NoTag(tag.clone())),
            Some(tag) if tag.is_short(text) => Err(Refusal::ShortTag),
            Some(_) => Ok(text.to_owned()),
            None => Err(Refusal::Invalid),
        }
    }

    /// The country of a code, or of a name in the language of whoever answers or in English. Codes
    /// that no country has count if a pack names them.
    pub(super) fn find_country(&self, text: &str) -> Option<Country> {
        if let Ok(country) = Country::try_from(text) {
            let named = country::name(&country.to_string(), &self.locale);
            let is_of_pack = || {
                let mut packs = self.packs.iter();
                packs.any(|pack| pack.data.countries.contains(&country))
            };
            return (named.is_some() || is_of_pack()).then_some(country);
        }
        let wanted = text.to_lowercase();
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|first| letters().map(move |second| [first, second]));
        let codes = codes.map(|letters| letters.iter().collect::<String>());
        let mut countries = codes.flat_map(|code| Country::try_from(code.as_str()));
        countries.find(|country| {
            let languages = std::iter::once(self.locale.clone()).chain(Locale::try_from("en"));
            let mut names =
                languages.flat_map(|locale| country::name(&country.to_string(), &locale));
            names.any(|name| name.to_lowercase() == wanted)
        })
    }
}

impl Step {
    /// The answers to choose from, in words.
    pub fn offer(&self, words: &Words) -> String {
        let all = self.choices.iter().map(|choice| choice.value.as_str());
        let all: Vec<&str> = all.collect();
        fill(&words.refused.choices_help, &[("choices", &all.join(", "))])
    }
}

impl Refusal {
    /// What is wrong with an answer, and help.
    pub fn words(&self, words: &Words, step: &Step, answer: &str) -> (String, String) {
        let refused = &words.refused;
        let hint = words.question(step.question).hint.clone();
        match self {
            Self::Empty => (refused.empty.clone(), hint),
            Self::ControlCharacter => (refused.control.clone(), refused.control_help.clone()),
            Self::NoChoice(entry) => {
                let choices = step.offer(words);
                (
                    fill(&refused.choices, &[("answer", entry)]),
                    format!("{choices}; {hint}"),
                )
            }
            Self::NoKind(country) => {
                let country = country.map(|country| country.to_string());
                let kinds = registration::kinds(country.as_deref().unwrap_or(""));
                let all: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
                let about = step.about.as_deref().unwrap_or("");
                (
                    fill(&refused.choices, &[("answer", about)]),
                    fill(&refused.choices_help, &[("choices", &all.join(", "))]),
                )
            }
            Self::NoRegistration(kind, country) => {
                let mut examples: Vec<&str> = kind.examples().map(|(example, _)| example).collect();
                // Numbers that begin with a country come from it.
                if let Some(country) = country.map(|country| country.to_string()) {
                    let own = examples.iter().copied();
                    let own: Vec<&str> = own.filter(|one| one.starts_with(&country)).collect();
                    if !own.is_empty() {
                        examples = own;
                    }
                }
                examples.truncate(3);
                (
                    fill(&refused.answer, &[("answer", answer)]),
                    fill(&refused.registration, &[("examples", &examples.join(", "))]),
                )
            }
            Self::NoTag(tag) => (fill(&refused.answer, &[("answer", answer)]), words.tag(tag)),
            Self::ShortTag => (
                fill(&refused.short_tag, &[("answer", answer)]),
                refused.short_tag_help.clone(),
            ),
            Self::Invalid => (fill(&refused.answer, &[("answer", answer)]), hint),
        }
    }
}
