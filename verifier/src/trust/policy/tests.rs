use super::*;
use ed25519_dalek::SigningKey;

fn key(name: &str, kind: KeyKind, seed: u8) -> String {
    let key = VerifierKey {
        name: name.to_owned(),
        kind,
        key: SigningKey::from_bytes(&[seed; 32])
            .verifying_key()
            .to_bytes(),
    };
    key.to_string()
}

/// Lines that define the witnesses a to e.
fn witnesses() -> String {
    let line = |(name, seed)| format!("witness {name} {}\n", key(name, KeyKind::Cosigner, seed));
    ["a", "b", "c", "d", "e"]
        .into_iter()
        .zip(1..)
        .map(line)
        .collect()
}

fn is_met(rules: &str, cosigners: &[&str]) -> bool {
    let policy = Policy::parse(format!("{}{rules}", witnesses()).as_bytes());
    policy.unwrap().is_met_by(cosigners)
}

#[track_caller]
fn refused(rules: &str, why: &str) {
    let message = Policy::parse(format!("{}{rules}", witnesses()).as_bytes()).unwrap_err();
    assert!(message.contains(why), "{message}");
}

/// The example of the specification: two of one group and any of another.
#[test]
fn groups_count_witnesses_and_groups() {
    let rules = "group X 2 a b c\ngroup Y any d e\ngroup X-and-Y all X Y\nquorum X-and-Y\n";
    for (cosigners, expected) in [
        (&["a", "b", "d"][..], true),
        (&["a", "c", "e", "b"], true),
        (&["a", "d", "e"], false),
        (&["a", "b", "c"], false),
        (&["a", "a", "d"], false),
        (&[], false),
    ] {
        assert_eq!(is_met(rules, cosigners), expected, "{cosigners:?}");
    }
    assert!(is_met("quorum c", &["c"]) && !is_met("quorum c", &["a"]));
    assert!(is_met("quorum none", &[]));
}

#[test]
fn the_form_is_that_of_the_specification() {
    assert!(is_met(
        " \t# a comment \u{49b}\n\n\t group  X\t1  a\n  quorum X  ",
        &["a"]
    ));
    // Names are bytes.
    let bytes = [witnesses().as_bytes(), b"group \xff any a\nquorum \xff\n"].concat();
    assert!(Policy::parse(&bytes).unwrap().is_met_by(&["a"]));
    refused("", "no line `quorum`");
    refused("quorum none\nquorum none", "second line `quorum`");
    refused(
        "quorum X\ngroup X any a",
        "line 6: no line above defines `X`",
    );
    refused("group X any a\nquorum X\r\n", "control characters");
    refused("group X 0 a\nquorum X", "demands");
    refused("group X 2 a\nquorum X", "demands");
    refused("group X 01 a\nquorum X", "demands");
    refused("group X any\nquorum X", "demands");
    refused("group X any a a\nquorum X", "member twice");
    refused("group X any a\ngroup Y any a\nquorum Y", "member twice");
    refused("group a any b\nquorum a", "is taken");
    refused("group none any b\nquorum none", "is taken");
    refused("group X any none\nquorum X", "no line above defines `none`");
    refused("delay 5\nquorum none", "`delay` is none of");
    refused("quorum none extra", "is none of");
    let group = |number| {
        format!(
            "group x{number} any {}\n",
            if number == 0 {
                "a".to_owned()
            } else {
                format!("x{}", number - 1)
            }
        )
    };
    let many = |count| (0..count).map(group).collect::<String>() + "quorum none\n";
    assert!(is_met(&many(994), &[]));
    refused(&many(995), "at most 1000 lines");
}

#[test]
fn keys_are_listed_once_and_are_of_their_type() {
    let log = |seed| format!("log {}\n", key("cap.kz/log", KeyKind::Log, seed));
    let policy = Policy::parse(format!("{}{}quorum none", log(7), log(8)).as_bytes()).unwrap();
    assert_eq!(policy.log_keys("cap.kz/log").count(), 2);
    assert_eq!(policy.log_keys("cap.kz").count(), 0);
    refused(&format!("{}{}quorum none", log(7), log(7)), "listed twice");
    let again = key("other", KeyKind::Cosigner, 1);
    refused(&format!("witness f {again}\nquorum f"), "listed twice");
    let same_name = key("a", KeyKind::Cosigner, 9);
    refused(&format!("witness f {same_name}\nquorum f"), "listed twice");
    refused(
        &format!("witness f {}\nquorum f", key("f", KeyKind::Log, 9)),
        "type",
    );
    refused(
        &format!("log {}\nquorum none", key("f", KeyKind::Cosigner, 9)),
        "type",
    );
    refused("log cap.kz/log\nquorum none", "a key is written as");
    // The neutral element: its holder can sign anything for anybody.
    let weak = VerifierKey {
        name: "f".to_owned(),
        kind: KeyKind::Cosigner,
        key: [&[1_u8][..], &[0; 31]].concat().try_into().unwrap(),
    };
    refused(&format!("witness f {weak}\nquorum f"), "anybody can sign");
}
