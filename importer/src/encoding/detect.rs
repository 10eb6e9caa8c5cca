//! Detects the encoding of a text that declares none. An ambiguous result is rejected, because a
//! wrong encoding would garble every word.

use super::Charset;
use encoding_rs::{
    Encoding, IBM866, ISO_8859_5, KOI8_R, KOI8_U, UTF_16BE, UTF_16LE, WINDOWS_1252, X_MAC_CYRILLIC,
};

/// Minimum number of code units in which UTF-16 is detected.
const MIN_UNITS: usize = 4;
/// Minimum number of Cyrillic letters in which an encoding is detected: about three words.
const MIN_LETTERS: usize = 20;

/// UTF-16 without a byte order mark: all zero bytes are in the same half of their code units, and
/// all characters are plausible.
pub(super) fn utf16(input: &[u8]) -> Option<&'static Encoding> {
    let places = || input.iter().enumerate().filter(|(_, byte)| **byte == 0);
    let first = places().next()?.0;
    let is_same_half = places().all(|(place, _)| place % 2 == first % 2);
    // Text in any language has ASCII characters (spaces, line ends, digits), whose high byte is
    // zero.
    let is_frequent = places().count() * 40 >= input.len();
    if !input.len().is_multiple_of(2)
        || input.len() < MIN_UNITS * 2
        || !is_same_half
        || !is_frequent
    {
        return None;
    }
    let encoding = if first % 2 == 1 { UTF_16LE } else { UTF_16BE };
    let decoded = Charset::Known(encoding).decode(input);
    decoded
        .is_ok_and(|text| text.chars().all(is_text))
        .then_some(encoding)
}

/// Whether the character is white space, or is below U+0800 (alphabets of Europe, Hebrew, Arabic)
/// or in U+1E00–U+27BF (Latin additions, punctuation, symbols) and no control character.
fn is_text(letter: char) -> bool {
    let is_usual = letter < '\u{800}' || ('\u{1e00}'..='\u{27bf}').contains(&letter);
    "\t\n\r\u{c}".contains(letter) || is_usual && !letter.is_control()
}

/// The one Cyrillic encoding in which the bytes are plausible text; windows-1252 if all bytes
/// outside of ASCII mean the same in every European Windows code page.
pub(super) fn charset(input: &[u8], language: &str) -> Option<Charset> {
    if input.contains(&0) {
        return None;
    }
    if input
        .iter()
        .all(|byte| byte.is_ascii() || SAME_IN_ALL_CODE_PAGES.contains(byte))
    {
        return Some(Charset::Known(WINDOWS_1252));
    }
    let windows = Charset::of_windows(input, language);
    let koi8 = if language == "uk" { KOI8_U } else { KOI8_R };
    let others = [koi8, IBM866, ISO_8859_5, X_MAC_CYRILLIC].map(Charset::Known);
    let candidates = [windows].into_iter().chain(others);
    let mut plausible = Vec::from_iter(candidates.filter_map(|charset| {
        let Ok(text) = charset.decode(input) else {
            return None;
        };
        Some((implausibility(&text, language)?, charset, text))
    }));
    plausible.sort_by_key(|(implausible, ..)| *implausible);
    // MacCyrillic shares its lowercase letters with windows-1251: two encodings are fine if they
    // decode to the same text.
    let (implausible, charset, text) = plausible.first()?;
    let is_sure = |other: &(usize, Charset, String)| other.0 > *implausible || other.2 == *text;
    plausible.iter().skip(1).all(is_sure).then_some(*charset)
}

/// Bytes of punctuation and symbols that all European Windows code pages share.
const SAME_IN_ALL_CODE_PAGES: &[u8] = &[
    0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0xa0, 0xa7, 0xa9, 0xab, 0xae, 0xb0,
    0xbb,
];

/// Letters that make up more than half of any Russian, Ukrainian or Kazakh text.
const FREQUENT: &str = "аеинотсрлдыіә";

/// Punctuation and symbols of Cyrillic texts besides ASCII.
const PUNCTUATION: &str = "«»—–„“”‘’…№§©®°•\u{a0}·™€";

/// Serbian and Macedonian letters, which are what capitals of other languages turn into in a wrong
/// encoding.
const SERBIAN: &str = "ЂЃЉЊЋЌЏЅЈђѓљњћќџѕј";

/// The number of implausible characters of a Cyrillic text, or `None` if it isn't one: mostly
/// lowercase, with the letter frequencies of such languages, and hardly any unusual characters.
fn implausibility(text: &str, language: &str) -> Option<usize> {
    let (mut letters, mut small, mut frequent, mut implausible) =
        (0_usize, 0_usize, 0_usize, 0_usize);
    let mut before = ' ';
    for letter in text.chars() {
        if is_cyrillic(letter) {
            letters += 1;
            small += usize::from(letter.is_lowercase());
            frequent += usize::from(FREQUENT.contains(letter));
            let is_inner_capital = letter.is_uppercase() && before.is_lowercase();
            // A letter directly after a Latin letter or a symbol.
            let is_glued = before.is_ascii_alphabetic() || "—–№§€".contains(before);
            let is_foreign = SERBIAN.contains(letter) && !["sr", "mk", "bs"].contains(&language);
            implausible += usize::from(is_inner_capital || is_glued || is_foreign);
        } else if !letter.is_ascii() {
            implausible += usize::from(!PUNCTUATION.contains(letter));
        }
        before = letter;
    }
    let is_prose = letters >= MIN_LETTERS
        && implausible * 100 <= letters
        && small * 10 >= letters * 6
        && frequent * 100 >= letters * 45;
    is_prose.then_some(implausible)
}

fn is_cyrillic(letter: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&letter)
}
