//! A log that was made here, cosigned by the witness of this project, is right to the foreign
//! crates, and no file of it can be changed.

use judges::judge::{Verdict, judge};
use judges::specimen;
use std::fs;
use std::path::{Path, PathBuf};

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_of(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn what_others_get_is_right_and_no_change_of_it_passes() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("specimen");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    specimen::write(&folder, 300, 777);
    // Log, log as its own cosigner, witness.
    let verdict = Verdict {
        size: 777,
        signatures: 3,
        receipts: 5,
    };
    assert_eq!(judge(&folder), Ok(verdict));
    let mut count = 0;
    for file in files_of(&folder) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("witness.json") || file.starts_with(folder.join("requests")) {
            continue;
        }
        let whole = fs::read(&file).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 2] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&file, &changed).unwrap();
            let verdict = judge(&folder);
            // Of tiles only those hashes are looked at that a proof needs; `verifier` reads all.
            if !file.starts_with(folder.join("tile")) && !(name == "policy" && at > 10) {
                assert!(verdict.is_err(), "byte {at} of {name}");
                count += 1;
            }
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(count > 15, "only {count} changes were tried");
}
