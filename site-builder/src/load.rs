//! From the folder of a site to its model.
//!
//! 1. [`read`] lists the folder and reads `site.toml` and `services.toml`.
//!    [`brand`] reads the owner's pictures.
//! 2. [`assemble`] checks them and has `policy` parse and check each policy's texts, one policy at a
//!    time per thread, so that few texts are in memory at once.

pub mod assemble;
pub mod brand;
mod policy;
pub mod read;

use crate::check::glossary::Glossary;
use crate::output::cache::BuildCache;
use crate::report::source::Sources;
use chrono::NaiveDate;

/// Inputs of loading a site, apart from its own files.
#[derive(Debug, Clone, Copy)]
pub struct LoadContext<'r> {
    /// Texts of all files.
    pub sources: &'r Sources,
    /// Terms that texts must not use.
    pub glossary: &'r Glossary,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
    /// Results of the previous build.
    pub cache: &'r BuildCache,
}
