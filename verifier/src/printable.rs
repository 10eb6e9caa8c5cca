//! Makes text from files harmless for terminals: a checkpoint or a file name may contain control
//! sequences that clear the screen and write `verified`.

/// The text with each control character, and each character that changes the direction of writing,
/// replaced by its escape `\u{…}`.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmless(character) {
            safe.push(character);
        } else {
            safe.extend(character.escape_unicode());
        }
    }
    safe
}

/// The same for a text that is JSON: the escapes are those of JSON, and stand inside of strings,
/// because JSON has none of these characters outside of them. A line feed at the end stays.
pub(crate) fn printable_json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmless(character) || character == '\n' {
            safe.push(character);
        } else {
            // All of them are below U+10000.
            safe.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
    }
    safe
}

fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        let hostile = "a\u{1b}[2J\rb\u{9b}8m\u{7f}\u{202e}Қ\n";
        assert_eq!(
            printable(hostile),
            r"a\u{1b}[2J\u{d}b\u{9b}8m\u{7f}\u{202e}Қ\u{a}"
        );
        let json = format!("{}\n", serde_json::to_string(hostile).unwrap());
        let safe = printable_json(&json);
        assert!(safe.trim_end().chars().all(is_harmless), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), hostile);
    }
}
