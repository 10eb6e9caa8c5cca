//! Compares two texts word by word, with the Myers algorithm.

use super::words::Word;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Maximum number of words in two texts together that are compared directly. Longer ones are first
/// compared by lines and sentences, because the algorithm takes O(N·D) time: quadratic time for a
/// text that was rewritten as a whole.
const MAX_WORDS: usize = 10_000;

/// Consecutive words with what happened to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run<'t> {
    /// Words of both editions.
    Equal {
        /// The words in the newer edition.
        words: Vec<Word<'t>>,
        /// For each word, whether it starts a line in the older edition.
        old_starts_line: Vec<bool>,
    },
    /// Words that were replaced by others; one of the two may be empty.
    Replaced {
        /// The words of the older edition.
        old: Vec<Word<'t>>,
        /// The words of the newer edition.
        new: Vec<Word<'t>>,
    },
}

/// Compares two texts. The runs hold every word of both exactly once, in its order.
pub(super) fn diff<'t>(before: &[Word<'t>], after: &[Word<'t>]) -> Vec<Run<'t>> {
    let mut runs = Vec::new();
    diff_by(Granularity::Line, before, after, &mut runs);
    merge_short_runs(runs)
}

/// The units that long texts are compared by first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Granularity {
    Line,
    Sentence,
}

impl Granularity {
    fn split<'w, 't>(self, words: &'w [Word<'t>]) -> Vec<&'w [Word<'t>]> {
        let is_joined = |before: &Word<'_>, word: &Word<'_>| match self {
            Self::Line => !word.starts_line,
            Self::Sentence => {
                !word.starts_line && !matches!(before.text, "." | "!" | "?" | ";" | ":")
            }
        };
        words.chunk_by(is_joined).collect()
    }
}

fn diff_by<'t>(
    granularity: Granularity,
    before: &[Word<'t>],
    after: &[Word<'t>],
    runs: &mut Vec<Run<'t>>,
) {
    if before.len() + after.len() <= MAX_WORDS {
        for op in capture_diff_slices(Algorithm::Myers, before, after) {
            let (old, new) = (slice(before, op.old_range()), slice(after, op.new_range()));
            runs.push(match op {
                DiffOp::Equal { .. } => equal(old, new),
                DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                    Run::Replaced {
                        old: old.to_vec(),
                        new: new.to_vec(),
                    }
                }
            });
        }
        return;
    }
    let (old_units, new_units) = (granularity.split(before), granularity.split(after));
    for op in capture_diff_slices(Algorithm::Myers, &old_units, &new_units) {
        let old = slice(&old_units, op.old_range()).concat();
        let new = slice(&new_units, op.new_range()).concat();
        match (op, granularity) {
            (DiffOp::Equal { .. }, _) => runs.push(equal(&old, &new)),
            (DiffOp::Replace { .. }, Granularity::Line) => {
                diff_by(Granularity::Sentence, &old, &new, runs);
            }
            // Short enough replacements are compared by words.
            (DiffOp::Replace { .. }, Granularity::Sentence)
                if old.len() + new.len() <= MAX_WORDS =>
            {
                diff_by(granularity, &old, &new, runs);
            }
            (DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. }, _) => {
                runs.push(Run::Replaced { old, new });
            }
        }
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "the ranges of a diff lie within the lists that were compared"
)]
fn slice<T>(all: &[T], range: Range<usize>) -> &[T] {
    &all[range]
}

fn equal<'t>(old: &[Word<'t>], new: &[Word<'t>]) -> Run<'t> {
    Run::Equal {
        words: new.to_vec(),
        old_starts_line: old.iter().map(|word| word.starts_line).collect(),
    }
}

/// Merges two replacements with only a comma or a short word between them: readers don't perceive
/// that as unchanged text.
fn merge_short_runs(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut merged: Vec<Run<'_>> = Vec::with_capacity(runs.len());
    let mut rest = runs.into_iter().peekable();
    while let Some(run) = rest.next() {
        let is_followed = matches!(
            rest.peek(),
            Some(Run::Replaced { old, new }) if !old.is_empty() && !new.is_empty()
        );
        match (merged.last_mut(), run) {
            (
                Some(Run::Replaced { old, new }),
                Run::Equal {
                    words,
                    old_starts_line,
                },
            ) if is_followed && !old.is_empty() && !new.is_empty() && is_short(&words) => {
                let old_words = words
                    .iter()
                    .zip(old_starts_line)
                    .map(|(word, starts_line)| Word {
                        starts_line,
                        ..*word
                    });
                old.extend(old_words);
                new.extend(words);
            }
            (
                Some(Run::Replaced { old, new }),
                Run::Replaced {
                    old: more_old,
                    new: more_new,
                },
            ) => {
                old.extend(more_old);
                new.extend(more_new);
            }
            (_, run) => merged.push(run),
        }
    }
    merged
}

/// At most two words and punctuation marks with at most three characters in words.
fn is_short(words: &[Word<'_>]) -> bool {
    let characters: usize = words
        .iter()
        .filter(|word| !word.is_punctuation())
        .map(|word| word.text.chars().count())
        .sum();
    words.len() <= 2 && characters <= 3
}

#[cfg(test)]
mod tests {
    use super::super::words::Vocabulary;
    use super::*;

    fn check(before: &str, after: &str) -> String {
        let mut vocabulary = Vocabulary::default();
        let (before, after) = (vocabulary.split(before), vocabulary.split(after));
        let text = |words: &[Word<'_>]| {
            let words: Vec<&str> = words.iter().map(|word| word.text).collect();
            words.join(" ")
        };
        let runs = diff(&before, &after);
        let shown = runs.iter().map(|run| match run {
            Run::Equal { words, .. } => text(words),
            Run::Replaced { old, new } => format!("[-{}-+{}+]", text(old), text(new)),
        });
        shown.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn white_space_makes_no_difference() {
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
    fn a_short_word_between_two_replacements_is_merged_with_them() {
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
