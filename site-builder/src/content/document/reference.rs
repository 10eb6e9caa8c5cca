//! References as lawyers write them: `clause 5.2`, `пункты 5.2 и 5.3`, `5.2 және 5.3-тармақтар`.
//!
//! A number is a reference only beside the word for a clause, and only where the words around it don't name another
//! document (`section 5 of the Law`). Languages without an entry here use explicit links.

use super::Number;
use domain::Locale;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A reference with its place in the words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The clause; none where digits beside the number of a clause can be the number of none.
    pub(super) number: Option<Number>,
    /// The words that become the link.
    pub(super) span: Range<usize>,
}

/// Classes of signs are named by their ranges: `\p{L}`, `\w` and `\d` hold hundreds of them, which takes longer to compile than a small site to build.
struct Grammar {
    /// The whole reference; the group `numbers` holds one or more numbers. It asks for no boundary before its first word: next to letters
    /// that aren't ASCII, `\b` takes the engine its fast way. `is_glued` looks instead.
    reference: Regex,
    /// What follows the reference when it is to another document.
    foreign_after: Regex,
    /// What follows it when it is to this document after all.
    own_after: Regex,
    /// What precedes the reference when it is to another document.
    foreign_before: Regex,
}

const NUMBERS: &str =
    r"[0-9]+(?:\.[0-9]+)*(?:\.?,?\s*(?:и|and|or|или|және|мен|немесе|,|–|-)\s*[0-9]+(?:\.[0-9]+)+)*";

/// Further numbers of a citation, with the words between: ` and 6` of `sections 5 and 6 of the Act`.
const MORE: &str = r"(?:(?:\s*,\s*|\s*[–-]\s*|\s+(?:и|или|and|or)\s+)[0-9]+)*";

fn grammar(
    reference: &str,
    foreign_after: &str,
    own_after: &str,
    foreign_before: &str,
) -> Option<Grammar> {
    Some(Grammar {
        reference: Regex::new(&reference.replace("NUMBERS", NUMBERS)).ok()?,
        foreign_after: Regex::new(&foreign_after.replace("MORE", MORE)).ok()?,
        own_after: Regex::new(own_after).ok()?,
        foreign_before: Regex::new(foreign_before).ok()?,
    })
}

// `of` names a document: with a name of its own it is another one.
static ENGLISH: LazyLock<Option<Grammar>> = LazyLock::new(|| {
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

// A smaller part stands before the larger one that holds it: what is part of a clause, part or article is no clause here.
static RUSSIAN: LazyLock<Option<Grammar>> = LazyLock::new(|| {
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

static KAZAKH: LazyLock<Option<Grammar>> = LazyLock::new(|| {
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

/// All references in the words, in order; each number is one.
pub(super) fn find(words: &str, locale: &Locale) -> Vec<Found> {
    let grammar = match locale.as_str() {
        "en" => &*ENGLISH,
        "ru" => &*RUSSIAN,
        "kk" => &*KAZAKH,
        _ => return Vec::new(),
    };
    let Some(grammar) = grammar else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for captures in grammar.reference.captures_iter(words) {
        let (Some(whole), Some(numbers)) = (captures.get(0), captures.name("numbers")) else {
            continue;
        };
        let after = words.get(whole.end()..).unwrap_or_default();
        let before = end_of(words.get(..whole.start()).unwrap_or_default());
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
        found.extend(each_number(words, whole.range(), numbers.range()));
    }
    found
}

/// The last words before a reference. No name of a law or an article is longer, and looking back to the start of the text
/// for each reference would take time that grows with its square.
fn end_of(before: &str) -> &str {
    let mut start = before.len().saturating_sub(100);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    before.get(start..).unwrap_or_default()
}

/// One number: the whole words are the link. Several: each number is one.
fn each_number(words: &str, whole: Range<usize>, numbers: Range<usize>) -> Vec<Found> {
    let mut found = Vec::new();
    let text = words.get(numbers.clone()).unwrap_or_default();
    let mut at = 0;
    for piece in text.split(|character: char| !character.is_ascii_digit() && character != '.') {
        let trimmed = piece.trim_matches('.');
        let lead = piece
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or_default();
        if !trimmed.is_empty() {
            let start = numbers.start + at + lead;
            found.push(Found {
                number: Number::parse(trimmed),
                span: start..start + trimmed.len(),
            });
        }
        // `split` leaves out one separator of a whole character.
        let end = at + piece.len();
        at = end
            + text
                .get(end..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
    }
    // Digits alone may be a date or a code; beside a clause they stand for one.
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
                (number.unwrap_or_default(), words.get(found.span).unwrap())
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
