//! Placeholders of templates: `[Company name]` becomes a variable where it is known which.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use crate::vocabulary::PLACEHOLDERS;

/// Puts variables in place of known placeholders.
pub(crate) fn fill(mut blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    for block in &mut blocks {
        let line = block.line;
        for text in block.texts_mut() {
            *text = text.map_runs(|words, _| filled(words, line, report));
        }
    }
    blocks
}

fn filled(words: &str, line: usize, report: &mut Report) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('[') {
        result.push_str(before);
        let known = after
            .split_once(']')
            .and_then(|(name, after)| Some((name, variable(name)?, after)));
        let Some((name, variable, after)) = known else {
            result.push('[');
            rest = after;
            continue;
        };
        report.repair(
            RepairKind::Placeholder,
            line,
            format!("`[{name}]` became `{{{{ {variable} }}}}`"),
        );
        result.push_str(&format!("{{{{ {variable} }}}}"));
        rest = after;
    }
    result.push_str(rest);
    result
}

fn variable(name: &str) -> Option<&'static str> {
    let spaced = name.to_lowercase().replace(['-', '_', '‑'], " ");
    let plain = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    PLACEHOLDERS
        .iter()
        .find(|(known, _)| *known == plain)
        .map(|(_, variable)| *variable)
}

/// Bracketed words that look like a place to fill in, as they stand in a text.
pub(crate) fn left_open(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((_, after)) = rest.split_once('[') {
        rest = after;
        if let Some((name, after)) = rest.split_once(']') {
            let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
            let blank = !name.is_empty() && name.chars().all(|sign| "_.…● ".contains(sign));
            if letters >= 3 || blank {
                found.push(format!("[{name}]"));
            }
            rest = after;
        }
    }
    let fill_in = words.contains("____").then(|| "____".to_owned());
    found.extend(fill_in);
    found
}
