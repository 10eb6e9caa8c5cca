//! The complete answers that a new site is made of.

use super::pack::{Authority, Pack, PackService};
use crate::content::host::Host;
use chrono::NaiveDate;
use domain::{Country, Locale};
use std::collections::BTreeMap;

/// Facts by their names in `site.toml`, and by locale if they have one value in each.
pub type OperatorFacts = BTreeMap<(&'static str, Option<Locale>), String>;

/// The complete answers, checked.
#[derive(Debug)]
pub struct Answers<'p> {
    /// The host of the site.
    pub host: Host,
    /// The pack that the site is made from.
    pub pack: &'p Pack,
    /// The operator's country.
    pub country: Country,
    /// Locales, the default one first.
    pub locales: Vec<Locale>,
    /// Every fact that is given.
    pub facts: OperatorFacts,
    /// The operator's numbers in registers, each with its kind.
    pub registrations: Vec<(String, String)>,
    /// The body that receives complaints, if a pack names it.
    pub authority: Option<&'p Authority>,
    /// Services with the ids that their vendors give.
    pub services: Vec<(String, String)>,
    /// The day on which the policies come into force.
    pub date: NaiveDate,
}

impl<'p> Answers<'p> {
    /// The chosen services with their ids, in the pack's order, and those that need no id.
    pub(super) fn chosen_services(&self) -> impl Iterator<Item = (&'p PackService, &str)> {
        self.pack.services.iter().filter_map(|service| {
            let answered = self.services.iter().find(|(id, _)| *id == service.id);
            let tag = answered.map(|(_, tag)| tag.as_str());
            Some((service, tag.or((!service.kind.is_loaded()).then_some(""))?))
        })
    }
}
