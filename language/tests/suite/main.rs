//! Tests of the languages' files, the same for every language.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod dates;
mod detection;
mod labels;
mod references;
