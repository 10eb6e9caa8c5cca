//! Removes page numbers between the paragraphs of an export.

use crate::block::Block;
use crate::report::{RepairKind, Report};
use crate::text;
use crate::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// Removes paragraphs that are nothing but the number of a page.
pub(crate) fn remove_numbers(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let pages: Vec<(usize, u32)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| Some((index, page_number(block)?)))
        .collect();
    // A single number may be anything; consecutive ones are page numbers.
    let mut sequence = BTreeSet::new();
    for ((index, page), (next_index, next_page)) in pages.iter().zip(pages.iter().skip(1)) {
        if *next_page == page + 1 {
            sequence.extend([*index, *next_index]);
        }
    }
    let pages: BTreeMap<usize, u32> = pages.into_iter().collect();
    let mut kept = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.into_iter().enumerate() {
        let words = block.text.plain_text();
        let is_bare = words
            .trim()
            .chars()
            .all(|character| character.is_ascii_digit());
        match pages.get(&index) {
            Some(_) if !is_bare || sequence.contains(&index) => {
                report.losing(words.trim()).repair(
                    RepairKind::PageNumber,
                    block.line,
                    format!("page number `{}` removed", words.trim()),
                );
            }
            Some(_) | None => kept.push(block),
        }
    }
    kept
}

/// The page number in a paragraph such as `12`, `Page 3 of 10` or `– 4 –`.
fn page_number(block: &Block) -> Option<u32> {
    if !block.is_plain() {
        return None;
    }
    let words = block.text.plain_text().to_lowercase();
    let pieces: Vec<&str> = words.split_whitespace().collect();
    let is_number = |piece: &&str| {
        piece.len() <= 3 && piece.chars().all(|character| character.is_ascii_digit())
    };
    let is_page_word = |piece: &str| {
        let mut words = vocabulary::words(|language| &language.documents.page_words);
        ["/", "-", "–", "—", "|"].contains(&piece) || words.any(|word| word == piece)
    };
    let known = pieces
        .iter()
        .all(|piece| is_number(piece) || is_page_word(piece));
    let numbers: Vec<u32> = pieces
        .iter()
        .filter(|piece| is_number(piece))
        .filter_map(|piece| text::parsed(piece))
        .collect();
    match (known, numbers.as_slice()) {
        (true, [page]) => Some(*page),
        (true, [page, last]) if page <= last && pieces.len() > 2 => Some(*page),
        _ => None,
    }
}
