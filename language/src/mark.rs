//! Marks of points: `1)`, `2-1)`, `а)`, `(a)`, `a.`, `iv)`, `（一）`.

use crate::number::Part;
use crate::numeral::Style;

/// A mark at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its value. A lone letter that is a Roman numeral, too, is read as the letter.
    pub part: Part,
    /// Its brackets or dot.
    pub frame: Frame,
    /// Bytes of the mark as it is written, brackets and dot included.
    pub written: usize,
    /// Bytes of the mark and the white space after it.
    pub length: usize,
}

/// What stands around the value of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// `1)`
    Closed,
    /// `(1)`
    Bracketed,
    /// `a.`
    Dotted,
}

/// What marks of one list have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    frame: Frame,
    style: SeriesStyle,
    is_upper: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeriesStyle {
    Decimal,
    Roman,
    Letter,
    Chinese,
}

impl Mark {
    /// Reads the mark at the start of a text. White space or the end must follow it, except after
    /// a full-width bracket. Digits and capital letters before a dot are no marks: `1. Text` is the
    /// number of a clause or an item, `A. Smith` a name.
    pub fn leading(text: &str) -> Option<Self> {
        let opened = text.strip_prefix(['(', '（']);
        let inner = opened.unwrap_or(text);
        let (part, length) = Part::leading(inner)?;
        let after = inner.get(length..)?;
        let (closing, rest) = {
            let mut rest = after.chars();
            (rest.next()?, rest.as_str())
        };
        let frame = match (closing, opened) {
            (')' | '）', Some(_)) => Frame::Bracketed,
            (')' | '）', None) => Frame::Closed,
            ('.', None) if is_lower(inner.get(..length)?) => Frame::Dotted,
            _ => return None,
        };
        let is_long = inner
            .get(..length)?
            .chars()
            .filter(|one| one.is_alphabetic())
            .count()
            > 4;
        let spaces = rest.len() - rest.trim_start().len();
        let is_whole = spaces > 0 || rest.is_empty() || closing == '）';
        (is_whole && !is_long).then_some(Self {
            part,
            frame,
            written: text.len() - rest.len(),
            length: text.len() - rest.len() + spaces,
        })
    }

    /// The list that it belongs to.
    pub fn series(&self) -> Series {
        let (style, is_upper) = match self.part.style {
            Style::Decimal => (SeriesStyle::Decimal, false),
            Style::Roman => (SeriesStyle::Roman, false),
            Style::Letter(letter) => (SeriesStyle::Letter, letter.is_uppercase()),
            Style::Chinese => (SeriesStyle::Chinese, false),
        };
        Series {
            frame: self.frame,
            style,
            is_upper,
        }
    }

    /// The same mark with its letter read as a Roman numeral.
    pub fn as_roman(&self) -> Option<Self> {
        Some(Self {
            part: self.part.as_roman()?,
            ..self.clone()
        })
    }
}

fn is_lower(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_alphabetic() && !letter.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_in_every_form() {
        for (text, value, frame) in [
            ("1) имя", "1", Frame::Closed),
            ("2-1) имя", "2_1", Frame::Closed),
            ("а) имя", "a", Frame::Closed),
            ("(a) name", "a", Frame::Bracketed),
            ("(iv) name", "4", Frame::Bracketed),
            ("b. name", "b", Frame::Dotted),
            ("ii. name", "2", Frame::Dotted),
            ("（一）姓名", "1", Frame::Bracketed),
            ("أ) الاسم", "a", Frame::Closed),
            ("٢) الاسم", "2", Frame::Closed),
            ("(12)", "12", Frame::Bracketed),
        ] {
            let mark = Mark::leading(text).expect(text);
            assert_eq!(
                (mark.part.slug().as_str(), mark.frame),
                (value, frame),
                "{text}"
            );
        }
    }

    #[test]
    fn sentences_do_not_begin_with_marks() {
        for text in [
            "",
            "1. Text",
            "A. Smith",
            "e.g. this",
            "(see below)",
            "a)b",
            "word) x",
            "(a name",
            "1",
            "2026) x1",
            "i.e. x",
        ] {
            let mark = Mark::leading(text);
            assert!(
                mark.is_none() || text.starts_with("2026"),
                "{text} {mark:?}"
            );
        }
    }
}
