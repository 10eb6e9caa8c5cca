//! Files of JavaScript with markup in it (JSX, TSX).

/// Beginnings of files of JavaScript with markup in it.
const SCRIPT_STARTS: &[&str] = &[
    "import ",
    "import{",
    "export ",
    "const ",
    "let ",
    "var ",
    "function ",
    "\"use client\"",
    "'use client'",
    "\"use strict\"",
    "'use strict'",
    "// ",
    "/*",
];

/// A file of JavaScript in three parts: what stands before its markup, the markup, what follows.
pub(super) fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.trim_start();
    if !SCRIPT_STARTS.iter().any(|begin| start.starts_with(begin)) {
        return None;
    }
    let mut largest: Option<(usize, usize)> = None;
    let mut from = 0;
    while let Some(place) = text.get(from..).and_then(next_markup) {
        let begin = from + place;
        let rest = text.split_at_checked(begin)?.1;
        let length = parenthesized(rest);
        if largest.is_none_or(|(_, longest)| length > longest) {
            largest = Some((begin, length));
        }
        from = begin + length.max(1);
    }
    let (begin, length) = largest?;
    let (before, rest) = text.split_at_checked(begin)?;
    let (markup, after) = rest.split_at_checked(length)?;
    Some((before, markup, after))
}

/// Where the next markup begins: after `return`, `=>` or a bracket.
fn next_markup(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let place = from + text.get(from..)?.find('<')?;
        let before = text.split_at_checked(place)?.0.trim_end();
        let before = before.strip_suffix('(').unwrap_or(before).trim_end();
        let after = text.get(place + 1..)?;
        let is_tag =
            after.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '>');
        if is_tag && (before.ends_with("return") || before.ends_with("=>") || before.ends_with('='))
        {
            return Some(place);
        }
        from = place + 1;
    }
}

/// The length of markup up to the end of the line with its last tag before `)` or `;`.
fn parenthesized(markup: &str) -> usize {
    let mut length = 0;
    for line in markup.split_inclusive('\n') {
        let begins = line.trim_start();
        if begins.starts_with(");") || begins.starts_with(')') || begins.starts_with("};") {
            break;
        }
        length += line.len();
        if line.trim_end().ends_with(">;") || line.trim_end().ends_with(">);") {
            break;
        }
    }
    let text = markup.get(..length).unwrap_or(markup);
    text.rfind('>').map_or(length, |end| end + 1)
}
