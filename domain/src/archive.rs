//! The format of a site's archive: every text that visitors were shown when they were asked, in a
//! file named after its SHA-256, and an index of them. The site builder writes it, the verifier
//! looks up in it what records say was shown.

use crate::Locale;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The folder, of a site's content and of a built site.
pub const FOLDER: &str = "archive";

/// The index in that folder: a JSON array of [`IndexEntry`].
pub const INDEX: &str = "index.json";

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// What [`crate::revision_of`] gives a revision of: register, banner words, hashes of the
    /// material editions.
    Revision,
    /// HTML of the banner with its settings.
    Banner,
    /// HTML of the form on the choices page.
    Choices,
    /// JSON: the words of placeholders on pages of others.
    Placeholder,
}

/// A text in the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// The day of the first build that was archived with it; none for a text that is published, but
    /// not archived yet.
    pub first_day: Option<NaiveDate>,
    /// What the text is.
    pub kind: TextKind,
    /// Its language; none for a revision, which covers all of them.
    pub locale: Option<Locale>,
    /// The revision it was first shown in.
    pub revision: String,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
}

/// The name of the file that holds a text. Plain text for browsers: its buttons must not work any
/// more.
pub fn file_name(sha256: &str) -> String {
    format!("{sha256}.txt")
}
