//! Statistics of a range of days. Rates of small groups are left out, because they could reveal what
//! one person chose.

use crate::log::tree_messages::{Count, DayRange, LogCounts};
use crate::response;
use serde::{Serialize, Serializer};

/// The smallest group of which a rate is published.
const MIN_GROUP: u64 = 30;

/// [`Count::action`] of a banner that was shown. It is counted where the site asks for it, and no
/// event of the log.
const SHOWN: &str = "shown";

/// [`Count::surface`] of what was pressed at a banner.
const BANNER: &str = "banner";

/// The name of a group of which the log doesn't know the name.
const UNKNOWN: &str = "unknown";

/// Which events are counted: those of one country, surface or revision. [`UNKNOWN`] stands for
/// events of which the log knows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) country: Option<String>,
    pub(crate) surface: Option<String>,
    pub(crate) revision: Option<String>,
}

impl Filter {
    fn includes(&self, count: &Count) -> bool {
        let [country, surface, revision] = count.named();
        let fits = |wanted: &Option<String>, name| wanted.as_deref().is_none_or(|it| it == name);
        fits(&self.country, country)
            && fits(&self.surface, surface)
            && fits(&self.revision, revision)
    }
}

/// `Stats` of openapi.yaml, without `log`.
#[derive(Debug, Serialize)]
struct Stats<'a> {
    site: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    /// All events.
    events: u64,
    total: Group,
    days: Table<'a, Group>,
    regimes: Table<'a, Group>,
    locales: Table<'a, Group>,
    countries: Table<'a, Group>,
    surfaces: Table<'a, Group>,
    /// By what was asked, [`domain::Manifest::revision`].
    revisions: Table<'a, Group>,
    actions: Table<'a, u64>,
    categories: Table<'static, Granted>,
}

/// A sorted map. There are few entries, and a vector is less code than a `BTreeMap`.
#[derive(Debug, Default)]
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

/// The events of a group. Withdrawals, signals, banners closed without an answer and single
/// services are events, but not answers to the banner's question.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Group {
    answers: u64,
    /// Answers that grant something.
    opted_in: u64,
    accept_all: u64,
    reject_all: u64,
    withdrawals: u64,
    /// Banners closed without an answer.
    dismissals: u64,
    /// Banners that were shown.
    shown: u64,
    /// Banners that were shown and neither answered nor closed, as far as both were counted in the
    /// same group: an answer may come on a later day. None where no banner was counted.
    unanswered: Option<u64>,
    /// Share of answers that grant something, in percent with one decimal; null in a small group.
    opted_in_percent: Option<f64>,
    /// Share of answers that accept all, in percent with one decimal; null in a small group.
    accept_all_percent: Option<f64>,
    /// Share of shown banners that are unanswered, likewise.
    unanswered_percent: Option<f64>,
    /// Answers and dismissals at the banner.
    #[serde(skip)]
    at_banner: u64,
}

#[derive(Debug, Default, PartialEq, Serialize)]
struct Granted {
    granted: u64,
    granted_percent: Option<f64>,
}

/// `Stats` of openapi.yaml as JSON: the aggregated counts, and the state of the log as the log
/// wrote it.
pub(crate) fn to_json(site: &str, range: &DayRange, only: &Filter, counts: &LogCounts) -> String {
    let stats = response::to_json(&aggregate(site, range, only, &counts.counts));
    response::with_member(stats, "log", &counts.log)
}

fn aggregate<'a>(
    site: &'a str,
    range: &'a DayRange,
    only: &Filter,
    counts: &'a [Count],
) -> Stats<'a> {
    let mut stats = Stats {
        site,
        from: range.from.as_deref(),
        to: range.to.as_deref(),
        events: 0,
        total: Group::default(),
        days: Table::default(),
        regimes: Table::default(),
        locales: Table::default(),
        countries: Table::default(),
        surfaces: Table::default(),
        revisions: Table::default(),
        actions: Table::default(),
        categories: Table::default(),
    };
    let mut granted = [0_u64; 3];
    for count in counts.iter().filter(|count| only.includes(count)) {
        stats.count(count);
        if count.is_answer() {
            for (sum, is_granted) in granted.iter_mut().zip(count.granted) {
                add(sum, if is_granted { count.count } else { 0 });
            }
        }
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
    for group in stats.groups() {
        group.complete();
    }
    stats
}

impl<'a> Stats<'a> {
    fn count(&mut self, count: &'a Count) {
        let [country, surface, revision] = count.named();
        let groups = [
            self.days.at(&count.day),
            self.regimes.at(&count.regime),
            self.locales.at(count.locale.as_deref().unwrap_or(UNKNOWN)),
            self.countries.at(country),
            self.surfaces.at(surface),
            self.revisions.at(revision),
            Some(&mut self.total),
        ];
        for group in groups.into_iter().flatten() {
            group.count(count);
        }
        if count.action == SHOWN {
            return;
        }
        add(&mut self.events, count.count);
        if let Some(sum) = self.actions.at(&count.action) {
            add(sum, count.count);
        }
    }

    fn groups(&mut self) -> impl Iterator<Item = &mut Group> {
        let tables = [
            &mut self.days,
            &mut self.regimes,
            &mut self.locales,
            &mut self.countries,
            &mut self.surfaces,
            &mut self.revisions,
        ];
        let groups = tables.into_iter().flat_map(|table| &mut table.0);
        let groups = groups.map(|(_, group)| group);
        groups.chain([&mut self.total])
    }
}

impl Count {
    /// Country, surface and revision.
    fn named(&self) -> [&str; 3] {
        // A banner that is shown stands nowhere else.
        let surface = if self.action == SHOWN {
            Some(BANNER)
        } else {
            self.surface.as_deref()
        };
        [self.country.as_deref(), surface, self.revision.as_deref()]
            .map(|name| name.unwrap_or(UNKNOWN))
    }

    /// Whether the visitor pressed a button that answers the banner's question.
    fn is_answer(&self) -> bool {
        matches!(&*self.action, "accept_all" | "reject_all" | "custom")
    }
}

impl Group {
    fn count(&mut self, count: &Count) {
        if count.is_answer() {
            add(&mut self.answers, count.count);
            if count.granted.contains(&true) {
                add(&mut self.opted_in, count.count);
            }
        }
        let sum = match &*count.action {
            "accept_all" => Some(&mut self.accept_all),
            "reject_all" => Some(&mut self.reject_all),
            "withdraw" => Some(&mut self.withdrawals),
            "dismiss" => Some(&mut self.dismissals),
            SHOWN => Some(&mut self.shown),
            _ => None,
        };
        if let Some(sum) = sum {
            add(sum, count.count);
        }
        let is_closed = count.is_answer() || count.action == "dismiss";
        if is_closed && count.surface.as_deref() == Some(BANNER) {
            add(&mut self.at_banner, count.count);
        }
    }

    /// Fills in what is calculated from the sums.
    fn complete(&mut self) {
        self.opted_in_percent = percent(self.opted_in, self.answers);
        self.accept_all_percent = percent(self.accept_all, self.answers);
        let unanswered = self.shown.saturating_sub(self.at_banner);
        self.unanswered = (self.shown > 0).then_some(unanswered);
        self.unanswered_percent = percent(unanswered, self.shown);
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
    use serde_json::{Value, json};

    /// Events of one kind on one day: `DE`, in Kazakh, at the banner.
    fn count(action: &str, regime: &str, granted: [bool; 3], count: u64) -> Count {
        Count {
            day: "2026-11-20".to_owned(),
            regime: regime.to_owned(),
            locale: Some("kk".to_owned()),
            action: action.to_owned(),
            granted,
            country: Some("DE".to_owned()),
            surface: Some("banner".to_owned()),
            revision: Some("aB3-_xYz".to_owned()),
            count,
        }
    }

    /// A withdrawal at a footer's link, from where the network did not know.
    fn withdrawal(number: u64) -> Count {
        Count {
            locale: None,
            country: None,
            surface: None,
            revision: None,
            ..count("withdraw", "opt_in", [false; 3], number)
        }
    }

    fn shown(number: u64) -> Count {
        Count {
            surface: None,
            ..count(SHOWN, "opt_in", [false; 3], number)
        }
    }

    fn filtered(counts: &[Count], only: &Filter) -> Value {
        let counted = LogCounts {
            counts: counts.to_vec(),
            log: r#"{"records":9}"#.to_owned(),
        };
        let json = to_json("cap.kz", &DayRange::default(), only, &counted);
        serde_json::from_str(&json).unwrap()
    }

    fn added(counts: &[Count]) -> Value {
        filtered(counts, &Filter::default())
    }

    #[test]
    fn counts_add_up() {
        let stats = added(&[
            count("accept_all", "opt_in", [true; 3], 20),
            count("reject_all", "notice", [false; 3], 15),
            count("custom", "opt_in", [false, true, false], 10),
            count("dismiss", "notice", [false; 3], 7),
            withdrawal(5),
        ]);
        assert_eq!(
            (&stats["events"], &stats["total"]["answers"]),
            (&json!(57), &json!(45))
        );
        assert_eq!(stats["days"]["2026-11-20"], stats["total"]);
        assert_eq!(stats["total"]["opted_in"], 30);
        assert_eq!(stats["total"]["opted_in_percent"], 66.6);
        assert_eq!(stats["total"]["withdrawals"], 5);
        assert_eq!(stats["total"]["dismissals"], 7);
        assert_eq!(stats["log"], json!({"records": 9}));
        assert_eq!(stats["actions"]["withdraw"], 5);
        assert_eq!(
            stats["regimes"]["opt_in"],
            json!({
                "answers": 30, "opted_in": 30, "accept_all": 20, "reject_all": 0,
                "withdrawals": 5, "dismissals": 0, "shown": 0, "unanswered": null,
                "opted_in_percent": 100.0, "accept_all_percent": 66.6, "unanswered_percent": null,
            })
        );
        assert_eq!(
            stats["categories"]["analytics"],
            json!({"granted": 30, "granted_percent": 66.6})
        );
        for (table, known) in [
            ("locales", "kk"),
            ("countries", "DE"),
            ("surfaces", "banner"),
        ] {
            assert_eq!(stats[table][known]["answers"], 45, "{table}");
            assert_eq!(stats[table][known]["withdrawals"], 0, "{table}");
            assert_eq!(stats[table]["unknown"]["withdrawals"], 5, "{table}");
        }
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
        assert_eq!(stats["days"]["2026-11-20"], stats["total"]);
        assert_eq!(stats["regimes"]["opt_out"], stats["total"]);
        assert_eq!(stats["categories"]["analytics"]["granted"], 0);
    }

    #[test]
    fn a_banner_that_was_shown_is_no_event() {
        let stats = added(&[shown(40)]);
        assert_eq!(stats["events"], 0);
        assert_eq!(stats["actions"], json!({}));
        assert_eq!(stats["total"]["shown"], 40);
        for (table, name) in [
            ("days", "2026-11-20"),
            ("regimes", "opt_in"),
            ("locales", "kk"),
            ("countries", "DE"),
            ("surfaces", "banner"),
            ("revisions", "aB3-_xYz"),
        ] {
            assert_eq!(stats[table], json!({ name: stats["total"] }), "{table}");
        }
    }

    #[test]
    fn what_is_neither_answered_nor_closed_at_the_banner_is_unanswered() {
        let elsewhere = Count {
            surface: Some("choices".to_owned()),
            ..count("custom", "opt_in", [true; 3], 50)
        };
        let stats = added(&[
            shown(100),
            count("accept_all", "opt_in", [true; 3], 20),
            count("dismiss", "opt_in", [false; 3], 15),
            count("service", "opt_in", [true; 3], 9),
            withdrawal(3),
            elsewhere,
        ]);
        assert_eq!(stats["total"]["unanswered"], 65);
        assert_eq!(stats["total"]["unanswered_percent"], 65.0);
        // Who was shown it the day before answers today.
        let later = added(&[shown(10), count("accept_all", "opt_in", [true; 3], 20)]);
        assert_eq!(later["total"]["unanswered"], 0);
        assert_eq!(later["total"]["unanswered_percent"], json!(null));
    }

    #[test]
    fn events_of_one_country_surface_or_revision_are_counted_alone() {
        let elsewhere = Count {
            country: Some("KZ".to_owned()),
            surface: Some("choices".to_owned()),
            revision: Some("00000000".to_owned()),
            ..count("reject_all", "notice", [false; 3], 2)
        };
        let counts = [
            elsewhere,
            withdrawal(3),
            shown(5),
            count("accept_all", "opt_in", [true; 3], 4),
        ];
        let only = |name: &str, value: &str| {
            let mut filter = Filter::default();
            let field = match name {
                "country" => &mut filter.country,
                "surface" => &mut filter.surface,
                _ => &mut filter.revision,
            };
            *field = Some(value.to_owned());
            let stats = filtered(&counts, &filter);
            let total = &stats["total"];
            assert_eq!(stats["days"]["2026-11-20"], *total);
            (
                total["answers"].as_u64(),
                total["withdrawals"].as_u64(),
                total["shown"].as_u64(),
            )
        };
        for (name, here, there) in [
            ("country", "DE", "KZ"),
            ("surface", "banner", "choices"),
            ("revision", "aB3-_xYz", "00000000"),
        ] {
            assert_eq!(only(name, here), (Some(4), Some(0), Some(5)), "{name}");
            assert_eq!(only(name, there), (Some(2), Some(0), Some(0)), "{name}");
            assert_eq!(only(name, "unknown"), (Some(0), Some(3), Some(0)), "{name}");
        }
    }

    #[test]
    fn a_small_group_has_no_rate() {
        let stats = added(&[
            count("accept_all", "opt_in", [true; 3], 29),
            count("accept_all", "notice", [true; 3], 30),
            shown(29),
        ]);
        for rate in ["opted_in_percent", "accept_all_percent"] {
            assert_eq!(stats["regimes"]["opt_in"][rate], json!(null));
            assert_eq!(stats["regimes"]["notice"][rate], json!(100.0));
        }
        assert_eq!(stats["total"]["unanswered_percent"], json!(null));
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
