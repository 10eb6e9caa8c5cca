//! Each module checks one subject through the public interface; `support` builds the logs.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails where something isn't as expected"
)]

mod archive;
mod attestations;
mod command_line;
mod folders;
mod live;
mod logs;
mod migrated;
mod mutations;
mod properties;
mod receipts;
mod server;
mod support;
mod tampering;
mod tree;
mod tree_exports;
mod witness;
