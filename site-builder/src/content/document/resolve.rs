//! Finds the clauses and points that a text refers to, once all of them are known.

use super::address::{Address, IfMissing, bare_mark};
use super::{Block, Clause, ClauseKind, Document, Head, Inline, Point, Target, visit_points};
use language::{Part, Unit};
use std::collections::{HashMap, HashSet};

/// Gives each reference to the text itself its anchor, if there is one. A reference that can only be
/// one to another document becomes words.
pub(super) fn resolve(document: &mut Document<'_>) {
    let index = Index::of(document);
    let place = Place {
        index: &index,
        appendix: None,
        clause: "preamble",
    };
    place.blocks(&mut document.preamble);
    for clause in &mut document.clauses {
        place.clause(clause);
    }
    for footnote in &mut document.footnotes {
        place.blocks(&mut footnote.blocks);
    }
}

/// What references may mean.
struct Index {
    anchors: HashSet<String>,
    /// Mark and anchor of each point, by the anchor of what contains its list.
    points: HashMap<String, Vec<(String, String)>>,
    has_appendices: bool,
    /// Whether words are part of numbers, as in `Article 5`.
    has_articles: bool,
}

impl Index {
    fn of(document: &Document<'_>) -> Self {
        let mut points: HashMap<String, Vec<(String, String)>> = HashMap::new();
        let mut add = |point: &Point<'_>| {
            let own = (bare_mark(&point.mark), point.anchor.clone());
            let base = base(&point.anchor).to_owned();
            points.entry(base).or_default().push(own);
        };
        visit_points(&document.preamble, &mut add);
        let clauses = document.walk();
        for clause in &clauses {
            visit_points(&clause.blocks, &mut add);
        }
        let is_article = |clause: &&Clause<'_>| {
            clause.kind == ClauseKind::Clause
                && clause
                    .number
                    .as_ref()
                    .is_some_and(|number| number.is_worded)
        };
        Self {
            anchors: document.anchors().into_iter().map(str::to_owned).collect(),
            points,
            has_appendices: clauses
                .iter()
                .any(|clause| clause.kind == ClauseKind::Appendix),
            has_articles: clauses.iter().any(is_article),
        }
    }

    /// The anchor of the point with these marks below another anchor.
    fn point(&self, anchor: &str, marks: &[String]) -> Option<String> {
        let Some((mark, deeper)) = marks.split_first() else {
            return Some(anchor.to_owned());
        };
        let points = self.points.get(anchor).map_or(&[][..], Vec::as_slice);
        let point = points.iter().find(|(own, _)| own == mark);
        let found = point.map(|(_, anchor)| anchor.clone()).or_else(|| {
            // `Article 5(2)` may be clause 2 of article 5.
            let (part, _) = Part::leading(mark)?;
            let clause = format!("{anchor}-{}", part.slug());
            self.anchors.contains(&clause).then_some(clause)
        });
        match found {
            Some(found) => self.point(&found, deeper),
            // Points without marks of their own, such as those of an ordered list, have no anchors.
            None => points.is_empty().then(|| anchor.to_owned()),
        }
    }

    /// Whether a reference to a place that isn't there is a mistake.
    fn is_mistake(&self, if_missing: IfMissing) -> bool {
        match if_missing {
            IfMissing::Mistake => true,
            IfMissing::MistakeAmong(Unit::Appendix) => self.has_appendices,
            IfMissing::MistakeAmong(_) => self.has_articles,
            IfMissing::Words => false,
        }
    }
}

/// The anchor of what contains the list of a point: `c-5-2` of `c-5-2-l2-p1`.
fn base(anchor: &str) -> &str {
    let list = anchor.rsplit_once("-p").map_or("", |(list, _)| list);
    match list.rsplit_once("-l") {
        Some((base, count)) if count.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => list,
    }
}

/// Where references stand.
#[derive(Clone, Copy)]
struct Place<'i> {
    index: &'i Index,
    /// The anchor of the appendix around them.
    appendix: Option<&'i str>,
    /// The anchor of the clause around them.
    clause: &'i str,
}

impl Place<'_> {
    fn clause(&self, clause: &mut Clause<'_>) {
        let anchor = clause.anchor.clone();
        let place = Place {
            index: self.index,
            appendix: match clause.kind {
                ClauseKind::Appendix => Some(&anchor),
                ClauseKind::Clause | ClauseKind::Group => self.appendix,
            },
            clause: &anchor,
        };
        if let Head::Title(inlines) | Head::Term(inlines) = &mut clause.head {
            place.inlines(inlines);
        }
        place.blocks(&mut clause.blocks);
        for child in &mut clause.children {
            place.clause(child);
        }
    }

    fn blocks(&self, blocks: &mut [Block<'_>]) {
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => self.inlines(inlines),
                Block::List(_, items) => items.iter_mut().for_each(|item| self.blocks(item)),
                Block::Points(points) => {
                    let points = points.iter_mut();
                    points.for_each(|point| self.blocks(&mut point.blocks));
                }
                Block::Definitions(definitions) => {
                    for (term, words) in definitions {
                        self.inlines(term);
                        self.inlines(words);
                    }
                }
                Block::Table(table) => {
                    let cells = std::iter::once(&mut table.head).chain(&mut table.rows);
                    cells.flatten().for_each(|cell| self.inlines(cell));
                }
                Block::Note(blocks) => self.blocks(blocks),
                Block::Generated(_) => {}
            }
        }
    }

    fn inlines(&self, inlines: &mut [Inline<'_>]) {
        for inline in inlines {
            match inline {
                Inline::Strong(inlines)
                | Inline::Emphasis(inlines)
                | Inline::Language(_, inlines) => self.inlines(inlines),
                Inline::Link(target, inlines, _) => {
                    self.inlines(inlines);
                    self.target(target);
                }
                Inline::Text(_)
                | Inline::Variable(..)
                | Inline::Code(_)
                | Inline::Footnote(..)
                | Inline::Break => {}
            }
        }
    }

    fn target(&self, target: &mut Target<'_>) {
        let Target::Own(address) = target else {
            return;
        };
        address.anchor = self.anchor(address);
        if address.anchor.is_none() && !self.index.is_mistake(address.if_missing) {
            *target = Target::Unlinked;
        }
    }

    fn anchor(&self, address: &Address) -> Option<String> {
        let marks = address.marks();
        if address.candidates().is_empty() {
            return self.index.point(self.clause, marks);
        }
        let in_appendix = self.appendix.into_iter().flat_map(|appendix| {
            let paths = address.candidates().iter();
            let paths = paths.filter_map(|anchor| anchor.strip_prefix("c-"));
            paths.map(move |path| format!("{appendix}-{path}"))
        });
        let mut candidates = in_appendix.chain(address.candidates().iter().cloned());
        let anchor = candidates.find(|anchor| self.index.anchors.contains(anchor))?;
        self.index.point(&anchor, marks)
    }
}
