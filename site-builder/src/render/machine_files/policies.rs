//! `/policies.json`: every edition, and the rules of law and site by which visitors are asked.

use crate::archive::history::EditionHistories;
use crate::content::date::Day;
use crate::content::law::{self, Rule, Signal};
use crate::model::site::Site;
use crate::render::context::SiteContext;
use domain::{Place, Regime};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// `/policies.json`: the texts and the rules by which visitors are asked.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoliciesJson<'p> {
    /// Every edition of every policy.
    editions: Vec<EditionJson<'p>>,
    /// Which rules apply where.
    regimes: RegimesJson<'p>,
}

/// The rules that decide what runs before a visitor has chosen; docs/regimes.md explains them.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RegimesJson<'p> {
    /// The law's table with its sources, the same for all sites.
    table: &'p [Rule],
    /// Rules of this site that replace those of the table, except in the European Economic Area. A
    /// region comes before its country.
    own: Vec<OwnRuleJson<'p>>,
    /// Signals of browsers that deny marketing.
    signals: &'p [Signal],
}

/// A rule of the site.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnRuleJson<'p> {
    /// Country or region.
    #[schemars(with = "Place")]
    place: &'p str,
    /// What applies there.
    regime: Regime,
    /// Whether there is no banner, only the footer's link.
    link_only: bool,
    /// Why it may be lighter than the table; null where it isn't.
    reason: Option<&'p str>,
}

/// An edition.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EditionJson<'p> {
    /// Short address of the policy.
    policy: &'p str,
    /// Language of the text.
    locale: &'p str,
    /// Its heading.
    title: &'p str,
    /// The day it comes into force.
    #[schemars(with = "Day")]
    effective: String,
    /// The day it was published.
    #[schemars(with = "Day")]
    published: String,
    /// Where it stands in time.
    state: &'static str,
    /// Whether visitors were asked again because of it.
    material: bool,
    /// Its page.
    url: String,
    /// SHA-256 of its words as shown, hexadecimal; docs/content.md says how to compute it.
    sha256: String,
    /// SHA-256 of its text as the author wrote it, hexadecimal: once archived, it is
    /// `/archive/<hash>.txt`.
    source_sha256: &'p str,
    /// Which slip was corrected in its text and when, in its language; null: none.
    correction: Option<&'p str>,
    /// SHA-256 of its archived texts before corrections, the first one at the beginning.
    corrected: Vec<&'p str>,
    /// The first day on which the policy is in force no more; null: it has no end.
    #[schemars(with = "Option<Day>")]
    retired: Option<String>,
    /// Short address of the policy that replaces it then.
    successor: Option<&'p str>,
}

pub(super) fn policies<'p>(
    site: &'p Site,
    site_context: &SiteContext,
    histories: &'p EditionHistories,
    texts: &BTreeMap<String, String>,
) -> PoliciesJson<'p> {
    let own = site.settings.regimes.iter().map(|(place, rules)| {
        let rules = rules.get_ref();
        OwnRuleJson {
            place,
            regime: rules.regime,
            link_only: rules.link_only,
            reason: rules.reason.as_deref(),
        }
    });
    PoliciesJson {
        editions: editions(site, site_context, histories, texts),
        regimes: RegimesJson {
            table: &law::REGIMES.rules,
            own: own.collect(),
            signals: &law::SIGNALS.signals,
        },
    }
}

fn editions<'p>(
    site: &'p Site,
    site_context: &SiteContext,
    histories: &'p EditionHistories,
    texts: &BTreeMap<String, String>,
) -> Vec<EditionJson<'p>> {
    let mut all = Vec::new();
    for policy in &site.policies {
        let end = policy.retirement.as_ref();
        for (locale, editions) in &policy.editions {
            for edition in editions {
                let front = &edition.front;
                let history = histories.of(policy, edition).iter();
                let corrected = history.map(|text| text.sha256.as_str());
                let path = format!("/{locale}/{}/{}/", policy.slug, edition.effective);
                all.push(EditionJson {
                    policy: &policy.slug,
                    locale: locale.as_str(),
                    title: &front.title,
                    effective: edition.effective.to_string(),
                    published: front.published.to_string(),
                    state: policy.state(edition, editions, site_context.today).as_str(),
                    material: front.material,
                    url: format!("{}{path}", site_context.site.url),
                    // An edition that failed to render has none, and nothing is written.
                    sha256: texts.get(&path).map_or_else(String::new, Clone::clone),
                    source_sha256: &edition.sha256,
                    correction: (!front.correction.is_empty()).then_some(front.correction.as_str()),
                    corrected: corrected.filter(|hash| *hash != edition.sha256).collect(),
                    retired: end.map(|end| end.day.to_string()),
                    successor: end.and_then(|end| end.successor.as_deref()),
                });
            }
        }
    }
    all
}
