//! Which language each block is in. A heading of two words may be in any of several; the blocks
//! around it tell (the Viterbi algorithm: the best sequence of languages as a whole).

use super::Piece;
use crate::text::Text;
use language::Candidates;

/// Points that a block loses which stays in a language where they alternate.
const STAYS: i64 = 3;
/// Points that a change costs which doesn't follow the order of alternation.
const SKIPS: i64 = 6;
/// How many of the points that tell languages apart, in percent, may speak against one language
/// after another: names and addresses in another script.
const TOLERATED: i64 = 15;
/// The largest number of languages whose orders are all tried.
const MAX_ORDERED: usize = 5;

/// Lower than any sum of scores, without overflow when added.
const NEVER: i64 = i64::MIN / 4;

/// The language of each block, and whether the blocks of each language stand together.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) labels: Vec<usize>,
    pub(super) is_contiguous: bool,
}

/// The index of the language of each piece.
pub(super) fn label(pieces: &[Piece], candidates: &Candidates, languages: usize) -> Labels {
    let scores: Vec<Vec<i64>> = pieces
        .iter()
        .map(|piece| match piece.language {
            // What a column says is certain.
            Some(language) => (0..languages)
                .map(|other| {
                    if other == language {
                        0
                    } else {
                        NEVER / 1_000_000
                    }
                })
                .collect(),
            None => {
                let texts = piece.block.texts().into_iter().map(Text::plain_text);
                candidates.scores(&texts.collect::<Vec<_>>().join("\n"))
            }
        })
        .collect();
    let orders = orders(languages.min(MAX_ORDERED));
    let in_a_row = best_of(&scores, &orders, |order, from, to| {
        let place = |language| order.iter().position(|own| *own == language);
        match (place(from), place(to)) {
            (Some(from), Some(to)) if from <= to => 0,
            _ => NEVER,
        }
    });
    let alternating = best_of(&scores, &orders, |order, from, to| {
        let place = order.iter().position(|own| *own == from).unwrap_or(0);
        let next = order.get((place + 1) % order.len().max(1));
        match next {
            _ if from == to => -STAYS,
            Some(next) if *next == to => 0,
            Some(_) | None => -SKIPS,
        }
    });
    let of_one_language = (0..languages).map(|language| {
        let own = scores.iter().filter_map(|scores| scores.get(language));
        own.sum::<i64>()
    });
    let least = of_one_language.max().unwrap_or(0);
    let (row, mixed) = (
        evidence(&scores, &in_a_row),
        evidence(&scores, &alternating),
    );
    let is_contiguous = (mixed - row) * 100 <= (row - least) * TOLERATED;
    Labels {
        labels: if is_contiguous { in_a_row } else { alternating },
        is_contiguous,
    }
}

/// The sum of the scores of blocks in these languages.
fn evidence(scores: &[Vec<i64>], labels: &[usize]) -> i64 {
    let own = scores.iter().zip(labels);
    own.filter_map(|(scores, label)| scores.get(*label)).sum()
}

/// All orders of the languages.
fn orders(languages: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..languages {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                let rest = (0..languages).filter(|next| !order.contains(next));
                let rest: Vec<usize> = rest.collect();
                rest.into_iter()
                    .map(move |next| [order.as_slice(), &[next]].concat())
            })
            .collect();
    }
    orders
}

/// The best sequence of languages for any of the orders.
fn best_of(
    scores: &[Vec<i64>],
    orders: &[Vec<usize>],
    step: impl Fn(&[usize], usize, usize) -> i64,
) -> Vec<usize> {
    let paths = orders
        .iter()
        .map(|order| best_path(scores, |from, to| step(order, from, to)));
    let best = paths.max_by_key(|(total, _)| *total);
    best.map_or_else(Vec::new, |(_, labels)| labels)
}

/// The sequence of languages with the highest sum of scores and steps, and that sum.
fn best_path(scores: &[Vec<i64>], step: impl Fn(usize, usize) -> i64) -> (i64, Vec<usize>) {
    let Some((first, rest)) = scores.split_first() else {
        return (NEVER, Vec::new());
    };
    let mut totals: Vec<i64> = first.clone();
    // For each block but the first, the best language before each language.
    let mut before: Vec<Vec<usize>> = Vec::with_capacity(scores.len());
    for own in rest {
        let mut next = Vec::with_capacity(own.len());
        let mut origins = Vec::with_capacity(own.len());
        for (to, score) in own.iter().enumerate() {
            let ways = totals
                .iter()
                .enumerate()
                .map(|(from, total)| (total.saturating_add(step(from, to)).max(NEVER), from));
            let (total, from) = ways.max_by_key(|(total, _)| *total).unwrap_or((0, 0));
            next.push(total.saturating_add(*score).max(NEVER));
            origins.push(from);
        }
        totals = next;
        before.push(origins);
    }
    let last = totals.iter().enumerate().max_by_key(|(_, total)| **total);
    let Some((mut label, total)) = last.map(|(label, total)| (label, *total)) else {
        return (NEVER, Vec::new());
    };
    let mut labels = vec![label];
    for origins in before.iter().rev() {
        label = origins.get(label).copied().unwrap_or(0);
        labels.push(label);
    }
    labels.reverse();
    (total, labels)
}
