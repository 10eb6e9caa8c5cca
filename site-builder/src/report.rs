//! What the builder says about an author's files: the texts, the diagnostics that point into them,
//! and how those are drawn.

pub mod diagnostic;
pub mod draw;
pub mod source;
