//! Erasing, auditing, proving.

use super::*;
use crate::answer::VARY_CONSENT;

fn with_token(path: &str, token: &str) -> Call<'static> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Call {
        query: query.to_owned(),
        authorization: Some(format!("Bearer {token}")),
        ..call("GET", path)
    }
}

fn erase(cookie: Option<String>) -> Call<'static> {
    Call {
        place: Place::Erase,
        cookie,
        ..post()
    }
}

#[test]
fn an_erased_visitor_has_no_records_and_no_choice() {
    let mut world = world(accept());
    let posted = ask(&post(), &world);
    world.body = Vec::new();
    let erased = ask(&erase(cookie(&posted)), &world);
    assert_eq!((erased.status, &body(&erased)["records"]), (200, &json!(1)));
    let lines = header(&erased, "Set-Cookie");
    let forgotten = format!("{COOKIE_NAME}=; Max-Age=0; Path=/; Secure; SameSite=Lax");
    assert!(lines.contains(&forgotten.as_str()), "{lines:?}");
    assert!(lines.contains(&"_ga=; Max-Age=0; Path=/"), "{lines:?}");
    let own = Call {
        cookie: cookie(&posted),
        ..call("GET", "/api/consent/records")
    };
    assert_eq!(body(&ask(&own, &world))["entries"], json!([]));
    assert_eq!(world.rows.entries.borrow().len(), 1, "the record stays");
}

#[test]
fn a_form_that_erases_leads_back() {
    let mut world = world(accept());
    let posted = ask(&post(), &world);
    world.body = b"surface=choices&locale=kk&return=/kk/choices/%23s-erased".to_vec();
    let erased = Call {
        cookie: cookie(&posted),
        ..form("/api/consent/erase")
    };
    let answer = ask(&erased, &world);
    assert_eq!(answer.status, 303);
    assert_eq!(header(&answer, "Location"), ["/kk/choices/#s-erased"]);
}

#[test]
fn only_the_visitor_themself_is_erased_and_only_by_the_site() {
    let mut world = world(accept());
    let posted = ask(&post(), &world);
    world.body = Vec::new();
    assert_eq!(ask(&erase(None), &world).status, 401);
    let foreign = Call {
        origin: Some("https://evil.example".to_owned()),
        ..erase(cookie(&posted))
    };
    assert_eq!(ask(&foreign, &world).status, 403);
    world.body = b"{\"subject\":\"x\"}".to_vec();
    assert_eq!(ask(&erase(cookie(&posted)), &world).status, 400);
    world.body = Vec::new();
    world.log_fails.set(true);
    let failed = ask(&erase(cookie(&posted)), &world);
    assert_eq!(failed.status, 503);
    assert!(header(&failed, "Set-Cookie").is_empty());
}

#[test]
fn without_a_token_nothing_is_asked_of_the_log() {
    let world = world("");
    for path in [
        "/api/consent/export",
        "/api/consent/stats",
        "/api/consent/audit",
        "/api/consent/export?format=xml",
    ] {
        for call in [
            with_token(path, "fedcba9876543210fedcba9876543210"),
            with_token(path, ""),
            Call {
                authorization: None,
                ..with_token(path, "")
            },
        ] {
            let refused = ask(&call, &world);
            assert_eq!(refused.status, 401, "{path}");
            let challenge = header(&refused, "WWW-Authenticate");
            assert_eq!(challenge, ["Bearer realm=\"consent log\""]);
            assert_eq!(header(&refused, "Cache-Control"), ["no-store"]);
        }
    }
    assert!(world.asked.borrow().is_empty());
}

#[test]
fn an_export_names_its_reader_and_its_next_page() {
    let world = world("");
    let path = "/api/consent/export?from=2026-11-20&limit=9&format=csv";
    let page = ask(&with_token(path, TOKEN), &world);
    assert_eq!(page.status, 200);
    assert_eq!(
        header(&page, "Link"),
        [
            "</api/consent/export?cursor=7&limit=9&from=2026-11-20T00:00:00.000Z&format=csv>; rel=\"next\""
        ]
    );
    assert_eq!(header(&page, "Vary"), [VARY_CONSENT]);
    let asked = world.asked.borrow().concat();
    assert!(asked.contains("limit: 9"), "{asked}");
    assert!(!asked.contains(TOKEN), "{asked}");
}

#[test]
fn an_empty_export_is_the_checkpoint_of_its_beginning() {
    let page = ask(&with_token("/api/consent/export", TOKEN), &world(""));
    let lines: Vec<_> = page.body.lines().collect();
    assert_eq!(lines.len(), 1, "{}", page.body);
    let checkpoint: Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(checkpoint["sequence"], 0);
    let signed = checkpoint["signature"]["ed25519"].as_str().unwrap();
    assert!(signed.starts_with("signed kelisim.checkpoint/1\ncap.kz\n0\n"));
}

#[test]
fn receipts_are_signed_over_site_place_and_hash() {
    let world = world(accept());
    let posted = ask(&post(), &world);
    let receipt = body(&posted);
    let expected = format!(
        "signed kelisim.receipt/1\ncap.kz\n1\n{}",
        receipt["hash"].as_str().unwrap()
    );
    assert_eq!(receipt["signature"]["ed25519"], json!(expected));
    let own = Call {
        cookie: cookie(&posted),
        ..call("GET", "/api/consent/records")
    };
    let records = body(&ask(&own, &world));
    assert_eq!(
        records["entries"][0]["signature"]["ed25519"],
        json!(expected)
    );
}

#[test]
fn keys_and_checkpoint_are_for_everyone_for_a_while() {
    let world = world("");
    let keys = ask(&call("GET", "/api/consent/keys"), &world);
    assert_eq!(
        body(&keys),
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "1", "x": "x"}
        ]})
    );
    assert_eq!(header(&keys, "Cache-Control"), ["public, max-age=300"]);
    let checkpoint = ask(&call("GET", "/api/consent/checkpoint"), &world);
    assert_eq!(header(&checkpoint, "Cache-Control"), ["public, max-age=60"]);
    assert_eq!(header(&checkpoint, "Vary"), ["Origin"]);
    assert_eq!(body(&checkpoint)["sequence"], 0);
}

#[test]
fn whoever_floods_the_log_is_told_to_wait() {
    let world = world(accept());
    world.is_flooded.set(true);
    for call in [
        post(),
        form("/api/consent"),
        form("/api/consent/withdraw"),
        erase(None),
        call("GET", "/api/consent/records"),
        with_token("/api/consent/export", "guess"),
        with_token("/api/consent/stats", TOKEN),
    ] {
        let refused = ask(&call, &world);
        assert_eq!(refused.status, 429, "{call:?}");
        assert_eq!(header(&refused, "Retry-After"), ["60"]);
        assert!(header(&refused, "Set-Cookie").is_empty());
    }
    assert_eq!(world.body_reads.get(), 0);
    for path in ["/api/consent", "/api/consent/keys", "/privacy"] {
        assert!(ask(&call("GET", path), &world).status < 400, "{path}");
    }
}

#[test]
fn every_night_leaves_a_checkpoint() {
    let world = world(accept());
    ask(&post(), &world);
    let done = ready(nightly::nightly(&SITE, &world, NOW, NOW)).unwrap();
    assert_eq!((done.deleted, done.sequence), (0, 1));
    let kept = world.asked.borrow().concat();
    assert!(
        kept.starts_with("kelisim.checkpoint/1\ncap.kz\n1\n"),
        "{kept}"
    );
}
