//! A log that was made without a worker, signed by its key and by a witness.

use crate::tree::{Tree, entry};
use domain::tlog::{
    AddCheckpoint, Cosignature, KeyKind, Note, NoteSignature, Proof, Resource, ResourceKind,
    TILE_WIDTH, Tiles, TreeHead, VerifierKey, consistency_proof, cosigned_message, edge,
    inclusion_proof,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::fs;
use std::path::Path;
use verifier::witness::{State, Witness};

const ORIGIN: &str = "cap.kz/log";

/// 2026-11-26T10:00:00Z
const NOW: u64 = 1_795_687_200;

/// Writes a log of `size` entries, and of a checkpoint of `earlier`, into an empty folder.
pub fn write(folder: &Path, earlier: u64, size: u64) {
    let tree = Tree::new(size);
    let signer = SigningKey::from_bytes(&[7; 32]);
    let key = |kind| VerifierKey {
        name: ORIGIN.to_owned(),
        kind,
        key: signer.verifying_key().to_bytes(),
    };
    let sign = |size| checkpoint(&tree, size, &signer, &key);
    let witness_file = folder.join("witness.json");
    let mut state = State::new("witness.example/w1", &[9; 32]).unwrap();
    state
        .add_key(ORIGIN, &key(KeyKind::Log).to_string())
        .unwrap();
    let witness_key = state.key();
    let mut witness = Witness::create(&witness_file, state).unwrap();
    let mut old = 0;
    for (name, size) in [("checkpoint.earlier", earlier), ("checkpoint", size)] {
        let mut note = sign(size);
        let request = AddCheckpoint {
            old,
            proof: consistency_proof(&tree, old, size).unwrap(),
            checkpoint: note.clone(),
        };
        let cosigned = witness.add_checkpoint(request.to_string().as_bytes(), NOW);
        note.signatures.push(cosigned.unwrap().signature);
        fs::write(folder.join(name), note.to_string()).unwrap();
        old = size;
    }
    let policy = format!(
        "log {}\nwitness w1 {witness_key}\nquorum w1\n",
        key(KeyKind::Log)
    );
    fs::write(folder.join("policy"), policy).unwrap();
    tiles(folder, &tree, size);
    let newest = fs::read_to_string(folder.join("checkpoint")).unwrap();
    for index in [0, earlier - 1, earlier, size / 2, size - 1] {
        let receipt = Proof {
            extra: Some(entry(index)),
            index,
            path: inclusion_proof(&tree, index, size).unwrap(),
            checkpoint: Note::parse(&newest).unwrap(),
        };
        let file = folder.join(format!("{index}.tlog-proof"));
        fs::write(file, receipt.to_string()).unwrap();
    }
}

/// Signed by the log's key in both ways.
fn checkpoint(
    tree: &Tree,
    size: u64,
    signer: &SigningKey,
    key: &dyn Fn(KeyKind) -> VerifierKey,
) -> Note {
    let head = TreeHead {
        origin: ORIGIN.to_owned(),
        size,
        root: edge(tree, size).unwrap().root(),
    };
    let text = head.to_string();
    let cosignature = Cosignature {
        time: NOW,
        ed25519: signer
            .sign(cosigned_message(NOW, &text).as_bytes())
            .to_bytes(),
    };
    let line = |kind, bytes| NoteSignature {
        name: ORIGIN.to_owned(),
        key_id: key(kind).id(),
        bytes,
    };
    let signature = signer.sign(text.as_bytes()).to_bytes().to_vec();
    Note {
        signatures: vec![
            line(KeyKind::Log, signature),
            line(KeyKind::Cosigner, cosignature.to_bytes()),
        ],
        text,
    }
}

/// Full tiles, and the partial one of each level.
fn tiles(folder: &Path, tree: &Tree, size: u64) {
    for (level, count) in Tree::widths(size) {
        for number in 0..count.div_ceil(TILE_WIDTH) {
            let width = (count - number * TILE_WIDTH).min(TILE_WIDTH);
            let resource = Resource {
                kind: ResourceKind::Tile(level),
                number,
                width,
            };
            let file = folder.join("tile").join(resource.to_string());
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let hashes = tree.tile(level, number, width).unwrap();
            let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
            fs::write(file, bytes).unwrap();
        }
    }
}
