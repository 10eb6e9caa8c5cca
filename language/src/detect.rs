//! Which language a text is in, of those with a file: by its letters (CLDR, main exemplar
//! characters) and its most frequent words.
//!
//! Letters tell languages with an alphabet of their own apart and words the others, such as German
//! and English. Names, numbers and addresses are in no language, so a text is long enough only
//! with some words.

use crate::{FILES, Language};
use icu_locale::exemplar_chars::{ExemplarCharacters, ExemplarCharactersBorrowed};
use icu_locale::{LanguageIdentifier, LocaleExpander};
use icu_provider::DataLocale;
use std::cmp::Reverse;
use std::sync::LazyLock;

/// A text with fewer words has too few of the frequent ones.
const MIN_WORDS: usize = 6;

/// How many points a frequent word adds, of one for a word that the language's letters can write.
const FREQUENT: usize = 3;

/// How far, in hundredths, the best language must be ahead of the next one.
const LEAD: usize = 5;

/// What is known of the letters of a language.
struct Letters {
    locale: &'static str,
    language: &'static Language,
    /// `None` if CLDR has no letters of it.
    main: Option<ExemplarCharactersBorrowed<'static>>,
}

static KNOWN: LazyLock<Vec<Letters>> = LazyLock::new(|| {
    let files = FILES.iter();
    files
        .filter_map(|(locale, _)| {
            Some(Letters {
                locale,
                language: Language::of(locale)?,
                main: main_letters(locale),
            })
        })
        .collect()
});

#[expect(
    clippy::disallowed_methods,
    reason = "a language without letters in CLDR is no error: its words decide"
)]
pub(crate) fn main_letters(locale: &str) -> Option<ExemplarCharactersBorrowed<'static>> {
    let mut tag: LanguageIdentifier = locale.parse().ok()?;
    // CLDR keeps Simplified Chinese as `zh`.
    LocaleExpander::new_extended().minimize(&mut tag);
    ExemplarCharacters::try_new_main(&DataLocale::from(tag)).ok()
}

/// The locale of the language that a text is in; `None` if it is short, in a language without a
/// file, or in one of several that can't be told apart.
pub fn detect(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words = words(&lower);
    if words.len() < MIN_WORDS {
        return None;
    }
    let mut scores: Vec<(usize, &str)> = KNOWN
        .iter()
        .map(|known| (known.score(&words), known.locale))
        .collect();
    scores.sort_by_key(|(score, _)| Reverse(*score));
    let (best, locale) = *scores.first()?;
    let next = scores.get(1).map_or(0, |(next, _)| *next);
    // Letters of no language here, such as Greek ones where only Cyrillic is known.
    let is_known = best * 2 >= words.len();
    (is_known && best * 100 >= next * (100 + LEAD)).then_some(locale)
}

/// The words of a text. An ideograph is a word of its own.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let is_letter = |character: char| character.is_alphabetic() || "'’ʻʼ".contains(character);
    let runs = text.split(|character: char| !is_letter(character));
    runs.flat_map(|run| {
        let is_ideographic = run.contains(is_ideograph);
        let pieces = if is_ideographic { run.len() } else { 1 };
        run.split_inclusive(move |character| pieces > 1 && is_ideograph(character))
    })
    .filter(|word| word.contains(char::is_alphabetic))
    .collect()
}

const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}')
}

impl Letters {
    /// A point for each word of the language's letters, and [`FREQUENT`] for each frequent word.
    fn score(&self, words: &[&str]) -> usize {
        words
            .iter()
            .map(|word| {
                let is_frequent = self.language.frequent_words.iter().any(|own| own == word);
                let has_own_letters = self.main.is_some_and(|main| {
                    let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
                    letters.all(|letter| main.contains(letter))
                });
                usize::from(has_own_letters) + FREQUENT * usize::from(is_frequent)
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart_by_letters_and_words() {
        for (text, locale) in [
            (
                "Оператор не передаёт данные третьим лицам, кроме банков и почты.",
                Some("ru"),
            ),
            (
                "Оператор банктер мен поштадан басқа үшінші тұлғаларға деректерді бермейді.",
                Some("kk"),
            ),
            (
                "The operator does not pass data to third parties, except to banks and the post.",
                Some("en"),
            ),
            ("Cookies: _ga, _gid", None),
            ("1.1. 2.2. 3.3. 4.4. 5.5. 6.6.", None),
            ("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᏣᎳᎩ", None),
        ] {
            assert_eq!(detect(text), locale, "{text}");
        }
    }
}
