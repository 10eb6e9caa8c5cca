//! Tests of the importer, from the bytes of a document to the edition and the report about it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod files;
mod support;

// Fixtures with snapshots, and documents as other programs export them.
mod defects;
mod documents;
mod source_documents;
mod strangers;

// Documents in several languages.
mod languages;

// Whatever an edition lacks is in the report.
mod losses;

// Bytes to text: which files are refused, and how the encoding is found.
mod encodings;
mod file_kinds;

// Files of Word and LibreOffice.
mod office_files;
mod open_document_numbers;
mod word_numbers;

// Pages of programs and sites.
mod pages;

// Generated documents, long ones, and ones that nobody would write.
mod hostile;
mod hostile_files;
mod paragraphs;
mod properties;
