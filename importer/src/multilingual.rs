//! Divides a document in several languages into a part for each.
//!
//! 1. The languages: those that the site has, and those that enough of the text is in.
//! 2. [`columns`]: tables with a language a column become the blocks of their cells.
//! 3. [`sequence`]: which language each of the other blocks is in: one language after another, or
//!    alternating.
//! 4. A division counts only if the parts look like translations of each other: of similar length,
//!    with the same numbers. Other texts have words of another language here and there.

mod columns;
mod left_out;
mod sequence;

pub(crate) use left_out::report_left_out;

use crate::block::{Block, BlockKind};
use crate::number;
use crate::text::Text;
use domain::Locale;
use language::Candidates;
use sequence::Labels;
use std::collections::{BTreeMap, BTreeSet};

/// Languages that a document may have; no two columns more are readable.
const MAX_LANGUAGES: usize = 5;
/// Blocks by which the languages of a document are recognised.
const SAMPLE_BLOCKS: usize = 600;
/// Bytes of text by which the language of a whole document is recognised.
const SAMPLE_BYTES: usize = 64 * 1024;
/// Share of the sample, in percent, that must be in a language that the site doesn't have.
const MIN_SHARE: usize = 12;
/// Share of the sample, in percent, that must fit a language better than the others.
const MIN_FITTING: usize = 6;
/// Words of the shortest part, in percent of those of the longest.
const MIN_LENGTH: usize = 25;
/// Words of the shortest part.
const MIN_WORDS: usize = 5;
/// Blocks of the part with the fewest, in percent of those of the part with the most.
const MIN_BLOCKS: usize = 40;
/// Numbers that two parts have in common, in percent of all of them.
const MIN_COMMON_NUMBERS: usize = 50;
/// Words in columns, in percent of those of the document.
const MIN_COLUMN_WORDS: usize = 60;

/// How the languages of a document are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Side by side, in the columns of tables.
    Columns,
    /// One after another.
    Sequence,
    /// Paragraphs of one language between those of another.
    Alternating,
}

/// What of a document is in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its language.
    pub locale: Locale,
    /// The line of the input on which it begins, 1-based.
    pub line: usize,
    /// How many words it has.
    pub words: usize,
    pub(crate) blocks: Vec<Block>,
}

impl Part {
    /// Its words, a line for each paragraph.
    pub fn plain_text(&self) -> String {
        plain_text(&self.blocks)
    }
}

/// The parts of a document in several languages, in the order of their beginnings.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) arrangement: Arrangement,
    pub(crate) parts: Vec<Part>,
}

impl Parts {
    /// The language of words, among those of the parts; `None` if several fit.
    pub(crate) fn language_of(&self, words: &str) -> Option<&Locale> {
        let locales: Vec<&str> = self.parts.iter().map(|part| part.locale.as_str()).collect();
        let scores = Candidates::new(&locales).scores(words);
        let best = only_best(&scores, 1)?;
        self.parts.get(best).map(|part| &part.locale)
    }
}

/// The parts of a document. `locales` are the languages of the site; `None` if the document is in
/// one language.
pub(crate) fn divide(blocks: &[Block], locales: &[Locale]) -> Option<Parts> {
    if locales.is_empty() {
        return None;
    }
    let mut names = languages(blocks, locales);
    while names.len() > 1 {
        let division = Division::new(blocks, &names);
        let words = division.words(names.len());
        let most = words.iter().max().copied().unwrap_or(0);
        let is_part = |words: &usize| *words >= MIN_WORDS && words * 100 >= most * MIN_LENGTH;
        if words.iter().all(is_part) {
            return division.into_parts(&names);
        }
        // The words of a rare language belong to the text around them.
        let mut kept = words.iter().map(is_part);
        names.retain(|_| kept.next().unwrap_or(false));
    }
    None
}

/// The language that a text is in, if it is known for sure.
pub(crate) fn language(blocks: &[Block]) -> Option<&'static str> {
    language::detect(&sample(blocks))
}

/// The language that a text is in, if it fits it much better than the given one.
pub(crate) fn other_language(blocks: &[Block], locale: &str) -> Option<&'static str> {
    let text = sample(blocks);
    let seen = language::detect(&text)?;
    if is_same_language(seen, locale) {
        return None;
    }
    let scores = Candidates::new(&[locale, seen]).scores(&text);
    // One word in two speaks for it: texts in related languages share most of their letters.
    let words = i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX);
    let (own, other) = (scores.first()?, scores.get(1)?);
    (other - own > words / 2).then_some(seen)
}

fn is_same_language(one: &str, other: &str) -> bool {
    let language = |tag: &str| tag.split('-').next().map(str::to_owned);
    language(one) == language(other)
}

fn sample(blocks: &[Block]) -> String {
    let mut text = String::new();
    for words in blocks.iter().flat_map(Block::texts) {
        if text.len() > SAMPLE_BYTES {
            break;
        }
        text.push_str(&words.plain_text());
        text.push('\n');
    }
    text
}

/// The languages that parts of a document may be in: those of the site and those that a good part
/// of it is in, without those that hardly a word of it fits.
fn languages(blocks: &[Block], locales: &[Locale]) -> Vec<String> {
    let step = blocks.len().div_ceil(SAMPLE_BLOCKS).max(1);
    let texts: Vec<(String, usize)> = blocks
        .iter()
        .step_by(step)
        .flat_map(Block::texts)
        .map(|text| text.plain_text())
        .map(|text| (text.clone(), words_of(&text)))
        .collect();
    let all: usize = texts.iter().map(|(_, words)| words).sum();
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for (text, words) in &texts {
        if let Some(seen) = language::detect(text) {
            *votes.entry(seen).or_default() += words;
        }
    }
    votes.retain(|_, words| *words * 100 >= all * MIN_SHARE);
    let mut names: Vec<&str> = locales.iter().map(Locale::as_str).collect();
    if names.len() > MAX_LANGUAGES {
        names.retain(|name| votes.keys().any(|seen| is_same_language(seen, name)));
    }
    for seen in votes.keys() {
        if !names.iter().any(|known| is_same_language(known, seen)) {
            names.push(seen);
        }
    }
    let candidates = Candidates::new(&names);
    let mut fitting = vec![0; names.len()];
    for (text, words) in &texts {
        let best = only_best(&candidates.scores(text), 1);
        if let Some(fitting) = best.and_then(|best| fitting.get_mut(best)) {
            *fitting += words;
        }
    }
    let mut fitting: Vec<(usize, &str)> = fitting.into_iter().zip(names).collect();
    fitting.retain(|(words, _)| *words >= MIN_WORDS && *words * 100 >= all * MIN_FITTING);
    fitting.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    fitting.truncate(MAX_LANGUAGES);
    let names = fitting.into_iter().map(|(_, name)| name.to_owned());
    names.collect()
}

/// The index of the highest score, if it is so much higher than the next one.
fn only_best(scores: &[i64], lead: i64) -> Option<usize> {
    let (best, score) = scores.iter().enumerate().max_by_key(|(_, score)| **score)?;
    let others = scores
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != best);
    let next = others.map(|(_, score)| *score).max()?;
    (score - next >= lead).then_some(best)
}

fn plain_text(blocks: &[Block]) -> String {
    let texts = blocks.iter().flat_map(Block::texts);
    texts
        .map(|text| text.plain_text() + "\n")
        .collect::<String>()
}

fn word_count(block: &Block) -> usize {
    let texts = block.texts();
    let words = texts.iter().map(|text| words_of(&text.plain_text()));
    words.sum()
}

fn words_of(text: &str) -> usize {
    let words = text.split_whitespace();
    words
        .filter(|word| word.contains(char::is_alphabetic))
        .count()
}

/// A block, and the index of its language if a column says it.
#[derive(Debug, Clone)]
struct Piece {
    block: Block,
    language: Option<usize>,
}

/// The blocks of a document with the index of the language of each.
struct Division {
    labels: Labels,
    is_columns: bool,
    blocks: Vec<Block>,
}

impl Division {
    fn new(blocks: &[Block], names: &[String]) -> Self {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let candidates = Candidates::new(&names);
        let expanded = columns::expand(blocks, &candidates);
        let all: usize = blocks.iter().map(word_count).sum();
        let in_columns: usize = expanded
            .iter()
            .filter(|piece| piece.language.is_some())
            .map(|piece| word_count(&piece.block))
            .sum();
        let is_columns = in_columns > 0 && in_columns * 100 >= all * MIN_COLUMN_WORDS;
        let pieces = if is_columns {
            expanded
        } else {
            let whole = blocks
                .iter()
                .flat_map(|block| lines_apart(block, &candidates));
            let piece = |block| Piece {
                block,
                language: None,
            };
            whole.map(piece).collect()
        };
        let labels = sequence::label(&pieces, &candidates, names.len());
        Self {
            labels,
            is_columns,
            blocks: pieces.into_iter().map(|piece| piece.block).collect(),
        }
    }

    /// How many words each language has.
    fn words(&self, languages: usize) -> Vec<usize> {
        let mut words = vec![0; languages];
        for (block, label) in self.blocks.iter().zip(&self.labels.labels) {
            if let Some(words) = words.get_mut(*label) {
                *words += word_count(block);
            }
        }
        words
    }

    /// The parts, if they look like translations of each other.
    fn into_parts(self, names: &[String]) -> Option<Parts> {
        let arrangement = match self.labels.is_contiguous {
            _ if self.is_columns => Arrangement::Columns,
            true => Arrangement::Sequence,
            false => Arrangement::Alternating,
        };
        // In the order of their beginnings.
        let mut by_language: Vec<(usize, Vec<Block>)> = Vec::new();
        for (block, label) in self.blocks.into_iter().zip(self.labels.labels) {
            match by_language.iter_mut().find(|(known, _)| *known == label) {
                Some((_, blocks)) => blocks.push(block),
                None => by_language.push((label, vec![block])),
            }
        }
        let mut parts = Vec::new();
        for (label, blocks) in by_language {
            let Ok(locale) = Locale::try_from(names.get(label)?.clone()) else {
                return None;
            };
            parts.push(Part {
                locale,
                line: blocks.first()?.line,
                words: blocks.iter().map(word_count).sum(),
                blocks,
            });
        }
        are_translations(&parts).then_some(Parts { arrangement, parts })
    }
}

/// A block whose lines are in several languages as a block for each line; any other as it is.
fn lines_apart(block: &Block, candidates: &Candidates) -> Vec<Block> {
    const LEAD: i64 = 8;
    let lines = match block.kind {
        BlockKind::Paragraph | BlockKind::Heading(_) => block.text.lines(),
        _ => Vec::new(),
    };
    let languages: BTreeSet<usize> = lines
        .iter()
        .filter_map(|line| only_best(&candidates.scores(&line.plain_text()), LEAD))
        .collect();
    if languages.len() < 2 {
        return vec![block.clone()];
    }
    let apart = lines.into_iter().map(|text| Block {
        text,
        ..block.clone()
    });
    apart.collect()
}

/// Whether parts have about as many blocks as each other, and the same numbers.
fn are_translations(parts: &[Part]) -> bool {
    let counts = || parts.iter().map(|part| part.blocks.len());
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let numbers: Vec<BTreeSet<String>> = parts.iter().map(|part| numbers(&part.blocks)).collect();
    let longest = numbers.iter().max_by_key(|numbers| numbers.len());
    let have_common_numbers = longest.is_none_or(|longest| {
        numbers.iter().all(|numbers| {
            let common = numbers.intersection(longest).count();
            let all = numbers.union(longest).count();
            longest.len() < 3 || common * 100 >= all * MIN_COMMON_NUMBERS
        })
    });
    parts.len() > 1 && least * 100 >= most * MIN_BLOCKS && have_common_numbers
}

/// The numbers with which blocks begin.
fn numbers(blocks: &[Block]) -> BTreeSet<String> {
    let begins =
        |text: &Text| number::prefix(&text.plain_text()).map(|prefix| prefix.number.to_string());
    blocks
        .iter()
        .filter_map(|block| begins(&block.text))
        .collect()
}
