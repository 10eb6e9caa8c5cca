//! Bases of transfers to other countries, and which law knows which of them, from `transfers.toml`.

use schemars::JsonSchema;
use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

/// A legal basis of a transfer to another country.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// No transfer.
    None,
    /// Decision of the European Commission that the country protects data well enough (GDPR Art.
    /// 45).
    Adequacy,
    /// Standard contractual clauses (GDPR Art. 46(2)(c)).
    Scc,
    /// Consent (GDPR Art. 49(1)(a); Law of Kazakhstan 94-V, Art. 16).
    Consent,
}

impl Transfer {
    /// Its name in the register and among the theme's strings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Adequacy => "adequacy",
            Self::Scc => "scc",
            Self::Consent => "consent",
        }
    }
}

/// The bases of a service's transfer: a list, or one that stands alone.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(with = "OneOrMany")]
pub struct Transfers(Vec<Transfer>);

/// The forms of [`Transfers`] in a file.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "describes the forms")]
enum OneOrMany {
    /// A single basis.
    One(Transfer),
    /// All bases.
    Many(Vec<Transfer>),
}

impl<'de> Deserialize<'de> for Transfers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TransfersVisitor)
    }
}

struct TransfersVisitor;

impl<'de> Visitor<'de> for TransfersVisitor {
    type Value = Transfers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list such as `[\"scc\", \"consent\"]`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Transfers, E> {
        let basis = Transfer::deserialize(StrDeserializer::new(name))?;
        Ok(Transfers(vec![basis]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Transfers, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Transfers)
    }
}

/// A law on transfers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferLaw {
    /// Its name among the theme's strings.
    id: String,
    /// Countries of the operators that it binds; none: all.
    #[serde(default)]
    countries: Vec<String>,
    /// The bases that it knows, the one that goes before the others first.
    bases: Vec<Transfer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferLaws {
    law: Vec<TransferLaw>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static LAWS: LazyLock<TransferLaws> =
    LazyLock::new(|| toml::from_str(include_str!("transfers.toml")).expect("fits the type"));

impl Transfers {
    /// All bases, in the order of the register.
    pub fn bases(&self) -> &[Transfer] {
        &self.0
    }

    /// Whether data stay where they are.
    pub fn is_none(&self) -> bool {
        self.0.iter().all(|basis| *basis == Transfer::None)
    }

    /// The basis under each law that binds an operator of a country and knows one of them, with the
    /// id of the law.
    pub fn by_law(&self, country: &str) -> impl Iterator<Item = (&'static str, Transfer)> {
        let binds = |law: &&TransferLaw| {
            law.countries.is_empty() || law.countries.iter().any(|own| own == country)
        };
        let laws: Vec<&TransferLaw> = LAWS.law.iter().filter(binds).collect();
        laws.into_iter().filter_map(|law| {
            let known = law.bases.iter().find(|basis| self.0.contains(basis));
            known.map(|basis| (law.id.as_str(), *basis))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_law(text: &str, country: &str) -> Vec<(&'static str, Transfer)> {
        #[derive(Deserialize)]
        struct File {
            transfer: Transfers,
        }
        let file: File = toml::from_str(&format!("transfer = {text}")).unwrap();
        file.transfer.by_law(country).collect()
    }

    #[test]
    fn each_law_names_its_own_basis() {
        let both = [("eu", Transfer::Scc), ("kz", Transfer::Consent)];
        assert_eq!(by_law("[\"scc\", \"consent\"]", "KZ"), both);
        assert_eq!(by_law("[\"consent\", \"scc\"]", "KZ"), both);
        assert_eq!(by_law("\"scc\"", "KZ"), [("eu", Transfer::Scc)]);
        assert_eq!(by_law("[\"none\"]", "KZ"), []);
    }

    #[test]
    fn the_law_of_another_country_is_not_named() {
        let (both, own) = ("[\"scc\", \"consent\"]", [("eu", Transfer::Scc)]);
        assert_eq!(by_law(both, "DE"), own);
        assert_eq!(by_law(both, "US"), own);
    }

    #[test]
    fn another_word_or_type_is_refused_and_named() {
        let wrong = |value: &str| {
            #[derive(Debug, Deserialize)]
            struct File {
                #[expect(dead_code, reason = "it is never read")]
                transfer: Transfers,
            }
            let read = toml::from_str::<File>(&format!("transfer = {value}"));
            read.unwrap_err().message().to_owned()
        };
        assert!(wrong("\"treaty\"").contains("treaty"));
        assert!(wrong("[\"scc\", \"treaty\"]").contains("treaty"));
        assert!(wrong("1").contains("a list such as"));
    }
}
