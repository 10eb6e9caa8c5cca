//! The format of a site's archive: every consent text that visitors were shown and every published
//! edition of a policy, each in a file named after its SHA-256, and an index of these files. The
//! site builder writes the archive; the verifier looks up in it the texts whose hashes records hold.

use crate::Locale;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The folder, of a site's content and of a built site.
pub const FOLDER: &str = "archive";

/// The index in that folder: a JSON array of [`IndexEntry`].
pub const INDEX: &str = "index.json";

/// The kind of an archived text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// The text whose hash [`crate::revision_of`] shortens to the revision: the register of
    /// services, the banner's words, the hashes of the material editions of policies.
    Revision,
    /// HTML of the banner's first layer. Its attribute `data-settings` is the path of the settings,
    /// so that the hash of the one covers the other. The banners archived before have them inside.
    Banner,
    /// HTML of the banner's settings: categories, services, terms.
    Settings,
    /// HTML of the form on the choices page.
    Choices,
    /// JSON: the words of placeholders.
    Placeholder,
    /// JSON: the scopes of all optional services at a revision. A scope is what a visitor agrees to
    /// when they grant a category: services with their providers, countries, purposes and lifetimes.
    Scope,
    /// An edition of a policy as its author wrote it: front matter and Markdown.
    Edition,
}

/// Which edition of which policy an archived text is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivedEdition {
    /// SHA-256 of the text that this one corrects; `None` for the text that was published first.
    pub corrects: Option<String>,
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// The short address of the policy when the text was archived.
    pub policy: String,
}

/// A text in the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// The day of the first archived build that contains the text; `None` for a text that is
    /// published but not archived yet.
    pub first_day: Option<NaiveDate>,
    /// The kind of the text.
    pub kind: TextKind,
    /// Language of the text; `None` for a revision and its scopes, which cover all languages.
    pub locale: Option<Locale>,
    /// The first revision in which the text was shown. Of scopes every revision has an entry.
    pub revision: String,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
    /// The edition that it is, for a text of the kind [`TextKind::Edition`] alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<ArchivedEdition>,
}

/// The name of the file that holds a text. The suffix makes browsers show markup as plain text, so
/// that an archived form can't be submitted.
pub fn file_name(sha256: &str) -> String {
    format!("{sha256}.txt")
}
