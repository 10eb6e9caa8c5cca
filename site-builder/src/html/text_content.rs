//! The words of ready HTML, as a browser's `textContent` has them.

/// What HTML calls white space; a no-break space is none.
const SPACE: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

/// The words of HTML that we made: tags left out, references of characters resolved, white space collapsed to single
/// spaces, none at the ends. docs/content.md says how anybody computes the same in a browser.
pub fn text_content(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push(&mut text, before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    push(&mut text, rest);
    let words: Vec<&str> = text.split(SPACE).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn push(text: &mut String, escaped: &str) {
    let mut rest = escaped;
    while let Some((before, reference)) = rest.split_once('&') {
        text.push_str(before);
        match reference
            .split_once(';')
            .and_then(|(name, after)| Some((character(name)?, after)))
        {
            Some((character, after)) => {
                text.push(character);
                rest = after;
            }
            None => {
                text.push('&');
                rest = reference;
            }
        }
    }
    text.push_str(rest);
}

/// The character of a reference: those that escaping makes, and any number.
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
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_a_browser_reads_them() {
        let html =
            "<p>A &amp; B &#x27;c&#39;\n<a href=\"#x\">d</a></p>\n<p>e\u{a0}f&nbsp;g &x; &</p>";
        let parsed = scraper::Html::parse_fragment(html);
        let words: String = parsed.root_element().text().collect();
        let collapsed: Vec<&str> = words.split(SPACE).filter(|word| !word.is_empty()).collect();
        assert_eq!(text_content(html), collapsed.join(" "));
        assert_eq!(text_content(html), "A & B 'c' d e\u{a0}f\u{a0}g &x; &");
    }
}
