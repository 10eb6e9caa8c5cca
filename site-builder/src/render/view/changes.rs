//! What the page of a policy's editions shows.

use super::{CorrectionView, DateView, EditionLink, OtherLanguage};
use serde::Serialize;

/// The page of a policy's editions.
#[derive(Debug, Serialize)]
pub struct ChangesView {
    /// Title of the policy.
    pub policy_title: String,
    /// Language of the texts when it isn't the page's (the locale has no translation yet).
    pub other_language: Option<OtherLanguage>,
    /// Path of the current edition.
    pub current_path: String,
    /// All editions, newest first.
    pub editions: Vec<EditionView>,
}

/// One edition in the list, with its comparison to the one before.
#[derive(Debug, Serialize)]
pub struct EditionView {
    /// Its address and date.
    pub link: EditionLink,
    /// When it was published.
    pub published: DateView,
    /// What changed, in the author's words; may be empty.
    pub summary: String,
    /// `current`, `past` or `future`.
    pub state: &'static str,
    /// It changes the revision of the site.
    pub material: bool,
    /// A slip that was corrected in its text.
    pub correction: Option<CorrectionView>,
    /// The first edition has no comparison.
    pub comparison: Option<ComparisonView>,
}

/// Differences between two neighbouring editions, clause by clause.
#[derive(Debug, Serialize)]
pub struct ComparisonView {
    /// The older edition.
    pub before: EditionLink,
    /// Changed clauses, in the order of the newer edition.
    pub clauses: Vec<ClauseChange>,
}

/// What happened to one clause.
#[derive(Debug, Serialize)]
pub struct ClauseChange {
    /// `added`, `removed`, `changed`, `renumbered`, `moved`.
    pub kind: &'static str,
    /// Its words changed too: always when `changed`, sometimes when `renumbered` or `moved`.
    pub edited: bool,
    /// Number in the older edition; empty when added.
    pub before: String,
    /// Number in the newer edition; empty when removed.
    pub after: String,
    /// The numbers say by themselves what they are of: `Article 5`, `[1]`.
    pub worded: bool,
    /// Link to the clause in the edition that has it.
    pub path: String,
    /// The words, as safe HTML with `<ins>` and `<del>`; empty when they are the same.
    pub html: String,
}
