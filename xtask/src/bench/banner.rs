//! The banner compared with other consent banners on a slow phone. `tests/bench/banner.mjs`
//! measures; this module makes a table of the figures.

use anyhow::Result;
use serde::Deserialize;

use super::{Findings, Size, npm_peers, table};
use crate::build;
use crate::project::Project;

/// npm packages of the other banners; c15t needs React.
const PEERS: [&str; 6] = [
    "vanilla-cookieconsent@3.1.0",
    "klaro@0.7.22",
    "tarteaucitronjs@1.34.0",
    "@c15t/react@2.2.1",
    "react@19.2.0",
    "react-dom@19.2.0",
];

/// A line of the script's output: medians of one banner.
#[derive(Debug, Deserialize)]
struct Subject {
    name: String,
    version: String,
    /// Bytes transferred until the banner is visible, including the page itself.
    bytes: f64,
    requests: u32,
    /// Milliseconds until the banner is visible.
    shown: f64,
    /// Cumulative layout shift.
    shift: f64,
    /// Milliseconds of script execution.
    script: f64,
    /// Milliseconds from a press to the next frame; not measured where no button is known.
    press: Option<f64>,
}

/// # Errors
/// The peers can't be installed, or a banner never shows.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    build::sites(project, None, None)?;
    let peers = npm_peers::install(project, "banners", &PEERS)?;
    let rounds = size.rounds();
    let script = "tests/bench/banner.mjs";
    let subjects: Vec<Subject> = npm_peers::measure(project, script, &peers, rounds)?;
    Ok(Findings {
        markdown: markdown(&subjects, rounds),
        pictures: Vec::new(),
    })
}

fn markdown(subjects: &[Subject], rounds: &str) -> String {
    let head = [
        "banner",
        "bytes",
        "requests",
        "seen after, ms",
        "script, ms",
        "press, ms",
        "CLS",
    ];
    let rows: Vec<Vec<String>> = subjects
        .iter()
        .map(|subject| {
            vec![
                table::versioned(&subject.name, &subject.version),
                format!("{:.0}", subject.bytes),
                subject.requests.to_string(),
                format!("{:.0}", subject.shown),
                format!("{:.0}", subject.script),
                subject
                    .press
                    .map_or_else(|| "–".to_owned(), |press| format!("{press:.0}")),
                format!("{:.3}", subject.shift),
            ]
        })
        .collect();
    format!(
        "{}\nMedians of {rounds} visits, in turn: a window of 412 × 823, 150 ms latency, 1.6 Mbit/s, the processor slowed down four times.",
        table::markdown(&head, &rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_script_become_rows() {
        let lines = "{\"name\":\"a\",\"version\":\"1.2\",\"bytes\":1234,\"requests\":3,\"shown\":801.5,\"shift\":0,\"script\":9.4,\"press\":24}\n\
                     {\"name\":\"b\",\"version\":\"\",\"bytes\":1,\"requests\":1,\"shown\":1,\"shift\":0,\"script\":1,\"press\":null}\n";
        let text = markdown(&npm_peers::read(lines).unwrap(), "7");
        assert!(
            text.contains("| a 1.2 | 1234 | 3 | 802 | 9 | 24 | 0.000 |"),
            "{text}"
        );
        assert!(text.contains("| b | 1 | 1 | 1 | 1 | – | 0.000 |"), "{text}");
        assert!(npm_peers::read::<Subject>("warning: x").is_err());
    }
}
