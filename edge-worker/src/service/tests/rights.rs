//! Erasing, auditing, proving.

use super::*;
use crate::response::VARY_CONSENT;

fn with_token(path: &str, token: &str) -> ConsentRequest<'static> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    ConsentRequest {
        query: query.to_owned(),
        authorization: Some(format!("Bearer {token}")),
        ..request("GET", path)
    }
}

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
    assert_eq!(platform.rows.entries.borrow().len(), 1, "the record stays");
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
fn without_a_token_nothing_is_asked_of_the_log() {
    let platform = platform("");
    for path in [
        "/api/consent/export",
        "/api/consent/stats",
        "/api/consent/audit",
        "/api/consent/export?format=xml",
    ] {
        for request in [
            with_token(path, "fedcba9876543210fedcba9876543210"),
            with_token(path, ""),
            ConsentRequest {
                authorization: None,
                ..with_token(path, "")
            },
        ] {
            let refused = ask(&request, &platform);
            assert_eq!(refused.status, 401, "{path}");
            let challenge = header(&refused, "WWW-Authenticate");
            assert_eq!(challenge, ["Bearer realm=\"consent log\""]);
            assert_eq!(header(&refused, "Cache-Control"), ["no-store"]);
        }
    }
    assert!(platform.asked.borrow().is_empty());
}

#[test]
fn an_export_names_its_reader_and_its_next_page() {
    let platform = platform("");
    let path = "/api/consent/export?from=2026-11-20&limit=9&format=csv";
    let page = ask(&with_token(path, TOKEN), &platform);
    assert_eq!(page.status, 200);
    assert_eq!(
        header(&page, "Link"),
        [
            "</api/consent/export?cursor=7&limit=9&from=2026-11-20T00:00:00.000Z&format=csv>; rel=\"next\""
        ]
    );
    assert_eq!(header(&page, "Vary"), [VARY_CONSENT]);
    let asked = platform.asked.borrow().concat();
    assert!(asked.contains("limit: 9"), "{asked}");
    assert!(!asked.contains(TOKEN), "{asked}");
}

#[test]
fn an_empty_export_is_the_checkpoint_of_its_beginning() {
    let page = ask(&with_token("/api/consent/export", TOKEN), &platform(""));
    let lines: Vec<_> = page.body.lines().collect();
    assert_eq!(lines.len(), 1, "{}", page.body);
    let checkpoint: Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(checkpoint["sequence"], 0);
    let signed = checkpoint["signature"]["ed25519"].as_str().unwrap();
    assert!(signed.starts_with("signed kelisim.checkpoint/1\ncap.kz\n0\n"));
}

#[test]
fn receipts_are_signed_over_site_place_and_hash() {
    let platform = platform(accept());
    let posted = ask(&post(), &platform);
    let receipt = body(&posted);
    let expected = format!(
        "signed kelisim.receipt/1\ncap.kz\n1\n{}",
        receipt["hash"].as_str().unwrap()
    );
    assert_eq!(receipt["signature"]["ed25519"], json!(expected));
    let own = ConsentRequest {
        cookie: cookie(&posted),
        ..request("GET", "/api/consent/records")
    };
    let records = body(&ask(&own, &platform));
    assert_eq!(
        records["entries"][0]["signature"]["ed25519"],
        json!(expected)
    );
}

#[test]
fn keys_and_checkpoint_are_for_everyone_for_a_while() {
    let platform = platform("");
    let keys = ask(&request("GET", "/api/consent/keys"), &platform);
    assert_eq!(
        body(&keys),
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "1", "x": "x"}
        ]})
    );
    assert_eq!(header(&keys, "Cache-Control"), ["public, max-age=300"]);
    let checkpoint = ask(&request("GET", "/api/consent/checkpoint"), &platform);
    assert_eq!(header(&checkpoint, "Cache-Control"), ["public, max-age=60"]);
    assert_eq!(header(&checkpoint, "Vary"), ["Origin"]);
    assert_eq!(body(&checkpoint)["sequence"], 0);
}

#[test]
fn whoever_floods_the_log_is_told_to_wait() {
    let platform = platform(accept());
    platform.is_rate_limited.set(true);
    for request in [
        post(),
        form("/api/consent"),
        form("/api/consent/withdraw"),
        erase(None),
        request("GET", "/api/consent/records"),
        with_token("/api/consent/export", "guess"),
        with_token("/api/consent/stats", TOKEN),
    ] {
        let refused = ask(&request, &platform);
        assert_eq!(refused.status, 429, "{request:?}");
        assert_eq!(header(&refused, "Retry-After"), ["60"]);
        assert!(header(&refused, "Set-Cookie").is_empty());
    }
    assert_eq!(platform.body_reads.get(), 0);
    for path in ["/api/consent", "/api/consent/keys", "/privacy"] {
        assert!(ask(&request("GET", path), &platform).status < 400, "{path}");
    }
}

#[test]
fn every_night_leaves_a_checkpoint() {
    let platform = platform(accept());
    ask(&post(), &platform);
    let done = ready(nightly::run(&SITE, &platform, NOW, NOW)).unwrap();
    assert_eq!((done.deleted, done.sequence), (0, 1));
    let kept = platform.asked.borrow().concat();
    assert!(
        kept.starts_with("kelisim.checkpoint/1\ncap.kz\n1\n"),
        "{kept}"
    );
}
