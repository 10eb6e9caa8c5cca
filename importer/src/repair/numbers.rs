//! Reads the clause number at the beginning of a block, whichever kind of block an export turned
//! the clause into.

use crate::block::{Block, BlockKind, Label};
use crate::number::{self, ClauseNumber, Delimiter, Prefix};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{self, Text};
use language::Number;

/// Reads numbers and labels of an edition in the content form: in headings, and `1.2. ` in
/// paragraphs.
pub(crate) fn read_written(mut blocks: Vec<Block>, locale: &str) -> Vec<Block> {
    for block in blocks.iter_mut().filter(|block| !block.quoted) {
        let words = block.text.plain_text();
        if block.is_heading() {
            if let Some(label) = language::Label::leading(&words, locale) {
                block.text = block.text.split_at(label.length).1.normalized();
                block.number = Some(ClauseNumber::of_label(label, &words));
            }
        } else if block.is_plain()
            && let Some(prefix) = number::prefix(&words)
            && prefix.is_canonical
            && prefix.ordinal().is_none()
        {
            set_number(block, &prefix);
        }
    }
    blocks
}

/// Reads numbers of any document: in headings, paragraphs and list items, in bold, with or without
/// dot and space.
pub(crate) fn read(blocks: Vec<Block>, locale: &str, report: &mut Report) -> Vec<Block> {
    let mut result: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut position = Position::default();
    for mut block in blocks {
        with_label(&mut block, locale);
        if let BlockKind::Item { depth, label } = &mut block.kind {
            match label {
                Label::Ordered(number, Delimiter::Parenthesis) => {
                    *label = Label::Point(format!("{number})"));
                }
                Label::Ordered(number, Delimiter::Period) if *depth == 0 => position.item = *number,
                Label::Ordered(..) | Label::Bullet | Label::Point(_) => {}
            }
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
        let words = block.text.plain_text();
        // `5. § Title` is the label of a section.
        let is_labelled = || section_of(&words, locale).is_some();
        let prefix = number::prefix(&words).filter(|_| {
            let is_block = !matches!(block.kind, BlockKind::Table(_) | BlockKind::Note(_));
            !block.quoted && is_block && !is_labelled()
        });
        let Some(prefix) = prefix else {
            position.pass(&block, &words, locale);
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
                before.text.push(" ", &text::Style::default());
                before.text.append(&block.text);
            }
            continue;
        }
        number_block(&mut block, &prefix, &mut position, report);
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

/// The number of a section whose label has a word: `5. § Title`.
fn section_of(words: &str, locale: &str) -> Option<Number> {
    let label = language::Label::leading(words, locale)?;
    label.number.filter(|_| label.unit.is_some())
}

/// Makes a paragraph of an item that is the label of a section: `5. § Title` is an item in Markdown.
fn with_label(block: &mut Block, locale: &str) {
    let BlockKind::Item {
        depth: 0,
        label: Label::Ordered(number, Delimiter::Period),
    } = block.kind
    else {
        return;
    };
    let mut whole = Text::default();
    whole.push(&format!("{number}. "), &text::Style::default());
    whole.append(&block.text);
    if section_of(&whole.plain_text(), locale).is_some() {
        block.kind = BlockKind::Paragraph;
        block.text = whole;
    }
}

fn is_number_alone(block: &Block) -> bool {
    (block.number.is_some() || block.is_item()) && block.text.is_blank()
}

fn number_block(block: &mut Block, prefix: &Prefix, position: &mut Position, report: &mut Report) {
    let deep = prefix.is_deep();
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
        BlockKind::Table(_) | BlockKind::Note(_) => false,
    };
    if !certain {
        if deep {
            report_uncertain(block, prefix, report);
        }
        return;
    }
    if !deep && !block.is_heading() && set_item(block, prefix, position) {
        return;
    }
    if !prefix.is_canonical {
        report.repair(
            RepairKind::NumberForm,
            block.line,
            format!(
                "clause number `{}` is now followed by a dot and a space",
                prefix.written
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

/// Makes an item of a block with a number of one part: `1. Text` is a list item until the sections
/// are known, `1) Text` a point. The number of an inserted clause, `5-1.`, is no item's.
fn set_item(block: &mut Block, prefix: &Prefix, position: &mut Position) -> bool {
    let label = match (prefix.ordinal(), prefix.delimiter) {
        (_, Some(Delimiter::Parenthesis)) => Label::Point(format!("{})", prefix.written)),
        (Some(number), Some(Delimiter::Period) | None) => {
            position.item = number;
            Label::Ordered(number, Delimiter::Period)
        }
        (None, _) => return false,
    };
    // A paragraph becomes an item at the margin.
    let depth = block.depth().unwrap_or(0);
    block.text = text_after(&block.text, prefix);
    block.kind = BlockKind::Item { depth, label };
    true
}

fn report_uncertain(block: &Block, prefix: &Prefix, report: &mut Report) {
    let number = &prefix.written;
    report.decision(
        DecisionKind::NumberUncertain,
        block.line,
        format!("`{number}` at the beginning of a paragraph wasn't taken for a clause number"),
        "write a dot and a space after it if it is one",
    );
}

fn set_number(block: &mut Block, prefix: &Prefix) {
    block.text = text_after(&block.text, prefix);
    block.number = Some(prefix.clause_number());
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
    /// Takes note of a section whose label has a word.
    fn pass(&mut self, block: &Block, words: &str, locale: &str) {
        const MAX_LABEL: usize = 150;
        let may_be_label =
            block.is_heading() || block.is_plain() && words.chars().count() <= MAX_LABEL;
        if let Some(number) = Some(words)
            .filter(|_| may_be_label)
            .and_then(|words| section_of(words, locale))
            .filter(|number| number.level() == 1)
        {
            self.last = Some(number);
        }
    }

    /// Whether the number belongs to the current or next section: then it counts without a period.
    fn is_near(&self, number: &Number) -> bool {
        let section = self
            .last
            .as_ref()
            .map_or(0, |last| u32::from(last.first().value));
        let first = u32::from(number.first().value);
        [section, section + 1, self.item].contains(&first)
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
    is_text && text::starts_lowercase(&rest) && !ended && !number::follows(&prefix.number, last)
}
