use super::*;
use domain::Category::{Analytics, Marketing};

const STATISTICS: &str = r#"
[[service]]
id = "statistics"
kind = "external"
name = "Statistics"
category = "analytics"
provider = "Example, Inc."
country = "US"
transfer = ["scc"]
purposes = ["count-visits"]
data = { en = "pages opened" }
purpose = { en = "Counts visits." }
[[service.cookie]]
name = "_st"
days = 90
purpose = { en = "Tells browsers apart." }
[[service.storage]]
kind = "local_storage"
name = "st_queue"
days = 7
purpose = { en = "Keeps what is not sent yet." }
"#;

const PIXEL: &str = r#"
[[service]]
id = "pixel"
kind = "external"
name = "Pixel"
category = "marketing"
transfer = "none"
data = {}
purpose = {}
"#;

fn scopes(register: &str) -> Scopes {
    Scopes::of(&toml::from_str::<Register>(register).unwrap())
}

/// The ids after a change of the register whose earlier form is archived.
fn after(earlier: &str, register: &str) -> ScopeIndex {
    let archived = [("earlier".to_owned(), scopes(earlier))];
    ScopeIndex::new(&scopes(register), "now", &archived)
}

fn before(register: &str) -> ScopeIndex {
    ScopeIndex::new(&scopes(register), "now", &[])
}

/// Whether a grant of the category, and a yes to the service of that id, from before still counts.
fn still_counts(earlier: &str, register: &str, category: Category, service: &str) -> (bool, bool) {
    let (before, after) = (before(earlier), after(earlier, register));
    let current = &before.categories[&category][0];
    let key = &before.services[service].grants[0];
    (
        after.categories[&category].contains(current),
        after.services[service].grants.contains(key),
    )
}

fn statistics_after(change: (&str, &str)) -> (bool, bool) {
    let changed = STATISTICS.replace(change.0, change.1);
    assert_ne!(changed, STATISTICS, "{change:?}");
    still_counts(STATISTICS, &changed, Analytics, "statistics")
}

#[test]
fn other_words_leave_every_id_as_it_is() {
    let reworded = STATISTICS
        .replace("Counts visits.", "Counts who comes.")
        .replace("Tells browsers apart.", "Distinguishes browsers.")
        .replace("pages opened", "addresses of pages")
        .replace("name = \"Statistics\"", "name = \"Statistics Pro\"")
        .replace("[\"scc\"]", "[\"adequacy\", \"consent\"]");
    let (before, after) = (before(STATISTICS), before(&reworded));
    assert_eq!(before.categories, after.categories);
    assert_eq!(before.services, after.services);
}

#[test]
fn a_new_service_changes_the_scope_of_its_category_alone() {
    let both = format!("{STATISTICS}{PIXEL}");
    let chat = STATISTICS.replace("id = \"statistics\"", "id = \"heat-map\"");
    let more = format!("{both}{chat}");
    assert_eq!(
        still_counts(&both, &more, Analytics, "statistics"),
        (false, true)
    );
    assert_eq!(still_counts(&both, &more, Marketing, "pixel"), (true, true));
    assert_eq!(after(&both, &more).categories[&Marketing].len(), 1);
}

#[test]
fn another_provider_is_asked_about() {
    let change = ("Example, Inc.", "Other, Inc.");
    assert_eq!(statistics_after(change), (false, false));
}

#[test]
fn a_new_country_is_asked_about() {
    assert_eq!(statistics_after(("\"US\"", "\"AE\"")), (false, false));
    let home = ("country = \"US\"\n", "");
    assert_eq!(statistics_after(home), (true, true));
}

#[test]
fn a_country_where_a_service_begins_to_run_is_asked_about() {
    let without = |countries: &str| {
        let excluded = format!("country = \"US\"\nnot_in = [{countries}]\n");
        STATISTICS.replace("country = \"US\"\n", &excluded)
    };
    let counts =
        |earlier: &str, register: &str| still_counts(earlier, register, Analytics, "statistics");
    let (both, one) = (without("\"RU\", \"BY\""), without("\"RU\""));
    assert_eq!(counts(&both, &one), (false, false));
    assert_eq!(counts(&one, STATISTICS), (false, false));
    assert_eq!(counts(STATISTICS, &one), (true, true));
    assert_eq!(counts(&one, &both), (true, true));
}

#[test]
fn a_longer_lifetime_is_asked_about_and_a_shorter_one_not() {
    for longer in [
        ("days = 90", "days = 91"),
        ("days = 7\n", "days = 8\n"),
        ("days = 7\n", ""),
    ] {
        assert_eq!(statistics_after(longer), (false, false), "{longer:?}");
    }
    for shorter in [
        ("days = 90", "days = 89"),
        ("days = 90", "days = 0"),
        ("days = 7\n", "days = 0\n"),
    ] {
        assert_eq!(statistics_after(shorter), (true, true), "{shorter:?}");
    }
}

#[test]
fn a_new_cookie_may_stay_as_long_as_any_did_before() {
    let with = |days: u32| {
        let cookie =
            format!("[[service.cookie]]\nname = \"_st_2\"\ndays = {days}\npurpose = {{}}\n");
        let more = format!("{STATISTICS}{cookie}");
        still_counts(STATISTICS, &more, Analytics, "statistics")
    };
    assert_eq!((with(90), with(91)), ((true, true), (false, false)));
    // A service that has kept nothing may not begin to.
    let cookie = "[[service.cookie]]\nname = \"_px\"\ndays = 0\npurpose = {}\n";
    let more = format!("{PIXEL}{cookie}");
    assert_eq!(
        still_counts(PIXEL, &more, Marketing, "pixel"),
        (false, false)
    );
}

#[test]
fn a_removed_service_is_not_asked_about() {
    let heat_map = STATISTICS.replace("id = \"statistics\"", "id = \"heat-map\"");
    let both = format!("{STATISTICS}{heat_map}");
    assert_eq!(
        still_counts(&both, STATISTICS, Analytics, "statistics"),
        (true, true)
    );
}

#[test]
fn a_new_purpose_is_asked_about_and_one_less_not() {
    let more = (
        "[\"count-visits\"]",
        "[\"count-visits\", \"show-advertising\"]",
    );
    assert_eq!(statistics_after(more), (false, false));
    assert_eq!(statistics_after(("[\"count-visits\"]", "[]")), (true, true));
}

#[test]
fn a_service_in_another_category_is_asked_about() {
    let marketing = STATISTICS.replace("\"analytics\"", "\"marketing\"");
    let (old, new) = (before(STATISTICS), after(STATISTICS, &marketing));
    assert_eq!(new.categories[&Marketing].len(), 1);
    assert_eq!(new.services["statistics"].grants.len(), 1);
    assert_ne!(
        old.services["statistics"].grants,
        new.services["statistics"].grants
    );
}

#[test]
fn a_no_is_to_a_service_whatever_it_becomes() {
    let other = STATISTICS.replace("Example, Inc.", "Other, Inc.");
    let (old, new) = (before(STATISTICS), before(&other));
    assert_eq!(
        old.services["statistics"].refusal,
        new.services["statistics"].refusal
    );
    assert_ne!(
        old.services["statistics"].refusal,
        old.services["statistics"].grants[0]
    );
}

#[test]
fn essential_services_are_in_no_scope() {
    let essential = PIXEL.replace("marketing", "essential");
    let index = before(&essential);
    assert!(index.categories.is_empty() && index.services.is_empty());
}

#[test]
fn every_revision_has_its_scopes_and_the_current_ids_stand_first() {
    let now = STATISTICS.replace("days = 90", "days = 30");
    let index = after(STATISTICS, &now);
    let earlier = &index.revisions["earlier"][&Analytics];
    let current = &index.revisions["now"][&Analytics];
    assert_eq!(index.categories[&Analytics], [*current, *earlier]);
    // What is archived already stands once.
    let again = after(STATISTICS, STATISTICS);
    assert_eq!(again.categories[&Analytics], [*earlier]);
}

#[test]
fn scopes_are_canonical_json_that_can_be_read_again() {
    let both = scopes(&format!("{STATISTICS}{PIXEL}"));
    insta::assert_snapshot!(both.text(), @r#"[{"category":"marketing","countries":[],"id":"pixel","provider":"","purposes":[],"stored":{}},{"category":"analytics","countries":["US"],"id":"statistics","provider":"Example, Inc.","purposes":["count-visits"],"stored":{"cookie _st":90,"local_storage st_queue":7}}]"#);
    assert_eq!(Scopes::parse(&both.text()).unwrap(), both);
    let swapped = scopes(&format!("{PIXEL}{STATISTICS}"));
    assert_eq!(swapped.text(), both.text());
}

#[test]
fn two_services_with_one_key_are_found() {
    let service = |number: u32| PIXEL.replace("\"pixel\"", &format!("\"s{number}\""));
    let mut seen = BTreeMap::new();
    let pair = (0..).find_map(|number: u32| {
        let key = refusal_key(&format!("s{number}"));
        seen.insert(key, number).map(|other| (other, number))
    });
    let (one, other) = pair.unwrap();
    let both = scopes(&format!("{}{}", service(one), service(other)));
    let found = collision(&both, &[]).unwrap();
    assert_eq!(found.id, refusal_key(&format!("s{one}")));
    // A service that is gone still has its key in cookies.
    let (gone, now) = (scopes(&service(one)), scopes(&service(other)));
    let archived = [("earlier".to_owned(), gone)];
    assert!(collision(&now, &archived).is_some());
    assert_eq!(collision(&now, &[]), None);
    assert_eq!(
        collision(&now, &[("earlier".to_owned(), now.clone())]),
        None
    );
}
