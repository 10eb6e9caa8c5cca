//! Inputs of loading that all its steps share.

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
