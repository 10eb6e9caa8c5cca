use super::*;
use crate::VecMap;
use crate::fixtures::{keys, manifest};
use proptest::prelude::*;

const ISSUED: Timestamp = Timestamp::from_seconds(1_795_167_000);

fn short(text: &str) -> ShortHash {
    ShortHash::try_from(text).unwrap()
}

/// Functional granted, marketing refused, one service granted and one refused.
fn stored() -> ConsentCookie {
    ConsentCookie {
        subject: Some(SubjectId::from([7; 16])),
        granted: Grants::from_fn(|category| {
            (category == Category::Functional).then(|| short("fun1"))
        }),
        refused: Choice {
            marketing: true,
            ..Choice::NONE
        },
        dismissed: Some(Regime::Notice),
        exceptions: vec![
            Exception {
                service: short("cou0"),
                granted: None,
            },
            Exception {
                service: short("vid1"),
                granted: Some(20_783),
            },
        ],
        granted_at: Timestamp::from_seconds(1_795_000_000),
        refused_at: ISSUED,
        issued: ISSUED,
        is_version_1: false,
    }
}

fn sign(cookie: &ConsentCookie) -> String {
    cookie.sign("cap.kz", &keys()).unwrap()
}

fn verify(value: &str) -> Option<ConsentCookie> {
    ConsentCookie::verify(value, &manifest(), &keys())
}

fn find(header: &str) -> StoredConsent {
    ConsentCookie::find(header, &manifest(), &keys())
}

/// A value of version 1, which nobody writes any more.
fn version_1(fields: &str) -> String {
    let value = format!("1.BwcHBwcHBwcHBwcHBwcHBw.{fields}.tosnq0");
    keys().sign("kelisim.cookie/1", "cap.kz", &value).unwrap()
}

/// The format is a contract with the page's script and with cookies in visitors' browsers: this
/// text must not change.
#[test]
fn the_format_is_as_documented() {
    let value = sign(&stored());
    assert_eq!(
        value,
        "2.BwcHBwcHBwcHBwcHBwcHBw.141.fun1.cou0000vid1g1b.top2v4..tosnq0.1.jAHxtQbzc5CUBdJYOvLe9Q"
    );
    assert_eq!(verify(&value), Some(stored()));
}

#[test]
fn what_an_erasure_leaves_tells_no_browser_from_another() {
    let refusal = ConsentCookie::refusal(ISSUED);
    let value = sign(&refusal);
    assert!(value.starts_with("2.-.7.tosnq0.1."), "{value}");
    let found = verify(&value).unwrap();
    assert_eq!(found, refusal);
    assert_eq!((found.subject, found.refused), (None, Choice::ALL));
}

/// The text is of the release that wrote version 1.
#[test]
fn version_1_is_read_with_the_scopes_of_its_revision() {
    let value = "1.BwcHBwcHBwcHBwcHBwcHBw.aB3-_xYz.5.tosnq0.1.WGeENSYo0oX8B4VVTEPWOg";
    let found = verify(value).unwrap();
    assert_eq!(found.subject, Some(SubjectId::from([7; 16])));
    assert_eq!(
        found.granted.scope(Category::Functional),
        Some(short("fun1"))
    );
    assert_eq!(found.granted.scope(Category::Analytics), None);
    assert_eq!(
        found.granted.scope(Category::Marketing),
        Some(short("mar1"))
    );
    let analytics = Choice {
        analytics: true,
        ..Choice::NONE
    };
    assert_eq!((found.refused, found.issued), (analytics, ISSUED));
}

#[test]
fn an_unknown_revision_keeps_refusals_and_no_grant() {
    let found = verify(&version_1("00000000.45")).unwrap();
    let functional = Choice {
        functional: true,
        ..Choice::NONE
    };
    assert_eq!(found.refused, functional);
    assert_eq!(
        found.granted.scope(Category::Marketing),
        Some(ShortHash::UNKNOWN)
    );
    // Renewed in version 2 it stays so.
    let renewed = ConsentCookie {
        is_version_1: false,
        ..found.clone()
    };
    assert_eq!(verify(&sign(&found)), Some(renewed));
}

#[test]
fn a_content_that_contradicts_itself_is_not_written() {
    let contradictions = [
        ConsentCookie {
            refused: Choice::ALL,
            ..stored()
        },
        ConsentCookie {
            dismissed: Some(Regime::OptIn),
            ..stored()
        },
        ConsentCookie {
            exceptions: vec![stored().exceptions[0]; MAX_EXCEPTIONS + 1],
            ..stored()
        },
    ];
    for contradiction in contradictions {
        assert_eq!(
            contradiction.sign("cap.kz", &keys()),
            None,
            "{contradiction:?}"
        );
    }
}

/// Signed as the worker would, had it made a mistake.
#[test]
fn a_content_has_one_spelling() {
    let start = "2.BwcHBwcHBwcHBwcHBwcHBw.";
    for fields in [
        "141.fun1.cou0000vid1g1b.top2v4..tosnq",
        "141.fun1.cou0000vid1g1b.top2v4.tosnq0.tosnq0",
        "141.fun1.vid1g1bcou0000.top2v4..tosnq0",
        "141.fun1.cou0000cou0000.top2v4..tosnq0",
        "141.fun1.cou0000.top2v4..0tosnq0",
        "141.fun1.cou000.top2v4..tosnq0",
        "141.fun1.cou000A.top2v4..tosnq0",
        "141.fun1.~~~~000.top2v4..tosnq0",
        "141..cou0000.top2v4..tosnq0",
        "141.fun1mar1.cou0000.top2v4..tosnq0",
        "151.fun1.cou0000.top2v4..tosnq0",
        "143.fun1.cou0000.top2v4..tosnq0",
        "14.fun1.cou0000.top2v4..tosnq0",
        "141.fun1.cou0000.top2v4..tosnq0.x",
    ] {
        let value = format!("{start}{fields}");
        let signed = keys().sign("kelisim.cookie/2", "cap.kz", &value).unwrap();
        // The first one is right.
        assert_eq!(
            verify(&signed).is_some(),
            fields.ends_with(".tosnq"),
            "{fields}"
        );
    }
}

#[test]
fn name_and_value_stay_within_200_bytes() {
    let exception = |number: usize| Exception {
        service: short(&format!("a{number:03}")),
        granted: Some(Exception::LAST_DAY),
    };
    let long = ConsentCookie {
        granted: Grants::from_fn(|_| Some(short("abcd"))),
        refused: Choice::NONE,
        exceptions: (0..MAX_EXCEPTIONS).map(exception).collect(),
        // Seven digits of base 36 are enough until the year 4453.
        granted_at: Timestamp::from_seconds(36_i64.pow(7) - 1),
        refused_at: Timestamp::from_seconds(36_i64.pow(7) - 2),
        issued: Timestamp::from_seconds(36_i64.pow(7) - 3),
        ..stored()
    };
    let keys = Keys::parse(&format!("999:{}", "1".repeat(64))).unwrap();
    let value = long.sign("cap.kz", &keys).unwrap();
    let length = COOKIE_NAME.len() + 1 + value.len();
    assert!(length <= 200, "{length}: {value}");
}

#[test]
fn every_changed_character_breaks_the_signature() {
    let value = sign(&stored());
    for index in 0..value.len() {
        for replacement in [b'0', b'1', b'A', b'.', b' '] {
            let mut bytes = value.clone().into_bytes();
            if bytes[index] == replacement {
                continue;
            }
            bytes[index] = replacement;
            let forged = String::from_utf8(bytes).unwrap();
            assert_eq!(verify(&forged), None, "{forged}");
        }
    }
}

#[test]
fn a_cookie_of_another_site_is_worth_nothing() {
    let foreign = stored().sign("smartustaz.kz", &keys()).unwrap();
    assert_eq!(verify(&foreign), None);
    assert_eq!(
        find(&format!("{COOKIE_NAME}={foreign}")),
        StoredConsent::Missing
    );
}

#[test]
fn of_the_cookies_of_one_browser_the_last_counts() {
    let old = sign(&stored());
    let newer = ConsentCookie {
        issued: Timestamp::from_seconds(1_795_167_001),
        ..stored()
    };
    let new = sign(&newer);
    for header in [
        format!("{COOKIE_NAME}={new}; {COOKIE_NAME}={old}"),
        format!("a=b; {COOKIE_NAME}={old};{COOKIE_NAME}={new}; c"),
        format!("{COOKIE_NAME}=broken; {COOKIE_NAME}={new}"),
    ] {
        assert_eq!(
            find(&header),
            StoredConsent::Found(newer.clone()),
            "{header}"
        );
    }
    for header in [
        String::new(),
        format!("x{COOKIE_NAME}={new}"),
        format!("{COOKIE_NAME}x={new}"),
        format!("{COOKIE_NAME}=\"{new}\""),
        COOKIE_NAME.to_owned(),
    ] {
        assert_eq!(find(&header), StoredConsent::Missing, "{header}");
    }
}

#[test]
fn of_two_answers_of_one_second_the_stricter_counts() {
    let no = ConsentCookie {
        granted: Grants::default(),
        ..stored()
    };
    let values = [sign(&stored()), sign(&no)];
    for [first, second] in [[0, 1], [1, 0]] {
        let header = format!(
            "{COOKIE_NAME}={}; {COOKIE_NAME}={}",
            values[first], values[second]
        );
        assert_eq!(find(&header), StoredConsent::Found(no.clone()));
    }
}

#[test]
fn junk_neither_hides_nor_replaces_a_cookie() {
    let good = sign(&stored());
    let forged = good.replace("BwcH", "CwcH");
    let foreign = stored().sign("smartustaz.kz", &keys()).unwrap();
    for junk in ["1".to_owned(), forged, foreign, good.repeat(20)] {
        for header in [
            format!(
                "{}{COOKIE_NAME}={good}",
                format!("{COOKIE_NAME}={junk}; ").repeat(100)
            ),
            format!("{COOKIE_NAME}={good}; {COOKIE_NAME}={junk}"),
        ] {
            assert_eq!(find(&header), StoredConsent::Found(stored()), "{junk}");
        }
    }
}

#[test]
fn of_the_cookies_of_two_browsers_none_counts_and_every_refusal_does() {
    let planted = ConsentCookie {
        subject: Some(SubjectId::from([9; 16])),
        granted: Grants::from_fn(|_| Some(short("abcd"))),
        refused: Choice::NONE,
        issued: Timestamp::from_seconds(1_795_167_001),
        ..stored()
    };
    let erased = ConsentCookie::refusal(ISSUED);
    for other in [&planted, &erased] {
        let header = format!(
            "{COOKIE_NAME}={}; {COOKIE_NAME}={}",
            sign(&stored()),
            sign(other)
        );
        let StoredConsent::Conflict(found) = find(&header) else {
            panic!("two browsers: {header}");
        };
        assert_eq!(found.refused, stored().refused.or(other.refused));
        assert_eq!(
            (found.subject, found.granted.choice()),
            (None, Choice::NONE)
        );
        // The companion names the browser, and no other host can set it.
        let name = SubjectId::from([7; 16]);
        let companion = sign_subject(&name, "cap.kz", &keys()).unwrap();
        let header = format!("{header}; {SUBJECT_COOKIE_NAME}={companion}");
        assert_eq!(find(&header), StoredConsent::Found(stored()));
    }
    let foreign = sign_subject(&SubjectId::from([8; 16]), "cap.kz", &keys()).unwrap();
    let header = format!(
        "{COOKIE_NAME}={}; {SUBJECT_COOKIE_NAME}={foreign}",
        sign(&planted)
    );
    assert!(
        matches!(find(&header), StoredConsent::Conflict(_)),
        "{header}"
    );
}

#[test]
fn a_companion_counts_only_if_it_is_signed() {
    let subject = SubjectId::from([7; 16]);
    let value = sign_subject(&subject, "cap.kz", &keys()).unwrap();
    let read =
        |value: &str| companion(&format!("{SUBJECT_COOKIE_NAME}={value}"), "cap.kz", &keys());
    assert_eq!(read(&value), Some(subject));
    assert_eq!(read(&value.replacen("Bw", "Cw", 1)), None);
    assert_eq!(read(&subject.to_string()), None);
    // The MAC of the consent cookie is of another context.
    assert_eq!(read(&sign(&stored())), None);
    let elsewhere = companion(
        &format!("{SUBJECT_COOKIE_NAME}={value}"),
        "smartustaz.kz",
        &keys(),
    );
    assert_eq!(elsewhere, None);
}

#[test]
fn only_cookies_of_this_site_are_own() {
    let own = sign(&stored());
    let foreign = stored().sign("smartustaz.kz", &keys()).unwrap();
    let are_own = |header: &str| has_only_own_cookies(header, &manifest(), &keys());
    assert!(are_own(&format!("a=b; {COOKIE_NAME}={own}")));
    assert!(!are_own("a=b"));
    assert!(!are_own(&format!(
        "{COOKIE_NAME}={own}; {COOKIE_NAME}={foreign}"
    )));
}

prop_compose! {
    fn any_cookie()(
        subject: [u8; 16],
        granted in 0_u8..8,
        refused in 0_u8..8,
        dismissed in prop::sample::select(vec![None, Some(Regime::Notice), Some(Regime::OptOut)]),
        exceptions in prop::collection::btree_set(("[A-Za-z0-9_-]{4}", prop::option::of(1..=Exception::LAST_DAY)), 0..=MAX_EXCEPTIONS),
        scope in "[A-Za-z0-9_-]{4}",
        times in prop::array::uniform3(0_i64..=253_402_300_799),
    ) -> ConsentCookie {
        let bits = |digit: u8| Choice {
            functional: digit & 1 != 0,
            analytics: digit & 2 != 0,
            marketing: digit & 4 != 0,
        };
        let [granted_at, refused_at, issued] = times.map(Timestamp::from_seconds);
        ConsentCookie {
            subject: Some(SubjectId::from(subject)),
            granted: Grants::from_fn(|category| bits(granted).grants(category).then(|| short(&scope))),
            refused: bits(refused).without(bits(granted)),
            dismissed,
            exceptions: exceptions
                .into_iter()
                .map(|(service, granted)| Exception { service: short(&service), granted })
                .collect(),
            granted_at,
            refused_at,
            issued,
            is_version_1: false,
        }
    }
}

proptest! {
    #[test]
    fn every_content_survives_the_way_through_a_cookie(cookie in any_cookie(), site in "[a-z]{1,20}\\.kz") {
        let manifest = Manifest { site, revisions: VecMap::from_iter([]), ..manifest() };
        let value = cookie.sign(&manifest.site, &keys()).unwrap();
        let read = ConsentCookie::verify(&value, &manifest, &keys());
        prop_assert_eq!(read, Some(cookie));
    }

    #[test]
    fn no_header_makes_the_reader_fail(header in "\\PC{0,200}") {
        prop_assert_eq!(find(&header), StoredConsent::Missing);
    }

    /// A real cookie with a piece of it replaced, in a header with pieces of others around it.
    #[test]
    fn a_corrupted_cookie_is_valid_only_if_the_change_undoes_itself(
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        piece in prop::sample::select(vec!["", ".", "..", "=", ";", "; ", "2.", "\u{0}", "kelisim_cc_cookie=", "ғ", "_", "AAAAAAAAAAAAAAAAAAAAAA", "zzzzzzzz", "\""]),
        before in "[a-z=;. ]{0,20}",
        after in "[a-z=;. ]{0,20}",
    ) {
        let value = sign(&stored());
        let at = at.index(value.len());
        let end = value.len().min(at + length);
        let corrupted = format!("{}{piece}{}", value.get(..at).unwrap(), value.get(end..).unwrap());
        let header = format!("{before}; {COOKIE_NAME}={corrupted};{after}");
        if find(&header) != StoredConsent::Missing {
            prop_assert!(header.contains(&value), "{header}");
        }
        prop_assert_eq!(verify(&corrupted).is_some(), corrupted == value);
    }

    /// Fields that nobody would write, behind a MAC that is right.
    #[test]
    fn no_signed_content_makes_the_reader_fail(
        version in prop::sample::select(vec!["1", "2", "3"]),
        content in "(\\.[-A-Za-z0-9~_ғ]{0,24}){0,10}",
    ) {
        let value = format!("{version}{content}");
        let signed = keys().sign(&format!("kelisim.cookie/{version}"), "cap.kz", &value).unwrap();
        if let Some(cookie) = verify(&signed) {
            prop_assert!(cookie.sign("cap.kz", &keys()).is_some());
        }
    }

    #[test]
    fn no_value_without_the_key_is_believed(value in "(1(\\.[A-Za-z0-9_-]{0,22}){6}|2\\.-\\.7(\\.[A-Za-z0-9_-]{0,22}){3}|2(\\.[A-Za-z0-9_-]{0,22}){9})") {
        prop_assert_eq!(verify(&value), None);
    }
}
