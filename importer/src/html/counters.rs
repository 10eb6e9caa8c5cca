//! Numbers that a style sheet makes: counters of CSS (<https://www.w3.org/TR/css-lists-3/>) and the
//! styles in which they are written ([`Numerals`]).

use super::css::{self, Declarations};
use crate::text;
use language::{Beyond, Numerals};
use std::collections::BTreeMap;

/// How many counters an element changes, and how many of one name `counters()` shows, so that a page
/// can't take quadratic time.
const MAX_CHANGES: usize = 16;
const MAX_SHOWN: usize = 16;

/// A number as the style writes it; `None` for a style that is unknown.
pub(super) fn written(number: u32, style: &str) -> Option<String> {
    let style = if style.is_empty() { "decimal" } else { style };
    let numerals = Numerals::named(style, Beyond::Counted)?;
    Some(numerals.write(number))
}

/// The counters at a place of the page.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Depths of the elements that made counters of a name, and their values, innermost last.
    values: BTreeMap<String, Vec<(usize, i64)>>,
    /// Depths and names of the counters in the order in which they were made. A counter ends with
    /// the parent of its element, so that the depths never decrease.
    open: Vec<(usize, String)>,
}

impl Counters {
    /// Does what an element at that depth says of counters.
    pub(super) fn apply(&mut self, declarations: &Declarations, depth: usize) {
        for (name, value) in named(declarations, "counter-reset", 0) {
            let innermost = self
                .values
                .get_mut(&name)
                .and_then(|values| values.last_mut());
            match innermost {
                Some((own, old)) if *own == depth => *old = value,
                Some(_) | None => self.push(depth, name, value),
            }
        }
        for (name, by) in named(declarations, "counter-increment", 1) {
            self.change(name, depth, |value| value.saturating_add(by));
        }
        for (name, value) in named(declarations, "counter-set", 0) {
            self.change(name, depth, |_| value);
        }
    }

    fn change(&mut self, name: String, depth: usize, change: impl Fn(i64) -> i64) {
        let innermost = self
            .values
            .get_mut(&name)
            .and_then(|values| values.last_mut());
        match innermost {
            Some((_, value)) => *value = change(*value),
            None => self.push(depth, name, change(0)),
        }
    }

    fn push(&mut self, depth: usize, name: String, value: i64) {
        self.values
            .entry(name.clone())
            .or_default()
            .push((depth, value));
        self.open.push((depth, name));
    }

    /// Ends the counters of the elements inside one at that depth.
    pub(super) fn close(&mut self, depth: usize) {
        while let Some((_, name)) = self.open.pop_if(|(inner, _)| *inner > depth) {
            if let Some(values) = self.values.get_mut(&name) {
                values.pop();
            }
        }
    }

    /// What a value of `content` shows, or `None` for pictures and styles that are unknown.
    pub(super) fn content(&self, content: &str) -> Option<String> {
        let mut shown = String::new();
        let mut rest = content.trim_start();
        while !rest.is_empty() {
            if let Some((words, after)) = string(rest) {
                shown.push_str(&words);
                rest = after.trim_start();
                continue;
            }
            let (function, after) = rest.split_once('(')?;
            let (arguments, after) = after.split_once(')')?;
            rest = after.trim_start();
            let mut arguments = arguments.split(',').map(str::trim);
            let name = arguments.next()?;
            let known = self.values.get(name).map_or(&[][..], Vec::as_slice);
            let shown_from = known.len().saturating_sub(MAX_SHOWN);
            let mut values: Vec<i64> = known
                .iter()
                .skip(shown_from)
                .map(|(_, value)| *value)
                .collect();
            let separator = match function {
                "counter" => {
                    values = vec![values.last().copied().unwrap_or(0)];
                    String::new()
                }
                "counters" => string(arguments.next()?)?.0,
                _ => return None,
            };
            let style = arguments.next().unwrap_or("decimal");
            let numbers = values.iter().map(|value| {
                let number = u32::try_from(*value);
                number.map_or_else(|_| Some(value.to_string()), |number| written(number, style))
            });
            let numbers: Vec<String> = numbers.collect::<Option<_>>()?;
            shown.push_str(&numbers.join(&separator));
        }
        Some(shown)
    }
}

/// Names and numbers of a property such as `counter-reset: section 0 item`.
fn named(declarations: &Declarations, property: &str, usual: i64) -> Vec<(String, i64)> {
    let mut found: Vec<(String, i64)> = Vec::new();
    let value = css::value(declarations, property).unwrap_or("");
    for word in value.split_whitespace().take(2 * MAX_CHANGES) {
        match (text::parsed(word), found.last_mut()) {
            (Some(number), Some((_, value))) => *value = number,
            (Some(_), None) => {}
            (None, _) if word != "none" => found.push((word.to_owned(), usual)),
            (None, _) => {}
        }
    }
    found
}

/// The string at the beginning, with its escapes decoded, and the rest.
fn string(content: &str) -> Option<(String, &str)> {
    let quote = content
        .chars()
        .next()
        .filter(|quote| "\"'".contains(*quote))?;
    let (words, rest) = content.get(1..)?.split_once(quote)?;
    let mut parts = words.split('\\');
    let mut decoded = parts.next()?.to_owned();
    for part in parts {
        let digits = part.len()
            - part
                .trim_start_matches(|digit: char| digit.is_ascii_hexdigit())
                .len();
        let (code, after) = part.split_at_checked(digits.min(6))?;
        match text::hexadecimal(code).and_then(char::from_u32) {
            Some(letter) => {
                decoded.push(letter);
                decoded.push_str(after.strip_prefix(' ').unwrap_or(after));
            }
            None => decoded.push_str(part),
        }
    }
    Some((decoded, rest))
}
