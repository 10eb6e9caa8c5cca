//! The variables of a text: facts of `site.toml` by the names that texts use, in one locale.

use super::{Operator, Settings};
use crate::content::country::format_phone;
use crate::content::localised::{Localised, in_locale};
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
        let text = |text: &str| FactValue::Text(text.to_owned());
        let pick = |texts: &Localised| {
            let (text, language) = in_locale(texts, locale, settings.locales.get_ref());
            FactValue::in_language(text.to_owned(), language)
        };
        let record_years = settings.retention_days.get_ref() / 365;
        let dpo = settings.dpo.get_ref();
        let values = [
            ("site.host", text(settings.host.get_ref())),
            ("site.url", FactValue::Url(settings.url())),
            (
                "site.choice_days",
                text(&settings.choice_days.get_ref().to_string()),
            ),
            (
                "site.refusal_days",
                text(&settings.refusal_days.get_ref().to_string()),
            ),
            ("site.record_years", text(&record_years.to_string())),
            ("operator.name", operator_name(operator, locale, "", "")),
            ("operator.legal_name", legal_name(settings, locale)),
            ("operator.form", pick(operator.form.get_ref())),
            ("operator.bin", text(operator.bin.get_ref())),
            ("operator.address", pick(operator.address.get_ref())),
            (
                "operator.email",
                FactValue::Email(operator.email.get_ref().clone()),
            ),
            (
                "operator.phone",
                FactValue::Phone(operator.phone.get_ref().clone()),
            ),
            ("dpo.email", FactValue::Email(dpo.email.get_ref().clone())),
            (
                "authority.name",
                pick(settings.authority.get_ref().name.get_ref()),
            ),
        ];
        let mut values = BTreeMap::from(values.map(|(name, value)| (name.to_owned(), value)));
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

/// The bare name of the operator with text around it.
fn operator_name(operator: &Operator, locale: &Locale, before: &str, after: &str) -> FactValue {
    let lang = operator.name_lang.get_ref();
    FactValue::Named {
        before: before.to_owned(),
        name: operator.name.get_ref().clone(),
        lang: (lang != locale).then(|| lang.to_string()),
        after: after.to_owned(),
    }
}

fn legal_name(settings: &Settings, locale: &Locale) -> FactValue {
    let operator = settings.operator.get_ref();
    let texts = operator.legal_name.get_ref();
    let (text, language) = in_locale(texts, locale, settings.locales.get_ref());
    if language.is_some() {
        let text = text.replace("{name}", operator.name.get_ref());
        return FactValue::in_language(text, language);
    }
    // A name without `{name}` is reported; the bare name then stands for it.
    let (before, after) = text.split_once("{name}").unwrap_or(("", ""));
    operator_name(operator, locale, before, after)
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
