//! Checks across files: a text against its translations, the glossary, and what it refers to.

pub mod glossary;
pub mod parity;
pub mod references;
