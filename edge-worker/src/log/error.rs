//! Failures of the log.

use crate::json::InvalidJson;
use crate::runtime;

/// Why a request to the log fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The runtime or the database fails. As a text, because code that drops the runtime's own
    /// errors is large.
    #[error("{0}")]
    Runtime(String),
    /// A value has no JSON form.
    #[error("a value has no JSON form")]
    Form,
    /// A stored value can't be read.
    #[error(transparent)]
    Stored(#[from] InvalidJson),
    /// A message can't be read or written.
    #[error(transparent)]
    Message(#[from] postcard::Error),
    /// A row is not what the schema says.
    #[error("a row is not what the schema says")]
    Row,
    /// The database contradicts itself.
    #[error("the log is damaged: {0}")]
    Damaged(String),
    /// What came from the archive, or is to be in it, isn't what was logged.
    #[error("what the archive has isn't what was logged")]
    Archive,
    /// The chain of the version before is being migrated.
    #[error("the log is being migrated, try again")]
    Migrating,
    /// A later version has migrated the database.
    #[error("the database has schema {0}, which this version doesn't know: deploy the later one")]
    Newer(u64),
    /// The request contradicts itself or the log.
    #[error("the request is not one that this log can answer")]
    Request,
    /// No request has this path.
    #[error("no such request")]
    Path,
}

impl From<runtime::Error> for LogError {
    fn from(error: runtime::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}

impl From<serde_json::Error> for LogError {
    fn from(_: serde_json::Error) -> Self {
        Self::Form
    }
}

impl LogError {
    /// What is damaged, if that is why.
    /// What is damaged.
    pub(crate) fn damage(&self) -> Option<String> {
        match self {
            Self::Damaged(what) => Some(what.clone()),
            Self::Runtime(text) => {
                // What SQLite says when a page is not what it must be.
                let is_corrupt = text.contains("SQLITE_CORRUPT")
                    || text.contains("disk image is malformed")
                    || text.contains("SQLITE_NOTADB");
                is_corrupt.then(|| "the database can't be read".to_owned())
            }
            _ => None,
        }
    }
}
