//! What judges look at: a log as others see it, which is a folder with the files that
//! `https://<site>/log/` serves. `specimen` makes one without a worker, `judge` judges one.
//!
//! ```text
//! checkpoint          the newest, with the signatures of log and witness
//! checkpoint.earlier  one of the same log from before
//! policy              `log <key>` and `witness <name> <key>`, a line each
//! tile/0/000 …        the tiles of the newest checkpoint's tree
//! <n>.tlog-proof      receipts, whose entry is in them
//! requests/00-200 …   bodies for a witness, and the status that is due (of `specimen` alone)
//! ```

pub mod judge;
pub mod requests;
pub mod specimen;
pub mod tree;
