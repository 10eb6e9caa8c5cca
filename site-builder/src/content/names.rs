//! Names of languages and countries in any language: Unicode CLDR's, and from `names.toml` what it
//! lacks.

use domain::Locale;
use icu_locale::names::{
    LanguageIdentifierDisplayName, LanguageIdentifierDisplayNameOptions, RegionDisplayName,
};
use icu_locale::subtags::Region;
use icu_locale::{LanguageIdentifier, LocaleDirectionality};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use writeable::TryWriteable;

/// Names by their code, by the language that they are in.
type Names = BTreeMap<String, BTreeMap<String, String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    countries: Names,
    languages: Names,
}

#[expect(clippy::expect_used, reason = "a constant, which a test reads")]
static MISSING: LazyLock<Missing> =
    LazyLock::new(|| toml::from_str(include_str!("names.toml")).expect("fits the type"));

/// The name of a country in a language; in English where nobody knows it in that language. `None` if
/// it has none in English either: then it is no country.
pub(super) fn country(country: Region, locale: &Locale) -> Option<String> {
    let own = tag(locale).and_then(|locale| country_in(locale, country));
    own.or_else(|| missing(&MISSING.countries, country.as_str(), locale))
        .or_else(|| english_country(country))
}

/// The English name of a country.
pub(super) fn english_country(country: Region) -> Option<String> {
    country_in(icu_locale::locale!("en"), country)
}

/// The name of a language in a language, as it stands within a sentence; in English where nobody
/// knows it in that language, and its tag where it has no name at all.
pub fn language(named: &Locale, locale: &Locale) -> String {
    let own = tag(locale).and_then(|locale| language_in(locale, named));
    own.or_else(|| missing(&MISSING.languages, named.as_str(), locale))
        .or_else(|| language_in(icu_locale::locale!("en"), named))
        .unwrap_or_else(|| named.to_string())
}

/// Whether a language is written from right to left.
pub fn is_right_to_left(locale: &Locale) -> bool {
    let direction = LocaleDirectionality::new_extended();
    // A tag that CLDR can't parse has no known direction: left to right.
    tag(locale).is_some_and(|parsed| direction.is_right_to_left(&parsed.id))
}

fn missing(names: &Names, code: &str, locale: &Locale) -> Option<String> {
    names.get(locale.as_str())?.get(code).cloned()
}

/// The locale as ICU knows it.
#[expect(
    clippy::disallowed_methods,
    reason = "CLDR has no names in a language that is none of BCP 47"
)]
fn tag(locale: &Locale) -> Option<icu_locale::Locale> {
    locale.as_str().parse().ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "an error means that CLDR has no such name"
)]
fn country_in(locale: icu_locale::Locale, country: Region) -> Option<String> {
    let name = RegionDisplayName::try_new_light(locale.into(), country).ok()?;
    Some(name.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "an error means that CLDR has no such name"
)]
fn language_in(locale: icu_locale::Locale, named: &Locale) -> Option<String> {
    let id: LanguageIdentifier = named.as_str().parse().ok()?;
    let options = LanguageIdentifierDisplayNameOptions::default();
    let name = LanguageIdentifierDisplayName::try_new_heavy(locale.into(), id, options).ok()?;
    // Where CLDR lacks a part of the name, it would be written as its code.
    let mut text = String::new();
    matches!(name.as_borrowed().try_write_to(&mut text), Ok(Ok(()))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of this project's theme, and of languages that CLDR knows less well.
    const LANGUAGES: &str = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl \
        sv kk ru uk uz ky tr az ka hy zh-hans ar he nb nn is sr-latn tg hi id ja ko vi";

    fn locale(tag: &str) -> Locale {
        Locale::try_from(tag).unwrap()
    }

    #[test]
    fn languages_have_their_names_in_the_visitors_language() {
        for (named, within, expected) in [
            ("en", "pt", "inglês"),
            ("ru", "ru", "русский"),
            ("kk", "kk", "қазақ тілі"),
            ("en", "zh-hans", "英语"),
            ("zh-hans", "en", "Simplified Chinese"),
            ("nb", "tg", "норвегии букмол"),
            // CLDR knows nothing of these.
            ("en", "qaa", "English"),
            ("qaa", "en", "qaa"),
        ] {
            let name = language(&locale(named), &locale(within));
            assert_eq!(name, expected, "{named} in {within}");
        }
    }

    #[test]
    fn no_name_is_missing() {
        for within in LANGUAGES.split_whitespace() {
            let icu = tag(&locale(within)).unwrap();
            for named in LANGUAGES.split_whitespace().map(locale) {
                let missing = missing(&MISSING.languages, named.as_str(), &locale(within));
                let name = language_in(icu.clone(), &named).or(missing);
                assert!(name.is_some(), "{named} in {within}");
            }
        }
    }
}
