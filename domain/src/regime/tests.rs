use super::*;
use std::collections::BTreeSet;

/// ISO 3166-1 alpha-2, all 249 officially assigned codes.
const ISO: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW \
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
    KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC \
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ \
    VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// What networks say when they have no country.
const PSEUDO: [&str; 16] = [
    "XX", "T1", "EU", "AP", "A1", "A2", "ZZ", "XK", "", " ", "null", "D", "DEU", "D€", "Д", "\0\0",
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
    let codes: Vec<_> = ISO.split_whitespace().collect();
    assert_eq!(codes.len(), 249);
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
    // The compiler leaves no line out.
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let lines = str::from_utf8(FILE).unwrap().lines().filter(is_row);
    let parsed: Option<Vec<_>> = lines.map(|line| parse_row(line.as_bytes())).collect();
    assert_eq!(parsed.unwrap(), ROWS);
}

#[test]
fn a_broken_line_of_the_table_is_no_row() {
    let broken = "US|US |US opt_in|US opt-out|US opt_out |us opt_out|USA opt_out| US opt_out|\
        US\topt_out|US opt_out\r|U\u{1f1} eea|eea|AT eea # EU";
    for line in broken.split('|') {
        assert_eq!(parse_row(line.as_bytes()), None, "{line:?}");
        let file = format!("KZ notice\n{line}\n");
        let outcome = std::panic::catch_unwind(|| rows::<2>(file.as_bytes()));
        assert!(outcome.is_err(), "{line:?}");
    }
    assert_eq!(rows::<1>(b"# A comment.\n\nKZ notice").1, 1);
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
    for code in ISO.split_whitespace().chain(PSEUDO) {
        let visit = VisitContext {
            is_eu: true,
            ..at(code)
        };
        assert_eq!(regime(&visit, &[]), Regime::OptIn, "{code:?}");
    }
}

#[test]
fn the_signal_never_changes_the_regime_and_always_denies_marketing() {
    for code in ISO.split_whitespace().chain(PSEUDO) {
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
fn only_the_value_one_is_the_signal() {
    for (header, expected) in [
        (Some("1"), true),
        (Some("1, 1"), true),
        (Some("0, 1"), true),
        (Some("0"), false),
        (Some("true"), false),
        (Some("11"), false),
        (Some("1;q=1"), false),
        (Some(""), false),
        (None, false),
    ] {
        assert_eq!(gpc_signal(header), expected, "{header:?}");
    }
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

#[test]
fn a_site_may_have_rules_of_its_own_for_a_country() {
    let own = |country: &str, regime: Regime| RegimeOverride {
        country: Country::try_from(country).unwrap(),
        regime,
    };
    let rules = [own("US", Regime::OptIn), own("CA", Regime::Notice)];
    assert_eq!(regime(&at("US"), &rules), Regime::OptIn);
    assert_eq!(regime(&at("CA"), &rules), Regime::Notice);
    // The table stays total around them.
    for code in ISO.split_whitespace().chain(PSEUDO) {
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
