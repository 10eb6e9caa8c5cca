//! One test for each row of the table of rules. Histories of many events are in `histories.rs`.

use super::*;
use crate::fixtures::{manifest, submission, visit};
use crate::{
    Answer, Grants, RegimeOverride, ShortHash, SubjectId, VecMap, cookie_after, draft_choice,
};

const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);
const ANALYTICS: Choice = Choice {
    analytics: true,
    ..Choice::NONE
};
const MARKETING: Choice = Choice {
    marketing: true,
    ..Choice::NONE
};
const PLACES: [&str; 4] = ["DE", "US", "KZ", "T1"];

/// The cookie of a first visit on which the visitor answers.
fn answered(answer: Answer, country: &str) -> ConsentCookie {
    let (visit, manifest) = (visit(country, false), manifest());
    let subject = SubjectId::from([7; 16]);
    let draft = draft_choice(&submission(answer), &visit, &manifest, None, NOW).unwrap();
    let record = draft.complete(&subject, NOW, None);
    cookie_after(&record, subject, None, &visit, &manifest)
}

fn custom(choice: Choice) -> Answer {
    Answer::Custom(choice, VecMap::from_iter([]))
}

fn at<'m>(
    country: &str,
    manifest: &'m Manifest,
    cookie: &ConsentCookie,
    days: u32,
) -> Decision<'m> {
    let stored = StoredConsent::Found(cookie.clone());
    decide(
        &visit(country, false),
        manifest,
        &stored,
        NOW.plus_days(days),
    )
}

/// The manifest of a later edition, whose analytics have grown, and whose marketing has shrunk.
fn grown() -> Manifest {
    let short = |text: &str| ShortHash::try_from(text).unwrap();
    Manifest {
        revision: "00000000".to_owned(),
        scopes: VecMap::from_iter([
            (Category::Functional, vec![short("fun1")]),
            (Category::Analytics, vec![short("ana2")]),
            (Category::Marketing, vec![short("mar2"), short("mar1")]),
        ]),
        ..manifest()
    }
}

fn service<'m>(manifest: &'m Manifest, id: &str) -> &'m ManifestService {
    manifest.services.iter().find(|one| one.id == id).unwrap()
}

#[test]
fn before_an_answer_the_regime_decides() {
    for (country, defaults) in [
        ("DE", Choice::NONE),
        ("T1", Choice::NONE),
        ("US", Choice::ALL),
        (
            "KZ",
            Choice {
                functional: true,
                ..Choice::NONE
            },
        ),
    ] {
        let manifest = manifest();
        let decision = decide(
            &visit(country, false),
            &manifest,
            &StoredConsent::Missing,
            NOW,
        );
        assert_eq!(
            (decision.defaults, decision.choice),
            (defaults, None),
            "{country}"
        );
        assert!(decision.ask, "{country}");
    }
}

#[test]
fn before_an_answer_other_providers_wait_where_the_regime_is_notice() {
    let manifest = manifest();
    let runs = |country, stored: &StoredConsent, id| {
        decide(&visit(country, false), &manifest, stored, NOW).runs(service(&manifest, id))
    };
    let nothing = StoredConsent::Missing;
    assert!(runs("KZ", &nothing, "look"));
    assert!(!runs("KZ", &nothing, "map"));
    assert!(runs("US", &nothing, "map"));
    let accepted = StoredConsent::Found(answered(Answer::AcceptAll, "KZ"));
    assert!(runs("KZ", &accepted, "map"));
}

#[test]
fn a_refusal_limits_what_runs_before_an_answer_whatever_its_age_and_revision() {
    let cookie = answered(Answer::RejectAll, "US");
    for days in [0, 183, 184, 365, 366, 5000] {
        for manifest in [manifest(), grown()] {
            for country in PLACES {
                let decision = at(country, &manifest, &cookie, days);
                assert_eq!(decision.defaults, Choice::NONE, "{country} {days}");
            }
        }
    }
}

#[test]
fn a_grant_is_asked_for_again_when_its_scope_has_grown_and_only_then() {
    let cookie = answered(Answer::AcceptAll, "DE");
    let same_scopes = Manifest {
        revision: "00000000".to_owned(),
        ..manifest()
    };
    let decision = at("DE", &same_scopes, &cookie, 1);
    assert!(!decision.ask, "other words ask nobody");
    assert_eq!(decision.choice.unwrap().0, Choice::ALL);
    let grown = grown();
    let decision = at("DE", &grown, &cookie, 1);
    assert!(decision.ask);
    assert_eq!(decision.choice, None);
    assert_eq!(
        decision.defaults,
        Choice::ALL.without(ANALYTICS),
        "the others keep running"
    );
}

#[test]
fn a_refused_category_may_grow_without_a_question() {
    let cookie = answered(custom(MARKETING), "DE");
    let grown = grown();
    let decision = at("DE", &grown, &cookie, 1);
    assert!(!decision.ask);
    assert_eq!(decision.choice.unwrap().0, MARKETING);
}

#[test]
fn a_grant_is_asked_for_again_after_choice_days() {
    for country in PLACES {
        let (manifest, cookie) = (manifest(), answered(Answer::AcceptAll, country));
        let last = at(country, &manifest, &cookie, 179);
        assert_eq!(
            last.choice,
            Some((Choice::ALL, NOW.plus_days(180))),
            "{country}"
        );
        let over = at(country, &manifest, &cookie, 180);
        assert_eq!((over.choice, over.ask), (None, true), "{country}");
        assert_eq!(
            over.defaults,
            default_choice(over.regime, false),
            "{country}"
        );
    }
}

#[test]
fn a_refusal_is_asked_about_again_after_refusal_days_and_in_the_united_states_after_a_year() {
    for (country, last) in [("DE", 183), ("KZ", 183), ("US", 365)] {
        let (manifest, cookie) = (manifest(), answered(Answer::RejectAll, country));
        let before = at(country, &manifest, &cookie, last);
        assert_eq!(
            (before.choice.unwrap().0, before.ask),
            (Choice::NONE, false),
            "{country}"
        );
        let after = at(country, &manifest, &cookie, last + 1);
        assert_eq!((after.choice, after.ask), (None, true), "{country}");
    }
    let patient = Manifest {
        refusal_days: 400,
        ..manifest()
    };
    let cookie = answered(Answer::RejectAll, "US");
    assert!(!at("US", &patient, &cookie, 399).ask);
}

#[test]
fn a_dismissal_holds_under_its_regime_and_lighter_ones() {
    let own = |country: &str, regime| RegimeOverride {
        place: crate::Place::try_from(country.to_owned()).unwrap(),
        regime,
        link_only: false,
    };
    let manifest = Manifest {
        regimes: vec![own("JP", Regime::OptOut), own("BR", Regime::Notice)],
        ..manifest()
    };
    for (under, shown) in [
        ("US", ["DE", "T1", "KZ", "BR"].as_slice()),
        ("KZ", &["DE", "T1"]),
    ] {
        let visit = visit(under, false);
        let subject = SubjectId::from([7; 16]);
        let draft = draft_choice(&submission(Answer::Dismiss), &visit, &manifest, None, NOW);
        let record = draft.unwrap().complete(&subject, NOW, None);
        let cookie = cookie_after(&record, subject, None, &visit, &manifest);
        for country in ["DE", "T1", "KZ", "BR", "US", "JP"] {
            let decision = at(country, &manifest, &cookie, 183);
            assert_eq!(decision.ask, shown.contains(&country), "{under} {country}");
            assert_eq!(decision.choice, None, "it is no answer");
        }
        let last = if under == "US" { 365 } else { 183 };
        assert!(!at(under, &manifest, &cookie, last).ask, "{under}");
        assert!(at(under, &manifest, &cookie, last + 1).ask, "{under}");
    }
}

#[test]
fn one_allowed_service_runs_alone() {
    let manifest = manifest();
    let cookie = answered(Answer::Service("video".to_owned(), true), "DE");
    let decision = at("DE", &manifest, &cookie, 179);
    assert_eq!(decision.services, [("video", true)]);
    assert!(decision.ask, "the categories are unanswered");
    assert!(decision.runs(service(&manifest, "video")));
    assert!(!decision.runs(service(&manifest, "pixel")));
    assert!(!at("DE", &manifest, &cookie, 180).runs(service(&manifest, "video")));
    let mut changed = manifest.clone();
    for one in &mut changed.services {
        one.grants = vec![ShortHash::of(&[b"another provider"])];
    }
    assert!(!at("DE", &changed, &cookie, 1).runs(service(&changed, "video")));
}

#[test]
fn one_refused_service_stays_off_whatever_it_becomes() {
    let cookie = answered(Answer::Service("video".to_owned(), false), "US");
    let mut changed = manifest();
    for one in &mut changed.services {
        one.grants = vec![ShortHash::of(&[b"another provider"])];
    }
    for manifest in [manifest(), changed] {
        for days in [0, 180, 366, 5000] {
            let decision = at("US", &manifest, &cookie, days);
            assert_eq!(decision.services, [("video", false)]);
            assert!(!decision.runs(service(&manifest, "video")), "{days}");
            assert!(decision.runs(service(&manifest, "pixel")), "{days}");
        }
    }
}

#[test]
fn the_signal_denies_marketing_in_every_regime_also_what_was_granted() {
    for country in PLACES {
        let manifest = manifest();
        let all = StoredConsent::Found(answered(Answer::AcceptAll, country));
        let decision = decide(&visit(country, true), &manifest, &all, NOW);
        assert_eq!(
            decision.choice.unwrap().0,
            Choice::ALL.without(MARKETING),
            "{country}"
        );
        let video = answered(Answer::Service("video".to_owned(), true), country);
        let stored = StoredConsent::Found(video);
        let decision = decide(&visit(country, true), &manifest, &stored, NOW);
        assert!(!decision.runs(service(&manifest, "video")), "{country}");
    }
}

#[test]
fn a_service_is_withheld_where_it_may_not_run_and_where_nobody_knows() {
    let manifest = manifest();
    let cookie = answered(Answer::AcceptAll, "DE");
    for (country, withheld) in [("DE", false), ("RU", true), ("T1", true)] {
        let decision = at(country, &manifest, &cookie, 1);
        assert_eq!(decision.withheld.contains(&"pixel"), withheld, "{country}");
        assert_eq!(
            decision.runs(service(&manifest, "pixel")),
            !withheld,
            "{country}"
        );
        assert!(decision.runs(service(&manifest, "video")), "{country}");
    }
}

#[test]
fn a_conflict_asks_and_runs_nothing() {
    let manifest = manifest();
    for country in PLACES {
        let stored = StoredConsent::Conflict(answered(Answer::AcceptAll, country));
        let decision = decide(&visit(country, false), &manifest, &stored, NOW);
        assert_eq!(
            (decision.defaults, decision.choice),
            (Choice::NONE, None),
            "{country}"
        );
        assert!(decision.ask && decision.services.is_empty(), "{country}");
    }
}

#[test]
fn an_erasure_leaves_a_refusal_where_services_run_unasked_and_nothing_elsewhere() {
    for (country, gpc, is_left) in [
        ("US", false, true),
        ("US", true, true),
        ("KZ", false, true),
        ("DE", false, false),
        ("T1", false, false),
    ] {
        let left = after_erasure(&visit(country, gpc), &manifest(), NOW);
        assert_eq!(
            left,
            is_left.then(|| ConsentCookie::refusal(NOW)),
            "{country}"
        );
    }
    let left = ConsentCookie::refusal(NOW);
    for manifest in [manifest(), grown()] {
        let decision = at("US", &manifest, &left, 365);
        assert_eq!(
            (decision.choice.unwrap().0, decision.ask),
            (Choice::NONE, false)
        );
        assert!(at("US", &manifest, &left, 366).ask);
    }
}

#[test]
fn a_category_that_nobody_answered_is_asked_about_unless_everything_was_refused() {
    let before = Manifest {
        categories: vec![Category::Essential, Category::Analytics],
        ..manifest()
    };
    for (answer, is_asked) in [(Answer::AcceptAll, true), (Answer::RejectAll, false)] {
        let visit = visit("DE", false);
        let subject = SubjectId::from([7; 16]);
        let draft = draft_choice(&submission(answer), &visit, &before, None, NOW).unwrap();
        let record = draft.complete(&subject, NOW, None);
        let cookie = cookie_after(&record, subject, None, &visit, &before);
        assert!(!at("DE", &before, &cookie, 1).ask);
        let manifest = manifest();
        let decision = at("DE", &manifest, &cookie, 1);
        assert_eq!(decision.ask, is_asked);
        assert_eq!(
            decision.defaults.analytics, is_asked,
            "what was granted runs on"
        );
    }
}

/// Version 1, of a revision that the manifest doesn't know.
#[test]
fn a_grant_of_an_unknown_scope_is_asked_for_again() {
    let cookie = ConsentCookie {
        granted: Grants::from_fn(|category| {
            (category != Category::Analytics).then_some(ShortHash::UNKNOWN)
        }),
        refused: ANALYTICS,
        ..answered(Answer::AcceptAll, "DE")
    };
    let manifest = manifest();
    let decision = at("DE", &manifest, &cookie, 1);
    assert_eq!((decision.defaults, decision.ask), (Choice::NONE, true));
    let decision = at("US", &manifest, &cookie, 1);
    assert_eq!(decision.defaults, Choice::ALL.without(ANALYTICS));
}

#[test]
fn what_the_site_does_not_offer_never_runs() {
    let mut without_marketing = manifest();
    without_marketing
        .categories
        .retain(|one| *one != Category::Marketing);
    let us = visit("US", false);
    let first = decide(&us, &without_marketing, &StoredConsent::Missing, NOW);
    let accepted = answered(Answer::AcceptAll, "US");
    for decision in [first, at("US", &without_marketing, &accepted, 1)] {
        assert!(decision.defaults.analytics && !decision.defaults.marketing);
        assert!(!decision.runs(service(&without_marketing, "video")));
    }
}

#[test]
fn where_a_site_has_only_its_link_nobody_is_asked() {
    let mut manifest = manifest();
    manifest.regimes = vec![RegimeOverride {
        place: crate::Place::try_from("US".to_owned()).unwrap(),
        regime: Regime::OptOut,
        link_only: true,
    }];
    for (country, is_asked) in [("US", false), ("DE", true)] {
        let decision = decide(
            &visit(country, false),
            &manifest,
            &StoredConsent::Missing,
            NOW,
        );
        assert_eq!(decision.ask, is_asked, "{country}");
        assert_eq!(decision.choice, None, "{country}");
    }
    let old = answered(Answer::AcceptAll, "US");
    assert!(!at("US", &manifest, &old, 180).ask);
}
