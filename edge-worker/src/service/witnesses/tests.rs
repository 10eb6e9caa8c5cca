//! Rounds with witnesses that sign, refuse, err and lie.

use super::*;
use crate::fixtures::{manifest, ready};
use crate::service::hourly::tests::{Memory, NOW};
use crate::service::hourly_platform::Reply;
use crate::service::tests::platform;
use domain::tlog::{KeyKind, TreeHead};
use domain::{Digest, Manifest, WitnessPolicy};

/// The key of the witness of that number, with which [`Memory`] verifies what begins with it.
fn key(number: u8) -> VerifierKey {
    VerifierKey {
        name: format!("witness.example/{number}"),
        kind: KeyKind::Cosigner,
        key: [number; 32],
    }
}

/// A site with so many witnesses, of which `quorum` are needed.
fn site(quorum: u32, count: u8) -> Site {
    let witness = |number| Witness {
        name: format!("w{number}"),
        key: key(number).to_string(),
        address: format!("https://witness.example/{number}/"),
    };
    platform::site(Manifest {
        witnesses: WitnessPolicy {
            quorum,
            list: (1..=count).map(witness).collect(),
        },
        ..manifest()
    })
}

fn memory(size: u64) -> Memory {
    let memory = Memory::default();
    memory.size.set(size);
    memory
}

fn line(key: &VerifierKey, time: u64, ed25519: [u8; 64]) -> String {
    NoteSignature {
        name: key.name.clone(),
        key_id: key.id(),
        bytes: Cosignature { time, ed25519 }.to_bytes(),
    }
    .to_string()
}

fn now() -> u64 {
    NOW.seconds().unsigned_abs()
}

fn reply(status: u16, content_type: &str, body: String) -> Result<Reply, String> {
    Ok(Reply {
        status,
        content_type: content_type.to_owned(),
        body: body.into_bytes(),
    })
}

fn signs(number: u8) -> Result<Reply, String> {
    reply(200, "", line(&key(number), now(), [number; 64]))
}

fn stands_at(size: u64) -> Result<Reply, String> {
    reply(409, "text/x.tlog.size", format!("{size}\n"))
}

/// A round in which witnesses answer so, one after the other.
fn round(site: &Site, memory: &Memory, replies: Vec<Result<Reply, String>>) -> Round {
    memory.replies.replace(replies.into_iter().rev().collect());
    let round = ready(run(site, memory, NOW, None)).unwrap();
    assert!(memory.replies.borrow().is_empty(), "all were asked");
    round
}

/// What was sent since the last time.
fn sent(memory: &Memory) -> Vec<AddCheckpoint> {
    let sent = memory.sent.take().into_iter();
    sent.map(|sent| AddCheckpoint::parse(&sent.body).unwrap())
        .collect()
}

fn problems(memory: &Memory) -> Vec<Option<String>> {
    let states = memory.states.borrow();
    let problem = |state: &WitnessState| state.problem.clone().map(|(problem, _)| problem);
    states.iter().map(problem).collect()
}

fn published(memory: &Memory) -> Note {
    Note::parse(&memory.published.borrow().as_ref().unwrap().note).unwrap()
}

#[test]
fn without_witnesses_the_checkpoint_is_published_and_nobody_is_asked() {
    let memory = memory(7);
    let done = round(&site(0, 0), &memory, vec![]);
    assert_eq!(
        (done.size, done.cosignatures, done.is_published),
        (7, 0, true)
    );
    let note = published(&memory);
    let head = TreeHead::parse(&note.text).unwrap();
    assert_eq!((head.origin.as_str(), head.size), ("cap.kz/log", 7));
    // Of each key a signature, and a cosignature with the time.
    let times = note.signatures.iter().map(|one| one.bytes.len());
    assert_eq!(times.collect::<Vec<_>>(), [64, 72, 64, 72]);
}

#[test]
fn witnesses_get_a_proof_from_where_they_stand_and_sign() {
    let (site, memory) = (site(2, 2), memory(7));
    round(&site, &memory, vec![signs(1), signs(2)]);
    for body in sent(&memory) {
        assert_eq!((body.old, body.proof.len()), (0, 0));
        // Of each key of the log a signature, and no cosignature.
        let lengths = body.checkpoint.signatures.iter().map(|one| one.bytes.len());
        assert_eq!(lengths.collect::<Vec<_>>(), [64, 64]);
    }
    memory.size.set(9);
    let done = round(&site, &memory, vec![signs(1), signs(2)]);
    assert_eq!((done.cosignatures, done.is_published), (2, true));
    let [first, second] = &sent(&memory)[..] else {
        panic!("two witnesses");
    };
    assert_eq!(first, second);
    assert_eq!(
        (first.old, first.proof.as_slice()),
        (7, &[Digest::from([7; 32])][..])
    );
    let note = published(&memory);
    let names = note.signatures.iter().map(|one| one.name.as_str());
    let names: Vec<_> = names.skip(4).collect();
    assert_eq!(names, ["witness.example/1", "witness.example/2"]);
    let states = memory.states.take();
    assert!(
        states
            .iter()
            .all(|state| state.size == 9 && state.time == Some(NOW))
    );
}

#[test]
fn a_log_that_has_not_grown_asks_nobody_who_has_signed() {
    let (site, memory) = (site(1, 2), memory(7));
    round(&site, &memory, vec![signs(1), Err("it sleeps".to_owned())]);
    sent(&memory);
    // The other one is asked again, and the first one's cosignature stays.
    let done = round(&site, &memory, vec![signs(2)]);
    assert_eq!((done.cosignatures, sent(&memory).len()), (2, 1));
    round(&site, &memory, vec![]);
    assert_eq!(published(&memory).signatures.len(), 6);
}

#[test]
fn a_witness_that_is_down_delays_nothing_and_is_reported_since_it_is() {
    let (site, memory) = (site(1, 2), memory(7));
    let done = round(&site, &memory, vec![Err("it sleeps".to_owned()), signs(2)]);
    assert_eq!((done.cosignatures, done.is_published), (1, true));
    assert_eq!(problems(&memory), [Some("it sleeps".to_owned()), None]);
    assert_eq!(memory.reports.take(), ["witness: w1: it sleeps"]);
    memory.size.set(9);
    let later = NOW.plus_days(1);
    memory
        .replies
        .replace(vec![signs(2), reply(500, "", String::new())]);
    ready(run(&site, &memory, later, None)).unwrap();
    let (problem, since) = memory.states.borrow()[0].problem.clone().unwrap();
    assert_eq!(
        (problem.as_str(), since),
        ("it answers with status 500", NOW)
    );
    memory.size.set(10);
    round(&site, &memory, vec![signs(1), signs(2)]);
    assert_eq!(problems(&memory), [None, None]);
}

#[test]
fn too_few_cosignatures_keep_the_checkpoint_that_has_enough() {
    let (site, memory) = (site(2, 2), memory(7));
    let down = || Err("it sleeps".to_owned());
    // There is none yet, so one with too few is better.
    assert!(round(&site, &memory, vec![signs(1), down()]).is_published);
    assert!(round(&site, &memory, vec![signs(2)]).is_published);
    memory.size.set(9);
    let done = round(&site, &memory, vec![signs(1), down()]);
    assert_eq!((done.size, done.is_published), (9, false));
    assert_eq!(TreeHead::parse(&published(&memory).text).unwrap().size, 7);
    // The first one's is not in the published checkpoint, so it signs the newest again.
    let done = round(&site, &memory, vec![signs(1), signs(2)]);
    assert_eq!((done.size, done.is_published), (9, true));
    assert_eq!(sent(&memory).last().unwrap().old, 7);
}

#[test]
fn a_witness_that_stands_elsewhere_is_proved_to_once_more_and_not_a_third_time() {
    let (site, memory) = (site(1, 1), memory(9));
    assert_eq!(
        round(&site, &memory, vec![stands_at(5), signs(1)]).cosignatures,
        1
    );
    let sizes: Vec<_> = sent(&memory)
        .iter()
        .map(|body| (body.old, body.proof.len()))
        .collect();
    assert_eq!(sizes, [(0, 0), (5, 1)]);
    memory.size.set(12);
    round(&site, &memory, vec![stands_at(5), stands_at(6)]);
    assert!(problems(&memory)[0].as_ref().unwrap().contains("twice"));
}

#[test]
fn a_witness_that_has_seen_another_or_a_longer_tree_is_an_alarm() {
    for replies in [
        vec![stands_at(10)],
        vec![stands_at(9), stands_at(9)],
        vec![stands_at(9), reply(422, "", String::new())],
        vec![stands_at(4), stands_at(10)],
    ] {
        let (site, memory) = (site(1, 1), memory(9));
        let done = round(&site, &memory, replies);
        assert_eq!(done.cosignatures, 0);
        let [report] = &memory.reports.take()[..] else {
            panic!("one report");
        };
        assert!(report.starts_with("witness: w1: ALARM: "), "{report}");
    }
}

#[test]
fn only_a_right_signature_by_the_named_key_counts() {
    let one = key(1);
    let named_alike = VerifierKey {
        name: one.name.clone(),
        ..key(2)
    };
    let note = |bytes: Vec<u8>| NoteSignature {
        name: one.name.clone(),
        key_id: one.id(),
        bytes,
    };
    for (body, words) in [
        (String::new(), "doesn't sign with the key"),
        (line(&key(2), now(), [2; 64]), "doesn't sign with the key"),
        (
            line(&named_alike, now(), [2; 64]),
            "doesn't sign with the key",
        ),
        (line(&one, now(), [2; 64]), "signature is wrong"),
        (note(vec![1; 64]).to_string(), "has no time"),
        (line(&one, now() + 301, [1; 64]), "five minutes ahead"),
    ] {
        let (site, memory) = (site(1, 1), memory(9));
        assert_eq!(
            round(&site, &memory, vec![reply(200, "", body)]).cosignatures,
            0
        );
        let problem = problems(&memory).remove(0).unwrap();
        assert!(problem.contains(words), "{problem}");
    }
    let (site, memory) = (site(1, 1), memory(9));
    let lines = [
        line(&key(2), now(), [2; 64]),
        line(&one, now() + 300, [1; 64]),
    ];
    assert_eq!(
        round(&site, &memory, vec![reply(200, "", lines.concat())]).cosignatures,
        1
    );
}

#[test]
fn a_witness_that_was_taken_out_of_the_settings_is_forgotten() {
    let memory = memory(7);
    round(&site(1, 2), &memory, vec![signs(1), signs(2)]);
    let done = round(&site(1, 1), &memory, vec![]);
    assert_eq!((done.cosignatures, memory.states.borrow().len()), (1, 1));
    assert_eq!(published(&memory).signatures.len(), 5);
}
