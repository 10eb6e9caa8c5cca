//! Numbers of clauses.

use std::fmt;

/// `3.2.1`: at least one part, at most [`Number::MAX_LEVEL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// Padded with zeros, so that shorter numbers sort first.
    parts: [u16; Number::MAX_LEVEL],
    level: usize,
}

impl Number {
    /// Maximum number of parts; longer numbers aren't read as those of clauses.
    pub const MAX_LEVEL: usize = 6;

    /// Reads `3.2.1` with or without the last dot. Leading zeros and empty parts make no number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let mut number = Self {
            parts: [0; Self::MAX_LEVEL],
            level: 0,
        };
        for part in text.split('.') {
            let is_plain =
                (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            let has_zero = part.len() > 1 && part.starts_with('0');
            if !is_plain || has_zero {
                return None;
            }
            let digits = part.bytes().map(|byte| u16::from(byte - b'0'));
            *number.parts.get_mut(number.level)? =
                digits.fold(0, |value, digit| value * 10 + digit);
            number.level += 1;
        }
        Some(number)
    }

    #[expect(
        clippy::expect_used,
        reason = "`parse` and `parent` keep the level within bounds"
    )]
    fn parts(&self) -> &[u16] {
        self.parts.get(..self.level).expect("at most MAX_LEVEL")
    }

    /// Reads the number at the start of a text. White space must follow it.
    pub fn leading(text: &str) -> Option<Leading> {
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
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
        self.level
    }

    /// The last part: 1 for `3.2.1`.
    #[expect(
        clippy::expect_used,
        reason = "`parse` and `parent` leave at least one part"
    )]
    pub fn last(&self) -> u16 {
        *self.parts().last().expect("at least one part")
    }

    /// The number of the enclosing clause: `3.2` for `3.2.1`.
    pub fn parent(&self) -> Option<Self> {
        let mut parent = *self;
        parent.level = self.level.checked_sub(1).filter(|level| *level > 0)?;
        *parent.parts.get_mut(parent.level)? = 0;
        Some(parent)
    }

    /// The number with another last part: `3.2.5` for `3.2.1`.
    pub fn sibling(&self, last: u16) -> Self {
        let mut sibling = *self;
        let place = sibling.level.saturating_sub(1);
        if let Some(part) = sibling.parts.get_mut(place) {
            *part = last;
        }
        sibling
    }

    /// Whether the other clause is nested in this one, at any depth.
    pub fn contains(&self, other: &Self) -> bool {
        other.level > self.level && other.parts().starts_with(self.parts())
    }

    /// `c-3-2-1`
    pub fn anchor(&self) -> String {
        format!("c-{self}").replace('.', "-")
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

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts().iter().enumerate() {
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
    fn a_number_contains_those_that_it_begins() {
        let deep = Number::parse("3.2.1").unwrap();
        assert!(deep.parent().unwrap().contains(&deep));
        assert!(!deep.contains(&deep));
        assert_eq!(Number::parse("3").unwrap().parent(), None);
    }
}
