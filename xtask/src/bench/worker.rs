//! The worker compared with others that do the same work in JavaScript. `tests/bench/worker.mjs`
//! measures; this module makes tables of the figures.

use anyhow::Result;
use serde::Deserialize;

use super::table::figure;
use super::{Findings, Size, npm_peers, table};
use crate::build;
use crate::project::Project;

/// npm packages of the compared workers; one of these needs none.
const PEERS: [&str; 1] = ["hono@4.13.19"];

/// A line of the script's output: medians of one worker.
#[derive(Debug, Deserialize)]
struct Subject {
    name: String,
    version: String,
    /// Version of the runtime.
    workerd: String,
    /// Cost of `GET /api/consent`; `None` for a worker of which only the start is measured.
    get: Option<Cost>,
    /// `POST /api/consent`.
    post: Option<Cost>,
    /// What one `POST` takes; `None` for a worker that shares the code of another.
    counts: Option<Counts>,
    start: Start,
    /// Milliseconds to compile the module, and to instantiate it.
    instantiation: Option<[f64; 2]>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Cost {
    /// Microseconds of processor time of the runtime.
    cpu: f64,
    /// `cpu` divided by that of our worker in the same round.
    ratio: f64,
    /// Requests a second.
    rate: f64,
    /// Latency in milliseconds, for a single client.
    wait: f64,
}

/// What a new visitor's choice takes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    /// Ed25519.
    signatures: u64,
    rows_written: u64,
    rows_read: u64,
    /// SQL.
    statements: u64,
}

/// Milliseconds from the start of the runtime to the first answer.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Start {
    wall: f64,
    cpu: f64,
}

/// # Errors
/// The peers can't be installed, or a subject does not do what the others do.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    let installed = crate::setup::run(project, crate::setup::Scope::Build)?;
    build::worker(project, &installed)?;
    let peers = npm_peers::install(project, "workers", &PEERS)?;
    let rounds = size.rounds();
    let script = "tests/bench/worker.mjs";
    let subjects: Vec<Subject> = npm_peers::measure(project, script, &peers, rounds)?;
    Ok(Findings {
        markdown: markdown(&subjects, rounds),
        pictures: Vec::new(),
    })
}

fn markdown(subjects: &[Subject], rounds: &str) -> String {
    let mut text = String::new();
    for (title, of) in [
        (
            "`GET /api/consent`, by country, signal and cookie:",
            (|subject| subject.get) as fn(&Subject) -> Option<Cost>,
        ),
        ("`POST /api/consent`, logged:", |subject| subject.post),
    ] {
        text.push_str(&format!("{title}\n\n{}\n", costs(subjects, of)));
    }
    text.push_str(&format!(
        "A new visitor's choice, counted:\n\n{}\n",
        counts(subjects)
    ));
    text.push_str(&format!(
        "A fresh runtime:\n\n{}\nMedians of {rounds} rounds in turn, ratios within a round",
        starts(subjects)
    ));
    if let Some(subject) = subjects.first() {
        text.push_str(&format!(", workerd {}", subject.workerd));
    }
    text.push_str(".\n");
    for subject in subjects {
        if let Some([compiled, instantiated]) = subject.instantiation {
            text.push_str(&format!(
                "{}'s module alone: {} ms to compile, {} ms to instantiate.\n",
                subject.name,
                figure(compiled),
                figure(instantiated)
            ));
        }
    }
    text
}

fn costs(subjects: &[Subject], of: fn(&Subject) -> Option<Cost>) -> String {
    let head = [
        "",
        "CPU a request, µs",
        "of ours",
        "requests a second",
        "wait, ms",
    ];
    let rows: Vec<Vec<String>> = subjects
        .iter()
        .filter_map(|subject| {
            let cost = of(subject)?;
            Some(vec![
                table::versioned(&subject.name, &subject.version),
                figure(cost.cpu),
                format!("×{}", figure(cost.ratio)),
                format!("{:.0}", cost.rate),
                figure(cost.wait),
            ])
        })
        .collect();
    table::markdown(&head, &rows)
}

fn counts(subjects: &[Subject]) -> String {
    let head = ["", "signatures", "rows written", "rows read", "statements"];
    let rows: Vec<Vec<String>> = subjects
        .iter()
        .filter_map(|subject| {
            let Counts {
                signatures,
                rows_written,
                rows_read,
                statements,
            } = subject.counts?;
            let figures = [signatures, rows_written, rows_read, statements];
            let name = table::versioned(&subject.name, &subject.version);
            let figures = figures.map(|figure| figure.to_string());
            Some([name].into_iter().chain(figures).collect())
        })
        .collect();
    table::markdown(&head, &rows)
}

fn starts(subjects: &[Subject]) -> String {
    let rows: Vec<Vec<String>> = subjects
        .iter()
        .map(|subject| {
            vec![
                table::versioned(&subject.name, &subject.version),
                figure(subject.start.wall),
                figure(subject.start.cpu),
            ]
        })
        .collect();
    table::markdown(&["", "first answer after, ms", "CPU, ms"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_script_become_rows_beside_ours() {
        let lines = concat!(
            r#"{"name":"ours","version":"","workerd":"1.2","get":{"cpu":100,"ratio":1,"rate":7000,"wait":0.2},"post":null,"#,
            r#""counts":{"signatures":1,"rowsWritten":4,"rowsRead":5,"statements":8,"log":1},"start":{"wall":40,"cpu":30},"instantiation":[0.25,0.5]}"#,
            "\n",
            r#"{"name":"Hono","version":"4","workerd":"1.2","get":{"cpu":120,"ratio":1.2,"rate":6000,"wait":0.25},"post":null,"#,
            r#""counts":null,"start":{"wall":30,"cpu":20},"instantiation":null}"#,
        );
        let text = markdown(&npm_peers::read(lines).unwrap(), "7");
        for expected in [
            "| ours | 1 | 4 | 5 | 8 |",
            "| ours | 100 | ×1.00 | 7000 | 0.200 |",
            "| Hono 4 | 120 | ×1.20 | 6000 | 0.250 |",
            "| Hono 4 | 30.0 | 20.0 |",
            "workerd 1.2",
            "ours's module alone: 0.250 ms to compile, 0.500 ms to instantiate.",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
}
