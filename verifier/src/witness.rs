//! A witness (c2sp.org/tlog-witness): a small HTTP service that cosigns the checkpoints of logs, each
//! only when it continues the one before. Whoever shows a checkpoint with its cosignature proves that
//! the log said nothing else to anybody by then.
//!
//! 1. `command` is the command line: make a key, add logs, serve.
//! 2. `server` reads requests, within bounds of size and time.
//! 3. `protocol` checks a request against what was cosigned last, and signs.
//! 4. `state` is the file with the key and the last checkpoint of each log. It is on the disk before a
//!    cosignature is given away.
//! 5. `fork` keeps the two checkpoints of a log that contradicts itself.

mod command;
mod fork;
mod protocol;
mod server;
mod state;

pub use command::{Command, run};
pub use protocol::{MAX_BODY_BYTES, Refusal};
pub use state::{Error, Log, State, Witness};
