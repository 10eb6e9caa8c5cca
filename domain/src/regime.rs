//! Which legal regime applies to a visitor. Input: the network's geolocation and the Global Privacy
//! Control signal. Output: a regime, and what may run before the visitor has chosen.
//!
//! The table, `regimes.txt`, denies by default: it lists only countries whose regime is less strict
//! than `opt_in`, and those where a site may not override `opt_in`. Everything else, among it the
//! United Kingdom, Switzerland, Tor, unknown and malformed places, is `opt_in`.

use crate::Choice;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// Two letters for a country, upper case: ISO 3166-1 alpha-2, or what a network uses in its place
/// (`XX`, `EU`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^[A-Z]{2}$")))]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country is two letters such as `KZ`")]
pub struct InvalidCountry;

impl TryFrom<&str> for Country {
    type Error = InvalidCountry;

    fn try_from(text: &str) -> Result<Self, InvalidCountry> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([
                    first.to_ascii_uppercase(),
                    second.to_ascii_uppercase(),
                ]))
            }
            _ => Err(InvalidCountry),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;

    fn try_from(text: String) -> Result<Self, InvalidCountry> {
        Self::try_from(text.as_str())
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.map(char::from).iter().collect()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.map(char::from);
        formatter.write_char(first)?;
        formatter.write_char(second)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Country({self})")
    }
}

/// Geolocation and privacy signal of a visit. The location comes from the network alone, never from
/// a header, a query or a language that the client controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitContext {
    /// `None` when it is unknown, malformed or not a country (Tor).
    pub country: Option<Country>,
    /// The network locates the visit in the European Union, which outweighs `country`.
    pub is_eu: bool,
    /// Whether the browser sends Global Privacy Control, see [`gpc_signal`].
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

/// A site's regime for one country, in place of the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "OwnRegime"))]
#[serde(deny_unknown_fields)]
pub struct RegimeOverride {
    /// Where the visitor is.
    pub country: Country,
    /// What applies there instead of the default.
    pub regime: Regime,
}

/// The regime of a visit: the site's override for the country, otherwise the default. In the
/// European Economic Area no override applies, whether the network says so by `is_eu` or by the
/// country.
pub fn regime(visit: &VisitContext, overrides: &[RegimeOverride]) -> Regime {
    let Some(country) = visit.country else {
        return Regime::OptIn;
    };
    if visit.is_eu || is_in_economic_area(country) {
        return Regime::OptIn;
    }
    match overrides.iter().find(|one| one.country == country) {
        Some(one) => one.regime,
        None => default_regime(country),
    }
}

/// Whether the country is in the European Economic Area.
fn is_in_economic_area(country: Country) -> bool {
    row(country).is_some_and(|row| row.is_in_economic_area)
}

/// The regime of a country for which a site has no override.
pub fn default_regime(country: Country) -> Regime {
    row(country).map_or(Regime::OptIn, |row| row.regime)
}

/// For how many days at least a visitor who refused is not asked again: half a year (Garante per la
/// protezione dei dati personali, 10 June 2021, no. 231), in the United States a year (California
/// Civil Code § 1798.135(c)(4)). Of 184 and 366 days neither half-years nor years have more.
pub fn min_refusal_days(country: Option<Country>) -> u32 {
    if country.is_some_and(|country| country.0 == *b"US") {
        366
    } else {
        184
    }
}

fn row(country: Country) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.country == country.0)
}

/// A country of `regimes.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    country: [u8; 2],
    regime: Regime,
    is_in_economic_area: bool,
}

const FILE: &[u8] = include_bytes!("regimes.txt");

/// Evaluated at compile time: a malformed line is a compile error, and the binary does not contain
/// the file's comments.
static ROWS: [Row; rows::<0>(FILE).1] = rows(FILE).0;

/// The first `N` rows of a file, and the number of all its rows.
///
/// # Panics
/// When a line is malformed.
#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "only the compiler calls it, and a test"
)]
const fn rows<const N: usize>(mut rest: &[u8]) -> ([Row; N], usize) {
    let nowhere = Row {
        country: [0; 2],
        regime: Regime::OptIn,
        is_in_economic_area: false,
    };
    let (mut rows, mut count) = ([nowhere; N], 0);
    while !rest.is_empty() {
        let mut end = 0;
        while end < rest.len() && rest[end] != b'\n' {
            end += 1;
        }
        let (line, others) = rest.split_at(end);
        if !matches!(line, [] | [b'#', ..]) {
            let row = parse_row(line).expect("a country and what applies there");
            if count < N {
                rows[count] = row;
            }
            count += 1;
        }
        rest = if let [_, next @ ..] = others {
            next
        } else {
            others
        };
    }
    (rows, count)
}

const fn parse_row(line: &[u8]) -> Option<Row> {
    let [first @ b'A'..=b'Z', second @ b'A'..=b'Z', b' ', word @ ..] = line else {
        return None;
    };
    let (regime, is_in_economic_area) = match word {
        b"opt_out" => (Regime::OptOut, false),
        b"notice" => (Regime::Notice, false),
        b"eea" => (Regime::OptIn, true),
        _ => return None,
    };
    Some(Row {
        country: [*first, *second],
        regime,
        is_in_economic_area,
    })
}

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

/// The choice with Global Privacy Control applied: the signal denies marketing in every regime,
/// also after an explicit yes.
pub const fn apply_gpc(choice: Choice, gpc: bool) -> Choice {
    Choice {
        functional: choice.functional,
        analytics: choice.analytics,
        marketing: choice.marketing && !gpc,
    }
}

/// Whether a `Sec-GPC` header carries the signal. Only the value `1` does; several headers arrive
/// as one list, in which a single `1` is enough
/// (<https://w3c.github.io/gpc/#the-sec-gpc-header-field-for-http-requests>).
pub fn gpc_signal(header: Option<&str>) -> bool {
    header.is_some_and(|value| value.split(',').any(|member| member.trim() == "1"))
}

#[cfg(test)]
mod tests;
