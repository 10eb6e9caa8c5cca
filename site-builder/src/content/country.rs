//! Facts about countries, from `countries.toml`.

use super::slice::slice;
use domain::Locale;
use icu_locale::names::RegionDisplayName;
use icu_locale::subtags::Region;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Countries {
    home: String,
    no_countries: Vec<String>,
    numbering_plan: Vec<NumberingPlan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberingPlan {
    /// `+` and the country code.
    prefix: String,
    /// Digits of each group, the country code first.
    groups: Vec<usize>,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static COUNTRIES: LazyLock<Countries> =
    LazyLock::new(|| toml::from_str(include_str!("countries.toml")).expect("fits the type"));

/// Whether a country is the operator's own, so that data sent there isn't transferred abroad.
pub(super) fn is_home(code: &str) -> bool {
    code == COUNTRIES.home
}

/// Whether it is the code of a country in capital letters (ISO 3166-1 alpha-2).
pub(super) fn is_country(code: &str) -> bool {
    region(code).is_some_and(|region| english_name(region).is_some())
}

/// The name of a country in a language, from CLDR; in English where CLDR has none in that language.
/// `None` if it is no country.
pub fn name(code: &str, locale: &Locale) -> Option<RegionDisplayName> {
    let region = region(code)?;
    // Locales are BCP 47, like ICU's.
    let own = locale.as_str().parse::<icu_locale::Locale>();
    let own = own.map_or(None, |locale| name_in(locale, region));
    own.or_else(|| english_name(region))
}

fn english_name(region: Region) -> Option<RegionDisplayName> {
    name_in(icu_locale::locale!("en"), region)
}

#[expect(
    clippy::disallowed_methods,
    reason = "an error means that CLDR has no such name"
)]
fn name_in(locale: icu_locale::Locale, region: Region) -> Option<RegionDisplayName> {
    RegionDisplayName::try_new_light(locale.into(), region).ok()
}

#[expect(clippy::disallowed_methods, reason = "what is no region is no country")]
fn region(code: &str) -> Option<Region> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_other = COUNTRIES.no_countries.iter().any(|other| other == code);
    (is_code && !is_other).then(|| code.parse().ok()).flatten()
}

/// A telephone number in E.164, grouped by its country's numbering plan: `+7 727 338 39 93`.
pub fn format_phone(number: &str) -> String {
    let fits = |plan: &&NumberingPlan| {
        number.starts_with(&plan.prefix)
            && number.is_ascii()
            && number.len() == 1 + plan.groups.iter().sum::<usize>()
    };
    let Some(plan) = COUNTRIES.numbering_plan.iter().find(fits) else {
        return number.to_owned();
    };
    let mut rest = slice(number, 1..);
    let mut groups = Vec::new();
    for length in &plan.groups {
        groups.push(slice(rest, ..*length));
        rest = slice(rest, *length..);
    }
    format!("+{}", groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        let name = |code: &str, locale: &str| {
            let name = name(code, &Locale::try_from(locale).unwrap());
            name.map(|name| name.to_string())
        };
        for (code, locale, expected) in [
            ("AE", "en", Some("United Arab Emirates")),
            ("NL", "ru", Some("Нидерланды")),
            ("DE", "kk", Some("Германия")),
            ("DE", "de-at", Some("Deutschland")),
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
    fn what_is_no_country_has_no_name() {
        for code in ["", "us", "USA", "U", "XX", "EU", "ZZ", "UN", "12", "Үа"] {
            assert!(!is_country(code), "{code}");
            assert!(name(code, &Locale::try_from("en").unwrap()).is_none());
        }
    }

    #[test]
    fn telephones_are_grouped_for_reading() {
        assert_eq!(format_phone("+77273383993"), "+7 727 338 39 93");
        for other in ["+442071234567", "+7727338399", "+772733839931", ""] {
            assert_eq!(format_phone(other), other);
        }
    }
}
