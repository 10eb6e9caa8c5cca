//! The variables of a text: facts of `site.toml` by the names that texts use, in one locale.

use super::{Former, Localised, Settings, former};
use chrono::NaiveDate;
use domain::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A fact of the `[facts]` table.
#[derive(Debug, Clone, Deserialize)]
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
        let pick = |texts: &Localised| texts.get(locale.as_str()).cloned().unwrap_or_default();
        let lang = operator.name_lang.get_ref();
        let foreign = (lang != locale).then(|| lang.to_string());
        let name = operator.name.get_ref();
        let legal_name = pick(operator.legal_name.get_ref());
        let (before, after) = legal_name.split_once("{name}").unwrap_or_default();
        let named = |before: &str, after: &str| Value::Named {
            before: before.to_owned(),
            name: name.clone(),
            lang: foreign.clone(),
            after: after.to_owned(),
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
            ("operator.legal_name".to_owned(), named(before, after)),
            (
                "operator.form".to_owned(),
                Value::Text(pick(operator.form.get_ref())),
            ),
            (
                "operator.bin".to_owned(),
                Value::Text(operator.bin.get_ref().clone()),
            ),
            (
                "operator.address".to_owned(),
                Value::Text(pick(operator.address.get_ref())),
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
                Value::Text(pick(settings.authority.get_ref().name.get_ref())),
            ),
        ]);
        for (id, law) in &settings.law {
            let law = law.get_ref();
            values.insert(
                format!("law.{id}.title"),
                Value::Text(pick(law.title.get_ref())),
            );
            values.insert(
                format!("law.{id}.cite"),
                Value::Text(pick(law.cite.get_ref())),
            );
        }
        for (id, fact) in &settings.facts {
            let text = match fact.get_ref() {
                Fact::Text(text) => text.clone(),
                Fact::Localised(texts) => pick(texts),
            };
            values.insert(format!("facts.{id}"), Value::Text(text));
        }
        Self { values }
    }

    /// The facts of an edition that was replaced on that day (see [`Former`](super::Former)).
    pub fn on(&self, former: &[Former], replaced: NaiveDate, locale: &Locale) -> Self {
        former::facts_on(self, former, replaced, locale)
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

impl Value {
    /// The words alone.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Email(text) | Self::Url(text) => text.clone(),
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
