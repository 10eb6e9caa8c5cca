//! Parses a policy into a tree of numbered clauses.
//!
//! 1. `front_matter` splits the file and parses the front matter.
//! 2. `markdown` converts Markdown to raw blocks and [`Inline`]s with their spans.
//! 3. `outline` finds out what each heading is: a clause, a group of clauses, an appendix.
//! 4. `clauses` finds the numbers and builds the tree of [`Clause`]s; `points` finds the points in
//!    the blocks of each.
//! 5. `footnotes` pairs footnotes with the references to them, and `resolve` finds the clauses that
//!    the text refers to.
//!
//! [`parse`] takes the text of one file and returns a [`Document`] that borrows from it. What a
//! number, a mark and a label look like in each language, the crate `language` knows.

mod address;
mod anchors;
mod clauses;
mod context;
mod footnotes;
mod front_matter;
mod inline;
mod markdown;
mod outline;
pub mod plain_text;
mod points;
mod raw;
mod reference;
mod resolve;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use anchors::Anchors;
pub use front_matter::FrontMatter;
pub(crate) use front_matter::FrontMatterKeys;

use crate::report::diagnostic::{Diagnostic, FileId};
use domain::Locale;
use language::Part;
use pulldown_cmark::{Alignment, CowStr};
use std::fmt;
use std::ops::Range;

/// One edition of a policy in one locale.
#[derive(Debug)]
pub struct Document<'s> {
    /// The file it was read from.
    pub file: FileId,
    /// The whole text of the file.
    pub text: &'s str,
    /// The language of the text.
    pub locale: Locale,
    /// Its front matter.
    pub front: FrontMatter,
    /// Blocks before the first clause.
    pub preamble: Vec<Block<'s>>,
    /// Clauses of the first level, groups and appendices.
    pub clauses: Vec<Clause<'s>>,
    /// Footnotes, in the order of their labels.
    pub footnotes: Vec<Footnote<'s>>,
}

/// A provision with its anchor.
#[derive(Debug)]
pub struct Clause<'s> {
    /// `None` for a heading without a number.
    pub number: Option<ClauseNumber>,
    /// What it is.
    pub kind: ClauseKind,
    /// 1 for a section, 2 for what is nested in it.
    pub level: usize,
    /// `c-3-1`, or `s-4` for the fourth heading without a number; docs/content.md lists the others.
    pub anchor: String,
    /// How its text starts.
    pub head: Head<'s>,
    /// Its text without nested clauses.
    pub blocks: Vec<Block<'s>>,
    /// Nested clauses.
    pub children: Vec<Clause<'s>>,
    /// Byte range of its first line in the file.
    pub span: Range<usize>,
}

/// What a [`Clause`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseKind {
    /// A clause.
    Clause,
    /// A part, section or chapter whose number isn't part of the numbers of its clauses.
    Group,
    /// An appendix, whose clauses have numbers of their own.
    Appendix,
}

/// The number of a clause as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseNumber {
    /// With the punctuation after it: `3.1.`, `Статья 5.`, `第五条`.
    pub written: String,
    /// Whether a word is part of it.
    pub is_worded: bool,
}

/// Without the punctuation after it: `3.1`, `Статья 5`.
impl fmt::Display for ClauseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_end =
            |character: char| character.is_whitespace() || ".:)、．：–—-".contains(character);
        formatter.write_str(self.written.trim_end_matches(is_end))
    }
}

impl ClauseNumber {
    /// The number with another last part, which its author didn't write.
    pub(in crate::content::document) fn with_last(&self, last: &Part, other: &Part) -> String {
        let number = self.to_string();
        let last = last.to_string();
        match number.rsplit_once(last.as_str()) {
            Some((before, after)) => format!("{before}{other}{after}"),
            None => other.to_string(),
        }
    }
}

/// A footnote.
#[derive(Debug)]
pub struct Footnote<'s> {
    /// The number that stands in the text: `1`.
    pub label: String,
    /// `n-1`
    pub anchor: String,
    /// Its text.
    pub blocks: Vec<Block<'s>>,
    /// Byte range of its first line in the file.
    pub span: Range<usize>,
}

/// How a clause starts.
#[derive(Debug)]
pub enum Head<'s> {
    /// With a title, which the table of contents lists.
    Title(Vec<Inline<'s>>),
    /// With its first paragraph.
    Text,
    /// With a term; its first paragraph is the definition.
    Term(Vec<Inline<'s>>),
}

/// A block of Markdown.
#[derive(Debug)]
pub enum Block<'s> {
    /// A paragraph.
    Paragraph(Vec<Inline<'s>>),
    /// A list of items, ordered if it has a first number.
    List(Option<u64>, Vec<Vec<Block<'s>>>),
    /// Points with the marks of their author.
    Points(Vec<Point<'s>>),
    /// Terms with their definitions.
    Definitions(Vec<(Vec<Inline<'s>>, Vec<Inline<'s>>)>),
    /// A table.
    Table(Table<'s>),
    /// A block quote: a note that isn't part of the binding text.
    Note(Vec<Block<'s>>),
    /// A block generated from facts.
    Generated(Generated),
}

/// A point of a clause: `а) имя;`.
#[derive(Debug)]
pub struct Point<'s> {
    /// The mark as its author wrote it: `2-1)`, `(a)`.
    pub mark: String,
    /// Its value in the list.
    pub part: Part,
    /// `c-5-2-p1`
    pub anchor: String,
    /// Its text.
    pub blocks: Vec<Block<'s>>,
}

/// A part of a block that contains no blocks.
pub enum Leaf<'d, 's> {
    /// A paragraph, term, definition or cell.
    Inlines(&'d [Inline<'s>]),
    /// A block generated from facts.
    Generated(Generated),
}

/// Calls `visit` with each leaf of blocks, in the order of the text.
pub fn visit_leaves<'d, 's>(blocks: &'d [Block<'s>], visit: &mut impl FnMut(Leaf<'d, 's>)) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => visit(Leaf::Inlines(inlines)),
            Block::List(_, items) => items.iter().for_each(|item| visit_leaves(item, visit)),
            Block::Points(points) => {
                let blocks = points.iter().map(|point| &point.blocks);
                blocks.for_each(|blocks| visit_leaves(blocks, visit));
            }
            Block::Definitions(definitions) => {
                for (term, definition) in definitions {
                    visit(Leaf::Inlines(term));
                    visit(Leaf::Inlines(definition));
                }
            }
            Block::Table(table) => {
                let cells = std::iter::once(&table.head).chain(&table.rows).flatten();
                cells.for_each(|cell| visit(Leaf::Inlines(cell)));
            }
            Block::Note(blocks) => visit_leaves(blocks, visit),
            Block::Generated(generated) => visit(Leaf::Generated(*generated)),
        }
    }
}

/// A table with its head.
#[derive(Debug)]
pub struct Table<'s> {
    /// Alignment of each column.
    pub alignments: Vec<Alignment>,
    /// Cells of the first row.
    pub head: Vec<Vec<Inline<'s>>>,
    /// Cells of the other rows.
    pub rows: Vec<Vec<Vec<Inline<'s>>>>,
}

/// A block generated from facts of the settings or the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// Who the operator is, and whom to turn to there.
    Operator,
    /// The authority that receives complaints.
    Authority,
    /// All cookies of the register.
    Cookies,
    /// All services of the register.
    Services,
    /// A link to the visitor's choices.
    Choices,
}

impl Generated {
    /// Every generated block.
    pub const ALL: [Self; 5] = [
        Self::Operator,
        Self::Authority,
        Self::Cookies,
        Self::Services,
        Self::Choices,
    ];

    /// The name of the variable that stands for it.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Operator => "block.operator",
            Self::Authority => "block.authority",
            Self::Cookies => "block.cookies",
            Self::Services => "block.services",
            Self::Choices => "block.choices",
        }
    }
}

/// A part of a paragraph, title or cell.
#[derive(Debug)]
pub enum Inline<'s> {
    /// Plain text.
    Text(CowStr<'s>),
    /// The name of a fact, and the byte range of the variable in the file.
    Variable(CowStr<'s>, Range<usize>),
    /// Strong text.
    Strong(Vec<Inline<'s>>),
    /// Emphasised text.
    Emphasis(Vec<Inline<'s>>),
    /// Code.
    Code(CowStr<'s>),
    /// A link: its target, its text and its byte range in the file.
    Link(Target<'s>, Vec<Inline<'s>>, Range<usize>),
    /// The BCP 47 tag of another language, and text in it.
    Language(CowStr<'s>, Vec<Inline<'s>>),
    /// The label of a footnote, and the byte range of the reference in the file.
    Footnote(CowStr<'s>, Range<usize>),
    /// A hard line break.
    Break,
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<'s> {
    /// A clause, point, group, appendix or footnote of this policy.
    Own(Address),
    /// The same of another policy.
    Other(CowStr<'s>, Address),
    /// A policy of this site.
    Policy(CowStr<'s>),
    /// The page of the visitor's choices.
    Choices,
    /// No target: `[clause 5](@words)` marks text that is no reference.
    Unlinked,
    /// A page of this site by its path.
    Path(CowStr<'s>),
    /// Any other URL: `https:`, `mailto:`, `tel:`.
    Url(CowStr<'s>),
}

/// Parses an edition. Only invalid front matter yields no document, so that later checks can report
/// their errors too.
pub fn parse<'s>(
    text: &'s str,
    file: FileId,
    locale: &Locale,
) -> (Option<Document<'s>>, Vec<Diagnostic>) {
    let (front, body) = match FrontMatter::read(text, file) {
        Ok(read) => read,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let mut diagnostics = Vec::new();
    let raw = markdown::read(text, body, file, locale, &mut diagnostics);
    let mut context = context::Context {
        text,
        file,
        diagnostics: &mut diagnostics,
    };
    let (preamble, clauses) = clauses::build(raw.blocks, &mut context);
    let footnotes = footnotes::build(raw.footnotes, &mut context);
    let mut document = Document {
        file,
        text,
        locale: locale.clone(),
        front,
        preamble,
        clauses,
        footnotes,
    };
    resolve::resolve(&mut document);
    footnotes::check(&document, &mut diagnostics);
    (Some(document), diagnostics)
}

impl<'s> Document<'s> {
    /// Every clause in the order of the text (pre-order).
    pub fn walk(&self) -> Vec<&Clause<'s>> {
        fn collect<'d, 's>(clauses: &'d [Clause<'s>], all: &mut Vec<&'d Clause<'s>>) {
            for clause in clauses {
                all.push(clause);
                collect(&clause.children, all);
            }
        }
        let mut all = Vec::new();
        collect(&self.clauses, &mut all);
        all
    }

    /// Every anchor of the text: those of clauses, points and footnotes.
    pub fn anchors(&self) -> Vec<&str> {
        let mut anchors = Vec::new();
        push_points(&self.preamble, &mut anchors);
        for clause in self.walk() {
            anchors.push(clause.anchor.as_str());
            push_points(&clause.blocks, &mut anchors);
        }
        for footnote in &self.footnotes {
            anchors.push(&footnote.anchor);
            push_points(&footnote.blocks, &mut anchors);
        }
        anchors
    }
}

fn push_points<'d>(blocks: &'d [Block<'_>], anchors: &mut Vec<&'d str>) {
    visit_points(blocks, &mut |point| anchors.push(&point.anchor));
}

/// Calls `visit` with each point of blocks, in the order of the text.
pub fn visit_points<'d, 's>(blocks: &'d [Block<'s>], visit: &mut impl FnMut(&'d Point<'s>)) {
    for block in blocks {
        match block {
            Block::Points(points) => {
                for point in points {
                    visit(point);
                    visit_points(&point.blocks, visit);
                }
            }
            Block::List(_, items) => items.iter().for_each(|item| visit_points(item, visit)),
            Block::Note(blocks) => visit_points(blocks, visit),
            Block::Paragraph(_) | Block::Definitions(_) | Block::Table(_) | Block::Generated(_) => {
            }
        }
    }
}
