//! Collects the paragraphs of a Word or OpenDocument file: the words that stay become blocks, those
//! that are left out become decisions with their paragraph.

mod label;
mod table;

pub(crate) use label::{ListLabel, Mark};
pub(crate) use table::{Cell, MAX_SPAN, table};

use crate::block::{Block, BlockKind};
use crate::characters;
use crate::limits::{PARAGRAPH_COUNT_LIMIT, SIZE_LIMIT};
use crate::report::{DecisionKind, ImportError, Loss, RepairKind, Report};
use crate::text::{Style, Text};
use icu_normalizer::ComposingNormalizerBorrowed;
use std::collections::BTreeMap;

/// What a reader of files makes of a document.
#[derive(Debug)]
pub(crate) struct FileText {
    pub(crate) blocks: Vec<Block>,
    /// The title among the facts of the document.
    pub(crate) title: Option<String>,
}

/// What becomes of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Kept,
    /// Kept, and reported: a change that nobody has accepted.
    Inserted,
    /// Left out, and reported.
    Lost(Loss),
    /// A part as a whole that is reported at its end, such as a table of contents.
    LeftOut,
}

/// The text of a document as far as it was read.
pub(crate) struct Flow<'r> {
    pub(crate) report: &'r mut Report,
    blocks: Vec<Block>,
    /// Notes, which stand at the end.
    notes: Vec<Block>,
    text: Text,
    /// The paragraph being read, 1-based.
    paragraph: usize,
    cells: usize,
    /// Bytes of text and addresses.
    size: usize,
    /// Words of the paragraph that are reported with it.
    reported: Vec<(Fate, String)>,
    /// Words of the part that is left out.
    left_out: String,
    /// The paragraph in which that part begins.
    left_out_from: usize,
    /// Whether a note is being read, whose paragraphs don't count.
    in_note: bool,
    /// All paragraphs, those of notes included.
    paragraph_count: usize,
    /// The paragraph of each bookmark.
    bookmarks: BTreeMap<String, usize>,
    /// The number of each numbered paragraph.
    labels: BTreeMap<usize, String>,
}

impl<'r> Flow<'r> {
    pub(crate) fn new(report: &'r mut Report) -> Self {
        Self {
            report,
            blocks: Vec::new(),
            notes: Vec::new(),
            text: Text::default(),
            paragraph: 0,
            cells: 0,
            size: 0,
            reported: Vec::new(),
            left_out: String::new(),
            left_out_from: 1,
            in_note: false,
            paragraph_count: 0,
            bookmarks: BTreeMap::new(),
            labels: BTreeMap::new(),
        }
    }

    /// The number of the paragraph being read.
    pub(crate) fn line(&self) -> usize {
        self.paragraph.max(1)
    }

    /// Begins the next paragraph.
    ///
    /// # Errors
    /// The document has too many paragraphs.
    pub(crate) fn begin_paragraph(&mut self) -> Result<(), ImportError> {
        // Words of two paragraphs stay apart.
        if !self.left_out.is_empty() {
            self.left_out.push(' ');
        }
        if let Some((_, words)) = self.reported.last_mut() {
            words.push(' ');
        }
        self.paragraph += usize::from(!self.in_note);
        self.paragraph_count += 1;
        if self.paragraph_count > PARAGRAPH_COUNT_LIMIT {
            return Err(too_much("has more than 200,000 paragraphs"));
        }
        Ok(())
    }

    /// Counts a cell of a table.
    ///
    /// # Errors
    /// The document has too many cells.
    pub(crate) fn count_cells(&mut self, cells: usize) -> Result<(), ImportError> {
        self.cells += cells;
        if self.cells > PARAGRAPH_COUNT_LIMIT {
            return Err(too_much("has more than 200,000 cells in its tables"));
        }
        Ok(())
    }

    /// Adds words to the paragraph.
    ///
    /// # Errors
    /// The document has too much text.
    pub(crate) fn say(
        &mut self,
        words: &str,
        style: &Style,
        fate: Fate,
    ) -> Result<(), ImportError> {
        let link = style.link.as_ref().map_or(0, String::len);
        self.size += words.len() + link;
        if self.size > SIZE_LIMIT {
            return Err(too_much("has more than 8 MiB of text and addresses"));
        }
        let line = self.line();
        let clean = characters::clean(words, line, self.report);
        let clean = ComposingNormalizerBorrowed::new_nfc()
            .normalize(&clean)
            .into_owned();
        match fate {
            Fate::Kept => self.text.push(&clean, style),
            Fate::LeftOut => {
                if self.left_out.is_empty() {
                    self.left_out_from = line;
                }
                self.left_out.push_str(&clean);
            }
            Fate::Inserted => {
                self.text.push(&clean, style);
                self.remember(fate, &clean);
            }
            Fate::Lost(_) => self.remember(fate, &clean),
        }
        Ok(())
    }

    /// The words as readers see them: underlined spaces are a blank to be filled in.
    pub(crate) fn seen(words: &str, is_underlined: bool) -> &str {
        let is_blank = is_underlined
            && words.chars().all(char::is_whitespace)
            && (words.contains('\t') || words.chars().count() > 2);
        if is_blank { "____" } else { words }
    }

    fn remember(&mut self, fate: Fate, words: &str) {
        match self.reported.last_mut() {
            Some((last, before)) if *last == fate => before.push_str(words),
            _ => self.reported.push((fate, words.to_owned())),
        }
    }

    /// Whether the paragraph has words so far.
    pub(crate) fn has_words(&self) -> bool {
        !self.text.is_blank()
    }

    /// Whether words of the paragraph were left out.
    pub(crate) fn has_losses(&self) -> bool {
        let mut lost = self.reported.iter();
        lost.any(|(fate, words)| matches!(fate, Fate::Lost(_)) && !words.trim().is_empty())
    }

    /// Puts the number of the paragraph before its words.
    fn set_label(&mut self, label: &str, is_attached: bool) {
        let line = self.line();
        let label = characters::clean(label, line, self.report);
        self.size += label.len();
        self.remember_label(&label);
        let mut text = Text::default();
        text.push(label.trim(), &Style::default());
        if !is_attached {
            text.push(" ", &Style::default());
        }
        text.append(&self.text);
        self.text = text;
    }

    /// Remembers the number of the paragraph, which its kind says.
    fn remember_label(&mut self, label: &str) {
        self.labels.insert(self.line(), label.trim().to_owned());
    }

    /// Makes the words of the paragraph bold.
    pub(crate) fn strengthen(&mut self) {
        self.text = self.text.restyled(|style| style.strong = true);
    }

    /// Ends the paragraph; one without words makes no block.
    pub(crate) fn end_paragraph(&mut self, kind: BlockKind) {
        let line = self.line();
        let text = std::mem::take(&mut self.text).normalized();
        self.report_words();
        if !text.is_blank() {
            let mut block = Block::new(line, kind, text);
            block.spaced = false;
            self.blocks.push(block);
        }
    }

    /// Reports the words of the paragraph that were left out, or kept although a question is open.
    pub(crate) fn report_words(&mut self) {
        let line = self.line();
        let mut by_fate: BTreeMap<Fate, Vec<String>> = BTreeMap::new();
        for (fate, words) in std::mem::take(&mut self.reported) {
            let words: Vec<&str> = words.split_whitespace().collect();
            if !words.is_empty() {
                by_fate.entry(fate).or_default().push(words.join(" "));
            }
        }
        for (fate, words) in by_fate {
            match fate {
                Fate::Inserted => self.report.insertion(line, &words),
                Fate::Lost(loss) => self.report.loss(loss, line, &words),
                Fate::Kept | Fate::LeftOut => {}
            }
        }
    }

    /// Reports the table of contents that was left out, if there was one.
    pub(crate) fn end_left_out(&mut self) {
        let words = std::mem::take(&mut self.left_out);
        self.report
            .left_out("the table of contents", self.left_out_from, &words);
    }

    /// Sets the blocks aside, so that those of a cell or note can be read apart.
    pub(crate) fn set_aside(&mut self) -> Aside {
        Aside {
            blocks: std::mem::take(&mut self.blocks),
            text: std::mem::take(&mut self.text),
            reported: std::mem::take(&mut self.reported),
        }
    }

    /// Takes the blocks that were read meanwhile, and goes on with those that were set aside.
    pub(crate) fn resume(&mut self, aside: Aside) -> Vec<Block> {
        self.text = aside.text;
        self.reported = aside.reported;
        std::mem::replace(&mut self.blocks, aside.blocks)
    }

    pub(crate) fn append(&mut self, blocks: Vec<Block>) {
        self.blocks.extend(blocks);
    }

    /// Begins a note, whose paragraphs have the place of its mark.
    pub(crate) fn begin_note(&mut self) {
        self.in_note = true;
    }

    /// Adds a note of the blocks that it was read as.
    pub(crate) fn end_note(&mut self, label: &str, blocks: &[Block]) {
        self.in_note = false;
        let mut text = Text::default();
        for words in blocks.iter().flat_map(Block::texts) {
            if !text.is_blank() {
                text.push(" ", &Style::default());
            }
            text.append(words);
        }
        if blocks.len() > 1 {
            let message = "paragraphs of a note were joined";
            self.report
                .count(RepairKind::HardBreak, self.line(), message);
        }
        let kind = BlockKind::Note(label.to_owned());
        self.notes
            .push(Block::new(self.line(), kind, text.normalized()));
    }

    /// Remembers that the bookmark stands in a paragraph.
    pub(crate) fn bookmark(&mut self, name: &str, paragraph: usize) {
        self.bookmarks.entry(name.to_owned()).or_insert(paragraph);
    }

    /// The paragraph that comes next.
    pub(crate) fn next_paragraph(&self) -> usize {
        self.paragraph + 1
    }

    /// The document, with links to bookmarks as links to their paragraphs.
    pub(crate) fn finish(mut self, title: Option<String>) -> FileText {
        self.blocks.append(&mut self.notes);
        let (bookmarks, labels) = (self.bookmarks, self.labels);
        let mut stale = Vec::new();
        for block in &mut self.blocks {
            let line = block.line;
            for text in block.texts_mut() {
                if text.runs.iter().all(|run| run.style.link.is_none()) {
                    continue;
                }
                for run in &text.runs {
                    let target = run.style.link.as_deref().and_then(bookmark_of);
                    let label = target.and_then(|name| labels.get(bookmarks.get(name)?));
                    if let Some(label) = label.filter(|label| is_stale(&run.text, label)) {
                        stale.push((line, run.text.trim().to_owned(), label.clone()));
                    }
                }
                *text = text.restyled(|style| {
                    if let Some(name) = style.link.as_deref().and_then(bookmark_of) {
                        let paragraph = bookmarks.get(name);
                        // A link without a target becomes words when targets are looked up.
                        let paragraph = paragraph.copied().unwrap_or(0);
                        style.link = Some(link_to_paragraph(paragraph));
                    }
                });
            }
        }
        for (line, words, label) in stale {
            self.report.decision(
                DecisionKind::Link,
                line,
                format!("the reference says `{words}`, but what it leads to has the number `{label}`"),
                "correct the number here; in Word select all and press F9 before saving, so that references are brought up to date",
            );
        }
        FileText {
            blocks: self.blocks,
            title,
        }
    }
}

/// What was being read before a cell or a note.
pub(crate) struct Aside {
    blocks: Vec<Block>,
    text: Text,
    reported: Vec<(Fate, String)>,
}

fn too_much(why: &'static str) -> ImportError {
    let part = "the document".to_owned();
    ImportError::Refused { part, why }
}

const BOOKMARK: &str = "bookmark:";
const PARAGRAPH: &str = "paragraph:";

/// The address, until the document is read, of a bookmark in it.
pub(crate) fn link_to_bookmark(name: &str) -> String {
    format!("{BOOKMARK}{name}")
}

fn bookmark_of(link: &str) -> Option<&str> {
    link.strip_prefix(BOOKMARK)
}

/// The address, until clauses have their numbers, of a paragraph of the document.
fn link_to_paragraph(paragraph: usize) -> String {
    format!("{PARAGRAPH}{paragraph}")
}

/// The paragraph that a link leads to.
pub(crate) fn paragraph_of(link: &str) -> Option<usize> {
    link.strip_prefix(PARAGRAPH).and_then(crate::text::parsed)
}

/// Whether the words are a number other than the one of the target. A reference may show only the
/// end of a number (`а)` for `5.2.а)`), or more than it.
fn is_stale(words: &str, label: &str) -> bool {
    let bare = |text: &str| {
        text.trim_matches(|letter: char| !letter.is_alphanumeric())
            .to_lowercase()
    };
    let (words, label) = (bare(words), bare(label));
    let is_number = words.starts_with(|letter: char| letter.is_ascii_digit())
        && words
            .chars()
            .all(|letter| letter.is_ascii_digit() || ".-".contains(letter));
    is_number
        && label.contains(|letter: char| letter.is_ascii_digit())
        && !label.ends_with(&words)
        && !words.ends_with(&label)
}
