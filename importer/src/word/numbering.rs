//! Numbers of lists: the definitions in `numbering.xml`, and the counters of a document. The rules
//! are those of ECMA-376 part 1, 17.9, with what Word does where they are silent.

use super::styles::{ListReference, ParagraphStyle, Styles};
use crate::flow::{ListLabel, Mark};
use crate::text;
use crate::xml::{Element, Namespace, Tree};
use language::{Beyond, Numerals};
use std::collections::{BTreeMap, BTreeSet};

/// Number of levels of a list.
const LEVELS: usize = 9;
/// Longest text around a number, in characters.
const TEXT_LIMIT: usize = 255;

/// How a level writes its own number.
#[derive(Debug, Clone, PartialEq)]
enum Format {
    Numerals(Numerals),
    Bullet,
    /// No number; the text of the level stays.
    Nothing,
    /// One that isn't known, by its name in the file.
    Unknown(String),
}

/// What stands between number and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Space,
    Nothing,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: Format,
    /// The text with `%1` to `%9` in the place of numbers.
    text: String,
    suffix: Suffix,
    is_legal: bool,
    /// Which level, counted from 1, starts this one again; 0 for none.
    restart: Option<usize>,
    /// Id of the paragraph style that has this level.
    style: Option<String>,
    is_hidden: bool,
}

#[derive(Debug, Clone, Default)]
struct Definition {
    levels: BTreeMap<usize, Level>,
    /// A style of lists that has the levels instead.
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct List {
    definition: u32,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

/// The lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: BTreeMap<u32, Definition>,
    lists: BTreeMap<u32, List>,
    /// By definition: lists with the same one go on counting.
    counters: BTreeMap<u32, [Option<u32>; LEVELS]>,
    /// Lists and levels that have begun with a start of their own.
    begun: BTreeSet<(u32, usize)>,
}

impl Numbering {
    pub(super) fn read(tree: &Tree<'_>) -> Self {
        let mut numbering = Self::default();
        let Some(root) = tree.root() else {
            return numbering;
        };
        for element in root.named(Namespace::W, "abstractNum") {
            let Some(id) = number(element, "abstractNumId") else {
                continue;
            };
            let style = element.child(Namespace::W, "numStyleLink");
            let definition = Definition {
                levels: element
                    .named(Namespace::W, "lvl")
                    .filter_map(level)
                    .collect(),
                style: style.and_then(value).map(str::to_owned),
            };
            numbering.definitions.insert(id, definition);
        }
        for element in root.named(Namespace::W, "num") {
            if let Some(id) = number(element, "numId") {
                numbering.lists.insert(id, list(element));
            }
        }
        numbering
    }

    /// The list and level of a paragraph: its own, else those of its style.
    pub(super) fn place(
        &self,
        own: ListReference,
        style: &ParagraphStyle,
        styles: &Styles,
    ) -> Option<(u32, usize)> {
        let list = own
            .list
            .or(style.reference.list)
            .filter(|list| *list != 0)?;
        let of_style = || {
            let (_, definition, list) = self.resolved(list, styles)?;
            let levels = (0..LEVELS).map(|place| (place, level_of(definition, list, place)));
            let mut named =
                levels.filter_map(|(place, level)| Some((place, level?.style.as_ref()?)));
            named
                .find(|(_, id)| style.chain.contains(*id))
                .map(|(place, _)| place)
        };
        let level = own.level.or_else(of_style).or(style.reference.level);
        Some((list, level.unwrap_or(0).min(LEVELS - 1)))
    }

    /// The definition of a list, by way of a style of lists where it names one.
    fn resolved(&self, list: u32, styles: &Styles) -> Option<(u32, &Definition, &List)> {
        let own = self.lists.get(&list)?;
        let definition = self.definitions.get(&own.definition)?;
        let linked = definition.style.as_ref().and_then(|style| {
            let id = self.lists.get(&styles.list_of(style)?)?.definition;
            let linked = self.definitions.get(&id)?;
            (!linked.levels.is_empty()).then_some((id, linked))
        });
        let (id, definition) = linked.unwrap_or((own.definition, definition));
        Some((id, definition, own))
    }

    /// Counts a paragraph, and returns its number. `None` if the list isn't defined.
    pub(super) fn count(&mut self, list: u32, place: usize, styles: &Styles) -> Option<ListLabel> {
        let (id, definition, own) = self.resolved(list, styles)?;
        let level = level_of(definition, own, place)?.clone();
        let levels: Vec<Option<Level>> = (0..LEVELS)
            .map(|place| level_of(definition, own, place).cloned())
            .collect();
        let starts = own.starts.clone();
        let start = |place: usize| {
            let own = starts.get(&place).copied();
            let level = levels.get(place).and_then(Option::as_ref);
            own.or(level.map(|level| level.start)).unwrap_or(1)
        };
        let begins = starts.contains_key(&place) && self.begun.insert((list, place));
        let counters = self.counters.entry(id).or_default();
        let before = counters.get(place).copied().flatten().filter(|_| !begins);
        let value = before.map_or_else(|| start(place), |before| before.saturating_add(1));
        for (other, counter) in counters.iter_mut().enumerate() {
            let restart = levels.get(other).and_then(|level| level.as_ref()?.restart);
            // Without a rule of its own a level starts again after any level above it.
            let restarts = other > place && restart.is_none_or(|above| place < above);
            if other == place {
                *counter = Some(value);
            } else if restarts {
                *counter = None;
            }
        }
        let shown = |other: usize| {
            counters
                .get(other)
                .copied()
                .flatten()
                .unwrap_or_else(|| start(other))
        };
        Some(ListLabel {
            level: place,
            text: written(&level, &levels, shown),
            is_attached: level.suffix == Suffix::Nothing,
            mark: match level.format {
                Format::Bullet => Mark::Bullet,
                Format::Unknown(name) => Mark::Unknown(name),
                Format::Numerals(_) | Format::Nothing => Mark::Number,
            },
            value,
        })
    }
}

fn value(element: Element<'_>) -> Option<&str> {
    element.attribute(Namespace::W, "val")
}

fn number(element: Element<'_>, name: &str) -> Option<u32> {
    element.attribute(Namespace::W, name).and_then(text::parsed)
}

fn list(element: Element<'_>) -> List {
    let definition = element.child(Namespace::W, "abstractNumId").and_then(value);
    let mut list = List {
        definition: definition.and_then(text::parsed).unwrap_or(u32::MAX),
        ..List::default()
    };
    for change in element.named(Namespace::W, "lvlOverride") {
        let place = number(change, "ilvl").map_or(LEVELS, |place| place as usize);
        let start = change.child(Namespace::W, "startOverride").and_then(value);
        if let Some(start) = start.and_then(text::parsed) {
            list.starts.insert(place, start);
        }
        list.levels
            .extend(change.named(Namespace::W, "lvl").filter_map(level));
    }
    list
}

fn level(element: Element<'_>) -> Option<(usize, Level)> {
    let place = number(element, "ilvl")?;
    let text_of = |name: &str| element.child(Namespace::W, name).and_then(value);
    let is_legal = element
        .child(Namespace::W, "isLgl")
        .is_some_and(super::properties::is_on);
    let level = Level {
        start: text_of("start").and_then(text::parsed).unwrap_or(0),
        format: format(element),
        text: text_of("lvlText")
            .unwrap_or("")
            .chars()
            .take(TEXT_LIMIT)
            .collect(),
        suffix: match text_of("suff") {
            Some("nothing") => Suffix::Nothing,
            Some(_) | None => Suffix::Space,
        },
        is_legal,
        restart: text_of("lvlRestart").and_then(text::parsed),
        style: text_of("pStyle").map(str::to_owned),
        is_hidden: super::properties::RunProperties::of(element).hidden == Some(true),
    };
    Some((usize::try_from(place).unwrap_or(LEVELS), level))
}

/// The format of a level. Newer ones stand beside an older one that is like them.
fn format(level: Element<'_>) -> Format {
    let newer = level.child(Namespace::Compatibility, "AlternateContent");
    let choices = newer.into_iter().flat_map(Element::children);
    let formats = choices.chain([level]);
    let formats = formats.filter_map(|parent| parent.child(Namespace::W, "numFmt"));
    let mut unknown = None;
    for element in formats {
        let name = match value(element) {
            Some("custom") => element.attribute(Namespace::W, "format"),
            name => name,
        };
        let Some(name) = name else { continue };
        match name {
            "bullet" => return Format::Bullet,
            "none" => return Format::Nothing,
            _ => {}
        }
        if let Some(numerals) = Numerals::named(name, Beyond::Doubled) {
            return Format::Numerals(numerals);
        }
        unknown.get_or_insert(name);
    }
    unknown.map_or_else(
        || Format::Numerals(Numerals::decimal()),
        |name| Format::Unknown(name.to_owned()),
    )
}

fn level_of<'d>(definition: &'d Definition, list: &'d List, place: usize) -> Option<&'d Level> {
    list.levels
        .get(&place)
        .or_else(|| definition.levels.get(&place))
}

/// The text of a level with the numbers in their places.
fn written(level: &Level, levels: &[Option<Level>], shown: impl Fn(usize) -> u32) -> String {
    if level.is_hidden {
        return String::new();
    }
    let mut written = String::new();
    let mut rest = level.text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        written.push_str(before);
        let digit = after.chars().next().and_then(|digit| digit.to_digit(10));
        let place = digit
            .filter(|digit| *digit > 0)
            .map(|digit| digit as usize - 1);
        let Some(place) = place else {
            written.push('%');
            rest = after;
            continue;
        };
        rest = after.split_at(1).1;
        let other = levels.get(place).and_then(Option::as_ref);
        let numerals = match other.map(|other| &other.format) {
            Some(Format::Bullet | Format::Nothing) => continue,
            Some(Format::Numerals(numerals)) if !level.is_legal => *numerals,
            Some(Format::Numerals(_) | Format::Unknown(_)) | None => Numerals::decimal(),
        };
        written.push_str(&numerals.write(shown(place)));
    }
    written.push_str(rest);
    written
}
