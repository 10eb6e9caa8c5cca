//! Measures comparisons of two editions of 50,000 words, in the ordinary case and in bad ones:
//! `cargo bench -p site-builder --bench compare`.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use fastrand::Rng;
use site_builder::compare::{Provision, compare};
use std::time::{Duration, Instant};

const WORDS: usize = 50_000;

/// A word of a vocabulary in which low numbers are more frequent.
fn word(random: &mut Rng, vocabulary: u64) -> String {
    let limit = random.u64(..vocabulary) + 1;
    format!("сөз{}", random.u64(..limit))
}

fn text(random: &mut Rng, vocabulary: u64, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|_| word(random, vocabulary)).collect();
    words.join(" ")
}

/// Sections of ten clauses.
fn edition(texts: Vec<String>) -> Vec<Provision> {
    let mut all: Vec<Provision> = Vec::new();
    let mut section = 0;
    for (at, text) in texts.into_iter().enumerate() {
        let is_section = at % 11 == 0;
        if is_section {
            section = all.len();
        }
        let chapter = at / 11 + 1;
        let number = if is_section {
            chapter.to_string()
        } else {
            format!("{chapter}.{}", at % 11)
        };
        all.push(Provision {
            anchor: format!("c-{}", number.replace('.', "-")),
            number,
            is_worded: false,
            parent: (!is_section).then_some(section),
            text,
        });
    }
    all
}

fn measure(name: &str, before: Vec<String>, after: Vec<String>) {
    let (before, after) = (edition(before), edition(after));
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            let changes = compare(&before, &after);
            assert!(changes.len() >= before.len().max(after.len()));
            start.elapsed()
        })
        .min()
        .unwrap_or(Duration::ZERO);
    println!(
        "{name:<40} {:>5} clauses {:>7.1} ms",
        after.len(),
        best.as_secs_f64() * 1000.0
    );
}

fn main() {
    let mut random = Rng::with_seed(7);
    let clauses: Vec<String> = (0..WORDS / 50)
        .map(|_| text(&mut random, 4000, 50))
        .collect();
    let mut edited = clauses.clone();
    for (at, clause) in edited.iter_mut().enumerate() {
        if at % 3 == 0 {
            *clause = clause.replacen("сөз1 ", "жаңа ", 2) + " соңы";
        }
    }
    edited.insert(0, "жаңа бөлім".to_owned());
    measure(
        "a third edited, everything renumbered",
        clauses.clone(),
        edited,
    );

    let rewritten: Vec<String> = (0..WORDS / 50)
        .map(|_| text(&mut random, 4000, 50))
        .collect();
    measure(
        "rewritten in the same vocabulary",
        clauses.clone(),
        rewritten,
    );

    let poor = |random: &mut Rng| {
        (0..WORDS / 10)
            .map(|_| text(random, 30, 10))
            .collect::<Vec<_>>()
    };
    measure(
        "5,000 clauses of 30 words",
        poor(&mut random),
        poor(&mut random),
    );

    let lines: Vec<String> = clauses.iter().map(|line| format!("{line}.")).collect();
    let edited: Vec<String> = lines.iter().map(|line| format!("жаңа {line}")).collect();
    measure(
        "one clause, every line edited",
        vec![lines.join("\n")],
        vec![edited.join("\n")],
    );

    let one = |random: &mut Rng, vocabulary: u64| vec![text(random, vocabulary, WORDS)];
    measure(
        "one clause, rewritten",
        one(&mut random, 4000),
        one(&mut random, 4000),
    );
    measure(
        "one clause of 30 words, rewritten",
        one(&mut random, 30),
        one(&mut random, 30),
    );

    let same = vec!["Тармақ алынып тасталды .".to_owned(); WORDS / 4];
    let mut shorter = same.clone();
    shorter.truncate(WORDS / 5);
    measure("12,500 equal clauses", same, shorter);
}
