//! Evidence with which others verify the log: checkpoints, which are signed notes, and receipts,
//! which prove that a record is in the tree of one (c2sp.org/tlog-checkpoint, tlog-proof).

use super::archived::ArchivedRecords;
use super::{LogFailure, Platform, RequestHandler, Signer, Site};
use crate::log::tree_messages::{Head, Page, ProvenEntry, Published};
use crate::rejection::Rejection;
use crate::response::to_json;
use domain::tlog::{Cosignature, Note, NoteSignature, Proof, TreeHead, cosigned_message};
use domain::{Digest, Timestamp};

/// A record with its receipt.
pub(super) struct Receipt {
    pub(super) index: u64,
    /// Canonical text.
    pub(super) record: String,
    /// c2sp.org/tlog-proof with the record in it.
    pub(super) proof: String,
}

impl Receipt {
    /// The receipt of a record in the tree of a checkpoint.
    pub(super) fn new(index: u64, record: String, path: Vec<Digest>, checkpoint: Note) -> Self {
        let proof = Proof {
            extra: Some(record.clone().into_bytes()),
            index,
            path,
            checkpoint,
        };
        Self {
            index,
            proof: proof.to_string(),
            record,
        }
    }

    /// As JSON, in which the record's text is unchanged.
    pub(super) fn json(&self) -> String {
        let Self {
            index,
            record,
            proof,
        } = self;
        let index = index.to_string();
        let proof = to_json(proof);
        [
            r#"{"record":"#,
            record,
            r#","index":"#,
            &index,
            r#","receipt":"#,
            &proof,
            "}",
        ]
        .concat()
    }
}

/// A checkpoint with the signature of the current key alone, as receipts have it.
///
/// # Errors
/// Signing fails.
pub(super) async fn signed(
    site: &Site,
    platform: &dyn Signer,
    size: u64,
    root: Digest,
) -> Result<Note, LogFailure> {
    let head = head(site, size, root);
    let text = head.to_string();
    let bytes = platform.sign(0, &text).await?;
    let ids = site.log_keys.signing.first().ok_or(LogFailure)?;
    Ok(Note {
        text,
        signatures: vec![NoteSignature {
            name: head.origin,
            key_id: ids.signature,
            bytes,
        }],
    })
}

/// A checkpoint as it is published: signed with every seed, so that those who don't know a new key
/// yet can check it by the old one, and cosigned with each, which says when the tree ended there.
///
/// # Errors
/// Signing fails.
pub(crate) async fn published(
    site: &Site,
    platform: &dyn Signer,
    head_of_log: &Head,
    now: Timestamp,
) -> Result<Note, LogFailure> {
    let head = head(site, head_of_log.size, head_of_log.root);
    let text = head.to_string();
    let time = u64::try_from(now.seconds()).map_err(|_| LogFailure)?;
    let dated = cosigned_message(time, &text);
    let mut signatures = Vec::new();
    for (place, ids) in site.log_keys.signing.iter().enumerate() {
        let mut add = |key_id, bytes| {
            signatures.push(NoteSignature {
                name: head.origin.clone(),
                key_id,
                bytes,
            });
        };
        add(ids.signature, platform.sign(place, &text).await?);
        let signature = platform.sign(place, &dated).await?;
        let cosignature = Cosignature {
            time,
            ed25519: signature.try_into().map_err(|_| LogFailure)?,
        };
        add(ids.cosignature, cosignature.to_bytes());
    }
    Ok(Note { text, signatures })
}

fn head(site: &Site, size: u64, root: Digest) -> TreeHead {
    TreeHead {
        origin: site.log_keys.origin.clone(),
        size,
        root,
    }
}

impl<P: Platform> RequestHandler<'_, P> {
    /// The receipts of a page: in the tree of the newest cosigned checkpoint, if it has the record,
    /// else in that of the head, which is signed at most once.
    pub(super) async fn receipts(&self, page: Page) -> Result<Vec<Receipt>, Rejection> {
        let mut checkpoints = Checkpoints::new(page.head, page.published.as_ref())?;
        let mut archived = ArchivedRecords::new(self.platform);
        let mut receipts = Vec::new();
        for entry in page.entries {
            let ProvenEntry {
                index,
                record,
                leaf,
                size,
                path,
            } = entry;
            let record = match record {
                Some(record) => record,
                None => archived.proven(index, &leaf).await?,
            };
            let checkpoint = checkpoints.of(size, self).await?;
            receipts.push(Receipt::new(index, record, path, checkpoint));
        }
        Ok(receipts)
    }

    /// A checkpoint with the current key's signature.
    pub(super) async fn signed(&self, size: u64, root: Digest) -> Result<Note, Rejection> {
        let note = signed(self.site, self.platform, size, root).await;
        note.map_err(|LogFailure| Rejection::Unavailable("the receipt can't be signed"))
    }
}

/// The checkpoints of a page.
struct Checkpoints {
    head: Head,
    published: Option<(u64, Note)>,
    signed: Option<Note>,
}

impl Checkpoints {
    fn new(head: Head, published: Option<&Published>) -> Result<Self, Rejection> {
        let published = match published {
            Some(published) => {
                let note = Note::parse(&published.note).map_err(super::unreadable)?;
                Some((published.size, note))
            }
            None => None,
        };
        Ok(Self {
            head,
            published,
            signed: None,
        })
    }

    async fn of<P: Platform>(
        &mut self,
        size: u64,
        handler: &RequestHandler<'_, P>,
    ) -> Result<Note, Rejection> {
        match (&self.published, &self.signed) {
            (Some((published, note)), _) if *published == size => Ok(note.clone()),
            (_, Some(note)) if self.head.size == size => Ok(note.clone()),
            (_, None) if self.head.size == size => {
                let note = handler.signed(size, self.head.root).await?;
                Ok(self.signed.insert(note).clone())
            }
            _ => Err(super::unreadable(())),
        }
    }
}
