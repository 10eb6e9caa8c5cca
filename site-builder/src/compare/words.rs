//! Splits texts into words and punctuation marks, at the word boundaries of Unicode (UAX 29). White
//! space is no word; a word with a hyphen (`из-за`) or a number with a hyphenated ending
//! (`5.2-тармақ`) is one.

use similar::DiffableStr as _;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// Marks a line as an item of a list (U+001F). It is no word, so a list that becomes a sentence
/// keeps its words.
pub(super) const ITEM_MARKER: &str = "\u{1f}";

/// A word or a punctuation mark. Equality is that of the text alone.
#[derive(Debug, Clone, Copy)]
pub struct Word<'t> {
    /// The text as it is written.
    pub text: &'t str,
    /// Interned by `Vocabulary`: equal words have equal ids.
    pub(super) id: u32,
    /// Whether white space precedes it.
    pub follows_space: bool,
    /// Whether it starts a line (a paragraph, an item or a row); false on the first line.
    pub starts_line: bool,
    /// Whether it starts an item of a list.
    pub starts_item: bool,
}

impl PartialEq for Word<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Word<'_> {}

impl Hash for Word<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Word<'_> {
    /// Whether it has neither letters nor digits.
    pub(super) fn is_punctuation(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }
}

/// Interns words: equal words get the same id, counted from 0. Words are compared and counted many
/// times, and ids are quicker than texts.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'t> {
    ids: HashMap<&'t str, u32>,
}

impl<'t> Vocabulary<'t> {
    /// Splits a text into words.
    #[expect(
        clippy::expect_used,
        reason = "a source file has at most 2 MiB, and fewer distinct words"
    )]
    pub(super) fn split(&mut self, text: &'t str) -> Vec<Word<'t>> {
        let mut words = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let before = words.len();
            let bare = line.trim_start_matches(ITEM_MARKER);
            split_line(bare, &mut words);
            if let Some(first) = words.get_mut(before) {
                first.starts_line = at > 0;
                first.starts_item = bare.len() < line.len();
            }
        }
        for word in &mut words {
            let next = u32::try_from(self.ids.len()).expect("fewer than 2³² words");
            word.id = *self.ids.entry(word.text).or_insert(next);
        }
        words
    }
}

fn split_line<'t>(line: &'t str, words: &mut Vec<Word<'t>>) {
    let tokens = line.tokenize_unicode_words();
    let mut start = 0;
    let mut end = 0;
    let mut follows_space = true;
    let mut push = |from: usize, to: usize, follows_space: bool| {
        if let Some(text) = line.get(from..to).filter(|text| !text.is_empty()) {
            words.push(Word {
                text,
                id: 0,
                follows_space,
                starts_line: false,
                starts_item: false,
            });
        }
    };
    for (at, token) in tokens.iter().enumerate() {
        let next = end + token.len();
        if token.chars().all(char::is_whitespace) {
            push(start, end, follows_space);
            (start, follows_space) = (next, true);
        } else if !is_joined(&tokens, at) {
            push(start, end, follows_space);
            follows_space = follows_space && start == end;
            start = end;
        }
        end = next;
    }
    push(start, end, follows_space);
}

/// Whether a token belongs to the word before it: a hyphen between two words, or the word after
/// such a hyphen.
fn is_joined(tokens: &[&str], at: usize) -> bool {
    let token = |at: Option<usize>| {
        // An index out of range stands for an empty token, which is no word.
        at.and_then(|at| tokens.get(at)).copied().unwrap_or("")
    };
    let is_word = |text: &str| text.chars().next().is_some_and(char::is_alphanumeric);
    let is_hyphen = |text: &str| matches!(text, "-" | "\u{2010}" | "\u{2011}");
    let before = token(at.checked_sub(1));
    if is_hyphen(token(Some(at))) {
        return is_word(before) && is_word(token(at.checked_add(1)));
    }
    is_word(token(Some(at))) && is_hyphen(before) && is_word(token(at.checked_sub(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        Vocabulary::default()
            .split(text)
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn punctuation_stands_apart_and_hyphened_words_together() {
        assert_eq!(
            words("Из-за п. 5.2-тармақ, «Сайт» (cap.kz) — 30/8."),
            [
                "Из-за",
                "п",
                ".",
                "5.2-тармақ",
                ",",
                "«",
                "Сайт",
                "»",
                "(",
                "cap.kz",
                ")",
                "—",
                "30",
                "/",
                "8",
                "."
            ]
        );
        assert_eq!(words("a -b- c"), ["a", "-", "b", "-", "c"]);
        assert!(words(" \u{a0}\n ").is_empty());
    }

    #[test]
    fn spaces_and_lines_are_recorded_but_are_no_words() {
        let words = Vocabulary::default().split("Бір, екі\nүш");
        let spaced: Vec<bool> = words.iter().map(|word| word.follows_space).collect();
        let first: Vec<bool> = words.iter().map(|word| word.starts_line).collect();
        assert_eq!(spaced, [true, false, true, true]);
        assert_eq!(first, [false, false, false, true]);
    }
}
