//! Clause numbers: `3`, `3.1`, `3.1.2`.

use crate::{characters, text};
use std::fmt;

/// Deepest clause, as headings end at `######`.
const MAX_DEPTH: usize = 6;

/// A clause number, of at least one part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(Vec<u32>);

const NOT_EMPTY: &str = "a number has at least one part";

impl Number {
    pub(crate) fn single(part: u32) -> Self {
        Self(vec![part])
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    #[expect(
        clippy::expect_used,
        reason = "`prefix` and `single` make no empty number"
    )]
    pub(crate) fn first(&self) -> u32 {
        self.0.first().copied().expect(NOT_EMPTY)
    }

    #[expect(
        clippy::expect_used,
        reason = "`prefix` and `single` make no empty number"
    )]
    pub(crate) fn last(&self) -> u32 {
        self.0.last().copied().expect(NOT_EMPTY)
    }

    pub(crate) fn parent(&self) -> Option<Self> {
        match self.0.split_last() {
            Some((_, parent)) if !parent.is_empty() => Some(Self(parent.to_vec())),
            _ => None,
        }
    }

    /// Whether the number may follow `previous` in a document without gaps.
    pub(crate) fn follows(&self, previous: Option<&Self>) -> bool {
        let Some(previous) = previous else {
            return self.0.iter().all(|part| *part == 1);
        };
        // A child, or the next sibling of the previous clause or of one of its ancestors.
        let child = self.parent().as_ref() == Some(previous) && self.last() == 1;
        let shared = self
            .0
            .iter()
            .zip(&previous.0)
            .take_while(|(a, b)| a == b)
            .count();
        let step = matches!((self.0.get(shared), previous.0.get(shared)), (Some(a), Some(b)) if *a == b + 1);
        let rest_is_first = self.0.iter().skip(shared + 1).all(|part| *part == 1);
        child || (step && rest_is_first)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            write!(formatter, "{part}")?;
        }
        Ok(())
    }
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
    pub(crate) delimiter: Option<Delimiter>,
    /// A space or the end of the text follows.
    pub(crate) spaced: bool,
    /// Bytes of number, delimiter and spaces.
    pub(crate) length: usize,
}

/// Parses the number at the beginning of a text, in any form that documents use. Dates
/// (`17.04.2025`), amounts (`1.5%`) and IP addresses aren't numbers.
pub(crate) fn prefix(text: &str) -> Option<Prefix> {
    let mut parts = Vec::new();
    let mut rest = text;
    let delimiter = loop {
        let (part, after) = leading_part(rest)?;
        parts.push(part);
        rest = after;
        if let Some(after) = rest.strip_prefix(')') {
            rest = after;
            break Some(Delimiter::Parenthesis);
        }
        let Some(after) = rest.strip_prefix('.') else {
            break None;
        };
        rest = after;
        if !rest.starts_with(|character: char| character.is_ascii_digit()) {
            break Some(Delimiter::Period);
        }
    };
    // A delimiter needs no space before a capital letter or an opening quotation mark: `1.1.Text`.
    let after = rest.trim_start();
    let spaced = after.is_empty() || after.len() < rest.len();
    let attached =
        after.starts_with(|character: char| character.is_uppercase() || "«“\"".contains(character));
    let allowed = spaced || (attached && delimiter.is_some());
    if !allowed || parts.len() > MAX_DEPTH {
        return None;
    }
    let length = text.len() - after.len();
    let number = Number(parts);
    Some(Prefix {
        number,
        delimiter,
        spaced,
        length,
    })
}

/// One to three digits without a leading zero.
fn leading_part(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.is_empty() || digits.len() > 3 || digits.starts_with('0') {
        return None;
    }
    Some((text::parsed(digits)?, rest))
}

/// The value of an uppercase Roman numeral from I to XXXIX, also with Cyrillic homoglyphs.
pub(crate) fn roman(text: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    const TENS: [&str; 4] = ["", "X", "XX", "XXX"];
    let latin: String = text
        .chars()
        .map(|letter| characters::latin_homoglyph(letter).unwrap_or(letter))
        .collect();
    let value = (0..).zip(TENS).find_map(|(tens, numeral)| {
        let rest = latin.strip_prefix(numeral)?;
        let (ones, _) = (0..).zip(ONES).find(|(_, numeral)| *numeral == rest)?;
        Some(tens * 10 + ones)
    });
    value.filter(|value| *value > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = prefix(text).map_or("none".to_owned(), |prefix| {
            let rest = text.split_at(prefix.length).1;
            format!("{} {:?} {rest}", prefix.number, prefix.delimiter)
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
            "12%",
            "x",
        ] {
            check(text, "none");
        }
    }

    #[test]
    fn a_number_follows_its_predecessor_its_parent_or_a_sibling_of_an_ancestor() {
        let number = |text: &str| prefix(&format!("{text} ")).expect("a number").number;
        let follows = |next: &str, previous: &str| number(next).follows(Some(&number(previous)));
        for (next, previous) in [
            ("1.2", "1.1"),
            ("1.1", "1"),
            ("2", "1.9.4"),
            ("4.3", "4.2.6"),
            ("2.1", "1.4"),
        ] {
            assert!(follows(next, previous), "{next} after {previous}");
        }
        for (next, previous) in [
            ("1.3", "1.1"),
            ("1.1", "1.1"),
            ("5.2", "4.6"),
            ("1.2", "1"),
            ("1", "2"),
        ] {
            assert!(!follows(next, previous), "{next} after {previous}");
        }
    }

    #[test]
    fn roman_numbers_are_read_with_letters_of_either_alphabet() {
        for (text, value) in [("I", 1), ("IV", 4), ("VIII", 8), ("XIX", 19), ("ХІІ", 12)] {
            assert_eq!(roman(text), Some(value), "{text}");
        }
        for text in ["", "A", "IIII", "VX", "MIX", "XXXX"] {
            assert_eq!(roman(text), None, "{text}");
        }
    }
}
