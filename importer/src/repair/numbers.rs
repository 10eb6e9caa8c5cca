//! Reads the clause number at the beginning of a block, whichever kind of block an export turned
//! the clause into.

use crate::block::{Block, BlockKind, Label};
use crate::number::{self, Delimiter, Number, Prefix};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{self, Text};

/// Reads numbers of an edition in the content form: in headings, and `1.2. ` in paragraphs.
pub(crate) fn read_written(mut blocks: Vec<Block>) -> Vec<Block> {
    for block in &mut blocks {
        let Some(prefix) = number::prefix(&block.text.plain_text()) else {
            continue;
        };
        let in_heading = block.is_heading();
        let in_paragraph = block.is_plain() && prefix.number.depth() > 1 && prefix.spaced;
        if prefix.delimiter == Some(Delimiter::Period)
            && (in_heading || in_paragraph)
            && !block.quoted
        {
            set_number(block, prefix);
        }
    }
    blocks
}

/// Reads numbers of any document: in headings, paragraphs and list items, in bold, with or without
/// dot and space.
pub(crate) fn read(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut position = Position::default();
    for mut block in blocks {
        if let BlockKind::Item {
            depth: 0,
            label: Label::Ordered(number, _),
        } = block.kind
        {
            position.item = number;
        }
        let is_rest = block.is_plain() && number::prefix(&block.text.plain_text()).is_none();
        let waiting = result
            .last_mut()
            .filter(|last| is_rest && is_number_alone(last));
        if let Some(waiting) = waiting {
            let message = "a number on a line of its own joined its text";
            report.repair(RepairKind::NumberForm, block.line, message);
            waiting.text = block.text;
            continue;
        }
        let prefix = number::prefix(&block.text.plain_text())
            .filter(|_| !block.quoted && !matches!(block.kind, BlockKind::Table(_)));
        let Some(prefix) = prefix else {
            result.push(block);
            continue;
        };
        if is_rest_of_sentence(&block, &prefix, result.last(), position.last.as_ref()) {
            report.repair(
                RepairKind::CutSentence,
                block.line,
                "a sentence cut before a number was joined",
            );
            if let Some(before) = result.last_mut() {
                before.text.push(" ", &crate::text::Style::default());
                before.text.append(&block.text);
            }
            continue;
        }
        number_block(&mut block, prefix, &mut position, report);
        result.push(block);
    }
    result.retain(|block| {
        let is_empty = block.is_item() && block.is_blank();
        if is_empty {
            report.repair(
                RepairKind::EmptyBlock,
                block.line,
                "empty list item removed",
            );
        }
        !is_empty
    });
    result
}

fn is_number_alone(block: &Block) -> bool {
    (block.number.is_some() || block.is_item()) && block.text.is_blank()
}

fn number_block(block: &mut Block, prefix: Prefix, position: &mut Position, report: &mut Report) {
    let deep = prefix.number.depth() > 1;
    let rest = block.text.split_at(prefix.length).1.plain_text();
    let titled = !text::starts_lowercase(&rest)
        && rest
            .chars()
            .next()
            .is_some_and(|letter| !letter.is_ascii_digit());
    let certain = match block.kind {
        BlockKind::Heading(_) => deep || prefix.delimiter.is_some() || titled,
        BlockKind::Paragraph | BlockKind::Item { .. } => {
            prefix.delimiter.is_some() || (deep && position.is_near(&prefix.number))
        }
        BlockKind::Table(_) => false,
    };
    if !certain {
        if deep {
            report_uncertain(block, &prefix, report);
        }
        return;
    }
    if !deep && !block.is_heading() {
        // `1. Text` is a list item until the sections are known.
        let delimiter = prefix.delimiter.unwrap_or(Delimiter::Period);
        // A paragraph becomes an item at the margin.
        let depth = block.depth().unwrap_or(0);
        position.item = prefix.number.first();
        let label = Label::Ordered(prefix.number.first(), delimiter);
        block.text = text_after(&block.text, &prefix);
        block.kind = BlockKind::Item { depth, label };
        return;
    }
    if prefix.delimiter != Some(Delimiter::Period) || !prefix.spaced {
        report.repair(
            RepairKind::NumberForm,
            block.line,
            format!(
                "clause number `{}` is now followed by a dot and a space",
                prefix.number
            ),
        );
    }
    if block.is_item() {
        report.count(
            RepairKind::ClauseInList,
            block.line,
            "clauses that stood as list items became clauses",
        );
        block.kind = BlockKind::Paragraph;
    }
    position.last = Some(prefix.number.clone());
    set_number(block, prefix);
}

fn report_uncertain(block: &Block, prefix: &Prefix, report: &mut Report) {
    let number = &prefix.number;
    report.decision(
        DecisionKind::NumberUncertain,
        block.line,
        format!("`{number}` at the beginning of a paragraph wasn't taken for a clause number"),
        "write a dot and a space after it if it is one",
    );
}

fn set_number(block: &mut Block, prefix: Prefix) {
    block.text = text_after(&block.text, &prefix);
    block.number = Some(prefix.number);
}

fn text_after(text: &Text, prefix: &Prefix) -> Text {
    text.split_at(prefix.length).1.normalized()
}

/// The numbers read last.
#[derive(Debug, Default)]
struct Position {
    /// The last clause.
    last: Option<Number>,
    /// The last ordered item at the margin, which may turn out to be a section.
    item: u32,
}

impl Position {
    /// Whether the number belongs to the current or next section: then it counts without a period.
    fn is_near(&self, number: &Number) -> bool {
        let section = self.last.as_ref().map_or(0, Number::first);
        [section, section + 1, self.item].contains(&number.first())
    }
}

/// Whether the block continues a sentence that was cut before a number: `…in clauses` and `5.2. and
/// 5.4. of the policy`.
fn is_rest_of_sentence(
    block: &Block,
    prefix: &Prefix,
    before: Option<&Block>,
    last: Option<&Number>,
) -> bool {
    let Some(before) = before.filter(|before| before.is_paragraph() && !before.quoted) else {
        return false;
    };
    let rest = block.text.split_at(prefix.length).1.plain_text();
    let ended = text::ends_sentence(&before.text.plain_text());
    let is_text = block.is_paragraph() && before.text.plain_text().chars().count() > 30;
    is_text && text::starts_lowercase(&rest) && !ended && !prefix.number.follows(last)
}
