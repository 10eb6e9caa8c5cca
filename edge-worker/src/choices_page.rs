//! Marks in the page of choices what is stored, for visitors without JavaScript. Input: the page as
//! the builder made it, the state of consent. Output: the page for this visitor.
//!
//! The page is valid without the marks. Where they go, these attributes say:
//!
//! | attribute | |
//! |---|---|
//! | `data-on="analytics"` | becomes `checked` where the category may run, `disabled` where the browser's signal denies it |
//! | `hidden data-if="chosen"` | goes when the state holds |
//! | `data-unless="unrecorded"` | becomes `hidden` when the state holds |
//! | `data-dates="{d} January {y}\|…"` | how a day of each month is written; the day of the choice stands in the next `<b></b>` |
//!
//! States: `chosen` (a choice is stored), `unrecorded` (no record is linked to the browser), `gpc`,
//! and `yes-youtube`, `no-youtube` for a service that differs from its category.

use domain::{Category, Decision, Timestamp};

/// What the page shows.
pub(crate) struct Marks<'a> {
    pub(crate) decision: &'a Decision<'a>,
    /// When the stored choice was made.
    pub(crate) chosen: Option<Timestamp>,
    /// Whether records are linked to the browser.
    pub(crate) is_recorded: bool,
}

/// The page with the marks.
pub(crate) fn mark(page: &str, marks: &Marks<'_>) -> String {
    let decision = marks.decision;
    let mut page = page.to_owned();
    for category in Category::OPTIONAL {
        let name = category.as_str();
        if decision.gpc && category == Category::Marketing {
            page = page.replace(&attribute("data-on", name), "disabled");
        } else if decision.defaults.grants(category) {
            page = page.replace(&attribute("data-on", name), "checked");
        }
    }
    for (id, runs) in &decision.services {
        let answer = if *runs { "yes-" } else { "no-" };
        page = with_state(&page, &[answer, id].concat());
    }
    if decision.gpc {
        page = with_state(&page, "gpc");
    }
    if !marks.is_recorded {
        page = with_state(&page, "unrecorded");
    }
    if let Some(time) = marks.chosen {
        page = with_state(&page, "chosen");
        page = with_day(&page, time).unwrap_or(page);
    }
    page
}

fn attribute(name: &str, value: &str) -> String {
    [name, "=\"", value, "\""].concat()
}

fn with_state(page: &str, state: &str) -> String {
    page.replace(&attribute("hidden data-if", state), "")
        .replace(&attribute("data-unless", state), "hidden")
}

/// The page with the day of a time; `None` where the builder has left no place for it.
fn with_day(page: &str, time: Timestamp) -> Option<String> {
    const FORMS: &str = "data-dates=\"";
    const PLACE: &str = "<b></b>";
    let (_, after) = page.split_once(FORMS)?;
    let (forms, _) = after.split_once('"')?;
    let time = time.to_string();
    let (day, _) = time.split_once('T')?;
    let mut numbers = day.split('-');
    let (year, month, number) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let Ok(month) = month.parse::<usize>() else {
        return None;
    };
    let form = forms.split('|').nth(month.checked_sub(1)?)?;
    let written = form
        .replace("{y}", year)
        .replace("{d}", number.trim_start_matches('0'));
    let start = page.find(FORMS)?;
    let (before, after) = page.split_at_checked(start)?;
    let element = ["<b><time datetime=\"", day, "\">", &written, "</time></b>"].concat();
    Some([before, &after.replacen(PLACE, &element, 1)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::manifest;
    use domain::{Choice, StoredConsent, VisitContext, decide};

    const PAGE: &str = concat!(
        "<b></b><p data-dates=\"{d} January {y}|{y} ж. {d} ақпан\" hidden data-if=\"chosen\">Saved: <b></b></p>",
        "<p hidden data-if=\"unrecorded\">None.</p><p hidden data-if=\"gpc\">Denied.</p>",
        "<input name=\"analytics\" data-on=\"analytics\"><input name=\"marketing\" data-on=\"marketing\">",
        "<i hidden data-if=\"yes-video\">+</i><i hidden data-if=\"no-video\">-</i><a data-unless=\"unrecorded\">Receipt</a>",
    );

    fn marked(gpc: bool, defaults: Choice, chosen: Option<&str>, is_recorded: bool) -> String {
        let (visit, manifest) = (VisitContext::default(), manifest());
        let now = Timestamp::from_seconds(0);
        let mut decision = decide(&visit, &manifest, &StoredConsent::Missing, now);
        decision.gpc = gpc;
        decision.defaults = defaults;
        decision.services = vec![("video", true)];
        let chosen = chosen.map(|time| Timestamp::try_from(time).unwrap());
        mark(
            PAGE,
            &Marks {
                decision: &decision,
                chosen,
                is_recorded,
            },
        )
    }

    #[test]
    fn what_is_stored_is_marked() {
        let choice = Choice {
            analytics: true,
            ..Choice::NONE
        };
        let page = marked(false, choice, Some("2026-02-03T23:59:59.000Z"), true);
        assert_eq!(
            page,
            concat!(
                "<b></b><p data-dates=\"{d} January {y}|{y} ж. {d} ақпан\" >",
                "Saved: <b><time datetime=\"2026-02-03\">2026 ж. 3 ақпан</time></b></p>",
                "<p hidden data-if=\"unrecorded\">None.</p><p hidden data-if=\"gpc\">Denied.</p>",
                "<input name=\"analytics\" checked><input name=\"marketing\" data-on=\"marketing\">",
                "<i >+</i><i hidden data-if=\"no-video\">-</i><a data-unless=\"unrecorded\">Receipt</a>",
            )
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let page = marked(true, Choice::ALL, None, false);
        for part in [
            "hidden data-if=\"chosen\">Saved: <b></b>",
            "<p >None.</p><p >Denied.</p>",
            "name=\"analytics\" checked><input name=\"marketing\" disabled>",
            "<a hidden>Receipt</a>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn a_page_without_forms_of_days_stays_whole() {
        let time = Timestamp::from_seconds(1_795_167_000);
        for page in [
            "",
            "<b></b>",
            "data-dates=\"",
            "data-dates=\"\" <b></b>",
            "data-dates=\"a|b\"",
        ] {
            assert_eq!(with_day(page, time), None, "{page}");
        }
    }
}
