//! Erasing, and reading one's own records.

use super::*;

fn erase(cookie: Option<String>) -> ConsentRequest<'static> {
    ConsentRequest {
        route: Route::Erase,
        cookie,
        ..post()
    }
}

#[test]
fn an_erased_visitor_has_no_records_and_no_choice() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    platform.body = Vec::new();
    let erased = ask(&erase(cookie(&posted)), &platform);
    assert_eq!((erased.status, &body(&erased)["records"]), (200, &json!(1)));
    let lines = header(&erased, "Set-Cookie");
    let forgotten = format!("{COOKIE_NAME}=; Max-Age=0; Path=/; Secure; SameSite=Lax");
    assert!(lines.contains(&forgotten.as_str()), "{lines:?}");
    assert!(lines.contains(&"_ga=; Max-Age=0; Path=/"), "{lines:?}");
    let own = ConsentRequest {
        cookie: cookie(&posted),
        ..request("GET", "/api/consent/records")
    };
    assert_eq!(body(&ask(&own, &platform))["entries"], json!([]));
    assert_eq!(platform.log.head().size, 2, "the record stays");
}

#[test]
fn a_form_that_erases_leads_back() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    platform.body = b"surface=choices&locale=kk&return=/kk/choices/%23s-erased".to_vec();
    let erased = ConsentRequest {
        cookie: cookie(&posted),
        ..form("/api/consent/erase")
    };
    let answer = ask(&erased, &platform);
    assert_eq!(answer.status, 303);
    assert_eq!(header(&answer, "Location"), ["/kk/choices/#s-erased"]);
}

#[test]
fn a_reader_without_records_gets_a_page_that_says_so() {
    let platform = platform("");
    let records = |referer: Option<&str>, language: Option<&str>| ConsentRequest {
        is_navigation: true,
        referer: referer.map(str::to_owned),
        accept_language: language.map(str::to_owned),
        ..request("GET", "/api/consent/records")
    };
    for (referer, language, expected) in [
        (Some("https://cap.kz/ru/choices/"), Some("en"), "ru"),
        (Some("https://cap.kz/"), Some("en"), "en"),
        (None, None, "kk"),
    ] {
        let answer = ask(&records(referer, language), &platform);
        assert_eq!(answer.status, 303);
        let expected = format!("/{expected}/choices/#s-nothing");
        assert_eq!(header(&answer, "Location"), [expected.as_str()]);
    }
    let erased = ConsentRequest {
        is_navigation: true,
        ..erase(None)
    };
    assert_eq!(ask(&erased, &platform).status, 303);
    let script = request("GET", "/api/consent/records");
    assert_eq!(ask(&script, &platform).status, 401);
}

#[test]
fn only_the_visitor_themself_is_erased_and_only_by_the_site() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    platform.body = Vec::new();
    assert_eq!(ask(&erase(None), &platform).status, 401);
    let foreign = ConsentRequest {
        origin: Some("https://evil.example".to_owned()),
        ..erase(cookie(&posted))
    };
    assert_eq!(ask(&foreign, &platform).status, 403);
    platform.body = b"{\"subject\":\"x\"}".to_vec();
    assert_eq!(ask(&erase(cookie(&posted)), &platform).status, 400);
    platform.body = Vec::new();
    platform.log_fails.set(true);
    let failed = ask(&erase(cookie(&posted)), &platform);
    assert_eq!(failed.status, 503);
    assert!(header(&failed, "Set-Cookie").is_empty());
}

#[test]
fn a_visitor_downloads_one_receipt_as_a_file() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    platform.body = Vec::new();
    let withdrawal = ConsentRequest {
        method: "DELETE".to_owned(),
        content_type: None,
        cookie: cookie(&posted),
        ..post()
    };
    ask(&withdrawal, &platform);
    let own = |query: &str| ConsentRequest {
        query: query.to_owned(),
        cookie: cookie(&posted),
        ..request("GET", "/api/consent/records")
    };
    for (query, index) in [
        ("format=tlog-proof", 2),
        ("format=tlog-proof&index=2", 2),
        ("format=tlog-proof&index=1", 1),
    ] {
        let file = ask(&own(query), &platform);
        assert_eq!(file.status, 200, "{query}");
        let name = format!("attachment; filename=\"cap.kz-{index}.tlog-proof\"");
        assert_eq!(header(&file, "Content-Disposition"), [name.as_str()]);
        assert_eq!(header(&file, "Content-Type"), ["text/plain; charset=utf-8"]);
        let all = body(&ask(&own(""), &platform));
        assert_eq!(all["entries"][index - 1]["receipt"], json!(text(&file)));
    }
    // The first entry of the log is nobody's, and what isn't there isn't.
    for query in ["format=tlog-proof&index=0", "format=tlog-proof&index=3"] {
        assert_eq!(ask(&own(query), &platform).status, 404, "{query}");
    }
    for query in ["index=1", "format=csv", "format=tlog-proof&after=1"] {
        assert_eq!(ask(&own(query), &platform).status, 400, "{query}");
    }
}
