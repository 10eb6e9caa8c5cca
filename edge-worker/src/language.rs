//! Content negotiation by `Accept-Language`: for short addresses, the start page and the page of
//! addresses that don't exist.

use domain::{Locale, Manifest, Purpose};

/// The most members of `Accept-Language` that are read.
const MAX_RANGES: usize = 32;

/// The site's locale with the highest weight (RFC 9110, 12.5.4). Who has named only languages that
/// the site lacks gets its fallback; `*`, an absent header and one that names no language mean the
/// default locale, which comes first.
pub(crate) fn preferred<'m>(
    header: Option<&str>,
    manifest: &'m Manifest,
    purpose: Purpose,
) -> Option<&'m Locale> {
    let default = manifest.locales.first();
    let mut best: Option<(u16, &Locale)> = None;
    let mut names_language = false;
    for member in header.unwrap_or("").split(',').take(MAX_RANGES) {
        let (range, weight) = read_member(member);
        // Of equal weights the first counts.
        if range.is_empty() || weight <= best.map_or(0, |(weight, _)| weight) {
            continue;
        }
        let found = if range == "*" {
            default
        } else {
            names_language = true;
            manifest.locale_for(range, purpose)
        };
        best = found.map(|locale| (weight, locale)).or(best);
    }
    match best {
        Some((_, locale)) => Some(locale),
        None if names_language => Some(&manifest.fallback),
        None => default,
    }
}

/// A language range and its weight in thousandths; a malformed weight is 0.
fn read_member(member: &str) -> (&str, u16) {
    let Some((range, parameter)) = member.split_once(';') else {
        return (member.trim(), 1000);
    };
    let weight = parameter
        .trim()
        .strip_prefix("q=")
        .and_then(thousandths)
        .unwrap_or(0);
    (range.trim(), weight)
}

/// `0.8` as 800. At most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Missing decimals are zeros.
    let digits = decimals.bytes().map(|digit| u16::from(digit - b'0'));
    let fraction = digits
        .chain([0; 3])
        .take(3)
        .fold(0, |sum, digit| sum * 10 + digit);
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use domain::VecMap;
    use serde::Deserialize;

    /// Kazakh, Russian and English, with English for those who speak none of them.
    fn manifest() -> Manifest {
        Manifest {
            fallback: Locale::try_from("en").unwrap(),
            ..fixtures::manifest()
        }
    }

    fn check(header: Option<&str>, expected: &str) {
        let manifest = manifest();
        let locale = preferred(header, &manifest, Purpose::Document).unwrap();
        assert_eq!(locale.as_str(), expected, "{header:?}");
    }

    #[test]
    fn the_locale_with_the_highest_weight_is_found() {
        for (header, expected) in [
            ("ru", "ru"),
            ("ru-KZ,ru;q=0.9", "ru"),
            ("de-DE, de;q=0.9, ru;q=0.8, en;q=0.7", "ru"),
            ("en;q=0.7, ru;q=0.8", "ru"),
            ("RU-kz", "ru"),
            ("ru;q=0.5, en;q=0.5", "ru"),
            ("en;q=0, ru;q=0.001", "ru"),
            ("*;q=0.5, en;q=0.4", "kk"),
            ("de, *;q=0.5", "kk"),
        ] {
            check(Some(header), expected);
        }
    }

    #[test]
    fn who_names_only_languages_that_the_site_lacks_gets_the_fallback() {
        let long = format!("{}ru", "de,".repeat(MAX_RANGES));
        let endless = "x".repeat(10_000);
        for header in [
            "de",
            "pt-BR,pt;q=0.9",
            "i-klingon",
            "x-private",
            "de;q=1, *;q=0",
            &long,
            &endless,
        ] {
            check(Some(header), "en");
        }
    }

    #[test]
    fn no_language_means_the_default() {
        for header in [
            "",
            "*",
            "en;q=0",
            "en;q=2",
            "en;q=x",
            ";;;,,,",
            "en;level=1",
        ] {
            check(Some(header), "kk");
        }
        check(None, "kk");
    }

    /// The cases that the builder, the worker and the page's script agree on.
    #[derive(Deserialize)]
    struct Table {
        sites: Vec<TableSite>,
    }

    #[derive(Deserialize)]
    struct TableSite {
        locales: Vec<Locale>,
        banner_locales: Vec<Locale>,
        fallback: Locale,
        ranges: VecMap<Locale, Vec<String>>,
        cases: Vec<(Vec<String>, Locale, Locale)>,
    }

    #[test]
    fn the_worker_chooses_as_the_table_of_cases_says() {
        let table = include_str!("../../tests/locale-cases.json");
        let table: Table = serde_json::from_str(table).unwrap();
        let mut count = 0;
        for site in table.sites {
            let mut manifest = fixtures::manifest();
            let shown = manifest.shown.values().next().unwrap().clone();
            let all = site.locales.iter().chain(&site.banner_locales);
            manifest.shown = all.map(|tag| (tag.clone(), shown.clone())).collect();
            manifest.locales = site.locales;
            manifest.fallback = site.fallback;
            manifest.ranges = site.ranges;
            for (wanted, document, consent) in site.cases {
                let header = wanted.join(", ");
                for (purpose, expected) in
                    [(Purpose::Document, document), (Purpose::Consent, consent)]
                {
                    let found = preferred(Some(&header), &manifest, purpose).unwrap();
                    let locales = &manifest.locales;
                    assert_eq!(*found, expected, "{header} of {locales:?}, {purpose:?}");
                }
                count += 1;
            }
        }
        assert!(count > 50, "{count} cases");
    }
}
