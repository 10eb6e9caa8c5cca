//! Sets heading levels from the clause number, or else from the enclosing headings.

use crate::block::{Block, BlockKind};
use crate::front_matter::Origin;
use crate::outline;
use crate::repair::sections::NO_LEVEL;
use crate::repair::title::is_subtitle;
use crate::report::{RepairKind, Report};
use crate::text;

/// Longest bold paragraph that becomes a heading, in characters.
const MAX_BOLD_TITLE: usize = 80;

/// In a document without clause numbers, turns short bold paragraphs before other text into
/// headings.
pub(crate) fn mark_headings_of_unnumbered(
    mut blocks: Vec<Block>,
    report: &mut Report,
) -> Vec<Block> {
    if blocks.iter().any(|block| block.number.is_some()) {
        return blocks;
    }
    let is_title = |block: &Block| {
        let words = block.text.plain_text();
        let short = words.chars().count() <= MAX_BOLD_TITLE && !text::ends_sentence(&words);
        let named = !text::starts_lowercase(&words) && !is_subtitle(&words);
        block.is_plain() && block.text.is_all_strong() && short && named
    };
    // Two bold lines in a row are an address, not two headings.
    let titles: Vec<bool> = blocks.iter().map(is_title).collect();
    let next_is_text = titles.iter().skip(1).map(|is_title| !is_title);
    let headings = titles.iter().zip(next_is_text);
    for (block, (is_title, next_is_text)) in blocks.iter_mut().zip(headings) {
        if *is_title && next_is_text {
            report.repair(
                RepairKind::Heading,
                block.line,
                "a bold paragraph became a heading",
            );
            block.kind = BlockKind::Heading(NO_LEVEL);
        }
    }
    blocks
}

/// Sets the canonical level of every heading, from 2 to 6. In an edition, those of sections,
/// articles, appendices and of what they enclose stay as they are.
pub(crate) fn set_levels(
    mut blocks: Vec<Block>,
    origin: Origin,
    report: &mut Report,
) -> Vec<Block> {
    let places = outline::places(&blocks);
    // Source level and canonical level of the enclosing headings.
    let mut enclosing: Vec<(usize, usize)> = Vec::new();
    for (block, place) in blocks.iter_mut().zip(places) {
        let BlockKind::Heading(source) = block.kind else {
            continue;
        };
        let numbered = place.map(|place| match origin {
            Origin::Edition if !place.is_plain => source,
            Origin::Edition | Origin::Foreign => place.depth + 1,
        });
        while enclosing.last().is_some_and(|(open, canonical)| {
            numbered.map_or(*open >= source, |level| *canonical >= level)
        }) {
            enclosing.pop();
        }
        let level = numbered
            .unwrap_or_else(|| enclosing.last().map_or(2, |(_, canonical)| canonical + 1))
            .clamp(2, 6);
        if source <= 6 && source != level {
            report.count(
                RepairKind::HeadingLevel,
                block.line,
                "headings got the level of their number or place",
            );
        }
        enclosing.push((source, level));
        block.kind = BlockKind::Heading(level);
    }
    blocks
}
