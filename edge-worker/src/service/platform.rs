//! The platform as an interface, which the worker implements with its bindings and tests in memory.

use super::Recent;
use crate::log::tree_messages::{
    Append, Appended, AuditEntry, CountRequest, Entries, EntriesRequest, ExportOutcome,
    ExportRequest, Health, LogCounts, Page, PageRequest, RecordRequest, Shown, WitnessLog,
};
use crate::rate_limit::Budget;
use crate::request::BodyFailure;
use domain::Digest;
use domain::tlog::Resource;
use std::cell::RefCell;
use std::pin::Pin;

/// The log, its archive or a signing key fails. The cause was written to the console where it
/// occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log, its archive or a key fails")]
pub(crate) struct LogFailure;

/// What the platform will have done.
pub(crate) type Promised<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Signs with the log's keys.
pub(crate) trait Signer {
    /// An Ed25519 signature, 64 bytes, by the key of that number in
    /// [`crate::keys::LogKeys::signing`].
    fn sign<'a>(
        &'a self,
        key: usize,
        message: &'a str,
    ) -> Promised<'a, Result<Vec<u8>, LogFailure>>;
}

/// The platform of one request.
pub(crate) trait Platform: Signer {
    /// The request's body, of at most [`crate::request::MAX_BODY_BYTES`].
    async fn body(&self) -> Result<Vec<u8>, BodyFailure>;
    /// Logs an event durably.
    async fn append(&self, request: &Append) -> Result<Appended, LogFailure>;
    /// A page of a subject's records.
    async fn records(&self, request: &PageRequest) -> Result<Page, LogFailure>;
    /// A page of one record, or of none.
    async fn record(&self, request: &RecordRequest) -> Result<Page, LogFailure>;
    /// Deletes the links from a subject to its records; returns how many there were.
    async fn erase(&self, link: &Digest) -> Result<u64, LogFailure>;
    /// A page of the whole log.
    async fn export(&self, request: &ExportRequest) -> Result<ExportOutcome, LogFailure>;
    /// Counts of events, and the state of the log.
    async fn counts(&self, request: &CountRequest) -> Result<LogCounts, LogFailure>;
    /// Counts a banner that was shown.
    async fn count_shown(&self, shown: &Shown) -> Result<(), LogFailure>;
    /// A page of the audit trail after a number.
    async fn audit(&self, after: u64) -> Result<Vec<AuditEntry>, LogFailure>;
    /// The hashes of a tile; `None` when the tree has none such yet.
    async fn tile(&self, resource: &Resource) -> Result<Option<Vec<u8>>, LogFailure>;
    /// The entries of a bundle.
    async fn entries(&self, request: &EntriesRequest) -> Result<Entries, LogFailure>;
    /// The head of the tree, what was published of it, and who has cosigned it.
    async fn witnesses(&self) -> Result<WitnessLog, LogFailure>;
    /// Whether the log takes events.
    async fn health(&self) -> Result<Health, LogFailure>;
    /// Notes that the site's budget was used up, on the console and in the audit trail.
    async fn note_flood(&self);
    /// A bundle from the archive, not compressed: 256 entries from `256 * number`, which have the
    /// hashes that the log has.
    async fn archived_bundle(&self, number: u64) -> Result<Vec<u8>, LogFailure>;
    /// A tile that the cache of this place of the network has.
    async fn cached(&self, resource: &Resource) -> Option<Vec<u8>>;
    /// Puts a tile there.
    async fn cache(&self, resource: &Resource, tile: &[u8]);
    /// Counts the request for its client; returns whether the client has exceeded the budget.
    async fn is_client_over(&self, budget: Budget) -> bool;
    /// Counts the request for the site; returns whether all clients together have exceeded the
    /// budget.
    async fn is_site_over(&self, budget: Budget) -> bool;
    /// What this instance of the worker has learned lately.
    fn recent(&self) -> &RefCell<Recent>;
}
