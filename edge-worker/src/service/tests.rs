mod budgets;
mod exports;
pub(super) mod platform;
mod proofs;
mod public_log;
mod returning;
mod rights;

use super::*;
use domain::{COOKIE_NAME, Country, Grants, VisitContext};
use platform::*;
use serde_json::{Value, json};

#[test]
fn a_first_visit_is_told_its_regime() {
    let german = ConsentRequest {
        visit: VisitContext {
            country: Some(Country::try_from("DE").unwrap()),
            is_eu: true,
            ..VisitContext::default()
        },
        ..request("GET", "/api/consent")
    };
    let answer = ask(&german, &platform(""));
    assert_eq!(answer.status, 200);
    assert_eq!(
        body(&answer),
        json!({
            "regime": "opt_in", "revision": "aB3-_xYz", "gpc": false, "choice": null, "expires": null,
            "ask": true, "services": {}, "withheld": [],
            "defaults": {"functional": false, "analytics": false, "marketing": false},
        })
    );
    assert!(header(&answer, "Set-Cookie").is_empty());
}

#[test]
fn a_choice_is_logged_set_as_a_cookie_and_read_back() {
    let platform = platform(accept());
    let posted = ask(&post(), &platform);
    assert_eq!(posted.status, 201);
    let receipt = body(&posted);
    assert_eq!(receipt["index"], 1);
    assert_eq!(receipt["record"]["action"], "accept_all");
    assert_eq!(receipt["cookie"]["max_age"], 34_560_000);
    let [line, companion] = header(&posted, "Set-Cookie")[..] else {
        panic!("a cookie and its companion");
    };
    let attributes = "; Max-Age=34560000; Path=/; Secure; SameSite=Lax";
    assert!(line.ends_with(attributes), "{line}");
    assert!(
        companion.starts_with("__Host-kelisim_subject="),
        "{companion}"
    );
    let attributes = "; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax";
    assert!(companion.ends_with(attributes), "{companion}");
    let back = ConsentRequest {
        cookie: cookie(&posted),
        ..request("GET", "/api/consent")
    };
    let state = body(&ask(&back, &platform));
    let all = json!({"functional": true, "analytics": true, "marketing": true});
    assert_eq!(state["choice"], all);
    assert_eq!(state["expires"], receipt["cookie"]["expires"]);
}

#[test]
fn a_log_that_fails_sets_no_cookie_and_claims_nothing() {
    for (request, body) in [
        (post(), accept().to_string()),
        (
            form("/api/consent"),
            "action=accept_all&revision=aB3-_xYz&locale=kk&surface=choices".to_owned(),
        ),
        (form("/api/consent/withdraw"), String::new()),
        (
            ConsentRequest {
                method: "DELETE".to_owned(),
                ..post()
            },
            String::new(),
        ),
    ] {
        let platform = platform(body);
        platform.log_fails.set(true);
        let answer = ask(&request, &platform);
        assert_eq!(answer.status, 503, "{request:?}");
        assert!(header(&answer, "Set-Cookie").is_empty());
        assert!(header(&answer, "Location").is_empty());
        assert_eq!(header(&answer, "Retry-After").len(), 1);
    }
}

#[test]
fn a_retry_is_answered_like_the_first_try() {
    let platform = platform(accept());
    let first = ask(&post(), &platform);
    assert_eq!(ask(&post(), &platform), first);
    let with_cookie = ConsentRequest {
        cookie: cookie(&first),
        ..post()
    };
    let again = ask(&with_cookie, &platform);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(cookie(&again), cookie(&first));
    assert_eq!(platform.log.head().size, 2);
}

#[test]
fn an_id_with_other_words_is_409() {
    let mut platform = platform(accept());
    ask(&post(), &platform);
    let mut other = accept();
    other["locale"] = json!("ru");
    platform.body = other.to_string().into_bytes();
    let answer = ask(&post(), &platform);
    assert_eq!(
        (answer.status, &body(&answer)["code"]),
        (409, &json!("event_reused"))
    );
    assert!(header(&answer, "Set-Cookie").is_empty());
}

#[test]
fn a_stale_page_is_409() {
    let mut stale = accept();
    stale["revision"] = json!("00000000");
    let answer = ask(&post(), &platform(stale));
    assert_eq!(
        (answer.status, &body(&answer)["code"]),
        (409, &json!("stale_revision"))
    );
}

#[test]
fn a_foreign_page_is_403_before_its_body_is_read() {
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let request = ConsentRequest {
            origin: origin.map(str::to_owned),
            ..post()
        };
        let platform = platform(accept());
        assert_eq!(ask(&request, &platform).status, 403, "{origin:?}");
        assert_eq!(platform.body_reads.get(), 0);
    }
}

#[test]
fn a_large_body_is_413() {
    let announced = ConsentRequest {
        content_length: Some("4097".to_owned()),
        ..post()
    };
    let platform_of = platform(accept());
    assert_eq!(ask(&announced, &platform_of).status, 413);
    assert_eq!(platform_of.body_reads.get(), 0);
    assert_eq!(ask(&post(), &platform("x".repeat(4097))).status, 413);
    assert_eq!(ask(&post(), &platform("x".repeat(4096))).status, 400);
}

#[test]
fn other_types_are_415_and_other_methods_405() {
    let text = ConsentRequest {
        content_type: Some("text/plain".to_owned()),
        ..post()
    };
    assert_eq!(ask(&text, &platform(accept())).status, 415);
    let json_to_form = ConsentRequest {
        content_type: Some("application/json".to_owned()),
        ..form("/api/consent/withdraw")
    };
    assert_eq!(ask(&json_to_form, &platform("{}")).status, 415);
    let purge = ask(&request("PURGE", "/api/consent"), &platform(""));
    assert_eq!(purge.status, 405);
    assert_eq!(
        header(&purge, "Allow"),
        ["GET, HEAD, POST, DELETE, OPTIONS"]
    );
    assert_eq!(
        ask(&request("GET", "/api/consent/x"), &platform("")).status,
        404
    );
}

#[test]
fn a_form_is_answered_by_a_redirect() {
    let platform = platform(
        "action=reject_all&revision=aB3-_xYz&locale=kk&surface=choices&return=/kk/choices/%23s-saved",
    );
    let answer = ask(&form("/api/consent"), &platform);
    assert_eq!(answer.status, 303);
    assert_eq!(header(&answer, "Location"), ["/kk/choices/#s-saved"]);
    assert!(cookie(&answer).is_some());
    assert!(text(&answer).is_empty());
}

#[test]
fn a_withdrawal_is_logged_remembered_and_ends_the_registers_cookies() {
    let mut platform = platform(accept());
    let accepted = ask(&post(), &platform);
    platform.body = Vec::new();
    let delete = ConsentRequest {
        method: "DELETE".to_owned(),
        content_type: None,
        cookie: cookie(&accepted).map(|own| format!("{own}; _ga_X=1")),
        ..post()
    };
    let withdrawn = ask(&delete, &platform);
    assert_eq!(withdrawn.status, 200);
    let receipt = body(&withdrawn);
    assert_eq!(receipt["record"]["action"], "withdraw");
    assert_eq!(receipt["record"]["withdraws"], accept()["id"]);
    let lines = header(&withdrawn, "Set-Cookie");
    assert!(
        lines.contains(&"_ga=; Max-Age=0; Path=/; Domain=cap.kz"),
        "{lines:?}"
    );
    assert!(lines.contains(&"_ga_X=; Max-Age=0; Path=/"), "{lines:?}");
    let back = ConsentRequest {
        cookie: cookie(&withdrawn),
        ..request("GET", "/api/consent")
    };
    let none = json!({"functional": false, "analytics": false, "marketing": false});
    assert_eq!(body(&ask(&back, &platform))["choice"], none);
}

#[test]
fn a_late_retry_does_not_bring_a_withdrawn_choice_back() {
    let mut platform = platform(accept());
    let accepted = ask(&post(), &platform);
    platform.body = Vec::new();
    let delete = ConsentRequest {
        method: "DELETE".to_owned(),
        cookie: cookie(&accepted),
        ..post()
    };
    assert_eq!(ask(&delete, &platform).status, 200);
    platform.body = accept().to_string().into_bytes();
    let retry = ask(&post(), &platform);
    assert_eq!((retry.status, &body(&retry)["index"]), (201, &json!(1)));
    assert_eq!(body(&retry)["record"], body(&accepted)["record"]);
    assert!(header(&retry, "Set-Cookie").is_empty());
}

#[test]
fn the_signal_denies_marketing_in_record_cookie_and_state() {
    let platform = platform(accept());
    let mut signalled = post();
    signalled.visit.gpc = true;
    let posted = ask(&signalled, &platform);
    assert_eq!(body(&posted)["record"]["choice"]["marketing"], false);
    assert_eq!(body(&posted)["record"]["gpc"], true);
    // The signal is gone on the next visit: what was stored stays denied.
    let back = ConsentRequest {
        cookie: cookie(&posted),
        ..request("GET", "/api/consent")
    };
    assert_eq!(body(&ask(&back, &platform))["choice"]["marketing"], false);
}

#[test]
fn a_visitor_reads_their_own_records_only() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    let mut other = accept();
    other["id"] = json!("01890a5d-ac96-774b-bcce-b302099a8058");
    other["secret"] = json!("BBBBBBBBBBBBBBBBBBBBBB");
    platform.body = other.to_string().into_bytes();
    ask(&post(), &platform);
    let own = ConsentRequest {
        cookie: cookie(&posted),
        ..request("GET", "/api/consent/records")
    };
    let records = body(&ask(&own, &platform));
    assert_eq!(records["entries"].as_array().unwrap().len(), 1);
    assert_eq!(records["entries"][0]["record"]["id"], accept()["id"]);
    let stranger = request("GET", "/api/consent/records");
    assert_eq!(ask(&stranger, &platform).status, 401);
    let foreign = ConsentRequest {
        fetch_site: Some("cross-site".to_owned()),
        ..own.clone()
    };
    assert_eq!(ask(&foreign, &platform).status, 403);
    for query in [
        "after=x",
        "after=9007199254740992",
        "after=1&after=1",
        "x=1",
    ] {
        let malformed = ConsentRequest {
            query: query.to_owned(),
            ..own.clone()
        };
        assert_eq!(ask(&malformed, &platform).status, 400, "{query}");
    }
}

#[test]
fn a_forged_cookie_is_no_choice() {
    let other_keys = Keys::parse(&KEYS.replace(":1", ":2")).unwrap();
    let forged = ConsentCookie::refusal(NOW);
    let value = forged.sign("cap.kz", &other_keys).unwrap();
    let visit = ConsentRequest {
        cookie: Some(format!("{COOKIE_NAME}={value}")),
        ..request("GET", "/api/consent")
    };
    assert_eq!(body(&ask(&visit, &platform("")))["choice"], Value::Null);
    let records = ConsentRequest {
        route: Route::Records,
        ..visit
    };
    assert_eq!(ask(&records, &platform("")).status, 401);
}

#[test]
fn every_answer_forbids_caching_and_names_what_it_depends_on() {
    let listed = ConsentRequest {
        origin: Some("https://www.cap.kz".to_owned()),
        ..request("OPTIONS", "/api/consent")
    };
    for (request, vary) in [
        (request("GET", "/api/consent"), VARY_CONSENT),
        (request("GET", "/api/consent/health"), VARY_CONSENT),
        (request("GET", "/api/consent/records"), VARY_CONSENT),
        (request("GET", "/privacy"), VARY_LANGUAGE),
        (post(), VARY_CONSENT),
        (listed, VARY_CONSENT),
    ] {
        let answer = ask(&request, &platform(""));
        assert_eq!(
            header(&answer, "Cache-Control"),
            ["no-store"],
            "{request:?}"
        );
        assert_eq!(header(&answer, "Vary"), [vary], "{request:?}");
        assert_eq!(header(&answer, "X-Content-Type-Options"), ["nosniff"]);
    }
}

#[test]
fn only_listed_origins_share_answers() {
    let from = |origin: &str, method| ConsentRequest {
        origin: Some(origin.to_owned()),
        ..request(method, "/api/consent")
    };
    for method in ["GET", "OPTIONS"] {
        let listed = ask(&from("https://www.cap.kz", method), &platform(""));
        assert_eq!(
            header(&listed, "Access-Control-Allow-Origin"),
            ["https://www.cap.kz"]
        );
        let foreign = ask(&from("https://evil.example", method), &platform(""));
        assert!(header(&foreign, "Access-Control-Allow-Origin").is_empty());
    }
    assert_eq!(
        ask(&from("https://evil.example", "OPTIONS"), &platform("")).status,
        403
    );
}

#[test]
fn a_short_address_leads_to_the_visitors_language() {
    let russian = ConsentRequest {
        accept_language: Some("ru-KZ,ru;q=0.9".to_owned()),
        ..request("GET", "/privacy")
    };
    let answer = ask(&russian, &platform(""));
    assert_eq!(answer.status, 302);
    assert_eq!(header(&answer, "Location"), ["/ru/privacy/"]);
    let default = ask(&request("GET", "/cookies/"), &platform(""));
    assert_eq!(header(&default, "Location"), ["/kk/cookies/"]);
}

#[test]
fn the_cookie_of_a_page_of_another_site_says_so() {
    let cookie_from = |site: &str| {
        let request = ConsentRequest {
            origin: Some("https://www.cap.kz".to_owned()),
            fetch_site: Some(site.to_owned()),
            ..post()
        };
        let answer = ask(&request, &platform(accept()));
        let lines = header(&answer, "Set-Cookie").into_iter();
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for (site, end) in [
        ("same-site", "; SameSite=Lax"),
        ("cross-site", "; SameSite=None; Partitioned"),
    ] {
        let lines = cookie_from(site);
        assert_eq!(lines.len(), 2, "the cookie and its companion");
        assert!(lines.iter().all(|line| line.ends_with(end)), "{lines:?}");
    }
}
