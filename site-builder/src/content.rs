//! What authors write: `site.toml`, `services.toml` and editions. Each file is parsed and checked
//! independently of the others.

pub mod country;
pub mod date;
pub mod document;
mod file_diagnostics;
pub mod language;
pub mod localised;
pub mod register;
pub mod settings;
pub(crate) mod slice;
pub mod toml_file;
pub mod vendor;

/// The file of a site's folder in which its owner ticks what was decided.
pub const REVIEW: &str = "REVIEW.md";

/// Browsers delete cookies after this many days (RFC 6265bis, 5.5).
const MAX_COOKIE_DAYS: u32 = 400;
