//! Which of a site's locales suits a visitor who opens a short address.

use domain::Locale;

/// More members of `Accept-Language` than this are not looked at.
const MAX_RANGES: usize = 32;

/// The locale of the site that the header likes best (RFC 9110, 12.5.4): `ru-KZ` likes `ru`, `*` and an absent header like
/// the default one, which comes first.
pub(crate) fn preferred<'a>(header: Option<&str>, locales: &'a [Locale]) -> Option<&'a Locale> {
    let mut best: Option<(u16, &Locale)> = None;
    for member in header.unwrap_or_default().split(',').take(MAX_RANGES) {
        let (range, weight) = read_member(member);
        let Some(locale) = matching(range, locales) else {
            continue;
        };
        // The earlier of two that are liked equally wins.
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale).or(locales.first())
}

/// A range and its weight in thousandths; a malformed weight is no weight.
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
    let fraction: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

/// The locale that a range names: itself, or its language when the site does not tell regions apart.
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
    fn the_best_liked_locale_is_found() {
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
    fn whoever_likes_none_gets_the_default() {
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
