//! Which locale of a site a visitor's language range gets (RFC 4647, "Matching of Language Tags").
//!
//! The builder has worked out, by Unicode CLDR, which ranges each locale answers
//! ([`Manifest::ranges`]). What is left is the lookup of RFC 4647, 3.4: a range that no locale
//! answers loses its last subtag until one does.

use crate::{Locale, Manifest};

/// What a locale is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Documents, which only [`Manifest::locales`] have.
    Document,
    /// What asks for consent: banner and page of choices, which every locale of
    /// [`Manifest::shown`] has.
    Consent,
}

/// How much of a range is read, in bytes: more than any tag of a locale has, as much as RFC 5646,
/// 4.4.1, has programs read at least.
const MAX_RANGE_LENGTH: usize = 35;

impl Manifest {
    /// The locale that a range gets, in any case of letters and with `_` for `-`; none if the site
    /// lacks the language. `*` is a language that no site has.
    pub fn locale_for(&self, range: &str, purpose: Purpose) -> Option<&Locale> {
        let plain = |letter: char| match letter {
            '_' => '-',
            other => other.to_ascii_lowercase(),
        };
        let range: String = range.chars().map(plain).take(MAX_RANGE_LENGTH).collect();
        let mut rest = range.as_str();
        loop {
            if let Some(locale) = self.locale_answering(rest, purpose) {
                return Some(locale);
            }
            (rest, _) = rest.rsplit_once('-')?;
        }
    }

    fn locale_answering(&self, range: &str, purpose: Purpose) -> Option<&Locale> {
        let answers = |locale: &&Locale| {
            let ranges = self.ranges.get(locale);
            locale.as_str() == range
                || ranges.is_some_and(|ranges| ranges.iter().any(|one| one == range))
        };
        let with_documents = self.locales.iter().find(answers);
        if purpose == Purpose::Document {
            return with_documents;
        }
        // First those without documents: where one of them answers the range, it does so better.
        let shown = self.shown.iter().map(|(locale, _)| locale);
        shown
            .filter(|locale| !self.locales.contains(locale))
            .find(answers)
            .or(with_documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VecMap;
    use crate::fixtures::manifest;

    fn check(range: &str, document: Option<&str>, consent: Option<&str>) {
        let locale = |tag: &str| Locale::try_from(tag).unwrap();
        let mut manifest = manifest();
        let shown = manifest.shown.get(&locale("kk")).unwrap().clone();
        manifest.shown = ["kk", "ru", "sr"]
            .into_iter()
            .map(|tag| (locale(tag), shown.clone()))
            .collect();
        manifest.locales = vec![locale("kk"), locale("sr-latn")];
        manifest.ranges = VecMap::from_iter([
            (locale("kk"), vec!["kaz".to_owned()]),
            (locale("sr-latn"), vec!["sr".to_owned(), "sr-me".to_owned()]),
        ]);
        let found = |purpose| manifest.locale_for(range, purpose).map(Locale::as_str);
        assert_eq!(found(Purpose::Document), document, "{range}");
        assert_eq!(found(Purpose::Consent), consent, "{range}");
    }

    #[test]
    fn a_range_loses_subtags_until_a_locale_answers() {
        for range in [
            "kk",
            "KK",
            "kk-KZ",
            "kk_Cyrl_KZ",
            "kaz",
            "kk-u-hc-h12",
            "kk-x-a-b",
        ] {
            check(range, Some("kk"), Some("kk"));
        }
        check("sr-Cyrl-RS", Some("sr-latn"), Some("sr"));
        check("sr-ME", Some("sr-latn"), Some("sr-latn"));
        check("ru", None, Some("ru"));
        for range in ["", "*", "-", "k", "kkk", "x-kk", "de-DE", "қаз"] {
            check(range, None, None);
        }
    }

    #[test]
    fn a_long_range_is_cut() {
        check(
            &format!("kk{}", "-abcdefgh".repeat(1000)),
            Some("kk"),
            Some("kk"),
        );
        check(&"k".repeat(10_000), None, None);
    }
}
