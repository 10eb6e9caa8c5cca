//! A log that was made without a worker, signed by its key and by a witness.

use crate::requests;
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

/// First line of the checkpoints.
pub(crate) const ORIGIN: &str = "cap.kz/log";

/// 2026-11-26T10:00:00Z
const NOW: u64 = 1_795_687_200;

/// A key with which a log signs.
pub(crate) struct LogKey(SigningKey);

impl LogKey {
    pub(crate) fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    fn public(&self, kind: KeyKind) -> VerifierKey {
        VerifierKey {
            name: ORIGIN.to_owned(),
            kind,
            key: self.0.verifying_key().to_bytes(),
        }
    }

    pub(crate) fn checkpoint(&self, tree: &Tree, size: u64) -> Note {
        self.sign(&TreeHead {
            origin: ORIGIN.to_owned(),
            size,
            root: edge(tree, size).unwrap().root(),
        })
    }

    /// Signs in both ways, as log and as its own cosigner.
    pub(crate) fn sign(&self, head: &TreeHead) -> Note {
        let text = head.to_string();
        let sign = |text: &str| self.0.sign(text.as_bytes()).to_bytes();
        let cosignature = Cosignature {
            time: NOW,
            ed25519: sign(&cosigned_message(NOW, &text)),
        };
        let line = |kind, bytes| NoteSignature {
            name: ORIGIN.to_owned(),
            key_id: self.public(kind).id(),
            bytes,
        };
        let signatures = vec![
            line(KeyKind::Log, sign(&text).to_vec()),
            line(KeyKind::Cosigner, cosignature.to_bytes()),
        ];
        Note { text, signatures }
    }
}

/// Writes a log of `size` entries, and of a checkpoint of `earlier`, into an empty folder.
pub fn write(folder: &Path, earlier: u64, size: u64) {
    let (tree, log) = (Tree::new(size), LogKey::new(7));
    let log_key = log.public(KeyKind::Log);
    let mut state = State::new("witness.example/w1", &[9; 32]).unwrap();
    state.add_key(ORIGIN, &log_key.to_string()).unwrap();
    let witness_key = state.key();
    let policy = format!("log {log_key}\nwitness w1 {witness_key}\nquorum w1\n");
    fs::write(folder.join("policy"), policy).unwrap();

    let mut witness = Witness::create(&folder.join("witness.json"), state).unwrap();
    let mut old = 0;
    for (name, size) in [("checkpoint.earlier", earlier), ("checkpoint", size)] {
        let mut note = log.checkpoint(&tree, size);
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
    requests::write(folder, &tree, earlier, size);
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
