use super::*;
use crate::fixtures::{manifest, submission, visit};
use crate::{StoredConsent, SubjectId, cookie_after, decide, default_choice};

const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);
const MARKETING: Choice = Choice {
    marketing: true,
    ..Choice::NONE
};
const ANALYTICS: Choice = Choice {
    analytics: true,
    ..Choice::NONE
};

fn services(switched: &[(&str, bool)]) -> VecMap<String, bool> {
    let owned = switched.iter().map(|(id, on)| ((*id).to_owned(), *on));
    VecMap::from_iter(owned)
}

fn custom(choice: Choice, switched: &[(&str, bool)]) -> Answer {
    Answer::Custom(choice, services(switched))
}

fn service(id: &str, is_allowed: bool) -> Answer {
    Answer::Service(id.to_owned(), is_allowed)
}

fn draft(answer: Answer, visit: &VisitContext) -> Result<Draft, Refusal> {
    draft_choice(&submission(answer), visit, &manifest(), None, NOW)
}

/// The visitor's cookie after an answer.
fn after(
    before: Option<&ConsentCookie>,
    answer: Answer,
    visit: &VisitContext,
    manifest: &Manifest,
    now: Timestamp,
) -> ConsentCookie {
    let draft = draft_choice(&submission(answer), visit, manifest, before, now).unwrap();
    let subject = SubjectId::from([7; 16]);
    let record = draft.complete(&subject, now, None);
    cookie_after(&record, subject, before, visit, manifest)
}

#[test]
fn an_answer_becomes_a_draft_with_the_text_that_was_shown() {
    let draft = draft(Answer::AcceptAll, &visit("DE", false)).unwrap();
    assert_eq!(draft.0.action, Action::AcceptAll);
    assert_eq!(draft.0.choice, Choice::ALL);
    assert_eq!(draft.0.text, Some(Digest::of(&[b"kk banner"])));
    assert_eq!(draft.0.regime, Regime::OptIn);
    assert_eq!(draft.0.validity, "P180D");
    assert_eq!(draft.0.retention, "P1095D");
}

#[test]
fn a_record_says_how_long_it_is_in_force() {
    let us = visit("US", false);
    for (answer, validity) in [
        (Answer::AcceptAll, "P180D"),
        (custom(ANALYTICS, &[]), "P180D"),
        (service("video", false), "P180D"),
        (Answer::RejectAll, "P366D"),
        (Answer::Dismiss, "P366D"),
    ] {
        assert_eq!(
            draft(answer.clone(), &us).unwrap().0.validity,
            validity,
            "{answer:?}"
        );
    }
}

#[test]
fn each_surface_has_its_text() {
    let mut submission = submission(Answer::RejectAll);
    submission.surface = Surface::Choices;
    submission.locale = Locale::try_from("ru").unwrap();
    let draft = draft_choice(&submission, &visit("DE", false), &manifest(), None, NOW).unwrap();
    assert_eq!(draft.0.text, Some(Digest::of(&[b"ru choices"])));
    assert_eq!(draft.0.choice, Choice::NONE);
}

#[test]
fn who_refuses_everything_on_an_outdated_page_has_withdrawn() {
    for answer in [
        Answer::RejectAll,
        custom(Choice::NONE, &[]),
        custom(Choice::NONE, &[("video", false)]),
    ] {
        let stale = Submission {
            revision: "00000000".to_owned(),
            ..submission(answer)
        };
        let draft = draft_choice(&stale, &visit("US", false), &manifest(), None, NOW).unwrap();
        assert_eq!(
            (draft.0.action, draft.0.choice),
            (Action::Withdraw, Choice::NONE)
        );
    }
}

#[test]
fn a_submission_that_does_not_fit_the_site_is_refused() {
    let visit = visit("DE", false);
    let refusal =
        |submission| draft_choice(&submission, &visit, &manifest(), None, NOW).unwrap_err();
    for answer in [
        Answer::AcceptAll,
        custom(Choice::NONE, &[("video", true)]),
        service("video", true),
        Answer::Dismiss,
    ] {
        let stale = Submission {
            revision: "00000000".to_owned(),
            ..submission(answer)
        };
        assert_eq!(refusal(stale), Refusal::StaleRevision);
    }
    let foreign = Submission {
        locale: Locale::try_from("fr").unwrap(),
        ..submission(Answer::AcceptAll)
    };
    assert_eq!(refusal(foreign), Refusal::UnknownLocale);
    for answer in [
        service("other", true),
        custom(Choice::ALL, &[("other", false)]),
    ] {
        assert_eq!(refusal(submission(answer)), Refusal::UnknownService);
    }
}

#[test]
fn a_withdrawal_is_never_refused() {
    for (locale, kept) in [(Some("ru"), true), (Some("fr"), false), (None, false)] {
        let withdrawal = Withdrawal {
            id: EventId::from_random([1; 16]),
            locale: locale.map(|tag| Locale::try_from(tag).unwrap()),
            surface: Some(Surface::Choices),
        };
        let draft = draft_withdrawal(&withdrawal, &visit("DE", false), &manifest());
        assert_eq!(draft.0.choice, Choice::NONE);
        assert_eq!(draft.0.locale.is_some(), kept, "{locale:?}");
        assert_eq!(draft.0.text.is_some(), kept, "{locale:?}");
    }
}

#[test]
fn the_signal_overrules_an_explicit_yes() {
    for answer in [
        Answer::AcceptAll,
        custom(Choice::ALL, &[]),
        custom(ANALYTICS, &[("video", true)]),
    ] {
        for country in ["DE", "US", "KZ"] {
            let draft = draft(answer.clone(), &visit(country, true)).unwrap();
            assert!(
                draft.0.gpc && !draft.0.choice.marketing,
                "{answer:?} {country}"
            );
            assert!(draft.0.choice.analytics, "{answer:?} {country}");
            assert_eq!(
                draft.0.services,
                Some(services(&[])),
                "{answer:?} {country}"
            );
        }
    }
}

/// The signal says no to marketing. It says yes to nothing: the rest stays unanswered.
#[test]
fn the_signal_answers_only_where_it_binds_and_refuses_marketing_alone() {
    let us = visit("US", true);
    let honoured = draft(Answer::Gpc, &us).unwrap();
    assert_eq!(
        (honoured.0.action, honoured.0.choice),
        (Action::Gpc, Choice::NONE)
    );
    let cookie = after(None, Answer::Gpc, &us, &manifest(), NOW);
    assert_eq!(
        (cookie.granted.choice(), cookie.refused),
        (Choice::NONE, MARKETING)
    );
    let before = after(
        None,
        Answer::AcceptAll,
        &visit("US", false),
        &manifest(),
        NOW,
    );
    let cookie = after(Some(&before), Answer::Gpc, &us, &manifest(), NOW);
    assert_eq!(cookie.refused, MARKETING);
    assert_eq!(cookie.granted.choice(), Choice::ALL.without(MARKETING));
    for (country, gpc) in [("US", false), ("DE", true), ("KZ", true), ("T1", true)] {
        assert_eq!(
            draft(Answer::Gpc, &visit(country, gpc)),
            Err(Refusal::NoBindingSignal),
            "{country}"
        );
    }
}

#[test]
fn nothing_is_granted_that_the_site_does_not_use_and_nothing_refused_that_nobody_asked_about() {
    let de = visit("DE", false);
    let used = Manifest {
        categories: vec![Category::Essential, Category::Analytics],
        ..manifest()
    };
    let accepted = after(None, Answer::AcceptAll, &de, &used, NOW);
    assert_eq!(
        (accepted.granted.choice(), accepted.refused),
        (ANALYTICS, Choice::NONE)
    );
    let chosen = after(None, custom(ANALYTICS, &[]), &de, &used, NOW);
    assert_eq!(chosen.refused, Choice::NONE);
    // Who refuses everything refuses also what the site has yet to use.
    let refused = after(None, Answer::RejectAll, &de, &used, NOW);
    assert_eq!(refused.refused, Choice::ALL);
    // A category that comes back is refused as it was.
    let back = after(Some(&refused), Answer::AcceptAll, &de, &used, NOW);
    assert_eq!(back.refused, Choice::ALL.without(ANALYTICS));
}

#[test]
fn one_service_is_switched_and_everything_else_stays() {
    let de = visit("DE", false);
    let manifest = manifest();
    let later = NOW.plus_days(100);
    let earlier = [
        None,
        Some(after(None, Answer::RejectAll, &de, &manifest, NOW)),
        Some(after(None, custom(ANALYTICS, &[]), &de, &manifest, NOW)),
        Some(after(None, Answer::AcceptAll, &de, &manifest, NOW)),
    ];
    for before in &earlier {
        let answer = service("video", true);
        let draft = draft_choice(
            &submission(answer.clone()),
            &de,
            &manifest,
            before.as_ref(),
            later,
        );
        let draft = draft.unwrap();
        assert_eq!(
            (draft.0.action, draft.0.surface),
            (Action::Service, Some(Surface::Placeholder))
        );
        assert_eq!(draft.0.text, Some(Digest::of(&[b"kk placeholder"])));
        assert_eq!(draft.0.services, Some(services(&[("video", true)])));
        let cookie = after(before.as_ref(), answer, &de, &manifest, later);
        let old = before
            .as_ref()
            .map(|old| (old.granted, old.refused, old.granted_at, old.refused_at));
        if let Some(old) = old {
            assert_eq!(
                (
                    cookie.granted,
                    cookie.refused,
                    cookie.granted_at,
                    cookie.refused_at
                ),
                old
            );
        }
        assert_eq!(draft.0.choice, cookie.granted.choice());
        let stored = StoredConsent::Found(cookie.clone());
        let decision = decide(&de, &manifest, &stored, later);
        let video = manifest
            .services
            .iter()
            .find(|service| service.id == "video")
            .unwrap();
        assert!(decision.runs(video), "{before:?}");
        // A second time it is the same, and refusing takes it back.
        let again = after(Some(&cookie), service("video", true), &de, &manifest, later);
        assert_eq!(again, cookie);
        let off = after(
            Some(&cookie),
            service("video", false),
            &de,
            &manifest,
            later,
        );
        let decision = decide(&de, &manifest, &StoredConsent::Found(off), later);
        assert!(!decision.runs(video), "{before:?}");
    }
}

#[test]
fn an_answer_for_all_services_clears_exceptions() {
    let de = visit("DE", false);
    let allowed = after(None, service("video", true), &de, &manifest(), NOW);
    let refused = after(None, service("count", false), &de, &manifest(), NOW);
    for before in [&allowed, &refused] {
        assert_eq!(before.exceptions.len(), 1);
        for answer in [Answer::AcceptAll, Answer::RejectAll, custom(ANALYTICS, &[])] {
            let cookie = after(Some(before), answer.clone(), &de, &manifest(), NOW);
            assert_eq!(cookie.exceptions, [], "{answer:?}");
        }
        let withdrawn = Withdrawal {
            id: EventId::from_random([2; 16]),
            locale: None,
            surface: None,
        };
        let subject = SubjectId::from([7; 16]);
        let record = draft_withdrawal(&withdrawn, &de, &manifest()).complete(&subject, NOW, None);
        let cookie = cookie_after(&record, subject, Some(before), &de, &manifest());
        assert_eq!(
            (cookie.exceptions, cookie.refused),
            (Vec::new(), Choice::ALL)
        );
    }
}

#[test]
fn a_custom_answer_names_only_services_that_differ_from_their_category() {
    let answer = custom(
        MARKETING,
        &[
            ("video", true),
            ("pixel", false),
            ("count", true),
            ("map", false),
        ],
    );
    let draft = draft(answer, &visit("DE", false)).unwrap();
    assert_eq!(
        draft.0.services,
        Some(services(&[("count", true), ("pixel", false)]))
    );
    let plain = super::tests::draft(custom(MARKETING, &[("video", true)]), &visit("DE", false));
    assert_eq!(plain.unwrap().0.services, Some(services(&[])));
}

#[test]
fn what_is_denied_on_a_visit_is_not_allowable() {
    for (id, country, gpc, outcome) in [
        ("video", "DE", true, Err(Refusal::NotAllowable)),
        ("pixel", "RU", false, Err(Refusal::NotAllowable)),
        ("pixel", "T1", false, Err(Refusal::NotAllowable)),
        ("pixel", "DE", false, Ok(())),
        ("count", "US", true, Ok(())),
    ] {
        let allowed = draft(service(id, true), &visit(country, gpc));
        assert_eq!(allowed.map(|_| ()), outcome, "{id} {country}");
        assert!(draft(service(id, false), &visit(country, gpc)).is_ok());
    }
}

#[test]
fn the_thirteenth_exception_is_refused_and_a_spent_one_makes_room() {
    let video = manifest().services.pop().unwrap();
    let many = (0..=MAX_EXCEPTIONS).map(|number| ManifestService {
        id: format!("video-{number}"),
        grants: vec![crate::ShortHash::of(&[
            b"grant",
            number.to_string().as_bytes(),
        ])],
        refusal: crate::ShortHash::of(&[b"refusal", number.to_string().as_bytes()]),
        ..video.clone()
    });
    let manifest = Manifest {
        services: many.collect(),
        ..manifest()
    };
    let de = visit("DE", false);
    let mut cookie = after(None, Answer::RejectAll, &de, &manifest, NOW);
    for number in 0..MAX_EXCEPTIONS {
        let answer = service(&format!("video-{number}"), true);
        cookie = after(Some(&cookie), answer, &de, &manifest, NOW);
    }
    let last = submission(service("video-12", true));
    let outcome = |now| draft_choice(&last, &de, &manifest, Some(&cookie), now).map(|_| ());
    assert_eq!(outcome(NOW), Err(Refusal::TooManyServices));
    assert_eq!(outcome(NOW.plus_days(179)), Err(Refusal::TooManyServices));
    assert_eq!(outcome(NOW.plus_days(180)), Ok(()));
    let all: Vec<_> = manifest
        .services
        .iter()
        .map(|one| (one.id.as_str(), true))
        .collect();
    let custom = submission(custom(Choice::NONE, &all));
    let outcome = draft_choice(&custom, &de, &manifest, None, NOW);
    assert_eq!(outcome, Err(Refusal::TooManyServices));
}

#[test]
fn closing_the_banner_refuses_what_was_asked_only_where_nothing_runs_unasked() {
    let manifest = manifest();
    for (country, regime, refused) in [
        ("DE", None, Choice::ALL),
        ("KZ", Some(Regime::Notice), Choice::NONE),
        ("US", Some(Regime::OptOut), Choice::NONE),
    ] {
        let visit = visit(country, false);
        let cookie = after(None, Answer::Dismiss, &visit, &manifest, NOW);
        assert_eq!(
            (cookie.dismissed, cookie.refused),
            (regime, refused),
            "{country}"
        );
        assert_eq!(cookie.granted.choice(), Choice::NONE, "it is no consent");
        let decision = decide(&visit, &manifest, &StoredConsent::Found(cookie), NOW);
        assert!(!decision.ask, "{country}");
        assert_eq!(
            decision.defaults,
            default_choice(decision.regime, false),
            "{country}"
        );
    }
}

#[test]
fn closing_the_banner_leaves_grants_that_count() {
    let manifest = manifest();
    let de = visit("DE", false);
    let accepted = after(None, Answer::AcceptAll, &de, &manifest, NOW);
    let grown = Manifest {
        scopes: VecMap::from_iter([
            (
                Category::Functional,
                manifest.scopes.get(&Category::Functional).unwrap().clone(),
            ),
            (Category::Analytics, vec![crate::ShortHash::of(&[b"more"])]),
            (
                Category::Marketing,
                manifest.scopes.get(&Category::Marketing).unwrap().clone(),
            ),
        ]),
        ..manifest
    };
    let cookie = after(
        Some(&accepted),
        Answer::Dismiss,
        &de,
        &grown,
        NOW.plus_days(3),
    );
    assert_eq!(cookie.refused, ANALYTICS);
    assert_eq!(cookie.granted.choice(), Choice::ALL.without(ANALYTICS));
    assert_eq!(cookie.granted_at, NOW, "their age goes on");
    let kz = after(
        Some(&accepted),
        Answer::Dismiss,
        &visit("KZ", false),
        &grown,
        NOW.plus_days(3),
    );
    assert_eq!(
        (kz.refused, kz.dismissed),
        (Choice::NONE, Some(Regime::Notice))
    );
}

#[test]
fn a_retry_makes_the_same_cookie_before_and_after_its_event() {
    let de = visit("DE", false);
    let manifest = manifest();
    let subject = SubjectId::from([7; 16]);
    let before = after(
        None,
        custom(ANALYTICS, &[("video", true)]),
        &de,
        &manifest,
        NOW,
    );
    for answer in [
        Answer::AcceptAll,
        Answer::RejectAll,
        custom(MARKETING, &[("video", false)]),
        service("map", true),
        Answer::Dismiss,
    ] {
        let later = NOW.plus_days(1);
        let draft =
            draft_choice(&submission(answer), &de, &manifest, Some(&before), later).unwrap();
        let record = draft.complete(&subject, later, None);
        let first = cookie_after(&record, subject, Some(&before), &de, &manifest);
        let retried = cookie_after(&record, subject, Some(&first), &de, &manifest);
        assert_eq!(retried, first, "{:?}", record.action);
    }
}

#[test]
fn a_choice_that_allows_a_single_service_is_valid_as_long_as_a_grant() {
    let services = VecMap::from_iter([("video".to_owned(), true)]);
    let answer = Answer::Custom(Choice::NONE, services);
    let (visit, manifest) = (visit("US", false), manifest());
    let draft = draft_choice(&submission(answer), &visit, &manifest, None, NOW).unwrap();
    let record = draft.complete(&SubjectId::from([7; 16]), NOW, None);
    assert_eq!(record.validity, format!("P{}D", manifest.choice_days));
    assert_ne!(manifest.choice_days, refusal_days(&visit, &manifest));
}

/// The signal says no after the visitor has allowed a service of marketing, and ends.
#[test]
fn a_single_service_of_marketing_does_not_outlive_the_no_of_the_signal() {
    let (manifest, silent) = (manifest(), visit("US", false));
    let before = after(None, Answer::RejectAll, &silent, &manifest, NOW);
    let allowed = after(
        Some(&before),
        service("video", true),
        &silent,
        &manifest,
        NOW,
    );
    let runs = |cookie: &ConsentCookie| {
        let stored = StoredConsent::Found(cookie.clone());
        decide(&silent, &manifest, &stored, NOW).runs(manifest.service("video").unwrap())
    };
    assert!(runs(&allowed));
    let signalled = visit("US", true);
    let refused = after(Some(&allowed), Answer::Gpc, &signalled, &manifest, NOW);
    assert!(!runs(&refused));
}
