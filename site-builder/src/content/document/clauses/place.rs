//! Where clauses belong: what their numbers don't say is that of the sections around them.

use super::Builder;
use language::{Number, Part, Style};

/// Where clauses below an open one belong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Appendix,
    /// A group of that rank.
    Group(usize),
    Clause(Path),
    Unnumbered,
}

/// The place of a clause in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    /// What its anchor begins with: `c`, `p`, `a-1`.
    pub(super) root: String,
    /// Its number and those of the sections whose numbers it doesn't repeat.
    pub(super) parts: Vec<Part>,
    /// Whether numbers below it start again: it is an article, or a section of that rank.
    pub(super) restarts: Option<usize>,
    /// Whether it is a heading with a plain number, whose lists are mere lists.
    pub(super) is_plain_heading: bool,
    /// Whether its number begins with that of the section around it: `2.3` in section II.
    pub(super) repeats: bool,
}

impl Path {
    pub(super) fn contains(&self, other: &Self) -> bool {
        self.root == other.root
            && other.parts.len() > self.parts.len()
            && other.parts.starts_with(&self.parts)
    }

    pub(super) fn anchor(&self) -> String {
        let slugs = self.parts.iter().map(Part::slug);
        std::iter::once(self.root.clone())
            .chain(slugs)
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// The rank of an article: inside of every section.
pub(super) const ARTICLE: usize = usize::MAX;

impl Builder<'_, '_, '_, '_> {
    /// Where a number belongs: what it doesn't say is that of the section around it.
    pub(super) fn path(
        &self,
        number: &Number,
        restarts: Option<usize>,
        is_plain_heading: bool,
        is_heading: bool,
    ) -> Path {
        let root = self.root();
        let parts = self.own_parts(number);
        let path = |root: String, parts: Vec<Part>, repeats: bool| Path {
            root,
            parts,
            restarts,
            is_plain_heading,
            repeats,
        };
        let mut sections = self.open.iter().filter_map(|open| match &open.place {
            Place::Clause(path) if path.restarts.is_some() => Some(path),
            _ => None,
        });
        if let Some(section) = sections.next_back() {
            let is_below = |part: &Part| {
                let mut child = section.parts.clone();
                child.push(*part);
                // `2.2` of section II is no clause 2 of it, below which `2.3` would stand.
                let is_it = |path: &Path| path.parts == child && !path.repeats;
                self.open
                    .iter()
                    .any(|open| matches!(&open.place, Place::Clause(path) if is_it(path)))
            };
            let repeats = parts.len() > 1
                && parts
                    .first()
                    .zip(section.parts.last())
                    .is_some_and(|(own, around)| is_same(own, around) && !is_below(own));
            let mut full = section.parts.clone();
            full.extend(parts.into_iter().skip(usize::from(repeats)));
            return path(section.root.clone(), full, repeats);
        }
        if parts.len() == 1 {
            let counts_through = !is_heading && self.appendix_depth() == 0;
            return path(
                if counts_through { "p".to_owned() } else { root },
                parts,
                false,
            );
        }
        // `3.1.` below point 3 is a clause of that point.
        let mut roots = self.open.iter().rev().filter_map(|open| match &open.place {
            Place::Clause(around) if around.parts.first() == parts.first() => Some(&around.root),
            _ => None,
        });
        let root = roots.next().cloned().unwrap_or(root);
        path(root, parts, false)
    }

    /// The parts of a number without that of its appendix: `A.1` in appendix A.
    pub(super) fn own_parts(&self, number: &Number) -> Vec<Part> {
        let mut parts = number.parts().to_vec();
        let is_letter = matches!(number.first().style, Style::Letter(_));
        let appendix = self
            .open
            .first()
            .filter(|open| open.place == Place::Appendix);
        if let Some(appendix) = appendix
            && is_letter
            && parts.len() > 1
            && appendix.clause.anchor == format!("a-{}", number.first().value_slug())
        {
            parts.remove(0);
        }
        parts
    }

    /// What anchors of clauses begin with here.
    pub(super) fn root(&self) -> String {
        let appendix = self
            .open
            .first()
            .filter(|open| open.place == Place::Appendix);
        appendix.map_or_else(|| "c".to_owned(), |open| open.clause.anchor.clone())
    }

    /// 1 in an appendix, 0 elsewhere.
    pub(super) fn appendix_depth(&self) -> usize {
        let appendix = self
            .open
            .first()
            .filter(|open| open.place == Place::Appendix);
        usize::from(appendix.is_some())
    }
}

/// Whether two parts of numbers are the same as they are written: letters have places that depend
/// on the letters before them.
pub(super) fn is_same(one: &Part, other: &Part) -> bool {
    match (one.style, other.style) {
        (Style::Letter(one), Style::Letter(other)) => one.to_lowercase().eq(other.to_lowercase()),
        // A lone `I` before a dot is read as a letter.
        (Style::Letter(_), Style::Roman) => one.as_roman().is_some_and(|one| one == *other),
        _ => one == other,
    }
}
