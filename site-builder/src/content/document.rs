//! A policy as lawyers see it: clauses with numbers, not headings with levels.
//!
//! 1. `front_matter` splits the file and reads the facts of the edition.
//! 2. `markdown` turns Markdown into [`Block`]s and [`Inline`]s, with places.
//! 3. `clauses` finds the numbers and makes the tree of [`Clause`]s.
//!
//! In: the text of one file. Out: a [`Document`] that borrows from it, and diagnostics.

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
pub(crate) use front_matter::Raw as FrontMatterKeys;
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
    /// Facts of the edition.
    pub front: FrontMatter,
    /// What stands before the first clause.
    pub preamble: Vec<Block<'s>>,
    /// Clauses of the first level.
    pub clauses: Vec<Clause<'s>>,
}

/// A provision with its anchor.
#[derive(Debug)]
pub struct Clause<'s> {
    /// None: a heading without a number.
    pub number: Option<Number>,
    /// `c-3-1`, or `s-4` for the fourth heading without a number.
    pub anchor: String,
    /// How it starts.
    pub head: Head<'s>,
    /// Its own text.
    pub blocks: Vec<Block<'s>>,
    /// Deeper clauses.
    pub children: Vec<Clause<'s>>,
    /// Its first line.
    pub span: Range<usize>,
}

/// How a clause starts.
#[derive(Debug)]
pub enum Head<'s> {
    /// With a title: it stands in the table of contents.
    Title(Vec<Inline<'s>>),
    /// With its text.
    Text,
    /// With a term that the text defines.
    Term(Vec<Inline<'s>>),
}

/// A paragraph or something like it.
#[derive(Debug)]
pub enum Block<'s> {
    /// Words.
    Paragraph(Vec<Inline<'s>>),
    /// A list; `Some(start)` when it is ordered.
    List(Option<u64>, Vec<Vec<Block<'s>>>),
    /// Terms with their definitions.
    Definitions(Vec<(Vec<Inline<'s>>, Vec<Inline<'s>>)>),
    /// A table.
    Table(Table<'s>),
    /// A note beside the binding text.
    Note(Vec<Block<'s>>),
    /// Something the builder makes from facts.
    Generated(Generated),
}

/// A table with its head.
#[derive(Debug)]
pub struct Table<'s> {
    /// Of each column.
    pub alignments: Vec<Alignment>,
    /// Cells of the first row.
    pub head: Vec<Vec<Inline<'s>>>,
    /// Cells of the other rows.
    pub rows: Vec<Vec<Vec<Inline<'s>>>>,
}

/// A block that the builder makes from facts.
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
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Cookies, Self::Services, Self::Choices];

    /// The name in a text.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Operator => "block.operator",
            Self::Cookies => "block.cookies",
            Self::Services => "block.services",
            Self::Choices => "block.choices",
        }
    }
}

/// Words and what is among them.
#[derive(Debug)]
pub enum Inline<'s> {
    /// Words.
    Text(CowStr<'s>),
    /// A fact by its name.
    Variable(CowStr<'s>, Range<usize>),
    /// Strong words.
    Strong(Vec<Inline<'s>>),
    /// Emphasised words.
    Emphasis(Vec<Inline<'s>>),
    /// Letters of a machine.
    Code(CowStr<'s>),
    /// A link with its words.
    Link(Target<'s>, Vec<Inline<'s>>, Range<usize>),
    /// Words of another language, by its BCP 47 tag.
    Language(CowStr<'s>, Vec<Inline<'s>>),
    /// The end of a line that must stay one.
    Break,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<'s> {
    /// A clause of this policy, or of another one.
    Clause(Option<CowStr<'s>>, Number),
    /// A policy of this site.
    Policy(CowStr<'s>),
    /// The page of the visitor's choices.
    Choices,
    /// Nowhere: words that look like a reference and are none.
    Nowhere,
    /// A page of this site by its path.
    Path(CowStr<'s>),
    /// Anything else: `https:`, `mailto:`, `tel:`.
    Url(CowStr<'s>),
}

/// Reads one edition. A document is made even where there are mistakes, so that all of them are found at once.
pub fn parse<'s>(
    text: &'s str,
    file: FileId,
    locale: &Locale,
) -> (Option<Document<'s>>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (front, body) = match front_matter::split(text, file) {
        Ok(split) => split,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let front = match FrontMatter::read(text, front, file) {
        Ok(front) => front,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
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
    /// Every clause, parents before children, in the order of the text.
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
