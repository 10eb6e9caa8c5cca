//! Numbers of clauses and marks of points as documents write them: `3`, `1.3-1`, `B.2`, `III`,
//! `五`.
//!
//! A number is a path of [`Part`]s. Each has a value, by which numbers are compared and anchors are
//! made, and a [`Style`], in which it is written.

use crate::alphabet;
use crate::numeral::{
    Style, digit, hyphened, leading_chinese, leading_digits, leading_letters, plain_digits, roman,
    suffix,
};
use crate::systems::Numerals;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A part of a number: `3` and `1-1` of `3.1-1`.
///
/// Parts are equal if they are the same in another language: in whatever style, but no letter is
/// equal to a number.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its place among its siblings, 1 for the first.
    pub value: u16,
    /// For a clause that was inserted after the one of that value, its place there, as 1 in `3-1`,
    /// `3a` and `3¹`; otherwise 0.
    pub inserted: u16,
    /// How it is written.
    pub style: Style,
}

impl Part {
    /// A part in digits.
    pub const fn decimal(value: u16) -> Self {
        Self {
            value,
            inserted: 0,
            style: Style::Decimal,
        }
    }

    fn is_letter(&self) -> bool {
        matches!(self.style, Style::Letter(_))
    }

    /// Whether another part may follow this one: the next one, or the first inserted after it. Letters
    /// that alphabets may leave out can stand between: `c`, `ç`, `d`.
    pub fn is_followed_by(&self, next: &Self) -> bool {
        if let (Style::Letter(letter), Style::Letter(after)) = (self.style, next.style)
            && (self.inserted, next.inserted) == (0, 0)
            && alphabet::steps(letter, after) == Some(1)
        {
            return true;
        }
        (next.value == self.value && next.inserted == self.inserted.saturating_add(1))
            || (next.inserted == 0 && next.value == self.value.saturating_add(1))
    }

    /// The part that should stand where this one does, after the last one of its row.
    pub fn expected(&self, before: Option<&Self>) -> Self {
        let same = |value: u16, inserted: u16| Self {
            value,
            inserted,
            style: self.style,
        };
        match before {
            None => same(1, 0),
            Some(before) if before.value == self.value => same(self.value, before.inserted + 1),
            Some(before) if self.inserted > 0 && self.value == before.value + 1 => {
                same(self.value, 0)
            }
            Some(before) => same(before.value + 1, 0),
        }
    }

    /// The same as a Roman numeral, if its letter is one: a lone `I` is either.
    pub fn as_roman(&self) -> Option<Self> {
        let Style::Letter(letter) = self.style else {
            return None;
        };
        Some(Self {
            value: roman(letter.encode_utf8(&mut [0; 4]))?,
            inserted: self.inserted,
            style: Style::Roman,
        })
    }

    /// What anchors are made of: `3`, `1_1`, `b`.
    pub fn slug(&self) -> String {
        let value = if self.is_letter() {
            Numerals::latin().write(self.value.into())
        } else {
            self.value.to_string()
        };
        match self.inserted {
            0 => value,
            inserted => format!("{value}_{inserted}"),
        }
    }

    /// The same for points, whose letters differ between languages: `3`, `1_1`, `2` for `b`.
    pub fn value_slug(&self) -> String {
        match self.inserted {
            0 => self.value.to_string(),
            inserted => format!("{}_{inserted}", self.value),
        }
    }

    /// Reads what [`slug`](Self::slug) made.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let (value, inserted) = slug.split_once('_').unwrap_or((slug, "0"));
        let inserted = match inserted {
            "0" => 0,
            inserted => plain_digits(inserted)?,
        };
        if let Some(value) = plain_digits(value) {
            return Some(Self {
                value,
                inserted,
                style: Style::Decimal,
            });
        }
        let mut letters = value.chars();
        let (Some(letter @ 'a'..='z'), None) = (letters.next(), letters.next()) else {
            return None;
        };
        Some(Self {
            value: u16::from(letter as u8 - b'a') + 1,
            inserted,
            style: Style::Letter(letter),
        })
    }

    /// Reads the part at the start of a text, and returns the bytes that it takes: digits, a Roman
    /// or Chinese numeral or a letter, and the suffix of an inserted clause. A lone letter that is a
    /// Roman numeral, too, is read as the letter.
    pub fn leading(text: &str) -> Option<(Self, usize)> {
        let (value, style, length) = leading_digits(text)
            .map(|(value, length)| (value, Style::Decimal, length))
            .or_else(|| {
                leading_chinese(text).map(|(value, length)| (value, Style::Chinese, length))
            })
            .or_else(|| leading_letters(text))?;
        let (inserted, suffix) = match style {
            Style::Decimal => suffix(text.get(length..)?),
            Style::Roman | Style::Letter(_) | Style::Chinese => hyphened(text.get(length..)?),
        }
        .unwrap_or((0, 0));
        let part = Self {
            value,
            inserted,
            style,
        };
        Some((part, length + suffix))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |part: &Self| (part.is_letter(), part.value, part.inserted);
        key(self).cmp(&key(other))
    }
}

impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.is_letter(), self.value, self.inserted).hash(state);
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.style {
            Style::Decimal | Style::Chinese => write!(formatter, "{}", self.value)?,
            Style::Roman => {
                formatter.write_str(&Numerals::roman().write(self.value.into()))?;
            }
            Style::Letter(letter) => write!(formatter, "{letter}")?,
        }
        match self.inserted {
            0 => Ok(()),
            inserted => write!(formatter, "-{inserted}"),
        }
    }
}

/// The number of a clause: `3.2.1`, of one to [`Number::MAX_LEVEL`] parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Vec<Part>);

impl Number {
    /// Maximum number of parts; longer numbers aren't read as those of clauses.
    pub const MAX_LEVEL: usize = 6;

    /// A number of these parts; `None` if there are none or too many.
    pub fn new(parts: Vec<Part>) -> Option<Self> {
        (1..=Self::MAX_LEVEL)
            .contains(&parts.len())
            .then_some(Self(parts))
    }

    /// Reads `3.2.1`, `1.3-1` or `B.2`, with or without the last dot.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, length) = Self::prefix(text)?;
        matches!(text.get(length..)?, "" | ".").then_some(number)
    }

    /// Reads the number at the start of a text, and returns the bytes that it takes, without a last
    /// dot. Leading zeros and empty parts make no number; only the first part may be no digits.
    pub fn prefix(text: &str) -> Option<(Self, usize)> {
        let (first, mut length) = Part::leading(text)?;
        let mut parts = vec![first];
        while let Some(rest) = text.get(length..)?.strip_prefix('.')
            && rest.starts_with(|first: char| digit(first).is_some())
        {
            let (part, more) = Part::leading(rest)?;
            parts.push(part);
            length += 1 + more;
        }
        Some((Self::new(parts)?, length))
    }

    /// Reads the number in digits at the start of a text. White space must follow it, or it and a
    /// dot.
    pub fn leading(text: &str) -> Option<Leading> {
        let (number, length) = Self::prefix(text)?;
        if number.first().style != Style::Decimal {
            return None;
        }
        let rest = text.get(length..)?;
        let (dotted, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let spaces = rest.len() - rest.trim_start().len();
        (spaces > 0).then_some(Leading {
            number,
            dotted,
            length: length + usize::from(dotted) + spaces,
        })
    }

    /// Its parts.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// 1 for `3`, 3 for `3.2.1`.
    pub fn level(&self) -> usize {
        self.0.len()
    }

    /// The first part: 3 for `3.2.1`.
    #[expect(clippy::expect_used, reason = "`new` makes no empty number")]
    pub fn first(&self) -> &Part {
        self.0.first().expect("at least one part")
    }

    /// The last part: 1 for `3.2.1`.
    #[expect(clippy::expect_used, reason = "`new` makes no empty number")]
    pub fn last(&self) -> &Part {
        self.0.last().expect("at least one part")
    }

    /// The number of the enclosing clause: `3.2` for `3.2.1`.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Self::new(parent.to_vec())
    }

    /// The number with another last part: `3.2.5` for `3.2.1`.
    pub fn sibling(&self, last: Part) -> Self {
        let mut sibling = self.clone();
        if let Some(part) = sibling.0.last_mut() {
            *part = last;
        }
        sibling
    }

    /// Whether the other clause is nested in this one, at any depth.
    pub fn contains(&self, other: &Self) -> bool {
        other.level() > self.level() && other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            if at > 0 {
                formatter.write_str(".")?;
            }
            write!(formatter, "{part}")?;
        }
        Ok(())
    }
}

/// A number at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Leading {
    /// The number.
    pub number: Number,
    /// Whether a dot follows its last part.
    pub dotted: bool,
    /// Bytes of number, dot and white space.
    pub length: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_the_last_dot() {
        assert_eq!(Number::parse("3.2.1.").unwrap().to_string(), "3.2.1");
        for bad in [
            "",
            ".",
            "3..1",
            "03",
            "3.x",
            "1.2.3.4.5.6.7",
            "99999",
            "3.0",
            "1..",
            "3.1ab",
        ] {
            assert!(Number::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_part_has_a_value_in_any_style() {
        for (text, value, slug) in [
            ("3", 3, "3"),
            ("٥", 5, "5"),
            ("III", 3, "3"),
            ("xiv", 14, "14"),
            ("ХІІ", 12, "12"),
            ("Ⅳ", 4, "4"),
            ("五", 5, "5"),
            ("二十一", 21, "21"),
            ("B", 2, "b"),
            ("б", 2, "b"),
            ("3-1", 3, "3_1"),
            ("3‑2", 3, "3_2"),
            ("5a", 5, "5_1"),
            ("5б", 5, "5_2"),
            ("5¹²", 5, "5_12"),
            ("5bis", 5, "5_1"),
            ("5-ter", 5, "5_2"),
            ("5 novies", 5, "5_8"),
            ("5\nbis", 5, "5_1"),
            ("III-1", 3, "3_1"),
        ] {
            let (part, length) = Part::leading(text).expect(text);
            assert_eq!(
                (part.value, part.slug().as_str(), length),
                (value, slug, text.len()),
                "{text}"
            );
            assert_eq!(Part::from_slug(slug), Some(part), "{text}");
        }
    }

    #[test]
    fn words_are_no_parts() {
        for text in [
            "", "word", "Mix", "IIII", "VX", "0", "05", "20261", "-1", "十十",
        ] {
            assert!(Part::leading(text).is_none(), "{text}");
        }
        for text in ["5th", "5 bis 7 Tage", "5 bis zum Ende", "5 term", "5  bis"] {
            assert_eq!(Part::leading(text).unwrap().1, 1, "{text}");
        }
        assert_eq!(Part::leading("5-fold").unwrap().1, 1);
    }

    #[test]
    fn a_number_leads_a_text_only_before_a_space() {
        let leading = Number::leading("4.2.3 адрес").unwrap();
        assert_eq!(
            (
                leading.number.to_string().as_str(),
                leading.dotted,
                leading.length
            ),
            ("4.2.3", false, 6)
        );
        let leading = Number::leading("1.3-1. текст").unwrap();
        assert_eq!(
            (leading.number.to_string().as_str(), leading.dotted),
            ("1.3-1", true)
        );
        for text in [
            "17.04.2025",
            "3.1",
            "3.1а",
            "5-бап",
            "5-1-бап. x",
            "III. x",
            "1.5% of",
        ] {
            assert!(Number::leading(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_inserted_number_stands_between_its_neighbours() {
        let numbers =
            ["1.3", "1.3-1", "1.3-1.1", "1.3-2", "1.4"].map(|text| Number::parse(text).unwrap());
        assert!(numbers.is_sorted());
        let [third, first, deeper, second, fourth] = numbers;
        assert!(third.last().is_followed_by(first.last()));
        assert!(first.last().is_followed_by(second.last()));
        assert!(second.last().is_followed_by(fourth.last()));
        assert!(!third.last().is_followed_by(second.last()));
        assert!(first.contains(&deeper) && !third.contains(&deeper));
    }

    #[test]
    fn a_lone_letter_may_be_a_roman_numeral() {
        let (letter, _) = Part::leading("V").unwrap();
        assert_eq!((letter.value, letter.as_roman().unwrap().value), (22, 5));
        assert_eq!(Part::leading("B").unwrap().0.as_roman(), None);
    }

    #[test]
    fn a_number_contains_those_that_it_begins() {
        let deep = Number::parse("3.2.1").unwrap();
        assert!(deep.parent().unwrap().contains(&deep));
        assert!(!deep.contains(&deep));
        assert_eq!(Number::parse("3").unwrap().parent(), None);
    }
}
