//! Reads numerals of all scripts, and letters that count. [`Numerals`] writes them.

use crate::alphabet;
use crate::systems::Numerals;
use std::sync::LazyLock;

/// How the value of a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// In digits of any script: `5`, `٥`.
    Decimal,
    /// In Roman numerals: `III`, `iv`.
    Roman,
    /// As a letter of an alphabet: `B`, `б`.
    Letter(char),
    /// In Chinese numerals: `五`.
    Chinese,
}

/// Latin words after the number of an inserted clause, as in `2 bis`; each with its variants.
const ADVERBS: [&str; 9] = [
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "nonies|novies",
    "decies",
];

/// A pattern of one of those words.
pub(crate) fn adverb_pattern() -> String {
    format!("(?:{})", ADVERBS.join("|"))
}

/// Most digits of a part: longer ones are years, codes and amounts.
const MAX_DIGITS: usize = 4;

/// The greatest value in Roman numerals.
const MAX_ROMAN: u16 = 99;

/// Roman numerals in capitals, from 1 on.
static ROMAN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let values = 1..=MAX_ROMAN;
    values
        .map(|value| Numerals::roman().write(value.into()))
        .collect()
});

/// The value of a decimal digit of a script whose digits documents use.
pub fn digit(character: char) -> Option<u16> {
    // The zeros of ASCII, Arabic, Persian, Devanagari, Bengali, Thai, and full-width forms.
    const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '０'];
    let code = u32::from(character);
    let value = ZEROS.into_iter().find_map(|zero| {
        let value = code.checked_sub(u32::from(zero))?;
        (value < 10).then_some(value)
    })?;
    (0..10).find(|digit| u32::from(*digit) == value)
}

pub(crate) fn leading_digits(text: &str) -> Option<(u16, usize)> {
    let digits = || {
        text.chars()
            .map_while(|character| Some((character, digit(character)?)))
    };
    let count = digits().count();
    let (_, first) = digits().next()?;
    if count > MAX_DIGITS || (first == 0) {
        return None;
    }
    let value = digits().fold(0, |value, (_, digit)| value * 10 + digit);
    Some((
        value,
        digits().map(|(character, _)| character.len_utf8()).sum(),
    ))
}

/// The value of ASCII digits without a leading zero.
pub(crate) fn plain_digits(text: &str) -> Option<u16> {
    let (value, length) = leading_digits(text)?;
    (text.is_ascii() && length == text.len()).then_some(value)
}

/// `-1`, `a`, `¹` or ` bis` after digits: the place of an inserted clause, and the bytes of the
/// suffix.
pub(crate) fn suffix(rest: &str) -> Option<(u16, usize)> {
    const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let superscript = |character: char| {
        let mut digits = (0_u16..).zip(SUPERSCRIPTS);
        digits.find_map(|(value, digit)| (digit == character).then_some(value))
    };
    let raised = || rest.chars().map_while(superscript);
    if raised().next().is_some() {
        let value = raised().try_fold(0_u16, |value, digit| {
            value.checked_mul(10)?.checked_add(digit)
        })?;
        let length = rest.chars().take_while(|one| superscript(*one).is_some());
        return (value > 0).then_some((value, length.map(char::len_utf8).sum()));
    }
    if let Some(found) = hyphened(rest).or_else(|| adverb(rest)) {
        return Some(found);
    }
    let mut letters = rest.chars();
    let letter = letters.next().filter(|letter| letter.is_lowercase())?;
    if letters.next().is_some_and(char::is_alphanumeric) {
        return None;
    }
    Some((alphabet::place(letter)?, letter.len_utf8()))
}

/// `-bis`, `bis` or ` bis`, unlike `5 bis 7`, which is a range in German.
fn adverb(rest: &str) -> Option<(u16, usize)> {
    let is_between = |sign: char| sign.is_whitespace() || matches!(sign, '-' | '‑');
    let after = rest.strip_prefix(is_between).unwrap_or(rest);
    let end = after
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(after.len());
    let (word, following) = after.split_at_checked(end)?;
    let is_word = |adverbs: &str| adverbs.split('|').any(|one| one.eq_ignore_ascii_case(word));
    let mut adverbs = (1..).zip(ADVERBS);
    let inserted = adverbs.find_map(|(place, adverbs)| is_word(adverbs).then_some(place))?;
    let next = following.trim_start();
    let is_phrase = next.len() < following.len()
        && next
            .starts_with(|next: char| digit(next).is_some() || next.is_lowercase() || next == '§');
    if is_phrase && rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some((inserted, rest.len() - following.len()))
}

pub(crate) fn hyphened(rest: &str) -> Option<(u16, usize)> {
    let after = rest.strip_prefix(['-', '‑', '–'])?;
    let (value, length) = leading_digits(after)?;
    let is_whole = !after.get(length..)?.starts_with(char::is_alphanumeric);
    is_whole.then_some((value, rest.len() - after.len() + length))
}

/// A Roman numeral of at least two letters, or a single letter.
pub(crate) fn leading_letters(text: &str) -> Option<(u16, Style, usize)> {
    let end = text
        .find(|character: char| !character.is_alphabetic())
        .unwrap_or(text.len());
    let word = text.get(..end)?;
    let mut letters = word.chars();
    let (first, second) = (letters.next()?, letters.next());
    if second.is_some() || !is_letter_numeral(first) {
        return Some((roman(word)?, Style::Roman, end));
    }
    // In an alphabet that no file of a language lists, the place is that in the list.
    Some((
        alphabet::place(first).unwrap_or(1),
        Style::Letter(first),
        end,
    ))
}

/// Whether a single character is a letter, not a numeral of its own such as `Ⅲ`.
fn is_letter_numeral(character: char) -> bool {
    !('\u{2160}'..='\u{2188}').contains(&character)
}

/// The value of a Roman numeral from 1 to 99, also one that is typed with Cyrillic letters that
/// look the same (`ІІ`, `Х`), or with the characters for whole numerals (`Ⅲ`).
pub(crate) fn roman(text: &str) -> Option<u16> {
    let is_upper = text.chars().all(char::is_uppercase);
    if !is_upper && !text.chars().all(char::is_lowercase) {
        return None;
    }
    let latin: String = text
        .chars()
        .flat_map(char::to_uppercase)
        .map(|letter| match letter {
            'І' | 'Ӏ' => 'I',
            'Х' => 'X',
            'С' => 'C',
            other => other,
        })
        .collect();
    const WHOLE: [&str; 12] = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ", "Ⅹ", "Ⅺ", "Ⅻ"];
    let whole = (1..).zip(WHOLE).find(|(_, numeral)| *numeral == latin);
    let mut written = (1..).zip(ROMAN.iter());
    whole
        .map(|(value, _)| value)
        .or_else(|| written.find_map(|(value, numeral)| (*numeral == latin).then_some(value)))
}

/// A Chinese numeral from 1 to 99 at the start of a text: `五`, `十二`, `二十`.
pub(crate) fn leading_chinese(text: &str) -> Option<(u16, usize)> {
    const ONES: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let one = |character: char| (1..).zip(ONES).find(|(_, numeral)| *numeral == character);
    let numeral: Vec<char> = text
        .chars()
        .take_while(|character| one(*character).is_some() || *character == '十')
        .collect();
    let ones = |character: &char| one(*character).map(|(value, _)| value);
    let value = match numeral.as_slice() {
        ['十'] => 10,
        ['十', unit] => 10 + ones(unit)?,
        [ten, '十'] => 10 * ones(ten)?,
        [ten, '十', unit] => 10 * ones(ten)? + ones(unit)?,
        [unit] => ones(unit)?,
        _ => return None,
    };
    Some((
        value,
        numeral.iter().map(|character| character.len_utf8()).sum(),
    ))
}
