//! The file: what was cosigned is in it before the cosignature is given away.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;
use verifier::witness::{Error, Refusal};

#[test]
fn what_was_cosigned_outlives_the_process() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut first = witness(folder.path(), &log);
    let request = |old, size| log.request(old, size).to_string();
    first.add_checkpoint(request(0, 5).as_bytes(), NOW).unwrap();
    // As after a power cut: nothing was closed in order.
    let file = folder.path().join("witness.json");
    let copy = folder.path().join("copy.json");
    fs::copy(&file, &copy).unwrap();
    let mut second = Witness::open(&copy).unwrap();
    assert_eq!(second.state().logs()[0].last(), Some(&log.checkpoint(5)));
    assert!(matches!(
        second.add_checkpoint(request(0, 6).as_bytes(), NOW),
        Err(Refusal::OtherSize(5))
    ));
    second
        .add_checkpoint(request(5, 6).as_bytes(), NOW)
        .unwrap();
}

#[test]
fn nothing_is_cosigned_that_can_not_be_stored() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    let mut witness = witness(&below, &log);
    fs::rename(&below, folder.path().join("away")).unwrap();
    let request = log.request(0, 5).to_string();
    assert!(matches!(
        witness.add_checkpoint(request.as_bytes(), NOW),
        Err(Refusal::Storage(_))
    ));
    assert_eq!(witness.state().logs()[0].last(), None);
    fs::rename(folder.path().join("away"), &below).unwrap();
    witness.add_checkpoint(request.as_bytes(), NOW).unwrap();
}

#[test]
fn one_process_at_a_time_uses_it_and_nobody_else_reads_it() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let file = folder.path().join("witness.json");
    assert!(matches!(Witness::open(&file), Err(Error::InUse(_))));
    // The file is another one after each change; the lock is still the same.
    let request = log.request(0, 5).to_string();
    witness.add_checkpoint(request.as_bytes(), NOW).unwrap();
    assert!(matches!(Witness::open(&file), Err(Error::InUse(_))));
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(witness);
    Witness::open(&file).unwrap();
}

#[test]
fn a_witness_does_not_begin_anew_in_the_place_of_another() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    drop(witness(folder.path(), &log));
    let file = folder.path().join("witness.json");
    let state = State::new("witness.example/w1", &[9; 32]).unwrap();
    assert!(matches!(
        Witness::create(&file, state),
        Err(Error::Exists(_))
    ));
}

#[test]
fn a_file_that_was_changed_is_refused() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new("entry"));
    let mut witness = witness(folder.path(), &log);
    let request = log.request(0, 5).to_string();
    witness.add_checkpoint(request.as_bytes(), NOW).unwrap();
    drop(witness);
    let file = folder.path().join("witness.json");
    let json = fs::read_to_string(&file).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&json).unwrap();
    let twice = {
        let mut twice = whole.clone();
        let one = twice["logs"][0].clone();
        twice["logs"].as_array_mut().unwrap().push(one);
        twice.to_string()
    };
    for bad in [
        String::new(),
        "{}".to_owned(),
        json.chars().take(json.len() / 2).collect(),
        json.replace("kelisim.witness/1", "kelisim.witness/2"),
        json.replace("\"seed\": \"", "\"seed\": \"AA"),
        json.replace("\"origin\": \"cap.kz/log\"", "\"origin\": \"cap.kz\""),
        json.replace("\\n5\\n", "\\n05\\n"),
        twice,
    ] {
        assert_ne!(bad, json, "nothing was changed");
        fs::write(&file, &bad).unwrap();
        assert!(
            matches!(Witness::open(&file), Err(Error::Invalid(..))),
            "{bad}"
        );
    }
    fs::write(&file, &json).unwrap();
    Witness::open(&file).unwrap();
}
