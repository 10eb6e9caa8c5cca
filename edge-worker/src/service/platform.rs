//! What a call reaches out for, as the decisions see it: the body, the log, the key, the counter.

use crate::log::ledger::{Append, Logged, Page};
use crate::log::messages::{
    AuditEntry, CountRequest, ExportPage, ExportRequest, LogCounts, Position, PurgeRequest,
};
use domain::{Digest, Signature, SignedCheckpoint, Timestamp};

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFailure {
    /// More than [`super::MAX_BODY_BYTES`].
    TooLarge,
    /// It broke off.
    Broken,
}

/// Log or keys can't answer. What happened was written to the console where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogFailure;

/// The platform around a call.
pub(crate) trait Platform {
    /// The body, no more of it than [`super::MAX_BODY_BYTES`].
    async fn body(&self) -> Result<Vec<u8>, BodyFailure>;
    /// Logs an event, durably; none when its id is taken.
    async fn append(&self, request: &Append) -> Result<Option<Logged>, LogFailure>;
    /// The records of a subject after a place.
    async fn records(&self, link: &Digest, after: u64) -> Result<Page, LogFailure>;
    /// Erases what links records to a subject; how many they were.
    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure>;
    /// A page of the whole log.
    async fn export(&self, request: &ExportRequest) -> Result<ExportPage, LogFailure>;
    /// Counts and the state of the log.
    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure>;
    /// The audit trail after a number.
    async fn audit(&self, after: u64) -> Result<Vec<AuditEntry>, LogFailure>;
    /// The end of a site's chain.
    async fn head(&self, site: &str) -> Result<Position, LogFailure>;
    /// Signs with the current key.
    async fn sign(&self, message: &str) -> Result<Signature, LogFailure>;
    /// Up to where records are past their own retention at a moment; none when there is none.
    async fn purge_point(&self, past: Timestamp) -> Result<Option<Position>, LogFailure>;
    /// Deletes what is past its retention; how many records it was.
    async fn purge(&self, purge: &PurgeRequest) -> Result<u64, LogFailure>;
    /// Keeps a checkpoint.
    async fn store_checkpoint(&self, checkpoint: &SignedCheckpoint) -> Result<(), LogFailure>;
    /// Whether the client asks too much.
    async fn is_rate_limited(&self) -> bool;
    /// Whether the log answers.
    async fn is_log_reachable(&self) -> bool;
}
