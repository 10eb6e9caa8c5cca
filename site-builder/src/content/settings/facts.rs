//! The variables of a text: facts of `site.toml` by the names that texts use, in one locale.

mod people;

use super::Settings;
use super::fact::Fact;
use super::formats::ascii_email;
use crate::content::host::Host;
use crate::content::localised::{Localised, in_locale};
use crate::content::phone::Phone;
use domain::Locale;
use std::collections::BTreeMap;

/// The value of a variable on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// Plain text.
    Text(String),
    /// Text around a name of another language: before, name, its language, after.
    Named {
        /// Before the name.
        before: String,
        /// The name.
        name: String,
        /// BCP 47 tag of its language; `None` when it is that of the page.
        lang: Option<String>,
        /// After the name.
        after: String,
    },
    /// A text that the locale lacks, with the language it is in.
    Foreign(String, String),
    /// What addresses are made of.
    Address {
        /// How a text links to it.
        link: Link,
        /// In an address: E.164, a host in ASCII.
        address: String,
        /// For readers.
        text: String,
    },
    /// Numbers under which the operator is registered.
    Registrations(Vec<RegistrationFact>),
}

/// How a text links to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not at all: a host.
    None,
    /// `mailto:`
    Email,
    /// `tel:`
    Phone,
    /// An address on the web.
    Web,
}

impl Link {
    /// What stands before the address.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::None | Self::Web => "",
            Self::Email => "mailto:",
            Self::Phone => "tel:",
        }
    }
}

/// A number with what stands before it in a locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationFact {
    /// Its kind: `bin`.
    pub kind: String,
    /// `BIN`
    pub label: String,
    /// BCP 47 tag of the label's language; `None` when it is that of the page.
    pub lang: Option<&'static str>,
    /// As the owner wrote it.
    pub number: String,
    /// The page is written from right to left, where groups of digits would change places.
    pub is_isolated: bool,
}

/// All variables in one locale.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    values: BTreeMap<String, FactValue>,
}

impl Facts {
    /// The variables of a site in a locale.
    pub fn new(settings: &Settings, locale: &Locale) -> Self {
        let text = |text: &str| FactValue::Text(text.to_owned());
        let order = settings.fallback_order();
        let pick = |texts: &Localised| FactValue::localised(texts, locale, &order);
        let record_years = settings.retention_days.get_ref() / 365;
        let host = settings.host.get_ref();
        let values = [
            ("site.host", FactValue::host(host)),
            (
                "site.url",
                FactValue::Address {
                    link: Link::Web,
                    address: settings.url(),
                    text: format!("https://{}", host.shown()),
                },
            ),
            (
                "site.choice_days",
                text(&settings.choice_days.get_ref().to_string()),
            ),
            (
                "site.refusal_days",
                text(&settings.refusal_days.get_ref().to_string()),
            ),
            ("site.record_years", text(&record_years.to_string())),
        ];
        let mut values = BTreeMap::from(values.map(|(name, value)| (name.to_owned(), value)));
        people::insert(&mut values, settings, locale, &order);
        for (id, law) in &settings.law {
            let law = law.get_ref();
            values.insert(format!("law.{id}.title"), pick(law.title.get_ref()));
            if let Some(cite) = &law.cite {
                values.insert(format!("law.{id}.cite"), pick(cite.get_ref()));
            }
        }
        for (id, fact) in &settings.facts {
            let value = FactValue::of(fact.get_ref(), locale, &order);
            values.insert(format!("facts.{id}"), value);
        }
        Self { values }
    }

    /// Replaces the text of a fact, not its variant. `operator.legal_name` contains
    /// `operator.name`, and `operator.registration` the number of each kind. `country` is the
    /// operator's.
    pub(super) fn replace(&mut self, name: &str, text: &str, country: &str) {
        if name == "operator.name" {
            for named in ["operator.name", "operator.legal_name"] {
                if let Some(FactValue::Named { name, .. }) = self.values.get_mut(named) {
                    text.clone_into(name);
                }
            }
            return;
        }
        let numbers = self.values.get_mut(people::REGISTRATION);
        if let Some(FactValue::Registrations(numbers)) = numbers {
            let mut numbers = numbers.iter_mut();
            let kind = name.strip_prefix("operator.");
            if let Some(number) = numbers.find(|number| Some(number.kind.as_str()) == kind) {
                text.clone_into(&mut number.number);
            }
        }
        match self.values.get_mut(name) {
            Some(FactValue::Text(value)) => text.clone_into(value),
            Some(value @ FactValue::Address { .. }) => {
                if let FactValue::Address { link, .. } = value {
                    *value = FactValue::address(*link, text, country);
                }
            }
            Some(FactValue::Named { before, after, .. }) => {
                let (start, end) = text.split_once("{name}").unwrap_or((text, ""));
                start.clone_into(before);
                end.clone_into(after);
            }
            Some(value @ FactValue::Foreign(..)) => *value = FactValue::Text(text.to_owned()),
            // Unknown names, and numbers without their kind, are reported by `fact_history::check`.
            Some(FactValue::Registrations(_)) | None => {}
        }
    }

    /// The fact of that name.
    pub fn get(&self, name: &str) -> Option<&FactValue> {
        self.values.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

impl FactValue {
    /// A text; `language` is given if it isn't the page's.
    pub fn in_language(text: String, language: Option<&Locale>) -> Self {
        match language {
            None => Self::Text(text),
            Some(language) => Self::Foreign(text, language.to_string()),
        }
    }

    /// The text of a locale, or the first of `order` that there is.
    fn localised(texts: &Localised, locale: &Locale, order: &[Locale]) -> Self {
        let (text, language) = in_locale(texts, locale, order);
        Self::in_language(text.to_owned(), language)
    }

    /// A fact of its table in a locale.
    fn of(fact: &Fact, locale: &Locale, order: &[Locale]) -> Self {
        match fact {
            Fact::Text(text) => Self::Text(text.clone()),
            Fact::Localised(texts) => Self::localised(texts, locale, order),
        }
    }

    fn host(host: &Host) -> Self {
        Self::Address {
            link: Link::None,
            address: host.ascii().to_owned(),
            text: host.shown().to_owned(),
        }
    }

    /// A fact that a text links to. One that is invalid, which has been diagnosed, stands for itself.
    fn address(link: Link, text: &str, country: &str) -> Self {
        let as_written = || (text.to_owned(), text.to_owned());
        let (address, text) = match link {
            Link::None | Link::Web => as_written(),
            Link::Email => {
                ascii_email(text).map_or_else(as_written, |address| (address, shown_email(text)))
            }
            Link::Phone => Phone::parse(text, country)
                .map_or_else(as_written, |phone| (phone.number, phone.text)),
        };
        Self::Address {
            link,
            address,
            text,
        }
    }

    /// Its text without markup.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Foreign(text, _) | Self::Address { text, .. } => text.clone(),
            Self::Named {
                before,
                name,
                after,
                ..
            } => format!("{before}{name}{after}"),
            Self::Registrations(numbers) => {
                let numbers = numbers.iter();
                let numbers = numbers.map(|fact| format!("{} {}", fact.label, fact.number));
                numbers.collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// Its text within an address.
    pub fn in_address(&self) -> String {
        match self {
            Self::Address { address, .. } => address.clone(),
            _ => self.plain(),
        }
    }
}

/// An e-mail address with its host as readers see it.
fn shown_email(text: &str) -> String {
    text.split_once('@').map_or_else(
        || text.to_owned(),
        |(user, host)| format!("{user}@{}", Host::from(host.to_owned()).shown()),
    )
}
