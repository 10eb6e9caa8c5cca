//! What a witness answers to `add-checkpoint` (c2sp.org/tlog-witness).

use super::state::{Error, Log, State, Witness};
use domain::Digest;
use domain::tlog::{
    AddCheckpoint, Cosignature, Note, NoteSignature, TreeHead, cosigned_message, verify_consistency,
};

/// The longest body that is read: 63 hashes, and a checkpoint with sixteen signatures of the largest
/// kind in use (ML-DSA-44, 3.3 kB each).
pub const MAX_BODY_BYTES: usize = 64 << 10;

/// Why a checkpoint isn't cosigned.
#[derive(Debug)]
pub enum Refusal {
    /// The body has another form, or its old size is above that of the checkpoint.
    Malformed(&'static str),
    /// No log of that origin is known.
    UnknownLog,
    /// No signature is of one of the log's keys.
    Unsigned,
    /// The witness cosigned another size last, this one.
    OtherSize(u64),
    /// The log signed two trees of the same size. The first note is what was cosigned, the second
    /// what was sent, each with the log's signatures.
    Fork(Box<(Note, Note)>),
    /// The proof doesn't show that the log continues what was cosigned.
    Unproved(TreeHead),
    /// The state can't be written.
    Storage(Error),
}

/// A checkpoint that was cosigned.
#[derive(Debug)]
pub struct Cosigned {
    /// The line to be answered.
    pub signature: NoteSignature,
    /// What was cosigned.
    pub head: TreeHead,
    /// Whether it is another than the one before.
    pub is_new: bool,
}

impl State {
    /// Checks a request in the order that the specification gives. Returns the checkpoint, with the
    /// log's signatures alone.
    fn check(&self, body: &[u8]) -> Result<(TreeHead, Note), Refusal> {
        let body = str::from_utf8(body).map_err(|_| Refusal::Malformed("it isn't UTF-8"))?;
        let malformed = |error: domain::tlog::InvalidText| Refusal::Malformed(error.0);
        let request = AddCheckpoint::parse(body).map_err(malformed)?;
        let head = TreeHead::parse(&request.checkpoint.text).map_err(malformed)?;
        let log = self.logs().iter().find(|log| log.origin() == head.origin);
        let log = log.ok_or(Refusal::UnknownLog)?;
        let checkpoint = Note {
            signatures: log.own_signatures(&request.checkpoint),
            text: request.checkpoint.text,
        };
        if checkpoint.signatures.is_empty() {
            return Err(Refusal::Unsigned);
        }
        if request.old > head.size {
            return Err(Refusal::Malformed("the old size is above the checkpoint's"));
        }
        let (size, root) = log.head();
        if request.old != size {
            return Err(Refusal::OtherSize(size));
        }
        if let Some(last) = log.last()
            && head.size == size
            && head.root != root
        {
            return Err(Refusal::Fork(Box::new((last.clone(), checkpoint))));
        }
        // Every tree continues the empty one, but of that there is one alone.
        let is_possible = head.size > 0 || head.root == Digest::of(&[]);
        if is_possible && verify_consistency(size, &root, head.size, &head.root, &request.proof) {
            Ok((head, checkpoint))
        } else {
            Err(Refusal::Unproved(head))
        }
    }
}

impl Witness {
    /// Cosigns the checkpoint of a request, once the disk has it. `time` is in seconds since 1970.
    ///
    /// # Errors
    /// It doesn't continue what was cosigned before, or can't be stored.
    pub fn add_checkpoint(&mut self, body: &[u8], time: u64) -> Result<Cosigned, Refusal> {
        let (head, checkpoint) = self.state.check(body)?;
        let text = checkpoint.text.clone();
        let log = self
            .state
            .logs()
            .iter()
            .find(|log| log.origin() == head.origin);
        let last = log.and_then(Log::last);
        let is_new = last.is_none_or(|last| last.text != text);
        // The same checkpoint again changes nothing but the time of the cosignature.
        if is_new {
            let next = self.state.with_checkpoint(head.clone(), checkpoint);
            self.replace(next).map_err(Refusal::Storage)?;
        }
        let cosignature = Cosignature {
            time,
            ed25519: self.state.sign(&cosigned_message(time, &text)),
        };
        let key = self.state.key();
        Ok(Cosigned {
            signature: NoteSignature {
                key_id: key.id(),
                name: key.name,
                bytes: cosignature.to_bytes(),
            },
            head,
            is_new,
        })
    }
}
