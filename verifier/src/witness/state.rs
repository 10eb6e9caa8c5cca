//! The file of a witness: its key, the logs that it knows, and what it cosigned last of each.
//!
//! One process at a time uses it, held off by a lock on a file beside it. Each change replaces the
//! file as a whole, so that a power cut leaves either the old state or the new one.

use crate::error::InputError;
use crate::trust::point;
use domain::Digest;
use domain::tlog::{KeyKind, Note, NoteSignature, TreeHead, VerifierKey, base64, from_base64};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// [`StateFile::schema`]
const SCHEMA: &str = "kelisim.witness/1";

/// The largest file that is read: thousands of logs.
const MAX_BYTES: u64 = 16 << 20;

/// Why a witness can't do what it was asked to. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be read.
    #[error("`{0}` can't be read: {1}; `verifier witness init` makes one")]
    Unreadable(PathBuf, io::Error),
    /// The file can't be written.
    #[error("`{0}` can't be written: {1}")]
    Unwritable(PathBuf, io::Error),
    /// The file isn't what it should be; the text says why.
    #[error(
        "`{0}` is no state of a witness: {1}; don't take an older copy, with which the witness could contradict itself, but make a new one with another name"
    )]
    Invalid(PathBuf, String),
    /// Another process has the file.
    #[error("`{0}` is in use by another `verifier witness`; stop that one first")]
    InUse(PathBuf),
    /// A new witness must not take the place of another one.
    #[error(
        "`{0}` exists already; a witness that starts again under its old name contradicts itself"
    )]
    Exists(PathBuf),
    /// A name or a key that is no such thing; the text says why.
    #[error("{0}")]
    Usage(String),
    /// The keys that a site publishes can't be fetched.
    #[error(transparent)]
    Unreachable(#[from] InputError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The file's form, JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    /// `kelisim.witness/1`
    schema: String,
    /// Name of the witness's key.
    name: String,
    /// The private key: 32 bytes in base64.
    seed: String,
    logs: Vec<LogFile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogFile {
    origin: String,
    /// Public keys as c2sp.org/signed-note writes them.
    keys: Vec<String>,
    /// The note that was cosigned last, with the log's signatures alone.
    checkpoint: Option<String>,
}

/// What a witness knows.
#[derive(Debug, Clone)]
pub struct State {
    name: String,
    signer: SigningKey,
    logs: Vec<Log>,
}

/// A log that a witness cosigns.
#[derive(Debug, Clone)]
pub struct Log {
    origin: String,
    keys: Vec<(VerifierKey, VerifyingKey)>,
    last: Option<(TreeHead, Note)>,
}

impl Log {
    /// The first line of its checkpoints.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The checkpoint that was cosigned last, with the log's signatures.
    pub fn last(&self) -> Option<&Note> {
        self.last.as_ref().map(|(_, note)| note)
    }

    /// Size and root of the tree that was cosigned last; at first, of the empty tree.
    pub fn head(&self) -> (u64, Digest) {
        match &self.last {
            Some((head, _)) => (head.size, head.root),
            None => (0, Digest::of(&[])),
        }
    }

    /// The signatures of a note that were made with one of the log's keys.
    pub(super) fn own_signatures(&self, note: &Note) -> Vec<NoteSignature> {
        let is_own = |signature: &&NoteSignature| {
            self.keys.iter().any(|(key, point)| {
                key.name == signature.name
                    && key.id() == signature.key_id
                    && Signature::from_slice(&signature.bytes).is_ok_and(|signature| {
                        point
                            .verify_strict(note.text.as_bytes(), &signature)
                            .is_ok()
                    })
            })
        };
        note.signatures.iter().filter(is_own).cloned().collect()
    }

    fn from_file(file: LogFile) -> Result<Self, String> {
        let mut log = Self {
            origin: file.origin,
            keys: Vec::new(),
            last: None,
        };
        for key in &file.keys {
            log.keys.push(log_key(key)?);
        }
        if let Some(text) = file.checkpoint {
            let note = Note::parse(&text).map_err(|error| error.to_string())?;
            let head = TreeHead::parse(&note.text).map_err(|error| error.to_string())?;
            if head.origin != log.origin {
                return Err(format!(
                    "the checkpoint of `{}` is of another log",
                    log.origin
                ));
            }
            log.last = Some((head, note));
        }
        Ok(log)
    }

    fn to_file(&self) -> LogFile {
        LogFile {
            origin: self.origin.clone(),
            keys: self.keys.iter().map(|(key, _)| key.to_string()).collect(),
            checkpoint: self.last().map(ToString::to_string),
        }
    }
}

impl State {
    /// A witness that knows no log. `seed` must come from a random number generator of the system.
    ///
    /// # Errors
    /// The name can't be one of a key.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        let state = Self {
            name: name.to_owned(),
            signer: SigningKey::from_bytes(seed),
            logs: Vec::new(),
        };
        match VerifierKey::parse(&state.key().to_string()) {
            Ok(_) => Ok(state),
            Err(error) => Err(Error::Usage(format!("`{name}`: {error}"))),
        }
    }

    /// The public key, by which others know the witness.
    pub fn key(&self) -> VerifierKey {
        VerifierKey {
            name: self.name.clone(),
            kind: KeyKind::Cosigner,
            key: self.signer.verifying_key().to_bytes(),
        }
    }

    /// The logs that it knows.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// Lets it cosign a log, or adds a key to a log that it knows; `false` if it has the key.
    ///
    /// # Errors
    /// It is no usable public key of a log.
    pub fn add_key(&mut self, origin: &str, key: &str) -> Result<bool, Error> {
        let key = log_key(key).map_err(Error::Usage)?;
        let is_line = !origin.is_empty() && !origin.chars().any(char::is_control);
        if !is_line {
            return Err(Error::Usage("an origin is one line of text".to_owned()));
        }
        let Some(log) = self.logs.iter_mut().find(|log| log.origin == origin) else {
            self.logs.push(Log {
                origin: origin.to_owned(),
                keys: vec![key],
                last: None,
            });
            return Ok(true);
        };
        if log.keys.iter().any(|(known, _)| *known == key.0) {
            return Ok(false);
        }
        log.keys.push(key);
        Ok(true)
    }

    pub(super) fn sign(&self, message: &str) -> [u8; 64] {
        use ed25519_dalek::Signer as _;
        self.signer.sign(message.as_bytes()).to_bytes()
    }

    /// This state, after it has cosigned a checkpoint of a log.
    pub(super) fn with_checkpoint(&self, head: TreeHead, note: Note) -> Self {
        let mut next = self.clone();
        for log in &mut next.logs {
            if log.origin == head.origin {
                log.last = Some((head, note));
                break;
            }
        }
        next
    }

    fn from_json(json: &[u8]) -> Result<Self, String> {
        let file: StateFile = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if file.schema != SCHEMA {
            return Err(format!("its `schema` isn't `{SCHEMA}`"));
        }
        let seed = from_base64(&file.seed).map(<[u8; 32]>::try_from);
        let Some(Ok(seed)) = seed else {
            return Err("its `seed` isn't 32 bytes in base64".to_owned());
        };
        let mut state = Self::new(&file.name, &seed).map_err(|error| error.to_string())?;
        for log in file.logs {
            let log = Log::from_file(log)?;
            if state.logs.iter().any(|known| known.origin == log.origin) {
                return Err(format!("it has the log `{}` twice", log.origin));
            }
            state.logs.push(log);
        }
        Ok(state)
    }

    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(&StateFile {
            schema: SCHEMA.to_owned(),
            name: self.name.clone(),
            seed: base64(self.signer.as_bytes()),
            logs: self.logs.iter().map(Log::to_file).collect(),
        })?;
        json.push(b'\n');
        Ok(json)
    }
}

/// A public key of a log.
fn log_key(text: &str) -> Result<(VerifierKey, VerifyingKey), String> {
    let key = VerifierKey::parse(text).map_err(|error| format!("`{text}`: {error}"))?;
    if key.kind != KeyKind::Log {
        return Err(format!("`{text}` is the key of a witness, not of a log"));
    }
    match point(&key.key) {
        Some(point) => Ok((key, point)),
        None => Err(format!("`{text}` holds no usable point of the curve")),
    }
}

/// A state, its file, and the lock that keeps others from it.
#[derive(Debug)]
pub struct Witness {
    pub(super) state: State,
    path: PathBuf,
    lock: File,
}

impl Witness {
    /// Writes the file of a new witness, which only its owner may read.
    ///
    /// # Errors
    /// There is one, or it can't be written.
    pub fn create(path: &Path, state: State) -> Result<Self, Error> {
        let lock = lock(path)?;
        if path.symlink_metadata().is_ok() {
            return Err(Error::Exists(path.to_owned()));
        }
        let mut witness = Self {
            state: state.clone(),
            path: path.to_owned(),
            lock,
        };
        witness.replace(state)?;
        Ok(witness)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// It can't be read or is in use.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let unreadable = |error| Error::Unreadable(path.to_owned(), error);
        let file = File::open(path).map_err(unreadable)?;
        drop(file);
        let lock = lock(path)?;
        // Opened again: another process may have replaced it before it let go of the lock.
        let mut json = Vec::new();
        let mut file = File::open(path).map_err(unreadable)?.take(MAX_BYTES);
        file.read_to_end(&mut json).map_err(unreadable)?;
        let invalid = |reason| Error::Invalid(path.to_owned(), reason);
        Ok(Self {
            state: State::from_json(&json).map_err(invalid)?,
            path: path.to_owned(),
            lock,
        })
    }

    /// What it knows.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes another state. When this returns, it is on the disk.
    ///
    /// # Errors
    /// It can't be written; then the state is as it was.
    pub fn replace(&mut self, state: State) -> Result<(), Error> {
        let unwritable = |error| Error::Unwritable(self.path.clone(), error);
        let json = state.to_json().map_err(|error| unwritable(error.into()))?;
        write_whole(&self.path, &json).map_err(unwritable)?;
        self.state = state;
        Ok(())
    }
}

impl Drop for Witness {
    #[expect(
        clippy::let_underscore_must_use,
        reason = "closing the file, which follows, unlocks it as well"
    )]
    fn drop(&mut self) {
        // A child process that another thread just started may still have the file open.
        let _ = self.lock.unlock();
    }
}

/// Holds off other processes until the returned file is closed.
fn lock(path: &Path) -> Result<File, Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|error| Error::Unwritable(beside.clone(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(Error::Unwritable(beside, error)),
    }
}

/// Replaces a file as a whole, readable for its owner alone; returns when the disk has it.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // `tempfile` makes files with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // Without this a power cut could bring the old name back. Other systems open no folders.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
