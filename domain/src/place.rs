//! Places as networks and ISO 3166 name them: countries, their regions, and either of them.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// The codes of `countries.txt`.
const ASSIGNED: &str = include_str!("countries.txt");

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

impl Country {
    /// The two letters.
    pub const fn letters(self) -> [u8; 2] {
        self.0
    }

    /// Whether it is the code of a country, and not only two letters.
    pub fn is_assigned(self) -> bool {
        ASSIGNED
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .any(|code| code.as_bytes() == self.0)
    }
}

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

/// A state, province or other region of a country, upper case: the part of an ISO 3166-2 code after
/// the hyphen, one to three letters or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// Zeros fill it up.
    characters: [u8; 3],
}

/// The text is not the code of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a region is one to three letters or digits such as `CA`")]
pub struct InvalidRegion;

impl TryFrom<&str> for Region {
    type Error = InvalidRegion;

    fn try_from(text: &str) -> Result<Self, InvalidRegion> {
        Self::of(text.as_bytes()).ok_or(InvalidRegion)
    }
}

impl Region {
    fn of(code: &[u8]) -> Option<Self> {
        let characters = match *code {
            [first] => [first, 0, 0],
            [first, second] => [first, second, 0],
            [first, second, third] => [first, second, third],
            _ => return None,
        };
        code.iter().all(u8::is_ascii_alphanumeric).then_some(Self {
            characters: characters.map(|character| character.to_ascii_uppercase()),
        })
    }
}

/// A country, or a region of it: `US`, `US-CA` (ISO 3166-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(with = "String", extend("pattern" = r"^[A-Z]{2}(-[0-9A-Z]{1,3})?$"))
)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    /// The country.
    pub country: Country,
    /// None: the whole country.
    pub region: Option<Region>,
}

/// The text is not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place is `US` or `US-CA`, in upper case")]
pub struct InvalidPlace;

impl TryFrom<String> for Place {
    type Error = InvalidPlace;

    /// Only the form that [`Place`] is written in: people write it, and one place has one name.
    fn try_from(text: String) -> Result<Self, InvalidPlace> {
        let (letters, region) = match *text.as_bytes() {
            [first, second] => ([first, second], None),
            [first, second, b'-', ref code @ ..] => {
                let region = Region::of(code).ok_or(InvalidPlace)?;
                ([first, second], Some(region))
            }
            _ => return Err(InvalidPlace),
        };
        let is_upper = !text.bytes().any(|byte| byte.is_ascii_lowercase());
        if is_upper && letters.iter().all(u8::is_ascii_uppercase) {
            let country = Country(letters);
            Ok(Self { country, region })
        } else {
            Err(InvalidPlace)
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        let mut text = Self::from(place.country);
        if let Some(region) = place.region {
            text.push('-');
            text.extend(
                region
                    .characters
                    .map(char::from)
                    .iter()
                    .filter(|one| **one != '\0'),
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test of what is no place")]
    fn place(text: &str) -> Option<Place> {
        Place::try_from(text.to_owned()).ok()
    }

    #[test]
    fn a_place_is_a_country_or_a_region_of_it() {
        for text in ["US", "US-CA", "KZ-75", "FR-2A", "GB-ENG", "CH-A"] {
            assert_eq!(String::from(place(text).unwrap()), text);
        }
        assert_eq!(place("US").unwrap().region, None);
        assert_ne!(place("US-C"), place("US-CA"));
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in [
            "",
            "U",
            "USA",
            "us",
            "US-",
            "US-ca",
            "Us-CA",
            "-CA",
            "US-CALI",
            "US-C A",
            "US-CA-1",
            "US_CA",
            "US-Ж",
            "US-\0",
            "US CA",
            " US",
            "california",
        ] {
            assert_eq!(place(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_region_of_the_network_may_be_in_lower_case() {
        assert_eq!(Region::try_from("ca"), Region::try_from("CA"));
        for text in ["", "??", "CALI", "C-", "Ж"] {
            assert_eq!(Region::try_from(text), Err(InvalidRegion), "{text:?}");
        }
    }

    #[test]
    fn two_letters_are_not_yet_a_country() {
        let is_assigned = |text: &str| Country::try_from(text).unwrap().is_assigned();
        assert!(["KZ", "US", "us", "GB", "XK"].into_iter().all(is_assigned));
        assert!(!["UK", "EU", "XX", "ZZ", "AA"].into_iter().any(is_assigned));
    }
}
