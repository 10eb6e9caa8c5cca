//! Classifies one line of Markdown without its context.

use crate::block::{Label, is_bullet};
use crate::front_matter::Origin;
use crate::number::{self, Delimiter};
use crate::text;
use language::{Frame, Mark, Unit};

/// A line without its blockquote markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Blank,
    /// A thematic break.
    Rule,
    /// `===` or `---`: the underline of a setext heading, or a thematic break; its length in
    /// characters.
    Underline(char, usize),
    Heading {
        level: usize,
        text: &'a str,
        spaced: bool,
    },
    Item(Item<'a>),
    Text {
        text: &'a str,
        indent: usize,
    },
}

/// The first line of a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub(crate) indent: usize,
    pub(crate) label: Label,
    pub(crate) text: &'a str,
    /// The text with its marker.
    pub(crate) whole: &'a str,
    /// Whether Markdown doesn't recognise the marker.
    pub(crate) nonstandard: bool,
    /// Whether the box of a task, which the text lacks, is ticked; `None` without a box.
    pub(crate) ticked: Option<bool>,
}

pub(crate) fn classify(line: &str, origin: Origin) -> Line<'_> {
    let text = line.trim_start();
    let indent = indentation(line);
    if text.is_empty() {
        return Line::Blank;
    }
    if let Some(line) = rule(text.trim_end()) {
        return line;
    }
    if let Some(heading) = heading(text, origin) {
        return heading;
    }
    if let Some((label, rest, nonstandard)) = marker(text, origin) {
        return item(label, rest, nonstandard, indent, text, origin);
    }
    Line::Text { text, indent }
}

fn item<'a>(
    label: Label,
    rest: &'a str,
    nonstandard: bool,
    indent: usize,
    whole: &'a str,
    origin: Origin,
) -> Line<'a> {
    let mut text = rest.trim_start();
    let mut label = label;
    let mut ticked = None;
    if origin == Origin::Foreign {
        // `- - text`, `- • text`, `- 1. text`: the innermost marker counts.
        while let Some((inner, after, _)) = marker(text, origin) {
            label = inner;
            text = after.trim_start();
        }
        let boxes = [("[ ] ", false), ("[x] ", true), ("[X] ", true)];
        for (mark, is_ticked) in boxes {
            if let Some(after) = text.strip_prefix(mark) {
                (text, ticked) = (after, Some(is_ticked));
                break;
            }
        }
        if let Some(heading @ Line::Heading { spaced: true, .. }) = heading(text, origin) {
            return heading;
        }
    }
    Line::Item(Item {
        indent,
        label,
        text,
        whole,
        nonstandard,
        ticked,
    })
}

/// Columns before the text, with tab stops of four.
fn indentation(line: &str) -> usize {
    let spaces = line
        .chars()
        .take_while(|character| character.is_whitespace());
    spaces.fold(0, |column, character| match character {
        '\t' => (column / 4 + 1) * 4,
        _ => column + 1,
    })
}

fn rule(text: &str) -> Option<Line<'_>> {
    let first = text.chars().next()?;
    let marks = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .count();
    let only = text
        .chars()
        .all(|character| character == first || character.is_whitespace());
    let is_solid = !text.contains(char::is_whitespace);
    match first {
        '=' if only && is_solid && text.len() >= 2 => Some(Line::Underline('=', text.len())),
        '-' if only && is_solid && text.len() >= 2 => Some(Line::Underline('-', text.len())),
        '-' | '*' | '_' if only && marks >= 3 => Some(Line::Rule),
        _ => None,
    }
}

fn heading(text: &str, origin: Origin) -> Option<Line<'_>> {
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    if level == 0 || level > 9 {
        return None;
    }
    let spaced = title.is_empty() || title.starts_with([' ', '\t']);
    let starts_title =
        title.starts_with(|character: char| character.is_uppercase() || character.is_ascii_digit());
    let nonstandard = origin == Origin::Foreign && (starts_title || title.starts_with("**"));
    if !spaced && !nonstandard {
        return None;
    }
    let title = title.trim();
    let open = title.trim_end_matches('#');
    let closed = open.is_empty() || open.ends_with([' ', '\t']);
    let text = if closed { open.trim_end() } else { title };
    Some(Line::Heading {
        level,
        text,
        spaced,
    })
}

/// The label of a list item, the text after its marker, and whether the marker isn't one of
/// Markdown.
fn marker(text: &str, origin: Origin) -> Option<(Label, &str, bool)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    if "-*+".contains(first) && spaced {
        return Some((Label::Bullet, rest, false));
    }
    if origin == Origin::Edition {
        return match Mark::leading(text).filter(|mark| mark.length < text.len()) {
            Some(mark) => {
                let (written, rest) = text.split_at_checked(mark.written)?;
                let is_nonstandard = !first.is_ascii_digit() || mark.part.inserted > 0;
                Some((Label::Point(written.to_owned()), rest, is_nonstandard))
            }
            None => ordered(text, origin),
        };
    }
    if first.is_ascii_digit() {
        return ordered(text, origin);
    }
    if is_bullet(first) || ("–—―−".contains(first) && spaced && !rest.trim().is_empty()) {
        return Some((Label::Bullet, rest, true));
    }
    // Word processors write second-level bullets as the letter o in a symbol font.
    if first == 'o' && (rest.starts_with('\t') || rest.starts_with("  ")) {
        return Some((Label::Bullet, rest, true));
    }
    let escaped = ["\\* ", "\\- ", "\\+ ", "\\• "]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark));
    escaped.map(|rest| (Label::Bullet, rest, true))
}

fn ordered(text: &str, origin: Origin) -> Option<(Label, &str, bool)> {
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let (digits, _) = text.split_at_checked(text.len() - rest.len())?;
    let mark = match rest.chars().next()? {
        '.' => Delimiter::Period,
        ')' => Delimiter::Parenthesis,
        _ => return None,
    };
    let rest = rest.get(1..)?;
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    let attached = origin == Origin::Foreign && rest.starts_with(char::is_uppercase);
    if digits.len() > 3 || (digits.starts_with('0') && digits.len() > 1) || !(spaced || attached) {
        return None;
    }
    let label = Label::Ordered(text::parsed(digits)?, mark);
    Some((label, rest, false))
}

/// Whether the line may begin a clause such as `1.2. Text`, also in bold.
pub(crate) fn starts_clause(text: &str) -> bool {
    let plain = text.trim_start_matches(['*', '_']);
    number::prefix(&unescaped(plain)).is_some_and(|prefix| prefix.is_deep())
}

/// Whether the line begins a clause even after an incomplete sentence: the number ends with a
/// period and a capital letter follows.
pub(crate) fn starts_certain_clause(text: &str) -> bool {
    let plain = unescaped(text.trim_start_matches(['*', '_']));
    let Some(prefix) = number::prefix(&plain) else {
        return false;
    };
    let (_, after) = plain.split_at(prefix.length);
    let after = after.trim_start_matches(['*', '«', '"', '“']);
    prefix.delimiter == Some(Delimiter::Period) && after.starts_with(char::is_uppercase)
}

/// Whether the line begins with a number.
pub(crate) fn starts_number(text: &str) -> bool {
    number::prefix(&unescaped(text)).is_some()
}

/// Whether the line is the heading of a section whose label is a word and a number: `§ 3 Fristen`,
/// `Article 5. Scope`.
pub(crate) fn starts_section(text: &str) -> bool {
    const MAX_LINE: usize = 100;
    if text.chars().count() > MAX_LINE || text::is_prose(text) {
        return false;
    }
    let words = text.replace('\\', "");
    let Some(label) = language::Label::leading(&words, "") else {
        return false;
    };
    let (written, rest) = words.split_at(label.written);
    let is_separated = rest.is_empty() || written.ends_with(|one: char| !one.is_alphanumeric());
    let is_part = label.unit.is_some_and(|unit| unit != Unit::Point);
    is_part && (is_separated || written.starts_with('§')) && !text::starts_lowercase(rest.trim())
}

/// Whether the line begins with the mark of a point: `а)`, `(b)`, `(iv)`.
pub(crate) fn starts_label(text: &str) -> bool {
    mark(text).is_some_and(|mark| mark.frame != Frame::Dotted)
}

/// The mark of a point at the beginning of a line.
pub(crate) fn mark(text: &str) -> Option<Mark> {
    Mark::leading(&unescaped(text))
}

/// Whether each line is a paragraph: plain text with long lines and hardly any blank ones.
pub(crate) fn are_paragraphs(lines: &[&str]) -> bool {
    let (blank, full): (Vec<&str>, Vec<&str>) =
        lines.iter().partition(|line| line.trim().is_empty());
    let has_long = full.iter().any(|line| line.chars().count() > 120);
    full.len() >= 6 && blank.len() * 8 < full.len() && has_long
}

fn unescaped(text: &str) -> String {
    text.chars().take(40).collect::<String>().replace('\\', "")
}

/// The line without a hard break at its end, and whether it had one.
pub(crate) fn strip_break(text: &str) -> (&str, bool) {
    let trimmed = text.trim_end();
    if text.ends_with("  ") {
        return (trimmed, true);
    }
    match trimmed.strip_suffix('\\') {
        Some(line) if !line.ends_with('\\') => (line.trim_end(), true),
        Some(_) | None => (trimmed, false),
    }
}
