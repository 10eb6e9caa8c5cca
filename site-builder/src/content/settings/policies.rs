//! `[policy.<name>]` in `site.toml`: names that a policy had before, and the day from which it is in
//! force no more.

use super::formats::is_slug;
use super::{SLUG_HELP, Settings};
use crate::content::date::{self, Day};
use crate::content::file_diagnostics::FileDiagnostics;
use crate::report::diagnostic::Code;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// What became of a policy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyHistory {
    /// Short addresses that it had before, the oldest first: they lead to today's.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub former: Vec<Spanned<String>>,
    /// The day from which it is in force no more. Its editions stay.
    #[schemars(with = "Option<Day>")]
    pub retired: Option<Spanned<toml::Value>>,
    /// The policy that replaces it then.
    #[schemars(with = "Option<String>")]
    pub successor: Option<Spanned<String>>,
}

/// The end of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// The first day on which it is in force no more.
    pub day: NaiveDate,
    /// The short address of the policy that replaces it.
    pub successor: Option<String>,
}

impl PolicyHistory {
    /// The end of the policy; `None` while there is none, or if its day is invalid.
    pub fn retirement(&self) -> Option<Retirement> {
        Some(Retirement {
            day: day(self.retired.as_ref()?)?,
            successor: self.successor.as_ref().map(|name| name.get_ref().clone()),
        })
    }
}

fn day(value: &Spanned<toml::Value>) -> Option<NaiveDate> {
    value.get_ref().as_datetime().and_then(date::from_toml)
}

/// Diagnoses the `[policy.<name>]` tables.
pub(super) fn check(settings: &Settings, found: &mut FileDiagnostics) {
    let policies: BTreeSet<&str> = settings
        .policies
        .get_ref()
        .iter()
        .map(|policy| policy.get_ref().as_str())
        .collect();
    let locales = settings.locales.get_ref().iter();
    let mut taken: BTreeSet<&str> = locales.map(domain::Locale::as_str).collect();
    taken.extend(&policies);
    for (name, history) in &settings.policy {
        if !policies.contains(name.as_str()) {
            found.add(
                Code::InvalidFact,
                history,
                format!("`policies` doesn't list `{name}`"),
                "list every policy that the site has or had there, retired ones too; of a renamed one list the new name, and write \
                 `[policy.<new name>]` with the old one in `former`",
            );
        }
        for former in &history.get_ref().former {
            let slug = former.get_ref();
            if !is_slug(slug) {
                let message = format!("`{slug}` can't have been a policy's address");
                found.add(Code::InvalidFact, former, message, SLUG_HELP);
            } else if !taken.insert(slug) {
                found.add(
                    Code::DuplicateAddress,
                    former,
                    format!("the address `/{slug}` is taken already"),
                    "a former name leads to one policy, and is the name of no other one",
                );
            }
        }
        check_end(name, history.get_ref(), &policies, found);
    }
}

fn check_end(
    name: &str,
    history: &PolicyHistory,
    policies: &BTreeSet<&str>,
    found: &mut FileDiagnostics,
) {
    if let Some(retired) = &history.retired
        && day(retired).is_none()
    {
        found.add(
            Code::InvalidFact,
            retired,
            "`retired` is no day".to_owned(),
            "write the first day on which the policy is in force no more, without quotes: `retired = 2027-01-01`",
        );
    }
    let Some(successor) = &history.successor else {
        return;
    };
    let slug = successor.get_ref().as_str();
    if history.retired.is_none() {
        found.add(
            Code::InvalidFact,
            successor,
            format!("`{name}` has a successor and isn't retired"),
            "add the day from which the successor holds: `retired = 2027-01-01`",
        );
    } else if slug == name || !policies.contains(slug) {
        found.add(
            Code::InvalidFact,
            successor,
            format!("`{slug}` can't replace `{name}`"),
            "name another policy of the site",
        );
    }
}
