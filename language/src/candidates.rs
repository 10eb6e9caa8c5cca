//! Which of a few languages a text is in, however short it is: by letters (CLDR, main exemplar
//! characters) and, of languages with a file, frequent words.
//!
//! Where the languages are known beforehand, a single word such as `қолданылады` tells Kazakh from
//! Russian. Whether a text is in any of them at all is a question for [`crate::detect()`].

use crate::Language;
use crate::detect::{main_letters, words};
use icu_locale::exemplar_chars::ExemplarCharactersBorrowed;

/// For a frequent word of the language.
const FREQUENT: i64 = 4;
/// For a word with letters of the same script that the language lacks.
const FOREIGN_LETTER: i64 = -8;
/// For a word in another script; names of companies and products are written in their own one.
const FOREIGN_WORD: i64 = -4;
const FOREIGN_NAME: i64 = -2;
/// For a longer word without any of the letters that set the language apart from another one.
const NO_OWN_LETTER: i64 = -1;

/// How many letters set a language apart, so that words without them speak against it.
const MIN_OWN_LETTERS: usize = 3;

/// A word of so many letters could have one of the language's own.
const LONG_WORD: usize = 4;

/// The last letter of the alphabets of the world that is compared; ideographs come after it.
const LAST_LETTER: char = '\u{2fff}';

/// The languages that a text may be in.
#[derive(Debug)]
pub struct Candidates {
    candidates: Vec<Candidate>,
}

#[derive(Debug)]
struct Candidate {
    /// `None` if CLDR has no letters of it.
    letters: Option<ExemplarCharactersBorrowed<'static>>,
    frequent_words: &'static [String],
    /// For each candidate, the letters that it lacks and this one has; empty where they don't
    /// share a script.
    own_letters: Vec<Vec<char>>,
}

impl Candidates {
    /// The languages of these locales.
    pub fn new(locales: &[&str]) -> Self {
        let letters: Vec<_> = locales.iter().map(|locale| main_letters(locale)).collect();
        let alphabets: Vec<Vec<char>> = letters
            .iter()
            .map(|letters| alphabet(letters.as_ref()))
            .collect();
        let candidates = locales.iter().zip(&letters).zip(&alphabets);
        let candidates = candidates.map(|((locale, letters), alphabet)| {
            let own = |other: &Vec<char>| {
                let is_shared = |letter: &&char| other.binary_search(letter).is_ok();
                let (shared, own): (Vec<&char>, Vec<&char>) = alphabet.iter().partition(is_shared);
                if shared.len() < alphabet.len() / 2 {
                    return Vec::new();
                }
                own.into_iter().copied().collect()
            };
            Candidate {
                letters: *letters,
                frequent_words: Language::of(locale)
                    .map_or(&[], |language| &language.frequent_words),
                own_letters: alphabets.iter().map(own).collect(),
            }
        });
        Self {
            candidates: candidates.collect(),
        }
    }

    /// How well a text fits each language, in their order; equal where nothing tells them apart.
    pub fn scores(&self, text: &str) -> Vec<i64> {
        let mut scores = vec![0; self.candidates.len()];
        for word in words(text) {
            let lower = word.to_lowercase();
            let is_name = word.starts_with(char::is_uppercase);
            for (candidate, score) in self.candidates.iter().zip(&mut scores) {
                *score += self.score(candidate, &lower, is_name);
            }
        }
        scores
    }

    fn score(&self, candidate: &Candidate, word: &str, is_name: bool) -> i64 {
        if candidate.frequent_words.iter().any(|own| own == word) {
            return FREQUENT;
        }
        match candidate.fit(word) {
            Fit::Letters if self.lacks_own_letters(candidate, word) => NO_OWN_LETTER,
            Fit::Letters => 0,
            Fit::Script => FOREIGN_LETTER,
            Fit::None if is_name => FOREIGN_NAME,
            Fit::None => FOREIGN_WORD,
        }
    }

    /// Whether another language with fewer letters could have written the word as well.
    fn lacks_own_letters(&self, candidate: &Candidate, word: &str) -> bool {
        let others = self.candidates.iter().zip(&candidate.own_letters);
        let mut plainer = others.filter(|(other, own)| {
            own.len() >= MIN_OWN_LETTERS
                && other.fit(word) == Fit::Letters
                && !word.contains(&***own)
        });
        word.chars().count() >= LONG_WORD && plainer.next().is_some()
    }
}

/// What of a word is written with the letters of a language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Letters,
    Script,
    None,
}

impl Candidate {
    fn fit(&self, word: &str) -> Fit {
        let Some(letters) = &self.letters else {
            return Fit::Letters;
        };
        let mut known = 0;
        let mut all = 0;
        for letter in word.chars().filter(|letter| letter.is_alphabetic()) {
            all += 1;
            known += usize::from(letters.contains(letter));
        }
        match known {
            _ if known == all => Fit::Letters,
            0 => Fit::None,
            _ => Fit::Script,
        }
    }
}

/// The lower-case letters among the characters of a language, sorted, without ideographs.
fn alphabet(letters: Option<&ExemplarCharactersBorrowed<'static>>) -> Vec<char> {
    let Some(letters) = letters else {
        return Vec::new();
    };
    let all = 'a'..=LAST_LETTER;
    all.filter(|letter| letter.is_alphabetic() && letters.contains(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_words_are_enough_among_known_languages() {
        let locales = ["kk", "ru", "en", "de"];
        let candidates = Candidates::new(&locales);
        for (text, locale) in [
            ("Құпиялылық саясаты", "kk"),
            ("Общие положения", "ru"),
            ("Общие положения политики", "ru"),
            ("Мы пользуемся Google Analytics и Yandex Metrica.", "ru"),
            ("General provisions of this policy", "en"),
            ("Datenschutzerklärung für Kundinnen und Kunden", "de"),
        ] {
            let scores = candidates.scores(text);
            let best = scores.iter().max().unwrap();
            let fits = locales.iter().zip(&scores);
            let found: Vec<&str> = fits
                .filter(|(_, score)| *score == best)
                .map(|(locale, _)| *locale)
                .collect();
            assert_eq!(found, [locale], "{text}: {scores:?}");
        }
    }

    #[test]
    fn numbers_speak_for_no_language() {
        let scores = Candidates::new(&["kk", "ru", "zh-Hans", "tlh"]).scores("1.1. — 30 %");
        assert_eq!(scores, [0; 4]);
    }
}
