//! Removes attributes that Pandoc writes: `[text]{.underline}`, `# Title {#title}`.

use crate::report::{RepairKind, Report};

/// Maximum length of attributes in characters, which limits the search for the closing brace.
const MAX_LENGTH: usize = 200;

/// The text without attributes, and without the brackets of a span that only carries them.
pub(crate) fn strip(raw: &str, line: usize, report: &mut Report) -> String {
    if !raw.contains("{.") && !raw.contains("{#") {
        return raw.to_owned();
    }
    let mut result = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let near = after.char_indices().take(MAX_LENGTH);
        let end = near
            .into_iter()
            .find_map(|(place, letter)| (letter == '}').then_some(place));
        let behind = result.ends_with([']', ' ', '*']);
        let Some((attributes, tail)) = end
            .filter(|_| behind && after.starts_with(['.', '#']))
            .and_then(|end| after.split_at_checked(end))
        else {
            result.push('{');
            rest = after;
            continue;
        };
        if let Some(open) = result.strip_suffix(']').and_then(|inner| inner.rfind('[')) {
            result.pop();
            result.remove(open);
        }
        let message = "attributes in braces removed";
        report
            .losing(format!("{{{attributes}}}"))
            .count(RepairKind::Markup, line, message);
        rest = tail.strip_prefix('}').unwrap_or(tail);
    }
    result.push_str(rest);
    result.trim_end().to_owned()
}
