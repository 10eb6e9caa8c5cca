//! What the hourly work and readers of the archive need of the platform. Behind pointers, because code
//! that is compiled for one platform alone would be three times as large in the worker.

use super::{LogFailure, Promised, Signer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// The log and its archive. The cause of a failure is on the console.
pub(crate) trait LogPlatform {
    /// Sends the log a request of [`crate::log::tree_messages`], written by [`encode`],
    /// and returns an answer for [`decode`].
    fn send(
        &self,
        path: &'static str,
        request: Result<Vec<u8>, LogFailure>,
    ) -> Promised<'_, Result<Vec<u8>, LogFailure>>;
    /// An entry bundle of the archive by its name; `None` if it has none of that name.
    fn bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<Option<Vec<u8>>, LogFailure>>;
    /// Writes an error to the console. Nothing personal is in it.
    fn report(&self, place: &str, problem: &dyn Display);
}

/// What only the hourly work may do.
pub(crate) trait HourlyPlatform: LogPlatform + Signer {
    /// Whether the site has an archive.
    fn has_archive(&self) -> bool;
    /// Puts a bundle into the archive unless there is one of that name.
    fn add_bundle<'a>(
        &'a self,
        name: &'a str,
        bytes: &'a [u8],
    ) -> Promised<'a, Result<(), LogFailure>>;
    /// Removes a bundle from the archive; there need not be one.
    fn remove_bundle<'a>(&'a self, name: &'a str) -> Promised<'a, Result<(), LogFailure>>;
    /// Whether an Ed25519 signature verifies.
    fn verifies<'a>(
        &'a self,
        key: &'a [u8; 32],
        message: &'a str,
        signature: &'a [u8; 64],
    ) -> Promised<'a, Result<bool, LogFailure>>;
    /// Sends checkpoints to witnesses at the same time, and waits for their answers, of bounded
    /// time and length, in the same order. A sentence says why one did not answer.
    fn submit<'a>(
        &'a self,
        submissions: &'a [Submission],
    ) -> Promised<'a, Vec<Result<Reply, String>>>;
}

/// A checkpoint for a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    /// Where it is posted to.
    pub(crate) address: String,
    /// [`domain::tlog::AddCheckpoint`]
    pub(crate) body: String,
}

/// The answer to `add-checkpoint`.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Content-Type`, empty if there is none.
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// A request of [`crate::log::tree_messages`] as bytes.
///
/// # Errors
/// None in practice: every request can be written.
pub(crate) fn encode(request: &impl Serialize) -> Result<Vec<u8>, LogFailure> {
    postcard::to_allocvec(request).map_err(|_| LogFailure)
}

/// The log's answer.
///
/// # Errors
/// The log fails, or is of another version.
pub(crate) fn decode<A: DeserializeOwned>(
    answer: Result<Vec<u8>, LogFailure>,
) -> Result<A, LogFailure> {
    postcard::from_bytes(&answer?).map_err(|_| LogFailure)
}
