//! Counts of a span of time, added up. Rates are for groups only: of a few people a rate would tell what one of them chose.

use crate::log::desk::{Count, Span};
use domain::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// The smallest group of which a rate is told.
const LEAST_GROUP: u64 = 30;

/// What an operator is told.
#[derive(Debug, Serialize)]
pub(crate) struct Stats<'a> {
    site: &'a str,
    from: Option<Moment>,
    to: Option<Moment>,
    /// All events.
    events: u64,
    /// Events that answer the question: all but withdrawals.
    answers: u64,
    days: BTreeMap<&'a str, u64>,
    regimes: BTreeMap<&'a str, Answers>,
    locales: BTreeMap<&'a str, Answers>,
    actions: BTreeMap<&'a str, u64>,
    categories: BTreeMap<&'static str, Granted>,
}

/// How a group has answered.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Answers {
    answers: u64,
    accept_all: u64,
    reject_all: u64,
    /// Share of answers that accept all, in percent with one decimal; null in a small group.
    accept_all_percent: Option<f64>,
}

/// How often a category was granted.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Granted {
    granted: u64,
    granted_percent: Option<f64>,
}

/// Adds counts up.
pub(crate) fn add_up<'a>(site: &'a str, span: Span, counts: &'a [Count]) -> Stats<'a> {
    let mut stats = Stats {
        site,
        from: span.from,
        to: span.to,
        events: 0,
        answers: 0,
        days: BTreeMap::new(),
        regimes: BTreeMap::new(),
        locales: BTreeMap::new(),
        actions: BTreeMap::new(),
        categories: BTreeMap::new(),
    };
    let mut granted = [0_u64; 3];
    for count in counts {
        stats.events = stats.events.saturating_add(count.count);
        add(stats.days.entry(&count.day).or_default(), count.count);
        add(stats.actions.entry(&count.action).or_default(), count.count);
        if count.action == "withdraw" {
            continue;
        }
        add(&mut stats.answers, count.count);
        stats.regimes.entry(&count.regime).or_default().count(count);
        let locale = count.locale.as_deref().unwrap_or("unknown");
        stats.locales.entry(locale).or_default().count(count);
        for (sum, is_granted) in granted.iter_mut().zip(count.granted) {
            add(sum, if is_granted { count.count } else { 0 });
        }
    }
    let groups = stats.regimes.values_mut().chain(stats.locales.values_mut());
    for group in groups {
        group.accept_all_percent = percent(group.accept_all, group.answers);
    }
    for (name, sum) in ["functional", "analytics", "marketing"].iter().zip(granted) {
        let category = Granted {
            granted: sum,
            granted_percent: percent(sum, stats.answers),
        };
        stats.categories.insert(name, category);
    }
    stats
}

impl Answers {
    fn count(&mut self, count: &Count) {
        add(&mut self.answers, count.count);
        match count.action.as_str() {
            "accept_all" => add(&mut self.accept_all, count.count),
            "reject_all" => add(&mut self.reject_all, count.count),
            _ => {}
        }
    }
}

fn add(sum: &mut u64, count: u64) {
    *sum = sum.saturating_add(count);
}

/// With one decimal.
fn percent(part: u64, whole: u64) -> Option<f64> {
    if whole < LEAST_GROUP {
        return None;
    }
    let thousandths = part.saturating_mul(1000).checked_div(whole)?;
    Some(f64::from(u32::try_from(thousandths).ok()?) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn count(action: &str, regime: &str, granted: [bool; 3], count: u64) -> Count {
        Count {
            day: "2026-11-20".to_owned(),
            regime: regime.to_owned(),
            locale: (action != "withdraw").then(|| "kk".to_owned()),
            action: action.to_owned(),
            granted,
            count,
        }
    }

    fn added(counts: &[Count]) -> serde_json::Value {
        let span = Span {
            from: None,
            to: None,
        };
        serde_json::to_value(add_up("cap.kz", span, counts)).unwrap()
    }

    #[test]
    fn counts_add_up() {
        let stats = added(&[
            count("accept_all", "opt_in", [true; 3], 20),
            count("reject_all", "notice", [false; 3], 15),
            count("custom", "opt_in", [false, true, false], 10),
            count("withdraw", "opt_in", [false; 3], 5),
        ]);
        assert_eq!(
            (&stats["events"], &stats["answers"]),
            (&json!(50), &json!(45))
        );
        assert_eq!(stats["days"], json!({"2026-11-20": 50}));
        assert_eq!(stats["actions"]["withdraw"], 5);
        assert_eq!(
            stats["regimes"]["opt_in"],
            json!({"answers": 30, "accept_all": 20, "reject_all": 0, "accept_all_percent": 66.6})
        );
        assert_eq!(
            stats["categories"]["analytics"],
            json!({"granted": 30, "granted_percent": 66.6})
        );
        assert_eq!(stats["locales"]["kk"]["answers"], 45);
    }

    #[test]
    fn a_small_group_has_no_rate() {
        let stats = added(&[
            count("accept_all", "opt_in", [true; 3], 29),
            count("accept_all", "notice", [true; 3], 30),
        ]);
        let rate = |regime: &str| stats["regimes"][regime]["accept_all_percent"].clone();
        assert_eq!(rate("opt_in"), json!(null));
        assert_eq!(rate("notice"), json!(100.0));
        let few = added(&[count("accept_all", "opt_in", [true; 3], 29)]);
        assert_eq!(
            few["categories"]["marketing"]["granted_percent"],
            json!(null)
        );
    }

    #[test]
    fn nothing_adds_up_to_nothing() {
        let stats = added(&[]);
        assert_eq!(stats["events"], 0);
        assert_eq!(
            stats["categories"]["marketing"],
            json!({"granted": 0, "granted_percent": null})
        );
    }
}
