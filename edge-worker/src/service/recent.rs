//! What an instance of the worker remembers for a while.

use domain::Timestamp;

/// What an instance of the worker has learned lately, so that questions that need no new answer don't
/// reach the log.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    pub(super) published: Option<(Timestamp, PublicLog)>,
    pub(super) health: Option<(Timestamp, Option<&'static str>)>,
    pub(super) flood: Option<Timestamp>,
}

/// The public view of the log.
#[derive(Debug, Clone)]
pub(super) struct PublicLog {
    /// A signed note.
    pub(super) checkpoint: String,
    /// `/log/info`
    pub(super) info: String,
}
