//! Turns legal texts and a theme into a static multilingual policy site.
//!
//! ```text
//! content/, themes/ --read--> sources --survey each policy--> site --render each policy--> pages --stage, swap--> dist/
//! ```
//!
//! 1. [`source`], [`site::read`], [`theme::read`] read from disk.
//! 2. [`document`] parses each edition, [`settings`] and [`register`] the facts; [`site::assemble`] puts them together.
//!    Texts of large sites are let go again.
//! 3. [`pages`] renders one policy after the other, read once more where it was let go, [`extras`] makes what machines read. Each file
//!    is staged at once.
//! 4. [`dist`] moves what was staged into place, when nothing was wrong.
//!
//! [`memory`] is what a build leaves for the next one, so that what is as before isn't made again.
//!
//! [`new`] begins a site. `site-builder verify` is the crate `verifier`.
//!
//! Stages are functions from values to values and return what is wrong as [`diagnostic::Diagnostic`]s; [`report`] draws them.

pub mod archive;
pub mod assets;
pub mod build;
pub mod cli;
pub mod compare;
pub mod csp;
pub mod date;
pub mod deploy;
pub mod diagnostic;
pub mod dist;
pub mod document;
pub mod embed;
pub mod extras;
pub mod feed;
pub mod frame;
pub mod glossary;
pub mod headers;
pub mod html;
pub mod import;
pub mod json_ld;
pub mod memory;
pub mod new;
pub mod pages;
pub mod parity;
pub mod register;
pub mod report;
pub mod revision;
pub mod schema;
pub mod settings;
pub mod site;
pub mod source;
pub mod theme;
pub mod toml_file;
pub mod vendor;
pub mod view;
pub mod watch;
