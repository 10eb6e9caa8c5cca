//! What the site builder and the edge worker must agree on: categories and choices, locales, the manifest that the
//! builder writes and the worker reads. No I/O, no clock, no randomness: those are arguments.

mod category;
mod locale;
mod manifest;

pub use category::{Category, Choice};
pub use locale::{InvalidLocale, Locale};
pub use manifest::{Manifest, ShownText};
