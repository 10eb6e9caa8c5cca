//! References as lawyers write them: `clause 5.2`, `пункты 5.2 и 5.3`, `5.2 және 5.3-тармақтар`.
//!
//! A number is a reference only next to the word for a clause, and only if the text around it
//! doesn't name another document (`section 5 of the Law`). Other languages use explicit links.

use super::Number;
use crate::content::slice::slice;
use domain::Locale;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A reference in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClauseReference {
    /// The clause; `None` for digits in a list of numbers that can't be the number of a clause.
    pub(super) number: Option<Number>,
    /// The text of the link.
    pub(super) span: Range<usize>,
}

/// How a language writes references. Patterns use ranges such as `[Ѐ-ӿ]`: the Unicode classes
/// `\p{L}`, `\w` and `\d` take longer to compile than a small site takes to build.
struct Grammar {
    /// The whole reference; the group `numbers` holds one or more numbers. It doesn't start with
    /// `\b`: the regex engine's fast DFA can't handle Unicode word boundaries next to non-ASCII
    /// letters. [`find`] checks the character before instead.
    reference: Regex,
    /// Text after a reference to another document.
    foreign_after: Regex,
    /// Text after a reference to this document that `foreign_after` matches too.
    own_after: Regex,
    /// Text before a reference to another document.
    foreign_before: Regex,
}

const NUMBERS: &str =
    r"[0-9]+(?:\.[0-9]+)*(?:\.?,?\s*(?:и|and|or|или|және|мен|немесе|,|–|-)\s*[0-9]+(?:\.[0-9]+)+)*";

/// Further numbers of a citation: ` and 6` in `sections 5 and 6 of the Act`.
const MORE: &str = r"(?:(?:\s*,\s*|\s*[–-]\s*|\s+(?:и|или|and|or)\s+)[0-9]+)*";

fn grammar(reference: &str, foreign_after: &str, own_after: &str, foreign_before: &str) -> Grammar {
    #[expect(clippy::expect_used, reason = "constants, which a test compiles")]
    let compile = |pattern: &str| Regex::new(pattern).expect("a valid pattern");
    Grammar {
        reference: compile(&reference.replace("NUMBERS", NUMBERS)),
        foreign_after: compile(&foreign_after.replace("MORE", MORE)),
        own_after: compile(own_after),
        foreign_before: compile(foreign_before),
    }
}

// `of` and a proper name or a pronoun other than `this` name another document.
static ENGLISH: LazyLock<Grammar> = LazyLock::new(|| {
    grammar(
        r"(?i)(?:clauses?|sections?|paragraphs?)\s+(?<numbers>NUMBERS)",
        concat!(
            r"^MORE(?:\([0-9A-Za-z]+\))*(?:\.?\s+(?:",
            r"(?:of|in)\s+(?:the\s+)?\{\{\s*law\.|of\s+(?:that|our|your|their|its|any|another|each|Articles?|(?:the\s+)?(?:[0-9]{4}\s+)?[A-Z])",
            r"|in\s+(?:the\s+)?(?:[A-Z][0-9A-Za-zÀ-ɏ’']*\s+){0,6}(?:Act|Law|Code|Directive|Regulations?|Article|GDPR|that)\b)",
            r"|\s+(?:[A-Z][0-9A-Za-zÀ-ɏ’']*\s+){0,4}(?:Act|Law|Code|Directive|Regulations?|GDPR|CCPA|DPA|PECR)\b)",
        ),
        r"^(?:\([0-9A-Za-z]+\))*\.?\s+of\s+the\s+(?:(?:Policy|Notice|Statement|Agreement)\b|Terms(?:[.,;:)]|$))",
        r"(?:(?i:Articles?|Art\.)\s+[0-9]+(?:\([0-9A-Za-z]+\))*|\b(?:Act|Law|Code|Directive|Regulations?|GDPR|DPA)(?:\s+[0-9]{4})?),?\s+$",
    )
});

// Smaller units come first (`пункт 1 статьи 8`): a clause of an article is in another document.
static RUSSIAN: LazyLock<Grammar> = LazyLock::new(|| {
    grammar(
        concat!(
            r"(?i)(?:(?:пп\.|подпункт[Ѐ-ӿ]*)\s*(?:«[Ѐ-ӿ]»|[Ѐ-ӿ]\)|[0-9]+\))\s+)?",
            r"(?:п\.\s?п\.|пп\.|п\.|(?:под)?пункт[Ѐ-ӿ]*|раздел[Ѐ-ӿ]*)\s*(?<numbers>NUMBERS)",
        ),
        concat!(
            r"(?i)^MORE\)?(?:\.?,?\s+(?:стать|ст\.)|\s+(?:п\.|пп\.|(?:под)?пункт(?:а|ов)\b|ч\.|част(?:и|ей)\b|глав[аы]|приложени",
            r"|(?:(?:Федеральн|Гражданск|Трудов|Налогов|Пользовательск|Лицензионн|Общ)[Ѐ-ӿ]*\s+)*",
            r"(?:Закон|Кодекс|Регламент|Директив|Конвенци|Приказ|Постановлени|Указ[Ѐ-ӿ]?\b|Требовани|Инструкци|Правил|Договор)",
            r"|\{\{\s*law\.|(?:Пользовательск|Лицензионн)[Ѐ-ӿ]*\s+соглаш|(?:ГК|КоАП|УК|НК|ТК|ФЗ|GDPR)\b))",
        ),
        r"^\b$",
        r"(?i)(?:стать[Ѐ-ӿ]*|ст\.)\s*[0-9]+(?:,?\s+(?:ч\.|част[Ѐ-ӿ]*|п\.|пункт[Ѐ-ӿ]*)\s*[0-9]+)*,?\s+$",
    )
});

static KAZAKH: LazyLock<Grammar> = LazyLock::new(|| {
    grammar(
        r"(?i)(?<numbers>NUMBERS)\s?[-–‑]\s?(?:тармақ|тармағ|бөлім|тармақша)[Ѐ-ӿ]*",
        r"^\b$",
        r"^\b$",
        concat!(
            r"(?i)(?:баб[Ѐ-ӿ]*|баптың|тармағының|тармақтың",
            r"|\{\{\s*law\.[^{}]*\}\}[Ѐ-ӿ]*|\b(?:Заң|Кодекс|Регламент|Қағида|Бұйры|Қаулы|Шарт|Нұсқаулы|GDPR)[Ѐ-ӿ]*)",
            r"\s+(?:[0-9]+(?:\.[0-9]+)*\s*(?:,|–|-|және|мен|немесе)\s*)*$",
        ),
    )
});

fn grammar_of(locale: &Locale) -> Option<&'static Grammar> {
    match locale.as_str() {
        "en" => Some(&ENGLISH),
        "ru" => Some(&RUSSIAN),
        "kk" => Some(&KAZAKH),
        _ => None,
    }
}

/// All references in a text, in order. `clauses 5.2 and 5.3` are two.
pub(super) fn find(text: &str, locale: &Locale) -> Vec<ClauseReference> {
    let Some(grammar) = grammar_of(locale) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for captures in grammar.reference.captures_iter(text) {
        let whole = captures.get_match();
        #[expect(
            clippy::expect_used,
            reason = "every grammar has the group, which a test checks"
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
            || (grammar.foreign_after.is_match(after) && !grammar.own_after.is_match(after))
            || grammar.foreign_before.is_match(before)
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
    fn every_grammar_compiles_and_names_its_numbers() {
        for tag in ["en", "ru", "kk"] {
            let grammar = grammar_of(&Locale::try_from(tag).unwrap()).unwrap();
            let mut names = grammar.reference.capture_names().flatten();
            assert_eq!(names.next(), Some("numbers"), "{tag}");
        }
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
