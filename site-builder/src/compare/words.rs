//! Two texts word by word.
//!
//! 1. `read` cuts a text into words and marks of punctuation; spaces are not words, and a number with its hyphened ending
//!    (`5.2-тармақ`) or a word with a hyphen (`из-за`) is one word.
//! 2. `compare` finds what was kept, and swallows what is too little to be read between two changes.

use similar::{Algorithm, DiffOp, DiffableStr as _, capture_diff_slices};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// More words than this are first compared by lines and sentences: word by word, a text that was rewritten as a whole would
/// take time that grows faster than its length.
const LONG: usize = 10_000;

/// Stands before an item of a list. It is no word: a list that becomes a sentence keeps its words.
pub const ITEM: &str = "\u{1f}";

/// A word or a mark of punctuation, with what stands before it.
#[derive(Debug, Clone, Copy)]
pub struct Word<'t> {
    /// The word itself: nothing else makes words equal.
    pub text: &'t str,
    /// Its number in the [`Vocabulary`]: equal words have equal ones.
    pub id: u32,
    /// White space stands before it.
    pub is_spaced: bool,
    /// It starts a line: a paragraph, an item, a row.
    pub is_first: bool,
    /// The line that it starts is an item of a list.
    pub is_item: bool,
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
    /// A mark of punctuation says little about what a text is about.
    pub fn is_mark(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }
}

/// What happened to words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run<'t> {
    /// In both editions; the words as the newer one has them, and which of them start a line in the older one.
    Kept(Vec<Word<'t>>, Vec<bool>),
    /// Some words gave way to others; one of the two may be empty.
    Replaced(Vec<Word<'t>>, Vec<Word<'t>>),
}

/// All words of two texts, each with a number: words are compared and counted many times, and numbers are quicker.
#[derive(Debug, Default)]
pub struct Vocabulary<'t> {
    numbers: HashMap<&'t str, u32>,
}

impl<'t> Vocabulary<'t> {
    /// Cuts a text into words.
    pub fn read(&mut self, text: &'t str) -> Vec<Word<'t>> {
        let mut words = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let before = words.len();
            let bare = line.trim_start_matches(ITEM);
            read_line(bare, &mut words);
            if let Some(first) = words.get_mut(before) {
                first.is_first = at > 0;
                first.is_item = bare.len() < line.len();
            }
        }
        for word in &mut words {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            word.id = *self.numbers.entry(word.text).or_insert(next);
        }
        words
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether no word was read yet.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

fn read_line<'t>(line: &'t str, words: &mut Vec<Word<'t>>) {
    let tokens = line.tokenize_unicode_words();
    let mut start = 0;
    let mut end = 0;
    let mut is_spaced = true;
    let mut push = |from: usize, to: usize, is_spaced: bool| {
        if let Some(text) = line.get(from..to).filter(|text| !text.is_empty()) {
            words.push(Word {
                text,
                id: 0,
                is_spaced,
                is_first: false,
                is_item: false,
            });
        }
    };
    for (at, token) in tokens.iter().enumerate() {
        let next = end + token.len();
        if token.chars().all(char::is_whitespace) {
            push(start, end, is_spaced);
            (start, is_spaced) = (next, true);
        } else if !is_joined(&tokens, at) {
            push(start, end, is_spaced);
            is_spaced = is_spaced && start == end;
            start = end;
        }
        end = next;
    }
    push(start, end, is_spaced);
}

/// Whether a token belongs to the word before it: a hyphen between two words, or what follows such a hyphen.
fn is_joined(tokens: &[&str], at: usize) -> bool {
    let token = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at))
            .copied()
            .unwrap_or_default()
    };
    let is_word = |text: &str| text.chars().next().is_some_and(char::is_alphanumeric);
    let is_hyphen = |text: &str| matches!(text, "-" | "\u{2010}" | "\u{2011}");
    let before = token(at.checked_sub(1));
    if is_hyphen(token(Some(at))) {
        return is_word(before) && is_word(token(at.checked_add(1)));
    }
    is_word(token(Some(at))) && is_hyphen(before) && is_word(token(at.checked_sub(2)))
}

/// Compares two texts. Every word of the first stands once, in its order, among the kept and the replaced; so does every
/// word of the second.
pub fn compare<'t>(before: &[Word<'t>], after: &[Word<'t>]) -> Vec<Run<'t>> {
    let mut runs = Vec::new();
    compare_by(Unit::Line, before, after, &mut runs);
    swallow(runs)
}

/// What is compared as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Line,
    Sentence,
}

impl Unit {
    /// Cuts words into units.
    fn cut<'w, 't>(self, words: &'w [Word<'t>]) -> Vec<&'w [Word<'t>]> {
        let is_joined = |before: &Word<'_>, word: &Word<'_>| match self {
            Self::Line => !word.is_first,
            Self::Sentence => !word.is_first && !matches!(before.text, "." | "!" | "?" | ";" | ":"),
        };
        words.chunk_by(is_joined).collect()
    }
}

fn compare_by<'t>(unit: Unit, before: &[Word<'t>], after: &[Word<'t>], runs: &mut Vec<Run<'t>>) {
    if before.len() + after.len() <= LONG {
        for op in capture_diff_slices(Algorithm::Myers, before, after) {
            let (old, new) = (part(before, op.old_range()), part(after, op.new_range()));
            match op {
                DiffOp::Equal { .. } => runs.push(kept(old, new)),
                DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                    runs.push(Run::Replaced(old.to_vec(), new.to_vec()));
                }
            }
        }
        return;
    }
    let (old_units, new_units) = (unit.cut(before), unit.cut(after));
    for op in capture_diff_slices(Algorithm::Myers, &old_units, &new_units) {
        let old = part(&old_units, op.old_range()).concat();
        let new = part(&new_units, op.new_range()).concat();
        match (op, unit) {
            (DiffOp::Equal { .. }, _) => runs.push(kept(&old, &new)),
            (DiffOp::Replace { .. }, Unit::Line) => {
                compare_by(Unit::Sentence, &old, &new, runs);
            }
            // Sentences that are few enough are compared word by word after all.
            (DiffOp::Replace { .. }, Unit::Sentence) if old.len() + new.len() <= LONG => {
                compare_by(unit, &old, &new, runs);
            }
            (DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. }, _) => {
                runs.push(Run::Replaced(old, new));
            }
        }
    }
}

fn part<T>(all: &[T], range: Range<usize>) -> &[T] {
    all.get(range).unwrap_or_default()
}

fn kept<'t>(old: &[Word<'t>], new: &[Word<'t>]) -> Run<'t> {
    let lines = old.iter().map(|word| word.is_first).collect();
    Run::Kept(new.to_vec(), lines)
}

/// A comma or a short word between two replacements can't be read as something kept: the replacements become one.
fn swallow(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut smooth: Vec<Run<'_>> = Vec::with_capacity(runs.len());
    let mut rest = runs.into_iter().peekable();
    while let Some(run) = rest.next() {
        let follows = matches!(rest.peek(), Some(Run::Replaced(old, new)) if !old.is_empty() && !new.is_empty());
        match (smooth.last_mut(), run) {
            (Some(Run::Replaced(old, new)), Run::Kept(words, lines))
                if follows && !old.is_empty() && !new.is_empty() && is_little(&words) =>
            {
                old.extend(
                    words
                        .iter()
                        .zip(lines)
                        .map(|(word, is_first)| Word { is_first, ..*word }),
                );
                new.extend(words);
            }
            (Some(Run::Replaced(old, new)), Run::Replaced(more_old, more_new)) => {
                old.extend(more_old);
                new.extend(more_new);
            }
            (_, run) => smooth.push(run),
        }
    }
    smooth
}

fn is_little(words: &[Word<'_>]) -> bool {
    let letters: usize = words
        .iter()
        .filter(|word| !word.is_mark())
        .map(|word| word.text.chars().count())
        .sum();
    words.len() <= 2 && letters <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) -> String {
        let mut vocabulary = Vocabulary::default();
        let (before, after) = (vocabulary.read(before), vocabulary.read(after));
        let text = |words: &[Word<'_>]| {
            let words: Vec<&str> = words.iter().map(|word| word.text).collect();
            words.join(" ")
        };
        let runs = compare(&before, &after);
        let shown = runs.iter().map(|run| match run {
            Run::Kept(words, _) => text(words),
            Run::Replaced(old, new) => format!("[-{}-+{}+]", text(old), text(new)),
        });
        shown.collect::<Vec<String>>().join(" ")
    }

    fn words(text: &str) -> Vec<&str> {
        Vocabulary::default()
            .read(text)
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
    fn spaces_and_lines_are_remembered_but_are_no_words() {
        let read = Vocabulary::default().read("Бір, екі\nүш");
        let spaced: Vec<bool> = read.iter().map(|word| word.is_spaced).collect();
        let first: Vec<bool> = read.iter().map(|word| word.is_first).collect();
        assert_eq!(spaced, [true, false, true, true]);
        assert_eq!(first, [false, false, false, true]);
        assert_eq!(check("a\u{a0}b\nc", "a b  c"), "a b c");
    }

    #[test]
    fn a_changed_comma_does_not_change_the_words_beside_it() {
        assert_eq!(
            check("Данные, которые мы храним", "Данные которые мы храним"),
            "Данные [-,-++] которые мы храним"
        );
    }

    #[test]
    fn a_number_with_its_ending_changes_as_one() {
        assert_eq!(
            check("5.2-тармақта айтылған", "5.3-тармақта айтылған"),
            "[-5.2-тармақта-+5.3-тармақта+] айтылған"
        );
    }

    #[test]
    fn a_short_word_between_two_replacements_is_swallowed() {
        assert_eq!(
            check(
                "Мы храним имя и адрес долго",
                "Мы храним телефон и почту долго"
            ),
            "Мы храним [-имя и адрес-+телефон и почту+] долго"
        );
        assert_eq!(
            check("старое согласие новое", "прежнее согласие иное"),
            "[-старое-+прежнее+] согласие [-новое-+иное+]"
        );
    }

    #[test]
    fn long_texts_are_compared_by_lines_and_sentences_first() {
        let line = |at: usize| format!("Жол {at} туралы. Екінші сөйлем {at}.");
        let lines: Vec<String> = (0..2000).map(line).collect();
        let mut edited = lines.clone();
        edited.remove(100);
        edited[1500] = edited[1500].replace("Екінші сөйлем", "Үшінші сөйлем");
        let shown = check(&lines.join("\n"), &edited.join("\n"));
        let changes: Vec<&str> = shown.split(['[', ']']).skip(1).step_by(2).collect();
        assert_eq!(
            changes,
            [
                "-Жол 100 туралы . Екінші сөйлем 100 .-++",
                "-Екінші-+Үшінші+"
            ]
        );
    }
}
