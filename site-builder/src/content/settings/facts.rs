//! The variables of a text: facts of `site.toml` by the names that texts use, in one locale.

use super::{Localised, Settings, former};
use chrono::NaiveDate;
use domain::Locale;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A fact of the `[facts]` table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Fact {
    /// The same in every locale.
    Text(String),
    /// A text per locale.
    Localised(Localised),
}

/// What a variable becomes on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Plain text.
    Text(String),
    /// Text around a name of another language: before, name, its language, after.
    Named {
        /// Before the name.
        before: String,
        /// The name.
        name: String,
        /// Its language; none when it is the page's.
        lang: Option<String>,
        /// After the name.
        after: String,
    },
    /// A text that the locale lacks, with the language it is in.
    Foreign(String, String),
    /// An e-mail address.
    Email(String),
    /// A telephone in E.164.
    Phone(String),
    /// An address on the web.
    Url(String),
}

/// All variables in one locale.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    values: BTreeMap<String, Value>,
}

impl Facts {
    /// The variables of a site in a locale.
    pub fn new(settings: &Settings, locale: &Locale) -> Self {
        let operator = settings.operator.get_ref();
        let pick = |texts: &Localised| {
            let (text, language) = in_locale(texts, locale, settings.locales.get_ref());
            Value::in_language(text.to_owned(), language)
        };
        let lang = operator.name_lang.get_ref();
        let foreign = (lang != locale).then(|| lang.to_string());
        let name = operator.name.get_ref();
        let (legal_name, language) = in_locale(
            operator.legal_name.get_ref(),
            locale,
            settings.locales.get_ref(),
        );
        let named = |before: &str, after: &str| Value::Named {
            before: before.to_owned(),
            name: name.clone(),
            lang: foreign.clone(),
            after: after.to_owned(),
        };
        let legal_name = match language {
            Some(_) => Value::in_language(legal_name.replace("{name}", name), language),
            None => {
                let (before, after) = legal_name.split_once("{name}").unwrap_or_default();
                named(before, after)
            }
        };
        let mut values = BTreeMap::from([
            (
                "site.host".to_owned(),
                Value::Text(settings.host.get_ref().clone()),
            ),
            ("site.url".to_owned(), Value::Url(settings.url())),
            (
                "site.choice_days".to_owned(),
                Value::Text(settings.choice_days.get_ref().to_string()),
            ),
            (
                "site.record_years".to_owned(),
                Value::Text((settings.retention_days.get_ref() / 365).to_string()),
            ),
            ("operator.name".to_owned(), named("", "")),
            ("operator.legal_name".to_owned(), legal_name),
            ("operator.form".to_owned(), pick(operator.form.get_ref())),
            (
                "operator.bin".to_owned(),
                Value::Text(operator.bin.get_ref().clone()),
            ),
            (
                "operator.address".to_owned(),
                pick(operator.address.get_ref()),
            ),
            (
                "operator.email".to_owned(),
                Value::Email(operator.email.get_ref().clone()),
            ),
            (
                "operator.phone".to_owned(),
                Value::Phone(operator.phone.get_ref().clone()),
            ),
            (
                "dpo.email".to_owned(),
                Value::Email(settings.dpo.get_ref().email.get_ref().clone()),
            ),
            (
                "authority.name".to_owned(),
                pick(settings.authority.get_ref().name.get_ref()),
            ),
        ]);
        for (id, law) in &settings.law {
            let law = law.get_ref();
            values.insert(format!("law.{id}.title"), pick(law.title.get_ref()));
            values.insert(format!("law.{id}.cite"), pick(law.cite.get_ref()));
        }
        for (id, fact) in &settings.facts {
            let value = match fact.get_ref() {
                Fact::Text(text) => Value::Text(text.clone()),
                Fact::Localised(texts) => pick(texts),
            };
            values.insert(format!("facts.{id}"), value);
        }
        Self { values }
    }

    /// The facts of an edition that was replaced on that day (see [`super::Former`]).
    pub fn on(&self, settings: &Settings, replaced: NaiveDate, locale: &Locale) -> Self {
        former::facts_on(self, settings, replaced, locale)
    }

    /// Gives a fact another text; what kind of fact it is stays. The bare name of the operator stands in the full one too.
    pub(super) fn replace(&mut self, name: &str, text: &str) {
        if name == "operator.name" {
            for named in ["operator.name", "operator.legal_name"] {
                if let Some(Value::Named { name, .. }) = self.values.get_mut(named) {
                    text.clone_into(name);
                }
            }
            return;
        }
        match self.values.get_mut(name) {
            Some(
                Value::Text(value) | Value::Email(value) | Value::Phone(value) | Value::Url(value),
            ) => text.clone_into(value),
            Some(Value::Named { before, after, .. }) => {
                let (start, end) = text.split_once("{name}").unwrap_or((text, ""));
                start.clone_into(before);
                end.clone_into(after);
            }
            Some(value @ Value::Foreign(..)) => *value = Value::Text(text.to_owned()),
            None => {}
        }
    }

    /// The fact of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// A text in a locale, or in the first one that has it; the language is given when it is another.
pub fn in_locale<'t>(
    texts: &'t Localised,
    locale: &Locale,
    order: &'t [Locale],
) -> (&'t str, Option<&'t Locale>) {
    let text = |locale: &Locale| {
        texts
            .get(locale.as_str())
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    if let Some(own) = text(locale) {
        return (own, None);
    }
    let other = order
        .iter()
        .find_map(|other| Some((text(other)?, Some(other))));
    other.unwrap_or_default()
}

impl Value {
    /// A text that may be in another language than the page.
    pub fn in_language(text: String, language: Option<&Locale>) -> Self {
        match language {
            None => Self::Text(text),
            Some(language) => Self::Foreign(text, language.to_string()),
        }
    }

    /// The words alone.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Foreign(text, _) | Self::Email(text) | Self::Url(text) => {
                text.clone()
            }
            Self::Phone(number) => phone_text(number),
            Self::Named {
                before,
                name,
                after,
                ..
            } => format!("{before}{name}{after}"),
        }
    }
}

/// A number of Kazakhstan or Russia in the groups people there read, `+7 727 338 39 93`; others as they are.
pub fn phone_text(number: &str) -> String {
    let digits: Vec<char> = number.chars().skip(1).collect();
    if !number.starts_with("+7") || digits.len() != 11 {
        return number.to_owned();
    }
    let mut text = String::from("+");
    for (at, digit) in digits.into_iter().enumerate() {
        if matches!(at, 1 | 4 | 7 | 9) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_grouped_for_reading() {
        assert_eq!(phone_text("+77273383993"), "+7 727 338 39 93");
        assert_eq!(phone_text("+442071234567"), "+442071234567");
    }
}
