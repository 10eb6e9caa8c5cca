//! Finds out what each heading is: a clause, a group of clauses, or an appendix.
//!
//! A part, section or chapter is a group if the clauses below it go on counting through; if they
//! start again in each one, it is a clause whose number is part of theirs. So a heading can only be
//! understood among all others of its kind.

use super::raw::{HeadingLabel, RawBlock, RawKind};
use crate::content::slice::slice;
use language::{Number, Part, Style, Unit};
use std::ops::Range;

/// What a heading is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// A clause whose number is the whole path within the section around it.
    Clause(Number),
    /// A clause of a kind, such as sections with Roman numerals, in which others are nested. The
    /// rank orders the kinds of an outline, 0 the outermost.
    Division(usize, Number),
    /// A part, section or chapter over clauses that count through.
    Group {
        rank: usize,
        kind: Kind,
        number: Number,
        /// Whether its number starts again in each group around it.
        restarts: bool,
    },
    /// An appendix with its number; 1 if it has none.
    Appendix(Part),
    /// A heading without a number.
    Unnumbered,
}

/// A kind of headings in which clauses may be nested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unit(Unit),
    Numeral,
    Letter,
}

impl Kind {
    /// What the anchor of a group begins with.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Unit(Unit::Part) => "part",
            Self::Unit(Unit::Chapter) => "ch",
            Self::Unit(Unit::Paragraph) => "par",
            Self::Unit(_) | Self::Numeral | Self::Letter => "sec",
        }
    }
}

/// The role of each heading of a text, in its order.
pub(super) fn roles(blocks: &[RawBlock<'_>], text: &str) -> Vec<Role> {
    let mut entries: Vec<Entry> = blocks.iter().flat_map(|block| read(block, text)).collect();
    read_letters(&mut entries);
    let mut roles = Vec::new();
    let starts_appendix = |entry: &Entry| matches!(entry, Entry::Appendix(_));
    for entries in entries.chunk_by(|_, next| !starts_appendix(next)) {
        roles.extend(Outline::of(entries).roles());
    }
    roles
}

/// What counts in an outline.
#[derive(Debug)]
enum Entry {
    Appendix(Option<Number>),
    /// A heading of a kind.
    Division(Kind, Number),
    /// A heading of a clause.
    Clause(Number),
    Unnumbered,
    /// A paragraph or item that starts with a number.
    Text(Number),
}

impl Entry {
    fn is_heading(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

fn read(block: &RawBlock<'_>, text: &str) -> Vec<Entry> {
    match &block.kind {
        RawKind::Heading(label, _) => vec![heading(label.as_ref())],
        RawKind::Paragraph(lines) => {
            let numbers = lines
                .iter()
                .filter_map(|line| Number::leading(slice(text, line.start..block.span.end)));
            let dotted = numbers.filter(|leading| leading.dotted);
            let clauses = dotted.filter(|leading| {
                leading.number.level() > 1 || leading.number.first().inserted > 0
            });
            clauses.map(|leading| Entry::Text(leading.number)).collect()
        }
        RawKind::List(Some(_), items) => {
            let numbers = items
                .iter()
                .filter_map(|item| item_number(text, &item.span).map(Entry::Text));
            numbers.collect()
        }
        RawKind::List(None, _) | RawKind::Note(_) | RawKind::Table(_) => Vec::new(),
    }
}

/// The number of an item such as `3. text`.
pub(super) fn item_number(text: &str, span: &Range<usize>) -> Option<Number> {
    let source = slice(text, span.clone()).trim_start();
    // An item whose text starts on the next line, or that is empty, has a line end after its dot.
    let leading = Number::leading(source)?;
    leading.dotted.then_some(leading.number)
}

fn heading(label: Option<&HeadingLabel>) -> Entry {
    let Some(HeadingLabel { label, .. }) = label else {
        return Entry::Unnumbered;
    };
    let Some(number) = label.number.clone() else {
        return Entry::Appendix(None);
    };
    match (label.unit, number.first().style) {
        (Some(Unit::Appendix), _) => Entry::Appendix(Some(number)),
        (Some(Unit::Article | Unit::Clause | Unit::Point), _) => Entry::Clause(number),
        (Some(unit), _) if number.level() == 1 => Entry::Division(Kind::Unit(unit), number),
        (None, Style::Roman | Style::Chinese) if number.level() == 1 => {
            Entry::Division(Kind::Numeral, number)
        }
        (None, Style::Letter(_)) if number.level() == 1 => Entry::Division(Kind::Letter, number),
        _ => Entry::Clause(number),
    }
}

/// Decides which lone letters are Roman numerals, and which places the letters of sections have:
/// both is known only from the letters before.
fn read_letters(entries: &mut [Entry]) {
    let mut numerals: Vec<(Kind, u16)> = Vec::new();
    let mut letters: Vec<(Kind, char, u16)> = Vec::new();
    for entry in entries {
        if let Entry::Appendix(_) = entry {
            numerals.clear();
            letters.clear();
            continue;
        }
        let Entry::Division(kind, number) = entry else {
            continue;
        };
        let mut part = *number.first();
        let key = match kind {
            Kind::Unit(_) => *kind,
            Kind::Numeral | Kind::Letter => Kind::Letter,
        };
        let before = letters.iter().rfind(|(of, ..)| *of == key).copied();
        let last_numeral = numerals
            .iter()
            .rfind(|(of, _)| *of == key)
            .map(|(_, last)| *last);
        if let Style::Letter(letter) = part.style {
            let steps = before.and_then(|(_, before, _)| language::steps(before, letter));
            let goes_on = part.as_roman().filter(|roman| {
                steps != Some(1)
                    && (roman.value == 1
                        || last_numeral.is_some_and(|last| roman.value == last + 1))
            });
            match (goes_on, before, steps) {
                (Some(roman), ..) => part = roman,
                (None, Some((_, _, value)), Some(steps)) => part.value = value + steps,
                (None, ..) => {}
            }
        }
        match part.style {
            Style::Letter(letter) => letters.push((key, letter, part.value)),
            Style::Roman => numerals.push((key, part.value)),
            Style::Decimal | Style::Chinese => {}
        }
        if let (Kind::Letter, Style::Roman) = (*kind, part.style) {
            *kind = Kind::Numeral;
        }
        *number = number.sibling(part);
    }
}

/// The headings of the text, or of one appendix.
struct Outline<'e> {
    entries: &'e [Entry],
    /// Kinds in the order of their first headings, and whether each is one of groups.
    kinds: Vec<(Kind, bool)>,
}

impl<'e> Outline<'e> {
    fn of(entries: &'e [Entry]) -> Self {
        let mut kinds: Vec<(Kind, bool)> = Vec::new();
        for entry in entries {
            if let Entry::Division(kind, _) = entry
                && kinds.iter().all(|(known, _)| known != kind)
            {
                kinds.push((*kind, false));
            }
        }
        let mut outline = Self { entries, kinds };
        // From the innermost kind: those around it count its headings if they are clauses.
        for rank in (0..outline.kinds.len()).rev() {
            let is_group = outline.is_group(rank);
            if let Some((_, groups)) = outline.kinds.get_mut(rank) {
                *groups = is_group;
            }
        }
        outline
    }

    fn rank(&self, kind: Kind) -> usize {
        let mut kinds = self.kinds.iter();
        kinds
            .position(|(known, _)| *known == kind)
            .unwrap_or(self.kinds.len())
    }

    fn roles(&self) -> impl Iterator<Item = Role> {
        let headings = self.entries.iter().filter(|entry| entry.is_heading());
        headings.map(|entry| match entry {
            Entry::Appendix(number) => Role::Appendix(
                number
                    .as_ref()
                    .map_or(Part::decimal(1), |number| *number.first()),
            ),
            Entry::Division(kind, number) => {
                let rank = self.rank(*kind);
                let is_group = self.kinds.get(rank).is_some_and(|(_, is_group)| *is_group);
                if is_group {
                    Role::Group {
                        rank,
                        kind: *kind,
                        number: number.clone(),
                        restarts: self.restarts(*kind),
                    }
                } else {
                    Role::Division(rank, number.clone())
                }
            }
            Entry::Clause(number) => Role::Clause(number.clone()),
            Entry::Unnumbered | Entry::Text(_) => Role::Unnumbered,
        })
    }

    /// Whether a number of that kind stands twice.
    fn restarts(&self, kind: Kind) -> bool {
        let mut seen = Vec::new();
        self.entries.iter().any(|entry| {
            let Entry::Division(own, number) = entry else {
                return false;
            };
            if *own != kind {
                return false;
            }
            let is_known = seen.contains(&number);
            seen.push(number);
            is_known
        })
    }

    /// Whether headings of a kind are groups, by the numbers below each.
    fn is_group(&self, rank: usize) -> bool {
        let Some((kind, _)) = self.kinds.get(rank) else {
            return false;
        };
        let below = self.below(rank);
        let counted: Vec<&Below> = below.iter().filter(|below| below.first.is_some()).collect();
        match counted.as_slice() {
            [] => below.iter().any(|below| below.has_groups),
            // A single chapter can't show whether its clauses count through.
            [_] => {
                let is_chapter =
                    matches!(kind, Kind::Unit(Unit::Part | Unit::Section | Unit::Chapter));
                is_chapter && below.len() == 1 || below.iter().any(|below| below.has_groups)
            }
            [_, later @ ..] => {
                let again = later.iter().filter(|below| below.first == Some(1)).count();
                again * 2 < later.len()
            }
        }
    }

    /// What stands below each heading of a kind.
    fn below(&self, rank: usize) -> Vec<Below> {
        let mut all: Vec<Below> = Vec::new();
        let mut is_open = false;
        let mut is_in_inner = false;
        for entry in self.entries {
            match entry {
                Entry::Division(kind, number) => {
                    let own = self.rank(*kind);
                    let is_inner_group = self.kinds.get(own).is_some_and(|(_, groups)| *groups);
                    if own <= rank {
                        is_open = own == rank;
                        is_in_inner = false;
                        if is_open {
                            all.push(Below::default());
                        }
                    } else if is_open && let Some(below) = all.last_mut() {
                        if is_inner_group {
                            below.has_groups = true;
                        } else {
                            is_in_inner = true;
                            below.first.get_or_insert(number.first().value);
                        }
                    }
                }
                Entry::Clause(number) | Entry::Text(number) => {
                    let is_direct = is_open && !is_in_inner && number.level() == 1;
                    if is_direct && let Some(below) = all.last_mut() {
                        below.first.get_or_insert(number.first().value);
                    }
                }
                Entry::Unnumbered | Entry::Appendix(_) => {}
            }
        }
        all
    }
}

/// What stands below a heading.
#[derive(Default)]
struct Below {
    /// The value of the first number.
    first: Option<u16>,
    /// Whether groups stand below it.
    has_groups: bool,
}
