//! Diagnostics of an author's files: the texts that they point into, the diagnostics themselves,
//! and how they are drawn.

pub mod diagnostic;
pub mod draw;
pub mod source;
