//! Hyphens and short dashes in place of the dash of the language.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use language::Language;

/// Replaces hyphens between spaces by the dash of the language: an em dash or an en dash.
pub(crate) fn lengthen(mut blocks: Vec<Block>, locale: &str, report: &mut Report) -> Vec<Block> {
    let has_long_dash = Language::of(locale).is_some_and(|language| language.letters.long_dash);
    let (short, dash): (&[&str], &str) = if has_long_dash {
        (&[" --- ", " -- ", " - ", " – ", " −\u{20}"], " — ")
    } else {
        (&[" --- ", " -- ", " - ", " −\u{20}"], " – ")
    };
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            *text = text.map_runs(|words, style| {
                if style.code {
                    words.to_owned()
                } else {
                    lengthened(words, short, dash, line, report)
                }
            });
        }
    }
    blocks
}

/// Between digits a hyphen stays: it may be a minus or part of a telephone number.
fn lengthened(words: &str, short: &[&str], dash: &str, line: usize, report: &mut Report) -> String {
    let mut result = words.to_owned();
    for hyphen in short.iter().filter(|hyphen| words.contains(**hyphen)) {
        let parts: Vec<&str> = result.split(hyphen).collect();
        let mut joined = String::with_capacity(result.len() + 8);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                let figures = joined.ends_with(|character: char| character.is_ascii_digit())
                    && part.starts_with(|character: char| character.is_ascii_digit());
                if !figures {
                    report.count(
                        RepairKind::Dash,
                        line,
                        "hyphens and short dashes between words became dashes",
                    );
                }
                joined.push_str(if figures { hyphen } else { dash });
            }
            joined.push_str(part);
        }
        result = joined;
    }
    result
}
