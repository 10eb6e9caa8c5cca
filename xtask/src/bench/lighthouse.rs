//! Scores of every kind of page by Lighthouse, on its simulated slow 4G and slow processor.
//! `tests/bench/lighthouse.mjs` runs it; this module makes a table of the scores.

use anyhow::Result;
use serde::Deserialize;

use super::{Findings, Size, npm_peers, table};
use crate::build;
use crate::project::Project;

const LIGHTHOUSE: [&str; 1] = ["lighthouse@13.5.0"];

/// A line of the script's output.
#[derive(Debug, Deserialize)]
struct Page {
    kind: String,
    address: String,
    /// Scores from 0 to 100: performance, accessibility, best practices, search engines.
    scores: [u32; 4],
    /// Largest contentful paint, in milliseconds.
    paint: f64,
    /// Titles of the weighted audits with a score below 90.
    short: Vec<String>,
    version: String,
}

/// # Errors
/// Lighthouse can't be installed, or a page can't be opened.
pub(super) fn run(project: &Project, size: Size) -> Result<Findings> {
    let installed = crate::setup::run(project, crate::setup::Scope::Browsers)?;
    build::sites(project, None, None)?;
    build::worker(project, &installed)?;
    let folder = npm_peers::install(project, "lighthouse", &LIGHTHOUSE)?;
    let amount = if size == Size::Quick { "--quick" } else { "" };
    let script = "tests/bench/lighthouse.mjs";
    let pages: Vec<Page> = npm_peers::measure(project, script, &folder, amount)?;
    Ok(Findings {
        markdown: markdown(&pages),
        pictures: Vec::new(),
    })
}

fn markdown(pages: &[Page]) -> String {
    let head = [
        "page",
        "performance",
        "accessibility",
        "best practices",
        "SEO",
        "largest paint, ms",
    ];
    let rows: Vec<Vec<String>> = pages
        .iter()
        .map(|page| {
            let mut row = vec![format!("{}, `{}`", page.kind, page.address)];
            row.extend(page.scores.iter().map(u32::to_string));
            row.push(format!("{:.0}", page.paint));
            row
        })
        .collect();
    let mut text = table::markdown(&head, &rows);
    for page in pages.iter().filter(|page| !page.short.is_empty()) {
        text.push_str(&format!(
            "\n`{}` falls short of: {}\n",
            page.address,
            page.short.join("; ")
        ));
    }
    if let Some(page) = pages.first() {
        text.push_str(&format!(
            "\nLighthouse {}, its defaults for a phone.\n",
            page.version
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_become_a_table_and_what_falls_short_is_named() {
        let line = r#"{"kind":"index","address":"/kk/","scores":[100,99,100,100],"paint":1301.4,"version":"13","short":["Links"]}"#;
        let text = markdown(&npm_peers::read(line).unwrap());
        assert!(
            text.contains("| index, `/kk/` | 100 | 99 | 100 | 100 | 1301 |"),
            "{text}"
        );
        assert!(text.contains("`/kk/` falls short of: Links"), "{text}");
    }
}
