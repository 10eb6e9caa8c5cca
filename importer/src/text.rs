//! Styled text, without any markup. Both readers produce it, every repair works on it.
//!
//! A line break is `\n`; the repairs turn each into a paragraph, an item or a space.

use std::str::FromStr;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) strong: bool,
    pub(crate) emphasis: bool,
    pub(crate) code: bool,
    pub(crate) link: Option<String>,
    /// Markdown that is written as it is: a block of an edition, or a bracket that belongs to the
    /// text, `\\[`, and not to a placeholder.
    pub(crate) verbatim: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) style: Style,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) runs: Vec<Run>,
}

impl Text {
    /// Appends text, to the last run if that has the same style.
    pub(crate) fn push(&mut self, text: &str, style: &Style) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.style == *style => last.text.push_str(text),
            _ => self.runs.push(Run {
                text: text.to_owned(),
                style: style.clone(),
            }),
        }
    }

    pub(crate) fn append(&mut self, other: &Self) {
        for run in &other.runs {
            self.push(&run.text, &run.style);
        }
    }

    pub(crate) fn plain_text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    /// Whether every letter and digit is bold.
    pub(crate) fn is_all_strong(&self) -> bool {
        let worded = |run: &&Run| run.text.chars().any(char::is_alphanumeric);
        let mut worded_runs = self.runs.iter().filter(worded).peekable();
        worded_runs.peek().is_some() && worded_runs.all(|run| run.style.strong)
    }

    pub(crate) fn has_strong(&self) -> bool {
        self.runs.iter().any(|run| run.style.strong)
    }

    /// The words as readers see them: [`Self::plain_text`] without the escapes of brackets.
    pub(crate) fn shown_text(&self) -> String {
        let shown = |run: &Run| match run.style.verbatim {
            true => run.text.replace("\\[", "[").replace("\\]", "]"),
            false => run.text.clone(),
        };
        self.runs.iter().map(shown).collect()
    }

    /// The same text with other styles.
    pub(crate) fn restyled(&self, change: impl Fn(&mut Style)) -> Self {
        let mut new = Self::default();
        for run in &self.runs {
            let mut style = run.style.clone();
            change(&mut style);
            new.push(&run.text, &style);
        }
        new
    }

    /// The same styles with other text.
    pub(crate) fn map_runs(&self, mut change: impl FnMut(&str, &Style) -> String) -> Self {
        let mut new = Self::default();
        for run in &self.runs {
            new.push(&change(&run.text, &run.style), &run.style);
        }
        new
    }

    /// Splits at a byte offset of the plain text, rounded down to a character boundary.
    pub(crate) fn split_at(&self, bytes: usize) -> (Self, Self) {
        let (mut before, mut after) = (Self::default(), Self::default());
        let mut left = bytes;
        for run in &self.runs {
            let (head, tail) = run.text.split_at(run.text.floor_char_boundary(left));
            before.push(head, &run.style);
            after.push(tail, &run.style);
            left = left.saturating_sub(run.text.len());
        }
        (before, after)
    }

    /// The lines, normalized, without blank ones.
    pub(crate) fn lines(&self) -> Vec<Self> {
        let mut lines = vec![Self::default()];
        for run in &self.runs {
            for (index, part) in run.text.split('\n').enumerate() {
                if index > 0 {
                    lines.push(Self::default());
                }
                if let Some(line) = lines.last_mut() {
                    line.push(part, &run.style);
                }
            }
        }
        let normalized = lines.iter().map(Self::normalized);
        normalized.filter(|line| !line.is_blank()).collect()
    }

    /// Collapses white space: single spaces or line breaks, none at the ends of the text or at the
    /// inner edges of a style.
    pub(crate) fn normalized(&self) -> Self {
        let mut new = Self::default();
        let mut pending = "";
        for run in &self.runs {
            // White space between runs belongs to a style only if both sides have it.
            for part in split_spaces(&run.text) {
                if part.trim().is_empty() {
                    pending = match (pending, part.contains('\n')) {
                        ("\n", _) | (_, true) => "\n",
                        _ => " ",
                    };
                    continue;
                }
                if !new.runs.is_empty() {
                    let inside = new.runs.last().is_some_and(|last| last.style == run.style);
                    let style = if inside {
                        run.style.clone()
                    } else {
                        Style::default()
                    };
                    new.push(pending, &style);
                }
                pending = "";
                new.push(part, &run.style);
            }
        }
        new
    }
}

/// Digits and signs as superscript characters; `None` if others are among them.
pub(crate) fn raised(text: &str) -> Option<String> {
    const PLAIN: &str = "0123456789+-()n";
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ";
    let raised = |letter: char| {
        let place = PLAIN.chars().position(|plain| plain == letter)?;
        RAISED.chars().nth(place)
    };
    text.trim().chars().map(raised).collect()
}

/// Splits into alternating words and white space.
fn split_spaces(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let space = first.is_whitespace();
        let end = rest
            .find(|character: char| character.is_whitespace() != space)
            .unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        parts.push(part);
        rest = tail;
    }
    parts
}

/// Parses a number; `None` if the text isn't one.
#[expect(clippy::disallowed_methods, reason = "other text is not an error here")]
pub(crate) fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Parses a hexadecimal number; `None` if the text isn't one.
#[expect(clippy::disallowed_methods, reason = "other text is not an error here")]
pub(crate) fn hexadecimal(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 16).ok()
}

/// The last visible character before closing quotation marks and brackets.
pub(crate) fn last_character(text: &str) -> Option<char> {
    text.chars()
        .rev()
        .find(|character| !character.is_whitespace() && !"»”\"')]’".contains(*character))
}

/// Whether the text ends with the punctuation of a sentence, an item or a lead-in.
pub(crate) fn ends_sentence(text: &str) -> bool {
    last_character(text).is_some_and(|mark| ".;:!?…。；：！？؛؟।".contains(mark))
}

/// Whether the text ends with a sign after which a list may begin.
pub(crate) fn ends_phrase(text: &str) -> bool {
    text.trim_end()
        .ends_with(|mark| ":;.,—–!?：；。，؛،".contains(mark))
}

/// Whether the first character after opening punctuation is a lowercase letter.
pub(crate) fn starts_lowercase(text: &str) -> bool {
    text.trim_start_matches(['«', '“', '„', '"', '(', ' '])
        .chars()
        .next()
        .is_some_and(char::is_lowercase)
}

/// Whether the text has six uppercase letters or more and no lowercase one.
pub(crate) fn is_uppercase(text: &str) -> bool {
    let letters = || text.chars().filter(|character| character.is_alphabetic());
    letters().filter(|letter| letter.is_uppercase()).count() >= 6
        && !letters().any(char::is_lowercase)
}

/// Whether the text is prose rather than a title: longer than 200 characters, or ending with a
/// period or semicolon and longer than 80 (60 with several sentences, 20 in Chinese).
pub(crate) fn is_prose(text: &str) -> bool {
    let length = text.chars().count();
    let ends = last_character(text).is_some_and(|mark| ".;。；؛".contains(mark));
    let inner = text.trim_end_matches('.').split(". ").skip(1);
    let sentences = inner.filter(|rest| rest.chars().next().is_some_and(char::is_uppercase));
    // A Chinese sentence has fewer characters.
    let is_long_for_script = text.ends_with('。') && length > 20;
    length > 200
        || is_long_for_script
        || (ends && length > 80)
        || (length > 60 && sentences.count() > 0 && ends)
}
