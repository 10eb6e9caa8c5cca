//! The anchors of a text.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The set of anchors of a text, each between line feeds in a single allocation, because the sets
/// of all texts of a site are in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchors(Arc<str>);

impl Anchors {
    /// Collects anchors, which must not contain line feeds.
    pub fn new<'a>(anchors: impl Iterator<Item = &'a str>) -> Self {
        let mut all = String::from("\n");
        for anchor in anchors {
            all.push_str(anchor);
            all.push('\n');
        }
        Self(all.into())
    }

    /// Whether a text has an anchor.
    pub fn contains(&self, anchor: &str) -> bool {
        self.0.contains(&format!("\n{anchor}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_anchors_are_found() {
        let anchors = Anchors::new(["c-1", "c-1-2", "s-1"].into_iter());
        for there in ["c-1", "c-1-2", "s-1"] {
            assert!(anchors.contains(there), "{there}");
        }
        for not_there in ["c", "-1", "c-1-", "c-2"] {
            assert!(!anchors.contains(not_there), "{not_there}");
        }
        assert!(!Anchors::default().contains(""));
    }
}
