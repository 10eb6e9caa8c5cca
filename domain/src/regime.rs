//! Which legal regime applies to a visitor. Input: the network's geolocation and the Global Privacy
//! Control signal. Output: a regime, and what may run before the visitor has chosen.
//!
//! The table denies by default: `build.rs` takes from `regimes.toml` only countries whose rules are
//! not the usual ones. Everything else, among it the United Kingdom, Switzerland, Tor, unknown and
//! malformed places, is `opt_in`.

use crate::{Choice, Country, Place, Region};
use serde::{Deserialize, Serialize};

/// The table with the sources of its rules and the days of their review.
pub const REGIMES_FILE: &str = include_str!("regimes.toml");

/// Geolocation and privacy signal of a visit. The location comes from the network alone, never from
/// a header, a query or a language that the client controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitContext {
    /// `None` when it is unknown, malformed or not a country (Tor).
    pub country: Option<Country>,
    /// The region of the country; `None` when it is unknown or malformed.
    pub region: Option<Region>,
    /// The network locates the visit in the European Union, which outweighs `country`.
    pub is_eu: bool,
    /// Whether the browser sends Global Privacy Control, or another of [`crate::SIGNALS`].
    pub gpc: bool,
}

/// The rules that apply to a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Nothing runs before the visitor says yes.
    OptIn,
    /// Everything runs until the visitor, or the visitor's signal, says no.
    OptOut,
    /// Functional services run at once; analytics and marketing wait for the visitor's yes.
    Notice,
}

impl Regime {
    /// All regimes.
    pub const ALL: [Self; 3] = [Self::OptIn, Self::OptOut, Self::Notice];

    /// Whether more may run by default than under the other one.
    pub const fn is_lighter_than(self, other: Self) -> bool {
        self.lightness() > other.lightness()
    }

    const fn lightness(self) -> u8 {
        match self {
            Self::OptIn => 0,
            Self::Notice => 1,
            Self::OptOut => 2,
        }
    }

    /// The name used in API and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OptIn => "opt_in",
            Self::OptOut => "opt_out",
            Self::Notice => "notice",
        }
    }
}

/// A site's rules for one place, instead of those of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "OwnRegime"))]
#[serde(deny_unknown_fields)]
pub struct RegimeOverride {
    /// Where the visitor is.
    pub place: Place,
    /// What applies there.
    pub regime: Regime,
    /// There is no banner, only the link to the choices in the footer of pages. It has no effect
    /// with the regime `opt_in`, under which visitors have to be asked.
    pub link_only: bool,
}

/// The regime of a visit: the site's override, otherwise that of the table. In the European
/// Economic Area no override applies, whether the network says so by `is_eu` or by the country.
pub fn regime(visit: &VisitContext, overrides: &[RegimeOverride]) -> Regime {
    rules(visit, overrides).0
}

/// Whether a visitor gets no banner, because the site's override for the place says so.
pub fn link_only(visit: &VisitContext, overrides: &[RegimeOverride]) -> bool {
    let (regime, link_only) = rules(visit, overrides);
    // Nobody consents by not pressing a link (GDPR Art. 4(11)).
    link_only && regime != Regime::OptIn
}

/// The regime, and whether the footer's link replaces the banner.
fn rules(visit: &VisitContext, overrides: &[RegimeOverride]) -> (Regime, bool) {
    let Some(country) = visit.country else {
        return (Regime::OptIn, false);
    };
    if visit.is_eu || is_in_economic_area(country) {
        return (Regime::OptIn, false);
    }
    let mut found = (default_regime(country), false);
    let mut strictest = None;
    for own in overrides.iter().filter(|own| own.place.country == country) {
        let rules = (own.regime, own.link_only);
        match own.place.region {
            None => found = rules,
            region if region == visit.region => return rules,
            Some(_) => strictest = Some(stricter(rules, strictest.unwrap_or(rules))),
        }
    }
    match strictest {
        // The visitor may be in any region of the country.
        Some(region) if visit.region.is_none() => stricter(found, region),
        _ => found,
    }
}

fn stricter(one: (Regime, bool), other: (Regime, bool)) -> (Regime, bool) {
    let regime = if one.0.is_lighter_than(other.0) {
        other.0
    } else {
        one.0
    };
    (regime, one.1 && other.1)
}

/// Whether the country is in the European Economic Area.
pub fn is_in_economic_area(country: Country) -> bool {
    row(country).is_some_and(|row| row.is_in_economic_area)
}

/// The regime of a country for which a site has no override.
pub fn default_regime(country: Country) -> Regime {
    row(country).map_or(Regime::OptIn, |row| row.regime)
}

/// The least time, in days, before a visitor who refused may be asked again. A site may wait
/// longer.
pub fn min_refusal_days(country: Option<Country>) -> u32 {
    let days = country
        .and_then(row)
        .map_or(USUAL_REFUSAL_DAYS, |row| row.refusal_days);
    u32::from(days)
}

fn row(country: Country) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.country == country.letters())
}

/// A country whose rules are not the usual ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    country: [u8; 2],
    regime: Regime,
    is_in_economic_area: bool,
    refusal_days: u16,
}

include!(concat!(env!("OUT_DIR"), "/regimes.rs"));

/// What may run before the visitor has chosen.
pub fn default_choice(regime: Regime, gpc: bool) -> Choice {
    let before_choice = match regime {
        Regime::OptIn => Choice::NONE,
        Regime::OptOut => Choice::ALL,
        Regime::Notice => Choice {
            functional: true,
            ..Choice::NONE
        },
    };
    apply_gpc(before_choice, gpc)
}

/// The choice with Global Privacy Control, or another signal, applied: it denies marketing in every
/// regime, also after an explicit yes.
pub const fn apply_gpc(choice: Choice, gpc: bool) -> Choice {
    Choice {
        functional: choice.functional,
        analytics: choice.analytics,
        marketing: choice.marketing && !gpc,
    }
}

#[cfg(test)]
mod tests;
