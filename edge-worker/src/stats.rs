//! Statistics of a time range. Rates of small groups are left out, because they could reveal what
//! one person chose.

use crate::log::messages::{Count, LogCounts, TimeRange};
use crate::response;
use domain::Timestamp;
use serde::{Serialize, Serializer};

/// The smallest group of which a rate is published.
const MIN_GROUP: u64 = 30;

/// `Stats` of openapi.yaml, without `log`.
#[derive(Debug, Serialize)]
struct Stats<'a> {
    site: &'a str,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    /// All events.
    events: u64,
    total: Answers,
    days: Table<'a, Answers>,
    regimes: Table<'a, Answers>,
    locales: Table<'a, Answers>,
    actions: Table<'a, u64>,
    categories: Table<'static, Granted>,
}

/// A sorted map. There are few entries, and a vector is less code than a `BTreeMap`.
#[derive(Debug)]
struct Table<'a, T>(Vec<(&'a str, T)>);

impl<'a, T: Default> Table<'a, T> {
    fn at(&mut self, name: &'a str) -> Option<&mut T> {
        let place = match self.0.binary_search_by_key(&name, |(known, _)| known) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (name, T::default()));
                place
            }
        };
        self.0.get_mut(place).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for Table<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The answers of a group. Withdrawals, signals, banners closed without an answer and single
/// services are events, but not answers to the banner's question.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Answers {
    answers: u64,
    /// Answers that grant something.
    opted_in: u64,
    accept_all: u64,
    reject_all: u64,
    /// Share of answers that grant something, in percent with one decimal; null in a small group.
    opted_in_percent: Option<f64>,
    /// Share of answers that accept all, in percent with one decimal; null in a small group.
    accept_all_percent: Option<f64>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
struct Granted {
    granted: u64,
    granted_percent: Option<f64>,
}

/// `Stats` of openapi.yaml as JSON: the aggregated counts, and the state of the log as the log
/// wrote it.
pub(crate) fn to_json(site: &str, range: TimeRange, counts: &LogCounts) -> String {
    let stats = response::to_json(&aggregate(site, range, counts));
    response::with_member(stats, "log", &counts.log)
}

fn aggregate<'a>(site: &'a str, range: TimeRange, counts: &'a LogCounts) -> Stats<'a> {
    let mut stats = Stats {
        site,
        from: range.from,
        to: range.to,
        events: 0,
        total: Answers::default(),
        days: Table(Vec::new()),
        regimes: Table(Vec::new()),
        locales: Table(Vec::new()),
        actions: Table(Vec::new()),
        categories: Table(Vec::new()),
    };
    let mut granted = [0_u64; 3];
    for count in &counts.counts {
        add(&mut stats.events, count.count);
        if let Some(sum) = stats.actions.at(&count.action) {
            add(sum, count.count);
        }
        // A day without answers is listed, too.
        let day = stats.days.at(&count.day);
        if !matches!(
            count.action.as_str(),
            "accept_all" | "reject_all" | "custom"
        ) {
            continue;
        }
        let locale = count.locale.as_deref().unwrap_or("unknown");
        let groups = [
            day,
            stats.regimes.at(&count.regime),
            stats.locales.at(locale),
            Some(&mut stats.total),
        ];
        for group in groups.into_iter().flatten() {
            group.count(count);
        }
        for (sum, is_granted) in granted.iter_mut().zip(count.granted) {
            add(sum, if is_granted { count.count } else { 0 });
        }
    }
    let groups = [&mut stats.days, &mut stats.regimes, &mut stats.locales];
    let groups = groups.into_iter().flat_map(|table| &mut table.0);
    let groups = groups.map(|(_, group)| group);
    for group in groups.chain([&mut stats.total]) {
        group.opted_in_percent = percent(group.opted_in, group.answers);
        group.accept_all_percent = percent(group.accept_all, group.answers);
    }
    for (name, sum) in ["functional", "analytics", "marketing"]
        .into_iter()
        .zip(granted)
    {
        if let Some(category) = stats.categories.at(name) {
            category.granted = sum;
            category.granted_percent = percent(sum, stats.total.answers);
        }
    }
    stats
}

impl Answers {
    fn count(&mut self, count: &Count) {
        add(&mut self.answers, count.count);
        if count.granted.contains(&true) {
            add(&mut self.opted_in, count.count);
        }
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

/// Rounded down to one decimal; `None` for a small group.
fn percent(part: u64, whole: u64) -> Option<f64> {
    if whole < MIN_GROUP {
        return None;
    }
    let thousandths = part.saturating_mul(1000).checked_div(whole)?;
    // At most 1000, because a part is not larger than the whole.
    Some(thousandths as f64 / 10.0)
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
        let counted = LogCounts {
            counts: counts.to_vec(),
            log: r#"{"records":9}"#.to_owned(),
        };
        serde_json::from_str(&to_json("cap.kz", TimeRange::default(), &counted)).unwrap()
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
            (&stats["events"], &stats["total"]["answers"]),
            (&json!(50), &json!(45))
        );
        assert_eq!(stats["days"]["2026-11-20"], stats["total"]);
        assert_eq!(stats["total"]["opted_in"], 30);
        assert_eq!(stats["total"]["opted_in_percent"], 66.6);
        assert_eq!(stats["log"], json!({"records": 9}));
        assert_eq!(stats["actions"]["withdraw"], 5);
        assert_eq!(
            stats["regimes"]["opt_in"],
            json!({
                "answers": 30, "opted_in": 30, "accept_all": 20, "reject_all": 0,
                "opted_in_percent": 100.0, "accept_all_percent": 66.6,
            })
        );
        assert_eq!(
            stats["categories"]["analytics"],
            json!({"granted": 30, "granted_percent": 66.6})
        );
        assert_eq!(stats["locales"]["kk"]["answers"], 45);
    }

    #[test]
    fn a_signal_or_a_withdrawal_is_no_answer() {
        let stats = added(&[
            count("gpc", "opt_out", [true, true, false], 40),
            count("withdraw", "opt_out", [false; 3], 40),
        ]);
        assert_eq!(stats["events"], 80);
        assert_eq!(stats["total"]["answers"], 0);
        assert_eq!(stats["total"]["opted_in_percent"], json!(null));
        assert_eq!(stats["days"]["2026-11-20"]["answers"], 0);
        assert_eq!(stats["regimes"], json!({}));
        assert_eq!(stats["categories"]["analytics"]["granted"], 0);
    }

    #[test]
    fn a_small_group_has_no_rate() {
        let stats = added(&[
            count("accept_all", "opt_in", [true; 3], 29),
            count("accept_all", "notice", [true; 3], 30),
        ]);
        for rate in ["opted_in_percent", "accept_all_percent"] {
            assert_eq!(stats["regimes"]["opt_in"][rate], json!(null));
            assert_eq!(stats["regimes"]["notice"][rate], json!(100.0));
        }
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
