//! Removes invisible characters, replaces special spaces with plain ones, and maps homoglyphs
//! between the Latin and the Cyrillic alphabet.

use crate::report::{RepairKind, Report};
use crate::vocabulary::{CYRILLIC_HOMOGLYPHS, LATIN_HOMOGLYPHS};

/// The Latin letter that looks like this Cyrillic one.
pub(crate) fn latin_homoglyph(letter: char) -> Option<char> {
    let mut pairs = CYRILLIC_HOMOGLYPHS.chars().zip(LATIN_HOMOGLYPHS.chars());
    pairs.find_map(|(cyrillic, latin)| (cyrillic == letter).then_some(latin))
}

/// The Cyrillic letter that looks like this Latin one.
pub(crate) fn cyrillic_homoglyph(letter: char) -> Option<char> {
    let mut pairs = CYRILLIC_HOMOGLYPHS.chars().zip(LATIN_HOMOGLYPHS.chars());
    pairs.find_map(|(cyrillic, latin)| (latin == letter).then_some(cyrillic))
}

enum Treatment {
    Keep,
    Space,
    Remove(&'static str),
}

fn treatment(character: char) -> Treatment {
    match character {
        '\u{00ad}' => Treatment::Remove("soft hyphens removed"),
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{180e}' => {
            Treatment::Remove("invisible zero-width characters removed")
        }
        // Bidirectional controls can make the displayed text differ from the stored one.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Treatment::Remove("characters that reorder text removed")
        }
        '\u{00a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Treatment::Space,
        // Form feed and vertical tab separate pages and lines in printed exports.
        '\u{000b}' | '\u{000c}' | '\u{0085}' => Treatment::Space,
        '\t' | '\n' => Treatment::Keep,
        _ if character.is_control() => Treatment::Remove("control characters removed"),
        _ => Treatment::Keep,
    }
}

pub(crate) fn clean(text: &str, line: usize, report: &mut Report) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match treatment(character) {
            Treatment::Keep => cleaned.push(character),
            Treatment::Space => {
                let message = "non-breaking and other special spaces became plain spaces";
                report.count(RepairKind::Characters, line, message);
                cleaned.push(' ');
            }
            Treatment::Remove(message) => report.count(RepairKind::Characters, line, message),
        }
    }
    cleaned
}
