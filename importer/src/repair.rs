//! Repairs, one function per defect, from blocks to blocks. Their order matters and is set here.
//!
//! An edition in the content form is taken literally: only depths and levels are normalized.

mod breaks;
mod counted;
mod cross_references;
mod dashes;
mod dates;
mod definitions;
mod footnotes;
mod homoglyphs;
mod labels;
mod lengths;
mod levels;
mod lists;
mod markers;
mod nested_numbers;
mod numbers;
mod pages;
mod placeholders;
mod section_labels;
mod section_titles;
mod sections;
mod sentences;
mod title;

pub(crate) use placeholders::unfilled;
pub(crate) use title::Title;

use crate::ImportOptions;
use crate::block::Block;
use crate::front_matter::{FrontMatter, Origin};
use crate::report::Report;
use std::collections::BTreeMap;

/// Repairs the blocks, reads clause numbers and finds the title.
pub(crate) fn repair(
    blocks: Vec<Block>,
    front_matter: &FrontMatter,
    page_title: Option<String>,
    options: &ImportOptions,
    placeholders: &BTreeMap<String, String>,
    report: &mut Report,
) -> (Title, Vec<Block>) {
    match front_matter.origin() {
        Origin::Edition => {
            let blocks = footnotes::read_written(blocks);
            let blocks = numbers::read_written(blocks, options.locale.as_str());
            let blocks = counted::read_written(blocks);
            let blocks = lists::normalize_depths(blocks);
            let blocks = levels::set_levels(blocks, Origin::Edition, report);
            let text = match front_matter {
                FrontMatter::Edition { title, .. } => title.clone(),
                FrontMatter::None | FrontMatter::Foreign { .. } => String::new(),
            };
            (Title { text, line: 1 }, blocks)
        }
        Origin::Foreign => {
            let blocks = repair_words(blocks, options, placeholders, report);
            let blocks = repair_structure(blocks, options.locale.as_str(), report);
            let title = match front_matter {
                FrontMatter::Foreign { title } => title.clone(),
                FrontMatter::None | FrontMatter::Edition { .. } => None,
            };
            let (title, blocks) = title::find(blocks, title, page_title, options, report);
            let blocks = section_titles::promote_above_clauses(blocks, report);
            // Which headings there are decides whether items count on through chapters.
            let blocks = counted::number_items(blocks, report);
            let blocks = cross_references::resolve(blocks, report);
            let blocks = levels::mark_headings_of_unnumbered(blocks, report);
            let blocks = markers::strip_whole_block_bold(blocks, report);
            let blocks = sentences::join_cut(blocks, report);
            let blocks = repair_lists(blocks, report);
            let blocks = definitions::mark(blocks, report);
            let blocks = dates::remove_own(blocks, options, report);
            (title, levels::set_levels(blocks, Origin::Foreign, report))
        }
    }
}

/// Repairs of text, which don't depend on the structure.
fn repair_words(
    blocks: Vec<Block>,
    options: &ImportOptions,
    placeholders: &BTreeMap<String, String>,
    report: &mut Report,
) -> Vec<Block> {
    let blocks = lengths::flatten_oversized_tables(blocks, report);
    let blocks = breaks::split(blocks, report);
    let blocks = lengths::split_long_paragraphs(blocks, report);
    let blocks = markers::remove_orphans(blocks, report);
    let blocks = homoglyphs::replace(blocks, options.locale.as_str(), report);
    let blocks = dashes::lengthen(blocks, options.locale.as_str(), report);
    let blocks = footnotes::to_notes(blocks, report);
    let blocks = placeholders::fill(blocks, placeholders, report);
    let blocks = section_titles::join_numbers(blocks, report);
    pages::remove_numbers(blocks, report)
}

/// Reads clause numbers, and finds headings that were something else.
fn repair_structure(blocks: Vec<Block>, locale: &str, report: &mut Report) -> Vec<Block> {
    let blocks = numbers::read(blocks, locale, report);
    let blocks = section_labels::read(blocks, locale, report);
    let blocks = sections::demote_prose_headings(blocks, report);
    let blocks = sections::promote_bold_clauses(blocks, report);
    let blocks = sections::promote_ordered_items(blocks, report);
    let blocks = nested_numbers::number(blocks, report);
    lists::renumber_repeated_ones(blocks, report)
}

fn repair_lists(blocks: Vec<Block>, report: &mut Report) -> Vec<Block> {
    let blocks = labels::group(blocks, report);
    let blocks = lists::nest_points(blocks);
    let blocks = lists::nest_interrupting_items(blocks, report);
    let blocks = lists::unnest_siblings(blocks, report);
    let blocks = lists::extract_lead_ins(blocks, report);
    let blocks = lists::normalize_depths(blocks);
    let blocks = lists::divide_restarted(blocks, report);
    lists::report_loose(&blocks, report);
    blocks
}
