//! Tests of the whole builder, from files to files: what an author is told, and what is written.
//!
//! Every test starts from the small good site of `fixtures/site`, changes one thing in a copy of it, and builds.
#![expect(
    clippy::disallowed_methods,
    reason = "tests lay out folders and read what was written"
)]

#[cfg(test)]
mod archive;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod essential;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod incremental;
#[cfg(test)]
mod locales;
#[cfg(test)]
mod new_site;
#[cfg(test)]
mod output;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod theme_reference;
#[cfg(test)]
mod themes;
