//! Receipts and checkpoints.

use super::*;
use crate::log::tree_messages::{Head, NotLogged, PUBLISH, Publication, Published};
use domain::tlog::{Cosignature, Note, Proof, TreeHead, cosigned_message, leaf_hash};
use domain::tlog::{Edge, root_by_inclusion};

fn own(posted: &Response) -> ConsentRequest<'static> {
    ConsentRequest {
        cookie: cookie(posted),
        ..request("GET", "/api/consent/records")
    }
}

/// Logs an event of another visitor.
fn add(platform: &mut TestPlatform, number: u8) -> Response {
    let mut other = accept();
    other["id"] = json!(format!("01890a5d-ac96-774b-bcce-b302099a80{number:02}"));
    other["secret"] = json!(format!("BBBBBBBBBBBBBBBBBBBB{number:02}"));
    platform.body = other.to_string().into_bytes();
    ask(&post(), platform)
}

/// Checks a receipt as anybody can: that its record is in the tree of its checkpoint.
fn checked(entry: &Value) -> (Proof, TreeHead) {
    let proof = Proof::parse(entry["receipt"].as_str().unwrap()).unwrap();
    let head = TreeHead::parse(&proof.checkpoint.text).unwrap();
    let text = proof.extra.clone().unwrap();
    let leaf = leaf_hash(&text);
    let root = root_by_inclusion(proof.index, head.size, &leaf, &proof.path);
    assert_eq!(root, Some(head.root));
    assert_eq!(entry["index"], proof.index);
    let record: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(entry["record"], record);
    (proof, head)
}

#[test]
fn a_receipt_proves_the_record_in_a_tree_that_the_current_key_has_signed() {
    let mut platform = platform(accept());
    for number in 1..5 {
        let posted = add(&mut platform, number);
        let (proof, head) = checked(&body(&posted));
        assert_eq!(
            (proof.index, head.size),
            (u64::from(number), u64::from(number) + 1)
        );
        assert_eq!(head.origin, "cap.kz/log");
        let [line] = &proof.checkpoint.signatures[..] else {
            panic!("{proof:?}");
        };
        assert_eq!(line.key_id, SITE.log_keys.signing[0].signature);
        assert_eq!(line.bytes, signature(0, &proof.checkpoint.text));
        assert_eq!(
            platform.signed.get(),
            u32::from(number),
            "one signature an event"
        );
    }
}

#[test]
fn a_page_of_receipts_is_signed_once() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    for _ in 0..2 {
        platform.body = Vec::new();
        let again = ConsentRequest {
            method: "DELETE".to_owned(),
            content_type: None,
            cookie: cookie(&posted),
            ..post()
        };
        ask(&again, &platform);
    }
    platform.signed.set(0);
    let records = body(&ask(&own(&posted), &platform));
    assert_eq!(records["entries"].as_array().unwrap().len(), 3);
    for entry in records["entries"].as_array().unwrap() {
        assert_eq!(checked(entry).1.size, 4);
    }
    assert_eq!(platform.signed.get(), 1);
}

#[test]
fn what_witnesses_have_cosigned_is_proved_under_their_checkpoint() {
    let mut platform = platform(accept());
    let posted = ask(&post(), &platform);
    let Head { size, root, .. } = platform.log.head();
    let head = TreeHead {
        origin: "cap.kz/log".to_owned(),
        size,
        root,
    };
    let note = format!("{head}\n— cap.kz/log AAAAAQI=\n— w.example/1 AQIDBAUGBwg=\n");
    let publication = Publication {
        archive_problem: None,
        published: Some(Published {
            size,
            root,
            note: note.clone(),
            cosignatures: 1,
            time: NOW,
        }),
        witnesses: Vec::new(),
    };
    platform.log.ask::<()>(PUBLISH, &publication);
    platform.body = Vec::new();
    let withdrawal = ConsentRequest {
        method: "DELETE".to_owned(),
        content_type: None,
        cookie: cookie(&posted),
        ..post()
    };
    ask(&withdrawal, &platform);
    let records = body(&ask(&own(&posted), &platform));
    let (cosigned, _) = checked(&records["entries"][0]);
    assert_eq!(cosigned.checkpoint.to_string(), note);
    let (later, head) = checked(&records["entries"][1]);
    assert_eq!((head.size, later.checkpoint.signatures.len()), (3, 1));
}

#[test]
fn records_from_the_archive_are_the_same_or_refused() {
    let platform = platform(accept());
    let posted = ask(&post(), &platform);
    let expected = body(&ask(&own(&posted), &platform));
    platform.is_archived.set(true);
    assert_eq!(body(&ask(&own(&posted), &platform)), expected);
    // A retry that the log can't compare by itself.
    let retried = ask(&post(), &platform);
    assert_eq!((retried.status, &retried.body), (201, &posted.body));
    platform.archive_fails.set(true);
    for request in [own(&posted), post()] {
        let refused = ask(&request, &platform);
        assert_eq!(refused.status, 503);
        assert_eq!(
            body(&refused)["detail"],
            "the archive of the log can't be read"
        );
        assert!(header(&refused, "Set-Cookie").is_empty());
    }
    platform.archive_fails.set(false);
    // Whoever can write to the archive can't put words into a record.
    platform.archive_lies.set(true);
    assert_eq!(ask(&own(&posted), &platform).status, 503);
}

#[test]
fn a_log_that_refuses_says_why() {
    for (reason, word) in [
        (NotLogged::Migrating, "moved"),
        (NotLogged::Full, "full"),
        (NotLogged::Damaged, "damaged"),
        (NotLogged::Clock, "clock"),
    ] {
        let platform = platform(accept());
        platform.refuses.set(Some(reason));
        let refused = ask(&post(), &platform);
        assert_eq!(refused.status, 503);
        assert_eq!(header(&refused, "Retry-After"), ["30"]);
        let detail = body(&refused)["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(word), "{detail}");
        assert!(header(&refused, "Set-Cookie").is_empty());
    }
}

#[test]
fn a_published_checkpoint_is_signed_by_every_seed_and_dated() {
    let mut platform = platform(accept());
    add(&mut platform, 1);
    let checkpoint = ask(&request("GET", "/log/checkpoint"), &platform);
    let note = Note::parse(text(&checkpoint)).unwrap();
    let head = TreeHead::parse(&note.text).unwrap();
    let mut edge = Edge::empty();
    for text in platform.texts() {
        edge.push(leaf_hash(text.as_bytes()));
    }
    assert_eq!((head.size, head.root), (2, edge.root()));
    let time = u64::try_from(NOW.seconds()).unwrap();
    let dated = cosigned_message(time, &note.text);
    let mut lines = note.signatures.iter();
    for (key, ids) in SITE.log_keys.signing.iter().enumerate() {
        let signed = lines.next().unwrap();
        assert_eq!(signed.key_id, ids.signature);
        assert_eq!(signed.bytes, signature(key, &note.text));
        let cosigned = lines.next().unwrap();
        assert_eq!(cosigned.key_id, ids.cosignature);
        let cosignature = Cosignature::from_bytes(&cosigned.bytes).unwrap();
        assert_eq!(cosignature.time, time);
        assert_eq!(cosignature.ed25519.to_vec(), signature(key, &dated));
    }
    assert!(lines.next().is_none());
    assert!(note.signatures.iter().all(|line| line.name == "cap.kz/log"));
}
