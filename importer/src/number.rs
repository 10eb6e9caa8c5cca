//! Numbers at the start of clauses, in any form that documents use.

use language::{Label, Number, Part, Style, Unit};

/// The greatest part of a number; greater ones are years, codes and amounts.
const MAX_PART: u16 = 999;

/// What a clause begins with, as it is written: `3.2.`, `Статья 5.`, `III.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClauseNumber {
    /// The words, digits and signs, with the dot after a number alone.
    pub(crate) written: String,
    /// The kind of part that its word names.
    pub(crate) unit: Option<Unit>,
    /// `None` only for an appendix without a number.
    pub(crate) number: Option<Number>,
    /// Whether the text follows without a space: `第五条本文`.
    pub(crate) is_attached: bool,
}

impl ClauseNumber {
    /// A number alone, as it is written without its last dot.
    pub(crate) fn new(number: Number, written: &str) -> Self {
        Self {
            written: format!("{written}."),
            unit: None,
            number: Some(number),
            is_attached: false,
        }
    }

    /// `3.` for 3.
    pub(crate) fn digits(value: u32) -> Option<Self> {
        let Ok(part) = u16::try_from(value) else {
            return None;
        };
        let number = Number::new(vec![Part::decimal(part)])?;
        Some(Self::new(number, &value.to_string()))
    }

    /// A label at the start of a text.
    pub(crate) fn of_label(label: Label, text: &str) -> Self {
        Self {
            written: text.get(..label.written).unwrap_or(text).to_owned(),
            unit: label.unit,
            number: label.number,
            is_attached: label.length == label.written && label.length < text.len(),
        }
    }

    /// 1 for `3.` and `Article 3`, 3 for `3.2.1.`
    pub(crate) fn level(&self) -> usize {
        self.number.as_ref().map_or(1, Number::level)
    }

    /// The number, if it is in digits alone.
    pub(crate) fn plain(&self) -> Option<&Number> {
        let number = self.number.as_ref().filter(|_| self.unit.is_none())?;
        (number.first().style == Style::Decimal).then_some(number)
    }

    /// The first part of a number in digits alone: 3 for `3.2.`
    pub(crate) fn section(&self) -> Option<u32> {
        self.plain().map(|number| u32::from(number.first().value))
    }
}

/// Whether a number may follow `previous` in a document without gaps.
pub(crate) fn follows(number: &Number, previous: Option<&Number>) -> bool {
    let is_first = |part: &Part| part.value == 1 && part.inserted == 0;
    let Some(previous) = previous else {
        return number.parts().iter().all(is_first);
    };
    // A child, or the next sibling of the previous clause or of one of its ancestors.
    let child = number.parent().as_ref() == Some(previous) && is_first(number.last());
    let pairs = number.parts().iter().zip(previous.parts());
    let shared = pairs
        .clone()
        .take_while(|(one, other)| one == other)
        .count();
    let mut rest = pairs.skip(shared);
    let step = rest
        .next()
        .is_some_and(|(part, before)| before.is_followed_by(part));
    let rest_is_first = number.parts().iter().skip(shared + 1).all(is_first);
    child || (step && rest_is_first)
}

/// The punctuation after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// `1.1. `
    Period,
    /// `1) `
    Parenthesis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) number: Number,
    /// The number as it is written, without its last delimiter.
    pub(crate) written: String,
    pub(crate) delimiter: Option<Delimiter>,
    /// Whether its form is that of an edition: a dot and a space or the end of the text follow.
    pub(crate) is_canonical: bool,
    /// Bytes of number, delimiter and spaces.
    pub(crate) length: usize,
}

impl Prefix {
    /// The value of a number of one part in ASCII digits, as lists of Markdown have it.
    pub(crate) fn ordinal(&self) -> Option<u32> {
        let is_ordinal = self.number.level() == 1
            && self.number.first().inserted == 0
            && self.written.bytes().all(|byte| byte.is_ascii_digit());
        is_ordinal.then(|| u32::from(self.number.first().value))
    }

    /// Whether the number has more than one part.
    pub(crate) fn is_deep(&self) -> bool {
        self.number.level() > 1
    }

    pub(crate) fn clause_number(&self) -> ClauseNumber {
        ClauseNumber::new(self.number.clone(), &self.written)
    }
}

/// Parses the number at the beginning of a text: in digits, also of an inserted clause (`1.3-1.`),
/// or one that begins with a letter or a Roman numeral (`B.1.`). Dates (`17.04.2025`), amounts
/// (`1.5%`) and IP addresses aren't numbers.
pub(crate) fn prefix(text: &str) -> Option<Prefix> {
    let (number, end) = Number::prefix(text)?;
    let (written, rest) = text.split_at_checked(end)?;
    let (delimiter, rest) = match rest.chars().next() {
        Some(sign @ ('.' | '．' | '、')) => {
            (Some(Delimiter::Period), rest.get(sign.len_utf8()..)?)
        }
        Some(')') => (Some(Delimiter::Parenthesis), rest.get(1..)?),
        // `١- نص`, as lists in Arabic and French are written; `3-5` is a range.
        Some('-') if number.level() == 1 && rest.get(1..)?.starts_with(char::is_whitespace) => {
            (Some(Delimiter::Parenthesis), rest.get(1..)?)
        }
        Some(_) | None => (None, rest),
    };
    // A delimiter needs no space before a capital letter, a letter of a script without capitals or
    // an opening quotation mark: `1.1.Text`.
    let after = rest.trim_start();
    let is_spaced = after.is_empty() || after.len() < rest.len();
    let is_attached = delimiter.is_some()
        && after.starts_with(|first: char| {
            first.is_alphabetic() && !first.is_lowercase() || "«“\"".contains(first)
        });
    let is_small = number.parts().iter().all(|part| part.value <= MAX_PART);
    let has_inserted = number.parts().iter().any(|part| part.inserted > 0);
    let is_number = match number.first().style {
        // `3-5 days` is no number.
        Style::Decimal => delimiter.is_some() || !has_inserted || starts_upper(after),
        Style::Roman | Style::Letter(_) => {
            number.level() > 1 && delimiter == Some(Delimiter::Period) && starts_upper(text)
        }
        Style::Chinese => false,
    };
    if !(is_spaced || is_attached) || !is_small || !is_number {
        return None;
    }
    let is_dotted = text.get(end..)?.starts_with('.');
    Some(Prefix {
        written: written.to_owned(),
        delimiter,
        is_canonical: is_dotted && is_spaced,
        length: text.len() - after.len(),
        number,
    })
}

fn starts_upper(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = prefix(text).map_or("none".to_owned(), |prefix| {
            let rest = text.split_at(prefix.length).1;
            format!("{} {:?} {rest}", prefix.written, prefix.delimiter)
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_number_is_read_in_every_form_documents_use() {
        check("1. General", "1 Some(Period) General");
        check("1.1. Text", "1.1 Some(Period) Text");
        check("4.2.3 address", "4.2.3 None address");
        check("1) Text", "1 Some(Parenthesis) Text");
        check("1.1.Text", "1.1 Some(Period) Text");
        check("2.10.  «Text»", "2.10 Some(Period) «Text»");
        check("3.1.", "3.1 Some(Period) ");
        check("1.3-1. Text", "1.3-1 Some(Period) Text");
        check("1.3¹. Text", "1.3¹ Some(Period) Text");
        check("5a. Text", "5a Some(Period) Text");
        check("B.1. Text", "B.1 Some(Period) Text");
        check("1.2、总则", "1.2 Some(Period) 总则");
        check("١.٢. نص", "١.٢ Some(Period) نص");
        check("١- نص", "١ Some(Parenthesis) نص");
        check("2- Durée", "2 Some(Parenthesis) Durée");
    }

    #[test]
    fn dates_amounts_and_addresses_are_no_numbers() {
        for text in [
            "17.04.2025 the",
            "01.02 the",
            "2025. the",
            "1.5% of",
            "127.0.0.1 is",
            "1.5-fold",
            "3-5 days",
            "1.5-2 times",
            "12%",
            "x",
            "A. Smith",
            "e.g. this",
        ] {
            check(text, "none");
        }
    }

    #[test]
    fn a_number_follows_its_predecessor_its_parent_or_a_sibling_of_an_ancestor() {
        let number = |text: &str| Number::parse(text).expect("a number");
        let follows = |next: &str, previous: &str| follows(&number(next), Some(&number(previous)));
        for (next, previous) in [
            ("1.2", "1.1"),
            ("1.1", "1"),
            ("2", "1.9.4"),
            ("4.3", "4.2.6"),
            ("2.1", "1.4"),
            ("1.3-1", "1.3.2"),
            ("1.4", "1.3-2"),
        ] {
            assert!(follows(next, previous), "{next} after {previous}");
        }
        for (next, previous) in [
            ("1.3", "1.1"),
            ("1.1", "1.1"),
            ("5.2", "4.6"),
            ("1.2", "1"),
            ("1", "2"),
            ("1.3-2", "1.3"),
        ] {
            assert!(!follows(next, previous), "{next} after {previous}");
        }
    }
}
