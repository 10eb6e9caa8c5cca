//! How many words, links and headings each part of a page has.

use super::tree::{Event, Tree};
use std::ops::{Add, Range, Sub};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) words: usize,
    /// Words inside of links.
    pub(super) linked: usize,
    /// Links to other pages.
    pub(super) links: usize,
    /// Links to places of the same page.
    pub(super) own_links: usize,
    /// `<h1>` elements with words.
    pub(super) titles: usize,
    /// Headings of any level.
    pub(super) headings: usize,
    /// Buttons and fields.
    pub(super) controls: usize,
}

impl Add for Measure {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            linked: self.linked + other.linked,
            links: self.links + other.links,
            own_links: self.own_links + other.own_links,
            titles: self.titles + other.titles,
            headings: self.headings + other.headings,
            controls: self.controls + other.controls,
        }
    }
}

impl Sub for Measure {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            words: self.words - other.words,
            linked: self.linked - other.linked,
            links: self.links - other.links,
            own_links: self.own_links - other.own_links,
            titles: self.titles - other.titles,
            headings: self.headings - other.headings,
            controls: self.controls - other.controls,
        }
    }
}

/// The sums up to each event.
pub(super) struct Measures(Vec<Measure>);

impl Measures {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut sum = Measure::default();
        let mut sums = Vec::with_capacity(tree.events.len() + 1);
        sums.push(sum);
        for event in &tree.events {
            sum = sum + measure(event, tree);
            sums.push(sum);
        }
        Self(sums)
    }

    pub(super) fn within(&self, events: &Range<usize>) -> Measure {
        let at = |place: usize| self.0.get(place).or(self.0.last()).copied();
        match (at(events.start), at(events.end)) {
            (Some(start), Some(end)) if events.start <= events.end => end - start,
            _ => Measure::default(),
        }
    }

    pub(super) fn total(&self) -> Measure {
        self.within(&(0..self.0.len()))
    }
}

fn measure(event: &Event, tree: &Tree) -> Measure {
    let mut measure = Measure::default();
    match event {
        Event::Words(words) => {
            measure.words = count(&words.text);
            measure.linked = if words.anchor.is_some() {
                measure.words
            } else {
                0
            };
        }
        Event::Open(index) => {
            let Some(element) = tree.elements.get(*index) else {
                return measure;
            };
            match element.tag.name.as_str() {
                "a" => {
                    let address = element.tag.attribute("href").unwrap_or("").trim();
                    measure.own_links = usize::from(address.len() > 1 && address.starts_with('#'));
                    measure.links = usize::from(!address.is_empty()) - measure.own_links;
                }
                "h1" => (measure.titles, measure.headings) = (1, 1),
                "h2" | "h3" | "h4" | "h5" | "h6" => measure.headings = 1,
                "button" | "input" | "select" | "textarea" => measure.controls = 1,
                _ => {}
            }
        }
        Event::Close(_) | Event::Break(_) | Event::Comment(_) => {}
    }
    measure
}

/// Words of a text; of scripts that write no spaces, letters.
pub(super) fn count(text: &str) -> usize {
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    let words = text.split_whitespace().filter(is_word).count();
    let ideographs = text.chars().filter(|letter| {
        ('\u{2e80}'..='\u{9fff}').contains(letter) || ('\u{20000}'..='\u{3ffff}').contains(letter)
    });
    words.max(ideographs.count())
}
