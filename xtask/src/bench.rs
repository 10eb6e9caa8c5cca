//! `cargo xtask bench`: figures for docs/performance.md.
//!
//! 1. Each [`Part`] makes its inputs, runs its subjects in turn ([`measure`]) and says what came out as Markdown.
//! 2. [`page`] puts that between the part's marks in the document; what stands outside of them is written by hand.
//!
//! A new part is a variant of [`Part`], an arm in [`Part::measure`] and a pair of marks in the document.

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

/// What is measured together and has a block of its own in docs/performance.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Whole builds of sites of several sizes, beside other generators.
    Builder,
    /// The banner, beside others.
    Banner,
    /// Every kind of page, by Lighthouse.
    Lighthouse,
    /// What a request takes the worker, and its start, beside others.
    Worker,
}

/// How much to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Small inputs, to see that it works; nothing is written.
    Quick,
    /// What docs/performance.md shows.
    Usual,
    /// And what takes very long.
    Huge,
}

impl Part {
    /// The name of its marks and of its pictures.
    fn name(self) -> &'static str {
        match self {
            Self::Builder => "builder",
            Self::Banner => "banner",
            Self::Lighthouse => "lighthouse",
            Self::Worker => "worker",
        }
    }

    /// Measures.
    ///
    /// # Errors
    /// A subject can't be made or fails.
    fn measure(self, project: &Project, size: Size) -> Result<Findings> {
        match self {
            Self::Builder => builder::run(project, size),
            Self::Banner => banner::run(project, size),
            Self::Lighthouse => lighthouse::run(project, size),
            Self::Worker => worker::run(project, size),
        }
    }
}

/// What a part found.
#[derive(Debug)]
pub(crate) struct Findings {
    /// Markdown for its block, without date and machine.
    pub(crate) markdown: String,
    /// Pictures that the Markdown shows, by the name of their file in `docs/performance/`.
    pub(crate) pictures: Vec<(String, String)>,
}

/// Measures some parts, or all, and writes what they found.
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
        let block = format!("{}\n\n{}", machine::line(), findings.markdown.trim());
        println!("\n{block}\n");
        if size != Size::Quick {
            page::write(project, part.name(), &block, &findings.pictures)?;
        }
    }
    Ok(())
}
