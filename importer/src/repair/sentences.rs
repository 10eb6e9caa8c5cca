//! Joins sentences that a blank line has cut in two, often at the end of a printed page.

use super::lengths::markdown_size;
use crate::block::Block;
use crate::limits::PARAGRAPH_LIMIT;
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text::{self, Style};

/// Minimum length of a paragraph that can be the beginning of a cut sentence, in characters;
/// shorter ones are titles or lines of an address.
const MIN_LENGTH: usize = 40;

/// The same for a list item; shorter ones without a period may be terms.
const MIN_ITEM_LENGTH: usize = 60;

/// Joins a paragraph that begins in lowercase to one before it that doesn't end like a sentence.
pub(crate) fn join_cut(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let mut result: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let Some(before) = result
            .last_mut()
            .filter(|before| may_continue(before, &block))
        else {
            result.push(block);
            continue;
        };
        let words = before.text.plain_text();
        let least = if before.is_paragraph() {
            MIN_LENGTH
        } else {
            MIN_ITEM_LENGTH
        };
        if words.ends_with(',') || words.chars().count() >= least {
            report.repair(
                RepairKind::CutSentence,
                block.line,
                "a sentence that a blank line had cut was joined",
            );
            before.text.push(" ", &Style::default());
            before.text.append(&block.text);
            before.text = before.text.normalized();
            continue;
        }
        if words.chars().count() >= MIN_LENGTH {
            report.decision(
                DecisionKind::CutSentence,
                block.line,
                "the paragraph begins with a small letter after a list item without an end",
                "join the two if they are one sentence",
            );
        }
        result.push(block);
    }
    result
}

fn may_continue(before: &Block, block: &Block) -> bool {
    let words = block.text.plain_text();
    let Some(first) = words.split_whitespace().next() else {
        return false;
    };
    // An e-mail address or host name begins a new line; `а)` is the label of an item.
    let is_address = first.contains('@')
        || first.contains("://")
        || first.trim_end_matches(['.', ',']).contains('.');
    let is_label = first.contains(')');
    let is_text = block.is_plain() && text::starts_lowercase(&words) && !is_address && !is_label;
    let open = !text::ends_sentence(&before.text.plain_text());
    // The joined paragraph must stay under the limit at which paragraphs are divided.
    let fits = markdown_size(&before.text) + markdown_size(&block.text) < PARAGRAPH_LIMIT;
    is_text && open && fits && (before.is_paragraph() || before.is_item()) && !before.quoted
}
