//! Checks a consent log without trusting who runs it. It compiles without the site builder, so that
//! an auditor needs nothing else.
//!
//! 1. `input` and `folder` read files, `http` asks servers, within bounds.
//! 2. `trust` has the keys and the policy, and verifies signatures.
//! 3. `kept`, `state` and `evidence` read what was kept from earlier: checkpoints and receipts.
//! 4. `tree` verifies logs that are Merkle trees: exports line by line, tiles, receipts. `chain` does
//!    it with what is left of the hash chains that logs were before.
//! 5. `time` compares dates with signed times; `texts` looks up, in the archive of the built site,
//!    the texts that records name.
//! 6. `check` finds out what a thing is and checks it; `download` and `monitor` are the commands that
//!    keep something, with `files`. `report` holds the result and prints it, `printable` makes it harmless for
//!    terminals.
//! 7. `witness` is a service of its own: it cosigns the checkpoints of logs.
//!
//! edge-worker/README.md specifies the formats; docs/evidence.md explains what they prove.

mod chain;
mod check;
pub mod cli;
mod download;
mod error;
mod evidence;
mod files;
mod finding;
mod folder;
mod http;
mod input;
mod kept;
mod monitor;
mod printable;
mod problem;
mod progress;
mod report;
mod state;
mod texts;
mod time;
mod tree;
mod trust;
pub mod witness;

pub use check::{Options, verify};
pub use error::InputError;
pub use finding::{Finding, FindingKind, Verdict};
pub use input::MAX_LINE_BYTES;
pub use report::{Report, TextCounts};
pub use tree::Receipt;
