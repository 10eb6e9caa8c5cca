//! Numbers of lists and headings of OpenDocument (part 3, 19.880 and following; `text:outline-style`).
//!
//! A list goes on counting in a later one that names it (`text:continue-list`) or follows it
//! (`text:continue-numbering`). LibreOffice writes a paragraph of the second level as an item of a
//! list in an item without words, which therefore doesn't count.

use crate::flow::{ListLabel, Mark};
use crate::text;
use crate::xml::{Element, Namespace};
use language::{Beyond, Numerals};
use std::collections::BTreeMap;

/// Number of levels of a list.
const LEVELS: usize = 10;
/// Longest text before or after a number, in characters.
const TEXT_LIMIT: usize = 255;

#[derive(Debug, Clone)]
enum Format {
    Numerals(Numerals),
    Bullet,
    Nothing,
    Unknown(String),
}

#[derive(Debug, Clone)]
struct Level {
    format: Format,
    start: u32,
    prefix: String,
    suffix: String,
    /// How many levels the number shows.
    shown: usize,
    /// The whole text, with `%1%` to `%10%` in the place of numbers.
    pattern: Option<String>,
    is_attached: bool,
}

/// The levels of a style of lists.
#[derive(Debug, Clone, Default)]
pub(super) struct ListStyle {
    levels: BTreeMap<usize, Level>,
}

impl ListStyle {
    /// Reads a style of lists, or the one of headings.
    pub(super) fn read(style: Element<'_>) -> Self {
        let mut levels = BTreeMap::new();
        for element in style.children() {
            let (Namespace::Text, name) = element.name() else {
                continue;
            };
            let place = element
                .attribute(Namespace::Text, "level")
                .and_then(text::parsed::<usize>);
            let Some(place) = place.and_then(|place| place.checked_sub(1)) else {
                continue;
            };
            let format = match name {
                "list-level-style-number" | "outline-level-style" => format(element),
                "list-level-style-bullet" | "list-level-style-image" => Format::Bullet,
                _ => continue,
            };
            levels.insert(place.min(LEVELS - 1), level(element, format));
        }
        Self { levels }
    }
}

fn format(level: Element<'_>) -> Format {
    let name = level
        .attribute(Namespace::Style, "num-format")
        .unwrap_or("");
    let doubles = level.attribute(Namespace::Style, "num-letter-sync") == Some("true");
    // LibreOffice shows in the name how its letters go on.
    let doubles = doubles
        || [".., Аа, Бб", ".., аа, бб"]
            .iter()
            .any(|part| name.contains(part));
    let beyond = if doubles {
        Beyond::Doubled
    } else {
        Beyond::Counted
    };
    match Numerals::named(name, beyond) {
        _ if name.is_empty() => Format::Nothing,
        Some(numerals) => Format::Numerals(numerals),
        None => Format::Unknown(name.to_owned()),
    }
}

fn level(element: Element<'_>, format: Format) -> Level {
    let short = |words: &str| words.chars().take(TEXT_LIMIT).collect::<String>();
    let style = |name: &str| element.attribute(Namespace::Style, name).map(short);
    let number = |name: &str| {
        element
            .attribute(Namespace::Text, name)
            .and_then(text::parsed::<u32>)
    };
    let alignment = element
        .child(Namespace::Style, "list-level-properties")
        .and_then(|properties| properties.child(Namespace::Style, "list-level-label-alignment"))
        .and_then(|alignment| alignment.attribute(Namespace::Text, "label-followed-by"));
    let pattern = element.attribute(Namespace::LibreOffice, "num-list-format");
    Level {
        start: number("start-value").unwrap_or(1),
        prefix: style("num-prefix").unwrap_or_else(String::new),
        suffix: style("num-suffix").unwrap_or_else(String::new),
        shown: number("display-levels")
            .map_or(1, |shown| shown as usize)
            .clamp(1, LEVELS),
        pattern: pattern.map(short),
        is_attached: alignment == Some("nothing"),
        format,
    }
}

/// The numbers of a list so far, by level.
type Counters = [Option<u32>; LEVELS];

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: BTreeMap<String, ListStyle>,
    outline: ListStyle,
    outline_counters: Counters,
    counters: Vec<Counters>,
    by_id: BTreeMap<String, usize>,
    /// The last list of each style.
    last: BTreeMap<String, usize>,
}

/// A list that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenList {
    /// Name of its style; empty where each paragraph names one.
    pub(super) style: String,
    counters: usize,
    /// Level, outermost 0.
    pub(super) level: usize,
}

impl Lists {
    /// Adds the styles of lists in an element.
    pub(super) fn add_styles(&mut self, parent: Element<'_>) {
        for style in parent.named(Namespace::Text, "list-style") {
            if let Some(name) = style.attribute(Namespace::Style, "name") {
                self.styles.insert(name.to_owned(), ListStyle::read(style));
            }
        }
        if let Some(outline) = parent.child(Namespace::Text, "outline-style") {
            self.outline = ListStyle::read(outline);
        }
    }

    /// Begins a list, inside of another one or not.
    pub(super) fn begin(&mut self, list: Element<'_>, outer: Option<&OpenList>) -> OpenList {
        let value = |name: &str| list.attribute(Namespace::Text, name);
        if let Some(outer) = outer {
            let style = value("style-name").unwrap_or(&outer.style).to_owned();
            let level = (outer.level + 1).min(LEVELS - 1);
            return OpenList {
                style,
                level,
                counters: outer.counters,
            };
        }
        let style = value("style-name").unwrap_or("").to_owned();
        let named = value("continue-list")
            .and_then(|id| self.by_id.get(id))
            .copied();
        let goes_on = value("continue-numbering") == Some("true");
        let before = self.last.get(&style).copied().filter(|_| goes_on);
        let counters = named.or(before).unwrap_or_else(|| {
            self.counters.push(Counters::default());
            self.counters.len() - 1
        });
        if let Some(id) = list.attribute(Namespace::Xml, "id") {
            self.by_id.insert(id.to_owned(), counters);
        }
        self.last.insert(style.clone(), counters);
        OpenList {
            style,
            counters,
            level: 0,
        }
    }

    /// Counts an item, and returns its mark. `start` is the number that the item itself names.
    pub(super) fn count(
        &mut self,
        list: &OpenList,
        style: &str,
        start: Option<u32>,
    ) -> Option<ListLabel> {
        let style = self.styles.get(style)?;
        let counters = self.counters.get_mut(list.counters)?;
        count(style, counters, list.level, start)
    }

    /// Counts a heading outside of lists.
    pub(super) fn count_heading(&mut self, level: usize, start: Option<u32>) -> Option<ListLabel> {
        count(
            &self.outline,
            &mut self.outline_counters,
            level.min(LEVELS - 1),
            start,
        )
    }
}

fn count(
    style: &ListStyle,
    counters: &mut Counters,
    place: usize,
    start: Option<u32>,
) -> Option<ListLabel> {
    let level = style.levels.get(&place)?;
    let before = counters.get(place).copied().flatten();
    let value = start
        .or(before.map(|before| before.saturating_add(1)))
        .unwrap_or(level.start);
    for (other, counter) in counters.iter_mut().enumerate().skip(place) {
        *counter = (other == place).then_some(value);
    }
    Some(ListLabel {
        level: place,
        text: written(style, counters, place, level),
        is_attached: level.is_attached,
        mark: match &level.format {
            Format::Bullet => Mark::Bullet,
            Format::Unknown(name) => Mark::Unknown(name.clone()),
            Format::Numerals(_) | Format::Nothing => Mark::Number,
        },
        value,
    })
}

/// The number of a level with those above it that it shows.
fn written(style: &ListStyle, counters: &Counters, place: usize, level: &Level) -> String {
    let number = |other: usize| {
        let level = style.levels.get(&other)?;
        let value = counters
            .get(other)
            .copied()
            .flatten()
            .unwrap_or(level.start);
        match &level.format {
            Format::Bullet | Format::Nothing => None,
            Format::Numerals(numerals) => Some(numerals.write(value)),
            Format::Unknown(_) => Some(Numerals::decimal().write(value)),
        }
    };
    if matches!(level.format, Format::Bullet) {
        return String::new();
    }
    if let Some(pattern) = &level.pattern {
        let mut written = pattern.clone();
        for other in (0..LEVELS).rev() {
            let sign = format!("%{}%", other + 1);
            if written.contains(&sign) {
                written = written.replace(&sign, &number(other).unwrap_or_else(String::new));
            }
        }
        return written;
    }
    if number(place).is_none() {
        return String::new();
    }
    let first = (place + 1).saturating_sub(level.shown);
    let numbers: Vec<String> = (first..=place).filter_map(number).collect();
    format!("{}{}{}", level.prefix, numbers.join("."), level.suffix)
}
