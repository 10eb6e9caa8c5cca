//! Markers, indentation and blank lines of list items and points.

use crate::block::{Block, BlockKind, Label};
use crate::front_matter::Origin;
use crate::number::Delimiter;
use crate::text::{self, Text};
use language::Mark;

/// What stands before the words of a block.
#[derive(Debug, Default)]
pub(super) struct Marker {
    /// Indentation and marker, with the space after it.
    pub(super) text: String,
    /// Whether no blank line separates the block from the one before.
    pub(super) is_tight: bool,
    /// Whether Markdown begins a list item with the marker.
    pub(super) is_markdown: bool,
}

/// The items that the next one may belong to.
#[derive(Debug)]
pub(super) struct Lists {
    origin: Origin,
    /// By depth.
    open: Vec<Open>,
    /// The mark of the item written last at each depth.
    marks: Vec<String>,
    /// The item written last.
    last: Option<Open>,
    /// Whether points or indented paragraphs were written, which an edition has as its author wrote
    /// them.
    is_literal: bool,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    kind: Kind,
    /// The column of what is inside of the item.
    inner: usize,
    /// The column from which Markdown counts indentation there.
    base: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bullet,
    Ordered,
    /// A point whose mark Markdown knows: `1)`
    NumberedPoint,
    /// Any other point, which is a line of a paragraph in Markdown: `а)`
    Point,
}

impl Lists {
    pub(super) fn new(origin: Origin) -> Self {
        Self {
            origin,
            open: Vec::new(),
            marks: Vec::new(),
            last: None,
            is_literal: false,
        }
    }

    /// The marker of the next block.
    pub(super) fn marker(&mut self, before: Option<&Block>, block: &Block) -> Marker {
        let follows = before.is_some_and(|before| before.quoted == block.quoted);
        let is_edition = self.origin == Origin::Edition;
        let BlockKind::Item { depth, label } = &block.kind else {
            if block.indent == 0 {
                self.end();
            } else {
                self.is_literal = true;
            }
            let is_counted = block.is_paragraph()
                && (block.indent > 0
                    || block
                        .number
                        .as_ref()
                        .is_some_and(|number| number.level() == 1));
            return Marker {
                text: " ".repeat(block.indent),
                is_tight: is_edition && is_counted && follows && !block.spaced,
                is_markdown: false,
            };
        };
        let follows = follows && before.is_some_and(|before| before.is_item() || before.indent > 0);
        if !follows {
            self.end();
        }
        let (mark, kind) = mark(label);
        self.is_literal |= matches!(kind, Kind::NumberedPoint | Kind::Point);
        let is_literal = is_edition && self.is_literal;
        let sibling = self.open.get(*depth).copied();
        let goes_on = self
            .marks
            .get(*depth)
            .is_some_and(|last| is_next(last, &mark));
        self.open.truncate(*depth);
        self.marks.truncate(*depth);
        let parent = self.open.last().copied();
        let (column, base) = match parent {
            _ if is_literal => (block.indent, 0),
            Some(parent) => (parent.inner, parent.base),
            None => (0, 0),
        };
        let is_tight = match is_literal {
            true => before.is_some_and(|before| before.quoted == block.quoted) && !block.spaced,
            false => {
                let is_read = kind != Kind::Point
                    || goes_on
                    || before.is_some_and(|before| ends_phrase(&before.text));
                follows && is_read && self.is_tight(sibling, parent, column, kind, label)
            }
        };
        // No space follows a full-width bracket.
        let space = if mark.ends_with('）') { "" } else { " " };
        let own = Open::new(kind, column, base, mark.chars().count() + 1);
        self.open.push(own);
        self.marks.push(mark.clone());
        self.last = Some(own);
        Marker {
            text: format!("{}{mark}{space}", " ".repeat(column)),
            is_tight,
            is_markdown: kind != Kind::Point,
        }
    }

    fn end(&mut self) {
        self.open.clear();
        self.marks.clear();
        self.last = None;
        self.is_literal = false;
    }

    /// Whether Markdown needs no blank line before an item. Outermost lists of different kinds are
    /// separate. A line after an item of Markdown would belong to its paragraph, and only the number
    /// 1 begins a list after the line of a paragraph.
    fn is_tight(
        &self,
        sibling: Option<Open>,
        parent: Option<Open>,
        column: usize,
        kind: Kind,
        label: &Label,
    ) -> bool {
        let last_ends = self
            .last
            .is_some_and(|last| last.kind != Kind::Point && column < last.inner);
        if kind == Kind::Point && last_ends {
            return false;
        }
        match sibling {
            Some(sibling) => sibling.kind == kind || (parent.is_some() && kind != Kind::Point),
            None => {
                let is_first = match label {
                    Label::Bullet => true,
                    Label::Ordered(number, _) => *number == 1,
                    Label::Point(mark) => kind == Kind::Point || mark == "1)",
                };
                is_first || parent.is_none_or(|parent| parent.kind != Kind::Point)
            }
        }
    }
}

impl Open {
    fn new(kind: Kind, column: usize, base: usize, width: usize) -> Self {
        match kind {
            // A list may stand up to three columns inside of a paragraph.
            Kind::Point => Self {
                kind,
                inner: if column <= base { base + 2 } else { base + 3 },
                base,
            },
            Kind::Bullet | Kind::Ordered | Kind::NumberedPoint => Self {
                kind,
                inner: column + width,
                base: column + width,
            },
        }
    }
}

/// Whether a mark is the one after another: then the builder goes on with the list, whatever the
/// words before it end with.
fn is_next(last: &str, mark: &str) -> bool {
    let Some((last, mark)) = Mark::leading(last).zip(Mark::leading(mark)) else {
        return false;
    };
    let readings = |mark: &Mark| [mark.as_roman(), Some(mark.clone())].into_iter().flatten();
    readings(&last).any(|last| {
        readings(&mark)
            .any(|mark| last.series() == mark.series() && last.part.is_followed_by(&mark.part))
    })
}

/// Whether the builder begins a list on the line after such words.
fn ends_phrase(text: &Text) -> bool {
    let last = text.runs.last();
    let is_plain = last.is_some_and(|run| run.style.link.is_none() && !run.style.code);
    is_plain && text::ends_phrase(&text.plain_text())
}

fn mark(label: &Label) -> (String, Kind) {
    match label {
        Label::Bullet => ("-".to_owned(), Kind::Bullet),
        Label::Ordered(number, Delimiter::Period) => (format!("{number}."), Kind::Ordered),
        Label::Ordered(number, Delimiter::Parenthesis) => {
            (format!("{number})"), Kind::NumberedPoint)
        }
        Label::Point(mark) => {
            let is_known = mark.strip_suffix(')').is_some_and(|digits| {
                (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            });
            let kind = if is_known {
                Kind::NumberedPoint
            } else {
                Kind::Point
            };
            (mark.clone(), kind)
        }
    }
}
