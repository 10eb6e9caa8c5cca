//! Visitors who come back: what the cookie keeps, how long, and what an erasure or a placeholder
//! leaves in it.

use super::*;

fn from(country: &str) -> VisitContext {
    VisitContext {
        country: Some(Country::try_from(country).unwrap()),
        ..VisitContext::default()
    }
}

/// A visitor whose cookie, of version 2, was stored so many days ago: `ALL` is granted or refused.
fn returning(choice: Choice, days: u32, country: &str) -> ConsentRequest<'static> {
    let issued = Timestamp::from_seconds(NOW.seconds() - i64::from(days) * 86_400);
    let scopes = |category| SITE.manifest.scopes.get(&category)?.first().copied();
    let stored = ConsentCookie {
        subject: Some(SubjectId::from([7; 16])),
        granted: Grants::from_fn(|category| scopes(category).filter(|_| choice.grants(category))),
        refused: Choice::ALL.without(choice),
        ..ConsentCookie::refusal(issued)
    };
    let value = stored.sign("cap.kz", &SITE.keys).unwrap();
    ConsentRequest {
        cookie: Some(format!("{COOKIE_NAME}={value}")),
        visit: from(country),
        ..request("GET", "/api/consent")
    }
}

fn renew(visit: &ConsentRequest<'static>) -> ConsentRequest<'static> {
    ConsentRequest {
        query: "renew=1".to_owned(),
        ..visit.clone()
    }
}

#[test]
fn a_refusal_outlives_its_time_and_its_cookie_is_renewed_when_the_page_asks_for_it() {
    let visit = returning(Choice::NONE, 399, "US");
    let answer = ask(&visit, &platform(""));
    let nothing = json!({"functional": false, "analytics": false, "marketing": false});
    let state = body(&answer);
    assert_eq!(
        (&state["choice"], &state["ask"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(state["defaults"], nothing);
    assert!(header(&answer, "Set-Cookie").is_empty());
    let renewed = ask(&renew(&visit), &platform(""));
    assert_eq!(renewed.body, answer.body);
    let lines = header(&renewed, "Set-Cookie");
    assert!(lines[0].contains("; Max-Age=34560000; "), "{lines:?}");
    let is_companion = |line: &&str| line.starts_with("__Host-");
    assert!(!lines.iter().any(is_companion), "it may have been planted");
    assert_eq!(
        cookie(&renewed),
        visit.cookie,
        "the choice and its day stay"
    );
}

#[test]
fn version_1_is_renewed_as_version_2_with_its_companion() {
    let visit = ConsentRequest {
        // Of the release that wrote version 1: functional and marketing.
        cookie: Some(format!(
            "{COOKIE_NAME}=1.BwcHBwcHBwcHBwcHBwcHBw.aB3-_xYz.5.tosnq0.1.WGeENSYo0oX8B4VVTEPWOg"
        )),
        ..returning(Choice::NONE, 0, "DE")
    };
    let state = body(&ask(&visit, &platform("")));
    let choice = json!({"functional": true, "analytics": false, "marketing": true});
    assert_eq!(state["choice"], choice);
    let renewed = ask(&renew(&visit), &platform(""));
    let sent = cookie(&renewed).unwrap();
    assert!(sent.starts_with(&format!(
        "{COOKIE_NAME}=2.BwcHBwcHBwcHBwcHBwcHBw.520.fun0mar0."
    )));
    assert!(
        sent.contains("; __Host-kelisim_subject=BwcHBwcHBwcHBwcHBwcHBw.1."),
        "{sent}"
    );
    let back = ConsentRequest {
        cookie: Some(sent),
        ..visit
    };
    assert_eq!(body(&ask(&back, &platform("")))["choice"], choice);
}

#[test]
fn a_planted_cookie_makes_nothing_run_and_nobody_else_of_the_visitor() {
    let platform = platform(accept());
    let own = ask(&post(), &platform);
    let planted = returning(Choice::ALL, 0, "US");
    let both = ConsentRequest {
        cookie: Some([planted.cookie.clone().unwrap(), own_cookie(&own)].join("; ")),
        ..planted.clone()
    };
    let state = body(&ask(&both, &platform));
    let nothing = json!({"functional": false, "analytics": false, "marketing": false});
    assert_eq!(
        (&state["defaults"], &state["choice"]),
        (&nothing, &Value::Null)
    );
    assert_eq!(state["ask"], true);
    // The companion tells which one is the visitor's.
    let known = ConsentRequest {
        cookie: Some([planted.cookie.clone().unwrap(), cookie(&own).unwrap()].join("; ")),
        ..planted.clone()
    };
    assert_ne!(body(&ask(&known, &platform))["choice"], Value::Null);
    // A visitor who has only the planted one is not its subject.
    let mut press = accept();
    press["id"] = json!("01890a5d-ac96-774b-bcce-b302099a8058");
    let platform = super::platform::platform(press);
    let pressed = ConsentRequest {
        cookie: planted.cookie,
        ..post()
    };
    let answer = ask(&pressed, &platform);
    assert_eq!(answer.status, 201);
    let foreign = SubjectId::from([7; 16]).to_string();
    assert!(!cookie(&answer).unwrap().contains(&foreign));
}

/// The consent cookie of an answer without its companion.
fn own_cookie(answer: &Response) -> String {
    let sent = cookie(answer).unwrap();
    sent.split(';').next().unwrap().to_owned()
}

#[test]
fn erasing_leaves_a_refusal_where_services_run_unasked() {
    for (country, value) in [("US", "2.-.7."), ("KZ", "2.-.7."), ("DE", "")] {
        let mut platform = platform(accept());
        let posted = ask(&post(), &platform);
        platform.body = Vec::new();
        let erase = ConsentRequest {
            route: Route::Erase,
            cookie: cookie(&posted),
            visit: from(country),
            ..post()
        };
        let erased = ask(&erase, &platform);
        let companion = header(&erased, "Set-Cookie").into_iter();
        let companion: Vec<_> = companion
            .filter(|line| line.starts_with("__Host-"))
            .collect();
        assert!(
            companion[0].starts_with("__Host-kelisim_subject=; Max-Age=0;"),
            "{companion:?}"
        );
        let Some(left) = cookie(&erased) else {
            assert_eq!(value, "", "{country}");
            continue;
        };
        assert!(
            left.starts_with(&format!("{COOKIE_NAME}={value}")),
            "{country}: {left}"
        );
        let back = ConsentRequest {
            cookie: Some(left),
            visit: from(country),
            ..request("GET", "/api/consent")
        };
        let nothing = json!({"functional": false, "analytics": false, "marketing": false});
        assert_eq!(body(&ask(&back, &platform))["choice"], nothing, "{country}");
        let again = ConsentRequest {
            cookie: back.cookie,
            ..erase
        };
        assert_eq!(
            body(&ask(&again, &platform))["records"],
            0,
            "{country}: there is nobody left to erase"
        );
    }
}

#[test]
fn one_service_is_allowed_and_answers_for_nothing_else() {
    let said = |action: &str, surface: &str, services: Value| {
        let mut words = accept();
        words.as_object_mut().unwrap().remove("choice");
        words["action"] = json!(action);
        words["surface"] = json!(surface);
        words["services"] = services;
        words
    };
    let video = json!({"video": true});
    let platform = platform(said("service", "placeholder", video.clone()));
    let posted = ask(&post(), &platform);
    assert_eq!(posted.status, 201);
    let record = &body(&posted)["record"];
    let nothing = json!({"functional": false, "analytics": false, "marketing": false});
    assert_eq!(
        (&record["action"], &record["services"]),
        (&json!("service"), &video)
    );
    assert_eq!(
        (&record["surface"], &record["choice"]),
        (&json!("placeholder"), &nothing)
    );
    let back = ConsentRequest {
        cookie: cookie(&posted),
        visit: from("DE"),
        ..request("GET", "/api/consent")
    };
    let state = body(&ask(&back, &platform));
    assert_eq!(
        (&state["choice"], &state["ask"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!((&state["services"], &state["defaults"]), (&video, &nothing));
    assert_eq!(state["withheld"], json!([]));
    for wrong in [
        said("service", "banner", video.clone()),
        said("dismiss", "choices", Value::Null),
        said("dismiss", "banner", video.clone()),
        said("custom", "placeholder", video.clone()),
        said("accept_all", "banner", video.clone()),
        said("service", "placeholder", Value::Null),
        said("service", "placeholder", json!({})),
        said(
            "service",
            "placeholder",
            json!({"video": true, "chat": true}),
        ),
        said("service", "placeholder", json!({"account": true})),
    ] {
        let refused = ask(&post(), &super::platform::platform(wrong.clone()));
        assert_eq!(refused.status, 422, "{wrong}");
    }
}

#[test]
fn closing_the_banner_is_remembered() {
    for (country, ask_again, refused) in [
        ("DE", false, true),
        ("KZ", false, false),
        ("US", false, false),
    ] {
        let mut words = accept();
        words.as_object_mut().unwrap().remove("choice");
        words["action"] = json!("dismiss");
        let platform = platform(words);
        let closing = ConsentRequest {
            visit: from(country),
            ..post()
        };
        let closed = ask(&closing, &platform);
        assert_eq!(body(&closed)["record"]["action"], "dismiss", "{country}");
        let back = ConsentRequest {
            cookie: cookie(&closed),
            visit: from(country),
            ..request("GET", "/api/consent")
        };
        let state = body(&ask(&back, &platform));
        assert_eq!(state["ask"], ask_again, "{country}");
        assert_eq!(state["choice"] != Value::Null, refused, "{country}");
        let abroad = ConsentRequest {
            visit: from("FR"),
            ..back
        };
        assert_eq!(body(&ask(&abroad, &platform))["ask"], !refused, "{country}");
    }
}

#[test]
fn a_form_without_a_script_keeps_the_switches_of_categories_that_it_leaves() {
    let mut words = accept();
    words["action"] = json!("custom");
    words["choice"] = json!({"analytics": true});
    words["services"] = json!({"video": true, "statistics": false});
    let mut platform = platform(words);
    let posted = ask(&post(), &platform);
    for (boxes, left) in [
        ("analytics=on", json!({"video": true, "statistics": false})),
        (
            "analytics=on&functional=on",
            json!({"video": true, "statistics": false}),
        ),
        ("marketing=on", json!({})),
        ("", json!({"video": true})),
    ] {
        let fields = "action=custom&revision=aB3-_xYz&locale=kk&surface=choices";
        platform.body = format!("{fields}&{boxes}").trim_end_matches('&').into();
        let sent = ConsentRequest {
            cookie: cookie(&posted),
            ..form("/api/consent")
        };
        let saved = ask(&sent, &platform);
        assert_eq!(saved.status, 303, "{boxes}");
        let back = ConsentRequest {
            cookie: cookie(&saved),
            visit: from("DE"),
            ..request("GET", "/api/consent")
        };
        assert_eq!(body(&ask(&back, &platform))["services"], left, "{boxes}");
    }
}
