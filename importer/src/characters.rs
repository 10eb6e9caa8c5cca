//! Characters that have no business in a legal text: invisible ones, and spaces that only look like a space.

use crate::report::{RepairKind, Report};

enum Verdict {
    Keep,
    Space,
    Remove(&'static str),
}

fn judge(character: char) -> Verdict {
    match character {
        '\u{00ad}' => Verdict::Remove("soft hyphens removed"),
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{180e}' => {
            Verdict::Remove("invisible zero-width characters removed")
        }
        // These can make a text show other words than it holds.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Verdict::Remove("characters that reorder text removed")
        }
        '\u{00a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Verdict::Space,
        // Form feed and vertical tab separate pages and lines in printed exports.
        '\u{000b}' | '\u{000c}' | '\u{0085}' => Verdict::Space,
        '\t' | '\n' => Verdict::Keep,
        _ if character.is_control() => Verdict::Remove("control characters removed"),
        _ => Verdict::Keep,
    }
}

/// The line without invisible characters, with plain spaces.
pub(crate) fn clean(text: &str, line: usize, report: &mut Report) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match judge(character) {
            Verdict::Keep => cleaned.push(character),
            Verdict::Space => {
                let message = "non-breaking and other special spaces became plain spaces";
                report.count(RepairKind::Characters, line, message);
                cleaned.push(' ');
            }
            Verdict::Remove(message) => report.count(RepairKind::Characters, line, message),
        }
    }
    cleaned
}
