//! `pack.toml`: for whom a pack is, and what its law proposes. No site reads this file.

use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::{Category, Country, Locale};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml_edit::DocumentMut;

/// What a pack says of itself and proposes to operators.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackData {
    /// Countries (ISO 3166-1 alpha-2) whose operators it is for. A pack without any is offered to
    /// operators of every country, after those that name theirs.
    pub countries: Vec<Country>,
    /// Its languages, in the order in which they are proposed: those of `site.toml`.
    #[schemars(with = "Vec<Locale>")]
    pub locales: Spanned<Vec<Locale>>,
    /// Its name by the language of whoever is asked; the name of its folder where there is none.
    #[serde(default)]
    pub title: BTreeMap<Locale, String>,
    /// Day and name of the lawyer who has read all its texts; empty until one signs.
    pub reviewed: String,
    /// The languages that are proposed to operators of a country: all of `locales` if not given.
    #[serde(default)]
    pub languages: ByCountry<Locale>,
    /// The kinds of registration that are asked for, in this order.
    #[serde(default)]
    pub registration: ByCountry<String>,
    /// Whether an operator has to name somebody responsible for personal data.
    pub dpo: Need,
    /// Whether an operator may have to name a representative (GDPR Art. 27).
    pub representative: Need,
    /// Facts of `site.toml` that a new site takes over unless its operator says otherwise, such as
    /// `operator.form`; the other facts of the operator there are examples.
    #[serde(default)]
    pub proposed: Vec<String>,
    /// The bodies that receive complaints.
    #[serde(default)]
    pub authorities: Vec<Authority>,
    /// Laws that new sites may cite besides those of `site.toml`, or in their place.
    #[serde(default)]
    pub laws: BTreeMap<String, PackLaw>,
    /// The facts that name the chosen services of a category as examples.
    #[serde(default)]
    pub examples: Vec<Examples>,
}

/// Lists by country (ISO 3166-1 alpha-2), and `default` for all others.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ByCountry<T>(BTreeMap<String, Vec<T>>);

impl<T> Default for ByCountry<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> ByCountry<T> {
    /// The list of a country; empty where it has none and there is no default.
    pub fn of(&self, country: Country) -> &[T] {
        let own = self.0.get(&country.to_string());
        own.or_else(|| self.0.get("default"))
            .map_or(&[], Vec::as_slice)
    }
}

/// Whether something has to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// It has to be given.
    Required,
    /// It may be given.
    Optional,
    /// It isn't asked for.
    None,
}

/// A body that receives complaints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its country.
    pub country: Country,
    /// The part of the country that it is responsible for (ISO 3166-2); the whole if not given.
    pub subdivision: Option<String>,
    /// Where registers of this part are kept, as registrations name it, such as a court's place.
    #[serde(default)]
    pub registers: Vec<String>,
    /// Its page.
    pub url: Option<String>,
    /// Its postal address, where a source confirms it.
    pub address: Option<String>,
    /// Whether a source confirms its name and page.
    #[serde(default = "yes")]
    pub confirmed: bool,
    /// Its name by language.
    pub name: BTreeMap<Locale, String>,
}

const fn yes() -> bool {
    true
}

impl Authority {
    /// Whether a registration names a place where registers of its part are kept.
    pub fn keeps_register(&self, registration: &str) -> bool {
        // A place is a word of its own: "Hof" is no part of "Hofgarten".
        let names = |place: &String| {
            let around: Vec<&str> = registration.split(place.as_str()).collect();
            around.windows(2).any(|pair| {
                matches!(pair, [before, after]
                    if !before.ends_with(char::is_alphanumeric)
                        && !after.starts_with(char::is_alphanumeric))
            })
        };
        self.registers.iter().any(names)
    }

    /// Its name in a language; in English, or else any, where it has none.
    pub fn name_in(&self, locale: &Locale) -> &str {
        let own = self.name.get(locale);
        let english = || self.name.iter().find(|(tag, _)| tag.as_str() == "en");
        let any = || self.name.iter().next();
        own.or_else(|| english().or_else(any).map(|(_, name)| name))
            .map_or("", String::as_str)
    }
}

/// A law of `pack.toml`. It is copied into `site.toml` as it is written, without `countries`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackLaw {
    /// Countries whose operators cite it; all if not given.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// `94-V`, if it has a number.
    pub number: Option<String>,
    /// The day it was passed.
    #[schemars(with = "Option<crate::content::date::Day>")]
    pub date: Option<toml::value::Datetime>,
    /// Its name by language.
    pub title: BTreeMap<Locale, String>,
    /// Date and number as each language writes them.
    #[serde(default)]
    pub cite: BTreeMap<Locale, String>,
}

/// A fact that names services as examples.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// The category of the services.
    pub category: Category,
    /// The name of the fact in `[facts]` of `site.toml`.
    pub fact: String,
    /// The words by locale where no service of the category was chosen.
    pub none: BTreeMap<Locale, String>,
}

impl PackData {
    /// Compares the file with the pack's `site.toml`.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn check(
        &self,
        file: FileId,
        locales: &[Locale],
        settings: &DocumentMut,
    ) -> Result<(), Diagnostic> {
        let wrong = |message: String, help: &str| {
            Diagnostic::at(Code::InvalidFact, file, self.locales.span(), message, help)
        };
        let sorted = |list: &[Locale]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        if sorted(self.locales.get_ref()) != sorted(locales) {
            return Err(wrong(
                "`locales` are not those of the pack's `site.toml`".to_owned(),
                "name the same languages in both files",
            ));
        }
        let texts = self
            .laws
            .iter()
            .map(|(id, law)| (format!("laws.{id}.title"), &law.title));
        let examples = self.examples.iter();
        let examples = examples.map(|fact| (format!("examples of `{}`", fact.fact), &fact.none));
        for (name, texts) in texts.chain(examples) {
            let lacking = locales.iter().find(|locale| !texts.contains_key(*locale));
            if let Some(locale) = lacking {
                return Err(wrong(
                    format!("`{name}` has no text in `{locale}`"),
                    "write it in every language of the pack",
                ));
            }
        }
        for authority in &self.authorities {
            if authority.name.values().all(String::is_empty) {
                return Err(wrong(
                    format!("an authority of {} has no name", authority.country),
                    "write its name in one language at least",
                ));
            }
        }
        for name in &self.proposed {
            let mut item = Some(settings.as_item());
            for key in name.split('.') {
                item = item.and_then(|item| item.get(key));
            }
            if item.is_none() {
                return Err(wrong(
                    format!("`{name}` is proposed, but the pack's `site.toml` lacks it"),
                    "write it there, or take it out of `proposed`",
                ));
            }
        }
        Ok(())
    }
}
