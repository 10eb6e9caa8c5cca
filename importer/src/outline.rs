//! The place of each number in a document by the rules of the content form: below which section,
//! in which appendix, and whether chapters are counted through.

use crate::block::{Block, BlockKind, Label};
use crate::number::ClauseNumber;
use language::{Number, Part, Style, Unit};

/// The place of a numbered block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Names the row of numbers in which this one counts.
    pub(crate) row: String,
    /// The number within the row.
    pub(crate) number: Number,
    /// What a link to the clause is made of, after `@`: `5.2`, `a-1/1.1`, `p-3`.
    pub(crate) address: String,
    /// How many clauses, groups and appendices enclose it, itself included.
    pub(crate) depth: usize,
    /// Whether the number is one in digits that no word, letter or Roman numeral encloses.
    pub(crate) is_plain: bool,
}

/// A kind of headings in which clauses may be nested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unit(Unit),
    Numeral,
    Letter,
}

impl Kind {
    /// What the address of a group begins with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Unit(Unit::Part) => "part",
            Self::Unit(Unit::Chapter) => "ch",
            Self::Unit(Unit::Paragraph) => "par",
            Self::Unit(_) | Self::Numeral | Self::Letter => "sec",
        }
    }
}

/// What a number is.
#[derive(Debug, Clone, PartialEq)]
enum Entry {
    Appendix(Part),
    /// A heading of a kind.
    Division(Kind, Part),
    /// A clause; an article, if a word names it.
    Clause {
        number: Number,
        is_article: bool,
        is_heading: bool,
    },
    /// A heading without a number.
    Unnumbered,
    /// A list item such as `3. text`.
    Item(Number),
}

impl Entry {
    fn of(block: &Block) -> Option<Self> {
        if block.quoted {
            return None;
        }
        match (&block.number, &block.kind) {
            (Some(number), _) => Some(Self::of_number(number, block.is_heading())),
            (None, BlockKind::Heading(_)) => Some(Self::Unnumbered),
            (
                None,
                BlockKind::Item {
                    depth: 0,
                    label: Label::Ordered(value, _),
                },
            ) => Some(Self::Item(ClauseNumber::digits(*value)?.number?)),
            (None, _) => None,
        }
    }

    fn of_number(clause: &ClauseNumber, is_heading: bool) -> Self {
        let Some(number) = clause.number.clone() else {
            return Self::Appendix(Part::decimal(1));
        };
        let part = *number.first();
        let is_single = number.level() == 1;
        match (clause.unit, part.style) {
            (Some(Unit::Appendix), _) => Self::Appendix(part),
            (Some(Unit::Part | Unit::Section | Unit::Chapter | Unit::Paragraph), _)
                if is_single =>
            {
                Self::Division(clause.unit.map_or(Kind::Numeral, Kind::Unit), part)
            }
            (None, Style::Roman | Style::Chinese) if is_single => {
                Self::Division(Kind::Numeral, part)
            }
            (None, Style::Letter(_)) if is_single => Self::Division(Kind::Letter, part),
            (unit, _) => Self::Clause {
                is_article: unit.is_some() && is_single,
                number,
                is_heading,
            },
        }
    }
}

/// The places of all blocks; `None` for those without a number.
pub(crate) fn places(blocks: &[Block]) -> Vec<Option<Place>> {
    let mut entries: Vec<Option<Entry>> = blocks.iter().map(Entry::of).collect();
    read_letters(&mut entries);
    let mut places = Vec::with_capacity(blocks.len());
    let is_appendix = |entry: &Option<Entry>| matches!(entry, Some(Entry::Appendix(_)));
    for entries in entries.chunk_by(|_, next| !is_appendix(next)) {
        let mut walk = Walk::of(entries);
        places.extend(entries.iter().map(|entry| walk.place(entry.as_ref()?)));
    }
    places
}

/// For each block, whether items such as `3. text` are clauses there: below articles, sections with
/// letters, chapters and in appendices, but not below a heading with a plain number.
pub(crate) fn counts_items(blocks: &[Block]) -> Vec<bool> {
    let (mut counts, mut in_appendix) = (false, false);
    let states = blocks.iter().map(|block| {
        match Entry::of(block) {
            Some(Entry::Appendix(_)) => (counts, in_appendix) = (true, true),
            Some(
                Entry::Division(..)
                | Entry::Clause {
                    is_article: true, ..
                },
            ) => counts = true,
            Some(Entry::Clause {
                is_heading: true, ..
            }) => counts = false,
            Some(Entry::Unnumbered) => counts = in_appendix,
            Some(Entry::Clause { .. } | Entry::Item(_)) | None => {}
        }
        counts
    });
    states.collect()
}

/// Decides which lone letters of headings are Roman numerals.
fn read_letters(entries: &mut [Option<Entry>]) {
    let mut letters = Letters::default();
    let mut appendices = Letters::default();
    for entry in entries.iter_mut().flatten() {
        match entry {
            Entry::Appendix(part) => {
                *part = appendices.read(None, *part);
                letters = Letters::default();
            }
            Entry::Division(kind, part) => {
                let unit = match kind {
                    Kind::Unit(unit) => Some(*unit),
                    Kind::Numeral | Kind::Letter => None,
                };
                *part = letters.read(unit, *part);
                if let (Kind::Letter, Style::Roman) = (*kind, part.style) {
                    *kind = Kind::Numeral;
                }
            }
            Entry::Clause {
                number,
                is_article: true,
                ..
            } => *number = number.sibling(letters.read(Some(Unit::Article), *number.first())),
            Entry::Clause { .. } | Entry::Unnumbered | Entry::Item(_) => {}
        }
    }
}

/// The letters and numerals of the headings so far, by the words beside them. Only they tell
/// whether a lone `I` or `C` is a letter or a Roman numeral.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    letters: Vec<(Option<Unit>, char)>,
    numerals: Vec<(Option<Unit>, u16)>,
}

impl Letters {
    /// The next part, as a Roman numeral if it is one.
    pub(crate) fn read(&mut self, unit: Option<Unit>, part: Part) -> Part {
        let mut part = part;
        if let Style::Letter(letter) = part.style {
            let before = self.letters.iter().rfind(|(of, _)| *of == unit);
            let is_next =
                before.is_some_and(|(_, before)| language::steps(*before, letter) == Some(1));
            let last = self.numerals.iter().rfind(|(of, _)| *of == unit);
            let expected = last.map_or(1, |(_, value)| value.saturating_add(1));
            let numeral = part.as_roman();
            let numeral = numeral.filter(|one| !is_next && [1, expected].contains(&one.value));
            part = numeral.unwrap_or(part);
        }
        match part.style {
            Style::Letter(letter) => self.letters.push((unit, letter)),
            Style::Roman => self.numerals.push((unit, part.value)),
            Style::Decimal | Style::Chinese => {}
        }
        part
    }
}

/// A section below which numbers start again.
struct Section {
    /// The place of its kind among the kinds; that of articles is the last.
    rank: usize,
    parts: Vec<Part>,
}

/// Goes through the numbers of the text, or of one appendix.
struct Walk {
    /// Kinds in the order of their first headings, and whether their clauses count through.
    kinds: Vec<(Kind, bool)>,
    appendix: Option<String>,
    groups: Vec<(usize, String)>,
    sections: Vec<Section>,
    /// The last number of one part outside of sections, and whether it is a heading.
    last: Option<(Part, bool)>,
}

const ARTICLE: usize = usize::MAX;

impl Walk {
    fn of(entries: &[Option<Entry>]) -> Self {
        let mut kinds: Vec<(Kind, bool)> = Vec::new();
        for entry in entries.iter().flatten() {
            if let Entry::Division(kind, _) = entry
                && kinds.iter().all(|(known, _)| known != kind)
            {
                kinds.push((*kind, false));
            }
        }
        // From the innermost kind: those around it count its headings if they are clauses.
        for rank in (0..kinds.len()).rev() {
            let counts = counts_through(entries, &kinds, rank);
            if let Some((_, is_group)) = kinds.get_mut(rank) {
                *is_group = counts;
            }
        }
        Self {
            kinds,
            appendix: None,
            groups: Vec::new(),
            sections: Vec::new(),
            last: None,
        }
    }

    fn place(&mut self, entry: &Entry) -> Option<Place> {
        match entry {
            Entry::Appendix(part) => {
                let address = format!("a-{}", part.slug());
                self.appendix = Some(address.clone());
                let number = Number::new(vec![*part])?;
                let row = "appendices".to_owned();
                Some(Place {
                    row,
                    number,
                    address,
                    depth: 1,
                    is_plain: false,
                })
            }
            Entry::Division(kind, part) => self.division(*kind, *part),
            Entry::Clause {
                number,
                is_article,
                is_heading,
            } => {
                if *is_article {
                    self.sections.retain(|section| section.rank != ARTICLE);
                    let place = self.clause(number, true)?;
                    let parts = self.full(number);
                    self.sections.push(Section {
                        rank: ARTICLE,
                        parts,
                    });
                    return Some(Place {
                        is_plain: false,
                        ..place
                    });
                }
                self.clause(number, *is_heading)
            }
            Entry::Unnumbered => {
                self.groups.clear();
                self.sections.clear();
                None
            }
            Entry::Item(_) => None,
        }
    }

    fn division(&mut self, kind: Kind, part: Part) -> Option<Place> {
        let found = self.kinds.iter().position(|(known, _)| *known == kind);
        let rank = found.unwrap_or(self.kinds.len());
        let is_group = self.kinds.get(rank).is_some_and(|(_, is_group)| *is_group);
        self.groups.retain(|(around, _)| *around < rank);
        self.sections.retain(|section| section.rank < rank);
        let number = Number::new(vec![part])?;
        if !is_group {
            let place = self.clause(&number, true)?;
            let parts = self.full(&number);
            self.sections.push(Section { rank, parts });
            return Some(Place {
                is_plain: false,
                ..place
            });
        }
        let group = self.groups.last().map(|(_, address)| address.as_str());
        let around = group.or(self.appendix.as_deref()).unwrap_or("").to_owned();
        let address = format!("{}-{}", kind.prefix(), part.slug());
        self.groups.push((rank, address.clone()));
        Some(Place {
            row: format!("{around} {kind:?}"),
            number,
            address,
            depth: self.depth(0),
            is_plain: false,
        })
    }

    fn depth(&self, parts: usize) -> usize {
        usize::from(self.appendix.is_some()) + self.groups.len() + parts
    }

    fn clause(&mut self, number: &Number, is_heading: bool) -> Option<Place> {
        let parts = self.full(number);
        let within = self
            .sections
            .last()
            .map_or(0, |section| section.parts.len());
        let own = Number::new(parts.get(within..)?.to_vec())?;
        if within == 0 && number.level() == 1 {
            self.last = Some((*number.first(), is_heading));
        }
        let belongs_to_point = self
            .last
            .is_some_and(|(last, is_heading)| !is_heading && last == *number.first());
        let is_point = within == 0 && self.appendix.is_none() && belongs_to_point;
        let slugs: Vec<String> = parts.iter().map(ToString::to_string).collect();
        let address = match &self.appendix {
            Some(appendix) => format!("{appendix}/{}", slugs.join(".")),
            None if is_point => format!("p-{}", slugs.join("-")),
            None => slugs.join("."),
        };
        let around: Vec<String> = parts.iter().take(within).map(Part::slug).collect();
        let root = if is_point { "p" } else { "c" };
        let is_plain = self.appendix.is_none() && self.groups.is_empty() && within == 0;
        let appendix = self.appendix.as_deref().unwrap_or("");
        Some(Place {
            row: format!("{appendix} {root} {}", around.join("-")),
            number: own,
            address,
            depth: self.depth(parts.len()),
            is_plain,
        })
    }

    /// The whole number: what it doesn't say is that of the section around it.
    fn full(&self, number: &Number) -> Vec<Part> {
        let parts = number.parts().to_vec();
        let Some(section) = self.sections.last() else {
            return parts;
        };
        let repeats = parts.len() > 1
            && parts
                .first()
                .zip(section.parts.last())
                .is_some_and(|(own, around)| is_same(own, around));
        let mut full = section.parts.clone();
        full.extend(parts.into_iter().skip(usize::from(repeats)));
        full
    }
}

/// Whether two parts are the same, a letter that may be a Roman numeral included.
fn is_same(one: &Part, other: &Part) -> bool {
    one == other || one.as_roman().is_some_and(|one| one == *other)
}

/// Whether the numbers below headings of a kind go on counting from one to the next.
fn counts_through(entries: &[Option<Entry>], kinds: &[(Kind, bool)], rank: usize) -> bool {
    // The first number below each heading, and whether a group stands there.
    let mut below: Vec<(Option<u16>, bool)> = Vec::new();
    let (mut is_open, mut is_in_inner) = (false, false);
    for entry in entries.iter().flatten() {
        let number = match entry {
            Entry::Division(kind, part) => {
                let own = kinds.iter().position(|(known, _)| known == kind);
                let own = own.unwrap_or(kinds.len());
                if own <= rank {
                    (is_open, is_in_inner) = (own == rank, false);
                    below.extend(is_open.then_some((None, false)));
                    continue;
                }
                if kinds.get(own).is_some_and(|(_, is_group)| *is_group) {
                    if let Some(last) = below.last_mut().filter(|_| is_open) {
                        last.1 = true;
                    }
                    continue;
                }
                let was_inner = std::mem::replace(&mut is_in_inner, true);
                (!was_inner).then_some(part.value)
            }
            Entry::Clause { number, .. } | Entry::Item(number) => {
                (!is_in_inner && number.level() == 1).then_some(number.first().value)
            }
            Entry::Unnumbered | Entry::Appendix(_) => None,
        };
        if let Some(last) = below.last_mut().filter(|_| is_open) {
            last.0 = last.0.or(number);
        }
    }
    let has_groups = below.iter().any(|(_, has_groups)| *has_groups);
    let firsts: Vec<u16> = below.iter().filter_map(|(first, _)| *first).collect();
    let kind = kinds.get(rank).map(|(kind, _)| *kind);
    match firsts.as_slice() {
        [] => has_groups,
        [_] => {
            let is_chapter = matches!(
                kind,
                Some(Kind::Unit(Unit::Part | Unit::Section | Unit::Chapter))
            );
            is_chapter && below.len() == 1 || has_groups
        }
        [_, later @ ..] => later.iter().filter(|first| **first == 1).count() * 2 < later.len(),
    }
}
