//! Texts of policies, parsed.

use crate::content::document::Document;
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;

/// An edition with its text.
#[derive(Debug)]
pub struct ParsedEdition<'s> {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// What it says.
    pub document: Document<'s>,
}

/// The texts of a policy in each locale, oldest first.
pub type ParsedPolicy<'s> = BTreeMap<Locale, Vec<ParsedEdition<'s>>>;

/// Parsed texts that stay in memory until their pages are rendered, by the policy's short address.
pub type RetainedTexts<'s> = BTreeMap<String, ParsedPolicy<'s>>;
