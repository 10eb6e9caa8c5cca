//! A witness: what it cosigns, what it refuses, and that it forgets nothing.

mod http;
mod program;
mod protocol;
mod storage;

use domain::Digest;
use domain::tlog::{
    AddCheckpoint, KeyKind, Note, NoteSignature, TILE_WIDTH, Tiles, TreeHead, VerifierKey,
    consistency_proof, edge, leaf_hash,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::convert::Infallible;
use std::path::Path;
use verifier::witness::{State, Witness};

const ORIGIN: &str = "cap.kz/log";

/// 2026-11-26T10:00:00Z
const NOW: u64 = 1_795_687_200;

/// A log of the entries `<word> 0`, `<word> 1`, …
struct Log {
    word: &'static str,
    signer: SigningKey,
}

impl Log {
    /// Logs of other words have other trees.
    fn new(word: &'static str) -> Self {
        Self {
            word,
            signer: SigningKey::from_bytes(&[7; 32]),
        }
    }

    fn with_key(mut self, seed: u8) -> Self {
        self.signer = SigningKey::from_bytes(&[seed; 32]);
        self
    }

    fn key(&self) -> VerifierKey {
        VerifierKey {
            name: ORIGIN.to_owned(),
            kind: KeyKind::Log,
            key: self.signer.verifying_key().to_bytes(),
        }
    }

    fn root(&self, size: u64) -> Digest {
        edge(self, size).unwrap().root()
    }

    fn checkpoint(&self, size: u64) -> Note {
        self.sign(TreeHead {
            origin: ORIGIN.to_owned(),
            size,
            root: self.root(size),
        })
    }

    fn sign(&self, head: TreeHead) -> Note {
        let text = head.to_string();
        let bytes = self.signer.sign(text.as_bytes()).to_bytes().to_vec();
        let signature = NoteSignature {
            name: ORIGIN.to_owned(),
            key_id: self.key().id(),
            bytes,
        };
        Note {
            text,
            signatures: vec![signature],
        }
    }

    /// The body of a request.
    fn request(&self, old: u64, size: u64) -> AddCheckpoint {
        AddCheckpoint {
            old,
            proof: consistency_proof(self, old, size).unwrap(),
            checkpoint: self.checkpoint(size),
        }
    }
}

impl Tiles for Log {
    type Error = Infallible;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Infallible> {
        let first = number * TILE_WIDTH;
        (first..first + width)
            .map(|index| match level {
                0 => Ok(leaf_hash(format!("{} {index}", self.word).as_bytes())),
                _ => {
                    let below = self.tile(level - 1, index, TILE_WIDTH)?;
                    let mut tree = domain::tlog::Edge::empty();
                    below.into_iter().for_each(|hash| tree.push(hash));
                    Ok(tree.root())
                }
            })
            .collect()
    }
}

/// A new witness that knows the log's key.
fn witness(folder: &Path, log: &Log) -> Witness {
    let mut state = State::new("witness.example/w1", &[9; 32]).unwrap();
    assert!(state.add_key(ORIGIN, &log.key().to_string()).unwrap());
    Witness::create(&folder.join("witness.json"), state).unwrap()
}
