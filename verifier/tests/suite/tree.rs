//! Builds logs that are trees, as the worker builds them.

use crate::support::*;
use base64ct::{Base64, Encoding as _};
use camino::{Utf8Path, Utf8PathBuf};
use domain::tlog::{
    Cosignature, Edge, FirstEntry, KeyKind, Note, NoteSignature, Proof, Resource, ResourceKind,
    TILE_WIDTH, Tiles, TreeHead, VerifierKey, consistency_proof, cosigned_message, edge,
    inclusion_proof, leaf_hash, write_bundle,
};
use domain::{Digest, Entry, Timestamp};
use ed25519_dalek::{Signer as _, SigningKey};
use std::convert::Infallible;
use std::fs;
use tempfile::TempDir;
use verifier::{FindingKind, Options, Report, verify};

pub(crate) const ORIGIN: &str = "cap.kz/log";

/// The time of record n, in seconds: [`next`] dates them so.
pub(crate) fn second(index: u64) -> u64 {
    1_795_167_000 + index - 1
}

/// Entry n at place n, from the first entry on.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) entries: Vec<String>,
}

/// What signs a checkpoint besides the log: its own time, and witnesses with theirs.
#[derive(Clone, Default)]
pub(crate) struct Signers {
    pub(crate) log_time: Option<u64>,
    pub(crate) witnesses: Vec<(&'static str, [u8; 32], u64)>,
}

impl Tiles for Log {
    type Error = Infallible;

    fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<Digest>, Infallible> {
        let span = TILE_WIDTH.pow(u32::from(level));
        let first = number * TILE_WIDTH;
        let hash = |place: u64| {
            let mut edge = Edge::empty();
            let begin = usize::try_from(place * span).unwrap();
            let entries = &self.entries[begin..begin + usize::try_from(span).unwrap()];
            entries
                .iter()
                .for_each(|entry| edge.push(leaf_hash(entry.as_bytes())));
            edge.root()
        };
        Ok((first..first + width).map(hash).collect())
    }
}

impl Log {
    /// A log of so many records that never was a chain.
    pub(crate) fn new(count: u64) -> Self {
        let records = entries(count, SITE);
        Self::of(&FirstEntry::new(SITE, None), &records)
    }

    /// A log with this first entry and these records.
    pub(crate) fn of(first: &FirstEntry, records: &[Entry]) -> Self {
        let texts = records
            .iter()
            .map(|entry| entry.record.canonical().unwrap());
        Self {
            entries: [first.canonical().unwrap()]
                .into_iter()
                .chain(texts)
                .collect(),
        }
    }

    /// How many entries it has.
    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Dates a record anew, which makes another log of it.
    pub(crate) fn date(&mut self, index: usize, second: i64) {
        let mut record: domain::Record = serde_json::from_str(&self.entries[index]).unwrap();
        record.time = Timestamp::from_seconds(second);
        self.entries[index] = record.canonical().unwrap();
    }

    pub(crate) fn head(&self, size: u64) -> TreeHead {
        TreeHead {
            origin: ORIGIN.to_owned(),
            size,
            root: edge(self, size).unwrap().root(),
        }
    }

    /// The checkpoint of the first `size` entries.
    pub(crate) fn note(&self, size: u64, signers: &Signers) -> Note {
        sign_head(&self.head(size), &SEED, signers)
    }

    /// An export of the records `first` to `end` − 1, beside the checkpoint of the whole log.
    pub(crate) fn export(&self, first: u64, end: u64, signers: &Signers) -> Vec<String> {
        self.export_of(first, end, &self.note(self.size(), signers))
    }

    pub(crate) fn export_of(&self, first: u64, end: u64, note: &Note) -> Vec<String> {
        let size = TreeHead::parse(&note.text).unwrap().size;
        let list = |hashes: &[Digest]| {
            let texts: Vec<_> = hashes
                .iter()
                .map(|hash| format!("\"{}\"", base64(hash)))
                .collect();
            format!("[{}]", texts.join(","))
        };
        let header = format!(
            r#"{{"schema":"kelisim.export/2","origin":"{ORIGIN}","first":{first},"end":{end},"edge":{},"consistency":{},"log":{},"log_proof":{},"checkpoint":{}}}"#,
            list(edge(self, first).unwrap().hashes()),
            list(&consistency_proof(self, end, size).unwrap()),
            self.entries[0],
            list(&inclusion_proof(self, 0, size).unwrap()),
            serde_json::to_string(&note.to_string()).unwrap(),
        );
        let records = (first..end).map(|index| self.entries[index as usize].clone());
        [header].into_iter().chain(records).collect()
    }

    /// The receipt of a record in the tree of the first `size` entries.
    pub(crate) fn receipt(&self, index: u64, size: u64, signers: &Signers) -> String {
        let proof = Proof {
            extra: Some(self.entries[index as usize].clone().into_bytes()),
            index,
            path: inclusion_proof(self, index, size).unwrap(),
            checkpoint: self.note(size, signers),
        };
        proof.to_string()
    }

    /// The answer in which a receipt comes.
    pub(crate) fn answer(&self, index: u64, size: u64) -> String {
        format!(
            r#"{{"record":{},"index":{index},"receipt":{},"cookie":{{}}}}"#,
            self.entries[index as usize],
            serde_json::to_string(&self.receipt(index, size, &Signers::default())).unwrap()
        )
    }

    /// The tiles and bundles of the whole log, by their paths.
    pub(crate) fn resources(&self) -> Vec<(Resource, Vec<u8>)> {
        let mut resources = Vec::new();
        for level in 0..3_u8 {
            let hashes = self.size() / TILE_WIDTH.pow(u32::from(level));
            for number in 0..hashes.div_ceil(TILE_WIDTH) {
                let width = (hashes - number * TILE_WIDTH).min(TILE_WIDTH);
                let kind = ResourceKind::Tile(level);
                let tile = self.tile(level, number, width).unwrap();
                let bytes = tile.iter().flat_map(|hash| *hash.as_bytes()).collect();
                resources.push((
                    Resource {
                        kind,
                        number,
                        width,
                    },
                    bytes,
                ));
                if level == 0 {
                    let first = (number * TILE_WIDTH) as usize;
                    let entries = &self.entries[first..first + width as usize];
                    let bundle = write_bundle(entries.iter().map(String::as_bytes)).unwrap();
                    let kind = ResourceKind::Entries;
                    resources.push((
                        Resource {
                            kind,
                            number,
                            width,
                        },
                        bundle,
                    ));
                }
            }
        }
        resources
    }

    /// Writes the log as files.
    pub(crate) fn write(&self, folder: &Utf8Path, signers: &Signers) {
        for (resource, bytes) in self.resources() {
            let path = folder.join("tile").join(resource.to_string());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let note = self.note(self.size(), signers).to_string();
        fs::write(folder.join("checkpoint"), note).unwrap();
    }
}

pub(crate) fn base64(digest: &Digest) -> String {
    Base64::encode_string(digest.as_bytes())
}

pub(crate) fn key(name: &str, kind: KeyKind, seed: &[u8; 32]) -> VerifierKey {
    VerifierKey {
        name: name.to_owned(),
        kind,
        key: SigningKey::from_bytes(seed).verifying_key().to_bytes(),
    }
}

pub(crate) fn sign_head(head: &TreeHead, seed: &[u8; 32], signers: &Signers) -> Note {
    let text = head.to_string();
    let mut signatures = vec![NoteSignature {
        name: head.origin.clone(),
        key_id: key(&head.origin, KeyKind::Log, seed).id(),
        bytes: SigningKey::from_bytes(seed)
            .sign(text.as_bytes())
            .to_bytes()
            .to_vec(),
    }];
    let own = signers
        .log_time
        .map(|time| (head.origin.as_str(), *seed, time));
    let witnesses = signers.witnesses.iter().copied();
    for (name, seed, time) in own.into_iter().chain(witnesses) {
        let message = cosigned_message(time, &text);
        let ed25519 = SigningKey::from_bytes(&seed)
            .sign(message.as_bytes())
            .to_bytes();
        signatures.push(NoteSignature {
            name: name.to_owned(),
            key_id: key(name, KeyKind::Cosigner, &seed).id(),
            bytes: Cosignature { time, ed25519 }.to_bytes(),
        });
    }
    Note { text, signatures }
}

/// A policy of the log's key and such lines.
pub(crate) fn policy(lines: &str) -> String {
    format!(
        "log {} https://cap.kz/log/\n{lines}\n",
        key(ORIGIN, KeyKind::Log, &SEED)
    )
}

/// A policy with two witnesses, of which `quorum` must have signed.
pub(crate) fn witnessed_policy(quorum: usize) -> String {
    let witness = |name, seed| format!("witness {name} {}\n", key(name, KeyKind::Cosigner, seed));
    policy(&format!(
        "{}{}group both {quorum} w1.example w2.example\nquorum both",
        witness("w1.example", &[21; 32]),
        witness("w2.example", &[22; 32])
    ))
}

/// Both witnesses of [`witnessed_policy`], or one.
pub(crate) fn witnesses(count: usize, time: u64) -> Vec<(&'static str, [u8; 32], u64)> {
    let both = [
        ("w1.example", [21; 32], time),
        ("w2.example", [22; 32], time),
    ];
    both[..count].to_vec()
}

/// Files in a folder, and a check of one of them.
pub(crate) struct Bench {
    folder: TempDir,
    pub(crate) options: Options,
}

impl Bench {
    /// With a policy that demands no witness.
    pub(crate) fn new() -> Self {
        Self::with_policy(&policy("quorum none"))
    }

    pub(crate) fn with_policy(policy: &str) -> Self {
        let mut bench = Self {
            folder: TempDir::new().unwrap(),
            options: Options::default(),
        };
        bench.options.policy = Some(bench.write("policy", policy.as_bytes()));
        bench
    }

    pub(crate) fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Utf8PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Keeps checkpoints.
    pub(crate) fn keep(mut self, kept: &str) -> Self {
        let name = format!("kept-{}", self.options.checkpoints.len());
        let path = self.write(&name, kept.as_bytes());
        self.options.checkpoints.push(path);
        self
    }

    /// Keeps a receipt.
    pub(crate) fn receipt(mut self, receipt: &str) -> Self {
        let name = format!("receipt-{}", self.options.receipts.len());
        let path = self.write(&name, receipt.as_bytes());
        self.options.receipts.push(path);
        self
    }

    pub(crate) fn check_bytes(&self, bytes: &[u8]) -> Report {
        let options = Options {
            thing: Some(self.write("thing", bytes)),
            ..self.options.clone()
        };
        verify(&options, NOW, &mut |_, _| {}).unwrap()
    }

    /// Checks an export.
    pub(crate) fn check(&self, lines: &[String]) -> Report {
        self.check_bytes(joined(lines).as_bytes())
    }

    /// What is found in an export: kind, record, line.
    #[track_caller]
    pub(crate) fn finding(&self, lines: &[String]) -> (FindingKind, Option<u64>, Option<u64>) {
        let finding = self.check(lines).finding.expect("something is wrong");
        (finding.kind, finding.index, finding.line)
    }

    #[track_caller]
    pub(crate) fn kind(&self, lines: &[String]) -> Option<FindingKind> {
        self.check(lines).finding.map(|finding| finding.kind)
    }
}

pub(crate) fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
