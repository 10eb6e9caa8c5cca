//! What a site is loaded with.

use crate::check::glossary::Glossary;
use crate::output::cache::BuildCache;
use crate::report::source::Sources;
use chrono::NaiveDate;

/// What a site is loaded with.
#[derive(Debug, Clone, Copy)]
pub struct LoadContext<'r> {
    /// All texts.
    pub sources: &'r Sources,
    /// Words that texts must not use.
    pub glossary: &'r Glossary,
    /// The day that decides which editions are in force.
    pub today: NaiveDate,
    /// What the build before left.
    pub cache: &'r BuildCache,
}
