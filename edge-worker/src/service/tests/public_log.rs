//! What anybody may read of the log.

use super::*;
use crate::keys::LogKeys;
use crate::log::tree_messages::{Head, NotLogged, PUBLISH, Publication, Published, WitnessState};
use crate::response::Body;
use domain::WitnessPolicy;
use domain::tlog::{VerifierKey, leaf_hash};

/// The site with witnesses.
fn witnessed() -> Site {
    let mut manifest = crate::fixtures::manifest();
    manifest.witnesses = serde_json::from_value::<WitnessPolicy>(json!({
        "quorum": 1,
        "list": [{"name": "auditor", "key": "w.example/1+AA+BB", "address": "https://w.example/"}],
    }))
    .unwrap();
    Site {
        manifest,
        keys: Keys::parse(KEYS).unwrap(),
        tokens: Tokens::parse(TOKEN),
        public_keys: SITE.public_keys.clone(),
        log_keys: LogKeys::new("cap.kz", &SITE.public_keys, 2).unwrap(),
    }
}

#[test]
fn what_is_public_may_be_kept_and_read_by_any_page() {
    let platform = platform(accept());
    ask(&post(), &platform);
    let text = "text/plain; charset=utf-8";
    let forever = "public, max-age=31536000, immutable";
    for (path, status, content_type, caching) in [
        ("/log/checkpoint", 200, text, "public, max-age=60"),
        ("/log/info", 200, "application/json", "public, max-age=60"),
        ("/log/policy", 200, text, "public, max-age=300"),
        (
            "/log/tile/0/000.p/2",
            200,
            "application/octet-stream",
            forever,
        ),
        (
            "/log/tile/0/000.p/3",
            404,
            "application/problem+json",
            "public, max-age=10",
        ),
        (
            "/api/consent/keys",
            200,
            "application/json",
            "public, max-age=300",
        ),
    ] {
        let asked = ConsentRequest {
            origin: Some("https://monitor.example".to_owned()),
            ..request("GET", path)
        };
        let answer = ask(&asked, &platform);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(header(&answer, "Content-Type"), [content_type], "{path}");
        assert_eq!(header(&answer, "Cache-Control"), [caching], "{path}");
        assert_eq!(
            header(&answer, "Access-Control-Allow-Origin"),
            ["*"],
            "{path}"
        );
        let credentials = header(&answer, "Access-Control-Allow-Credentials");
        assert!(credentials.is_empty(), "{path}");
    }
}

#[test]
fn a_tile_is_asked_of_the_log_once() {
    let platform = platform(accept());
    ask(&post(), &platform);
    let texts = platform.texts();
    let leaves = texts
        .iter()
        .map(|text| *leaf_hash(text.as_bytes()).as_bytes());
    let leaves: Vec<u8> = leaves.flatten().collect();
    for _ in 0..3 {
        let tile = ask(&request("GET", "/log/tile/0/000.p/2"), &platform);
        assert_eq!(tile.body, Body::Bytes(leaves.clone()));
    }
    assert_eq!(platform.public_calls.get(), 1);
    // What a cache has costs nobody anything.
    assert_eq!(platform.counted.borrow().len(), 2);
    let marked = ConsentRequest {
        query: "x=1".to_owned(),
        ..request("GET", "/log/tile/0/000.p/2")
    };
    assert_eq!(ask(&marked, &platform).status, 400);
}

#[test]
fn the_log_is_asked_for_its_checkpoint_once_a_minute() {
    let platform = platform(accept());
    ask(&post(), &platform);
    platform.signed.set(0);
    let at = |seconds: i64, path: &str| {
        let now = Timestamp::from_seconds(NOW.seconds() + seconds);
        ask_at(&request("GET", path), &SITE, &platform, now)
    };
    let first = at(0, "/log/checkpoint");
    ask(&post(), &platform);
    assert_eq!(at(59, "/log/checkpoint").body, first.body);
    assert_eq!(at(59, "/log/info").status, 200);
    assert_eq!((platform.public_calls.get(), platform.signed.get()), (1, 5));
    assert_ne!(at(60, "/log/checkpoint").body, first.body);
    assert_eq!(platform.public_calls.get(), 2);
    // A clock that was set back makes nothing last longer.
    at(-1, "/log/checkpoint");
    assert_eq!(platform.public_calls.get(), 3);
}

#[test]
fn health_says_whether_the_log_takes_events() {
    let platform = platform("");
    let at = |seconds: i64| {
        let now = Timestamp::from_seconds(NOW.seconds() + seconds);
        ask_at(
            &request("GET", "/api/consent/health"),
            &SITE,
            &platform,
            now,
        )
    };
    let healthy = at(0);
    assert_eq!(
        (healthy.status, &body(&healthy)["problem"]),
        (200, &Value::Null)
    );
    platform.refuses.set(Some(NotLogged::Full));
    assert_eq!(at(9).status, 200);
    assert_eq!(platform.public_calls.get(), 1);
    let full = body(&at(10));
    assert_eq!(full["log"], false);
    assert!(full["problem"].as_str().unwrap().contains("full"), "{full}");
    platform.log_fails.set(true);
    let sick = at(20);
    assert_eq!((sick.status, &body(&sick)["log"]), (503, &json!(false)));
}

#[test]
fn with_witnesses_the_published_checkpoint_counts() {
    let (site, platform) = (witnessed(), platform(accept()));
    ask(&post(), &platform);
    let Head { size, root, .. } = platform.log.head();
    let state = |name: &str| WitnessState {
        name: name.to_owned(),
        size,
        time: Some(NOW),
        problem: None,
    };
    let publication = Publication {
        archive_problem: None,
        published: Some(Published {
            size,
            root,
            note: "cosigned".to_owned(),
            cosignatures: 1,
            time: NOW,
        }),
        witnesses: vec![state("auditor"), state("dismissed")],
    };
    platform.log.ask::<()>(PUBLISH, &publication);
    let later = ConsentRequest {
        method: "DELETE".to_owned(),
        content_type: None,
        ..post()
    };
    ask(&later, &platform);
    platform.signed.set(0);
    let ask_of = |path: &str| ask_at(&request("GET", path), &site, &platform, NOW);
    assert_eq!(text(&ask_of("/log/checkpoint")), "cosigned");
    assert_eq!(
        body(&ask_of("/log/info")),
        json!({
            "origin": "cap.kz/log", "size": 2, "minimum_index": 1, "retention_days": 1095,
            "witnesses": [{"name": "auditor", "size": 2, "time": "2026-11-20T09:30:00.000Z"}],
            "schema": "kelisim.log-info/1",
        })
    );
    assert_eq!(platform.signed.get(), 0);
}

#[test]
fn the_policy_names_every_key_and_the_quorum() {
    let policy = |site: &Site| {
        let answer = ask_at(&request("GET", "/log/policy"), site, &platform(""), NOW);
        text(&answer).to_owned()
    };
    let alone = policy(&SITE);
    let lines: Vec<_> = alone.lines().collect();
    let (quorum, logs) = lines.split_last().unwrap();
    assert_eq!((*quorum, logs.len()), ("quorum none", 3));
    for line in logs {
        let [word, key, url] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert_eq!((word, url), ("log", "https://cap.kz/log/"));
        assert_eq!(VerifierKey::parse(key).unwrap().name, "cap.kz/log");
    }
    let with_witness = policy(&witnessed());
    let end = "witness auditor w.example/1+AA+BB https://w.example/\ngroup witnesses 1 auditor\nquorum witnesses\n";
    assert!(with_witness.ends_with(end), "{with_witness}");
}
