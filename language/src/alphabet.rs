//! Alphabets as documents count with them: `а)`, `б)`, `в)`.

use std::sync::LazyLock;

/// A letter, and whether lists may leave it out.
type Letter = (char, bool);

static ALPHABETS: LazyLock<Vec<Vec<Letter>>> = LazyLock::new(|| {
    let lines = include_str!("alphabets.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let letters = line.split(' ').filter_map(|word| {
                let is_optional = word.starts_with('(');
                let letter = word.trim_start_matches('(').chars().next()?;
                Some((letter, is_optional))
            });
            letters.collect()
        })
        .collect()
});

/// The place of a letter in its alphabet, 1 for the first, where optional letters are left out.
/// `None` for a letter of no alphabet of the list.
pub(crate) fn place(letter: char) -> Option<u16> {
    let letter = lower(letter);
    ALPHABETS.iter().find_map(|alphabet| {
        let place = index(alphabet, letter)?;
        Some(count(alphabet.get(..place)?) + 1)
    })
}

/// How many places after a letter another one stands, optional letters between them left out.
/// `None` if it doesn't stand after it in any alphabet.
pub fn steps(letter: char, next: char) -> Option<u16> {
    let (letter, next) = (lower(letter), lower(next));
    let steps = ALPHABETS.iter().filter_map(|alphabet| {
        let (before, after) = (index(alphabet, letter)?, index(alphabet, next)?);
        let between = alphabet.get(before.checked_add(1)?..after)?;
        Some(count(between) + 1)
    });
    steps.min()
}

fn index(alphabet: &[Letter], letter: char) -> Option<usize> {
    alphabet.iter().position(|(one, _)| *one == letter)
}

fn count(letters: &[Letter]) -> u16 {
    let needed = letters.iter().filter(|(_, is_optional)| !is_optional);
    needed.fold(0, |count, _| count + 1)
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_places() {
        for (letter, expected) in [('a', 1), ('C', 3), ('в', 3), ('Ж', 7), ('γ', 3), ('ד', 4)] {
            assert_eq!(place(letter), Some(expected), "{letter}");
        }
        assert_eq!(place('漢'), None);
    }

    #[test]
    fn a_list_may_leave_optional_letters_out() {
        for (letter, next) in [
            ('а', 'б'),
            ('а', 'ә'),
            ('ә', 'б'),
            ('е', 'ё'),
            ('е', 'ж'),
            ('и', 'к'),
            ('أ', 'ب'),
            ('ب', 'ت'),
            ('ب', 'ج'),
        ] {
            assert_eq!(steps(letter, next), Some(1), "{letter} {next}");
        }
        assert_eq!(steps('а', 'в'), Some(2));
        assert_eq!(steps('б', 'а'), None);
        assert_eq!(steps('a', 'б'), None);
    }

    #[test]
    fn no_alphabet_has_a_letter_twice() {
        for alphabet in ALPHABETS.iter() {
            for (letter, _) in alphabet {
                assert_eq!(
                    alphabet.iter().filter(|(one, _)| one == letter).count(),
                    1,
                    "{letter}"
                );
            }
        }
    }
}
