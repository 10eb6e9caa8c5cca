//! What is cosigned and what is refused, as c2sp.org/tlog-witness orders it.

use super::*;
use domain::tlog::{Cosignature, cosigned_message};
use ed25519_dalek::{Signature, VerifyingKey};
use tempfile::TempDir;
use verifier::witness::Refusal;

/// Asks, and says in a word what the answer is: its status, and the size of a 409.
fn ask(witness: &mut Witness, request: &AddCheckpoint) -> String {
    ask_text(witness, &request.to_string())
}

fn ask_text(witness: &mut Witness, request: &str) -> String {
    match witness.add_checkpoint(request.as_bytes(), NOW) {
        Ok(cosigned) => format!("200 {}", cosigned.head.size),
        Err(Refusal::Malformed(_)) => "400".to_owned(),
        Err(Refusal::Unsigned) => "403".to_owned(),
        Err(Refusal::UnknownLog) => "404".to_owned(),
        Err(Refusal::OtherSize(size)) => format!("409 {size}"),
        Err(Refusal::Fork(_)) => "422 fork".to_owned(),
        Err(Refusal::Unproved(_)) => "422".to_owned(),
        Err(Refusal::Storage(error)) => format!("500 {error}"),
    }
}

#[test]
fn a_log_that_grows_is_cosigned_at_every_size() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let mut old = 0;
    for size in [0, 1, 2, 3, 255, 256, 257, 600, 1000] {
        let answer = ask(&mut witness, &log.request(old, size));
        assert_eq!(answer, format!("200 {size}"), "from {old}");
        old = size;
    }
}

#[test]
fn a_cosignature_is_of_the_witness_over_time_and_checkpoint() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let request = log.request(0, 5).to_string();
    let line = witness.add_checkpoint(request.as_bytes(), NOW).unwrap();
    let key = witness.state().key();
    assert_eq!(line.signature.name, "witness.example/w1");
    assert_eq!(line.signature.key_id, key.id());
    let cosignature = Cosignature::from_bytes(&line.signature.bytes).unwrap();
    assert_eq!(cosignature.time, NOW);
    let point = VerifyingKey::from_bytes(&key.key).unwrap();
    let signature = Signature::from_bytes(&cosignature.ed25519);
    let text = log.checkpoint(5).text;
    point
        .verify_strict(cosigned_message(NOW, &text).as_bytes(), &signature)
        .unwrap();
}

#[test]
fn lines_after_the_root_are_cosigned_with_it() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let mut request = log.request(0, 5);
    let note = &mut request.checkpoint;
    note.text.push_str("more of the log\n");
    note.signatures[0].bytes = log.signer.sign(note.text.as_bytes()).to_bytes().to_vec();
    assert_eq!(ask(&mut witness, &request), "200 5");
    let kept = witness.state().logs()[0].last().unwrap();
    assert!(kept.text.ends_with("more of the log\n"));
}

#[test]
fn the_same_checkpoint_is_cosigned_again_at_another_time() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    assert_eq!(ask(&mut witness, &log.request(0, 5)), "200 5");
    let again = log.request(5, 5).to_string();
    let later = witness.add_checkpoint(again.as_bytes(), NOW + 60).unwrap();
    assert!(!later.is_new);
    let cosignature = Cosignature::from_bytes(&later.signature.bytes).unwrap();
    assert_eq!(cosignature.time, NOW + 60);
}

#[test]
fn another_size_than_the_one_cosigned_last_is_answered_with_that_one() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    assert_eq!(ask(&mut witness, &log.request(2, 5)), "409 0");
    assert_eq!(ask(&mut witness, &log.request(0, 5)), "200 5");
    for (old, size) in [(0, 5), (0, 4), (4, 5), (4, 9), (6, 9)] {
        let answer = ask(&mut witness, &log.request(old, size));
        assert_eq!(answer, "409 5", "from {old} to {size}");
    }
}

#[test]
fn a_proof_that_does_not_hold_is_refused_and_changes_nothing() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let mut superfluous = log.request(0, 5);
    superfluous.proof.push(log.root(1));
    assert_eq!(ask(&mut witness, &superfluous), "422");
    assert_eq!(ask(&mut witness, &log.request(0, 5)), "200 5");
    let mut superfluous = log.request(5, 5);
    superfluous.proof.push(log.root(1));
    assert_eq!(ask(&mut witness, &superfluous), "422");

    let good = log.request(5, 9);
    for at in 0..good.proof.len() {
        let mut changed = good.clone();
        changed.proof[at] = log.root(1);
        assert_eq!(ask(&mut witness, &changed), "422", "hash {at}");
        let mut shorter = good.clone();
        shorter.proof.remove(at);
        assert_eq!(ask(&mut witness, &shorter), "422", "without hash {at}");
    }
    let rewritten = Log::new("other").request(5, 9);
    assert_eq!(ask(&mut witness, &rewritten), "422");
    assert_eq!(ask(&mut witness, &good), "200 9");
}

#[test]
fn two_trees_of_one_size_are_evidence_with_the_logs_signatures_on_both() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    assert_eq!(ask(&mut witness, &log.request(0, 5)), "200 5");
    let other = Log::new("other").request(5, 5).to_string();
    let Err(Refusal::Fork(notes)) = witness.add_checkpoint(other.as_bytes(), NOW) else {
        panic!("it was no fork");
    };
    assert_eq!(notes.0, log.checkpoint(5));
    assert_eq!(notes.1, Log::new("other").checkpoint(5));
}

#[test]
fn an_empty_log_has_one_root() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let mut request = log.request(0, 0);
    request.checkpoint = log.sign(TreeHead {
        origin: ORIGIN.to_owned(),
        size: 0,
        root: log.root(1),
    });
    assert_eq!(ask(&mut witness, &request), "422");
    assert_eq!(ask(&mut witness, &log.request(0, 0)), "200 0");
    assert_eq!(ask(&mut witness, &request), "422 fork");
}

#[test]
fn only_signatures_of_known_keys_count() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let stranger = Log::new("entry").with_key(8);
    assert_eq!(ask(&mut witness, &stranger.request(0, 5)), "403");

    let mut forged = log.request(0, 5);
    forged.checkpoint.signatures[0].bytes[0] ^= 1;
    assert_eq!(ask(&mut witness, &forged), "403");

    let mut renamed = log.request(0, 5);
    renamed.checkpoint.signatures[0].name = "cap.kz".to_owned();
    assert_eq!(ask(&mut witness, &renamed), "403");

    // Sixteen unknown ones around the known one, and what is kept has that one alone.
    let mut many = log.request(0, 5);
    let known = many.checkpoint.signatures.remove(0);
    let unknown = stranger.checkpoint(5).signatures;
    many.checkpoint.signatures = unknown.into_iter().cycle().take(16).collect();
    many.checkpoint.signatures.insert(9, known.clone());
    assert_eq!(ask(&mut witness, &many), "200 5");
    let kept = witness.state().logs()[0].last().unwrap();
    assert_eq!(kept.signatures, [known]);
}

#[test]
fn after_a_rotation_the_new_key_counts_too() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    assert_eq!(ask(&mut witness, &log.request(0, 5)), "200 5");
    let rotated = Log::new("entry").with_key(8);
    assert_eq!(ask(&mut witness, &rotated.request(5, 9)), "403");
    let mut state = witness.state().clone();
    let key = rotated.key().to_string();
    assert!(state.add_key(ORIGIN, &key).unwrap());
    assert!(!state.add_key(ORIGIN, &key).unwrap(), "it was there");
    witness.replace(state).unwrap();
    assert_eq!(ask(&mut witness, &rotated.request(5, 9)), "200 9");
    assert_eq!(ask(&mut witness, &log.request(9, 12)), "200 12");
}

#[test]
fn a_log_that_is_not_known_is_told_before_its_signature_is_looked_at() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let mut request = log.request(0, 5);
    request.checkpoint.text = request.checkpoint.text.replace("cap.kz", "cap.example");
    assert_eq!(ask(&mut witness, &request), "404");
}

#[test]
fn malformed_requests_are_told_before_anything_else() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let good = log.request(0, 5).to_string();
    let proof = |count| format!("{}\n", domain::tlog::base64(&[0; 32])).repeat(count);
    for bad in [
        String::new(),
        good.replacen("old 0", "old 00", 1),
        good.replacen("old 0", "old -1", 1),
        good.replacen("old 0", "new 0", 1),
        good.replacen("old 0\n", "", 1),
        good.replacen("\n5\n", "\n05\n", 1),
        good.replacen("\n5\n", "\n5 \n", 1),
        good.replacen('\n', "\r\n", 1),
        good.replacen("old 0\n", &format!("old 0\n{}", proof(64)), 1),
        good.trim_end().to_owned(),
        log.request(5, 5).to_string().replacen("old 5", "old 6", 1),
    ] {
        assert_eq!(ask_text(&mut witness, &bad), "400", "{bad:?}");
    }
    let longest = good.replacen("old 0\n", &format!("old 0\n{}", proof(63)), 1);
    assert_eq!(ask_text(&mut witness, &longest), "422");
    assert_eq!(ask_text(&mut witness, &good), "200 5");
}

#[test]
fn keys_under_which_anybody_can_sign_are_refused() {
    let (_folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut state = State::new("witness.example/w1", &[9; 32]).unwrap();
    let mut weak = log.key();
    weak.key = [0; 32];
    let cosigner = state.key();
    for key in [weak.to_string(), cosigner.to_string(), "cap.kz".to_owned()] {
        assert!(state.add_key(ORIGIN, &key).is_err(), "{key}");
    }
    assert!(State::new("two words", &[9; 32]).is_err());
}
