//! References as lawyers write them: `clause 5.2`, `пункты 5.2 и 5.3`, `5.2 және 5.3-тармақтар`.
//!
//! A number is a reference only next to the word for a clause, and only if the text around it
//! doesn't name another document (`section 5 of the Law`).

use super::Number;
use crate::content::language::Language;
use crate::content::slice::slice;
use domain::Locale;
use std::ops::Range;

/// A reference in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClauseReference {
    /// The clause; `None` for digits in a list of numbers that can't be the number of a clause.
    pub(super) number: Option<Number>,
    /// The text of the link.
    pub(super) span: Range<usize>,
}

/// All references in a text, in order. `clauses 5.2 and 5.3` are two.
pub(super) fn find(text: &str, locale: &Locale) -> Vec<ClauseReference> {
    let Some(language) = Language::of(locale.as_str()) else {
        return Vec::new();
    };
    let patterns = language.references.patterns();
    let mut found = Vec::new();
    for captures in patterns.reference.captures_iter(text) {
        let whole = captures.get_match();
        #[expect(
            clippy::expect_used,
            reason = "every language has the group, which a test checks"
        )]
        let numbers = captures.name("numbers").expect("is in every match");
        let after = slice(text, whole.end()..);
        let before = tail(slice(text, ..whole.start()));
        let is_glued = before
            .chars()
            .next_back()
            .is_some_and(|character| character.is_alphanumeric() || matches!(character, '.' | '_'));
        if is_glued
            || after.starts_with(char::is_alphanumeric)
            || patterns.is_foreign(before, after)
        {
            continue;
        }
        found.extend(split_numbers(text, whole.range(), numbers.range()));
    }
    found
}

/// The last 100 bytes before a reference, more than the name of any law or article. Searching all
/// of the text before each reference would take quadratic time.
fn tail(before: &str) -> &str {
    let start = before.ceil_char_boundary(before.len().saturating_sub(100));
    slice(before, start..)
}

/// The references of one match. A single number links the whole match, others link themselves.
fn split_numbers(text: &str, whole: Range<usize>, numbers: Range<usize>) -> Vec<ClauseReference> {
    let mut found = Vec::new();
    let is_separator = |character: char| !character.is_ascii_digit() && character != '.';
    let mut at = numbers.start;
    for piece in slice(text, numbers).split_inclusive(is_separator) {
        let digits = piece.trim_end_matches(is_separator);
        let number = digits.trim_matches('.');
        if !number.is_empty() {
            let start = at + digits.len() - digits.trim_start_matches('.').len();
            found.push(ClauseReference {
                number: Number::parse(number),
                span: start..start + number.len(),
            });
        }
        at += piece.len();
    }
    // Digits alone may be a date or a code; next to a valid number they stand for a clause.
    if found.iter().all(|one| one.number.is_none()) {
        return Vec::new();
    }
    if let [only] = found.as_mut_slice() {
        only.span = whole;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(locale: &str, words: &str, expected: &[(&str, &str)]) {
        let locale = Locale::try_from(locale).unwrap();
        let found: Vec<(String, &str)> = find(words, &locale)
            .into_iter()
            .map(|found| {
                let number = found.number.map(|number| number.to_string());
                (
                    number.unwrap_or(String::new()),
                    words.get(found.span).unwrap(),
                )
            })
            .collect();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(number, text)| (number.as_str(), *text))
            .collect();
        assert_eq!(found, expected, "{words}");
    }

    #[test]
    fn english_references_are_found() {
        check(
            "en",
            "as set out in clause 5.2 of this Policy.",
            &[("5.2", "clause 5.2")],
        );
        check(
            "en",
            "(clauses 5.2, 5.3 and 7.2)",
            &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
        );
        check("en", "See Section 4.", &[("4", "Section 4")]);
        check(
            "en",
            "within 30 days, section 5 of the Law, 2.5 million",
            &[],
        );
    }

    #[test]
    fn no_number_takes_the_link_of_the_one_beside_it() {
        check(
            "en",
            "clauses 5.2 and 5.03",
            &[("5.2", "5.2"), ("", "5.03")],
        );
        check(
            "en",
            "clauses 5.2 and 5.12345",
            &[("5.2", "5.2"), ("", "5.12345")],
        );
        check("ru", "п. 01.02.2026", &[]);
    }

    #[test]
    fn the_part_of_a_clause_belongs_to_its_link() {
        for (words, link) in [
            ("пп. «б» п. 3 Политики", "пп. «б» п. 3"),
            ("пп. б) п. 3", "пп. б) п. 3"),
            ("подпункта 2) пункта 5.2", "подпункта 2) пункта 5.2"),
            ("подпункте «а» пункта 5.2", "подпункте «а» пункта 5.2"),
        ] {
            let number = link.rsplit(' ').next().unwrap();
            check("ru", words, &[(number, link)]);
        }
        check("ru", "пп. «б» п. 3 ст. 6 Закона", &[]);
    }

    #[test]
    fn citations_of_other_documents_are_no_references() {
        for words in [
            "section 5 of the Federal Trade Commission Act",
            "Section 3.1 of the California Civil Code",
            "section 12 of the Terms and Conditions",
            "clause 4.2 of our Cookie Policy",
            "paragraph 5 of Schedule 21 to the Act",
            "sections 5 and 6 of the Act",
            "section 5(1)(b) of the Law",
            "section 17A DPA 2018",
            "section 5 FTC Act",
            "Data Protection Act 2018, section 5",
            "Article 6(1) paragraph 2",
            "section 5 of {{ law.gdpr.title }}",
            "regulation 5 of the 2019 Regulations, paragraph 2 of the 2019 Regulations",
        ] {
            check("en", words, &[]);
        }
        for words in [
            "подпункта 1) пункта 1 статьи 9 Закона",
            "п. 1 ч. 1 ст. 6 Федерального закона",
            "пп. 2 п. 1 ст. 8 Закона",
            "согласно пп. 1) п. 2 ст. 16 Закона",
            "пункта 5 Правил сбора",
            "пунктами 1 и 2 статьи 8",
            "пункты 1, 2 и 3 статьи 8",
            "пункт 7.3 Пользовательского соглашения",
            "ст. 6 п. 1 пп. 2",
            "п. 3 ГК РК",
            "пункту 3 {{ law.gdpr.title }}",
        ] {
            check("ru", words, &[]);
        }
        for words in [
            "Заңның 3-тармағы",
            "22-бабы 3-тармағының 2-тармақшасы",
            "8-бабының 1 және 2-тармақтары",
            "Қағидалардың 5-тармағына",
            "{{ law.gdpr.title }} 5-тармағына",
        ] {
            check("kk", words, &[]);
        }
    }

    #[test]
    fn references_to_this_document_stay_references() {
        for (locale, words, number, link) in [
            ("en", "clause 5.2 of this Policy", "5.2", "clause 5.2"),
            ("en", "section 4 of the Policy", "4", "section 4"),
            ("en", "see clause 1.2(b) of the Terms.", "1.2", "clause 1.2"),
            ("en", "see clause 5.2. Law enforcement", "5.2", "clause 5.2"),
            (
                "en",
                "clause 5.2 of these Terms of Use",
                "5.2",
                "clause 5.2",
            ),
            (
                "ru",
                "подпункт 2) пункта 5.2 Политики",
                "5.2",
                "подпункт 2) пункта 5.2",
            ),
            ("ru", "(см. п. 5.2) и статья 8", "5.2", "п. 5.2"),
            ("ru", "пункт 5.2 настоящих Правил", "5.2", "пункт 5.2"),
            ("ru", "в п. 5.2 частично", "5.2", "п. 5.2"),
            ("kk", "осы Саясаттың 5.2-тармағы", "5.2", "5.2-тармағы"),
        ] {
            check(locale, words, &[(number, link)]);
        }
    }

    #[test]
    fn russian_references_are_found() {
        check(
            "ru",
            "указанных в пунктах 5.2, 5.3 и 7.2 Политики",
            &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
        );
        check("ru", "в п. 5.3. настоящей", &[("5.3", "п. 5.3")]);
        check("ru", "целей раздела 4", &[("4", "раздела 4")]);
        check("ru", "пункт 1 статьи 8 Закона", &[]);
        check("ru", "30 (тридцать) рабочих дней, тип. 5.2", &[]);
    }

    #[test]
    fn kazakh_references_are_found() {
        check(
            "kk",
            "Саясаттың 5.2-тармағында көрсетілген",
            &[("5.2", "5.2-тармағында")],
        );
        check(
            "kk",
            "5.2, 5.3 және 7.2-тармақтарда",
            &[("5.2", "5.2"), ("5.3", "5.3"), ("7.2", "7.2")],
        );
        check("kk", "4-бөлімде", &[("4", "4-бөлімде")]);
        check("kk", "Заңның 8-бабының 1-тармағы", &[]);
    }
}
