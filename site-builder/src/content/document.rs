//! Parses a policy into a tree of numbered clauses.
//!
//! 1. `front_matter` splits the file and parses the front matter.
//! 2. `markdown` converts Markdown to [`Block`]s and [`Inline`]s with their spans.
//! 3. `clauses` finds the numbers and builds the tree of [`Clause`]s.
//!
//! [`parse`] takes the text of one file and returns a [`Document`] that borrows from it.

mod anchors;
mod clauses;
mod front_matter;
mod inline;
mod markdown;
mod number;
pub mod plain_text;
mod reference;

pub use anchors::Anchors;
pub use front_matter::FrontMatter;
pub(crate) use front_matter::FrontMatterKeys;
pub use number::Number;

use crate::report::diagnostic::{Diagnostic, FileId};
use domain::Locale;
use pulldown_cmark::{Alignment, CowStr};
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
    /// Clauses of the first level.
    pub clauses: Vec<Clause<'s>>,
}

/// A provision with its anchor.
#[derive(Debug)]
pub struct Clause<'s> {
    /// `None` for a heading without a number.
    pub number: Option<Number>,
    /// `c-3-1`, or `s-4` for the fourth heading without a number.
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
    /// Terms with their definitions.
    Definitions(Vec<(Vec<Inline<'s>>, Vec<Inline<'s>>)>),
    /// A table.
    Table(Table<'s>),
    /// A block quote: a note that isn't part of the binding text.
    Note(Vec<Block<'s>>),
    /// A block generated from facts.
    Generated(Generated),
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
    /// Contact facts of the operator.
    Operator,
    /// All cookies of the register.
    Cookies,
    /// All services of the register.
    Services,
    /// A link to the visitor's choices.
    Choices,
}

impl Generated {
    /// Every generated block.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Cookies, Self::Services, Self::Choices];

    /// The name of the variable that stands for it.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Operator => "block.operator",
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
    /// A hard line break.
    Break,
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<'s> {
    /// A clause of this policy, or of another one.
    Clause(Option<CowStr<'s>>, Number),
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
    let blocks = markdown::read(text, body, file, locale, &mut diagnostics);
    let (preamble, clauses) = clauses::build(text, blocks, file, &mut diagnostics);
    let document = Document {
        file,
        text,
        locale: locale.clone(),
        front,
        preamble,
        clauses,
    };
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
}
