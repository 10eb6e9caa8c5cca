//! Requests to a witness in the order in which they are sent, with the status that is due.

use crate::specimen::{LogKey, ORIGIN};
use crate::tree::Tree;
use domain::tlog::{AddCheckpoint, TreeHead, consistency_proof, leaf_hash};
use std::fs;
use std::path::Path;

/// Writes them as `requests/<number>-<status>` below a folder, for a log of `size` entries that was
/// cosigned at `earlier`.
pub fn write(folder: &Path, tree: &Tree, earlier: u64, size: u64) {
    let (log, stranger) = (LogKey::new(7), LogKey::new(8));
    let request = |old, size| AddCheckpoint {
        old,
        proof: consistency_proof(tree, old, size).unwrap(),
        checkpoint: log.checkpoint(tree, size),
    };
    let with_root = |size| {
        log.sign(&TreeHead {
            origin: ORIGIN.to_owned(),
            size,
            root: leaf_hash(b"another tree"),
        })
    };
    let other_key = AddCheckpoint {
        checkpoint: stranger.checkpoint(tree, size),
        ..request(earlier, size)
    };
    let other_tree = AddCheckpoint {
        checkpoint: with_root(earlier),
        ..request(earlier, earlier)
    };
    let rewritten = AddCheckpoint {
        checkpoint: with_root(size),
        ..request(earlier, size)
    };
    let mut unproved = request(earlier, size);
    unproved.proof.pop();
    let mut known = request(earlier, size).to_string();
    known = known.replace(ORIGIN, "another.example/log");
    let above = AddCheckpoint {
        old: size + 1,
        ..request(earlier, size)
    };
    let text = |request: AddCheckpoint| request.to_string();
    let requests = [
        (200, text(request(0, earlier))),
        (409, text(request(0, earlier))),
        (200, text(request(earlier, earlier))),
        (422, text(other_tree)),
        (422, text(unproved)),
        (422, text(rewritten)),
        (403, text(other_key)),
        (404, known),
        (400, text(above)),
        (400, "old 300\n".to_owned()),
        (
            400,
            text(request(earlier, size)).replacen("old ", "old 0", 1),
        ),
        (200, text(request(earlier, size))),
        (409, text(request(earlier, size))),
    ];
    let folder = folder.join("requests");
    fs::create_dir_all(&folder).unwrap();
    for (number, (status, body)) in requests.iter().enumerate() {
        fs::write(folder.join(format!("{number:02}-{status}")), body).unwrap();
    }
}
