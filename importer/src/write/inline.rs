//! Writes styled text as Markdown, and parses the result to verify that it has the same meaning.

use crate::limits::LINE_LIMIT;
use crate::markdown::inline::{self, References};
use crate::report::{RepairKind, Report};
use crate::text::{Run, Style, Text};

/// Where the text is, which decides what must be escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// At the beginning of a paragraph or item, where block markup is recognised.
    BlockStart,
    /// After a clause number.
    AfterNumber,
    Heading,
    TableCell,
}

/// A step that removes a part of the style.
type Simplification = fn(&Text) -> Text;

/// The text as Markdown. Style that Markdown can't express here is left out, text never is.
pub(crate) fn markdown(text: &Text, context: Context, line: usize, report: &mut Report) -> String {
    let text = text.normalized();
    if let [Run { style, text }] = text.runs.as_slice()
        && style.verbatim
        && !is_bracket(text)
    {
        return text.clone();
    }
    let plainer: [(&str, Simplification); 5] = [
        ("", Text::clone),
        ("", with_unstyled_edges),
        ("italics", |text| {
            text.restyled(|style| style.emphasis = false)
        }),
        ("bold and italics", |text| {
            text.restyled(|style| (style.emphasis, style.strong) = (false, false))
        }),
        ("formatting", |text| {
            text.restyled(|style| {
                *style = Style {
                    verbatim: style.verbatim,
                    ..Style::default()
                }
            })
        }),
    ];
    let is_short = text.plain_text().len() <= LINE_LIMIT;
    for (lost, change) in plainer.into_iter().filter(|_| is_short) {
        let candidate = change(&text).normalized();
        let markdown = with_runs(&candidate.runs, context);
        if reads_as(&markdown, &candidate, context) {
            if !lost.is_empty() {
                report.repair(
                    RepairKind::Markup,
                    line,
                    format!("{lost} left out where Markdown can't express it"),
                );
            }
            return markdown;
        }
    }
    let is_formatted = |run: &Run| !run.style.verbatim && run.style != Style::default();
    if text.runs.iter().any(is_formatted) {
        report.repair(
            RepairKind::Markup,
            line,
            "formatting left out where Markdown can't express it",
        );
    }
    fully_escaped(&text.shown_text())
}

/// Whether verbatim Markdown is an escaped bracket, or several.
fn is_bracket(markdown: &str) -> bool {
    markdown.chars().all(|character| "\\[]".contains(character))
}

fn reads_as(markdown: &str, text: &Text, context: Context) -> bool {
    let mut ignored = Report::default();
    let read = match context {
        Context::TableCell => markdown.replace("\\|", "|"),
        Context::BlockStart | Context::AfterNumber | Context::Heading => markdown.to_owned(),
    };
    inline::read(&read, &References::new(), 1, &mut ignored).normalized() == *text
}

/// Nests bold, links, italics and code in this order.
fn with_runs(runs: &[Run], context: Context) -> String {
    let mut markdown = String::new();
    for group in runs.chunk_by(|one, other| one.style.strong == other.style.strong) {
        let strong = group.first().is_some_and(|run| run.style.strong);
        let words = with_links(group, context, markdown.is_empty() && !strong);
        if strong && !words.is_empty() {
            markdown.push_str(&format!("**{words}**"));
        } else {
            markdown.push_str(&words);
        }
    }
    markdown
}

/// Removes bold and italics from punctuation at the edges: `**«Policy»**s` isn't bold in Markdown,
/// because a closing `**` after punctuation needs a space or punctuation behind it; `«**Policy**»s`
/// is.
fn with_unstyled_edges(text: &Text) -> Text {
    let mut loose = Text::default();
    for run in &text.runs {
        let plain = Style {
            strong: false,
            emphasis: false,
            ..run.style.clone()
        };
        let is_mark = |character: char| !character.is_alphanumeric();
        let inner = run.text.trim_matches(is_mark);
        if inner.is_empty() {
            loose.push(&run.text, &plain);
            continue;
        }
        let start = run.text.len() - run.text.trim_start_matches(is_mark).len();
        let (before, rest) = run.text.split_at(start);
        let (inner, after) = rest.split_at(inner.len());
        loose.push(before, &plain);
        loose.push(inner, &run.style);
        loose.push(after, &plain);
    }
    loose
}

fn with_links(runs: &[Run], context: Context, start: bool) -> String {
    let mut markdown = String::new();
    for group in runs.chunk_by(|one, other| one.style.link == other.style.link) {
        let words = with_emphasis(group, context, start && markdown.is_empty());
        match group.first().and_then(|run| run.style.link.as_deref()) {
            Some(link) => {
                let shown: String = group.iter().map(|run| run.text.as_str()).collect();
                let is_plain = group
                    .iter()
                    .all(|run| !run.style.emphasis && !run.style.code);
                let written = match autolink(&shown, link).filter(|_| is_plain) {
                    Some(autolink) => autolink,
                    None => format!("[{words}]({})", address(link)),
                };
                markdown.push_str(&written);
            }
            None => markdown.push_str(&words),
        }
    }
    markdown
}

/// `<https://…>`, if the words of a link are its address.
fn autolink(words: &str, link: &str) -> Option<String> {
    let is_web = link.starts_with("https://") || link.starts_with("http://");
    let has_marks =
        words.contains(|letter: char| letter.is_whitespace() || "<>\\".contains(letter));
    (is_web && link == words && !has_marks).then(|| format!("<{words}>"))
}

fn address(link: &str) -> String {
    if link.contains(['(', ')', '<', '>', ' ', '\\']) {
        return format!("<{}>", link.replace('<', "%3C").replace('>', "%3E"));
    }
    link.to_owned()
}

fn with_emphasis(runs: &[Run], context: Context, start: bool) -> String {
    let mut markdown = String::new();
    for group in runs.chunk_by(|one, other| one.style.emphasis == other.style.emphasis) {
        let emphasis = group.first().is_some_and(|run| run.style.emphasis);
        let mut words = String::new();
        for run in group {
            let at_start = start && markdown.is_empty() && words.is_empty() && !emphasis;
            words.push_str(&if run.style.verbatim {
                run.text.clone()
            } else if run.style.code && !run.text.contains('`') {
                format!("`{}`", run.text)
            } else {
                escaped(&run.text, context, at_start)
            });
        }
        let marker = if emphasis && !words.is_empty() {
            "*"
        } else {
            ""
        };
        markdown.push_str(&format!("{marker}{words}{marker}"));
    }
    markdown
}

/// Escapes only characters that would be read as markup.
fn escaped(words: &str, context: Context, start: bool) -> String {
    let mut result = String::with_capacity(words.len() + 8);
    let mut rest = words;
    let mut before = ' ';
    if start && context == Context::BlockStart {
        let (start, after) = escaped_start(words);
        result.push_str(&start);
        before = start.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let special = match letter {
            '\\' => next.is_ascii_punctuation() || next == ' ',
            '*' | '`' => true,
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '<' => next.is_ascii_alphabetic() || "/!?".contains(next),
            '&' => next.is_ascii_alphanumeric() || next == '#',
            '~' => next == '~' || before == '~',
            ']' => "([:".contains(next) && !(next == ':' && is_mark(&result)),
            '|' => context == Context::TableCell,
            '#' => context == Context::Heading && next == ' ',
            _ => false,
        };
        if special {
            result.push('\\');
        }
        result.push(letter);
        before = letter;
    }
    result
}

/// Whether the words end with the mark of a footnote, but for its closing bracket: `word[^1`.
fn is_mark(words: &str) -> bool {
    let label = words
        .rsplit_once("[^")
        .filter(|(before, _)| !before.is_empty());
    label.is_some_and(|(_, label)| !label.is_empty() && label.chars().all(char::is_alphanumeric))
}

/// The escaped beginning of a block, so that it isn't block markup, and the rest.
fn escaped_start(words: &str) -> (String, &str) {
    let digits = words.len()
        - words
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .len();
    if digits > 0 {
        let (number, rest) = words.split_at(digits);
        // Only a list marker needs it: `2. x`, not `2.5`.
        let is_marker = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
        return match (rest.chars().next(), rest.get(1..)) {
            (Some(mark @ ('.' | ')')), Some(rest)) if is_marker(rest) => {
                (format!("{number}\\{mark}"), rest)
            }
            _ => (number.to_owned(), rest),
        };
    }
    match words.chars().next() {
        Some(character) if "#>-+=|~".contains(character) => {
            (format!("\\{character}"), words.split_at(1).1)
        }
        _ => (String::new(), words),
    }
}

/// Escapes all ASCII punctuation: the last resort, which always reads as the text itself.
fn fully_escaped(words: &str) -> String {
    let mut result = String::with_capacity(words.len() * 2);
    for letter in words.chars() {
        if letter.is_ascii_punctuation() {
            result.push('\\');
        }
        result.push(letter);
    }
    result
}
