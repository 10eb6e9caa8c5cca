use super::*;
use proptest::prelude::*;

const OLD: &str = "1:1111111111111111111111111111111111111111111111111111111111111111";
const NEW: &str = "2:2222222222222222222222222222222222222222222222222222222222222222";

fn keys(text: &str) -> Keys {
    Keys::parse(text).unwrap()
}

fn stored() -> ConsentCookie {
    ConsentCookie {
        source: Some(Source {
            subject: SubjectId::from([7; 16]),
            revision: "aB3-_xYz".to_owned(),
        }),
        choice: Choice {
            functional: true,
            analytics: false,
            marketing: true,
        },
        answered: Choice::ALL,
        issued: Timestamp::from_seconds(1_795_167_000),
    }
}

/// The format is a contract with the page's script and with cookies in visitors' browsers: this
/// text must not change.
#[test]
fn the_format_is_as_documented() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    assert_eq!(
        value,
        "1.BwcHBwcHBwcHBwcHBwcHBw.aB3-_xYz.5.tosnq0.1.WGeENSYo0oX8B4VVTEPWOg"
    );
}

#[test]
fn a_choice_of_some_categories_says_which_were_answered() {
    let some = ConsentCookie {
        choice: Choice {
            marketing: true,
            ..Choice::NONE
        },
        answered: Choice {
            analytics: false,
            ..Choice::ALL
        },
        ..stored()
    };
    let value = some.sign("cap.kz", &keys(OLD)).unwrap();
    assert!(value.contains(".aB3-_xYz.45.tosnq0."), "{value}");
    assert_eq!(
        ConsentCookie::verify(&value, "cap.kz", &keys(OLD)),
        Some(some.clone())
    );
    assert_eq!(
        some.refused(),
        Choice {
            functional: true,
            ..Choice::NONE
        }
    );
    let nonsense = ConsentCookie {
        answered: Choice::NONE,
        ..some
    };
    assert_eq!(nonsense.sign("cap.kz", &keys(OLD)), None);
}

#[test]
fn what_an_erasure_leaves_tells_no_browser_from_another() {
    let refusal = ConsentCookie::refusal(Timestamp::from_seconds(1_795_167_000));
    let value = refusal.sign("cap.kz", &keys(OLD)).unwrap();
    assert!(value.starts_with("2.-.7.tosnq0.1."), "{value}");
    let found = ConsentCookie::verify(&value, "cap.kz", &keys(OLD)).unwrap();
    assert_eq!(found, refusal);
    assert_eq!((found.subject(), found.refused()), (None, Choice::ALL));
    assert_eq!(
        ConsentCookie::verify(&value, "smartustaz.kz", &keys(OLD)),
        None
    );
    assert_eq!(
        ConsentCookie::verify(&value.replace("2.-", "1.-"), "cap.kz", &keys(OLD)),
        None
    );
}

#[test]
fn of_two_choices_of_one_second_the_stricter_counts() {
    let yes = ConsentCookie {
        choice: Choice::ALL,
        ..stored()
    };
    let no = ConsentCookie {
        choice: Choice::NONE,
        ..stored()
    };
    let [yes, no] = [yes, no].map(|one| one.sign("cap.kz", &keys(OLD)).unwrap());
    for header in [
        format!("{COOKIE_NAME}={yes}; {COOKIE_NAME}={no}"),
        format!("{COOKIE_NAME}={no}; {COOKIE_NAME}={yes}"),
    ] {
        let found = ConsentCookie::find(&header, "cap.kz", &keys(OLD)).unwrap();
        assert_eq!(found.choice, Choice::NONE, "{header}");
    }
}

#[test]
fn what_was_signed_is_read_back() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    assert_eq!(
        ConsentCookie::verify(&value, "cap.kz", &keys(OLD)),
        Some(stored())
    );
}

#[test]
fn name_and_value_stay_within_a_hundred_bytes() {
    let late = ConsentCookie {
        issued: Timestamp::from_millis(i64::MAX),
        ..stored()
    };
    let value = late
        .sign("cap.kz", &keys(&OLD.replacen('1', "999", 1)))
        .unwrap();
    assert!(COOKIE_NAME.len() + 1 + value.len() <= 100, "{value}");
}

#[test]
fn every_changed_character_breaks_the_signature() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    for index in 0..value.len() {
        for replacement in [b'0', b'1', b'A', b'.', b' '] {
            let mut bytes = value.clone().into_bytes();
            if bytes[index] == replacement {
                continue;
            }
            bytes[index] = replacement;
            let forged = String::from_utf8(bytes).unwrap();
            assert_eq!(
                ConsentCookie::verify(&forged, "cap.kz", &keys(OLD)),
                None,
                "{forged}"
            );
        }
    }
}

#[test]
fn a_shorter_signature_is_none() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    for cut in 1..=22 {
        let forged = value.get(..value.len() - cut).unwrap();
        assert_eq!(
            ConsentCookie::verify(forged, "cap.kz", &keys(OLD)),
            None,
            "{forged}"
        );
    }
}

#[test]
fn a_cookie_of_another_site_is_worth_nothing() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    assert_eq!(
        ConsentCookie::verify(&value, "smartustaz.kz", &keys(OLD)),
        None
    );
}

#[test]
fn keys_rotate_without_losing_a_choice() {
    let before = stored().sign("cap.kz", &keys(OLD)).unwrap();
    let both = keys(&format!("{NEW},{OLD}"));
    assert_eq!(
        ConsentCookie::verify(&before, "cap.kz", &both),
        Some(stored())
    );
    let after = stored().sign("cap.kz", &both).unwrap();
    assert!(after.contains(".2."), "the first key signs: {after}");
    assert_eq!(ConsentCookie::verify(&after, "cap.kz", &keys(OLD)), None);
    assert_eq!(ConsentCookie::verify(&before, "cap.kz", &keys(NEW)), None);
}

#[test]
fn malformed_keys_are_refused_and_never_printed() {
    let short = OLD.strip_suffix('1').unwrap();
    for bad in [
        "".to_owned(),
        "1".to_owned(),
        short.to_owned(),
        format!("{OLD},"),
        format!("{OLD},{OLD}"),
        format!("x{OLD}"),
        OLD.replace(':', ""),
        OLD.replacen('1', "", 1),
        OLD.replacen('1', "1000", 1),
    ] {
        assert!(Keys::parse(&bad).is_err(), "{bad}");
    }
    assert!(Keys::parse(&format!(" {NEW} ,\n{OLD}\n")).is_ok());
    assert_eq!(format!("{:?}", keys(OLD)), "Keys(1)");
}

#[test]
fn the_last_valid_cookie_of_a_header_counts() {
    let old = stored().sign("cap.kz", &keys(OLD)).unwrap();
    let newer = ConsentCookie {
        choice: Choice::NONE,
        issued: Timestamp::from_seconds(1_795_167_001),
        ..stored()
    };
    let new = newer.sign("cap.kz", &keys(OLD)).unwrap();
    for header in [
        format!("{COOKIE_NAME}={new}; {COOKIE_NAME}={old}"),
        format!("a=b; {COOKIE_NAME}={old};{COOKIE_NAME}={new}; c"),
        format!("{COOKIE_NAME}=broken; {COOKIE_NAME}={new}"),
    ] {
        let found = ConsentCookie::find(&header, "cap.kz", &keys(OLD));
        assert_eq!(found, Some(newer.clone()), "{header}");
    }
    for header in [
        String::new(),
        format!("x{COOKIE_NAME}={new}"),
        format!("{COOKIE_NAME}x={new}"),
        format!("{COOKIE_NAME}=\"{new}\""),
        COOKIE_NAME.to_owned(),
    ] {
        assert_eq!(
            ConsentCookie::find(&header, "cap.kz", &keys(OLD)),
            None,
            "{header}"
        );
    }
}

#[test]
fn a_flood_of_cookies_costs_a_bounded_number_of_hashes() {
    let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
    let flood = format!("{COOKIE_NAME}=1; ").repeat(MAX_CANDIDATES);
    let header = format!("{flood}{COOKIE_NAME}={value}");
    assert_eq!(ConsentCookie::find(&header, "cap.kz", &keys(OLD)), None);
}

proptest! {
    #[test]
    fn every_content_survives_the_way_through_a_cookie(
        subject: [u8; 16],
        revision in "[A-Za-z0-9_-]{8}",
        bits in 0_u8..8,
        answered in 0_u8..8,
        seconds in 0_i64..=253_402_300_799,
        site in "[a-z]{1,20}\\.kz",
    ) {
        let cookie = ConsentCookie {
            source: Some(Source { subject: SubjectId::from(subject), revision }),
            choice: from_digit(b'0' + (bits & answered)).unwrap(),
            answered: from_digit(b'0' + answered).unwrap(),
            issued: Timestamp::from_seconds(seconds),
        };
        let value = cookie.sign(&site, &keys(OLD)).unwrap();
        prop_assert_eq!(ConsentCookie::verify(&value, &site, &keys(OLD)), Some(cookie));
    }

    #[test]
    fn no_header_makes_the_reader_fail(header in "\\PC{0,200}") {
        prop_assert_eq!(ConsentCookie::find(&header, "cap.kz", &keys(OLD)), None);
    }

    /// A real cookie with a piece of it replaced, in a header with pieces of others around it.
    #[test]
    fn a_corrupted_cookie_is_valid_only_if_the_change_undoes_itself(
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        piece in prop::sample::select(vec!["", ".", "..", "=", ";", "; ", "1.", "\u{0}", "kelisim_cc_cookie=", "ғ", "_", "AAAAAAAAAAAAAAAAAAAAAA", "zzzzzzzz", "\""]),
        before in "[a-z=;. ]{0,20}",
        after in "[a-z=;. ]{0,20}",
    ) {
        let value = stored().sign("cap.kz", &keys(OLD)).unwrap();
        let at = at.index(value.len());
        let end = value.len().min(at + length);
        let corrupted = format!("{}{piece}{}", value.get(..at).unwrap(), value.get(end..).unwrap());
        let header = format!("{before}; {COOKIE_NAME}={corrupted};{after}");
        if let Some(found) = ConsentCookie::find(&header, "cap.kz", &keys(OLD)) {
            prop_assert_eq!(found, stored());
            prop_assert!(header.contains(&value), "{header}");
        }
        prop_assert_eq!(ConsentCookie::verify(&corrupted, "cap.kz", &keys(OLD)).is_some(), corrupted == value);
    }

    #[test]
    fn no_value_without_the_key_is_believed(value in "(1(\\.[A-Za-z0-9_-]{0,22}){6}|2\\.-\\.7(\\.[A-Za-z0-9_-]{0,22}){3})") {
        prop_assert_eq!(ConsentCookie::verify(&value, "cap.kz", &keys(OLD)), None);
    }
}
