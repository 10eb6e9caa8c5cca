//! Finds the title of the document among the blocks before its first clause.

use crate::ImportOptions;
use crate::block::{Block, BlockKind};
use crate::report::{DecisionKind, RepairKind, Report};
use crate::text;
use crate::vocabulary;

/// Number of blocks at the beginning that are searched.
const SEARCH_BLOCKS: usize = 8;
/// Longest title that isn't a heading, in characters.
const MAX_LENGTH: usize = 160;
const MOVED: &str = "the title of the document moved into the front matter";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    pub(crate) text: String,
    /// Line of the input, 1-based.
    pub(crate) line: usize,
}

/// The title, and the blocks without it. `given` is the title in foreign front matter, `page` the
/// `<title>` of a page.
pub(crate) fn find(
    blocks: Vec<Block>,
    given: Option<String>,
    page: Option<String>,
    options: &ImportOptions,
    report: &mut Report,
) -> (Title, Vec<Block>) {
    let preface: Vec<&Block> = blocks
        .iter()
        .take(SEARCH_BLOCKS)
        .take_while(|block| block.number.is_none() && !block.is_item())
        .collect();
    let place = position(&preface).filter(|place| is_above_sections(&blocks, *place));
    let only = match place {
        Some(_) => None,
        None => only_heading(&blocks),
    };
    if let Some(given) = given {
        // A heading that repeats the title is removed.
        let repeated = place.filter(|place| {
            preface
                .get(*place)
                .is_some_and(|block| same_words(&block.text.plain_text(), &given))
        });
        if let Some(block) = repeated.and_then(|place| blocks.get(place)) {
            let words = block.text.plain_text();
            let message = "a heading that repeats the title was removed";
            report
                .losing(words)
                .repair(RepairKind::Title, block.line, message);
        }
        return (
            Title {
                text: given,
                line: 1,
            },
            without(blocks, repeated),
        );
    }
    if let Some((only, title)) = only {
        report.repair(RepairKind::Title, title.line, MOVED);
        return (title, without(blocks, Some(only)));
    }
    let Some(place) = place else {
        return (missing(page, options, report), blocks);
    };
    let line = preface.get(place).map_or(1, |block| block.line);
    let lines = title_lines(&preface, place);
    let words: Vec<String> = preface
        .iter()
        .skip(place)
        .take(lines)
        .map(|block| block.text.shown_text())
        .collect();
    let title = Title {
        text: words.join(" "),
        line,
    };
    report.repair(RepairKind::Title, line, MOVED);
    let last = place + lines;
    let rest = blocks
        .into_iter()
        .enumerate()
        .filter(|(index, _)| !(place..last).contains(index));
    (title, rest.map(|(_, block)| block).collect())
}

/// Whether a heading isn't a section among equals: it is of a higher level than the others, or
/// nothing but a date, a company or another name stands before it. Other blocks may be the title
/// anyway.
fn is_above_sections(blocks: &[Block], place: usize) -> bool {
    let level = |block: &Block| match block.kind {
        BlockKind::Heading(level) => Some(level),
        _ => None,
    };
    let Some(own) = blocks.get(place).and_then(level) else {
        return true;
    };
    let (before, from) = blocks.split_at(place);
    let is_highest = || {
        let mut others = before.iter().chain(from.iter().skip(1)).filter_map(level);
        others.all(|other| other > own)
    };
    let is_name = |block: &Block| {
        let words = block.text.plain_text();
        is_subtitle(&words) || words.chars().count() <= 100 && !text::ends_sentence(&words)
    };
    before.iter().all(is_name) || is_highest()
}

/// The only unnumbered heading of level 1; it may be far down, below the menu of a page, but not
/// below a chapter.
fn only_heading(blocks: &[Block]) -> Option<(usize, Title)> {
    let mut headings = blocks
        .iter()
        .take_while(|block| {
            block
                .number
                .as_ref()
                .is_none_or(|number| number.unit.is_none())
        })
        .enumerate()
        .filter(|(_, block)| block.kind == BlockKind::Heading(1) && block.number.is_none());
    let (place, block) = headings.next().filter(|(_, block)| has_letters(block))?;
    let title = Title {
        text: block.text.shown_text(),
        line: block.line,
    };
    headings.next().is_none().then_some((place, title))
}

/// Whether the block has letters: a heading may consist of a bullet or punctuation.
fn has_letters(block: &Block) -> bool {
    block.text.plain_text().chars().any(char::is_alphanumeric)
}

fn names_document(block: &Block) -> bool {
    let lower = block.text.plain_text().to_lowercase();
    vocabulary::words(|language| &language.documents.title_stems).any(|stem| lower.contains(stem))
}

/// The title of a document that shows none.
fn missing(page: Option<String>, options: &ImportOptions, report: &mut Report) -> Title {
    let text = page.unwrap_or_else(|| options.fallback_title.clone());
    report.decision(
        DecisionKind::NoTitle,
        1,
        format!("the document shows no title; it is now called `{text}`"),
        "write the document's name into `title`",
    );
    Title { text, line: 1 }
}

fn without(blocks: Vec<Block>, place: Option<usize>) -> Vec<Block> {
    let kept = blocks
        .into_iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != place);
    kept.map(|(_, block)| block).collect()
}

fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    letters(one) == letters(other)
}

/// Index of the first heading if it names a document; else of a block that looks like a name and
/// names a document; else of the first heading; else of a block in bold or capitals.
fn position(preface: &[&Block]) -> Option<usize> {
    let first_heading = preface
        .iter()
        .position(|block| block.is_heading() && has_letters(block));
    let looks_like_name = |block: &&Block| {
        let words = block.text.plain_text();
        let short = words.chars().count() <= MAX_LENGTH
            && !words.contains("://")
            && !text::is_prose(&words);
        let marked = block.is_heading() || block.text.is_all_strong() || text::is_uppercase(&words);
        let plain = words.chars().count() <= 100 && !text::ends_sentence(&words);
        let fits = block.is_heading() || block.is_plain();
        fits && short && (marked || plain) && !is_subtitle(&words)
    };
    let heading = || {
        preface
            .iter()
            .position(|block| block.is_heading() && names_document(block))
    };
    // After the first heading only a heading can be the title.
    let reach = first_heading.map_or(preface.len(), |heading| heading + 1);
    let near = || preface.iter().take(reach);
    let named = || near().position(|block| looks_like_name(block) && names_document(block));
    let marked = || {
        near().position(|block| {
            looks_like_name(block)
                && (block.text.is_all_strong() || text::is_uppercase(&block.text.plain_text()))
        })
    };
    heading()
        .filter(|place| first_heading == Some(*place))
        .or_else(named)
        .or(first_heading)
        .or_else(marked)
}

/// Whether the line names a company, a site or a date, and so belongs under a title.
pub(crate) fn is_subtitle(words: &str) -> bool {
    let lower = words.to_lowercase();
    let first = lower.split([' ', ':', '.', '«']).next().unwrap_or(&lower);
    vocabulary::words(|language| &language.documents.subtitle_words).any(|word| {
        if word.chars().count() > 5 {
            first.starts_with(word)
        } else {
            first == word
        }
    })
}

/// Number of blocks of the title: the next two continue it if in lowercase, or if both are in
/// capitals.
fn title_lines(preface: &[&Block], place: usize) -> usize {
    let Some(first) = preface.get(place) else {
        return 1;
    };
    let opening = first.text.plain_text();
    let continues = |block: &&&Block| {
        let words = block.text.plain_text();
        let alike =
            block.is_heading() == first.is_heading() && (block.is_heading() || block.is_plain());
        let small = text::starts_lowercase(&words)
            && !text::ends_sentence(&words)
            && words.chars().count() <= MAX_LENGTH;
        let capitals =
            text::is_uppercase(&opening) && text::is_uppercase(&words) && !words.contains("://");
        alike
            && !text::ends_sentence(&opening)
            && (small || capitals)
            && !is_subtitle(&words)
            && !words.contains('@')
            && !first.is_heading()
    };
    1 + preface
        .iter()
        .skip(place + 1)
        .take(2)
        .take_while(continues)
        .count()
}
