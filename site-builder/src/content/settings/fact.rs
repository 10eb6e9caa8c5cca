//! A text that is the same in every locale, or has one in each.

use crate::content::localised::Localised;
use schemars::JsonSchema;
use serde::Deserialize;

/// A fact of the `[facts]` table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Fact {
    /// The same in every locale.
    Text(String),
    /// A text per locale.
    Localised(Localised),
}
