//! Builds the tree of clauses. A clause's level is that of its number, whatever the level of its
//! heading.

mod order;
mod place;
mod text;

use super::context::Context;
use super::outline::{self, Kind, Role};
use super::points;
use super::raw::{HeadingLabel, RawBlock, RawKind};
use super::{Block, Clause, ClauseKind, ClauseNumber, Head, Inline};
use crate::content::slice::slice;
use crate::report::diagnostic::Code;
use language::{Number, Part};
use order::{Numbered, Order};
use place::{ARTICLE, Path, Place};
use std::ops::Range;

/// What anchors of points before the first clause begin with.
const PREAMBLE: &str = "preamble";

/// Returns the blocks before the first clause, and the clauses of the first level.
pub(super) fn build<'s>(
    blocks: Vec<RawBlock<'s>>,
    context: &mut Context<'_, '_>,
) -> (Vec<Block<'s>>, Vec<Clause<'s>>) {
    let mut roles = outline::roles(&blocks, context.text).into_iter();
    let mut builder = Builder {
        context,
        preamble: Vec::new(),
        open: Vec::new(),
        done: Vec::new(),
        order: Order::default(),
        unnumbered: 0,
    };
    for block in blocks {
        let RawBlock { kind, span, column } = block;
        match kind {
            RawKind::Heading(label, inlines) => {
                let role = roles.next().unwrap_or(Role::Unnumbered);
                builder.heading(label, role, inlines, &span);
            }
            RawKind::Paragraph(lines) => builder.paragraph(lines, span, column),
            RawKind::List(Some(_), items) if builder.counts_items(&items) => builder.items(items),
            kind => builder.block(RawBlock { kind, span, column }),
        }
    }
    builder.finish()
}

/// A clause that may get more blocks and clauses.
struct Open<'s> {
    clause: Clause<'s>,
    raw: Vec<RawBlock<'s>>,
    place: Place,
}

/// A clause that starts.
struct Start<'s> {
    number: ClauseNumber,
    head: Head<'s>,
    raw: Vec<RawBlock<'s>>,
    span: Range<usize>,
}

struct Builder<'s, 'c, 't, 'd> {
    context: &'c mut Context<'t, 'd>,
    preamble: Vec<RawBlock<'s>>,
    /// The current clause and those that enclose it, outermost first.
    open: Vec<Open<'s>>,
    done: Vec<Clause<'s>>,
    order: Order,
    unnumbered: usize,
}

impl<'s> Builder<'s, '_, '_, '_> {
    fn heading(
        &mut self,
        label: Option<HeadingLabel>,
        role: Role,
        inlines: Vec<Inline<'s>>,
        span: &Range<usize>,
    ) {
        let span = self.first_line(span);
        let (Some(label), false) = (label, role == Role::Unnumbered) else {
            self.unnumbered += 1;
            let anchor = format!("s-{}", self.unnumbered);
            self.close_to(self.appendix_depth());
            let level = self.open.len() + 1;
            self.push(
                None,
                ClauseKind::Clause,
                level,
                anchor,
                Place::Unnumbered,
                Head::Title(inlines),
                span,
            );
            return;
        };
        let is_worded = label.label.unit.is_some();
        let number = written(label.written, is_worded);
        let start = Start {
            number,
            head: Head::Title(inlines),
            raw: Vec::new(),
            span,
        };
        match role {
            Role::Appendix(part) => self.appendix(part, start),
            Role::Group {
                rank,
                kind,
                number,
                restarts,
            } => self.group(rank, kind, *number.first(), restarts, start),
            Role::Division(rank, number) => {
                self.close_divisions(rank);
                self.clause(&number, start, Some(rank), false, true);
            }
            Role::Clause(number) => {
                let article = is_worded && number.level() == 1;
                if article {
                    self.close_divisions(ARTICLE);
                }
                self.clause(&number, start, article.then_some(ARTICLE), !is_worded, true);
            }
            Role::Unnumbered => {}
        }
    }

    fn appendix(&mut self, part: Part, start: Start<'s>) {
        self.close_to(0);
        let anchor = format!("a-{}", part.value_slug());
        self.order
            .unique(&anchor, &start.number, &start.span, self.context);
        let numbered = Numbered {
            row: "a".to_owned(),
            level: 1,
            part,
            number: &start.number,
            span: start.span.clone(),
            stem: "a-".to_owned(),
        };
        self.order.follow(numbered, self.context);
        self.push(
            Some(start.number),
            ClauseKind::Appendix,
            1,
            anchor,
            Place::Appendix,
            start.head,
            start.span,
        );
    }

    fn group(&mut self, rank: usize, kind: Kind, part: Part, restarts: bool, start: Start<'s>) {
        let is_around = |open: &&Open<'_>| match open.place {
            Place::Appendix => true,
            Place::Group(around) => around < rank,
            Place::Clause(_) | Place::Unnumbered => false,
        };
        self.close_to(self.open.iter().take_while(is_around).count());
        let own = format!("{}-{}", kind.prefix(), part.value_slug());
        let around = self.open.last();
        let is_qualified = around.is_some_and(|around| restarts || around.place == Place::Appendix);
        let anchor = match around {
            Some(around) if is_qualified => format!("{}-{own}", around.clause.anchor),
            _ => own,
        };
        let row = match around {
            Some(around) if restarts => format!("{} {kind:?}", around.clause.anchor),
            _ => format!("{} {kind:?}", self.root()),
        };
        self.order
            .unique(&anchor, &start.number, &start.span, self.context);
        let numbered = Numbered {
            row,
            level: 1,
            part,
            number: &start.number,
            span: start.span.clone(),
            stem: anchor.trim_end_matches(&part.value_slug()).to_owned(),
        };
        self.order.follow(numbered, self.context);
        let level = self.open.len() + 1;
        self.push(
            Some(start.number),
            ClauseKind::Group,
            level,
            anchor,
            Place::Group(rank),
            start.head,
            start.span,
        );
    }

    /// Ends sections of a rank and those inside of it.
    fn close_divisions(&mut self, rank: usize) {
        let is_around = |open: &&Open<'_>| match &open.place {
            Place::Appendix => true,
            Place::Group(around) => *around < rank,
            Place::Clause(path) => path.restarts.is_some_and(|around| around < rank),
            Place::Unnumbered => false,
        };
        self.close_to(self.open.iter().take_while(is_around).count());
    }

    /// Starts a clause at the place of its number.
    fn clause(
        &mut self,
        number: &Number,
        start: Start<'s>,
        restarts: Option<usize>,
        is_plain_heading: bool,
        is_heading: bool,
    ) {
        let path = self.path(number, restarts, is_plain_heading && is_heading, is_heading);
        let encloses = |open: &&Open<'_>| match &open.place {
            Place::Appendix | Place::Group(_) => true,
            Place::Clause(around) => around.contains(&path),
            Place::Unnumbered => false,
        };
        self.close_to(self.open.iter().take_while(encloses).count());
        let anchor = path.anchor();
        self.check(&path, number, &anchor, &start);
        let groups = self
            .open
            .iter()
            .filter(|open| !matches!(open.place, Place::Clause(_)));
        let level = groups.count() + path.parts.len();
        self.push(
            Some(start.number),
            ClauseKind::Clause,
            level,
            anchor,
            Place::Clause(path),
            start.head,
            start.span,
        );
        if let Some(open) = self.open.last_mut() {
            open.raw = start.raw;
        }
    }

    fn check(&mut self, path: &Path, number: &Number, anchor: &str, start: &Start<'s>) {
        self.order
            .unique(anchor, &start.number, &start.span, self.context);
        let Some((part, parent)) = path.parts.split_last() else {
            return;
        };
        let around = self.open.last().and_then(|open| match &open.place {
            Place::Clause(_) => Some(open.clause.anchor.clone()),
            Place::Appendix | Place::Group(_) | Place::Unnumbered => None,
        });
        // Levels may be skipped (3 → 3.1.1), but the number has to begin with that of the enclosing
        // clause.
        if around.is_none() && !parent.is_empty() {
            let help = match number.parent() {
                Some(parent) => format!("put it after clause {parent}, or correct its number"),
                None => "put it below its section, or correct its number".to_owned(),
            };
            self.context.report(
                Code::MisplacedClause,
                start.span.clone(),
                format!(
                    "{} stands outside of its section",
                    order::name(&start.number)
                ),
                help,
            );
            return;
        }
        let numbered = Numbered {
            row: around.unwrap_or_else(|| path.root.clone()),
            level: path.parts.len(),
            part: *part,
            number: &start.number,
            span: start.span.clone(),
            stem: anchor.trim_end_matches(&part.slug()).to_owned(),
        };
        self.order.follow(numbered, self.context);
    }

    fn block(&mut self, block: RawBlock<'s>) {
        self.warn_of_numbers_in_list(&block);
        match self.open.last_mut() {
            Some(open) => open.raw.push(block),
            None => self.preamble.push(block),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a clause")]
    fn push(
        &mut self,
        number: Option<ClauseNumber>,
        kind: ClauseKind,
        level: usize,
        anchor: String,
        place: Place,
        head: Head<'s>,
        span: Range<usize>,
    ) {
        self.open.push(Open {
            clause: Clause {
                number,
                kind,
                level,
                anchor,
                head,
                blocks: Vec::new(),
                children: Vec::new(),
                span,
            },
            raw: Vec::new(),
            place,
        });
    }

    /// Moves clauses to their parents until `depth` of them are open.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(Open {
                mut clause, raw, ..
            }) = self.open.pop()
        {
            clause.blocks = points::assemble(raw, &clause.anchor, self.context);
            match self.open.last_mut() {
                Some(parent) => parent.clause.children.push(clause),
                None => self.done.push(clause),
            }
        }
    }

    fn finish(mut self) -> (Vec<Block<'s>>, Vec<Clause<'s>>) {
        self.close_to(0);
        self.order.finish(self.context);
        let preamble = points::assemble(self.preamble, PREAMBLE, self.context);
        (preamble, self.done)
    }

    fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let mut lines = slice(self.context.text, span.clone()).lines();
        span.start..span.start + lines.next().map_or(0, str::len)
    }
}

/// A number as it is shown: with a dot, if its author wrote no punctuation after digits or letters
/// alone.
fn written(text: String, is_worded: bool) -> ClauseNumber {
    let is_bare = text.ends_with(char::is_alphanumeric);
    let text = if is_bare && !is_worded {
        format!("{text}.")
    } else {
        text
    };
    ClauseNumber {
        written: text,
        is_worded,
    }
}
