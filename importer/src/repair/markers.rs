//! Removes unpaired bold markers, and bold around whole blocks.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use crate::text::Text;

/// Removes `**` and `__` without a partner.
pub(crate) fn remove_orphans(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            let cleaned = text.map_runs(|words, style| {
                if style.code {
                    words.to_owned()
                } else {
                    without_orphans(words)
                }
            });
            if cleaned != *text {
                let message = "a bold marker without its partner was removed";
                report.repair(RepairKind::OrphanMarker, line, message);
                *text = cleaned.normalized();
            }
        }
    }
    blocks.retain(|block| !block.is_blank());
    blocks
}

/// Exactly two underscores are a marker; more of them are a blank to fill in.
fn without_orphans(words: &str) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find(['*', '_']) {
        let (before, marks) = rest.split_at(start);
        result.push_str(before);
        let mark = if marks.starts_with('*') { '*' } else { '_' };
        let after = marks.trim_start_matches(mark);
        let length = marks.len() - after.len();
        let is_orphan = (mark == '*' && length >= 2) || (mark == '_' && length == 2);
        if !is_orphan {
            result.extend(std::iter::repeat_n(mark, length));
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

pub(crate) fn strip_whole_block_bold(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        if block.text.is_all_strong() {
            report.count(
                RepairKind::BoldWrapper,
                block.line,
                "bold around a whole block removed",
            );
            block.text = plain(&block.text);
        }
    }
    blocks
}

fn plain(text: &Text) -> Text {
    text.restyled(|style| style.strong = false).normalized()
}
