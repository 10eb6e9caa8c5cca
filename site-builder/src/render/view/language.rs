//! Languages as pages name them.

use crate::content::names;
use domain::Locale;
use serde::Serialize;

/// A locale as pages name it.
#[derive(Debug, Clone, Serialize)]
pub struct LocaleView {
    /// BCP 47: `kk`.
    pub code: String,
    /// Its own name as it stands within a sentence: `қазақ тілі`.
    pub name: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// Path of the start page: `/kk/`. Where the locale has no documents, it is that of the fallback.
    pub home: String,
}

/// A language that isn't the page's.
#[derive(Debug, Clone, Serialize)]
pub struct OtherLanguage {
    /// BCP 47: `en`.
    pub code: String,
    /// Its name in the page's language, as it stands within a sentence: `ағылшын тілі`.
    pub name: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
}

impl LocaleView {
    /// A locale whose pages lead to documents in `documents`.
    pub fn new(locale: &Locale, documents: &Locale) -> Self {
        Self {
            code: locale.to_string(),
            name: names::language(locale, locale),
            dir: direction(locale),
            home: format!("/{documents}/"),
        }
    }
}

impl OtherLanguage {
    /// The language on pages of a locale.
    pub fn new(language: &Locale, page: &Locale) -> Self {
        Self {
            code: language.to_string(),
            name: names::language(language, page),
            dir: direction(language),
        }
    }
}

fn direction(locale: &Locale) -> &'static str {
    let is_rtl = names::is_right_to_left(locale);
    if is_rtl { "rtl" } else { "ltr" }
}
