//! The law's table of regimes, and the signals of browsers, with their sources: what
//! `docs/regimes.md` and `/policies.json` show of the files from which decisions are made.

use crate::content::date;
use chrono::NaiveDate;
use domain::{Country, Place, Regime};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::LazyLock;

/// What applies where, and by which law.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeTable {
    /// In the order of the file.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// What applies to visitors from some countries.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// ISO 3166-1 alpha-2. Empty: all countries that no rule names, and unknown ones.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// What applies there.
    pub regime: Regime,
    /// Whether a site's own rules don't apply there.
    #[serde(default)]
    pub economic_area: bool,
    /// The least time, in days, before somebody who refused may be asked again; null: as usual.
    pub refusal_days: Option<u32>,
    /// The day of the last comparison with the sources.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "date::Day")]
    pub reviewed: NaiveDate,
    /// What else there is to say.
    #[serde(default)]
    pub note: String,
    /// The law.
    pub sources: Vec<Source>,
}

/// Where a rule comes from.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The law, or what an authority says of it.
    pub law: String,
    /// Its text; empty where the address isn't known.
    #[serde(default)]
    pub url: String,
    /// False: written from memory, nobody has compared it with the law.
    #[serde(default = "yes")]
    pub confirmed: bool,
}

/// All signals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalTable {
    /// In the order of the file.
    #[serde(rename = "signal")]
    pub signals: Vec<Signal>,
}

/// A signal by which a browser says no for its user.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Its name.
    pub name: String,
    /// The header of requests that carries it.
    pub header: String,
    /// The value that it has then.
    pub value: String,
    /// Where scripts of a page find it.
    pub property: String,
    /// The text that defines it.
    pub specification: String,
    /// The day of the last comparison with the sources.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "date::Day")]
    pub reviewed: NaiveDate,
    /// Where law makes it binding. Here it denies marketing everywhere.
    pub binding: Vec<Binding>,
}

/// Places where a signal is binding.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// Countries, or regions of them (ISO 3166-2).
    pub places: Vec<Place>,
    /// Since which day; null where it isn't known.
    #[serde(default, deserialize_with = "day_if_any")]
    #[schemars(with = "Option<date::Day>")]
    pub since: Option<NaiveDate>,
    /// The law.
    pub law: String,
    /// Its text; empty where the address isn't known.
    #[serde(default)]
    pub url: String,
}

const fn yes() -> bool {
    true
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let datetime = toml::value::Datetime::deserialize(deserializer)?;
    date::from_toml(&datetime).ok_or_else(|| D::Error::custom("write a day such as 2026-11-20"))
}

fn day_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    day(deserializer).map(Some)
}

/// The table of regimes.
#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
pub static REGIMES: LazyLock<RegimeTable> =
    LazyLock::new(|| toml::from_str(domain::REGIMES_FILE).expect("fits the type"));

/// The list of signals.
#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
pub static SIGNALS: LazyLock<SignalTable> =
    LazyLock::new(|| toml::from_str(domain::SIGNALS_FILE).expect("fits the type"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_source_and_every_lighter_one_an_address() {
        assert!(REGIMES.rules.len() > 10);
        for rule in &REGIMES.rules {
            let has_address = rule.sources.iter().any(|source| !source.url.is_empty());
            assert!(!rule.sources.is_empty(), "{rule:?}");
            assert!(
                has_address || !rule.regime.is_lighter_than(Regime::OptIn),
                "{rule:?}"
            );
            for source in &rule.sources {
                let is_address = source.url.is_empty() || source.url.starts_with("https://");
                assert!(is_address && !source.law.is_empty(), "{source:?}");
            }
        }
        assert!(!SIGNALS.signals.is_empty());
    }

    #[test]
    fn a_rule_that_nobody_reviewed_is_not_read() {
        let rule = |reviewed: &str| {
            let text = format!("[[rule]]\nregime = \"opt_in\"\n{reviewed}\nsources = []\n");
            toml::from_str::<RegimeTable>(&text).is_ok()
        };
        assert!(rule("reviewed = 2026-11-25"));
        for bad in [
            "",
            "reviewed = \"2026-11-25\"",
            "reviewed = 2026-11-25T10:00:00",
        ] {
            assert!(!rule(bad), "{bad}");
        }
    }
}
