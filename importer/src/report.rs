//! What the importer tells: repairs, decisions, and the refusal of input that is no text.

use crate::Imported;
use crate::limits::{LINE_LIMIT, PARAGRAPH_LIMIT, SIZE_LIMIT};
use crate::signature::{AS_UTF8, AS_WEB_PAGE};
use std::collections::BTreeMap;

/// The input can't be imported at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// No policy is that long, and reading must stay bounded.
    #[error("the document has `{size}` bytes{unit}, the limit is `{SIZE_LIMIT}`")]
    TooLarge {
        /// Size of the input in bytes.
        size: usize,
        /// ` in UTF-8`, or nothing where the size is that of the file.
        unit: &'static str,
    },
    /// The file is of a kind that is no text.
    #[error("the file is {what}, not a text")]
    NotText {
        /// The kind of file, with its article.
        what: &'static str,
        /// How a document that can be imported is made of it.
        help: &'static str,
    },
    /// No paragraph is that long.
    #[error(
        "line `{line}` has `{size}` bytes, the limit is `{LINE_LIMIT}`: put line breaks between its paragraphs"
    )]
    LineTooLong {
        /// Its number, 1-based.
        line: usize,
        /// Its size in bytes.
        size: usize,
    },
    /// The input is in another encoding, and which one isn't sure.
    #[error("line `{line}` is not UTF-8: the byte at offset `{offset}` has no meaning there")]
    NotUtf8 {
        /// Offset of the first bad byte.
        offset: usize,
        /// Its line, 1-based.
        line: usize,
    },
    /// A byte doesn't fit the encoding that the input is in.
    #[error(
        "line `{line}` is not {encoding}{said_by}: the byte at offset `{offset}` has no meaning there"
    )]
    Undecodable {
        /// Offset of the first bad byte.
        offset: usize,
        /// Its line, 1-based.
        line: usize,
        /// The name of the encoding.
        encoding: &'static str,
        /// What says so, after a comma, or nothing.
        said_by: &'static str,
    },
    /// Text has no NUL; the file is binary or damaged.
    #[error("line `{line}` has a NUL character at byte offset `{offset}`: the file is not a text")]
    Nul {
        /// Offset of the first NUL.
        offset: usize,
        /// Its line, 1-based.
        line: usize,
    },
}

impl ImportError {
    /// What to do.
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
    /// What was mended.
    RepairKind {
        /// Another encoding than UTF-8, or another than the page says.
        Encoding = "encoding",
        /// Byte order mark, CR, invisible or compatibility characters, NFC.
        Characters = "characters",
        /// A letter of another alphabet that looks the same.
        Homoglyph = "homoglyph",
        /// A bold or italic marker without its partner.
        OrphanMarker = "orphan-marker",
        /// A list item or heading without words.
        EmptyBlock = "empty-block",
        /// A line across the page.
        ThematicBreak = "thematic-break",
        /// Siblings in a list that stood as children of the first one.
        MisnestedList = "misnested-list",
        /// A list with blank lines between its items.
        LooseList = "loose-list",
        /// List items that were written with dashes, escaped asterisks or glyphs.
        PseudoList = "pseudo-list",
        /// A sentence that introduces the list stood as its first item.
        LeadIn = "lead-in",
        /// A clause that stood as a list item.
        ClauseInList = "clause-in-list",
        /// A dot or a space after a clause number.
        NumberForm = "number-form",
        /// A heading that stood as list item, bold paragraph or in other words (`Article 5`).
        Heading = "heading",
        /// A heading whose level didn't fit its number or place.
        HeadingLevel = "heading-level",
        /// A whole clause that was set as a heading.
        HeadingTooLong = "heading-too-long",
        /// Bold around a whole block.
        BoldWrapper = "bold-wrapper",
        /// A sentence that a blank line had cut.
        CutSentence = "cut-sentence",
        /// Lines of one paragraph that belong apart.
        HardBreak = "hard-break",
        /// The title of the document.
        Title = "title",
        /// The date in the text that the page shows itself.
        Date = "date",
        /// A term with its definition.
        Definition = "definition",
        /// A placeholder that became a variable.
        Placeholder = "placeholder",
        /// A hyphen or short dash in place of a dash.
        Dash = "dash",
        /// A link or an address in angle brackets.
        Link = "link",
        /// Markup that the content form doesn't have; the words stay.
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
        /// Words in capitals.
        Capitals = "capitals",
        /// Opening and closing quotation marks differ in number.
        UnbalancedQuotes = "unbalanced-quotes",
        /// A clause number is missing in its sequence.
        NumberGap = "number-gap",
        /// A clause number stands twice.
        NumberDuplicate = "number-duplicate",
        /// A clause number is smaller than the one before.
        NumberOrder = "number-order",
        /// The beginning of a paragraph may or may not be a clause number.
        NumberUncertain = "number-uncertain",
        /// Points are numbered through the chapters: `2-тармақ` is not section 2, the second chapter.
        PointsAcross = "points-across",
        /// Numbers of an ordered list that don't follow each other.
        ListNumbers = "list-numbers",
        /// A placeholder that no variable fills.
        Placeholder = "placeholder",
        /// A variable that the content form doesn't know.
        UnknownVariable = "unknown-variable",
        /// A word with letters of two alphabets.
        MixedScript = "mixed-script",
        /// Words of another language inside the text.
        Language = "language",
        /// A date in the text that isn't the edition's.
        Date = "date",
        /// A link to a place that won't exist.
        Link = "link",
        /// A picture.
        Image = "image",
        /// A list whose structure is uncertain.
        ListStructure = "list-structure",
        /// A paragraph that may define several terms.
        Definition = "definition",
        /// A paragraph that was too long and had to be divided.
        LongParagraph = "long-paragraph",
        /// A sentence that may have been cut.
        CutSentence = "cut-sentence",
        /// A word that the end of a line may have cut.
        CutWord = "cut-word",
        /// Front matter of another program that found no place.
        FrontMatter = "front-matter",
        /// Navigation, forms and other parts of a page around the text.
        PageFrame = "page-frame",
        /// A table within a table, merged cells.
        Table = "table",
    }
}

/// Something that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What kind of repair.
    pub kind: RepairKind,
    /// Line of the input, 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// Something that only a person can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What kind of decision.
    pub kind: DecisionKind,
    /// Line of the input, 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Collects repairs and decisions while the stages run.
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

    /// A repair that happens many times and is told once, with the first line and the number.
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
