//! A language of a site.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A BCP 47 language tag in the short form that addresses use: `kk`, `ru`, `en`, `zh-hant`. Lower
/// case, 2 to 12 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")))]
#[serde(try_from = "String", into = "String")]
pub struct Locale(String);

/// The text is not a language tag in this form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a locale is a lower-case BCP 47 tag such as `kk` or `zh-hant`")]
pub struct InvalidLocale;

impl Locale {
    /// The tag itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Locale {
    type Error = InvalidLocale;

    fn try_from(text: &str) -> Result<Self, InvalidLocale> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Locale {
    type Error = InvalidLocale;

    fn try_from(text: String) -> Result<Self, InvalidLocale> {
        let mut subtags = text.split('-');
        let Some(language) = subtags.next() else {
            return Err(InvalidLocale);
        };
        let is_language =
            matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
        let is_rest = subtags.all(|subtag| {
            matches!(subtag.len(), 2..=8)
                && subtag
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        if is_language && is_rest && text.len() <= 12 {
            Ok(Self(text))
        } else {
            Err(InvalidLocale)
        }
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_lower_case_tags_are_locales() {
        for good in ["kk", "ru", "zh-hant", "fil", "es-419"] {
            assert!(Locale::try_from(good).is_ok(), "{good}");
        }
        for bad in [
            "", "k", "KK", "kk_KZ", "kk-", "../x", "kk/ru", "abcd", "kk-ёё",
        ] {
            assert!(Locale::try_from(bad).is_err(), "{bad}");
        }
    }
}
