//! What services keep in a browser besides cookies.

use crate::content::localised::Localised;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Something that a service keeps in the site's own storage.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageItem {
    /// Where it is.
    pub kind: StorageKind,
    /// Its key, or the name of the database or cache; `*` at the end matches any ending.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// After how many days the service deletes it; 0: when the browser is closed. Without it, it
    /// stays until somebody deletes it; in session storage until the tab is closed.
    #[schemars(with = "Option<u32>")]
    pub days: Option<Spanned<u32>>,
    /// What it is for, per locale.
    #[schemars(with = "Localised")]
    pub purpose: Spanned<Localised>,
}

/// A kind of storage that pages have besides cookies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StorageKind {
    /// `localStorage`
    LocalStorage,
    /// `sessionStorage`
    SessionStorage,
    /// A database of IndexedDB.
    IndexedDb,
    /// A cache of Cache Storage.
    CacheStorage,
}

impl StorageKind {
    /// The name in `services.toml`, in markup, and of its string in the theme.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LocalStorage => "local_storage",
            Self::SessionStorage => "session_storage",
            Self::IndexedDb => "indexed_db",
            Self::CacheStorage => "cache_storage",
        }
    }
}

impl StorageItem {
    /// How long it stays in days, 0 until the browser is closed; `None`: until somebody deletes it.
    pub fn lifetime(&self) -> Option<u32> {
        match (&self.days, self.kind) {
            (Some(days), _) => Some(*days.get_ref()),
            (None, StorageKind::SessionStorage) => Some(0),
            (None, _) => None,
        }
    }
}
