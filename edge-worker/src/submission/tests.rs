mod properties;

use super::*;
use crate::fixtures::manifest;
use serde_json::{Value, json};

fn id() -> EventId {
    EventId::from_random([9; 16])
}

fn body() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "revision": "aB3-_xYz",
        "locale": "kk",
        "surface": "banner",
        "action": "custom",
        "choice": {"functional": true, "analytics": true, "marketing": false},
    })
}

fn custom<const N: usize>(choice: Choice, services: [(&str, bool); N]) -> Answer {
    let services = services.map(|(id, is_allowed)| (id.to_owned(), is_allowed));
    Answer::Custom(choice, VecMap::from_iter(services))
}

/// The body with one field set to another value; `Null` takes the field away.
fn with(field: &str, value: Value) -> Value {
    let mut body = body();
    let object = body.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(field);
    } else {
        object.insert(field.to_owned(), value);
    }
    body
}

fn status(body: &Value) -> u16 {
    match from_json(body.to_string().as_bytes(), &manifest()) {
        Ok(_) => 200,
        Err(rejection) => rejection.status().0,
    }
}

#[test]
fn a_choice_is_read_from_json() {
    let words = from_json(body().to_string().as_bytes(), &manifest()).unwrap();
    assert_eq!(words.secret, None);
    let words = words.submission;
    assert_eq!(words.id.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_eq!(words.surface, Surface::Banner);
    let choice = Choice {
        marketing: false,
        ..Choice::ALL
    };
    assert_eq!(words.answer, custom(choice, []));
}

#[test]
fn switches_of_services_are_read_from_json() {
    let body = with("services", json!({"video": true, "chat": false}));
    let words = from_json(body.to_string().as_bytes(), &manifest()).unwrap();
    let choice = Choice {
        marketing: false,
        ..Choice::ALL
    };
    let answer = custom(choice, [("chat", false), ("video", true)]);
    assert_eq!(words.submission.answer, answer);
}

/// The log gets a hash of it, and no record does.
#[test]
fn the_secret_of_a_page_is_hashed() {
    let secret = "AAAAAAAAAAAAAAAAAAAAAA";
    let words = from_json(
        with("secret", json!(secret)).to_string().as_bytes(),
        &manifest(),
    );
    assert_eq!(
        words.unwrap().secret,
        Some(Digest::of(&[secret.as_bytes()]))
    );
    for bad in [
        "",
        "AAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAA ғ",
    ] {
        assert_eq!(status(&with("secret", json!(bad))), 400, "{bad}");
    }
}

#[test]
fn a_malformed_body_is_400() {
    for field in ["id", "revision", "locale", "surface", "action"] {
        assert_eq!(status(&with(field, Value::Null)), 400, "without {field}");
        assert_eq!(status(&with(field, json!(7))), 400, "a number as {field}");
        assert_eq!(status(&with(field, json!(["x"]))), 400, "a list as {field}");
    }
    for (field, value) in [
        ("id", json!("not a uuid")),
        ("surface", json!("popup")),
        ("action", json!("withdraw")),
        ("action", json!("")),
        ("choice", json!("all")),
        ("choice", json!({"analytics": 1})),
        ("choice", json!({"analytics": "true"})),
        ("services", json!(["video"])),
        ("services", json!({"video": 1})),
        ("secret", json!(7)),
        ("comment", json!("free text")),
        ("country", json!("US")),
        ("time", json!("2020-01-01T00:00:00Z")),
    ] {
        assert_eq!(status(&with(field, value.clone())), 400, "{field} {value}");
    }
    let text = body().to_string();
    let doubled = text.replacen('{', r#"{"locale":"ru","#, 1);
    let doubled_member = text.replacen(r#""choice":{"#, r#""choice":{"marketing":true,"#, 1);
    assert_ne!(text, doubled_member);
    let trailing = format!("{text}{text}");
    let marked = format!("\u{feff}{text}");
    let deep = "[".repeat(4000);
    for bad in [
        "",
        "null",
        "[]",
        "{",
        "x",
        &doubled,
        &doubled_member,
        &trailing,
        &marked,
        &deep,
    ] {
        let refused = from_json(bad.as_bytes(), &manifest()).unwrap_err();
        assert_eq!(refused.status().0, 400, "{bad}");
    }
    let invalid = text.replace("kk", "\u{1}").into_bytes();
    let invalid: Vec<u8> = invalid
        .iter()
        .map(|b| if *b == 1 { 0xff } else { *b })
        .collect();
    assert!(from_json(&invalid, &manifest()).is_err());
}

#[test]
fn what_cannot_be_meant_is_422() {
    let all = json!({"functional": true, "analytics": true, "marketing": true});
    for (field, value) in [
        ("choice", json!({"essential": false, "analytics": true})),
        ("choice", json!({"telemetry": true})),
        ("choice", json!({"Analytics": true})),
        ("choice", Value::Null),
        ("locale", json!("../x")),
        ("action", json!("accept_all")),
        ("action", json!("reject_all")),
    ] {
        assert_eq!(status(&with(field, value.clone())), 422, "{field} {value}");
    }
    let mut rejecting = with("action", json!("reject_all"));
    rejecting["choice"] = all.clone();
    assert_eq!(status(&rejecting), 422);
    let mut signalled = with("action", json!("gpc"));
    signalled["choice"] = all;
    assert_eq!(status(&signalled), 422);
}

#[test]
fn button_and_boxes_that_agree_are_accepted() {
    let none = json!({"functional": false, "analytics": false, "marketing": false});
    let all = json!({"essential": true, "functional": true, "analytics": true, "marketing": true});
    for (action, choice) in [
        ("accept_all", all),
        ("accept_all", Value::Null),
        ("reject_all", none.clone()),
        ("reject_all", json!({})),
        ("custom", none),
        ("gpc", json!({"functional": true, "analytics": true})),
    ] {
        let mut body = with("choice", choice.clone());
        body["action"] = json!(action);
        assert_eq!(status(&body), 200, "{action} {choice}");
    }
}

const FORM: &str =
    "revision=aB3-_xYz&locale=kk&surface=choices&return=%2Fkk%2Fchoices%2F%23s-saved";

fn form(rest: &str) -> Result<FromForm<Submission>, Rejection> {
    from_form(format!("{FORM}&{rest}").as_bytes(), id())
}

#[test]
fn a_choice_is_read_from_a_form() {
    let form = form("analytics=true&essential=on&action=custom").unwrap();
    assert_eq!(form.return_path, "/kk/choices/#s-saved");
    assert_eq!(form.value.id, id());
    let analytics = Choice {
        analytics: true,
        ..Choice::NONE
    };
    assert_eq!(form.value.answer, custom(analytics, []));
}

#[test]
fn a_button_outweighs_the_boxes() {
    let rejected = form("analytics=on&action=reject_all").unwrap();
    assert_eq!(rejected.value.answer, Answer::RejectAll);
    let accepted = form("action=accept_all").unwrap();
    assert_eq!(accepted.value.answer, Answer::AcceptAll);
}

#[test]
fn a_form_with_anything_unknown_is_refused() {
    for (rest, status) in [
        ("", 400),
        ("action=gpc", 400),
        ("action=withdraw", 400),
        ("action=custom&analytics=off", 400),
        ("action=custom&action=accept_all", 400),
        ("action=custom&telemetry=on", 422),
        ("action=custom&comment=text", 400),
        ("action=custom&id=1", 400),
    ] {
        let refused = form(rest).unwrap_err();
        assert_eq!(refused.status().0, status, "{rest}");
    }
}

#[test]
fn a_form_returns_to_the_site_only() {
    for good in [
        "/",
        "/kk/privacy/",
        "/kk/choices/#s-saved",
        "/?a=b&c=d",
        "/kk/%D2%9B",
    ] {
        assert!(is_own_path(good), "{good}");
    }
    let long = format!("/{}", "a".repeat(512));
    for bad in [
        "",
        "kk/",
        "//evil.example",
        "/\\evil.example",
        "/kk//x",
        "https://evil.example/",
        "javascript:alert(1)",
        "/kk/\r\nSet-Cookie: a=b",
        "/kk/\t/evil.example",
        "/kk/ x",
        "/қ",
        "/\u{0}",
        &long,
    ] {
        assert!(!is_own_path(bad), "{bad:?}");
    }
    let elsewhere =
        "revision=aB3-_xYz&locale=kk&surface=banner&action=custom&return=//evil.example";
    let refused = from_form(elsewhere.as_bytes(), id()).unwrap_err();
    assert_eq!(refused.status().0, 422);
}

#[test]
fn a_form_without_a_return_path_goes_to_the_choices_page() {
    let body = "revision=aB3-_xYz&locale=ru&surface=choices&action=custom";
    let form = from_form(body.as_bytes(), id()).unwrap();
    assert_eq!(form.return_path, "/ru/choices/");
}

#[test]
fn a_withdrawal_needs_nothing() {
    let bare = withdrawal_from_json(b"", id()).unwrap();
    assert_eq!((bare.0.id, bare.0.locale), (id(), None));
    let named =
        br#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","locale":"kk","surface":"choices"}"#;
    let named = withdrawal_from_json(named, id()).unwrap();
    assert_ne!(named.0.id, id());
    assert!(named.0.locale.is_some());
    let outdated = br#"{"revision":"00000000","locale":"kk"}"#;
    assert!(withdrawal_from_json(outdated, id()).is_ok());
    assert!(withdrawal_from_form(b"revision=00000000", id()).is_ok());
    let form = withdrawal_from_form(b"locale=kk&return=/kk/choices/%23s-withdrawn", id()).unwrap();
    assert_eq!(form.return_path, "/kk/choices/#s-withdrawn");
    assert_eq!(withdrawal_from_form(b"", id()).unwrap().return_path, "/");
}

#[test]
fn a_withdrawal_with_anything_unknown_is_refused() {
    for bad in [
        "{",
        "[]",
        r#"{"choice":{}}"#,
        r#"{"id":"x"}"#,
        r#"{"surface":"x"}"#,
    ] {
        assert!(withdrawal_from_json(bad.as_bytes(), id()).is_err(), "{bad}");
    }
    for bad in ["comment=x", "return=//evil.example", "a=%"] {
        assert!(withdrawal_from_form(bad.as_bytes(), id()).is_err(), "{bad}");
    }
}

#[test]
fn only_json_and_forms_are_read() {
    for (header, expected) in [
        (Some("application/json"), Ok(Encoding::Json)),
        (Some("Application/JSON; charset=utf-8"), Ok(Encoding::Json)),
        (
            Some("application/x-www-form-urlencoded"),
            Ok(Encoding::Form),
        ),
        (
            Some("multipart/form-data; boundary=x"),
            Err(Rejection::UnsupportedType),
        ),
        (Some("text/plain"), Err(Rejection::UnsupportedType)),
        (Some("application/jsonp"), Err(Rejection::UnsupportedType)),
        (Some(""), Err(Rejection::UnsupportedType)),
        (None, Err(Rejection::UnsupportedType)),
    ] {
        assert_eq!(encoding(header), expected, "{header:?}");
    }
}
