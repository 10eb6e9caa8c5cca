//! Replaces placeholders of templates, such as `[Company name]`, by variables.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use crate::vocabulary;

/// Longest name of a placeholder, in characters.
const MAX_NAME: usize = 120;

/// Replaces known placeholders by variables.
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

/// The name before the next `]`, if within [`MAX_NAME`], and the rest.
fn bracketed(after: &str) -> Option<(&str, &str)> {
    let mut near = after.char_indices().take(MAX_NAME);
    let end = near.find_map(|(place, letter)| (letter == ']').then_some(place))?;
    let (name, rest) = after.split_at_checked(end)?;
    Some((name, rest.strip_prefix(']')?))
}

fn variable(name: &str) -> Option<&'static str> {
    let spaced = name.to_lowercase().replace(['-', '_', '‑'], " ");
    let plain = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    vocabulary::meaning(|language| &language.placeholders, &plain)
}

/// Placeholders that are left: text in brackets, and rows of underscores.
pub(crate) fn unfilled(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('[') {
        rest = after;
        // Authors of editions escape brackets that belong to the text.
        if before.ends_with('\\') {
            continue;
        }
        if let Some((name, after)) = bracketed(rest) {
            let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
            let blank = !name.trim().is_empty()
                && name.chars().all(|character| "_.…● ".contains(character));
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
