//! Tests of the whole builder, from files to files.
//!
//! Most start from the small good site of `fixtures/site`, change one thing in a copy of it, and
//! build: [`support`] does that.
#![cfg(test)] // `clippy.toml` allows `unwrap` and indexing only where this stands.
#![expect(
    clippy::disallowed_methods,
    reason = "tests lay out folders and read what was written"
)]

mod support;

// Diagnostics.
mod any_text;
mod bad_input;
mod cases;
mod codes;
mod command_line;
mod properties;

// Output.
mod archive;
mod brand;
mod cookies;
mod editions;
mod essential;
mod form;
mod headers;
mod host_names;
mod hosts;
mod incremental;
mod language_ranges;
mod locales;
mod minors;
mod operator;
mod output;
mod published_editions;
mod regimes;
mod register;
mod scopes;
mod services;
mod themes;
mod translations;

// Other commands.
mod import;
mod new_site;
mod packs;
mod upgrade;
mod witnesses;

// Documents, code and settings of the repository that must agree with the code.
mod architecture;
mod checklists;
mod documentation;
mod repository;
mod schemas;
mod theme_reference;
