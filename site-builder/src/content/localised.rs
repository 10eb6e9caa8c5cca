//! Texts with translations.

use domain::Locale;
use std::collections::BTreeMap;

/// A text per locale.
pub type Localised = BTreeMap<String, String>;

/// A text in a locale, or in the first of `locales` that has it, then with that locale.
pub fn in_locale<'t>(
    texts: &'t Localised,
    locale: &Locale,
    locales: &'t [Locale],
) -> (&'t str, Option<&'t Locale>) {
    let text = |locale: &Locale| {
        texts
            .get(locale.as_str())
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    if let Some(own) = text(locale) {
        return (own, None);
    }
    let other = locales
        .iter()
        .find_map(|other| Some((text(other)?, Some(other))));
    // No locale has one, which is reported.
    other.unwrap_or(("", None))
}

/// Locales in which a text is missing or empty.
pub(super) fn untranslated<'l>(
    texts: &Localised,
    locales: &'l [Locale],
) -> impl Iterator<Item = &'l Locale> {
    locales
        .iter()
        .filter(|locale| texts.get(locale.as_str()).is_none_or(String::is_empty))
}
