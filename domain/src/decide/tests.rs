use super::*;
use crate::{Country, SubjectId};

fn manifest() -> Manifest {
    let hash = |text: &str| Digest::of(&[text.as_bytes()]).to_string();
    serde_json::from_value(serde_json::json!({
        "site": "cap.kz",
        "locales": ["kk", "ru"],
        "policies": ["privacy"],
        "categories": ["essential", "functional", "analytics", "marketing"],
        "revision": "aB3-_xYz",
        "shown": {
            "kk": {"banner": hash("kk banner"), "choices": hash("kk choices")},
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

fn facts(country: &str, gpc: bool) -> Facts {
    Facts {
        country: Country::try_from(country).ok(),
        is_eu: false,
        gpc,
    }
}

fn remembered(choice: Choice) -> Remembered {
    Remembered {
        subject: SubjectId::from([7; 16]),
        revision: "aB3-_xYz".to_owned(),
        choice,
        issued: Moment::from_seconds(1_000_000),
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

fn draft(answer: Answer, facts: &Facts) -> Result<Draft, Refusal> {
    draft_choice(&submission(answer), facts, &manifest())
}

const NOW: Moment = Moment::from_seconds(1_000_001);

#[test]
fn without_a_cookie_there_is_no_choice() {
    let decision = decide(&facts("DE", false), &manifest(), None, NOW);
    assert_eq!(decision.choice, None);
    assert_eq!(decision.defaults, Choice::NONE);
}

#[test]
fn a_choice_holds_until_its_last_second() {
    let manifest = manifest();
    let cookie = remembered(Choice::ALL);
    let end = Moment::from_seconds(1_000_000).plus_days(180);
    let before = Moment::from_millis(end.millis() - 1);
    let at = |now| decide(&facts("DE", false), &manifest, Some(&cookie), now).choice;
    assert_eq!(at(before), Some((Choice::ALL, end)));
    assert_eq!(at(end), None);
}

#[test]
fn a_choice_on_another_revision_does_not_count() {
    let manifest = Manifest {
        revision: "00000000".to_owned(),
        ..manifest()
    };
    let cookie = remembered(Choice::ALL);
    let decision = decide(&facts("DE", false), &manifest, Some(&cookie), NOW);
    assert_eq!(decision.choice, None);
}

#[test]
fn the_signal_overrules_a_remembered_yes_in_every_regime() {
    let cookie = remembered(Choice::ALL);
    for country in ["DE", "US", "KZ", "T1"] {
        let decision = decide(&facts(country, true), &manifest(), Some(&cookie), NOW);
        let (choice, _) = decision.choice.unwrap();
        assert!(!choice.marketing && choice.analytics, "{country}");
    }
}

#[test]
fn a_cookie_never_changes_regime_or_defaults() {
    let cookie = remembered(Choice::ALL);
    for country in ["DE", "US", "KZ", "T1"] {
        let facts = facts(country, false);
        let with = decide(&facts, &manifest(), Some(&cookie), NOW);
        let without = decide(&facts, &manifest(), None, NOW);
        assert_eq!(
            (with.regime, with.defaults),
            (without.regime, without.defaults)
        );
    }
}

#[test]
fn an_answer_becomes_a_draft_with_the_text_that_was_shown() {
    let draft = draft(Answer::AcceptAll, &facts("DE", false)).unwrap();
    assert_eq!(draft.action, Action::AcceptAll);
    assert_eq!(draft.choice, Choice::ALL);
    assert_eq!(draft.text, Some(Digest::of(&[b"kk banner"])));
    assert_eq!(draft.regime, Regime::OptIn);
    assert_eq!(draft.validity, "P180D");
    assert_eq!(draft.retention, "P1095D");
}

#[test]
fn each_surface_has_its_text() {
    let mut words = submission(Answer::RejectAll);
    words.surface = Surface::Choices;
    words.locale = Locale::try_from("ru").unwrap();
    let draft = draft_choice(&words, &facts("DE", false), &manifest()).unwrap();
    assert_eq!(draft.text, Some(Digest::of(&[b"ru choices"])));
    assert_eq!(draft.choice, Choice::NONE);
}

#[test]
fn the_signal_overrules_an_explicit_yes() {
    for answer in [Answer::AcceptAll, Answer::Custom(Choice::ALL)] {
        for country in ["DE", "US", "KZ"] {
            let draft = draft(answer, &facts(country, true)).unwrap();
            assert!(draft.gpc && !draft.choice.marketing, "{answer:?} {country}");
            assert!(draft.choice.analytics, "{answer:?} {country}");
        }
    }
}

#[test]
fn the_signal_answers_only_where_it_binds() {
    let draft_at = |country, gpc| draft(Answer::Gpc, &facts(country, gpc));
    let honoured = draft_at("US", true).unwrap();
    assert_eq!(honoured.action, Action::Gpc);
    assert_eq!(honoured.choice, defaults(Regime::OptOut, true));
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
    let words = submission(Answer::AcceptAll);
    let draft = draft_choice(&words, &facts("DE", false), &manifest).unwrap();
    let analytics = Choice {
        analytics: true,
        ..Choice::NONE
    };
    assert_eq!(draft.choice, analytics);
}

#[test]
fn words_that_do_not_fit_the_site_are_refused() {
    let stale = Submission {
        revision: "00000000".to_owned(),
        ..submission(Answer::AcceptAll)
    };
    let foreign = Submission {
        locale: Locale::try_from("fr").unwrap(),
        ..submission(Answer::AcceptAll)
    };
    let facts = facts("DE", false);
    assert_eq!(
        draft_choice(&stale, &facts, &manifest()),
        Err(Refusal::StaleRevision)
    );
    assert_eq!(
        draft_choice(&foreign, &facts, &manifest()),
        Err(Refusal::UnknownLocale)
    );
}

#[test]
fn a_withdrawal_is_never_refused() {
    for (locale, kept) in [(Some("ru"), true), (Some("fr"), false), (None, false)] {
        let withdrawal = Withdrawal {
            id: EventId::from_random([1; 16]),
            locale: locale.and_then(|tag| Locale::try_from(tag).ok()),
            surface: Some(Surface::Choices),
        };
        let draft = draft_withdrawal(&withdrawal, &facts("DE", false), &manifest());
        assert_eq!(draft.choice, Choice::NONE);
        assert_eq!(draft.locale.is_some(), kept, "{locale:?}");
        assert_eq!(draft.text.is_some(), kept, "{locale:?}");
    }
}
