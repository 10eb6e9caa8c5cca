//! Facts about countries, from `countries.toml`.

use super::names;
use domain::Locale;
use icu_locale::subtags::Region;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Countries {
    free_movement: Vec<Vec<String>>,
    no_countries: Vec<String>,
    user_assigned: Vec<[String; 2]>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static COUNTRIES: LazyLock<Countries> =
    LazyLock::new(|| toml::from_str(include_str!("countries.toml")).expect("fits the type"));

/// Whether data that go from one country to another are transferred abroad: neither the same, nor
/// within an area of free movement.
pub(super) fn is_abroad(from: &str, to: &str) -> bool {
    let has = |area: &[String], code: &str| area.iter().any(|member| member == code);
    let areas = &COUNTRIES.free_movement;
    from != to && !areas.iter().any(|area| has(area, from) && has(area, to))
}

/// Whether it is the code of a country in capital letters (ISO 3166-1 alpha-2).
pub(super) fn is_country(code: &str) -> bool {
    region(code).is_some_and(|region| names::english_country(region).is_some())
}

/// Whether it is one of the codes that ISO 3166-1 leaves to its users, to which a pack may give a
/// meaning.
pub(super) fn is_user_assigned(code: &str) -> bool {
    let mut ranges = COUNTRIES.user_assigned.iter();
    code.len() == 2 && ranges.any(|[first, last]| (first.as_str()..=last.as_str()).contains(&code))
}

/// The name of a country in a language. `None` if it is no country.
pub fn name(code: &str, locale: &Locale) -> Option<String> {
    names::country(region(code)?, locale)
}

#[expect(clippy::disallowed_methods, reason = "what is no region is no country")]
fn region(code: &str) -> Option<Region> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_other = COUNTRIES.no_countries.iter().any(|other| other == code);
    (is_code && !is_other).then(|| code.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        let name = |code: &str, locale: &str| name(code, &Locale::try_from(locale).unwrap());
        for (code, locale, expected) in [
            ("AE", "en", Some("United Arab Emirates")),
            ("NL", "ru", Some("Нидерланды")),
            ("DE", "kk", Some("Германия")),
            ("DE", "de-at", Some("Deutschland")),
            // Of `names.toml`.
            ("IO", "mt", Some("Territorju Brittaniku tal-Oċean Indjan")),
            // CLDR has no language of that name.
            ("DE", "qaa", Some("Germany")),
        ] {
            assert_eq!(name(code, locale).as_deref(), expected, "{code} {locale}");
        }
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|first| letters().map(move |second| [first, second]));
        let codes = codes.map(|code| code.iter().collect::<String>());
        let countries: Vec<String> = codes.filter(|code| is_country(code)).collect();
        // ISO 3166-1 has 249, and CLDR names Kosovo and a few reserved codes too.
        assert!((249..260).contains(&countries.len()), "{countries:?}");
        for code in countries {
            for locale in ["kk", "ru", "en"] {
                let name = name(&code, locale).unwrap();
                assert!(name.chars().count() > 2 && name != code, "{code}: {name}");
            }
        }
    }

    #[test]
    fn data_that_stay_in_the_economic_area_are_not_transferred() {
        for (from, to, expected) in [
            ("KZ", "KZ", false),
            ("DE", "DE", false),
            ("DE", "FR", false),
            ("DE", "NO", false),
            ("DE", "CH", true),
            ("DE", "GB", true),
            ("DE", "KZ", true),
            ("KZ", "DE", true),
            ("KZ", "RU", true),
        ] {
            assert_eq!(is_abroad(from, to), expected, "{from} {to}");
        }
        for area in &COUNTRIES.free_movement {
            assert!(area.iter().all(|code| is_country(code)), "{area:?}");
        }
    }

    #[test]
    fn what_is_no_country_has_no_name() {
        for code in ["", "us", "USA", "U", "XX", "EU", "ZZ", "UN", "12", "Үа"] {
            assert!(!is_country(code), "{code}");
            assert!(name(code, &Locale::try_from("en").unwrap()).is_none());
        }
    }
}
