//! The log over SQLite itself, so that its SQL runs as in the object.

mod appending;
mod archive;
mod damage;
mod migration;
mod proofs;
mod purge;
pub(crate) mod storage;
