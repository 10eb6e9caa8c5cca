//! The text of rendered HTML, as a browser's `textContent` has it.

use memchr::memchr;

/// The text of HTML that this crate rendered: without tags, with character references resolved,
/// with white space collapsed to single spaces and trimmed. docs/content.md says how to compute the
/// same in a browser.
pub fn text_content(html: &str) -> String {
    let mut collapser = Collapser {
        text: String::with_capacity(html.len()),
        has_pending_space: false,
    };
    let mut rest = html;
    while let Some((before, tag)) = split_at(b'<', rest) {
        collapser.push_escaped(before);
        rest = split_at(b'>', tag).map_or("", |(_, after)| after);
    }
    collapser.push_escaped(rest);
    collapser.text
}

/// Splits at the first occurrence of an ASCII character.
fn split_at(separator: u8, text: &str) -> Option<(&str, &str)> {
    let at = memchr(separator, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Appends text with white space collapsed.
struct Collapser {
    text: String,
    /// Whether the input so far ends in white space.
    has_pending_space: bool,
}

impl Collapser {
    fn push_escaped(&mut self, escaped: &str) {
        let mut rest = escaped;
        while let Some((before, reference)) = split_at(b'&', rest) {
            self.push(before);
            match reference
                .split_once(';')
                .and_then(|(name, after)| Some((character(name)?, after)))
            {
                Some((character, after)) => {
                    self.push(character.encode_utf8(&mut [0; 4]));
                    rest = after;
                }
                None => {
                    self.push("&");
                    rest = reference;
                }
            }
        }
        self.push(rest);
    }

    /// Appends text. White space of HTML is that of ASCII without the vertical tab.
    fn push(&mut self, piece: &str) {
        let mut rest = piece;
        loop {
            let words = rest.trim_ascii_start();
            self.has_pending_space |= words.len() < rest.len();
            if words.is_empty() {
                return;
            }
            if self.has_pending_space && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.has_pending_space = false;
            let Some((run, after)) = words.split_at_checked(run_length(words.as_bytes())) else {
                return;
            };
            self.text.push_str(run);
            rest = after;
        }
    }
}

/// Bytes before the first white space that has to be collapsed.
fn run_length(words: &[u8]) -> usize {
    if is_run(words) {
        return words.len();
    }
    let is_end = |pair: &[u8]| match pair {
        [b' ', next] => next.is_ascii_whitespace(),
        [byte, _] => byte.is_ascii_whitespace(),
        _ => false,
    };
    let end = words.windows(2).position(is_end);
    end.unwrap_or_else(|| match words.split_last() {
        Some((last, before)) if last.is_ascii_whitespace() => before.len(),
        _ => words.len(),
    })
}

/// Whether no white space has to be collapsed. Without an early exit, so that the loops vectorise.
fn is_run(words: &[u8]) -> bool {
    let pairs = words.iter().zip(words.iter().skip(1));
    let has_double = pairs.fold(false, |found, (one, next)| {
        found | ((*one == b' ') & (*next == b' '))
    });
    let is_other = |byte: u8| (byte == b'\n') | (byte == b'\t') | (byte == b'\r') | (byte == 0xc);
    let has_other = words
        .iter()
        .fold(false, |found, byte| found | is_other(*byte));
    !has_double && !has_other && words.last() != Some(&b' ')
}

/// The character of a reference: of a named one that escaping writes, or of any number.
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            // A reference that isn't a number is left as it is.
            let Ok(code) = code else {
                return None;
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What HTML calls white space; a no-break space is none.
    const SPACE: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

    #[test]
    fn words_are_as_a_browser_reads_them() {
        let html =
            "<p>A &amp; B &#x27;c&#39;\n<a href=\"#x\">d</a></p>\n<p>e\u{a0}f&nbsp;g &x; &</p>";
        let parsed = scraper::Html::parse_fragment(html);
        let words: String = parsed.root_element().text().collect();
        let collapsed: Vec<&str> = words.split(SPACE).filter(|word| !word.is_empty()).collect();
        assert_eq!(text_content(html), collapsed.join(" "));
        assert_eq!(text_content(html), "A & B 'c' d e\u{a0}f\u{a0}g &x; &");
        assert_eq!(
            text_content(" <p>a<b>b</b> \n<i> c</i>d&#32;e </p>\n"),
            "ab cd e"
        );
    }
}
