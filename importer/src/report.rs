//! Repairs, decisions, and the errors of input that can't be imported.

mod kinds;
mod losses;

pub use kinds::{DecisionKind, RepairKind};
pub(crate) use losses::Loss;

use crate::limits::{LINE_LIMIT, PARAGRAPH_LIMIT};
use crate::signature::{AS_UTF8, AS_WEB_PAGE, SAVE_AGAIN};
use std::collections::BTreeMap;

/// Why an input can't be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// More bytes than the limit: [`SIZE_LIMIT`](crate::SIZE_LIMIT) of a text,
    /// [`CONTAINER_LIMIT`](crate::CONTAINER_LIMIT) of a file of Word or LibreOffice.
    #[error("the document has `{size}` bytes{unit}, the limit is `{limit}`")]
    TooLarge {
        /// Size of the input in bytes.
        size: usize,
        /// ` in UTF-8`, or nothing where the size is that of the file.
        unit: &'static str,
        /// The largest size in bytes.
        limit: usize,
    },
    /// A part of a Word or OpenDocument file can't be read.
    #[error("{part} is damaged: {why}")]
    Damaged {
        /// The file, or the name of a part in it.
        part: String,
        /// What is wrong.
        why: String,
    },
    /// A Word or OpenDocument file that is over a limit, or has markup that no word processor
    /// writes.
    #[error("{part} {why}")]
    Refused {
        /// The file, or the name of a part in it.
        part: String,
        /// The end of the sentence that begins with the part.
        why: &'static str,
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
    /// A page without words of its own: a script, a frame or a template puts them there.
    #[error("the page has no words: a program puts them there when it is shown")]
    NoWords,
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
            Self::Damaged { .. } | Self::Refused { .. } => SAVE_AGAIN,
            Self::TooLarge { .. } => "divide it, or leave out what is no text, such as pictures",
            Self::LineTooLong { .. } => "put each paragraph on a line of its own",
            Self::NotUtf8 { .. } | Self::Undecodable { .. } => AS_UTF8,
            Self::NoWords => {
                "import what a browser shows: open the page, choose File > Save As > Web Page, Complete, and import the HTML file"
            }
            Self::Nul { .. } => AS_WEB_PAGE,
        }
    }
}

/// What the numbers of repairs and decisions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Lines of a text.
    #[default]
    Line,
    /// Paragraphs of a file of Word or LibreOffice, those in cells of tables included.
    Paragraph,
}

impl Place {
    /// The word before a number: `line 5`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Paragraph => "paragraph",
        }
    }
}

/// A defect that was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The kind of defect.
    pub kind: RepairKind,
    /// Line or paragraph of the input, 1-based: see [`Imported::place`](crate::Imported::place).
    pub line: usize,
    /// Further lines with the same defect, ascending; a line stands once for each time.
    pub also: Vec<usize>,
    /// One sentence.
    pub message: String,
    /// Words of the input that the edition lacks.
    pub lost: Vec<String>,
}

/// A question that a person must decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The kind of question.
    pub kind: DecisionKind,
    /// Line or paragraph of the input, 1-based: see [`Imported::place`](crate::Imported::place).
    pub line: usize,
    /// Further lines with the same question, ascending; a line stands once for each time.
    pub also: Vec<usize>,
    /// One sentence.
    pub message: String,
    /// How to resolve it.
    pub help: String,
    /// Words of the input that the edition lacks.
    pub lost: Vec<String>,
}

/// Repairs of one kind that are reported once.
#[derive(Debug, Clone, Default)]
struct Counted {
    lines: Vec<usize>,
    lost: Vec<String>,
}

/// Collects repairs and decisions during an import.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    /// What lines count.
    pub(crate) place: Place,
    repairs: Vec<Repair>,
    decisions: Vec<Decision>,
    counted: BTreeMap<(RepairKind, String), Counted>,
}

impl Report {
    /// An empty report of a document whose places are these.
    pub(crate) fn at(place: Place) -> Self {
        Self {
            place,
            ..Self::default()
        }
    }

    pub(crate) fn repair(&mut self, kind: RepairKind, line: usize, message: impl Into<String>) {
        self.losing_nothing().repair(kind, line, message);
    }

    /// Counts a repair that is reported once, with its lines and how often it happened.
    pub(crate) fn count(&mut self, kind: RepairKind, line: usize, message: impl Into<String>) {
        self.losing_nothing().count(kind, line, message);
    }

    pub(crate) fn decision(
        &mut self,
        kind: DecisionKind,
        line: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.losing_nothing().decision(kind, line, message, help);
    }

    /// A decision about several lines, of which the first is its place.
    pub(crate) fn decision_at(
        &mut self,
        kind: DecisionKind,
        lines: Vec<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.losing_nothing()
            .decision_at(kind, lines, message, help);
    }

    /// Names words of the input that the edition won't have, for the repair or decision that
    /// explains why: `report.losing(words).decision(…)`.
    pub(crate) fn losing(&mut self, words: impl Into<String>) -> Losing<'_> {
        Losing {
            report: self,
            lost: vec![words.into()],
        }
    }

    fn losing_nothing(&mut self) -> Losing<'_> {
        Losing {
            report: self,
            lost: Vec::new(),
        }
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

    /// Repairs and decisions, each by line.
    pub(crate) fn into_lists(mut self) -> (Vec<Repair>, Vec<Decision>) {
        for ((kind, message), counted) in self.counted {
            let mut lines = counted.lines;
            lines.sort_unstable();
            let also = lines.split_off(lines.len().min(1));
            let message = match also.len() {
                0 => message,
                more => format!("{message} (`{}` times, first here)", more + 1),
            };
            self.repairs.push(Repair {
                kind,
                line: lines.first().copied().unwrap_or(1),
                also,
                message,
                lost: counted.lost,
            });
        }
        self.repairs
            .sort_by_key(|repair| (repair.line, repair.kind));
        self.decisions
            .sort_by_key(|decision| (decision.line, decision.kind));
        (self.repairs, self.decisions)
    }
}

/// What is said, in which words of the document may be quoted: without their line breaks, and without
/// control characters, which a terminal would obey.
fn one_line(said: &str) -> String {
    said.replace(char::is_control, " ")
}

/// A report that is about to name the cause of a loss.
#[must_use]
pub(crate) struct Losing<'r> {
    report: &'r mut Report,
    lost: Vec<String>,
}

impl Losing<'_> {
    /// As [`Report::repair`].
    pub(crate) fn repair(self, kind: RepairKind, line: usize, message: impl Into<String>) {
        self.report.repairs.push(Repair {
            kind,
            line,
            also: Vec::new(),
            message: one_line(&message.into()),
            lost: self.lost,
        });
    }

    /// As [`Report::count`].
    pub(crate) fn count(self, kind: RepairKind, line: usize, message: impl Into<String>) {
        let key = (kind, one_line(&message.into()));
        let counted = self.report.counted.entry(key).or_default();
        counted.lines.push(line);
        counted.lost.extend(self.lost);
    }

    /// As [`Report::decision`].
    pub(crate) fn decision(
        self,
        kind: DecisionKind,
        line: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.decision_at(kind, vec![line], message, help);
    }

    /// As [`Report::decision_at`].
    fn decision_at(
        self,
        kind: DecisionKind,
        mut lines: Vec<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        lines.sort_unstable();
        let also = lines.split_off(lines.len().min(1));
        self.report.decisions.push(Decision {
            kind,
            line: lines.first().copied().unwrap_or(1),
            also,
            message: one_line(&message.into()),
            help: one_line(&help.into()),
            lost: self.lost,
        });
    }
}
