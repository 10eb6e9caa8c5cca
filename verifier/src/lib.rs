//! Checks exports, checkpoints and receipts of a consent log offline, without trusting who runs the
//! log. It compiles without the site builder, so that an auditor needs nothing else.
//!
//! 1. `input` reads files, within bounds.
//! 2. `attestation` reads keys, checkpoints and receipts that were kept from earlier, and verifies
//!    their signatures.
//! 3. `chain` verifies the export line by line: form, hashes, order, checkpoints, dates, and the
//!    attestations. `classify` determines from the records around a break of the chain what
//!    happened.
//! 4. `texts` looks up the texts that records name in the archive of the built site.
//! 5. `report` holds the result and prints it.
//!
//! edge-worker/README.md specifies the signed messages and the format of an export;
//! docs/evidence.md explains what they prove.

mod attestation;
mod chain;
mod classify;
pub mod cli;
mod error;
mod finding;
mod input;
mod progress;
mod report;
mod texts;
mod verify;
pub mod witness;

pub use attestation::{Keys, Receipt};
pub use error::InputError;
pub use finding::{Finding, FindingKind};
pub use input::MAX_LINE_BYTES;
pub use report::{Report, TextCounts};
pub use verify::{Options, verify};
