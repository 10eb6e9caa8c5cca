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
    /// The clause.
    pub(super) number: Number,
    /// The words that become the link.
    pub(super) span: Range<usize>,
}

struct Grammar {
    /// The whole reference; the group `numbers` holds one or more numbers.
    reference: Regex,
    /// What follows the reference when it is to another document.
    foreign_after: Regex,
    /// What precedes the reference when it is to another document.
    foreign_before: Regex,
}

const NUMBERS: &str =
    r"\d+(?:\.\d+)*(?:\.?,?\s*(?:и|and|or|или|және|мен|немесе|,|–|-)\s*\d+(?:\.\d+)+)*";

fn grammar(reference: &str, foreign_after: &str, foreign_before: &str) -> Option<Grammar> {
    Some(Grammar {
        reference: Regex::new(&reference.replace("NUMBERS", NUMBERS)).ok()?,
        foreign_after: Regex::new(foreign_after).ok()?,
        foreign_before: Regex::new(foreign_before).ok()?,
    })
}

static ENGLISH: LazyLock<Option<Grammar>> = LazyLock::new(|| {
    grammar(
        r"(?i)\b(?:clauses?|sections?|paragraphs?)\s+(?<numbers>NUMBERS)",
        r"^\.?\s+(?:of|in)\s+(?:the\s+(?:Law|Act|Code|Directive|Regulation|GDPR)|Article|GDPR|that)",
        r"(?i)(?:Article|Art\.)\s+\d+,?\s+$",
    )
});

static RUSSIAN: LazyLock<Option<Grammar>> = LazyLock::new(|| {
    grammar(
        r"(?i)\b(?:п\.\s?п\.|пп\.|п\.|(?:под)?пункт\p{L}*|раздел\p{L}*)\s*(?<numbers>NUMBERS)",
        r"(?i)^\.?\s+(?:стать|ст\.|Закон|Кодекс|Регламент|Директив|GDPR)",
        r"(?i)(?:стать\p{L}*|ст\.)\s*\d+,?\s+$",
    )
});

static KAZAKH: LazyLock<Option<Grammar>> = LazyLock::new(|| {
    grammar(
        r"(?i)(?<numbers>NUMBERS)\s?[-–‑]\s?(?:тармақ|тармағ|бөлім|тармақша)\p{L}*",
        r"^\b$",
        r"(?i)(?:бабын|баптың|баб\p{L}*|Заңын\p{L}*|Кодексін\p{L}*|Регламентін\p{L}*)\s+$",
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
            .is_some_and(|character| character.is_alphanumeric() || character == '.');
        if is_glued
            || grammar.foreign_after.is_match(after)
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
        if let Some(number) = Number::parse(trimmed) {
            let start = numbers.start + at + lead;
            found.push(Found {
                number,
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
            .map(|found| (found.number.to_string(), words.get(found.span).unwrap()))
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
