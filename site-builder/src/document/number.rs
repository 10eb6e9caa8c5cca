//! The number of a clause.

use std::fmt;

/// `3.2.1`: at least one part, at most [`Number::DEEPEST`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Vec<u16>);

impl Number {
    /// Deeper numbers are no clauses.
    pub const DEEPEST: usize = 6;

    /// Reads `3.2.1` with or without the last dot. Leading zeros and empty parts make no number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let parts: Option<Vec<u16>> = text
            .split('.')
            .map(|part| {
                let is_plain = !part.is_empty()
                    && part.len() <= 4
                    && part.bytes().all(|byte| byte.is_ascii_digit());
                let has_zero = part.len() > 1 && part.starts_with('0');
                (is_plain && !has_zero).then(|| part.parse().ok()).flatten()
            })
            .collect();
        parts.filter(|parts| parts.len() <= Self::DEEPEST).map(Self)
    }

    /// Reads the number that a text starts with, and says where the text goes on.
    ///
    /// The number must be followed by a space; `dotted` says whether its last dot was there.
    pub fn leading(text: &str) -> Option<Leading> {
        let end = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (digits, rest) = text.split_at_checked(end)?;
        let spaces = rest.len() - rest.trim_start().len();
        let number = Self::parse(digits)?;
        (spaces > 0).then_some(Leading {
            number,
            dotted: digits.ends_with('.'),
            length: end + spaces,
        })
    }

    /// 1 for `3`, 3 for `3.2.1`.
    pub fn level(&self) -> usize {
        self.0.len()
    }

    /// The last part: 1 for `3.2.1`.
    pub fn last(&self) -> u16 {
        self.0.last().copied().unwrap_or_default()
    }

    /// The number of the clause around it.
    pub fn parent(&self) -> Option<Self> {
        let (_, parents) = self.0.split_last()?;
        (!parents.is_empty()).then(|| Self(parents.to_vec()))
    }

    /// The number with another last part: 3.2.5 for 3.2.1.
    pub fn sibling(&self, last: u16) -> Self {
        let mut parts = self.0.clone();
        if let Some(part) = parts.last_mut() {
            *part = last;
        }
        Self(parts)
    }

    /// Whether the other one stands somewhere in this one.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.len() > self.0.len() && other.0.starts_with(&self.0)
    }

    /// `c-3-2-1`
    pub fn anchor(&self) -> String {
        let mut anchor = String::from("c");
        for part in &self.0 {
            anchor.push('-');
            anchor.push_str(&part.to_string());
        }
        anchor
    }
}

/// A number at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Leading {
    /// The number.
    pub number: Number,
    /// Its last dot was there.
    pub dotted: bool,
    /// Bytes of number, dot and spaces.
    pub length: usize,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_the_last_dot() {
        assert_eq!(Number::parse("3.2.1.").unwrap().to_string(), "3.2.1");
        assert_eq!(Number::parse("10").unwrap().anchor(), "c-10");
        for bad in ["", ".", "3..1", "03", "3.x", "1.2.3.4.5.6.7", "99999"] {
            assert!(Number::parse(bad).is_none(), "{bad}");
        }
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
        assert!(Number::leading("17.04.2025").is_none());
        assert!(Number::leading("3.1").is_none());
        assert!(Number::leading("3.1а").is_none());
    }

    #[test]
    fn a_number_knows_what_it_stands_in() {
        let deep = Number::parse("3.2.1").unwrap();
        assert!(deep.parent().unwrap().contains(&deep));
        assert!(!deep.contains(&deep));
        assert_eq!(Number::parse("3").unwrap().parent(), None);
    }
}
