//! What auditors and operators read.

use super::*;
use crate::log::tree_messages::{PURGE, Step};
use crate::response::{Body, VARY_CONSENT};
use domain::Digest;
use domain::tlog::{
    Edge, Note, TreeHead, from_base64, leaf_hash, read_bundle, root_by_inclusion,
    verify_consistency,
};

pub(super) fn with_token(path: &str, token: &str) -> ConsentRequest<'static> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    ConsentRequest {
        query: query.to_owned(),
        authorization: Some(format!("Bearer {token}")),
        ..request("GET", path)
    }
}

/// A log of that many records of one visitor.
fn log_of(records: u8) -> TestPlatform {
    let mut platform = platform("");
    for number in 0..records {
        let mut words = accept();
        words["id"] = json!(format!("01890a5d-ac96-774b-bcce-b302099a80{number:02}"));
        platform.body = words.to_string().into_bytes();
        assert_eq!(ask(&post(), &platform).status, 201);
    }
    platform
}

fn digests(value: &Value) -> Vec<Digest> {
    let encoded = value.as_array().unwrap().iter();
    let bytes = encoded.map(|hash| from_base64(hash.as_str().unwrap()).unwrap());
    bytes
        .map(|bytes| Digest::from(<[u8; 32]>::try_from(bytes).unwrap()))
        .collect()
}

#[test]
fn without_a_token_nothing_is_asked_of_the_log() {
    let platform = platform("");
    for path in [
        "/api/consent/export",
        "/api/consent/stats",
        "/api/consent/audit",
        "/api/consent/record?index=1",
        "/log/tile/entries/000",
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
fn an_export_in_pages_is_proved_by_its_first_line() {
    for is_archived in [false, true] {
        let platform = log_of(7);
        platform.is_archived.set(is_archived);
        let mut path = "/api/consent/export?limit=3".to_owned();
        let mut whole = String::new();
        let mut pages = 0;
        loop {
            let page = ask(&with_token(&path, TOKEN), &platform);
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(header(&page, "Vary"), [VARY_CONSENT]);
            whole.push_str(text(&page));
            pages += 1;
            let Some(link) = header(&page, "Link").first().map(|link| (*link).to_owned()) else {
                break;
            };
            let (address, relation) = link.split_once('>').unwrap();
            assert_eq!(relation, "; rel=\"next\"");
            path = address.strip_prefix('<').unwrap().to_owned();
        }
        assert_eq!(pages, 3);
        let mut lines = whole.split_terminator('\n');
        let start: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!((&start["first"], &start["end"]), (&json!(1), &json!(8)));
        let checkpoint = Note::parse(start["checkpoint"].as_str().unwrap()).unwrap();
        let head = TreeHead::parse(&checkpoint.text).unwrap();
        assert_eq!(start["origin"], head.origin);
        let mut edge = Edge::new(1, digests(&start["edge"])).unwrap();
        let records: Vec<_> = lines.collect();
        assert_eq!(records.len(), 7);
        for record in records {
            edge.push(leaf_hash(record.as_bytes()));
        }
        let consistency = digests(&start["consistency"]);
        assert!(verify_consistency(
            8,
            &edge.root(),
            head.size,
            &head.root,
            &consistency
        ));
        let first = leaf_hash(start["log"].to_string().as_bytes());
        let path = digests(&start["log_proof"]);
        assert_eq!(
            root_by_inclusion(0, head.size, &first, &path),
            Some(head.root)
        );
    }
}

#[test]
fn an_export_names_its_reader_and_its_next_page() {
    let platform = log_of(3);
    let path = "/api/consent/export?from=2026-11-20&limit=2&format=csv";
    let page = ask(&with_token(path, TOKEN), &platform);
    assert_eq!(page.status, 200);
    assert_eq!(
        header(&page, "Link"),
        ["</api/consent/export?cursor=3&end=4&limit=2&format=csv>; rel=\"next\""]
    );
    assert_eq!(text(&page).split_terminator("\r\n").count(), 3);
    let asked = platform.asked.borrow().concat();
    assert!(asked.contains("limit: 2"), "{asked}");
    assert!(asked.contains("2026-11-20"), "{asked}");
    assert!(!asked.contains(TOKEN), "{asked}");
    for path in [
        "/api/consent/export?cursor=1",
        "/api/consent/export?end=1",
        "/api/consent/export?format=tlog-proof",
    ] {
        assert_eq!(
            ask(&with_token(path, TOKEN), &platform).status,
            400,
            "{path}"
        );
    }
}

#[test]
fn a_page_whose_records_were_deleted_meanwhile_is_gone() {
    let platform = log_of(3);
    let long_after = NOW.plus_days(1095 + 1);
    platform.log.now.set(long_after.millis());
    let step: Step = platform.log.ask(PURGE, &long_after);
    assert_eq!(step.records, 3);
    let path = "/api/consent/export?cursor=1&end=4";
    let gone = ask(&with_token(path, TOKEN), &platform);
    assert_eq!((gone.status, &body(&gone)["code"]), (410, &json!("purged")));
}

#[test]
fn one_record_is_looked_up_with_its_receipt() {
    let platform = log_of(2);
    let found = ask(&with_token("/api/consent/record?index=2", TOKEN), &platform);
    let found = body(&found);
    assert_eq!(found["index"], 2);
    assert_eq!(found["record"]["action"], "accept_all");
    let receipt = found["receipt"].as_str().unwrap();
    assert!(receipt.starts_with("c2sp.org/tlog-proof@v1\n"), "{receipt}");
    let asked = platform.asked.borrow().concat();
    assert!(asked.contains("reader"), "{asked}");
    for (path, status) in [
        ("/api/consent/record?index=3", 404),
        ("/api/consent/record", 400),
        ("/api/consent/record?index=x", 400),
    ] {
        assert_eq!(
            ask(&with_token(path, TOKEN), &platform).status,
            status,
            "{path}"
        );
    }
}

#[test]
fn a_bundle_is_the_same_from_log_and_archive() {
    let platform = log_of(5);
    let texts = platform.texts();
    for is_archived in [false, true] {
        platform.is_archived.set(is_archived);
        // The log itself cuts what it holds.
        let path = if is_archived {
            "/log/tile/entries/000.p/4"
        } else {
            "/log/tile/entries/000.p/6"
        };
        let bundle = ask(&with_token(path, TOKEN), &platform);
        assert_eq!(
            header(&bundle, "Content-Type"),
            ["application/octet-stream"]
        );
        assert_eq!(header(&bundle, "Content-Encoding"), ["gzip"]);
        assert_eq!(header(&bundle, "Cache-Control"), ["no-store"]);
        assert!(header(&bundle, "Access-Control-Allow-Origin").is_empty());
        let Body::Bytes(bytes) = bundle.body else {
            panic!("a bundle is bytes");
        };
        let read = read_bundle(&bytes).unwrap();
        assert_eq!(read.len(), if is_archived { 4 } else { 6 });
        for (entry, text) in read.iter().zip(&texts) {
            assert_eq!(*entry, text.as_bytes());
        }
    }
}
