//! Who runs the site, and whom visitors turn to: the tables `operator`, `dpo`, `representative` and
//! `authority` of `site.toml`.

mod check;

pub(super) use check::check;
pub use check::mistake;

use super::fact::Fact;
use crate::content::localised::Localised;
use domain::Locale;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use toml::Spanned;

/// The controller.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The bare name, the same in every locale.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Language of the bare name.
    #[schemars(with = "Locale")]
    pub name_lang: Spanned<Locale>,
    /// Name with legal form per locale; `{name}` stands for the bare name. Without it the bare name
    /// stands alone: a person, an association.
    #[schemars(with = "Option<Localised>")]
    pub legal_name: Option<Spanned<Localised>>,
    /// Legal form in full, per locale, if there is one.
    #[schemars(with = "Option<Localised>")]
    pub form: Option<Spanned<Localised>>,
    /// Where it is established, ISO 3166-1 alpha-2: `KZ`. Numbers without a country code are of
    /// this country, and data that stay there aren't transferred.
    #[schemars(with = "String")]
    pub country: Spanned<String>,
    /// Numbers under which it is registered, if there are any.
    #[serde(default)]
    pub registration: Registrations,
    /// E-mail address; its host may be written in any script.
    #[schemars(with = "String")]
    pub email: Spanned<String>,
    /// Telephone in any usual way of writing.
    #[schemars(with = "Option<String>")]
    pub phone: Option<Spanned<String>>,
    /// Postal address per locale, in the order of its country.
    #[schemars(with = "Localised")]
    pub address: Spanned<Localised>,
}

/// A number under which the operator is registered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// A kind of `registrations.toml`: `bin`, `vat`, `commercial-register`.
    #[schemars(with = "String")]
    pub kind: Spanned<String>,
    /// As it is usually written.
    #[schemars(with = "String")]
    pub number: Spanned<String>,
}

/// The numbers of an operator: a table for one, a list of tables for several.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(with = "OneOrMany")]
pub struct Registrations(Vec<Registration>);

impl Registrations {
    /// All numbers, in the order of the file.
    pub fn all(&self) -> &[Registration] {
        &self.0
    }
}

/// The forms of [`Registrations`] in a file.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "describes the forms")]
enum OneOrMany {
    /// A single number.
    One(Registration),
    /// Several.
    Many(Vec<Registration>),
}

impl<'de> Deserialize<'de> for Registrations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RegistrationsVisitor)
    }
}

struct RegistrationsVisitor;

impl<'de> Visitor<'de> for RegistrationsVisitor {
    type Value = Registrations;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("a table such as `{ kind = \"vat\", number = \"…\" }`, or a list of such")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Registrations, A::Error> {
        let one = Registration::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Registrations(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Registrations, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Registrations)
    }
}

/// The data protection officer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// Name of the person or firm.
    #[schemars(with = "Option<String>")]
    pub name: Option<Spanned<String>>,
    /// E-mail address.
    #[schemars(with = "String")]
    pub email: Spanned<String>,
    /// Telephone in any usual way of writing.
    #[schemars(with = "Option<String>")]
    pub phone: Option<Spanned<String>>,
    /// Postal address, if it isn't the operator's.
    #[schemars(with = "Option<Fact>")]
    pub address: Option<Spanned<Fact>>,
}

/// The representative in the European Union of an operator established elsewhere (GDPR Art. 27).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// Name of the person or firm.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Postal address.
    #[schemars(with = "Fact")]
    pub address: Spanned<Fact>,
    /// E-mail address.
    #[schemars(with = "Option<String>")]
    pub email: Option<Spanned<String>>,
}

/// The supervisory authority.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its name per locale.
    #[schemars(with = "Localised")]
    pub name: Spanned<Localised>,
    /// Its postal address, if it is known.
    #[schemars(with = "Option<Fact>")]
    pub address: Option<Spanned<Fact>>,
    /// Its web page: `https://www.cnil.fr/`.
    #[schemars(with = "Option<String>")]
    pub url: Option<Spanned<String>>,
}
