//! Parsed texts of policies.

use crate::content::document::{self, Document};
use crate::report::diagnostic::{Diagnostic, FileId};
use chrono::NaiveDate;
use domain::Locale;
use std::collections::BTreeMap;

/// An edition with its text.
#[derive(Debug)]
pub struct ParsedEdition<'s> {
    /// The day it comes into force.
    pub effective: NaiveDate,
    /// Its text.
    pub document: Document<'s>,
}

/// The editions of a policy in each locale, oldest first.
pub type ParsedPolicy<'s> = BTreeMap<Locale, Vec<ParsedEdition<'s>>>;

/// Policies that stay in memory until their pages are rendered, by their short address.
pub type RetainedTexts<'s> = BTreeMap<String, ParsedPolicy<'s>>;

/// Parses the texts of a policy, each given with its locale, the day it comes into force and its
/// file. Texts without valid front matter are left out.
pub fn parse<'l, 's>(
    texts: impl IntoIterator<Item = (&'l Locale, NaiveDate, FileId, &'s str)>,
) -> (ParsedPolicy<'s>, Vec<Diagnostic>) {
    let mut policy = ParsedPolicy::new();
    let mut diagnostics = Vec::new();
    for (locale, effective, file, text) in texts {
        let (document, more) = document::parse(text, file, locale);
        diagnostics.extend(more);
        if let Some(document) = document {
            let editions = policy.entry(locale.clone()).or_default();
            editions.push(ParsedEdition {
                effective,
                document,
            });
        }
    }
    for editions in policy.values_mut() {
        editions.sort_by_key(|edition| edition.effective);
    }
    (policy, diagnostics)
}
