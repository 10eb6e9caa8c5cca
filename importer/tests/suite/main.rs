//! Tests of the importer, from the bytes of a document to the edition and the report about it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

// Fixtures with snapshots, and documents as other programs export them.
mod defects;
mod documents;
mod source_documents;

// Bytes to text: which files are refused, and how the encoding is found.
mod encodings;
mod file_kinds;

// Generated documents, long ones, and ones that nobody would write.
mod hostile;
mod paragraphs;
mod properties;
