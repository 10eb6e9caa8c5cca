//! Visitors who come back: what the cookie keeps, how long, and what an erasure or a placeholder
//! leaves in it.

use super::*;

fn from(country: &str) -> VisitContext {
    VisitContext {
        country: Some(Country::try_from(country).unwrap()),
        ..VisitContext::default()
    }
}

/// A visitor with this choice, which was stored so many days ago.
fn returning(choice: Choice, days: u32, country: &str) -> ConsentRequest<'static> {
    let stored = ConsentCookie {
        source: Some(Source {
            subject: domain::SubjectId::from([7; 16]),
            revision: "aB3-_xYz".to_owned(),
        }),
        choice,
        answered: Choice::ALL,
        issued: Timestamp::from_seconds(NOW.seconds() - i64::from(days) * 86_400),
    };
    let value = stored.sign("cap.kz", &Keys::parse(KEYS).unwrap()).unwrap();
    ConsentRequest {
        cookie: Some(format!("{COOKIE_NAME}={value}")),
        visit: from(country),
        ..request("GET", "/api/consent")
    }
}

#[test]
fn a_refusal_outlives_its_time_and_the_cookie_is_renewed() {
    let answer = ask(&returning(Choice::NONE, 399, "US"), &platform(""));
    let nothing = json!({"functional": false, "analytics": false, "marketing": false});
    assert_eq!(
        body(&answer)["choice"],
        Value::Null,
        "the visitor is asked again"
    );
    assert_eq!(body(&answer)["defaults"], nothing);
    let lines = header(&answer, "Set-Cookie");
    assert!(
        lines.first().unwrap().contains("; Max-Age=34560000; "),
        "{lines:?}"
    );
    let renewed = returning(Choice::NONE, 399, "US").cookie;
    assert_eq!(cookie(&answer), renewed, "the choice and its day stay");
    let old = ask(&returning(Choice::ALL, 30, "DE"), &platform(""));
    assert_eq!(cookie(&old), returning(Choice::ALL, 30, "DE").cookie);
    let recent = ask(&returning(Choice::NONE, 1, "US"), &platform(""));
    assert!(header(&recent, "Set-Cookie").is_empty());
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
        let left = cookie(&erased).unwrap();
        assert!(
            left.starts_with(&format!("{COOKIE_NAME}={value}")),
            "{country}: {left}"
        );
        if value.is_empty() {
            continue;
        }
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
fn what_a_placeholder_allows_answers_for_nothing_else() {
    let said = |action: &str, surface: &str, choice: Value| {
        let mut words = accept();
        words["action"] = json!(action);
        words["surface"] = json!(surface);
        words["choice"] = choice;
        words
    };
    let marketing = json!({"marketing": true, "analytics": false});
    let platform = platform(said("allow", "placeholder", marketing.clone()));
    let posted = ask(&post(), &platform);
    assert_eq!(posted.status, 201);
    let record = &body(&posted)["record"];
    assert_eq!(
        (&record["action"], &record["surface"]),
        (&json!("allow"), &json!("placeholder"))
    );
    assert_eq!(
        record["choice"],
        json!({"functional": false, "analytics": false, "marketing": true})
    );
    let back = ConsentRequest {
        cookie: cookie(&posted),
        visit: from("DE"),
        ..request("GET", "/api/consent")
    };
    let state = body(&ask(&back, &platform));
    assert_eq!(state["choice"], Value::Null, "the banner still asks");
    assert_eq!(state["defaults"], record["choice"]);
    for wrong in [
        said("allow", "banner", marketing.clone()),
        said("custom", "placeholder", marketing),
        said("allow", "placeholder", Value::Null),
        said("allow", "placeholder", json!({"marketing": false})),
    ] {
        let refused = ask(&post(), &super::platform::platform(wrong.clone()));
        assert_eq!(refused.status, 422, "{wrong}");
    }
}
