use super::*;
use crate::{Category, Country, Source, SubjectId};
use proptest::prelude::*;

fn manifest() -> Manifest {
    let hash = |text: &str| Digest::of(&[text.as_bytes()]).to_string();
    serde_json::from_value(serde_json::json!({
        "site": "cap.kz",
        "locales": ["kk", "ru"],
        "policies": ["privacy"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {
            "kk": {"banner": hash("kk banner"), "choices": hash("kk choices"), "placeholder": hash("kk placeholder")},
            "ru": {"banner": hash("ru banner"), "choices": hash("ru choices")},
        },
        "choice_days": 180,
        "retention_days": 1095,
        "regimes": [],
        "cookie_domain": null,
        "origins": [],
        "cookies": [],
        "hsts_subdomains": false,
    }))
    .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is no country is an unknown one"
)]
fn visit(country: &str, gpc: bool) -> VisitContext {
    VisitContext {
        country: Country::try_from(country).ok(),
        gpc,
        ..VisitContext::default()
    }
}

fn stored(choice: Choice) -> ConsentCookie {
    ConsentCookie {
        source: Some(Source {
            subject: SubjectId::from([7; 16]),
            revision: "aB3-_xYz".to_owned(),
        }),
        choice,
        answered: Choice::ALL,
        issued: Timestamp::from_seconds(1_000_000),
    }
}

fn submission(answer: Answer) -> Submission {
    Submission {
        id: EventId::from_random([1; 16]),
        revision: "aB3-_xYz".to_owned(),
        locale: Locale::try_from("kk").unwrap(),
        surface: Surface::Banner,
        answer,
    }
}

fn draft(answer: Answer, visit: &VisitContext) -> Result<Draft, Refusal> {
    draft_choice(&submission(answer), visit, &manifest(), None, NOW)
}

const NOW: Timestamp = Timestamp::from_seconds(1_000_001);

#[test]
fn without_a_cookie_there_is_no_choice() {
    let decision = decide(&visit("DE", false), &manifest(), None, NOW);
    assert_eq!(decision.choice, None);
    assert_eq!(decision.defaults, Choice::NONE);
}

#[test]
fn a_choice_holds_until_its_last_second() {
    let manifest = manifest();
    let cookie = stored(Choice::ALL);
    let end = Timestamp::from_seconds(1_000_000).plus_days(180);
    let before = Timestamp::from_millis(end.millis() - 1);
    let at = |now| decide(&visit("DE", false), &manifest, Some(&cookie), now).choice;
    assert_eq!(at(before), Some((Choice::ALL, end)));
    assert_eq!(at(end), None);
}

#[test]
fn a_choice_on_another_revision_does_not_count() {
    let manifest = Manifest {
        revision: "00000000".to_owned(),
        ..manifest()
    };
    let cookie = stored(Choice::ALL);
    let decision = decide(&visit("DE", false), &manifest, Some(&cookie), NOW);
    assert_eq!(decision.choice, None);
}

#[test]
fn the_signal_overrules_a_stored_yes_in_every_regime() {
    let cookie = stored(Choice::ALL);
    for country in ["DE", "US", "KZ", "T1"] {
        let decision = decide(&visit(country, true), &manifest(), Some(&cookie), NOW);
        let (choice, _) = decision.choice.unwrap();
        assert!(!choice.marketing && choice.analytics, "{country}");
    }
}

/// Every choice there is.
fn any_choice() -> impl Strategy<Value = Choice> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(functional, analytics, marketing)| {
        Choice {
            functional,
            analytics,
            marketing,
        }
    })
}

proptest! {
    /// The United States let services run before an answer: a refusal must hold there when it has
    /// expired, when the site asks about something else, and after an erasure.
    #[test]
    fn nothing_refused_runs_before_the_visitor_says_yes(
        choice in any_choice(),
        answered in any_choice(),
        days in 0_u32..2000,
        is_current in any::<bool>(),
        is_erased in any::<bool>(),
        country in prop::sample::select(vec!["DE", "US", "KZ", "T1"]),
        gpc in any::<bool>(),
    ) {
        let mut cookie = stored(choice);
        cookie.answered = choice.or(answered);
        if is_erased {
            cookie = ConsentCookie::refusal(cookie.issued);
        }
        let manifest = Manifest {
            revision: if is_current { "aB3-_xYz" } else { "00000000" }.to_owned(),
            ..manifest()
        };
        let visit = visit(country, gpc);
        let decision = decide(&visit, &manifest, Some(&cookie), cookie.issued.plus_days(days));
        let runs = decision.choice.map_or(decision.defaults, |(choice, _)| choice);
        let usual = default_choice(decision.regime, gpc);
        for category in [Category::Functional, Category::Analytics, Category::Marketing] {
            prop_assert!(!(runs.grants(category) && cookie.refused().grants(category)), "{category:?} was refused");
            prop_assert!(!runs.grants(category) || usual.grants(category) || cookie.choice.grants(category), "{category:?} was never allowed");
        }
        prop_assert_eq!(decision.regime, decide(&visit, &manifest, None, NOW).regime);
    }
}

#[test]
fn a_visitor_who_allowed_one_thing_is_still_asked_about_the_rest() {
    let marketing = Choice {
        marketing: true,
        ..Choice::NONE
    };
    let cookie = ConsentCookie {
        answered: marketing,
        ..stored(marketing)
    };
    let seen = |country: &str, days: u32| {
        let at = cookie.issued.plus_days(days);
        decide(&visit(country, false), &manifest(), Some(&cookie), at)
    };
    for country in ["DE", "US", "KZ"] {
        assert_eq!(seen(country, 1).choice, None, "{country}");
    }
    assert_eq!(seen("DE", 1).defaults, marketing);
    assert_eq!(seen("US", 1).defaults, Choice::ALL);
    assert_eq!(
        seen("KZ", 1).defaults,
        Choice {
            analytics: false,
            ..Choice::ALL
        }
    );
    assert_eq!(
        seen("DE", 180).defaults,
        Choice::NONE,
        "a yes ends with its time"
    );
    let alone = Manifest {
        categories: vec![Category::Essential, Category::Marketing],
        ..manifest()
    };
    let all = decide(&visit("DE", false), &alone, Some(&cookie), NOW);
    assert!(all.choice.is_some(), "there is no other question");
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
    let decision = decide(&visit("US", false), &manifest(), Some(&left), NOW);
    assert_eq!(
        decision.choice.map(|(choice, _)| choice),
        Some(Choice::NONE),
        "it is an answer, on every revision"
    );
}

#[test]
fn a_placeholder_allows_its_categories_and_leaves_the_others_as_they_were() {
    let marketing = Choice {
        marketing: true,
        ..Choice::NONE
    };
    let analytics = Choice {
        analytics: true,
        ..Choice::NONE
    };
    let mut submission = submission(Answer::Allow(marketing));
    submission.surface = Surface::Placeholder;
    let refused = stored(Choice::NONE);
    let before = stored(analytics);
    let old = ConsentCookie {
        source: Some(Source {
            subject: SubjectId::from([7; 16]),
            revision: "00000000".to_owned(),
        }),
        ..stored(analytics)
    };
    for (cookie, choice, is_answered) in [
        (None, marketing, marketing),
        (Some(&refused), marketing, Choice::ALL),
        (Some(&before), analytics.or(marketing), Choice::ALL),
        // What was granted about something else has to be asked again; what was refused stays so.
        (
            Some(&old),
            marketing,
            Choice {
                analytics: false,
                ..Choice::ALL
            },
        ),
    ] {
        let draft =
            draft_choice(&submission, &visit("DE", false), &manifest(), cookie, NOW).unwrap();
        assert_eq!(
            (draft.0.action, draft.0.choice),
            (Action::Allow, choice),
            "{cookie:?}"
        );
        assert_eq!(draft.0.surface, Some(Surface::Placeholder));
        assert_eq!(draft.0.text, Some(Digest::of(&[b"kk placeholder"])));
        assert_eq!(
            answered(submission.answer, &manifest(), cookie, NOW),
            is_answered,
            "{cookie:?}"
        );
    }
}

#[test]
fn a_placeholder_allows_nothing_that_stays_off() {
    let no_marketing = Manifest {
        categories: vec![Category::Essential, Category::Analytics],
        ..manifest()
    };
    for (choice, gpc, manifest) in [
        (Choice::ALL, true, manifest()),
        (
            Choice {
                marketing: true,
                ..Choice::NONE
            },
            false,
            no_marketing,
        ),
        (Choice::NONE, false, manifest()),
    ] {
        let submission = Submission {
            surface: Surface::Placeholder,
            ..submission(Answer::Allow(choice))
        };
        let outcome = draft_choice(&submission, &visit("DE", gpc), &manifest, None, NOW);
        assert_eq!(outcome, Err(Refusal::NotAllowable), "{choice:?}");
    }
}

#[test]
fn who_refuses_everything_on_an_outdated_page_has_withdrawn() {
    let stale = Submission {
        revision: "00000000".to_owned(),
        ..submission(Answer::RejectAll)
    };
    let draft = draft_choice(&stale, &visit("US", false), &manifest(), None, NOW).unwrap();
    assert_eq!(
        (draft.0.action, draft.0.choice),
        (Action::Withdraw, Choice::NONE)
    );
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
fn each_surface_has_its_text() {
    let mut submission = submission(Answer::RejectAll);
    submission.surface = Surface::Choices;
    submission.locale = Locale::try_from("ru").unwrap();
    let draft = draft_choice(&submission, &visit("DE", false), &manifest(), None, NOW).unwrap();
    assert_eq!(draft.0.text, Some(Digest::of(&[b"ru choices"])));
    assert_eq!(draft.0.choice, Choice::NONE);
}

#[test]
fn the_signal_overrules_an_explicit_yes() {
    for answer in [Answer::AcceptAll, Answer::Custom(Choice::ALL)] {
        for country in ["DE", "US", "KZ"] {
            let draft = draft(answer, &visit(country, true)).unwrap();
            assert!(
                draft.0.gpc && !draft.0.choice.marketing,
                "{answer:?} {country}"
            );
            assert!(draft.0.choice.analytics, "{answer:?} {country}");
        }
    }
}

#[test]
fn the_signal_answers_only_where_it_binds() {
    let draft_at = |country, gpc| draft(Answer::Gpc, &visit(country, gpc));
    let honoured = draft_at("US", true).unwrap();
    assert_eq!(honoured.0.action, Action::Gpc);
    assert_eq!(honoured.0.choice, default_choice(Regime::OptOut, true));
    for (country, gpc) in [("US", false), ("DE", true), ("KZ", true), ("T1", true)] {
        assert_eq!(
            draft_at(country, gpc),
            Err(Refusal::NoBindingSignal),
            "{country}"
        );
    }
}

#[test]
fn nothing_is_granted_that_the_site_does_not_use() {
    let manifest = Manifest {
        categories: vec![Category::Essential, Category::Analytics],
        ..manifest()
    };
    let submission = submission(Answer::AcceptAll);
    let draft = draft_choice(&submission, &visit("DE", false), &manifest, None, NOW).unwrap();
    let analytics = Choice {
        analytics: true,
        ..Choice::NONE
    };
    assert_eq!(draft.0.choice, analytics);
}

#[test]
fn a_submission_that_does_not_fit_the_site_is_refused() {
    let stale = Submission {
        revision: "00000000".to_owned(),
        ..submission(Answer::AcceptAll)
    };
    let foreign = Submission {
        locale: Locale::try_from("fr").unwrap(),
        ..submission(Answer::AcceptAll)
    };
    let visit = visit("DE", false);
    assert_eq!(
        draft_choice(&stale, &visit, &manifest(), None, NOW),
        Err(Refusal::StaleRevision)
    );
    assert_eq!(
        draft_choice(&foreign, &visit, &manifest(), None, NOW),
        Err(Refusal::UnknownLocale)
    );
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
fn what_the_site_does_not_offer_never_runs() {
    let without_marketing = Manifest {
        categories: vec![
            Category::Essential,
            Category::Functional,
            Category::Analytics,
        ],
        ..manifest()
    };
    let old_yes = stored(Choice::ALL);
    for cookie in [None, Some(&old_yes)] {
        let decision = decide(&visit("US", false), &without_marketing, cookie, NOW);
        assert!(decision.defaults.analytics && !decision.defaults.marketing);
    }
}
