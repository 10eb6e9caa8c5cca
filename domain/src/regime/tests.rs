use super::*;
use std::collections::BTreeSet;

/// All codes of countries.
fn countries() -> impl Iterator<Item = &'static str> {
    include_str!("../countries.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}

/// What networks say when they have no country.
const PSEUDO: [&str; 16] = [
    "XX", "T1", "EU", "AP", "A1", "A2", "ZZ", "UK", "", " ", "null", "D", "DEU", "D€", "Д", "\0\0",
];

#[expect(
    clippy::disallowed_methods,
    reason = "what is no country is an unknown one"
)]
fn at(country: &str) -> VisitContext {
    VisitContext {
        country: Country::try_from(country).ok(),
        ..VisitContext::default()
    }
}

#[test]
fn every_country_of_the_world_has_its_regime() {
    // The 249 of ISO 3166-1, and Kosovo.
    let codes: BTreeSet<_> = countries().collect();
    assert_eq!((codes.len(), countries().count()), (250, 250));
    for code in codes {
        let expected = match code {
            "US" => Regime::OptOut,
            "KZ" => Regime::Notice,
            _ => Regime::OptIn,
        };
        assert!(Country::try_from(code).is_ok(), "{code}");
        assert_eq!(regime(&at(code), &[]), expected, "{code}");
    }
}

#[test]
fn the_table_has_each_country_once_and_thirty_states_of_the_economic_area() {
    let countries: BTreeSet<_> = ROWS.iter().map(|row| row.country).collect();
    assert_eq!(countries.len(), ROWS.len());
    let states: Vec<_> = ROWS.iter().filter(|row| row.is_in_economic_area).collect();
    assert_eq!(states.len(), 30);
    assert!(states.iter().all(|row| row.regime == Regime::OptIn));
}

#[test]
fn the_table_says_of_every_country_what_the_file_says() {
    let file: toml::Table = REGIMES_FILE.parse().unwrap();
    let rules = file["rule"].as_array().unwrap();
    let (usual, rules): (Vec<_>, Vec<_>) = rules
        .iter()
        .partition(|rule| rule.get("countries").is_none());
    let usual = usual[0];
    for code in countries() {
        let country = Country::try_from(code).unwrap();
        let named: Vec<_> = rules
            .iter()
            .filter(|rule| {
                let countries = rule["countries"].as_array().unwrap();
                countries.iter().any(|listed| listed.as_str() == Some(code))
            })
            .collect();
        assert!(named.len() < 2, "{code}");
        let rule = named.first().map_or(usual, |rule| rule);
        let value = |key: &str| rule.get(key);
        assert_eq!(
            value("regime").and_then(toml::Value::as_str),
            Some(default_regime(country).as_str()),
            "{code}"
        );
        let days = value("refusal_days").unwrap_or(&usual["refusal_days"]);
        assert_eq!(
            days.as_integer(),
            Some(min_refusal_days(Some(country)).into()),
            "{code}"
        );
        let is_in_area = value("economic_area").and_then(toml::Value::as_bool);
        assert_eq!(is_in_area == Some(true), is_in_economic_area(country));
    }
    for rule in rules {
        for country in rule["countries"].as_array().unwrap() {
            let code = country.as_str().unwrap();
            assert!(countries().any(|assigned| assigned == code), "{code}");
        }
    }
}

#[test]
fn who_refused_is_left_alone_for_half_a_year_and_in_the_united_states_for_a_year() {
    assert_eq!(min_refusal_days(at("US").country), 366);
    for code in countries().chain(PSEUDO).filter(|code| *code != "US") {
        assert_eq!(min_refusal_days(at(code).country), 184, "{code:?}");
    }
}

#[test]
fn what_is_not_a_country_denies() {
    for code in PSEUDO {
        assert_eq!(regime(&at(code), &[]), Regime::OptIn, "{code:?}");
    }
    assert_eq!(regime(&VisitContext::default(), &[]), Regime::OptIn);
}

#[test]
fn all_two_letter_codes_without_a_rule_deny() {
    for first in b'A'..=b'Z' {
        for second in b'A'..=b'Z' {
            let code = String::from_utf8(vec![first, second]).unwrap();
            let lighter = ["US", "KZ"].contains(&code.as_str());
            assert_eq!(regime(&at(&code), &[]) == Regime::OptIn, !lighter, "{code}");
        }
    }
}

#[test]
fn the_union_is_opt_in_whatever_the_country_says() {
    for code in countries().chain(PSEUDO) {
        let visit = VisitContext {
            is_eu: true,
            ..at(code)
        };
        assert_eq!(regime(&visit, &[]), Regime::OptIn, "{code:?}");
    }
}

#[test]
fn the_signal_never_changes_the_regime_and_always_denies_marketing() {
    for code in countries().chain(PSEUDO) {
        let visit = VisitContext {
            gpc: true,
            ..at(code)
        };
        assert_eq!(regime(&visit, &[]), regime(&at(code), &[]), "{code:?}");
        assert!(
            !default_choice(regime(&visit, &[]), true).marketing,
            "{code:?}"
        );
    }
    assert!(!apply_gpc(Choice::ALL, true).marketing);
    assert_eq!(apply_gpc(Choice::ALL, false), Choice::ALL);
}

#[test]
fn the_signal_leaves_the_other_categories_alone() {
    let choice = apply_gpc(Choice::ALL, true);
    assert!(choice.functional && choice.analytics);
}

#[test]
fn europe_outside_the_union_is_treated_as_germany() {
    let outside = "IS LI NO GB CH GI GG JE IM SJ BL PM WF PF NC TF AX";
    for code in outside.split_whitespace().chain(["XX", "T1", ""]) {
        assert_eq!(regime(&at(code), &[]), regime(&at("DE"), &[]), "{code:?}");
    }
}

#[test]
fn letter_case_of_a_country_does_not_matter() {
    for (lower, upper) in [("de", "DE"), ("us", "US"), ("kz", "KZ"), ("Us", "US")] {
        assert_eq!(at(lower), at(upper), "{lower}");
    }
}

/// The failures that were measured in another consent backend: in each of them everything was
/// granted, here nothing is (in the United States: no marketing).
#[test]
fn the_seven_known_failures_of_geography_deny_here() {
    let before_choice = |visit: VisitContext| default_choice(regime(&visit, &[]), visit.gpc);
    // 1. A Californian was in no jurisdiction at all; here the rules of the US apply, region known
    //    or not.
    assert_eq!(regime(&at("US"), &[]), Regime::OptOut);
    assert_eq!(regime(&in_region("US", "CA"), &[]), Regime::OptOut);
    // 2. Tor and unknown places. 3. Outermost regions, Åland. 4. Switzerland. 7. Quebec.
    for code in "T1 XX RE GP MQ GF YT MF AX CH CA".split_whitespace() {
        assert_eq!(before_choice(at(code)), Choice::NONE, "{code}");
    }
    // 5. Colorado with the signal.
    let colorado = VisitContext {
        gpc: true,
        ..at("US")
    };
    assert!(!before_choice(colorado).marketing);
    // 6. A header that claims another country: there is nowhere in `VisitContext` to put it. See
    //    the worker's tests.
}

#[test]
fn names_of_regimes_are_those_of_the_api() {
    for regime in Regime::ALL {
        let name = serde_json::to_string(&regime).unwrap();
        assert_eq!(name, format!("\"{}\"", regime.as_str()));
    }
}

#[test]
fn before_a_choice_each_regime_runs_what_its_rules_allow() {
    assert_eq!(default_choice(Regime::OptIn, false), Choice::NONE);
    assert_eq!(default_choice(Regime::OptOut, false), Choice::ALL);
    let notice = default_choice(Regime::Notice, false);
    assert!(notice.functional && !notice.analytics && !notice.marketing);
}

fn own(place: &str, regime: Regime) -> RegimeOverride {
    RegimeOverride {
        place: Place::try_from(place.to_owned()).unwrap(),
        regime,
        link_only: false,
    }
}

fn own_link(place: &str, regime: Regime) -> RegimeOverride {
    RegimeOverride {
        link_only: true,
        ..own(place, regime)
    }
}

fn in_region(country: &str, region: &str) -> VisitContext {
    VisitContext {
        region: Some(Region::try_from(region).unwrap()),
        ..at(country)
    }
}

#[test]
fn a_site_may_have_rules_of_its_own_for_a_country() {
    let rules = [own("US", Regime::OptIn), own("CA", Regime::Notice)];
    assert_eq!(regime(&at("US"), &rules), Regime::OptIn);
    assert_eq!(regime(&at("CA"), &rules), Regime::Notice);
    // The table stays total around them.
    for code in countries().chain(PSEUDO) {
        if !matches!(code, "US" | "CA") {
            assert_eq!(regime(&at(code), &rules), regime(&at(code), &[]), "{code}");
        }
    }
    // Nothing makes the Union lighter, and an unknown place has no rules of its own.
    let union = VisitContext {
        is_eu: true,
        ..at("DE")
    };
    assert_eq!(regime(&union, &[own("DE", Regime::OptOut)]), Regime::OptIn);
    for code in ["DE", "GR", "SE", "NO"] {
        let without_word = [own(code, Regime::Notice)];
        assert_eq!(regime(&at(code), &without_word), Regime::OptIn, "{code}");
    }
    // Halves of two states are none.
    assert_eq!(
        regime(&at("TB"), &[own("TB", Regime::Notice)]),
        Regime::Notice
    );
    assert_eq!(
        regime(&VisitContext::default(), &[own("XX", Regime::OptOut)]),
        Regime::OptIn
    );
}

#[test]
fn rules_for_a_state_come_before_those_for_its_country() {
    let rules = [
        own("US", Regime::Notice),
        own("US-CA", Regime::OptIn),
        own("US-TX", Regime::OptOut),
        own("CA-QC", Regime::Notice),
    ];
    for rules in [rules, [rules[3], rules[2], rules[1], rules[0]]] {
        for (visit, expected) in [
            (in_region("US", "CA"), Regime::OptIn),
            (in_region("US", "TX"), Regime::OptOut),
            (in_region("US", "NY"), Regime::Notice),
            (in_region("CA", "QC"), Regime::Notice),
            (in_region("CA", "ON"), Regime::OptIn),
            // A region of that name of another country.
            (in_region("MX", "CA"), Regime::OptIn),
            (in_region("KZ", "TX"), Regime::Notice),
        ] {
            assert_eq!(regime(&visit, &rules), expected, "{visit:?}");
        }
    }
    let california = [own("US-CA", Regime::OptIn)];
    assert_eq!(regime(&in_region("US", "TX"), &california), Regime::OptOut);
}

#[test]
fn where_the_region_is_unknown_the_strictest_rules_of_the_country_apply() {
    for (rules, expected) in [
        (vec![own("US-CA", Regime::OptIn)], Regime::OptIn),
        (vec![own("US-CA", Regime::Notice)], Regime::Notice),
        (vec![own("CA-QC", Regime::OptIn)], Regime::OptOut),
        (
            vec![own("US", Regime::OptIn), own("US-TX", Regime::OptOut)],
            Regime::OptIn,
        ),
        (
            vec![own("US", Regime::OptOut), own("US-CA", Regime::Notice)],
            Regime::Notice,
        ),
    ] {
        assert_eq!(regime(&at("US"), &rules), expected, "{rules:?}");
    }
    let link = [own_link("US-TX", Regime::OptOut)];
    assert!(link_only(&in_region("US", "TX"), &link));
    assert!(!link_only(&at("US"), &link));
}

#[test]
fn no_rules_for_a_region_make_the_economic_area_lighter() {
    let rules = [
        own_link("DE", Regime::OptOut),
        own_link("DE-BY", Regime::OptOut),
        own_link("NO-03", Regime::Notice),
        own_link("RE-RE", Regime::OptOut),
    ];
    let reunion = VisitContext {
        is_eu: true,
        ..in_region("RE", "RE")
    };
    for visit in [
        in_region("DE", "BY"),
        in_region("NO", "03"),
        at("DE"),
        reunion,
    ] {
        assert_eq!(regime(&visit, &rules), Regime::OptIn, "{visit:?}");
        assert!(!link_only(&visit, &rules), "{visit:?}");
    }
}

#[test]
fn the_link_alone_replaces_no_banner_that_asks_for_consent() {
    for regime in Regime::ALL {
        let rules = [own_link("US", regime), own("US-CA", Regime::OptOut)];
        let expected = regime != Regime::OptIn;
        assert_eq!(link_only(&in_region("US", "TX"), &rules), expected);
        assert!(!link_only(&in_region("US", "CA"), &rules));
        assert!(!link_only(&at("KZ"), &rules));
        assert!(!link_only(&VisitContext::default(), &rules));
    }
    assert!(!link_only(&at("US"), &[]));
}

#[test]
fn lighter_is_what_lets_more_run() {
    for one in Regime::ALL {
        for other in Regime::ALL {
            let more = |choice: Choice| {
                [choice.functional, choice.analytics, choice.marketing].map(u8::from)
            };
            let sum = |regime| more(default_choice(regime, false)).iter().sum::<u8>();
            assert_eq!(
                one.is_lighter_than(other),
                sum(one) > sum(other),
                "{one:?} {other:?}"
            );
        }
    }
}
