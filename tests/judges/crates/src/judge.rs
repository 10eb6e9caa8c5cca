//! Judges a log in files with tlog_tiles and signed_note alone: signatures, the tree from its tiles,
//! receipts, and that the newest checkpoint continues the earlier one.

use ed25519_dalek::VerifyingKey;
use signed_note::{Note, StandardVerifier, Verifier, VerifierList, key_id};
use std::fmt::Display;
use std::fs;
use std::path::Path;
use tlog_tiles::{
    Checkpoint, Error, Hash, Tile, TileHashReader, TileReader, check_record, check_tree,
    prove_record, prove_tree, record_hash,
};

/// Every tile of the specification has 2^8 hashes.
const HEIGHT: u8 = 8;

/// What was found right.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Entries of the newest checkpoint.
    pub size: u64,
    /// Signatures of known keys on it.
    pub signatures: usize,
    /// Receipts in the folder.
    pub receipts: usize,
}

/// Judges a folder as the crate's documentation describes it.
///
/// # Errors
/// What is wrong, and in which file.
pub fn judge(folder: &Path) -> Result<Verdict, String> {
    let read = |name: &str| fs::read(folder.join(name)).map_err(at(name));
    let policy = String::from_utf8(read("policy")?).map_err(at("policy"))?;
    let (earlier, _) =
        checkpoint(&read("checkpoint.earlier")?, &policy).map_err(at("checkpoint.earlier"))?;
    let (newest, signatures) =
        checkpoint(&read("checkpoint")?, &policy).map_err(at("checkpoint"))?;

    let tiles = Files(folder);
    // TileHashReader leaves some tiles unchecked (CVE-2026-56865); so each proof is checked.
    let reader = TileHashReader::new(newest.size(), *newest.hash(), &tiles);
    let proof = prove_tree(newest.size(), earlier.size(), &reader).map_err(at("tile/"))?;
    check_tree(
        &proof,
        newest.size(),
        *newest.hash(),
        earlier.size(),
        *earlier.hash(),
    )
    .map_err(at("checkpoint.earlier"))?;

    let mut receipts = 0;
    for file in fs::read_dir(folder).map_err(at(""))? {
        let name = file.map_err(at(""))?.file_name();
        let name = name.to_string_lossy();
        if !name.ends_with(".tlog-proof") {
            continue;
        }
        let (index, leaf) = receipt(&read(&name)?, &policy).map_err(at(&name))?;
        // The same entry, by a proof from the tiles.
        let proof = prove_record(newest.size(), index, &reader).map_err(at("tile/"))?;
        check_record(&proof, newest.size(), *newest.hash(), index, leaf).map_err(at(&name))?;
        receipts += 1;
    }
    Ok(Verdict {
        size: newest.size(),
        signatures,
        receipts,
    })
}

fn at<E: Display>(name: &str) -> impl Fn(E) -> String {
    move |error| format!("{name}: {error}")
}

/// A checkpoint that the log signed, and how many known keys did.
fn checkpoint(note: &[u8], policy: &str) -> Result<(Checkpoint, usize), String> {
    let note = Note::from_bytes(note).map_err(at("note"))?;
    let (verified, _) = note.verify(&keys(policy)?).map_err(at("note"))?;
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(at("note"))?;
    if !verified.iter().any(|one| one.name() == checkpoint.origin()) {
        return Err("no signature is of the log".to_owned());
    }
    Ok((checkpoint, verified.len()))
}

/// Reads a receipt line by line, checks it by its own checkpoint; returns index and leaf.
fn receipt(text: &[u8], policy: &str) -> Result<(u64, Hash), String> {
    let text = std::str::from_utf8(text).map_err(at("text"))?;
    let (head, note) = text.split_once("\n\n").ok_or("no empty line")?;
    let mut lines = head.lines();
    if lines.next() != Some("c2sp.org/tlog-proof@v1") {
        return Err("another first line".to_owned());
    }
    let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
    let index = lines.next().and_then(|line| line.strip_prefix("index "));
    let index = index.ok_or("no index")?.parse().map_err(at("index"))?;
    let hashes: Result<Vec<Hash>, Error> = lines.map(Hash::parse_hash).collect();
    let (checkpoint, _) = checkpoint(note.as_bytes(), policy)?;
    let leaf = record_hash(&decode(extra.ok_or("no entry")?)?);
    check_record(
        &hashes.map_err(at("path"))?,
        checkpoint.size(),
        *checkpoint.hash(),
        index,
        leaf,
    )
    .map_err(at("path"))?;
    Ok((index, leaf))
}

/// The keys of a policy, those of logs in both of their kinds.
fn keys(policy: &str) -> Result<VerifierList, String> {
    let mut keys: Vec<Box<dyn Verifier>> = Vec::new();
    for line in policy.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["log", key, ..] => {
                keys.push(Box::new(StandardVerifier::new(key).map_err(at(key))?));
                keys.push(Box::new(Cosigner::new(key)?));
            }
            ["witness", _, key, ..] => keys.push(Box::new(Cosigner::new(key)?)),
            _ => {}
        }
    }
    Ok(VerifierList::new(keys))
}

/// A cosigner (c2sp.org/tlog-cosignature), which signed_note leaves to its users.
struct Cosigner {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Cosigner {
    fn new(key: &str) -> Result<Self, String> {
        let mut parts = key.splitn(3, '+');
        let (name, bytes) = (parts.next(), parts.nth(1));
        let (name, bytes) = name.zip(bytes).ok_or("a key has three parts")?;
        let point: [u8; 32] = decode(bytes)?[1..].try_into().map_err(at(key))?;
        Ok(Self {
            name: name.to_owned(),
            id: key_id(name, &[&[4], point.as_slice()].concat()),
            key: VerifyingKey::from_bytes(&point).map_err(at(key))?,
        })
    }
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = signature.split_first_chunk::<8>() else {
            return false;
        };
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else {
            return false;
        };
        let time = u64::from_be_bytes(*time);
        let head = format!("cosignature/v1\ntime {time}\n");
        let message = [head.as_bytes(), text].concat();
        self.key.verify_strict(&message, &signature).is_ok()
    }
}

/// Tiles in files, named as the specification names them.
struct Files<'f>(&'f Path);

impl TileReader for Files<'_> {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &Tile| {
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            fs::read(self.0.join(&path))
                .map_err(|error| Error::InvalidInput(format!("{path}: {error}")))
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    domain::tlog::from_base64(text).ok_or_else(|| format!("`{text}` isn't base64"))
}
