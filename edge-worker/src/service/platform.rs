//! The platform as an interface, which the worker implements with its bindings and tests in memory.

use crate::log::ledger::{Append, Logged, Page};
use crate::log::messages::{
    AuditEntry, CountRequest, ExportPage, ExportRequest, LogCounts, Position, PurgeRequest,
};
use crate::request::BodyFailure;
use domain::{Digest, Signature, SignedCheckpoint, Timestamp};

/// The log or the signing key fails. The cause was written to the console where it occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log or the platform fails")]
pub(crate) struct LogFailure;

/// The platform of one request.
pub(crate) trait Platform {
    /// The request's body, of at most [`crate::request::MAX_BODY_BYTES`].
    async fn body(&self) -> Result<Vec<u8>, BodyFailure>;
    /// Logs an event durably; `None` when its id belongs to another event.
    async fn append(&self, request: &Append) -> Result<Option<Logged>, LogFailure>;
    /// A page of a subject's records after a sequence.
    async fn records(&self, link: &Digest, after: u64) -> Result<Page, LogFailure>;
    /// Deletes the links from a subject to its records; returns how many there were.
    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure>;
    /// A page of the whole log.
    async fn export(&self, request: &ExportRequest) -> Result<ExportPage, LogFailure>;
    /// Counts of events, and the state of the log.
    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure>;
    /// A page of the audit trail after a number.
    async fn audit(&self, after: u64) -> Result<Vec<AuditEntry>, LogFailure>;
    /// The head of a site's chain.
    async fn head(&self, site: &str) -> Result<Position, LogFailure>;
    /// Signs with the current key.
    async fn sign(&self, message: &str) -> Result<Signature, LogFailure>;
    /// The last entry up to which all records are past their retention at a time, if there is one.
    async fn purge_point(&self, past: Timestamp) -> Result<Option<Position>, LogFailure>;
    /// Deletes records up to a purge point; returns how many there were.
    async fn purge(&self, purge: &PurgeRequest) -> Result<u64, LogFailure>;
    /// Stores a checkpoint permanently.
    async fn store_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), LogFailure>;
    /// Counts the request; returns whether its client has exceeded the rate limit.
    async fn is_rate_limited(&self) -> bool;
    /// Whether the log responds.
    async fn is_log_reachable(&self) -> bool;
}
