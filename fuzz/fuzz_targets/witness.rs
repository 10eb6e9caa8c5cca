//! The body of a request to a witness. Whatever it says, nothing is cosigned that the log's key
//! didn't sign, and that isn't in the corpus.

#![no_main]

use std::sync::{LazyLock, Mutex};
use verifier::witness::{State, Witness};

static WITNESS: LazyLock<Mutex<Witness>> = LazyLock::new(|| {
    let folder = tempfile::TempDir::new().unwrap().keep();
    let mut state = State::new("witness.example/w1", &[9; 32]).unwrap();
    state
        .add_key("cap.kz/log", include_str!("../log-key.txt").trim())
        .unwrap();
    Mutex::new(Witness::create(&folder.join("witness.json"), state).unwrap())
});

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let mut witness = WITNESS.lock().unwrap();
    let before = witness.state().logs()[0].head();
    match witness.add_checkpoint(body, 1_795_687_200) {
        Ok(cosigned) => assert!(cosigned.head.size >= before.0),
        Err(_) => assert_eq!(witness.state().logs()[0].head(), before),
    }
});
