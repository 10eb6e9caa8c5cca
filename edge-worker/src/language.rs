//! Content negotiation by `Accept-Language`, for short addresses.

use domain::Locale;

/// The most members of `Accept-Language` that are read.
const MAX_RANGES: usize = 32;

/// The site's locale with the highest weight (RFC 9110, 12.5.4). `ru-KZ` matches `ru`; `*` and an
/// absent header mean the default locale, which comes first.
pub(crate) fn preferred<'a>(header: Option<&str>, locales: &'a [Locale]) -> Option<&'a Locale> {
    let mut best: Option<(u16, &Locale)> = None;
    for member in header.unwrap_or("").split(',').take(MAX_RANGES) {
        let (range, weight) = read_member(member);
        let Some(locale) = matching(range, locales) else {
            continue;
        };
        // Of equal weights the first counts.
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale).or(locales.first())
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

/// The locale of a range, or of its language if the site has none for the region.
fn matching<'a>(range: &str, locales: &'a [Locale]) -> Option<&'a Locale> {
    if range == "*" {
        return locales.first();
    }
    let language = range.split('-').next().unwrap_or(range);
    let named = |tag: &str| {
        locales
            .iter()
            .find(|locale| locale.as_str().eq_ignore_ascii_case(tag))
    };
    named(range).or_else(|| named(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: Option<&str>, expected: &str) {
        let locales: Vec<_> = ["kk", "ru", "en"]
            .into_iter()
            .map(|tag| Locale::try_from(tag).unwrap())
            .collect();
        let locale = preferred(header, &locales).unwrap();
        assert_eq!(locale.as_str(), expected, "{header:?}");
    }

    #[test]
    fn the_locale_with_the_highest_weight_is_found() {
        for (header, expected) in [
            ("en", "en"),
            ("en-GB,en;q=0.9", "en"),
            ("de-DE, de;q=0.9, ru;q=0.8, en;q=0.7", "ru"),
            ("en;q=0.7, ru;q=0.8", "ru"),
            ("EN-us", "en"),
            ("ru;q=0.5, en;q=0.5", "ru"),
            ("en;q=0, ru;q=0.001", "ru"),
            ("*;q=0.5, en;q=0.4", "kk"),
        ] {
            check(Some(header), expected);
        }
    }

    #[test]
    fn no_match_means_the_default() {
        for header in [
            "",
            "de",
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

    #[test]
    fn a_flood_of_ranges_is_cut() {
        let header = format!("{}en", "de,".repeat(MAX_RANGES));
        check(Some(&header), "kk");
    }
}
