//! The variables of a text: facts of `site.toml` by the names that texts use, in one locale.

use super::{Localised, Settings, fact_history};
use crate::content::country::format_phone;
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
pub enum FactValue {
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
    values: BTreeMap<String, FactValue>,
}

impl Facts {
    /// The variables of a site in a locale.
    pub fn new(settings: &Settings, locale: &Locale) -> Self {
        let operator = settings.operator.get_ref();
        let pick = |texts: &Localised| {
            let (text, language) = in_locale(texts, locale, settings.locales.get_ref());
            FactValue::in_language(text.to_owned(), language)
        };
        let lang = operator.name_lang.get_ref();
        let foreign = (lang != locale).then(|| lang.to_string());
        let name = operator.name.get_ref();
        let (legal_name, language) = in_locale(
            operator.legal_name.get_ref(),
            locale,
            settings.locales.get_ref(),
        );
        let named = |before: &str, after: &str| FactValue::Named {
            before: before.to_owned(),
            name: name.clone(),
            lang: foreign.clone(),
            after: after.to_owned(),
        };
        let legal_name = match language {
            Some(_) => FactValue::in_language(legal_name.replace("{name}", name), language),
            None => {
                // A name without `{name}` is reported; the bare name then stands for it.
                let (before, after) = legal_name.split_once("{name}").unwrap_or(("", ""));
                named(before, after)
            }
        };
        let mut values = BTreeMap::from([
            (
                "site.host".to_owned(),
                FactValue::Text(settings.host.get_ref().clone()),
            ),
            ("site.url".to_owned(), FactValue::Url(settings.url())),
            (
                "site.choice_days".to_owned(),
                FactValue::Text(settings.choice_days.get_ref().to_string()),
            ),
            (
                "site.record_years".to_owned(),
                FactValue::Text((settings.retention_days.get_ref() / 365).to_string()),
            ),
            ("operator.name".to_owned(), named("", "")),
            ("operator.legal_name".to_owned(), legal_name),
            ("operator.form".to_owned(), pick(operator.form.get_ref())),
            (
                "operator.bin".to_owned(),
                FactValue::Text(operator.bin.get_ref().clone()),
            ),
            (
                "operator.address".to_owned(),
                pick(operator.address.get_ref()),
            ),
            (
                "operator.email".to_owned(),
                FactValue::Email(operator.email.get_ref().clone()),
            ),
            (
                "operator.phone".to_owned(),
                FactValue::Phone(operator.phone.get_ref().clone()),
            ),
            (
                "dpo.email".to_owned(),
                FactValue::Email(settings.dpo.get_ref().email.get_ref().clone()),
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
                Fact::Text(text) => FactValue::Text(text.clone()),
                Fact::Localised(texts) => pick(texts),
            };
            values.insert(format!("facts.{id}"), value);
        }
        Self { values }
    }

    /// The facts of an edition that was replaced on that day (see [`super::PastFacts`]).
    pub fn on(&self, settings: &Settings, replaced: NaiveDate, locale: &Locale) -> Self {
        fact_history::facts_on(self, settings, replaced, locale)
    }

    /// Replaces the text of a fact, not its variant. `operator.legal_name` contains
    /// `operator.name`.
    pub(super) fn replace(&mut self, name: &str, text: &str) {
        if name == "operator.name" {
            for named in ["operator.name", "operator.legal_name"] {
                if let Some(FactValue::Named { name, .. }) = self.values.get_mut(named) {
                    text.clone_into(name);
                }
            }
            return;
        }
        match self.values.get_mut(name) {
            Some(
                FactValue::Text(value)
                | FactValue::Email(value)
                | FactValue::Phone(value)
                | FactValue::Url(value),
            ) => text.clone_into(value),
            Some(FactValue::Named { before, after, .. }) => {
                let (start, end) = text.split_once("{name}").unwrap_or((text, ""));
                start.clone_into(before);
                end.clone_into(after);
            }
            Some(value @ FactValue::Foreign(..)) => *value = FactValue::Text(text.to_owned()),
            // Unknown names are reported by `fact_history::check`.
            None => {}
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

/// A text in a locale, or in the first of `order` that has it, then with that locale.
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
    // No locale has one, which is reported.
    other.unwrap_or(("", None))
}

impl FactValue {
    /// A text; `language` is given if it isn't the page's.
    pub fn in_language(text: String, language: Option<&Locale>) -> Self {
        match language {
            None => Self::Text(text),
            Some(language) => Self::Foreign(text, language.to_string()),
        }
    }

    /// Its text without markup.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Foreign(text, _) | Self::Email(text) | Self::Url(text) => {
                text.clone()
            }
            Self::Phone(number) => format_phone(number),
            Self::Named {
                before,
                name,
                after,
                ..
            } => format!("{before}{name}{after}"),
        }
    }
}
