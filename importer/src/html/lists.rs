//! The open lists, and item labels from CSS counters (Google Docs) or `type` attributes.

use super::tokens::Tag;
use crate::block::{BlockKind, Label, MAX_LIST_DEPTH};
use crate::number::Delimiter;
use crate::text;
use std::collections::BTreeMap;

/// Labels of the first 26 items; later ones get numbers.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CounterStyle {
    Decimal,
    Letter,
    Roman,
}

/// A part of a CSS `content` value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LabelPart {
    Text(String),
    /// Name of the list whose counter is inserted.
    Counter(String, CounterStyle),
}

struct List {
    ordered: bool,
    next: u32,
    depth: usize,
    /// Name in the style sheet of Google Docs, such as `kix_abc-1`.
    name: Option<String>,
    style: CounterStyle,
}

#[derive(Default)]
pub(super) struct Lists {
    open: Vec<List>,
    labels: BTreeMap<String, Vec<LabelPart>>,
    counts: BTreeMap<String, u32>,
}

impl Lists {
    /// Reads rules such as `.lst-kix_a-1>li:before{content:"" counter(lst-ctn-kix_a-0,decimal)}`.
    pub(super) fn read_style_sheet(&mut self, css: &str) {
        for (selector, body) in css.split('}').filter_map(|rule| rule.split_once('{')) {
            let name = selector
                .trim()
                .strip_prefix(".lst-")
                .and_then(|rest| rest.split_once('>'))
                .filter(|(_, rest)| rest.trim().starts_with("li:before"))
                .map(|(name, _)| name);
            let content = body.trim().strip_prefix("content:");
            if let Some((name, content)) = name.zip(content) {
                self.labels.insert(name.to_owned(), parts(content));
            }
        }
    }

    pub(super) fn begin(&mut self, tag: &Tag) {
        // Google Docs writes every level as a separate list and puts the level in its class.
        let name = tag
            .class
            .split_whitespace()
            .find_map(|class| class.strip_prefix("lst-"))
            .filter(|name| name.starts_with("kix_"));
        let level = name
            .and_then(|name| name.rsplit_once('-'))
            .and_then(|(_, level)| text::parsed::<usize>(level));
        self.open.push(List {
            ordered: tag.name == "ol",
            next: tag.number.unwrap_or(1),
            depth: level.unwrap_or(self.open.len()).min(MAX_LIST_DEPTH),
            name: name.map(str::to_owned),
            style: counter_style(tag),
        });
    }

    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// The block that an item begins, and its label if Markdown has no marker for it.
    pub(super) fn item(&mut self, tag: &Tag) -> (BlockKind, String) {
        let Some(list) = self.open.last_mut() else {
            let label = Label::Bullet;
            return (BlockKind::Item { depth: 0, label }, String::new());
        };
        let number = tag.number.unwrap_or(list.next);
        list.next = number.saturating_add(1);
        let (depth, style) = (list.depth, list.style);
        if !list.ordered {
            let label = Label::Bullet;
            return (BlockKind::Item { depth, label }, String::new());
        }
        if let Some(name) = &list.name {
            self.counts.insert(name.clone(), number);
        }
        let parts = list.name.as_ref().and_then(|name| self.labels.get(name));
        let own = parts.and_then(|parts| self.written(parts));
        let words = match (own, style) {
            (Some(label), _) => Some(label),
            (None, CounterStyle::Decimal) => None,
            (None, CounterStyle::Letter) => letter(number).map(|letter| format!("{letter}) ")),
            (None, CounterStyle::Roman) => roman(number).map(|roman| format!("({roman}) ")),
        };
        match words {
            // The repairs read the label from the text, as in any other document.
            Some(words) => (BlockKind::Paragraph, words),
            None => {
                let label = Label::Ordered(number, Delimiter::Period);
                (BlockKind::Item { depth, label }, String::new())
            }
        }
    }

    /// The label of an item, or `None` if it is one decimal number, as of any ordered list.
    fn written(&self, parts: &[LabelPart]) -> Option<String> {
        let counters = parts.iter().filter_map(|part| match part {
            LabelPart::Counter(_, style) => Some(*style),
            LabelPart::Text(_) => None,
        });
        let styles: Vec<CounterStyle> = counters.collect();
        if styles.is_empty() || styles == [CounterStyle::Decimal] {
            return None;
        }
        let mut label = String::new();
        for part in parts {
            match part {
                LabelPart::Text(words) => label.push_str(words),
                LabelPart::Counter(list, style) => {
                    let number = self.counts.get(list).copied().unwrap_or(1);
                    label.push_str(&match style {
                        CounterStyle::Decimal => number.to_string(),
                        CounterStyle::Letter => letter(number)?.to_string(),
                        CounterStyle::Roman => roman(number)?.to_owned(),
                    });
                }
            }
        }
        let label = label.trim();
        // The repairs recognise `a)` and `(a)`, not `a.`.
        let is_letter = matches!(
            styles.as_slice(),
            [CounterStyle::Letter | CounterStyle::Roman]
        );
        Some(match label.strip_suffix('.') {
            Some(letter) if is_letter => format!("({letter}) "),
            Some(_) | None => format!("{label} "),
        })
    }
}

/// Strings and counters of a CSS `content` value.
fn parts(content: &str) -> Vec<LabelPart> {
    let mut parts = Vec::new();
    let mut rest = content;
    loop {
        rest = rest.trim_start();
        if let Some((words, after)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            parts.push(LabelPart::Text(words.to_owned()));
            rest = after;
        } else if let Some((counter, after)) = rest
            .strip_prefix("counter(lst-ctn-")
            .and_then(|rest| rest.split_once(')'))
        {
            let (name, style) = counter.split_once(',').unwrap_or((counter, "decimal"));
            parts.push(LabelPart::Counter(
                name.trim().to_owned(),
                css_counter_style(style),
            ));
            rest = after;
        } else {
            return parts;
        }
    }
}

fn css_counter_style(style: &str) -> CounterStyle {
    match style.trim() {
        "lower-alpha" | "lower-latin" => CounterStyle::Letter,
        "lower-roman" => CounterStyle::Roman,
        _ => CounterStyle::Decimal,
    }
}

fn counter_style(tag: &Tag) -> CounterStyle {
    match tag.kind.as_deref() {
        Some("a") => return CounterStyle::Letter,
        Some("i") => return CounterStyle::Roman,
        Some(_) | None => {}
    }
    let declared = tag
        .style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .find(|(name, _)| name.trim() == "list-style-type");
    declared.map_or(CounterStyle::Decimal, |(_, style)| css_counter_style(style))
}

fn letter(number: u32) -> Option<char> {
    let (_, letter) = (1..)
        .zip(LETTERS.chars())
        .find(|(count, _)| *count == number)?;
    Some(letter)
}

fn roman(number: u32) -> Option<&'static str> {
    const ROMAN: [&str; 15] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv",
        "xv",
    ];
    let (_, numeral) = (1..).zip(ROMAN).find(|(count, _)| *count == number)?;
    Some(numeral)
}
