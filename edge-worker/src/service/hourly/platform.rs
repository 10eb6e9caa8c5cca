//! What the hourly work and readers of the archive need of the platform.

use crate::service::witnesses::{Reply, Submission};
use crate::service::{LogFailure, Signer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// The log and its archive. The cause of a failure is on the console.
pub(crate) trait LogPlatform {
    /// Calls the log with a request of [`crate::log::tree_messages`].
    async fn call<A: DeserializeOwned>(
        &self,
        path: &'static str,
        request: &impl Serialize,
    ) -> Result<A, LogFailure>;
    /// An entry bundle of the archive by its name; `None` if it has none of that name.
    async fn bundle(&self, name: &str) -> Result<Option<Vec<u8>>, LogFailure>;
    /// Writes an error to the console. Nothing personal is in it.
    fn report(&self, place: &str, problem: &dyn Display);
}

/// What only the hourly work may do.
pub(crate) trait HourlyPlatform: LogPlatform + Signer {
    /// Whether the site has an archive.
    fn has_archive(&self) -> bool;
    /// Puts a bundle into the archive unless there is one of that name.
    async fn add_bundle(&self, name: &str, bytes: &[u8]) -> Result<(), LogFailure>;
    /// Removes a bundle from the archive; there need not be one.
    async fn remove_bundle(&self, name: &str) -> Result<(), LogFailure>;
    /// Whether an Ed25519 signature verifies.
    async fn verifies(
        &self,
        key: &[u8; 32],
        message: &str,
        signature: &[u8; 64],
    ) -> Result<bool, LogFailure>;
    /// Sends checkpoints to witnesses at the same time, and waits for their answers, of bounded
    /// time and length, in the same order. A sentence says why one did not answer.
    async fn submit(&self, submissions: &[Submission]) -> Vec<Result<Reply, String>>;
}
