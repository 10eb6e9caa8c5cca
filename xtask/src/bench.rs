//! `cargo xtask bench`: figures for docs/performance.md.
//!
//! 1. Each [`Part`] makes its inputs, runs its subjects interleaved ([`measure`]) and returns
//!    Markdown.
//! 2. [`page`] puts that between the part's marker comments in the document; the rest of it is
//!    written by hand.
//!
//! A new part is a variant of [`Part`], an arm in [`Part::measure`] and a pair of markers in the
//! document.

mod banner;
mod builder;
mod chart;
mod lighthouse;
mod machine;
mod measure;
mod npm_peers;
mod page;
mod table;
mod worker;

use anyhow::Result;
use clap::ValueEnum;

use crate::project::Project;

/// Subjects that are compared, and their block in docs/performance.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Whole builds of sites of several sizes, compared with other generators.
    Builder,
    /// The banner, compared with other consent banners.
    Banner,
    /// Every kind of page, by Lighthouse.
    Lighthouse,
    /// Time of a request and of the worker's start, compared with JavaScript workers.
    Worker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Small inputs, as a smoke test; docs/performance.md is not changed.
    Quick,
    /// The inputs of the figures in docs/performance.md.
    Usual,
    /// As `Usual`, and a site of 100,000 pages, which takes very long.
    Huge,
}

impl Size {
    /// How many rounds of the subjects a script measures.
    const fn rounds(self) -> &'static str {
        match self {
            Self::Quick => "1",
            Self::Usual => "7",
            Self::Huge => "15",
        }
    }
}

impl Part {
    /// The name of the part in its marker comments.
    fn name(self) -> &'static str {
        match self {
            Self::Builder => "builder",
            Self::Banner => "banner",
            Self::Lighthouse => "lighthouse",
            Self::Worker => "worker",
        }
    }

    fn measure(self, project: &Project, size: Size) -> Result<Findings> {
        match self {
            Self::Builder => builder::run(project, size),
            Self::Banner => banner::run(project, size),
            Self::Lighthouse => lighthouse::run(project, size),
            Self::Worker => worker::run(project, size),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Findings {
    /// Markdown for its block, without date and machine.
    pub(crate) markdown: String,
    /// SVG pictures that the Markdown shows, by the name of their file in `docs/performance/`.
    pub(crate) pictures: Vec<(String, String)>,
}

/// Measures some parts, or all, and writes their findings.
///
/// # Errors
/// A part fails, or its block can't be written.
pub(crate) fn run(project: &Project, parts: &[Part], size: Size) -> Result<()> {
    let parts = if parts.is_empty() {
        Part::value_variants()
    } else {
        parts
    };
    for part in parts {
        println!("==> measuring: {}", part.name());
        let findings = part.measure(project, size)?;
        let block = format!("{}\n\n{}", machine::description(), findings.markdown.trim());
        println!("\n{block}\n");
        if size != Size::Quick {
            page::write(project, part.name(), &block, &findings.pictures)?;
        }
    }
    Ok(())
}
