//! The files of authors: `site.toml`, `services.toml` and editions. Each is parsed and checked
//! independently of the others.

pub mod colour;
pub mod country;
pub mod date;
pub mod document;
mod file_diagnostics;
pub mod host;
pub mod law;
pub mod localised;
pub mod names;
pub mod phone;
pub mod picture;
pub mod register;
pub mod registration;
pub mod review;
pub mod settings;
pub mod similar_name;
pub(crate) mod slice;
pub mod toml_file;
pub mod transfer;
pub mod vendor;

/// The maximum lifetime of cookies in browsers, in days (RFC 6265bis, 5.5).
const MAX_COOKIE_DAYS: u32 = 400;
