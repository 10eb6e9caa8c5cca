//! Footnotes, `[^1]` in the text and `[^1]: …` below. The content form has none; the marker stays
//! as `[1]`.

use crate::block::Block;
use crate::report::{RepairKind, Report};

pub(crate) fn to_notes(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            if text.plain_text().contains("[^") {
                let message = "footnotes became notes with their mark in brackets";
                report.count(RepairKind::Markup, line, message);
                *text = text.map_runs(|words, _| plain_marks(words));
            }
        }
    }
    blocks
}

fn plain_marks(words: &str) -> String {
    let Some((before, rest)) = words.split_once("[^") else {
        return words.to_owned();
    };
    let mut result = before.to_owned();
    for part in rest.split("[^") {
        let is_mark = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
        let after = part.trim_start_matches(is_mark);
        let (mark, _) = part.split_at(part.len() - after.len());
        let opening = if !mark.is_empty() && after.starts_with(']') {
            "["
        } else {
            "[^"
        };
        result.push_str(opening);
        result.push_str(mark);
        // `[1]: text` would be a link reference definition.
        match after.strip_prefix("]:") {
            Some(text) if opening == "[" => {
                result.push(']');
                result.push_str(text);
            }
            Some(_) | None => result.push_str(after),
        }
    }
    result
}
