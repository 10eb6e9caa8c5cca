//! Repairs, decisions, and the errors of input that can't be imported.

use crate::Imported;
use crate::limits::{LINE_LIMIT, PARAGRAPH_LIMIT, SIZE_LIMIT};
use crate::signature::{AS_UTF8, AS_WEB_PAGE};
use std::collections::BTreeMap;

/// Why an input can't be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// More bytes than [`SIZE_LIMIT`].
    #[error("the document has `{size}` bytes{unit}, the limit is `{SIZE_LIMIT}`")]
    TooLarge {
        /// Size of the input in bytes.
        size: usize,
        /// ` in UTF-8`, or nothing where the size is that of the file.
        unit: &'static str,
    },
    /// A binary file, or a text that is no document.
    #[error("the file is {what}, not a text")]
    NotText {
        /// The kind of file, with its article.
        what: &'static str,
        /// How to convert it to an importable document.
        help: &'static str,
    },
    /// A line of Markdown over the limit.
    #[error(
        "line `{line}` has `{size}` bytes, the limit is `{LINE_LIMIT}`: put line breaks between its paragraphs"
    )]
    LineTooLong {
        /// Number of the line, 1-based.
        line: usize,
        /// Size of the line in bytes.
        size: usize,
    },
    /// The input isn't UTF-8, and its encoding can't be detected.
    #[error("line `{line}` is not UTF-8: the byte at offset `{offset}` has no meaning there")]
    NotUtf8 {
        /// Offset of the first invalid byte.
        offset: usize,
        /// Line of that byte, 1-based.
        line: usize,
    },
    /// A byte is invalid in the encoding of the input.
    #[error(
        "line `{line}` is not {encoding}{said_by}: the byte at offset `{offset}` has no meaning there"
    )]
    Undecodable {
        /// Offset of the first invalid byte.
        offset: usize,
        /// Line of that byte, 1-based.
        line: usize,
        /// The name of the encoding.
        encoding: &'static str,
        /// What the encoding was derived from, with a leading comma; may be empty.
        said_by: &'static str,
    },
    /// A NUL character: the file is binary or damaged.
    #[error("line `{line}` has a NUL character at byte offset `{offset}`: the file is not a text")]
    Nul {
        /// Offset of the first NUL.
        offset: usize,
        /// Line of that byte, 1-based.
        line: usize,
    },
}

impl ImportError {
    /// How to get an importable document.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotText { help, .. } => help,
            Self::TooLarge { .. } => "divide it, or leave out what is no text, such as pictures",
            Self::LineTooLong { .. } => "put each paragraph on a line of its own",
            Self::NotUtf8 { .. } | Self::Undecodable { .. } => AS_UTF8,
            Self::Nul { .. } => AS_WEB_PAGE,
        }
    }
}

macro_rules! kinds {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name, for tools and tests.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

kinds! {
    /// What was repaired.
    RepairKind {
        /// An encoding other than UTF-8, or other than declared.
        Encoding = "encoding",
        /// Byte order mark, CR, invisible characters, special spaces, letters not in NFC.
        Characters = "characters",
        /// A letter of another alphabet that looks the same.
        Homoglyph = "homoglyph",
        /// A bold or italic marker without its partner.
        OrphanMarker = "orphan-marker",
        /// A list item without text.
        EmptyBlock = "empty-block",
        /// A thematic break.
        ThematicBreak = "thematic-break",
        /// List items at the wrong depth.
        MisnestedList = "misnested-list",
        /// A list with blank lines between its items.
        LooseList = "loose-list",
        /// List items marked with dashes, escaped asterisks, bullet characters or labels such as
        /// `a)`.
        PseudoList = "pseudo-list",
        /// The sentence that introduces a list was its first item.
        LeadIn = "lead-in",
        /// A clause that was a list item.
        ClauseInList = "clause-in-list",
        /// A missing period or space after a clause number, or another form of number.
        NumberForm = "number-form",
        /// A heading that was a list item, a bold paragraph, or numbered in words (`Article 5`).
        Heading = "heading",
        /// A heading level that didn't fit the number or the enclosing headings.
        HeadingLevel = "heading-level",
        /// A clause of whole sentences that was a heading.
        HeadingTooLong = "heading-too-long",
        /// Bold around a whole block.
        BoldWrapper = "bold-wrapper",
        /// A sentence cut by a blank line, or a word cut by a line end.
        CutSentence = "cut-sentence",
        /// Line breaks within a block.
        HardBreak = "hard-break",
        /// The title moved to the front matter.
        Title = "title",
        /// The line with the edition's date, which the page shows anyway.
        Date = "date",
        /// A definition that wasn't a bold term and a dash.
        Definition = "definition",
        /// A template's placeholder that became a variable.
        Placeholder = "placeholder",
        /// A hyphen or short dash in place of a dash.
        Dash = "dash",
        /// A link within the document, through a redirect, or hidden from crawlers.
        Link = "link",
        /// Markup that the content form lacks; the text stays.
        Markup = "markup",
        /// Scripts, styles and comments.
        Dropped = "dropped",
        /// The number of a printed page.
        PageNumber = "page-number",
        /// A table whose rows were uneven.
        Table = "table",
        /// Front matter of another program.
        FrontMatter = "front-matter",
    }
}

kinds! {
    /// What a person must decide.
    DecisionKind {
        /// The document shows no title.
        NoTitle = "no-title",
        /// A title or headings in capitals.
        Capitals = "capitals",
        /// Unequal numbers of opening and closing quotation marks.
        UnbalancedQuotes = "unbalanced-quotes",
        /// A clause number is missing in its sequence.
        NumberGap = "number-gap",
        /// A clause number occurs twice.
        NumberDuplicate = "number-duplicate",
        /// A clause number is smaller than the one before.
        NumberOrder = "number-order",
        /// A number at the beginning of a paragraph may or may not be a clause number.
        NumberUncertain = "number-uncertain",
        /// Points are numbered through all chapters: `2-тармақ` isn't clause 2, the second chapter.
        PointsAcross = "points-across",
        /// Non-consecutive numbers of an ordered list.
        ListNumbers = "list-numbers",
        /// A placeholder that no variable fills.
        Placeholder = "placeholder",
        /// A variable that the content form lacks.
        UnknownVariable = "unknown-variable",
        /// A word with letters of two alphabets.
        MixedScript = "mixed-script",
        /// Words of another language inside the text.
        Language = "language",
        /// A date in the text that isn't the edition's.
        Date = "date",
        /// A link whose target won't exist on the site, or with too long an address.
        Link = "link",
        /// A picture, which an edition can't have.
        Image = "image",
        /// A list whose structure is uncertain.
        ListStructure = "list-structure",
        /// A paragraph that may define several terms.
        Definition = "definition",
        /// A paragraph over the limit that was divided.
        LongParagraph = "long-paragraph",
        /// A sentence that may have been cut.
        CutSentence = "cut-sentence",
        /// A hyphen at a line end that may belong to the word or not.
        CutWord = "cut-word",
        /// Front matter of another program that was left out.
        FrontMatter = "front-matter",
        /// Navigation, forms and other parts of a page that aren't its text.
        PageFrame = "page-frame",
        /// A nested table, merged cells, or a table over the limit.
        Table = "table",
    }
}

/// A defect that was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The kind of defect.
    pub kind: RepairKind,
    /// Line of the input, 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// A question that a person must decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The kind of question.
    pub kind: DecisionKind,
    /// Line of the input, 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// How to resolve it.
    pub help: String,
}

/// Collects repairs and decisions during an import.
#[derive(Debug, Default)]
pub(crate) struct Report {
    repairs: Vec<Repair>,
    decisions: Vec<Decision>,
    counted: BTreeMap<(RepairKind, String), (usize, usize)>,
}

impl Report {
    pub(crate) fn repair(&mut self, kind: RepairKind, line: usize, message: impl Into<String>) {
        let message = message.into();
        self.repairs.push(Repair {
            kind,
            line,
            message,
        });
    }

    /// Counts a repair that is reported once, with its first line and how often it happened.
    pub(crate) fn count(&mut self, kind: RepairKind, line: usize, message: impl Into<String>) {
        let entry = self
            .counted
            .entry((kind, message.into()))
            .or_insert((line, 0));
        entry.0 = entry.0.min(line);
        entry.1 += 1;
    }

    pub(crate) fn decision(
        &mut self,
        kind: DecisionKind,
        line: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (message, help) = (message.into(), help.into());
        self.decisions.push(Decision {
            kind,
            line,
            message,
            help,
        });
    }

    /// The decision about a paragraph of `size` bytes that was divided into `parts`.
    pub(crate) fn divided_paragraph(&mut self, line: usize, size: usize, parts: usize) {
        self.decision(
            DecisionKind::LongParagraph,
            line,
            format!("a paragraph of `{size}` bytes was divided into `{parts}`, because the limit is `{PARAGRAPH_LIMIT}`"),
            "see that each part begins where a paragraph may begin",
        );
    }

    pub(crate) fn into_imported(mut self, source: String, text: String) -> Imported {
        for ((kind, message), (line, times)) in self.counted {
            let message = match times {
                1 => message,
                _ => format!("{message} (`{times}` times, first here)"),
            };
            self.repairs.push(Repair {
                kind,
                line,
                message,
            });
        }
        self.repairs
            .sort_by_key(|repair| (repair.line, repair.kind));
        self.decisions
            .sort_by_key(|decision| (decision.line, decision.kind));
        Imported {
            source,
            text,
            repairs: self.repairs,
            decisions: self.decisions,
        }
    }
}
